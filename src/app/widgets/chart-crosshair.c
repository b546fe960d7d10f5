/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/chart-crosshair.h"

#include <math.h>

#include "chart/crosshair.h"

#define BOX_OPACITY 0.15f

struct _EtudeChartCrosshair
{
  GtkWidget parent_instance;

  EtudeChartView *view; /* borrowed: beside it in the same overlay */
  double x;             /* NaN for none */
  graphene_rect_t box;
  gboolean has_box;
};

G_DEFINE_FINAL_TYPE (EtudeChartCrosshair, etude_chart_crosshair, GTK_TYPE_WIDGET)

static void
snapshot_box (EtudeChartCrosshair *self, GtkSnapshot *snapshot)
{
  const EtudeColour *accent = &etude_chart_view_get_theme ()->accent;
  GdkRGBA fill = { (float) accent->red, (float) accent->green, (float) accent->blue, BOX_OPACITY };
  GdkRGBA line = { fill.red, fill.green, fill.blue, 1 };
  GskRoundedRect outline;

  gtk_snapshot_append_color (snapshot, &fill, &self->box);
  gsk_rounded_rect_init_from_rect (&outline, &self->box, 0);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 }, (GdkRGBA[4]) { line, line, line, line });
}

/* Only where the crosshair is: the figure under the rest of the view is not painted again. */
static void
etude_chart_crosshair_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EtudeChartCrosshair *self = ETUDE_CHART_CROSSHAIR (widget);
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  g_autoptr (EtudeCrosshair) crosshair = NULL;
  double x, y, width, height;
  cairo_t *cr;

  if (self->has_box)
    snapshot_box (self, snapshot);
  if (isnan (self->x) || figure == NULL || gtk_widget_get_width (widget) < 1)
    return;
  crosshair = etude_crosshair_new (figure, gtk_widget_get_width (widget), gtk_widget_get_height (widget), self->x,
                                   etude_chart_view_get_theme (), gtk_widget_get_scale_factor (widget));
  if (!etude_crosshair_get_bounds (crosshair, &x, &y, &width, &height))
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) floor (x), (float) floor (y),
                                                                 (float) ceil (width) + 1, (float) ceil (height) + 1));
  etude_crosshair_draw (crosshair, cr);
  cairo_destroy (cr);
}

static void
etude_chart_crosshair_class_init (EtudeChartCrosshairClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = etude_chart_crosshair_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_css_name (widget_class, "crosshair");
}

static void
etude_chart_crosshair_init (EtudeChartCrosshair *self)
{
  self->x = NAN;
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * etude_chart_crosshair_new:
 * @view: a view of the same size, which outlives it
 *
 * A sheet above a view with a crosshair and the box that a pointer draws. What happens here draws no
 * curve again.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
etude_chart_crosshair_new (EtudeChartView *view)
{
  EtudeChartCrosshair *self = g_object_new (ETUDE_TYPE_CHART_CROSSHAIR, NULL);

  self->view = view;
  return GTK_WIDGET (self);
}

/**
 * etude_chart_crosshair_set_x:
 * @self: a crosshair
 * @x: where it is, in the unit of the x axis; NaN for none
 */
void
etude_chart_crosshair_set_x (EtudeChartCrosshair *self, double x)
{
  self->x = x;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * etude_chart_crosshair_set_box:
 * @self: a crosshair
 * @box: (nullable): what a pointer has selected so far
 */
void
etude_chart_crosshair_set_box (EtudeChartCrosshair *self, const graphene_rect_t *box)
{
  self->has_box = box != NULL;
  if (box != NULL)
    self->box = *box;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
