/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/widgets/chart-explorer-private.h"
#include "chart/probe.h"
#include "chart/view.h"

/* One notch of a wheel makes the visible part smaller by this factor. */
#define WHEEL_ZOOM 0.8

/* A wheel that goes sideways moves the view by this share of its width. */
#define WHEEL_PAN 0.1

/* So many pixels of a touchpad are one notch of a wheel. */
#define TOUCHPAD_NOTCH 30

/* A drag of fewer pixels is a click; a flat one selects only x. */
#define LEAST_DRAG 8
#define LEAST_BOX 24

static gboolean
find_spot (EtudeChartExplorer *self, double x, double y, EtudeSpot *spot)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);

  return figure != NULL
         && etude_figure_find_spot (figure, gtk_widget_get_width (GTK_WIDGET (self->view)),
                                    gtk_widget_get_height (GTK_WIDGET (self->view)), x, y, spot);
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, EtudeChartExplorer *self)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  double width = gtk_widget_get_width (GTK_WIDGET (self->view)), height = gtk_widget_get_height (GTK_WIDGET (self->view));
  double at = NAN;

  /* When what is under a pointer at rest changes, GTK says that it has moved. */
  if (x == self->pointer_x && y == self->pointer_y)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  if (figure == NULL || !etude_figure_snap_x (figure, width, height, x, &at))
    at = NAN;
  etude_chart_explorer_show_x (self, at, FALSE);
}

static void
on_leave (EtudeChartExplorer *self)
{
  self->pointer_x = self->pointer_y = NAN;
  if (!self->by_keys)
    etude_chart_explorer_show_x (self, NAN, FALSE);
}

/* Left of the axes the wheel zooms y, above them x. */
static gboolean
on_scroll (GtkEventControllerScroll *scroll, double dx, double dy, EtudeChartExplorer *self)
{
  double notch = gtk_event_controller_scroll_get_unit (scroll) == GDK_SCROLL_UNIT_SURFACE ? TOUCHPAD_NOTCH : 1;
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  EtudeView zoom = self->zoom;
  EtudeSpot spot;

  if (!find_spot (self, self->pointer_x, self->pointer_y, &spot))
    return GDK_EVENT_PROPAGATE;
  dx /= notch;
  dy /= notch;
  if (state & GDK_SHIFT_MASK || fabs (dx) > fabs (dy))
    etude_view_pan (&zoom, figure, G_MAXUINT, WHEEL_PAN * (dx != 0 ? dx : dy), 0);
  else if (spot.place_x < 0)
    etude_view_zoom_y (&zoom, figure, spot.panel, gtk_widget_get_width (GTK_WIDGET (self->view)),
                       gtk_widget_get_height (GTK_WIDGET (self->view)), spot.place_y, pow (WHEEL_ZOOM, -dy));
  else
    etude_view_zoom_x (&zoom, figure, spot.place_x, pow (WHEEL_ZOOM, -dy));
  etude_chart_explorer_apply (self, &zoom);
  return GDK_EVENT_STOP;
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, EtudeChartExplorer *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (drag));
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (drag));

  if (button != GDK_BUTTON_PRIMARY && button != GDK_BUTTON_MIDDLE)
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->is_panning = button == GDK_BUTTON_MIDDLE || (state & GDK_SHIFT_MASK);
  self->drag_from = self->zoom;
}

/* From where the drag began, so that the curve stays under the pointer. */
static void
pan (EtudeChartExplorer *self, double x, double y, double dx, double dy)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  EtudeView zoom = self->drag_from;
  double left, top, width, height;
  EtudeSpot spot;

  if (!find_spot (self, x, y, &spot)
      || !etude_figure_get_panel_bounds (figure, gtk_widget_get_width (GTK_WIDGET (self->view)),
                                         gtk_widget_get_height (GTK_WIDGET (self->view)), spot.panel, &left, &top, &width,
                                         &height))
    return;
  etude_figure_set_view (figure, &zoom);
  etude_view_pan (&zoom, figure, spot.panel, -dx / width, dy / height);
  etude_chart_explorer_apply (self, &zoom);
}

