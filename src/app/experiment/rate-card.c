/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/rate-card.h"

#include <glib/gi18n-lib.h>
#include <math.h>

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
  GtkWidget *chip;
  GtkWidget *keep;
  GtkWidget *preview;
  GtkWidget *entry;
  const EtudeParam *param; /* of the entry: each optimizer has its own */
};

G_DEFINE_FINAL_TYPE (EtudeRateCard, etude_rate_card, ADW_TYPE_BIN)

static void
set_rate (EtudeRateCard *self, double rate)
{
  if (!etude_session_set_rate (self->session, rate, NULL))
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
  g_autofree char *initial = etude_field_show_default (self->session, ETUDE_RATE_PATH);
  g_autofree char *tooltip = etude_param_words_tooltip (self->param, initial);

  self->entry = etude_param_entry_new (self->session, ETUDE_RATE_PATH);
  gtk_widget_add_css_class (self->entry, "rate");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 10);
  gtk_widget_set_tooltip_text (self->entry, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->param->label), -1);
  g_signal_connect_object (self->entry, "notify::problem", G_CALLBACK (update_problem), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self->number), self->entry);
  adw_bin_set_child (ADW_BIN (self->reset), etude_reset_button_new (self->session, ETUDE_RATE_PATH));
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

/* “Now 0.0155, × 0.5 of 0.1”: the rate of the last step, and what is made of the one in the document. */
static char *
dup_live (EtudeRateCard *self)
{
  double factor = etude_session_get_rate_factor (self->session), now;
  EtudeRun *run = etude_session_get_run (self->session);
  g_autofree char *base = etude_number_show (etude_session_get_base_rate (self->session), 3);
  g_autofree char *times = etude_number_show (factor, 3);
  g_autofree char *rate = NULL;
  gboolean has_steps;
  guint64 step;

  has_steps = etude_series_get_last (run->lr, &step, &now);
  rate = etude_number_show (has_steps ? now : NAN, 3);
  if (factor == 1)
    /* Translators: %s is the rate of the last step */
    return has_steps ? g_strdup_printf (_("Now %s"), rate) : dup_schedule (self);
  if (!has_steps)
    /* Translators: a factor such as 0.5, then the learning rate that it multiplies */
    return g_strdup_printf (_("× %s of %s"), times, base);
  /* Translators: the rate of the last step, a factor such as 0.5, then the learning rate that it multiplies */
  return g_strdup_printf (_("Now %s, × %s of %s"), rate, times, base);
}

static char *
dup_note (EtudeRateCard *self)
{
  g_autofree char *rate = NULL;
  double last;

  if (etude_session_is_live (self->session))
    return dup_live (self);
  if (!etude_session_find_last_rate (self->session, &last))
    return dup_schedule (self);
  rate = etude_number_show (last, 3);
  /* Translators: %s is a learning rate, to which it was changed while it trained */
  return g_strdup_printf (_("Ended at %s"), rate);
}

/* The line is always there, so that nothing under it moves when a training begins. */
static void
update_note (EtudeRateCard *self)
{
  g_autofree char *text = dup_note (self);
  double last;

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->note)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->note), text);
  gtk_widget_set_visible (self->chip, etude_session_is_live (self->session));
  gtk_widget_set_visible (self->keep, etude_session_find_last_rate (self->session, &last));
}

static void
follow_rate (EtudeRateCard *self)
{
  gboolean is_live = etude_session_is_live (self->session);

  update_note (self);
  etude_rate_scale_set_rate (ETUDE_RATE_SCALE (self->scale), etude_session_get_rate (self->session));
  etude_rate_scale_set_base (ETUDE_RATE_SCALE (self->scale), is_live ? etude_session_get_base_rate (self->session) : 0);
}

static void
on_experiment_changed (EtudeRateCard *self)
{
  EtudePlace place;

  if (!etude_field_find (self->session, ETUDE_RATE_PATH, &place))
    return;
  if (place.param != self->param)
    {
      self->param = place.param;
      create_entry (self);
    }
  follow_rate (self);
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
keep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_session_keep_rate (ETUDE_RATE_CARD (widget)->session);
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
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, chip);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, keep);
  gtk_widget_class_bind_template_child (widget_class, EtudeRateCard, preview);
  gtk_widget_class_install_action (widget_class, "rate.lower", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "rate.raise", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "rate.keep", NULL, keep_action);
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
 * schedule that is made of it. While a run is going on it is the rate of the run that they move; a ring
 * on the slider marks that of its document.
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
  g_signal_connect_object (session, "rate-changed", G_CALLBACK (follow_rate), self, G_CONNECT_SWAPPED);
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
 * Moves the rate, of the run that is going on or else of the document, as an entry of undo by itself.
 */
void
etude_rate_card_step (EtudeRateCard *self, int direction, gboolean fine)
{
  double rate = etude_session_get_rate (self->session);

  etude_session_seal (self->session);
  set_rate (self, fine ? fine_step (rate, direction) : etude_step_125 (rate, direction));
  etude_session_seal (self->session);
}
