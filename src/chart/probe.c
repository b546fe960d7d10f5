/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/probe.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/number.h"
#include "chart/layout-private.h"

/* A step of a crosshair goes so many pixels at least. */
#define LEAST_STEP 1.0

static gboolean
is_measured (const EtudeTrace *trace)
{
  return trace->line.style != ETUDE_LINE_FUTURE && trace->line.style != ETUDE_LINE_REFERENCE;
}

/* The finite point of @trace that is nearest to @x. */
static gboolean
find_nearest (const EtudeTrace *trace, double x, EtudeTracePoint *nearest)
{
  gsize n = etude_trace_get_n (trace), at = etude_trace_find (trace, x);
  EtudeTracePoint after, before;
  gboolean has_after = FALSE, has_before = FALSE;

  for (gsize i = at; i < n && !has_after; i++)
    {
      etude_trace_get_point (trace, i, &after);
      has_after = !isnan (after.y);
    }
  for (gsize i = at; i > 0 && !has_before; i--)
    {
      etude_trace_get_point (trace, i - 1, &before);
      has_before = !isnan (before.y);
    }
  if (!has_after && !has_before)
    return FALSE;
  *nearest = !has_before || (has_after && after.x - x <= x - before.x) ? after : before;
  return TRUE;
}

/* A line has a value as far beyond its ends as its points lie apart; a later one would not be its own. */
static gboolean
reaches (const EtudeTrace *trace, double x)
{
  gsize n = etude_trace_get_n (trace);
  EtudeTracePoint first, last;
  double apart;

  if (n == 0)
    return FALSE;
  etude_trace_get_point (trace, 0, &first);
  etude_trace_get_point (trace, n - 1, &last);
  apart = n > 1 ? (last.x - first.x) / (double) (n - 1) : INFINITY;
  return x >= first.x - apart && x <= last.x + apart;
}

static void
add_probes (GArray *probes, const EtudePanel *panel, guint p, const EtudeFrame *frame, double x)
{
  for (guint i = 0; i < panel->traces->len; i++)
    {
      const EtudeTrace *trace = etude_panel_get_trace (panel, i);
      EtudeTracePoint point;
      EtudeProbe probe = { .panel = p, .label = trace->line.label, .colour = trace->line.colour,
                           .style = trace->line.style };

      if (!reaches (trace, x) || !find_nearest (trace, x, &point))
        continue;
      probe.name = trace->line.label != NULL ? trace->line.label : trace->line.description;
      probe.x = point.x;
      probe.value = point.y;
      probe.min = point.min;
      probe.max = point.max;
      if (frame != NULL)
        {
          probe.place_x = etude_frame_x (frame, point.x);
          probe.place_y = frame->plot.y + frame->plot.height;
          if (frame->y_scale->shows (point.y))
            probe.place_y = CLAMP (etude_frame_y (frame, point.y), frame->plot.y, probe.place_y);
        }
      g_array_append_val (probes, probe);
    }
}

/* The layout of a figure at one size, which etude_layout_clear() frees. */
static void
lay_out (EtudeLayout *layout, const EtudeFigure *figure, double width, double height)
{
  PangoLayout *text = etude_text_new_layout ();

  etude_layout_init (layout, figure, width, height, text);
  g_object_unref (text);
}

/**
 * etude_figure_probe:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @x: where a crosshair is, in the unit of the x axis
 *
 * What every line is at one place: the values at a crosshair, from the points nearest to it. A line
 * that has ended before, or begins later, is left out.
 *
 * Returns: (transfer full) (element-type EtudeProbe): panel by panel; texts belong to the figure
 */
GArray *
etude_figure_probe (const EtudeFigure *self, double width, double height, double x)
{
  GArray *probes = g_array_new (FALSE, FALSE, sizeof (EtudeProbe));
  EtudeLayout layout;

  lay_out (&layout, self, width, height);
  for (guint p = 0; p < layout.n_panels; p++)
    add_probes (probes, etude_figure_get_panel (self, p), p, &layout.panels[p].frame, x);
  etude_layout_clear (&layout);
  return probes;
}

/**
 * etude_figure_find_x:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @place_x: pixels from the left
 * @x: (out): the value of the x axis there
 *
 * Returns: FALSE where the place is outside the panels
 */
gboolean
etude_figure_find_x (const EtudeFigure *self, double width, double height, double place_x, double *x)
{
  EtudeLayout layout;
  gboolean found = FALSE;

  lay_out (&layout, self, width, height);
  if (layout.n_panels > 0)
    {
      const EtudeFrame *frame = &layout.panels[0].frame;
      double place = (place_x - frame->plot.x) / frame->plot.width;

      found = place >= 0 && place <= 1;
      if (found)
        *x = frame->x_scale->inverse (place, &frame->x_range);
    }
  etude_layout_clear (&layout);
  return found;
}

/**
 * etude_figure_snap_x:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @place_x: pixels from the left
 * @x: (out): where the point nearest to that place stands
 *
 * Returns: FALSE where the place is outside the panels
 */
