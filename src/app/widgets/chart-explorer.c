/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/chart-explorer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/widgets/chart-explorer-private.h"
#include "chart/probe.h"
#include "chart/view.h"

/* A key makes the visible part smaller by this factor. */
#define KEY_ZOOM 0.5

G_DEFINE_FINAL_TYPE (EtudeChartExplorer, etude_chart_explorer, GTK_TYPE_WIDGET)

enum
{
  PROP_ZOOMED = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* What is said of the chart: the values at a crosshair of the keyboard, else what it shows. */
static void
describe (EtudeChartExplorer *self)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  g_autofree char *text = NULL;

  if (figure != NULL && self->by_keys && !isnan (self->x))
    text = etude_figure_describe_at (figure, self->x);
  else
    g_object_get (self->view, "summary", &text, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
}

/* Shows the crosshair at @x, or none for NaN. */
void
etude_chart_explorer_show_x (EtudeChartExplorer *self, double x, gboolean by_keys)
{
  gboolean was_by_keys = self->by_keys;

  if (isnan (x) && isnan (self->x))
    return;
  self->x = x;
  self->by_keys = by_keys && !isnan (x);
  etude_chart_crosshair_set_x (self->crosshair, x);
  if (self->by_keys || was_by_keys)
    describe (self);
}

/* Shows another part of the figure. */
void
etude_chart_explorer_apply (EtudeChartExplorer *self, const EtudeView *zoom)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  gboolean is_whole = etude_view_is_whole (zoom);

  self->zoom = *zoom;
  gtk_widget_set_visible (self->fit, !is_whole);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chart.fit", !is_whole);
  if (figure == NULL)
    return;
  etude_figure_set_view (figure, zoom);
  etude_chart_explorer_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOMED]);
}

static gboolean
get_size (EtudeChartExplorer *self, EtudeFigure **figure, double *width, double *height)
{
  *figure = etude_chart_view_get_figure (self->view);
  *width = gtk_widget_get_width (GTK_WIDGET (self->view));
  *height = gtk_widget_get_height (GTK_WIDGET (self->view));
  return *figure != NULL && *width >= 1;
}

static void
move_to (EtudeChartExplorer *self, const EtudeFigure *figure, double x)
{
  EtudeView zoom = self->zoom;

  if (etude_view_follow (&zoom, figure, x))
    etude_chart_explorer_apply (self, &zoom);
  etude_chart_explorer_show_x (self, x, TRUE);
}

/* The parameter is how many points on; where there is no crosshair yet, one appears in the middle. */
static gboolean
step_crosshair (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EtudeChartExplorer *self = ETUDE_CHART_EXPLORER (widget);
  double width, height, x = self->x, left, top, length, depth;
  EtudeFigure *figure;

  if (!get_size (self, &figure, &width, &height))
    return GDK_EVENT_PROPAGATE;
  if (!isnan (x))
    etude_figure_step_x (figure, width, height, g_variant_get_int32 (arguments), &x);
  else if (!etude_figure_get_panel_bounds (figure, width, height, 0, &left, &top, &length, &depth)
           || !etude_figure_snap_x (figure, width, height, left + length / 2, &x))
    return GDK_EVENT_PROPAGATE;
  move_to (self, figure, x);
  return GDK_EVENT_STOP;
}

static gboolean
end_crosshair (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EtudeChartExplorer *self = ETUDE_CHART_EXPLORER (widget);
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  double x;

  if (figure == NULL || !etude_figure_find_end (figure, g_variant_get_int32 (arguments) > 0, &x))
    return GDK_EVENT_PROPAGATE;
  move_to (self, figure, x);
  return GDK_EVENT_STOP;
}

static gboolean
leave_crosshair (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EtudeChartExplorer *self = ETUDE_CHART_EXPLORER (widget);

  if (isnan (self->x))
    return GDK_EVENT_PROPAGATE;
  etude_chart_explorer_show_x (self, NAN, FALSE);
  return GDK_EVENT_STOP;
}

static void
zoom_by (EtudeChartExplorer *self, double factor)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  EtudeView zoom = self->zoom;

  if (figure == NULL)
    return;
  /* Around the crosshair, where there is one. */
  etude_view_zoom_x (&zoom, figure, isnan (self->x) ? 0.5 : etude_figure_place_x (figure, self->x), factor);
  etude_chart_explorer_apply (self, &zoom);
}

static void
zoom_in (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_by (ETUDE_CHART_EXPLORER (widget), KEY_ZOOM);
}

static void
zoom_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_by (ETUDE_CHART_EXPLORER (widget), 1 / KEY_ZOOM);
}

static void
fit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeChartExplorer *self = ETUDE_CHART_EXPLORER (widget);

  /* The button goes away: the keys shall still go here. */
  if (gtk_widget_has_focus (self->fit))
    gtk_widget_grab_focus (widget);
  etude_chart_explorer_apply (self, &(EtudeView) { 0 });
}

