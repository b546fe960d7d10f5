/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/live-charts.h"

#include <glib/gi18n-lib.h>

#include "app/help/topic.h"
#include "app/widgets/chart-explorer.h"
#include "app/widgets/chart-legend.h"
#include "chart/plot-runs.h"
#include "chart/smooth.h"

struct _EtudeLiveCharts
{
  AdwBin parent_instance;

  EtudeChartExplorer *explorer;
  EtudeChartLegend *legend;
  EtudeSession *session;
  GPtrArray *overlay; /* of EtudeRun */
  EtudePlotRuns how;  /* without its title, its view and what is hidden */
  GPtrArray *hidden;  /* names, closed by NULL */

  /* What the figure was made for; when it is another, it is made anew. */
  EtudeRun *run;
  char *run_id;
  EtudeRunState run_state;
  guint n_marks;
  gboolean has_evaluation;
};

G_DEFINE_FINAL_TYPE (EtudeLiveCharts, etude_live_charts, ADW_TYPE_BIN)

enum
{
  PROP_LOSS_SCALE = 1,
  PROP_X_AXIS,
  PROP_SMOOTHING,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* The run that is shown and those laid over it. */
static GPtrArray *
list_runs (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  GPtrArray *runs = g_ptr_array_new ();

  if (run != NULL)
    g_ptr_array_add (runs, run);
  for (guint i = 0; i < self->overlay->len; i++)
    if (g_ptr_array_index (self->overlay, i) != run)
      g_ptr_array_add (runs, g_ptr_array_index (self->overlay, i));
  return runs;
}

static EtudeFigure *
make_figure (EtudeLiveCharts *self, gboolean has_legend)
{
  g_autoptr (GPtrArray) runs = list_runs (self);
  EtudePlotRuns how = self->how;

  how.hidden = (const char *const *) self->hidden->pdata;
  how.view = *etude_chart_explorer_get_zoom (self->explorer);
  how.legend_elsewhere = has_legend;
  if (runs->len == 0)
    return etude_plot_plan (etude_session_get_experiment (self->session), etude_session_get_data (self->session), &how);
  /* On a linear axis a loss that explodes would press all before it flat. */
  for (guint i = 0; i < runs->len; i++)
    if (((EtudeRun *) g_ptr_array_index (runs, i))->diverged_at != ETUDE_NO_STEP && how.loss_scale == &etude_axis_scale_linear)
      how.loss_scale = &etude_axis_scale_log;
  return etude_plot_runs ((EtudeRun *const *) runs->pdata, runs->len, &how);
}

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
  return make_figure (self, FALSE);
}

static gboolean
has_evaluation (const EtudeRun *run)
{
  return run != NULL && etude_series_get_n_points (run->train_loss) > 0;
}

/* A legend stands above runs that lie over each other; the names of one are at the ends of its lines. */
static void
rebuild (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);
  g_autoptr (GPtrArray) runs = list_runs (self);
  EtudeFigure *figure;

  self->run = run;
  self->run_state = run == NULL ? ETUDE_RUN_DONE : run->state;
  self->n_marks = run == NULL ? 0 : run->marks->len;
  self->has_evaluation = has_evaluation (run);
  if (g_strcmp0 (self->run_id, run == NULL ? NULL : run->id) != 0)
    {
      g_free (self->run_id);
      self->run_id = run == NULL ? NULL : g_strdup (run->id);
      etude_chart_explorer_set_zoom (self->explorer, &(EtudeView) { 0 });
    }
  figure = make_figure (self, runs->len > 1);
  etude_chart_legend_update (self->legend, figure);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), runs->len > 1);
  etude_chart_explorer_take_figure (self->explorer, figure);
}

static void
on_run_changed (EtudeLiveCharts *self)
{
  EtudeRun *run = etude_session_get_run (self->session);

  if (run != self->run || has_evaluation (run) != self->has_evaluation
      || (run != NULL && (run->state != self->run_state || run->marks->len != self->n_marks)))
    rebuild (self);
  else
    etude_chart_explorer_changed (self->explorer);
}

/* Without a run the figure shows what is planned. */
static void
on_plan_changed (EtudeLiveCharts *self)
{
  if (etude_session_get_run (self->session) == NULL)
    rebuild (self);
}

static void
on_legend (EtudeLiveCharts *self, const char *name, gboolean is_shown)
{
  guint at;

  g_ptr_array_set_size (self->hidden, (int) self->hidden->len - 1);
  if (is_shown && g_ptr_array_find_with_equal_func (self->hidden, name, g_str_equal, &at))
    g_ptr_array_remove_index (self->hidden, at);
  else if (!is_shown)
    g_ptr_array_add (self->hidden, g_strdup (name));
  g_ptr_array_add (self->hidden, NULL);
  rebuild (self);
}

