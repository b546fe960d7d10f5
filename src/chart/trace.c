/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "chart/figure-private.h"

/* Enough to tell a few wild values from the rest, and sorted in no time. */
#define N_SAMPLED 256

/* A raw line is cut at this share of its values at either side, if what is beyond is wild. */
#define WILD_SHARE 0.005
#define WILD_FACTOR 2.5

/* On a log axis raw values near zero would take all room: it starts so far below other lines. */
#define LOG_ROOM 10

/**
 * etude_trace_get_n:
 * @self: a trace
 *
 * Returns: how many points it has, or buckets of points; none while it is hidden
 */
gsize
etude_trace_get_n (const EtudeTrace *self)
{
  gsize n = self->n;

  if (self->line.is_hidden)
    return 0;
  if (self->series != NULL)
    etude_series_get_buckets (self->series, &n);
  return n;
}

/**
 * etude_trace_get_point:
 * @self: a trace
 * @i: which, below etude_trace_get_n()
 * @point: (out): the point
 */
void
etude_trace_get_point (const EtudeTrace *self, gsize i, EtudeTracePoint *point)
{
  if (self->series != NULL)
    {
      gsize n;
      const EtudeBucket *bucket = &etude_series_get_buckets (self->series, &n)[i];

      point->x = (double) bucket->first * self->x_factor;
      point->y = bucket->mean;
      /* The extremes are floats: those of a single value would be next to it, not it. */
      point->min = bucket->n == 1 ? bucket->mean : bucket->min;
      point->max = bucket->n == 1 ? bucket->mean : bucket->max;
      if (self->smoothed != NULL)
        point->y = point->min = point->max = etude_smoothed_get (self->smoothed, &n)[i];
    }
  else
    {
      point->x = self->x[i];
      point->y = isfinite (self->y[i]) && isfinite (self->x[i]) ? self->y[i] : NAN;
      point->min = point->max = point->y;
    }
}

/**
 * etude_trace_find:
 * @self: a trace
 * @x: a place on the axis
 *
 * Returns: the first point at @x or after it, the number of points if there is none
 */
