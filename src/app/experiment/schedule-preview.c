/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/schedule-preview.h"

#include <glib/gi18n-lib.h>

#include "app/model/blame.h"
#include "app/widgets/chart-view.h"
#include "chart/plot-rate.h"
#include "experiment/plan.h"

#define HEIGHT 84
#define WIDTH 200

/* The dot of a run that is on need not move more often than this. */
#define FOLLOW_US (100 * G_TIME_SPAN_MILLISECOND)

struct _EtudeSchedulePreview
{
  AdwBin parent_instance;

  EtudeSession *session;
  GtkWidget *stack;
  GtkWidget *chart;
  GtkWidget *problem;
  gint64 followed;
};

G_DEFINE_FINAL_TYPE (EtudeSchedulePreview, etude_schedule_preview, ADW_TYPE_BIN)

/* The run whose document is the one in the recipe, or NULL. */
static const EtudeRun *
get_run (EtudeSchedulePreview *self)
{
  const EtudeRun *run = etude_session_get_run (self->session);

  return run != NULL && etude_session_is_run_current (self->session) ? run : NULL;
}

static void
show_problem (EtudeSchedulePreview *self, const char *message)
{
  g_autofree char *words = etude_blame_explain (etude_session_get_experiment (self->session), message, NULL);

  gtk_label_set_text (GTK_LABEL (self->problem), words);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->problem);
}

/* What hand and plateau have made of the rates that are to come. */
static double
get_multiplier (EtudeSchedulePreview *self, const EtudeRun *run)
{
  double multiplier = etude_session_is_live (self->session) ? etude_session_get_rate_factor (self->session)
                                                            : etude_run_get_rate_factor (run);

  for (guint i = 0; i < run->marks->len; i++)
    if (g_array_index (run->marks, EtudeMark, i).kind == ETUDE_MARK_PLATEAU)
      multiplier *= g_array_index (run->marks, EtudeMark, i).factor;
  return multiplier;
}

static void
follow (EtudeSchedulePreview *self)
{
  EtudePrepared *data = etude_session_get_data (self->session);
  const EtudeRun *run = get_run (self);
  EtudePlotRate how = { .colour = run != NULL ? run->colour : etude_run_colour (0) };
  g_autoptr (EtudeSchedule) schedule = NULL;
  g_autoptr (GError) error = NULL;
  EtudeFigure *figure;

  /* Without data the length of an epoch is not known; what was drawn stays. */
  if (data == NULL)
    return;
  schedule = etude_experiment_plan_schedule (etude_session_get_experiment (self->session), data->train.n, &error);
  if (schedule == NULL)
    {
      show_problem (self, error->message);
      return;
    }
  if (run != NULL && run->steps > 0)
    {
      how.has_step = TRUE;
      how.step = run->steps;
      how.multiplier = get_multiplier (self, run);
      how.past = how.multiplier != 1 || run->marks->len > 0 ? run->lr : NULL;
    }
  figure = etude_plot_rate (schedule, &how);
  if (run != NULL)
    etude_figure_keep (figure, etude_run_ref ((EtudeRun *) run), (GDestroyNotify) etude_run_unref);
  etude_chart_view_take_figure (ETUDE_CHART_VIEW (self->chart), figure);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->chart);
}

static void
on_run_changed (EtudeSchedulePreview *self)
{
  const EtudeRun *run = get_run (self);
  gint64 now = g_get_monotonic_time ();

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (run != NULL && run->state == ETUDE_RUN_RUNNING && now - self->followed < FOLLOW_US)
    return;
  self->followed = now;
  follow (self);
}

static void
etude_schedule_preview_dispose (GObject *object)
{
  g_clear_object (&ETUDE_SCHEDULE_PREVIEW (object)->session);
  G_OBJECT_CLASS (etude_schedule_preview_parent_class)->dispose (object);
}

static void
etude_schedule_preview_class_init (EtudeSchedulePreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = etude_schedule_preview_dispose;
}

static void
etude_schedule_preview_init (EtudeSchedulePreview *self)
{
  self->stack = gtk_stack_new ();
  self->chart = etude_chart_view_new ();
  self->problem = gtk_label_new (NULL);
  etude_chart_view_set_minimum (ETUDE_CHART_VIEW (self->chart), WIDTH, HEIGHT);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Preview of the Schedule"), -1);
  gtk_label_set_wrap (GTK_LABEL (self->problem), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->problem), 0);
  gtk_widget_add_css_class (self->problem, "caption");
  gtk_widget_add_css_class (self->problem, "error");
  gtk_stack_add_child (GTK_STACK (self->stack), self->chart);
  gtk_stack_add_child (GTK_STACK (self->stack), self->problem);
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

/**
 * etude_schedule_preview_connect:
 * @self: a preview
 * @session: whose schedule is drawn
 *
 * Draws the rate of every update of the next run, from the function that trains; a dot shows where
 * a run of the same document is. A schedule that does not fit into the run says why.
 */
void
etude_schedule_preview_connect (EtudeSchedulePreview *self, EtudeSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "rate-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (on_run_changed), self, G_CONNECT_SWAPPED);
  follow (self);
}
