/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/run-controls.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/help/topic.h"
#include "app/widgets/run-words.h"

/* Below this width the bar has icons and a menu in place of most buttons; the least width it can have. */
#define FOLD_WIDTH 620
#define MIN_WIDTH 300

/* Below this width, but above the other, there is room for the time that is left, not for the speed. */
#define BRIEF_WIDTH 900

/* Over which time the speed is measured, in µs. */
#define PACE_US 500000

struct _EtudeRunControls
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkButton *primary;
  AdwButtonContent *primary_content;
  GtkWidget *wide_buttons;
  GtkWidget *reset;
  GtkWidget *narrow_buttons;
  GtkProgressBar *progress;
  GtkProgressBar *narrow_progress;
  GtkBox *words;
  GtkLabel *status;
  GtkLabel *best;
  GtkLabel *pace;
  GtkWidget *speed;
  GtkLabel *speed_label;

  EtudeSession *session;
  gboolean folded;
  int wide_width; /* what all buttons need, with their words in this language */
  guint fold;

  /* The speed as measured: where the run was at some moment. */
  guint64 pace_steps;
  gint64 pace_since;
  double steps_per_second;
};

G_DEFINE_FINAL_TYPE (EtudeRunControls, etude_run_controls, GTK_TYPE_WIDGET)

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
show_primary (EtudeRunControls *self, const char *icon, const char *label, gboolean suggested)
{
  if (g_strcmp0 (adw_button_content_get_icon_name (self->primary_content), icon) != 0)
    adw_button_content_set_icon_name (self->primary_content, icon);
  if (g_strcmp0 (adw_button_content_get_label (self->primary_content), label) != 0)
    adw_button_content_set_label (self->primary_content, label);
  if (suggested)
    gtk_widget_add_css_class (GTK_WIDGET (self->primary), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->primary), "suggested-action");
}

static void
update_primary (EtudeRunControls *self)
{
  const char *start = "media-playback-start-symbolic";

  switch (etude_session_get_state (self->session))
    {
    case ETUDE_SESSION_RUNNING:
      show_primary (self, "media-playback-pause-symbolic", _("Pause"), TRUE);
      break;
    case ETUDE_SESSION_PAUSED:
      show_primary (self, start, _("Resume"), TRUE);
      break;
    case ETUDE_SESSION_DONE:
    case ETUDE_SESSION_EARLY_STOPPED:
    case ETUDE_SESSION_STOPPED:
      show_primary (self, start, _("Train Again"), TRUE);
      break;
    case ETUDE_SESSION_DIVERGED:
      show_primary (self, start, _("Train Again"), FALSE);
      break;
    case ETUDE_SESSION_READY:
    case ETUDE_SESSION_NOT_POSSIBLE:
    default:
      show_primary (self, start, _("Train"), TRUE);
      break;
    }
}

/* Measures the speed over the last half second, so that the number can be read. */
static void
measure_pace (EtudeRunControls *self, const EtudeRun *run)
{
  gint64 now = g_get_monotonic_time ();

  if (run->steps < self->pace_steps || self->pace_since == 0)
    {
      self->pace_steps = run->steps;
      self->pace_since = now;
      self->steps_per_second = 0;
    }
  else if (now - self->pace_since >= PACE_US)
    {
      self->steps_per_second = (double) (run->steps - self->pace_steps) * G_USEC_PER_SEC
                               / (double) (now - self->pace_since);
      self->pace_steps = run->steps;
      self->pace_since = now;
    }
}

static void
update_words (EtudeRunControls *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  gboolean running = etude_session_get_state (self->session) == ETUDE_SESSION_RUNNING;
  g_autofree char *status = etude_run_words_status (self->session, self->folded);
  g_autofree char *best = etude_run_words_best (self->session, self->folded);
  gboolean impossible = etude_session_get_state (self->session) == ETUDE_SESSION_NOT_POSSIBLE;
  g_autofree char *pace = NULL;

  set_text (self->status, status);
  /* A reason may be long; where the run is must be seen whole. */
  gtk_label_set_ellipsize (self->status, self->folded || impossible ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->status), impossible ? status : NULL);
  set_text (self->best, best != NULL ? best : "");
  gtk_widget_set_visible (GTK_WIDGET (self->best), best != NULL);
  if (running)
    {
      measure_pace (self, run);
      pace = etude_run_words_pace (self->steps_per_second,
                                   (double) (run->n_steps - run->steps) / self->steps_per_second,
                                   !self->folded && gtk_widget_get_width (GTK_WIDGET (self)) < BRIEF_WIDTH);
      set_text (self->pace, pace);
    }
  else
    self->pace_since = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->pace), running);
}

