/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/snapshot.h"
#include "optim/flat.h"

G_BEGIN_DECLS

/**
 * EtudeAverage:
 * @keep: what it keeps of itself at each update; 0 for no average
 * @weights: (not owned): [values.n]: what is averaged
 * @values: (owned): the average, or the weights while it is shown in their place
 * @n_seen: updates so far
 * @is_shown: whether the two have changed places
 *
 * An exponential moving average of the weights of a run, which its evaluations see.
 */
typedef struct
{
  double keep;
  EtudeReal *weights;
  EtudeFlat values;
  guint64 n_seen;
  gboolean is_shown;
} EtudeAverage;

gboolean etude_average_init (EtudeAverage *self, double keep, EtudeReal *weights, gsize n, GError **error);
void etude_average_clear (EtudeAverage *self);
void etude_average_see (EtudeAverage *self);
void etude_average_show (EtudeAverage *self, gboolean show);
void etude_average_keep (EtudeAverage *self, EtudeSnapshot *snapshot);

G_END_DECLS