static const char *
get_loss_scale (EtudeLiveCharts *self)
{
  return self->how.loss_scale->id;
}

/* What is set with another unit of x is another view. */
static void
set_x_axis (EtudeLiveCharts *self, EtudePlotX x)
{
  EtudeView zoom = *etude_chart_explorer_get_zoom (self->explorer);

  if (x == self->how.x)
    return;
  self->how.x = x;
  zoom.x = (EtudeRange) { 0, 0 };
  etude_chart_explorer_set_zoom (self->explorer, &zoom);
}

static void
etude_live_charts_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (object);

  switch (prop_id)
    {
    case PROP_LOSS_SCALE:
      g_value_set_string (value, get_loss_scale (self));
      break;
    case PROP_X_AXIS:
      g_value_set_string (value, etude_plot_x_id (self->how.x));
      break;
    case PROP_SMOOTHING:
      g_value_set_double (value, self->how.smoothing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_live_charts_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (object);
  const EtudeAxisScale *scale;
  EtudePlotX x;

  switch (prop_id)
    {
    case PROP_LOSS_SCALE:
      scale = etude_axis_scale_find (g_value_get_string (value));
      self->how.loss_scale = scale != NULL ? scale : &etude_axis_scale_linear;
      break;
    case PROP_X_AXIS:
      if (etude_plot_x_from_id (g_value_get_string (value), &x))
        set_x_axis (self, x);
      break;
    case PROP_SMOOTHING:
      self->how.smoothing = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
  if (self->session != NULL)
    rebuild (self);
}

/* L: to the next scale of the loss. */
static void
next_loss_scale (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (widget);
  guint i = 0;

  while (etude_axis_scales[i] != self->how.loss_scale)
    i++;
  g_object_set (self, "loss-scale", (etude_axis_scales[i + 1] != NULL ? etude_axis_scales[i + 1] : etude_axis_scales[0])->id,
                NULL);
}

/* X: to the next unit. */
static void
next_x_axis (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (widget);

  g_object_set (self, "x-axis", etude_plot_x_id ((self->how.x + 1) % ETUDE_N_PLOT_X), NULL);
}

static void
etude_live_charts_dispose (GObject *object)
{
  EtudeLiveCharts *self = ETUDE_LIVE_CHARTS (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->overlay, g_ptr_array_unref);
  g_clear_pointer (&self->hidden, g_ptr_array_unref);
  g_clear_pointer (&self->run_id, g_free);
  G_OBJECT_CLASS (etude_live_charts_parent_class)->dispose (object);
}

static void
etude_live_charts_class_init (EtudeLiveChartsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = etude_live_charts_get_property;
  object_class->set_property = etude_live_charts_set_property;
  object_class->dispose = etude_live_charts_dispose;
  props[PROP_LOSS_SCALE] = g_param_spec_string ("loss-scale", NULL, NULL, "linear", flags);
  props[PROP_X_AXIS] = g_param_spec_string ("x-axis", NULL, NULL, "epochs", flags);
  props[PROP_SMOOTHING] = g_param_spec_double ("smoothing", NULL, NULL, 0, ETUDE_MAX_SMOOTHING, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_install_action (widget_class, "charts.next-loss-scale", NULL, next_loss_scale);
  gtk_widget_class_install_action (widget_class, "charts.next-x-axis", NULL, next_x_axis);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, 0, "charts.next-loss-scale", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_x, 0, "charts.next-x-axis", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, 0, "experiment.smoothing", NULL);
}

static void
etude_live_charts_init (EtudeLiveCharts *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->how.loss_scale = &etude_axis_scale_linear;
  self->explorer = ETUDE_CHART_EXPLORER (etude_chart_explorer_new (_("Loss and learning rate")));
  self->legend = ETUDE_CHART_LEGEND (etude_chart_legend_new ());
  self->overlay = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);
  self->hidden = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->hidden, NULL);
  etude_chart_explorer_set_minimum (self->explorer, ETUDE_FIGURE_MIN_WIDTH, 2 * ETUDE_FIGURE_MIN_HEIGHT - 60);
  gtk_widget_set_hexpand (GTK_WIDGET (self->explorer), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->explorer), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->legend));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->explorer));
  g_signal_connect_object (self->legend, "toggled", G_CALLBACK (on_legend), self, G_CONNECT_SWAPPED);
  etude_help_set_topic (GTK_WIDGET (self), "charts");
  adw_bin_set_child (ADW_BIN (self), box);
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