static void
etude_chart_explorer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ZOOMED:
      g_value_set_boolean (value, !etude_view_is_whole (&ETUDE_CHART_EXPLORER (object)->zoom));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_chart_explorer_dispose (GObject *object)
{
  g_clear_pointer (&ETUDE_CHART_EXPLORER (object)->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (etude_chart_explorer_parent_class)->dispose (object);
}

static void
bind_keys (GtkWidgetClass *klass)
{
  static const struct
  {
    guint key;
    guint keypad;
    int move;
  } steps[] = { { GDK_KEY_Left, GDK_KEY_KP_Left, -1 }, { GDK_KEY_Right, GDK_KEY_KP_Right, 1 } };
  static const struct
  {
    guint key;
    const char *action;
  } zooms[] = {
    { GDK_KEY_plus, "chart.zoom-in" }, { GDK_KEY_equal, "chart.zoom-in" }, { GDK_KEY_KP_Add, "chart.zoom-in" },
    { GDK_KEY_minus, "chart.zoom-out" }, { GDK_KEY_KP_Subtract, "chart.zoom-out" },
    { GDK_KEY_0, "chart.fit" }, { GDK_KEY_KP_0, "chart.fit" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gtk_widget_class_add_binding (klass, steps[i].key, 0, step_crosshair, "i", steps[i].move);
      gtk_widget_class_add_binding (klass, steps[i].keypad, 0, step_crosshair, "i", steps[i].move);
      gtk_widget_class_add_binding (klass, steps[i].key, GDK_SHIFT_MASK, step_crosshair, "i", 10 * steps[i].move);
    }
  gtk_widget_class_add_binding (klass, GDK_KEY_Home, 0, end_crosshair, "i", -1);
  gtk_widget_class_add_binding (klass, GDK_KEY_End, 0, end_crosshair, "i", 1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Escape, 0, leave_crosshair, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    gtk_widget_class_add_binding_action (klass, zooms[i].key, 0, zooms[i].action, NULL);
}

static void
etude_chart_explorer_class_init (EtudeChartExplorerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_chart_explorer_dispose;
  G_OBJECT_CLASS (klass)->get_property = etude_chart_explorer_get_property;
  props[PROP_ZOOMED] = g_param_spec_boolean ("zoomed", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "explorer");
  gtk_widget_class_install_action (widget_class, "chart.zoom-in", NULL, zoom_in);
  gtk_widget_class_install_action (widget_class, "chart.zoom-out", NULL, zoom_out);
  gtk_widget_class_install_action (widget_class, "chart.fit", NULL, fit);
  bind_keys (widget_class);
}

static GtkWidget *
make_fit_button (void)
{
  GtkWidget *button = gtk_button_new_with_label (_("Fit"));

  gtk_widget_set_tooltip_text (button, _("Show everything again (0)"));
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_visible (button, FALSE);
  gtk_widget_add_css_class (button, "osd");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "chart.fit");
  return button;
}

static void
etude_chart_explorer_init (EtudeChartExplorer *self)
{
  self->x = NAN;
  self->overlay = gtk_overlay_new ();
  self->view = g_object_new (ETUDE_TYPE_CHART_VIEW, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->crosshair = ETUDE_CHART_CROSSHAIR (etude_chart_crosshair_new (self->view));
  self->fit = make_fit_button ();
  /* What is found at a place is the explorer, for the pointer and for what reads the screen. */
  gtk_widget_set_can_target (GTK_WIDGET (self->view), FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->crosshair));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->fit);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chart.fit", FALSE);
  g_signal_connect_object (self->view, "notify::summary", G_CALLBACK (describe), self, G_CONNECT_SWAPPED);
  etude_chart_explorer_init_zoom (self);
}

/**
 * etude_chart_explorer_new:
 * @label: what a screen reader calls it
 *
 * A figure that can be looked into: a crosshair over all its panels by pointer and by keys, and a view
 * that is zoomed and moved. Its property “zoomed” says whether a part is shown.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
etude_chart_explorer_new (const char *label)
{
  GtkWidget *self = g_object_new (ETUDE_TYPE_CHART_EXPLORER, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return self;
}

/**
 * etude_chart_explorer_take_figure:
 * @self: an explorer
 * @figure: (transfer full) (nullable): what it shows from now on; view and crosshair stay
 */
void
etude_chart_explorer_take_figure (EtudeChartExplorer *self, EtudeFigure *figure)
{
  if (figure != NULL)
    etude_figure_set_view (figure, &self->zoom);
  etude_chart_view_take_figure (self->view, figure);
  etude_chart_crosshair_set_x (self->crosshair, self->x);
}

/**
 * etude_chart_explorer_changed:
 * @self: an explorer
 *
 * The series of the figure have grown.
 */
void
etude_chart_explorer_changed (EtudeChartExplorer *self)
{
  etude_chart_view_changed (self->view);
  if (!isnan (self->x))
    gtk_widget_queue_draw (GTK_WIDGET (self->crosshair));
}

void
etude_chart_explorer_set_minimum (EtudeChartExplorer *self, int width, int height)
{
  etude_chart_view_set_minimum (self->view, width, height);
}

const EtudeView *
etude_chart_explorer_get_zoom (EtudeChartExplorer *self)
{
  return &self->zoom;
}

/**
 * etude_chart_explorer_set_zoom:
 * @self: an explorer
 * @zoom: the part that it shows; the crosshair goes
 */
void
etude_chart_explorer_set_zoom (EtudeChartExplorer *self, const EtudeView *zoom)
{
  etude_chart_explorer_show_x (self, NAN, FALSE);
  etude_chart_explorer_apply (self, zoom);
}

/**
 * etude_chart_explorer_get_x:
 * @self: an explorer
 *
 * Returns: where its crosshair is, NaN where it has none
 */
double
etude_chart_explorer_get_x (EtudeChartExplorer *self)
{
  return self->x;
}
