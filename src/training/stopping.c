/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/stopping.h"

#include <glib/gi18n-lib.h>

#include "base/memory.h"

/**
 * etude_stopping_init:
 * @self: uninitialised
 * @section: an #EtudeEarlyStopping or null; borrowed
 * @measures: what the evaluations of the run measure
 * @n: how many numbers its network keeps
 * @error: set when something else is watched, or there is no memory
 *
 * Free with etude_stopping_clear(), which may be called after a failure too.
 *
 * Returns: whether it could be made
 */
gboolean
etude_stopping_init (EtudeStopping *self, const EtudeObject *section, const EtudeMeasures *measures, gsize n,
                     GError **error)
{
  *self = (EtudeStopping) { .params = section->data, .n = n };
  if (self->params == NULL)
    return TRUE;
  if (!etude_watch_init (&self->watch, "training.early_stopping.metric", self->params->metric, measures, error))
    return FALSE;
  if (!self->params->restore_best)
    return TRUE;
  self->numbers = etude_memory_try_new (n, sizeof *self->numbers, _("the best weights"), error);
  return self->numbers != NULL;
}

void
etude_stopping_clear (EtudeStopping *self)
{
  g_clear_pointer (&self->numbers, etude_memory_free);
}

static gboolean
is_better (const EtudeStopping *self, double value)
{
  if (!self->has_best)
    return value == value;
  return self->watch.rises ? value > self->best_value + self->params->min_delta
                           : value < self->best_value - self->params->min_delta;
}

/**
 * etude_stopping_see:
 * @self: a stopping
 * @evaluation: an evaluation; that before the first update is not counted, as nobody trained yet
 *
 * As EarlyStopping of Lightning and Keras.
 *
 * Returns: whether it is the best so far and its weights are wanted: then they go into
 *   the numbers
 */
gboolean
etude_stopping_see (EtudeStopping *self, const EtudeRecord *evaluation)
{
  double value;

  if (self->params == NULL || evaluation->step == 0)
    return FALSE;
  value = etude_watch_get (&self->watch, evaluation);
  if (!is_better (self, value))
    {
      self->n_bad++;
      return FALSE;
    }
  self->has_best = TRUE;
  self->best = *evaluation;
  self->best_value = value;
  self->n_bad = 0;
  return self->numbers != NULL;
}

/**
 * etude_stopping_is_due:
 * @self: a stopping
 *
 * Returns: whether the run ought to end
 */
gboolean
etude_stopping_is_due (const EtudeStopping *self)
{
  return self->params != NULL && self->n_bad > 0 && self->n_bad >= self->params->patience;
}

/**
 * etude_stopping_get_best:
 * @self: a stopping
 * @evaluation: (out): the best one
 *
 * Returns: (transfer none) (nullable): what the network kept then, where that is wanted and there is one
 */
const EtudeReal *
etude_stopping_get_best (const EtudeStopping *self, EtudeRecord *evaluation)
{
  if (!self->has_best || self->numbers == NULL)
    return NULL;
  *evaluation = self->best;
  return self->numbers;
}

void
etude_stopping_keep (EtudeStopping *self, EtudeSnapshot *snapshot)
{
  etude_snapshot_keep (snapshot, &self->best, sizeof self->best);
  etude_snapshot_keep (snapshot, &self->best_value, sizeof self->best_value);
  etude_snapshot_keep (snapshot, &self->n_bad, sizeof self->n_bad);
  etude_snapshot_keep (snapshot, &self->has_best, sizeof self->has_best);
  if (self->numbers != NULL)
    etude_snapshot_keep (snapshot, self->numbers, self->n * sizeof *self->numbers);
}
