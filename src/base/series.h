/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* A series never holds more buckets than this, however many points it was given. */
#define ETUDE_SERIES_MAX 65536

/**
 * EtudeBucket:
 * @first: step of its first point
 * @n: number of points
 * @min: least value, NaN in a gap
 * @max: largest value, NaN in a gap
 * @mean: mean of the values, the value itself where @n is 1; NaN in a gap
 *
 * Neighbouring points of a series. A gap is a bucket of points that are not finite: it breaks the
 * line, and never mixes with finite points.
 */
typedef struct
{
  guint64 first;
  guint32 n;
  float min;
  float max;
  double mean;
} EtudeBucket;

/**
 * EtudeSeriesTotals:
 * @n_points: how many points the series was given
 * @width: points that a new bucket takes, a power of two
 * @last_step: step of the last point
 * @last_value: its value
 * @best_step: first step with the lowest finite value
 * @best_value: that value, NaN where there is none
 *
 * What a series knows besides its buckets.
 */
typedef struct
{
  guint64 n_points;
  guint64 width;
  guint64 last_step;
  double last_value;
  guint64 best_step;
  double best_value;
} EtudeSeriesTotals;

typedef struct _EtudeSeries EtudeSeries;

EtudeSeries *etude_series_new (void);
EtudeSeries *etude_series_restore (const EtudeBucket *buckets, gsize n, const EtudeSeriesTotals *totals);
EtudeSeries *etude_series_copy (const EtudeSeries *self);
void etude_series_free (EtudeSeries *self);
void etude_series_clear (EtudeSeries *self);
void etude_series_append (EtudeSeries *self, guint64 step, double value);

const EtudeBucket *etude_series_get_buckets (const EtudeSeries *self, gsize *n);
guint64 etude_series_get_n_points (const EtudeSeries *self);
void etude_series_get_totals (const EtudeSeries *self, EtudeSeriesTotals *totals);
gboolean etude_series_get_last (const EtudeSeries *self, guint64 *step, double *value);
gboolean etude_series_get_best (const EtudeSeries *self, guint64 *step, double *value);
gsize etude_series_find (const EtudeSeries *self, guint64 step);
gboolean etude_series_get_extent (const EtudeSeries *self, gsize from, gsize to, float *min, float *max);
gsize etude_series_get_memory (const EtudeSeries *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeSeries, etude_series_free)

G_END_DECLS