static gboolean
is_box (double dx, double dy)
{
  return fabs (dx) >= LEAST_DRAG || fabs (dy) >= LEAST_BOX;
}

static void
on_drag_update (GtkGestureDrag *drag, double dx, double dy, EtudeChartExplorer *self)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  double x, y, left, top, width, height;
  graphene_rect_t box, plot;
  EtudeSpot spot;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  if (self->is_panning)
    {
      pan (self, x, y, dx, dy);
      return;
    }
  if (!find_spot (self, x, y, &spot)
      || !etude_figure_get_panel_bounds (figure, gtk_widget_get_width (GTK_WIDGET (self->view)),
                                         gtk_widget_get_height (GTK_WIDGET (self->view)), spot.panel, &left, &top, &width,
                                         &height))
    return;
  plot = GRAPHENE_RECT_INIT ((float) left, (float) top, (float) width, (float) height);
  box = GRAPHENE_RECT_INIT ((float) MIN (x, x + dx), (float) MIN (y, y + dy), (float) fabs (dx), (float) fabs (dy));
  if (fabs (dy) < LEAST_BOX)
    box = GRAPHENE_RECT_INIT (box.origin.x, plot.origin.y, box.size.width, plot.size.height);
  else if (fabs (dx) < LEAST_DRAG)
    box = GRAPHENE_RECT_INIT (plot.origin.x, box.origin.y, plot.size.width, box.size.height);
  etude_chart_crosshair_set_box (self->crosshair, is_box (dx, dy) && graphene_rect_intersection (&box, &plot, &box) ? &box : NULL);
}

static void
on_drag_end (GtkGestureDrag *drag, double dx, double dy, EtudeChartExplorer *self)
{
  EtudeFigure *figure = etude_chart_view_get_figure (self->view);
  EtudeView zoom = self->zoom;
  EtudeSpot from, to;
  double x, y;

  etude_chart_crosshair_set_box (self->crosshair, NULL);
  gtk_gesture_drag_get_start_point (drag, &x, &y);
  if (self->is_panning || !is_box (dx, dy) || !find_spot (self, x, y, &from) || !find_spot (self, x + dx, y + dy, &to))
    return;
  if (fabs (dy) >= LEAST_BOX)
    {
      double left, top, width, height, depth = gtk_widget_get_height (GTK_WIDGET (self->view));

      /* The panel where it began, however far it went. */
      etude_figure_get_panel_bounds (figure, gtk_widget_get_width (GTK_WIDGET (self->view)), depth, from.panel, &left, &top,
                                     &width, &height);
      etude_view_select_y (&zoom, figure, from.panel, gtk_widget_get_width (GTK_WIDGET (self->view)), depth, from.place_y,
                           from.place_y - dy / height);
    }
  if (fabs (dx) >= LEAST_DRAG)
    etude_view_select_x (&zoom, figure, from.place_x, to.place_x);
  etude_chart_explorer_apply (self, &zoom);
}

static void
on_drag_cancel (EtudeChartExplorer *self)
{
  etude_chart_crosshair_set_box (self->crosshair, NULL);
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, EtudeChartExplorer *self)
{
  if (n_press == 2)
    gtk_widget_activate_action (GTK_WIDGET (self), "chart.fit", NULL);
}

/* What the pointer does: crosshair, wheel, box and double click. */
void
etude_chart_explorer_init_zoom (EtudeChartExplorer *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new (), *click = gtk_gesture_click_new ();
  GtkEventController *controllers[] = { motion, scroll, GTK_EVENT_CONTROLLER (drag), GTK_EVENT_CONTROLLER (click) };

  self->pointer_x = self->pointer_y = NAN;
  g_signal_connect (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (on_drag_cancel), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  for (guint i = 0; i < G_N_ELEMENTS (controllers); i++)
    gtk_widget_add_controller (GTK_WIDGET (self), controllers[i]);
}
