/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/series.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Each node of a level of the pyramid covers so many nodes of the level below it, the lowest so
 * many buckets: four levels cover all buckets in 35 kB. */
#define FAN_OUT 16
#define N_LEVELS 4

/* What one point adds in an empty node: nothing, as min > max. */
#define EMPTY_RANGE ((Range) { INFINITY, -INFINITY })

typedef struct
{
  float min;
  float max;
} Range;

struct _EtudeSeries
{
  EtudeBucket *buckets;
  gsize n;
  gsize n_allocated;
  guint64 n_points;
  guint64 width;        /* points that a new bucket takes */
  guint64 last_step;
  double last_value;
  guint64 best_step;
  double best_value;    /* NaN before the first finite value */
  Range *levels[N_LEVELS];
};

static gsize
level_size (guint level)
{
  gsize size = ETUDE_SERIES_MAX;

  for (guint i = 0; i <= level; i++)
    size /= FAN_OUT;
  return size;
}

static gboolean
is_gap (const EtudeBucket *bucket)
{
  return isnan (bucket->mean);
}

static void
widen (Range *range, float min, float max)
{
  range->min = MIN (range->min, min);
  range->max = MAX (range->max, max);
}

static void
widen_levels (EtudeSeries *self, gsize bucket)
{
  const EtudeBucket *b = &self->buckets[bucket];

  if (is_gap (b))
    return;
  for (guint level = 0; level < N_LEVELS; level++)
    {
      bucket /= FAN_OUT;
      widen (&self->levels[level][bucket], b->min, b->max);
    }
}

static void
empty_levels (EtudeSeries *self)
{
  for (guint level = 0; level < N_LEVELS; level++)
    for (gsize i = 0; i < level_size (level); i++)
      self->levels[level][i] = EMPTY_RANGE;
}

/* Adds @b to @a; both are finite or both are gaps. */
static void
merge_into (EtudeBucket *a, const EtudeBucket *b)
{
  guint64 n = (guint64) a->n + b->n;

  if (!is_gap (a))
    {
      a->min = MIN (a->min, b->min);
      a->max = MAX (a->max, b->max);
      a->mean += (b->mean - a->mean) * ((double) b->n / (double) n);
    }
  a->first = MIN (a->first, b->first);
  a->n = (guint32) MIN (n, G_MAXUINT32);
}

/* Merges each bucket with its right neighbour where both are of one sort. */
static void
merge_pairs (EtudeSeries *self)
{
  gsize to = 0;

  for (gsize from = 0; from < self->n; to++)
    {
      EtudeBucket merged = self->buckets[from++];

      if (from < self->n && is_gap (&merged) == is_gap (&self->buckets[from]))
        merge_into (&merged, &self->buckets[from++]);
      self->buckets[to] = merged;
    }
  self->n = to;
}

/* Merges four buckets into at most two, one of values and one a gap. For series in which the two
 * change places so often that pairs would not make it smaller. */
static void
merge_fours (EtudeSeries *self)
{
  gsize to = 0;

  for (gsize from = 0; from < self->n;)
    {
      gsize end = MIN (from + 4, self->n);
      EtudeBucket merged[2];
      guint n = 0;

      for (; from < end; from++)
        {
          const EtudeBucket *b = &self->buckets[from];
          guint i = 0;

          while (i < n && is_gap (&merged[i]) != is_gap (b))
            i++;
          if (i < n)
            merge_into (&merged[i], b);
          else
            merged[n++] = *b;
        }
      for (guint i = 0; i < n; i++)
        self->buckets[to++] = merged[i];
    }
  self->n = to;
}

static void
compact (EtudeSeries *self)
{
  merge_pairs (self);
  if (self->n > ETUDE_SERIES_MAX / 4 * 3)
    merge_fours (self);
  self->width *= 2;
  empty_levels (self);
  for (gsize i = 0; i < self->n; i++)
    widen_levels (self, i);
}

static void
allocate (EtudeSeries *self, gsize n)
{
  self->buckets = g_renew (EtudeBucket, self->buckets, n);
  self->n_allocated = n;
}

static void
begin (EtudeSeries *self)
{
  self->n = 0;
  self->n_points = 0;
  self->width = 1;
  self->last_step = self->best_step = 0;
  self->last_value = self->best_value = NAN;
  empty_levels (self);
}

/**
 * etude_series_new:
 *
 * An empty series: values over steps in bounded memory, below 2.5 MB. Up to %ETUDE_SERIES_MAX
 * points each has a bucket of its own; then neighbours are merged, so that the extremes stay.
 * For one thread.
 *
 * Returns: (transfer full): the series, for etude_series_free()
 */
