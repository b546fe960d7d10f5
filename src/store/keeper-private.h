/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/worker.h"

G_BEGIN_DECLS

/**
 * EtudeKeeper:
 * @n_bytes: of a checkpoint, 0 where none is kept
 * @interval: checkpoints of a run that trains are not closer than this, in µs
 * @checkpoint: (owned) (nullable): the one that is not stored yet
 * @step: the updates at the last one
 * @due: monotonic time of the next one while the worker trains
 * @due_paused: the same while it waits
 * @cost: what the last one took the worker, in µs
 *
 * Decides when a checkpoint of a run is made, and has it until it is stored. Zero for none.
 */
typedef struct
{
  gsize n_bytes;
  gint64 interval;
  GBytes *checkpoint;
  guint64 step;
  gint64 due;
  gint64 due_paused;
  gint64 cost;
} EtudeKeeper;

void etude_keeper_begin (EtudeKeeper *self, EtudeWorker *worker, gint64 interval);
void etude_keeper_clear (EtudeKeeper *self);
gboolean etude_keeper_follow (EtudeKeeper *self, EtudeWorker *worker);
void etude_keeper_end (EtudeKeeper *self, EtudeTrainer *trainer);
void etude_keeper_settle (EtudeKeeper *self, gint64 stored_in);

G_END_DECLS