static void
update_progress (EtudeRunControls *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  EtudeSessionState state = etude_session_get_state (self->session);
  gboolean is_told = state != ETUDE_SESSION_READY && state != ETUDE_SESSION_NOT_POSSIBLE;
  double fraction = run == NULL || run->n_steps == 0 || !is_told ? 0 : (double) run->steps / (double) run->n_steps;

  gtk_progress_bar_set_fraction (self->progress, fraction);
  gtk_progress_bar_set_fraction (self->narrow_progress, fraction);
}

static void
update (EtudeRunControls *self)
{
  update_primary (self);
  update_words (self);
  update_progress (self);
}

static void
on_run_changed (EtudeRunControls *self)
{
  update_words (self);
  update_progress (self);
}

static void
on_session_speed (EtudeRunControls *self)
{
  guint speed = etude_session_get_speed (self->session);
  g_autofree char *number = etude_words_count (speed);
  g_autofree char *text = speed == ETUDE_FULL_SPEED ? g_strdup (_("Full speed"))
                          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s step/s", "%s steps/s", speed), number);

  gtk_label_set_text (self->speed_label, text);
}

static void
set_folded (EtudeRunControls *self, gboolean folded)
{
  self->folded = folded;
  gtk_widget_set_visible (self->wide_buttons, !folded);
  gtk_widget_set_visible (self->reset, !folded);
  gtk_widget_set_visible (self->narrow_buttons, folded);
  gtk_widget_set_visible (self->speed, !folded);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), !folded);
  gtk_widget_set_visible (GTK_WIDGET (self->narrow_progress), folded);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->words),
                                  folded ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->words, folded ? 0 : 12);
  gtk_label_set_xalign (self->status, folded ? 1 : 0);
  gtk_widget_set_halign (GTK_WIDGET (self->best), folded ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  if (self->session != NULL)
    update_words (self);
}

static gboolean
on_fold (gpointer user_data)
{
  EtudeRunControls *self = user_data;

  self->fold = 0;
  set_folded (self, !self->folded);
  return G_SOURCE_REMOVE;
}

/* The bar must not keep the window wide, so it asks for little and folds when it gets little. */
static void
etude_run_controls_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  EtudeRunControls *self = ETUDE_RUN_CONTROLS (widget);

  gtk_widget_measure (self->box, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, MIN_WIDTH);
}

static void
etude_run_controls_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EtudeRunControls *self = ETUDE_RUN_CONTROLS (widget);
  int minimum;

  gtk_widget_measure (self->box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (!self->folded)
    self->wide_width = MAX (minimum, FOLD_WIDTH);
  if ((width < self->wide_width) != self->folded && self->fold == 0)
    self->fold = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_fold, self, NULL);
  gtk_widget_size_allocate (self->box, &(GtkAllocation) { 0, 0, MAX (width, minimum), height }, baseline);
}

static void
etude_run_controls_dispose (GObject *object)
{
  EtudeRunControls *self = ETUDE_RUN_CONTROLS (object);

  g_clear_handle_id (&self->fold, g_source_remove);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_run_controls_parent_class)->dispose (object);
}

static void
etude_run_controls_class_init (EtudeRunControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_run_controls_dispose;
  widget_class->measure = etude_run_controls_measure;
  widget_class->size_allocate = etude_run_controls_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/widgets/run-controls.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, box);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, primary);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, primary_content);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, wide_buttons);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, reset);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, narrow_buttons);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, progress);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, narrow_progress);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, words);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, status);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, best);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, pace);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, speed);
  gtk_widget_class_bind_template_child (widget_class, EtudeRunControls, speed_label);
}

static void
etude_run_controls_init (EtudeRunControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->wide_width = FOLD_WIDTH;
  etude_help_set_topic (GTK_WIDGET (self), "batches");
}

/**
 * etude_run_controls_connect:
 * @self: the run bar
 * @session: what it shows from now on; its buttons activate actions of the window
 */
void
etude_run_controls_connect (EtudeRunControls *self, EtudeSession *session)
{
  g_set_object (&self->session, session);
  on_session_speed (self);
  g_signal_connect_object (session, "notify::speed", G_CALLBACK (on_session_speed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::problem", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (on_run_changed), self, G_CONNECT_SWAPPED);
  update (self);
}
