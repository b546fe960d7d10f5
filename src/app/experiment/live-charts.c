/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/live-charts.h"

#include <glib/gi18n-lib.h>

#include "app/help/topic.h"
#include "app/widgets/chart-view.h"
#include "chart/plot-runs.h"

struct _EtudeLiveCharts
{
  AdwBin parent_instance;

  EtudeChartView *view;
  EtudeSession *session;
  GPtrArray *overlay; /* of EtudeRun */
  gboolean log;

  /* What the figure was made for; when it is another, it is made anew. */
  EtudeRun *run;
  EtudeRunState run_state;
  guint n_marks;
  gboolean has_evaluation;
};

G_DEFINE_FINAL_TYPE (EtudeLiveCharts, etude_live_charts, ADW_TYPE_BIN)

enum
{
  PROP_LOG = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/**
 * etude_live_charts_make_figure:
 * @self: the charts
 *
 * A figure of the run that is shown and those laid over it, as on the screen. It follows them as
 * they grow, and keeps them.
 *
 * Returns: (transfer full): the figure
 */
EtudeFigure *
etude_live_charts_make_figure (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  EtudePlotRuns how = { .loss_scale = self->log ? &etude_axis_scale_log : NULL };

  if (run != NULL)
    g_ptr_array_add (runs, run);
  for (guint i = 0; i < self->overlay->len; i++)
    if (g_ptr_array_index (self->overlay, i) != run)
      g_ptr_array_add (runs, g_ptr_array_index (self->overlay, i));
  if (runs->len == 0)
    return etude_plot_plan (etude_session_get_experiment (self->session), etude_session_get_data (self->session), &how);
  /* On a linear axis a loss that explodes would press all before it flat. */
  for (guint i = 0; i < runs->len; i++)
    if (((EtudeRun *) g_ptr_array_index (runs, i))->diverged_at != ETUDE_NO_STEP)
      how.loss_scale = &etude_axis_scale_log;
  return etude_plot_runs ((EtudeRun *const *) runs->pdata, runs->len, &how);
}

static gboolean
has_evaluation (const EtudeRun *run)
{
  return run != NULL && etude_series_get_n_points (run->train_loss) > 0;
}

static void
rebuild (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);

  self->run = run;
  self->run_state = run == NULL ? ETUDE_RUN_DONE : run->state;
  self->n_marks = run == NULL ? 0 : run->marks->len;
  self->has_evaluation = has_evaluation (run);
  etude_chart_view_take_figure (self->view, etude_live_charts_make_figure (self));
}

static void
on_run_changed (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);

  if (run != self->run || has_evaluation (run) != self->has_evaluation
      || (run != NULL && (run->state != self->run_state || run->marks->len != self->n_marks)))
    rebuild (self);
  else
    etude_chart_view_changed (self->view);
}

/* Without a run the figure shows what is planned. */
static void
on_plan_changed (EtudeLiveCharts *self)
{
  if (etude_session_get_run (self->session) == NULL)
    rebuild (self);
}

static void
etude_live_charts_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LOG:
      g_value_set_boolean (value, ETUDE_LIVE_CHARTS (object)->log);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_live_charts_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (object);

  switch (prop_id)
    {
    case PROP_LOG:
      self->log = g_value_get_boolean (value);
      if (self->session != NULL)
        rebuild (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_live_charts_dispose (GObject *object)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->overlay, g_ptr_array_unref);
  G_OBJECT_CLASS (etude_live_charts_parent_class)->dispose (object);
}

static void
etude_live_charts_class_init (EtudeLiveChartsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = etude_live_charts_get_property;
  object_class->set_property = etude_live_charts_set_property;
  object_class->dispose = etude_live_charts_dispose;
  props[PROP_LOG] = g_param_spec_boolean ("log", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
etude_live_charts_init (EtudeLiveCharts *self)
{
  self->view = ETUDE_CHART_VIEW (etude_chart_view_new ());
  self->overlay = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);
  etude_chart_view_set_minimum (self->view, ETUDE_FIGURE_MIN_WIDTH, 2 * ETUDE_FIGURE_MIN_HEIGHT - 60);
  gtk_widget_set_hexpand (GTK_WIDGET (self->view), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Loss and learning rate"), -1);
  etude_help_set_topic (GTK_WIDGET (self), "charts");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->view));
}

/**
 * etude_live_charts_connect:
 * @self: the charts
 * @session: whose run they show from now on
 */
void
etude_live_charts_connect (EtudeLiveCharts *self, EtudeSession *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (on_run_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (on_plan_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (on_plan_changed), self, G_CONNECT_SWAPPED);
  rebuild (self);
}

/**
 * etude_live_charts_set_overlay:
 * @self: the charts
 * @runs: (element-type EtudeRun): laid over the run that is shown; the array is not kept
 */
void
etude_live_charts_set_overlay (EtudeLiveCharts *self, GPtrArray *runs)
{
  g_ptr_array_set_size (self->overlay, 0);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (self->overlay, etude_run_ref (g_ptr_array_index (runs, i)));
  rebuild (self);
}

gboolean
etude_live_charts_has_overlay (EtudeLiveCharts *self)
{
  return self->overlay->len > 0;
}
