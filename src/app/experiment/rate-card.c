/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/rate-card.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/experiment/schedule-preview.h"
#include "app/help/topic.h"
#include "app/widgets/field.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-words.h"
#include "app/widgets/rate-scale.h"
#include "app/widgets/reset-button.h"
#include "base/number.h"
#include "optim/schedule.h"

#define RATE_PATH "optimizer.lr"

#define FINE 1.01

struct _EtudeRateCard
{
  AdwBin parent_instance;

  EtudeSession *session;
  GtkWidget *number;
  GtkWidget *reset;
  GtkWidget *problem;
  GtkWidget *scale;
  GtkWidget *note;
  GtkWidget *preview;
  GtkWidget *entry;
  const EtudeParam *param; /* of the entry: each optimizer has its own */
};

G_DEFINE_FINAL_TYPE (EtudeRateCard, etude_rate_card, ADW_TYPE_BIN)

static double
get_rate (EtudeRateCard *self)
{
  return *etude_experiment_rate (etude_session_get_experiment (self->session));
}

static void
set_rate (EtudeRateCard *self, double rate)
{
  char text[ETUDE_NUMBER_SIZE];

  if (!etude_field_set (self->session, RATE_PATH, etude_number_write (text, rate), NULL))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

/* One per cent, in three digits. */
static double
fine_step (double rate, int direction)
{
  char text[ETUDE_NUMBER_SIZE];

  g_ascii_formatd (text, sizeof text, "%.2e", direction > 0 ? rate * FINE : rate / FINE);
  return g_ascii_strtod (text, NULL);
}

static void
update_problem (EtudeRateCard *self)
{
  const char *problem = etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (self->entry));

  gtk_label_set_text (GTK_LABEL (self->problem), problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem, problem != NULL);
}

static void
create_entry (EtudeRateCard *self)
{
  g_autofree char *initial = etude_field_show_default (self->session, RATE_PATH);
  g_autofree char *tooltip = etude_param_words_tooltip (self->param, initial);

  self->entry = etude_param_entry_new (self->session, RATE_PATH);
  gtk_widget_add_css_class (self->entry, "rate");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 10);
  gtk_widget_set_tooltip_text (self->entry, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->param->label), -1);
  g_signal_connect_object (self->entry, "notify::problem", G_CALLBACK (update_problem), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self->number), self->entry);
  adw_bin_set_child (ADW_BIN (self->reset), etude_reset_button_new (self->session, RATE_PATH));
  update_problem (self);
}

/* The name of the schedule that is drawn under it. */
static char *
dup_schedule (EtudeRateCard *self)
{
  const EtudeObject *schedule = &etude_experiment_fields (etude_session_get_experiment (self->session))->schedule;
  const EtudeScheduleCommon *common = schedule->data;

  /* Translators: %s is a kind of schedule, such as “Cosine” */
  return common->warmup.kind != NULL ? g_strdup_printf (_("%s, with warm-up"), _(schedule->kind->label))
                                     : g_strdup (_(schedule->kind->label));
}

/* The line is always there, so that nothing under it moves when a training begins. */
static void
update_note (EtudeRateCard *self)
{
  EtudeSessionState state = etude_session_get_state (self->session);
  EtudeRun *run = etude_session_get_run (self->session);
  gboolean is_on = state == ETUDE_SESSION_RUNNING || state == ETUDE_SESSION_PAUSED;
  g_autofree char *text = NULL, *rate = NULL;
  double now;
  guint64 step;

  if (!is_on)
    text = dup_schedule (self);
  else if (etude_series_get_last (run->lr, &step, &now))
    {
      rate = etude_number_show (now, 3);
      /* Translators: %s is the rate of the last step */
      text = g_strdup_printf (_("Now %s, changes apply to the next run"), rate);
    }
  else
    text = g_strdup (_("Changes apply to the next run"));
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->note)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->note), text);
}

static void
on_experiment_changed (EtudeRateCard *self)
{
  EtudePlace place;

  update_note (self);
  if (!etude_field_find (self->session, RATE_PATH, &place))
    return;
  if (place.param != self->param)
    {
      self->param = place.param;
      create_entry (self);
    }
  etude_rate_scale_set_rate (ETUDE_RATE_SCALE (self->scale), get_rate (self));
}

static void
on_rate_changed (EtudeRateCard *self, double rate)
{
  set_rate (self, rate);
}

static void
on_settled (EtudeRateCard *self)
{
  etude_session_seal (self->session);
}

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_rate_card_step (ETUDE_RATE_CARD (widget), g_str_equal (name, "rate.raise") ? 1 : -1, FALSE);
}

static void
etude_rate_card_dispose (GObject *object)
{
  EtudeRateCard *self = ETUDE_RATE_CARD (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (etude_rate_card_parent_class)->dispose (object);
}

static void
etude_rate_card_class_init (EtudeRateCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_rate_card_dispose;
  g_type_ensure (ETUDE_TYPE_RATE_SCALE);
  g_type_ensure (ETUDE_TYPE_SCHEDULE_PREVIEW);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/rate-card.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, number);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, reset);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, problem);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, scale);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, note);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, preview);
  gtk_widget_class_install_action (widget_class, "rate.lower", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "rate.raise", NULL, step_action);
}

static void
etude_rate_card_init (EtudeRateCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  etude_help_set_topic (GTK_WIDGET (self), "learning-rate");
}

/**
 * etude_rate_card_new:
 * @session: whose document is edited
 *
 * The rate as the largest control of the window: a number in any notation, steps, a slider, and the
 * schedule that is made of it.
 *
 * Returns: the card
 */
GtkWidget *
etude_rate_card_new (EtudeSession *session)
{
  EtudeRateCard *self = g_object_new (ETUDE_TYPE_RATE_CARD, NULL);

  self->session = g_object_ref (session);
  etude_schedule_preview_connect (ETUDE_SCHEDULE_PREVIEW (self->preview), session);
  g_signal_connect_object (self->scale, "rate-changed", G_CALLBACK (on_rate_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scale, "settled", G_CALLBACK (on_settled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (on_experiment_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  on_experiment_changed (self);
  return GTK_WIDGET (self);
}

/**
 * etude_rate_card_focus:
 * @self: a card
 *
 * Puts the cursor into the number and selects it.
 */
void
etude_rate_card_focus (EtudeRateCard *self)
{
  gtk_widget_grab_focus (self->entry);
}

/**
 * etude_rate_card_step:
 * @self: a card
 * @direction: 1 for up, -1 for down
 * @fine: by one per cent, and not to the next of 1, 2, 5
 *
 * Moves the rate, as an entry of undo by itself.
 */
void
etude_rate_card_step (EtudeRateCard *self, int direction, gboolean fine)
{
  double rate = get_rate (self);

  etude_session_seal (self->session);
  set_rate (self, fine ? fine_step (rate, direction) : etude_step_125 (rate, direction));
  etude_session_seal (self->session);
}