gsize
etude_trace_find (const EtudeTrace *self, double x)
{
  gsize low = 0, high = etude_trace_get_n (self);

  if (high == 0)
    return 0;
  if (self->series != NULL)
    {
      double step = ceil (x / self->x_factor * (1 - 1e-15));

      if (!(step > 0))
        return 0;
      return step >= 0x1p63 ? etude_trace_get_n (self) : etude_series_find (self->series, (guint64) step);
    }
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (self->x[middle] < x)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static double
get_x (const EtudeTrace *self, gsize i)
{
  gsize n;

  return self->series != NULL ? (double) etude_series_get_buckets (self->series, &n)[i].first * self->x_factor : self->x[i];
}

/**
 * etude_trace_find_near:
 * @self: a trace
 * @x: a place on the axis
 * @from: a point that is not behind the one looked for
 * @guess: where it may be, at least @from
 *
 * As etude_trace_find(), in few steps where @guess is good.
 *
 * Returns: the first point from @from on that is at @x or after it, or the number of points
 */
gsize
etude_trace_find_near (const EtudeTrace *self, double x, gsize from, gsize guess)
{
  gsize n = etude_trace_get_n (self);
  gsize low = from, high, stride = 1;

  guess = MIN (guess, n);
  if (guess > from && get_x (self, guess - 1) >= x)
    {
      for (high = guess - 1; high > low && high - low > stride && get_x (self, high - stride) >= x; stride *= 2)
        high -= stride;
      low = high > low + stride ? high - stride : low;
    }
  else
    {
      for (low = guess; low + stride < n && get_x (self, low + stride - 1) < x; stride *= 2)
        low += stride;
      high = MIN (low + stride, n);
    }
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (get_x (self, middle) < x)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * etude_trace_get_extent:
 * @self: a trace
 * @from: the first point
 * @to: one past the last
 * @min: (out): least finite value
 * @max: (out): largest finite value
 *
 * Returns: FALSE where there is none
 */
gboolean
etude_trace_get_extent (const EtudeTrace *self, gsize from, gsize to, double *min, double *max)
{
  const double *values = self->y;
  gsize n;

  *min = INFINITY;
  *max = -INFINITY;
  if (self->smoothed != NULL)
    values = etude_smoothed_get (self->smoothed, &n);
  else if (self->series != NULL)
    {
      float low, high;

      if (!etude_series_get_extent (self->series, from, to, &low, &high))
        return FALSE;
      *min = low;
      *max = high;
      return TRUE;
    }
  for (gsize i = from; i < to; i++)
    if (isfinite (values[i]))
      {
        *min = MIN (*min, values[i]);
        *max = MAX (*max, values[i]);
      }
  return *min <= *max;
}

/**
 * etude_trace_get_end:
 * @self: a trace
 * @end: (out): its last finite point
 *
 * Returns: FALSE where there is none
 */
gboolean
etude_trace_get_end (const EtudeTrace *self, EtudeTracePoint *end)
{
  for (gsize i = etude_trace_get_n (self); i > 0; i--)
    {
      etude_trace_get_point (self, i - 1, end);
      if (!isnan (end->y))
        return TRUE;
    }
  return FALSE;
}

/**
 * etude_trace_get_end_within:
 * @self: a trace
 * @x: a place on the axis
 * @end: (out): its last finite point that is not beyond @x
 *
 * Returns: FALSE where there is none
 */
gboolean
etude_trace_get_end_within (const EtudeTrace *self, double x, EtudeTracePoint *end)
{
  for (gsize i = etude_trace_find (self, nextafter (x, INFINITY)); i > 0; i--)
    {
      etude_trace_get_point (self, i - 1, end);
      if (!isnan (end->y))
        return TRUE;
    }
  return FALSE;
}

static void
widen (EtudeRange *range, double value)
{
  if (!isfinite (value))
    return;
  if (!(range->min <= value))
    range->min = value;
  if (!(range->max >= value))
    range->max = value;
}

/**
 * etude_figure_find_whole_x_range:
 * @self: a figure
 * @range: (out): what its x axis shows when no part of it is looked at
 */
void
etude_figure_find_whole_x_range (const EtudeFigure *self, EtudeRange *range)
{
  EtudeRange found = { NAN, NAN };

  for (guint p = 0; p < self->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (self, p);

      for (guint i = 0; i < panel->traces->len; i++)
        {
          const EtudeTrace *trace = etude_panel_get_trace (panel, i);
          gsize n = etude_trace_get_n (trace);
          EtudeTracePoint point;

          for (gsize k = 0; k < MIN (n, 2); k++)
            {
              etude_trace_get_point (trace, k * (n - 1), &point);
              if (self->x_scale->shows (point.x))
                widen (&found, point.x);
            }
        }
      for (guint i = 0; i < panel->dots->len; i++)
        widen (&found, g_array_index (panel->dots, EtudeNote, i).x);
    }
  range->min = isfinite (self->x_range.min) ? self->x_range.min : found.min;
  range->max = isfinite (self->x_range.max) ? self->x_range.max : found.max;
  etude_axis_scale_fit (self->x_scale, range, 0);
}

/**
 * etude_figure_find_x_range:
 * @self: a figure
 * @range: (out): what its x axis shows
 */
void
etude_figure_find_x_range (const EtudeFigure *self, EtudeRange *range)
{
  if (self->x_view.min < self->x_view.max && self->x_scale->shows (self->x_view.min)
      && self->x_scale->shows (self->x_view.max))
    *range = self->x_view;
  else
    etude_figure_find_whole_x_range (self, range);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

/* What a raw line needs without its few wild values, which are marked at the frame. */
static void
widen_by_raw (EtudeRange *range, const EtudeTrace *trace, const EtudeAxisScale *scale, gsize from, gsize to)
{
  g_autofree double *values = g_new (double, 2 * N_SAMPLED);
  gsize stride = MAX (1, (to - from + N_SAMPLED - 1) / N_SAMPLED);
  double low, high, middle, min, max;
  gsize n = 0;

  for (gsize i = from; i < to && n + 2 <= 2 * N_SAMPLED; i += stride)
    {
      EtudeTracePoint point;

      etude_trace_get_point (trace, i, &point);
      if (scale->shows (point.min))
        values[n++] = point.min;
      if (scale->shows (point.max))
        values[n++] = point.max;
    }
  if (n == 0 || !etude_trace_get_extent (trace, from, to, &min, &max))
    return;
  qsort (values, n, sizeof *values, compare_doubles);
  low = values[(gsize) ((double) (n - 1) * WILD_SHARE)];
  high = values[(gsize) ((double) (n - 1) * (1 - WILD_SHARE))];
  middle = values[n / 2];
  if (to - from < 100 || scale == &etude_axis_scale_log || max - middle <= WILD_FACTOR * (high - middle))
    high = max;
  if (scale->shows (min) && (to - from < 100 || middle - min <= WILD_FACTOR * (middle - low)))
    low = min;
  widen (range, low);
  widen (range, high);
}

static void
widen_by_trace (EtudeRange *range, const EtudeTrace *trace, const EtudeAxisScale *scale, gsize from, gsize to)
{
  double min, max;

  if (!etude_trace_get_extent (trace, from, to, &min, &max))
    return;
  /* Only the least value that the axis can show counts, and the pyramid does not know it. */
  if (!scale->shows (min))
    for (gsize i = from; i < to; i++)
      {
        EtudeTracePoint point;

        etude_trace_get_point (trace, i, &point);
        if (scale->shows (point.min))
          widen (range, point.min);
      }
  else
    widen (range, min);
  if (scale->shows (max))
    widen (range, max);
}

static gboolean
is_raw (const EtudeTrace *trace)
{
  return trace->line.style == ETUDE_LINE_RAW || trace->line.style == ETUDE_LINE_SEED;
}

/* The least and largest of lines, bands, references and dots that stand between the ends of x. */
static void
find_data_range (const EtudePanel *self, const EtudeRange *x_range, EtudeRange *range)
{
  EtudeRange lines = { NAN, NAN }, raw = { NAN, NAN };

  for (guint i = 0; i < self->traces->len; i++)
    {
      const EtudeTrace *trace = etude_panel_get_trace (self, i);
      gsize from = etude_trace_find (trace, x_range->min);
      gsize to = etude_trace_find (trace, nextafter (x_range->max, INFINITY));

      if (from >= to)
        continue;
      if (is_raw (trace))
        widen_by_raw (&raw, trace, self->scale, from, to);
      else
        widen_by_trace (&lines, trace, self->scale, from, to);
    }
  for (guint i = 0; i < self->bands->len; i++)
    {
      const EtudeBand *band = &g_array_index (self->bands, EtudeBand, i);

      for (gsize k = 0; k < band->n; k++)
        {
          if (self->scale->shows (band->low[k]))
            widen (&lines, band->low[k]);
          if (self->scale->shows (band->high[k]))
            widen (&lines, band->high[k]);
        }
    }
  for (guint i = 0; i < self->dots->len; i++)
    if (self->scale->shows (g_array_index (self->dots, EtudeNote, i).y))
      widen (&lines, g_array_index (self->dots, EtudeNote, i).y);
  for (guint i = 0; i < self->references->len; i++)
    if (self->scale->shows (g_array_index (self->references, EtudeNote, i).y))
      widen (&lines, g_array_index (self->references, EtudeNote, i).y);

  if (self->scale == &etude_axis_scale_log && lines.min > 0 && raw.min < lines.min / LOG_ROOM)
    raw.min = lines.min / LOG_ROOM;
  *range = lines;
  widen (range, raw.min);
  widen (range, raw.max);
}

/**
 * etude_panel_find_y_range:
 * @self: a panel
 * @x_range: what the x axis shows
 * @wanted: how many ticks there is room for
 * @range: (out): what the y axis shows
 *
 * Given ends stay as they are; the others go out to a round value.
 */
void
etude_panel_find_y_range (const EtudePanel *self, const EtudeRange *x_range, guint wanted, EtudeRange *range)
{
  gboolean has_min = self->scale->shows (self->range.min);
  gboolean has_max = self->scale->shows (self->range.max);

  if (self->view.min < self->view.max && self->scale->shows (self->view.min) && self->scale->shows (self->view.max))
    {
      *range = self->view;
      return;
    }
  find_data_range (self, x_range, range);
  if (has_min)
    range->min = self->range.min;
  if (has_max)
    range->max = self->range.max;
  if (has_min && has_max)
    {
      etude_axis_scale_fit (self->scale, range, 0);
      return;
    }
  /* A loss or a rate is read against zero, unless all of it is far from there. */
  if (self->scale == &etude_axis_scale_linear && !has_min && range->min > 0
      && (range->min < 0.6 * range->max || range->min >= range->max * (1 - 1e-6)))
    range->min = 0;
  etude_axis_scale_fit (self->scale, range, wanted);
  if (has_min)
    range->min = self->range.min;
  if (has_max)
    range->max = self->range.max;
  if (!(range->min < range->max))
    etude_axis_scale_fit (self->scale, range, 0);
}
