/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/average.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/memory.h"

/**
 * etude_average_init:
 * @self: uninitialised
 * @keep: from 0, which is none, to below 1
 * @weights: (array length=n): what is averaged; borrowed
 * @n: how many
 * @error: set when there is no memory
 *
 * Free with etude_average_clear(), which may be called after a failure too.
 *
 * Returns: whether it could be made
 */
gboolean
etude_average_init (EtudeAverage *self, double keep, EtudeReal *weights, gsize n, GError **error)
{
  *self = (EtudeAverage) { .keep = keep, .weights = weights };
  if (keep == 0)
    return TRUE;
  self->values = (EtudeFlat) { etude_isa_get (), n, NULL };
  self->values.values = etude_memory_try_new (n, sizeof (EtudeReal), _("the average of the weights"), error);
  return self->values.values != NULL;
}

void
etude_average_clear (EtudeAverage *self)
{
  g_clear_pointer (&self->values.values, etude_memory_free);
}

/**
 * etude_average_see:
 * @self: an average
 *
 * Takes in the weights after an update: the first are the average, as in
 * torch.optim.swa_utils.AveragedModel, later ones a share of it.
 */
void
etude_average_see (EtudeAverage *self)
{
  if (self->keep == 0)
    return;
  if (self->n_seen++ == 0)
    memcpy (self->values.values, self->weights, self->values.n * sizeof *self->weights);
  else
    etude_flat_approach (&self->values, 1 - self->keep, self->weights);
}

/**
 * etude_average_show:
 * @self: an average
 * @show: whether it is to be in the place of the weights
 *
 * Nothing before the first update.
 */
void
etude_average_show (EtudeAverage *self, gboolean show)
{
  if (self->n_seen == 0 || self->is_shown == show)
    return;
  for (gsize i = 0; i < self->values.n; i++)
    {
      EtudeReal weight = self->weights[i];

      self->weights[i] = self->values.values[i];
      self->values.values[i] = weight;
    }
  self->is_shown = show;
}

void
etude_average_keep (EtudeAverage *self, EtudeSnapshot *snapshot)
{
  g_return_if_fail (!self->is_shown);
  etude_snapshot_keep (snapshot, &self->n_seen, sizeof self->n_seen);
  etude_snapshot_keep (snapshot, self->values.values, self->values.n * sizeof *self->weights);
}
