/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/chart-view.h"

#include <glib/gi18n-lib.h>

/* How often what the picture says is put into words anew while it changes, in ms. */
#define DESCRIBE_MS 500

struct _EtudeChartView
{
  GtkWidget parent_instance;

  EtudeFigure *figure;
  int min_width;
  int min_height;
  char *summary;
  guint describe;
};

G_DEFINE_FINAL_TYPE (EtudeChartView, etude_chart_view, GTK_TYPE_WIDGET)

enum
{
  PROP_SUMMARY = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/**
 * etude_chart_view_get_theme:
 *
 * Returns: the colours of figures on the screen, as the desktop is light or dark now, or of high contrast
 */
const EtudeTheme *
etude_chart_view_get_theme (void)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  if (adw_style_manager_get_high_contrast (style))
    return adw_style_manager_get_dark (style) ? &etude_theme_contrast_dark : &etude_theme_contrast;
  return adw_style_manager_get_dark (style) ? &etude_theme_dark : &etude_theme_light;
}

static void
etude_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EtudeChartView *self = ETUDE_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  cairo_t *cr;

  if (self->figure == NULL || width < 1 || height < 1)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  etude_figure_draw (self->figure, cr, width, height, etude_chart_view_get_theme (),
                     gtk_widget_get_scale_factor (widget));
  cairo_destroy (cr);
}

static void
etude_chart_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  EtudeChartView *self = ETUDE_CHART_VIEW (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? self->min_width : self->min_height;
  *natural = *minimum;
}

static void
describe (EtudeChartView *self)
{
  g_autofree char *summary = self->figure == NULL ? g_strdup ("") : etude_figure_describe (self->figure);

  if (g_strcmp0 (summary, self->summary) == 0)
    return;
  g_free (self->summary);
  self->summary = g_steal_pointer (&summary);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->summary, -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUMMARY]);
}

static gboolean
on_describe (gpointer user_data)
{
  EtudeChartView *self = user_data;

  self->describe = 0;
  describe (self);
  return G_SOURCE_REMOVE;
}

static void
etude_chart_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SUMMARY:
      g_value_set_string (value, ETUDE_CHART_VIEW (object)->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_chart_view_dispose (GObject *object)
{
  EtudeChartView *self = ETUDE_CHART_VIEW (object);

  g_clear_handle_id (&self->describe, g_source_remove);
  g_clear_pointer (&self->figure, etude_figure_free);
  g_clear_pointer (&self->summary, g_free);
  G_OBJECT_CLASS (etude_chart_view_parent_class)->dispose (object);
}

static void
etude_chart_view_class_init (EtudeChartViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_chart_view_dispose;
  G_OBJECT_CLASS (klass)->get_property = etude_chart_view_get_property;
  props[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  widget_class->snapshot = etude_chart_view_snapshot;
  widget_class->measure = etude_chart_view_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "chart");
}

static void
etude_chart_view_init (EtudeChartView *self)
{
  self->min_width = ETUDE_FIGURE_MIN_WIDTH;
  self->min_height = ETUDE_FIGURE_MIN_HEIGHT;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/**
 * etude_chart_view_new:
 *
 * A widget that shows a figure, in the colours of the desktop.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
etude_chart_view_new (void)
{
  return g_object_new (ETUDE_TYPE_CHART_VIEW, NULL);
}

/**
 * etude_chart_view_take_figure:
 * @self: a view
 * @figure: (transfer full) (nullable): what it shows from now on
 */
void
etude_chart_view_take_figure (EtudeChartView *self, EtudeFigure *figure)
{
  g_clear_pointer (&self->figure, etude_figure_free);
  self->figure = figure;
  etude_chart_view_changed (self);
}

/**
 * etude_chart_view_get_figure:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): what it shows; after a change of it call
 *   etude_chart_view_changed()
 */
EtudeFigure *
etude_chart_view_get_figure (EtudeChartView *self)
{
  return self->figure;
}

/**
 * etude_chart_view_set_minimum:
 * @self: a view
 * @width: the least width, in points
 * @height: the least height
 */
void
etude_chart_view_set_minimum (EtudeChartView *self, int width, int height)
{
  self->min_width = width;
  self->min_height = height;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * etude_chart_view_changed:
 * @self: a view
 *
 * The series of the figure have grown. However often this is called, the figure is drawn once a
 * frame, and not at all while the widget cannot be seen.
 */
void
etude_chart_view_changed (EtudeChartView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->describe == 0)
    self->describe = g_timeout_add (DESCRIBE_MS, on_describe, self);
}