gboolean
etude_figure_snap_x (const EtudeFigure *self, double width, double height, double place_x, double *x)
{
  double at, nearest = INFINITY;
  EtudeRange view;

  if (!etude_figure_find_x (self, width, height, place_x, &at))
    return FALSE;
  *x = at;
  etude_figure_find_x_range (self, &view);
  for (guint p = 0; p < self->panels->len; p++)
    for (guint i = 0; i < etude_figure_get_panel (self, p)->traces->len; i++)
      {
        const EtudeTrace *trace = etude_panel_get_trace (etude_figure_get_panel (self, p), i);
        EtudeTracePoint point;

        if (is_measured (trace) && reaches (trace, at) && find_nearest (trace, at, &point) && fabs (point.x - at) < nearest
            && point.x >= view.min && point.x <= view.max)
          {
            nearest = fabs (point.x - at);
            *x = point.x;
          }
      }
  return TRUE;
}

/* The next place after @x, or before it, where any line has a point. */
static gboolean
find_next (const EtudeFigure *self, double after, double before, gboolean is_forward, double *x)
{
  gboolean found = FALSE;

  for (guint p = 0; p < self->panels->len; p++)
    for (guint i = 0; i < etude_figure_get_panel (self, p)->traces->len; i++)
      {
        const EtudeTrace *trace = etude_panel_get_trace (etude_figure_get_panel (self, p), i);
        gsize n = etude_trace_get_n (trace);
        gsize at = etude_trace_find (trace, is_forward ? after : nextafter (before, INFINITY));
        EtudeTracePoint point;

        if (!is_measured (trace) || (is_forward ? at >= n : at == 0))
          continue;
        etude_trace_get_point (trace, is_forward ? at : at - 1, &point);
        if (!found || (is_forward ? point.x < *x : point.x > *x))
          *x = point.x;
        found = TRUE;
      }
  return found;
}

/**
 * etude_figure_step_x:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @steps: how many points on, negative for back
 * @x: (inout): where a crosshair is
 *
 * Moves a crosshair from point to point; where points stand closer than pixels, from pixel to pixel.
 *
 * Returns: FALSE where there was no point further on
 */
gboolean
etude_figure_step_x (const EtudeFigure *self, double width, double height, int steps, double *x)
{
  gboolean has_moved = FALSE;
  EtudeLayout layout;

  lay_out (&layout, self, width, height);
  for (int i = 0; i < ABS (steps) && layout.n_panels > 0; i++)
    {
      const EtudeFrame *frame = &layout.panels[0].frame;
      double place = frame->x_scale->map (*x, &frame->x_range), least = LEAST_STEP / frame->plot.width;
      double after = frame->x_scale->inverse (place + least, &frame->x_range);
      double before = frame->x_scale->inverse (place - least, &frame->x_range);

      if (!find_next (self, after, before, steps > 0, x))
        break;
      has_moved = TRUE;
    }
  etude_layout_clear (&layout);
  return has_moved;
}

/**
 * etude_figure_find_end:
 * @self: a figure
 * @is_last: the last point rather than the first
 * @x: (out): where it stands
 *
 * Returns: FALSE where no line has a point
 */
gboolean
etude_figure_find_end (const EtudeFigure *self, gboolean is_last, double *x)
{
  return find_next (self, -INFINITY, G_MAXDOUBLE, !is_last, x);
}

static char *
write_number (double value)
{
  EtudeLabel label;
  char *text;

  etude_label_init_value (&label, value);
  text = etude_label_to_text (&label);
  etude_label_clear (&label);
  return text;
}

/**
 * etude_figure_write_x:
 * @self: a figure
 * @x: a place on the x axis
 *
 * Returns: (transfer full): the place with its unit, such as “epoch 11.5”
 */
char *
etude_figure_write_x (const EtudeFigure *self, double x)
{
  gboolean is_whole = fabs (x - round (x)) < 1e-6 && fabs (x) < 1e15;
  g_autofree char *number = etude_number_show (is_whole ? round (x) : x, is_whole ? 15 : 4);

  return self->x_unit != NULL ? g_strdup_printf ("%s %s", self->x_unit, number) : g_steal_pointer (&number);
}

/**
 * etude_figure_describe_at:
 * @self: a figure
 * @x: where a crosshair is
 *
 * Returns: (transfer full): every value there in words, for a screen reader: “epoch 3: Validation 0.12,
 *   Training 0.09 (0.05 to 0.2)”
 */
char *
etude_figure_describe_at (const EtudeFigure *self, double x)
{
  g_autoptr (GArray) probes = g_array_new (FALSE, FALSE, sizeof (EtudeProbe));
  g_autofree char *where = etude_figure_write_x (self, x);
  GString *text = g_string_new (where);

  for (guint p = 0; p < self->panels->len; p++)
    add_probes (probes, etude_figure_get_panel (self, p), p, NULL, x);
  for (guint i = 0, n = 0; i < probes->len; i++)
    {
      const EtudeProbe *probe = &g_array_index (probes, EtudeProbe, i);
      g_autofree char *value = write_number (probe->value);

      if (probe->name == NULL)
        continue;
      g_string_append_printf (text, "%s %s %s", n++ == 0 ? ":" : ",", probe->name, value);
      if (probe->min < probe->max)
        {
          g_autofree char *min = write_number (probe->min), *max = write_number (probe->max);

          /* Translators: least and largest of the values that a point stands for */
          g_string_append_printf (text, _(" (%s to %s)"), min, max);
        }
    }
  return g_string_free (text, FALSE);
}
