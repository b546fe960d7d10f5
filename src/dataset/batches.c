/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/batches.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/memory.h"

/**
 * etude_batches_per_epoch:
 * @n: samples
 * @batch_size: samples of a mini-batch, at least 1
 * @drop_last: whether the smaller rest is left out
 *
 * Returns: mini-batches of one pass
 */
gsize
etude_batches_per_epoch (gsize n, gsize batch_size, gboolean drop_last)
{
  return n / batch_size + (!drop_last && n % batch_size != 0 ? 1 : 0);
}

/* Puts the samples in the order of a pass whose stream stands at position.random. Each pass starts
 * from the same order, so that a position needs no copy of it. */
static void
arrange (EtudeBatches *self)
{
  for (gsize i = 0; i < self->n; i++)
    self->order[i] = (guint32) i;
  self->random = self->position.random;
  if (self->shuffle)
    etude_random_permute (&self->random, self->order, self->n);
}

/**
 * etude_batches_init:
 * @self: uninitialised
 * @n: samples of the training part
 * @batch_size: samples of a mini-batch; more than @n is one batch of all
 * @accumulate: mini-batches that make one update, at least 1; the last of a pass may have fewer
 * @shuffle: whether each pass has a random order of its own
 * @drop_last: whether a last mini-batch that would be smaller is left out
 * @seed: of the training
 * @error: set when no batch can be made
 *
 * Starts at the first update of the first pass. Free with etude_batches_clear(), which may be called
 * after a failure too.
 *
 * Returns: whether there is at least one batch
 */
gboolean
etude_batches_init (EtudeBatches *self, gsize n, gsize batch_size, guint64 accumulate, gboolean shuffle,
                    gboolean drop_last, guint64 seed, GError **error)
{
  *self = (EtudeBatches) { .n = n, .shuffle = shuffle };
  if (n == 0 || n > G_MAXUINT32 || batch_size == 0 || etude_batches_per_epoch (n, batch_size, drop_last) == 0)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("training.batch_size: found %zu"
                     ", expected from 1 to the %zu samples to train on"),
                   batch_size, n);
      return FALSE;
    }
  self->n_used = drop_last ? n - n % batch_size : n;
  self->n_update = (gsize) MIN (accumulate, n / batch_size + 1) * batch_size;
  self->order = etude_memory_try_new (n, sizeof *self->order, _("The order of the samples"), error);
  if (self->order == NULL)
    return FALSE;
  etude_random_init (&self->position.random, seed, ETUDE_STREAM_SHUFFLE);
  arrange (self);
  return TRUE;
}

void
etude_batches_clear (EtudeBatches *self)
{
  g_clear_pointer (&self->order, etude_memory_free);
}

/**
 * etude_batches_next:
 * @self: batches
 * @n: (out): samples of the update
 *
 * Gives the samples of the next update, mini-batch after mini-batch; after the last update of a pass,
 * the first of the next one.
 *
 * Returns: (array length=n): their rows in the training part, until the next call
 */
const guint32 *
etude_batches_next (EtudeBatches *self, gsize *n)
{
  gsize left = self->n_used - self->position.first;
  const guint32 *rows;

  if (left == 0)
    {
      self->position = (EtudeBatchesPosition) { self->position.epoch + 1, 0, self->random };
      arrange (self);
      left = self->n_used;
    }
  *n = MIN (left, self->n_update);
  rows = self->order + self->position.first;
  self->position.first += *n;
  return rows;
}

/**
 * etude_batches_get_position:
 * @self: batches
 * @position: (out): where they are
 */
void
etude_batches_get_position (const EtudeBatches *self, EtudeBatchesPosition *position)
{
  *position = self->position;
}

/**
 * etude_batches_resume:
 * @self: batches of the same number and size
 * @position: what etude_batches_get_position() gave
 *
 * Goes on as if it had never stopped.
 *
 * Returns: whether @position is one of these batches; else nothing changes
 */
gboolean
etude_batches_resume (EtudeBatches *self, const EtudeBatchesPosition *position)
{
  if (position->first > self->n_used
      || (position->first != self->n_used && position->first % self->n_update != 0))
    return FALSE;
  self->position = *position;
  arrange (self);
  return TRUE;
}
