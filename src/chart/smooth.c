/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/smooth.h"

#include <math.h>

struct _EtudeSmoothed
{
  const EtudeSeries *series;
  double smoothing;
  guint64 n_points;     /* of the series when the values were made */
  gsize n;
  gsize n_allocated;
  double *values;
};

/**
 * etude_smoothed_new:
 * @series: borrowed: what is smoothed
 * @smoothing: how much of the average so far a point leaves, from 0 to %ETUDE_MAX_SMOOTHING
 *
 * The exponential average of a series, of all its points: a bucket of n points with the mean m counts
 * as n points of that value, so
 *
 *   s = βⁿ s + (1 − βⁿ) m,   w = βⁿ w + (1 − βⁿ),   average s / w
 *
 * from s = w = 0. The division takes away the pull towards the zero at the start (the bias correction
 * of Adam, Kingma and Ba 2015, section 3). Points that are not finite leave a gap and do not count.
 * One thread.
 *
 * Returns: (transfer full): the average, for etude_smoothed_free()
 */
EtudeSmoothed *
etude_smoothed_new (const EtudeSeries *series, double smoothing)
{
  EtudeSmoothed *self = g_new0 (EtudeSmoothed, 1);

  self->series = series;
  self->smoothing = CLAMP (smoothing, 0, ETUDE_MAX_SMOOTHING);
  return self;
}

/**
 * etude_smoothed_free:
 * @self: (transfer full) (nullable): an average
 */
void
etude_smoothed_free (EtudeSmoothed *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self);
}

static void
fill (EtudeSmoothed *self, const EtudeBucket *buckets)
{
  double sum = 0, weight = 0, kept = 1;
  guint32 n_kept = 0;

  for (gsize i = 0; i < self->n; i++)
    {
      if (isnan (buckets[i].mean))
        {
          self->values[i] = NAN;
          continue;
        }
      /* Nearly all buckets are of one size. */
      if (buckets[i].n != n_kept)
        {
          n_kept = buckets[i].n;
          kept = pow (self->smoothing, n_kept);
        }
      sum = kept * sum + (1 - kept) * buckets[i].mean;
      weight = kept * weight + (1 - kept);
      self->values[i] = sum / weight;
    }
}

/**
 * etude_smoothed_get:
 * @self: an average
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): the average after each bucket of the series as it is now
 */
const double *
etude_smoothed_get (EtudeSmoothed *self, gsize *n)
{
  guint64 n_points = etude_series_get_n_points (self->series);

  if (n_points != self->n_points)
    {
      const EtudeBucket *buckets = etude_series_get_buckets (self->series, &self->n);

      if (self->n > self->n_allocated)
        {
          self->n_allocated = MAX (2 * self->n_allocated, self->n);
          self->values = g_renew (double, self->values, self->n_allocated);
        }
      fill (self, buckets);
      self->n_points = n_points;
    }
  *n = self->n;
  return self->values;
}