EtudeSeries *
etude_series_new (void)
{
  EtudeSeries *self = g_new0 (EtudeSeries, 1);

  for (guint level = 0; level < N_LEVELS; level++)
    self->levels[level] = g_new (Range, level_size (level));
  begin (self);
  return self;
}

static gboolean
is_sound_bucket (const EtudeBucket *bucket)
{
  if (bucket->n == 0)
    return FALSE;
  if (is_gap (bucket))
    return isnan (bucket->min) && isnan (bucket->max);
  return isfinite (bucket->min) && isfinite (bucket->max) && isfinite (bucket->mean) && bucket->min <= bucket->max;
}

static gboolean
is_sound (const EtudeBucket *buckets, gsize n, const EtudeSeriesTotals *totals)
{
  guint64 n_points = 0;

  if (n > ETUDE_SERIES_MAX || totals->width == 0 || (totals->width & (totals->width - 1)) != 0
      || isinf (totals->best_value))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!is_sound_bucket (&buckets[i]) || (i > 0 && buckets[i].first < buckets[i - 1].first))
        return FALSE;
      n_points += buckets[i].n;
    }
  return n_points == totals->n_points && (n == 0 || totals->last_step >= buckets[n - 1].first);
}

/**
 * etude_series_restore:
 * @buckets: (array length=n): what etude_series_get_buckets() gave
 * @n: how many
 * @totals: what etude_series_get_totals() gave
 *
 * A series as it was when it was stored: more points may be appended, and give what they would have
 * given then. The numbers may come from a damaged file: they are checked.
 *
 * Returns: (transfer full) (nullable): the series, or NULL where no series can be so
 */
EtudeSeries *
etude_series_restore (const EtudeBucket *buckets, gsize n, const EtudeSeriesTotals *totals)
{
  EtudeSeries *self;

  if (!is_sound (buckets, n, totals))
    return NULL;
  self = etude_series_new ();
  allocate (self, CLAMP (n, 256, ETUDE_SERIES_MAX));
  for (gsize i = 0; i < n; i++)
    {
      self->buckets[i] = buckets[i];
      widen_levels (self, i);
    }
  self->n = n;
  self->n_points = totals->n_points;
  self->width = totals->width;
  self->last_step = totals->last_step;
  self->last_value = totals->last_value;
  self->best_step = totals->best_step;
  self->best_value = totals->best_value;
  return self;
}

/**
 * etude_series_copy:
 * @self: a series
 *
 * Returns: (transfer full): a series with the same points
 */
EtudeSeries *
etude_series_copy (const EtudeSeries *self)
{
  EtudeSeries *copy = g_new (EtudeSeries, 1);

  *copy = *self;
  copy->buckets = g_memdup2 (self->buckets, self->n_allocated * sizeof (EtudeBucket));
  for (guint level = 0; level < N_LEVELS; level++)
    copy->levels[level] = g_memdup2 (self->levels[level], level_size (level) * sizeof (Range));
  return copy;
}

/**
 * etude_series_free:
 * @self: (transfer full) (nullable): a series
 */
void
etude_series_free (EtudeSeries *self)
{
  if (self == NULL)
    return;
  for (guint level = 0; level < N_LEVELS; level++)
    g_free (self->levels[level]);
  g_free (self->buckets);
  g_free (self);
}

/**
 * etude_series_clear:
 * @self: a series
 *
 * Takes all points out.
 */
void
etude_series_clear (EtudeSeries *self)
{
  begin (self);
}

/**
 * etude_series_append:
 * @self: a series
 * @step: the step of the point, not before the last one
 * @value: any number; one that is not finite breaks the line
 */
void
etude_series_append (EtudeSeries *self, guint64 step, double value)
{
  gboolean is_finite = isfinite (value);
  /* A float cannot hold every double: what is beyond stays finite and largest. */
  float rounded = is_finite ? (float) CLAMP (value, -FLT_MAX, FLT_MAX) : NAN;
  EtudeBucket point = { step, 1, rounded, rounded, is_finite ? value : NAN };
  EtudeBucket *last;

  g_return_if_fail (self->n_points == 0 || step >= self->last_step);

  self->n_points++;
  self->last_step = step;
  self->last_value = value;
  if (is_finite && !(value >= self->best_value))
    {
      self->best_value = value;
      self->best_step = step;
    }

  last = self->n > 0 ? &self->buckets[self->n - 1] : NULL;
  if (last != NULL && last->n < self->width && is_gap (last) != is_finite)
    merge_into (last, &point);
  else
    {
      if (self->n == ETUDE_SERIES_MAX)
        compact (self);
      if (self->n == self->n_allocated)
        allocate (self, CLAMP (self->n_allocated * 2, 256, ETUDE_SERIES_MAX));
      self->buckets[self->n++] = point;
    }
  widen_levels (self, self->n - 1);
}

