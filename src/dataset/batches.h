/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"

G_BEGIN_DECLS

/**
 * EtudeBatchesPosition:
 * @epoch: passes that are complete
 * @first: samples of this pass that have been given out
 * @random: the stream as it was when this pass was put in order
 *
 * A plain value that says where the batches are; etude_batches_resume() goes on from it.
 */
typedef struct
{
  guint64 epoch;
  gsize first;
  EtudeRandom random;
} EtudeBatchesPosition;

/**
 * EtudeBatches:
 *
 * @n: samples that are put in order
 * @n_used: how many of them a pass gives out
 * @n_update: how many at a time
 *
 * The samples of one update after the other, pass after pass over the training part. One thread at a
 * time; its fields are read only through its functions.
 */
typedef struct
{
  gsize n;
  gsize n_used;
  gsize n_update;
  gboolean shuffle;
  guint32 *order;
  EtudeRandom random;
  EtudeBatchesPosition position;
} EtudeBatches;

gsize etude_batches_per_epoch (gsize n, gsize batch_size, gboolean drop_last);

gboolean etude_batches_init (EtudeBatches *self, gsize n, gsize batch_size, guint64 accumulate, gboolean shuffle,
                             gboolean drop_last, guint64 seed, GError **error);
void etude_batches_clear (EtudeBatches *self);
const guint32 *etude_batches_next (EtudeBatches *self, gsize *n);
void etude_batches_get_position (const EtudeBatches *self, EtudeBatchesPosition *position);
gboolean etude_batches_resume (EtudeBatches *self, const EtudeBatchesPosition *position);

G_END_DECLS
