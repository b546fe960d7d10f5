/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/view.h"

#include <math.h>

#include "chart/layout-private.h"

/* The least part of the whole that a view can be: a single record of a million. */
#define LEAST_SHARE 1e-6

/* A crosshair that leaves the view takes it along, with so much of its width ahead. */
#define AHEAD 0.1

static const EtudeRange whole_range = { 0, 0 };

static gboolean
is_set (const EtudeRange *range)
{
  return range->min < range->max;
}

/**
 * etude_view_is_whole:
 * @self: a view
 *
 * Returns: whether it shows all that there is
 */
gboolean
etude_view_is_whole (const EtudeView *self)
{
  for (guint i = 0; i < ETUDE_VIEW_PANELS; i++)
    if (is_set (&self->y[i]))
      return FALSE;
  return !is_set (&self->x);
}

/**
 * etude_figure_find_spot:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @x: pixels from the left
 * @y: pixels from the top
 * @spot: (out): where that is
 *
 * Returns: FALSE for a figure without panels
 */
gboolean
etude_figure_find_spot (const EtudeFigure *self, double width, double height, double x, double y, EtudeSpot *spot)
{
  double nearest = INFINITY;

  for (guint i = 0; i < self->panels->len; i++)
    {
      EtudeRectangle plot;
      double distance;

      etude_figure_get_panel_bounds (self, width, height, i, &plot.x, &plot.y, &plot.width, &plot.height);
      distance = MAX (MAX (plot.y - y, y - plot.y - plot.height), 0);
      if (distance >= nearest)
        continue;
      nearest = distance;
      *spot = (EtudeSpot) { i, (x - plot.x) / plot.width, 1 - (y - plot.y) / plot.height };
    }
  return isfinite (nearest);
}

/**
 * etude_figure_place_x:
 * @self: a figure
 * @x: a value of its x axis
 *
 * Returns: its place there: 0 at the start of what is shown, 1 at the end
 */
double
etude_figure_place_x (const EtudeFigure *self, double x)
{
  EtudeRange range;

  etude_figure_find_x_range (self, &range);
  return self->x_scale->map (x, &range);
}

/* The part from place @from to place @to of a range. */
static EtudeRange
find_part (const EtudeAxisScale *scale, const EtudeRange *range, double from, double to)
{
  return (EtudeRange) { scale->inverse (MIN (from, to), range), scale->inverse (MAX (from, to), range) };
}

/* Takes @part where it is a part of @whole and of some size; as far as it is moved, its size stays. */
static void
take (EtudeRange *range, const EtudeAxisScale *scale, EtudeRange part, const EtudeRange *whole)
{
  double from = scale->map (part.min, whole), to = scale->map (part.max, whole);
  double least = MAX (LEAST_SHARE, 1e-9 * MAX (fabs (whole->min), fabs (whole->max)) / (whole->max - whole->min));

  if (!isfinite (from) || !isfinite (to) || to - from < least)
    return;
  if (to - from >= 1 - 1e-9)
    {
      *range = whole_range;
      return;
    }
  if (from < 0)
    {
      to -= from;
      from = 0;
    }
  else if (to > 1)
    {
      from -= to - 1;
      to = 1;
    }
  *range = find_part (scale, whole, from, to);
  /* Not a rounding error beyond the ends. */
  range->min = MAX (range->min, whole->min);
  range->max = MIN (range->max, whole->max);
}

static void
take_x (EtudeView *self, const EtudeFigure *figure, double from, double to)
{
  EtudeRange now, whole;

  etude_figure_find_x_range (figure, &now);
  etude_figure_find_whole_x_range (figure, &whole);
  take (&self->x, figure->x_scale, find_part (figure->x_scale, &now, from, to), &whole);
}

/* What a panel shows of y now, and would show by itself. */
static gboolean
find_y_ranges (const EtudeFigure *figure, guint panel, double width, double height, EtudeRange *now, EtudeRange *own)
{
  PangoLayout *text;
  EtudeLayout layout;
  EtudePanel *changed;
  EtudeRange view;

  if (panel >= figure->panels->len || panel >= ETUDE_VIEW_PANELS)
    return FALSE;
  text = etude_text_new_layout ();
  etude_layout_init (&layout, figure, width, height, text);
  *now = *own = layout.panels[panel].frame.y_range;
  etude_layout_clear (&layout);
  changed = g_ptr_array_index (figure->panels, panel);
  view = changed->view;
  if (is_set (&view))
    {
      changed->view = whole_range;
      etude_layout_init (&layout, figure, width, height, text);
      *own = layout.panels[panel].frame.y_range;
      etude_layout_clear (&layout);
      changed->view = view;
    }
  g_object_unref (text);
  return TRUE;
}