/**
 * etude_series_get_buckets:
 * @self: a series
 * @n: (out): how many
 *
 * Returns: (transfer none) (nullable): the buckets in the order of their steps, valid until the next change
 */
const EtudeBucket *
etude_series_get_buckets (const EtudeSeries *self, gsize *n)
{
  *n = self->n;
  return self->buckets;
}

/**
 * etude_series_get_n_points:
 * @self: a series
 *
 * Returns: how many points it was given
 */
guint64
etude_series_get_n_points (const EtudeSeries *self)
{
  return self->n_points;
}

/**
 * etude_series_get_totals:
 * @self: a series
 * @totals: (out): what etude_series_restore() needs besides the buckets
 */
void
etude_series_get_totals (const EtudeSeries *self, EtudeSeriesTotals *totals)
{
  *totals = (EtudeSeriesTotals) {
    .n_points = self->n_points,
    .width = self->width,
    .last_step = self->last_step,
    .last_value = self->last_value,
    .best_step = self->best_step,
    .best_value = self->best_value,
  };
}

/**
 * etude_series_get_last:
 * @self: a series
 * @step: (out) (optional): step of the last point
 * @value: (out) (optional): its value, finite or not
 *
 * Returns: FALSE when it is empty; nothing is set then
 */
gboolean
etude_series_get_last (const EtudeSeries *self, guint64 *step, double *value)
{
  if (self->n_points == 0)
    return FALSE;
  if (step != NULL)
    *step = self->last_step;
  if (value != NULL)
    *value = self->last_value;
  return TRUE;
}

/**
 * etude_series_get_best:
 * @self: a series
 * @step: (out) (optional): the first step with the lowest finite value
 * @value: (out) (optional): that value, exact
 *
 * Returns: FALSE when it has no finite value; nothing is set then
 */
gboolean
etude_series_get_best (const EtudeSeries *self, guint64 *step, double *value)
{
  if (isnan (self->best_value))
    return FALSE;
  if (step != NULL)
    *step = self->best_step;
  if (value != NULL)
    *value = self->best_value;
  return TRUE;
}

/**
 * etude_series_find:
 * @self: a series
 * @step: any step
 *
 * Returns: the position of the first bucket that starts at @step or after it; the number of
 *   buckets when there is none
 */
gsize
etude_series_find (const EtudeSeries *self, guint64 step)
{
  gsize low = 0, high = self->n;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (self->buckets[middle].first < step)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The part of [from, to) that whole nodes of @level cover is left to it; the rest is looked at in
 * the level below. Level -1 is the buckets. */
static void
add_extent (const EtudeSeries *self, int level, gsize from, gsize to, Range *range)
{
  if (level < N_LEVELS - 1 && to - from >= 2 * FAN_OUT)
    {
      gsize inner_from = (from + FAN_OUT - 1) / FAN_OUT;
      gsize inner_to = to / FAN_OUT;

      add_extent (self, level + 1, inner_from, inner_to, range);
      add_extent (self, level, from, inner_from * FAN_OUT, range);
      add_extent (self, level, inner_to * FAN_OUT, to, range);
      return;
    }
  for (gsize i = from; i < to; i++)
    if (level >= 0)
      widen (range, self->levels[level][i].min, self->levels[level][i].max);
    else if (!is_gap (&self->buckets[i]))
      widen (range, self->buckets[i].min, self->buckets[i].max);
}

/**
 * etude_series_get_extent:
 * @self: a series
 * @from: the first bucket
 * @to: one past the last, at most their number
 * @min: (out): the least finite value in them
 * @max: (out): the largest
 *
 * Takes time with the logarithm of the number of buckets.
 *
 * Returns: FALSE when they hold no finite value; nothing is set then
 */
gboolean
etude_series_get_extent (const EtudeSeries *self, gsize from, gsize to, float *min, float *max)
{
  Range range = EMPTY_RANGE;

  g_return_val_if_fail (to <= self->n, FALSE);
  if (from < to)
    add_extent (self, -1, from, to, &range);
  if (range.min > range.max)
    return FALSE;
  *min = range.min;
  *max = range.max;
  return TRUE;
}

/**
 * etude_series_get_memory:
 * @self: a series
 *
 * Returns: bytes that it holds
 */
gsize
etude_series_get_memory (const EtudeSeries *self)
{
  gsize bytes = sizeof *self + self->n_allocated * sizeof (EtudeBucket);

  for (guint level = 0; level < N_LEVELS; level++)
    bytes += level_size (level) * sizeof (Range);
  return bytes;
}