static void
take_y (EtudeView *self, const EtudeFigure *figure, guint panel, double width, double height, double from, double to)
{
  EtudeRange now, own, part;
  const EtudeAxisScale *scale;

  if (!find_y_ranges (figure, panel, width, height, &now, &own))
    return;
  scale = etude_figure_get_panel (figure, panel)->scale;
  part = find_part (scale, &now, from, to);
  if (part.min <= own.min && part.max >= own.max)
    self->y[panel] = whole_range;
  else if (scale->shows (part.min) && scale->shows (part.max)
           && part.max - part.min > 1e-9 * MAX (fabs (part.min), fabs (part.max)))
    self->y[panel] = part;
}

/**
 * etude_view_zoom_x:
 * @self: the view of @figure
 * @figure: a figure
 * @place: what stays where it is: 0 the start of the axis, 1 its end
 * @factor: below 1 to see less in more detail
 *
 * A view never goes beyond what there is.
 */
void
etude_view_zoom_x (EtudeView *self, const EtudeFigure *figure, double place, double factor)
{
  place = CLAMP (place, 0, 1);
  take_x (self, figure, place - place * factor, place + (1 - place) * factor);
}

/**
 * etude_view_zoom_y:
 * @self: the view of @figure
 * @figure: a figure
 * @panel: whose axis
 * @width: of the figure in pixels, as it is drawn
 * @height: likewise
 * @place: what stays where it is: 0 the foot, 1 the top
 * @factor: below 1 to see less in more detail
 *
 * Where more would be seen than the panel shows by itself, it shows that again.
 */
void
etude_view_zoom_y (EtudeView *self, const EtudeFigure *figure, guint panel, double width, double height, double place,
                   double factor)
{
  place = CLAMP (place, 0, 1);
  take_y (self, figure, panel, width, height, place - place * factor, place + (1 - place) * factor);
}

/**
 * etude_view_pan:
 * @self: the view of @figure
 * @figure: a figure
 * @panel: whose y axis moves too, where it has a range of its own
 * @by_x: how far, in lengths of the axis
 * @by_y: likewise
 */
void
etude_view_pan (EtudeView *self, const EtudeFigure *figure, guint panel, double by_x, double by_y)
{
  if (is_set (&self->x))
    take_x (self, figure, by_x, 1 + by_x);
  if (panel < MIN (figure->panels->len, ETUDE_VIEW_PANELS) && is_set (&self->y[panel]))
    {
      const EtudeAxisScale *scale = etude_figure_get_panel (figure, panel)->scale;
      EtudeRange moved = find_part (scale, &self->y[panel], by_y, 1 + by_y);

      if (scale->shows (moved.min) && scale->shows (moved.max))
        self->y[panel] = moved;
    }
}

/**
 * etude_view_select_x:
 * @self: the view of @figure
 * @figure: a figure
 * @from: one place on the axis as it is now: 0 its start, 1 its end
 * @to: another one
 *
 * Shows what is between two places.
 */
void
etude_view_select_x (EtudeView *self, const EtudeFigure *figure, double from, double to)
{
  take_x (self, figure, CLAMP (MIN (from, to), 0, 1), CLAMP (MAX (from, to), 0, 1));
}

void
etude_view_select_y (EtudeView *self, const EtudeFigure *figure, guint panel, double width, double height, double from,
                     double to)
{
  take_y (self, figure, panel, width, height, CLAMP (MIN (from, to), 0, 1), CLAMP (MAX (from, to), 0, 1));
}

/**
 * etude_view_follow:
 * @self: the view of @figure
 * @figure: a figure
 * @x: where a crosshair is
 *
 * Moves the view where @x is outside.
 *
 * Returns: whether it has moved
 */
gboolean
etude_view_follow (EtudeView *self, const EtudeFigure *figure, double x)
{
  EtudeRange now;
  double place;

  if (!is_set (&self->x))
    return FALSE;
  etude_figure_find_x_range (figure, &now);
  place = figure->x_scale->map (x, &now);
  if (place >= 0 && place <= 1)
    return FALSE;
  etude_view_pan (self, figure, G_MAXUINT, place < 0 ? place - AHEAD : place - 1 + AHEAD, 0);
  return TRUE;
}
