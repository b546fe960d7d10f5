/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/keeper-private.h"

#include "training/checkpoint.h"

/* Making and storing checkpoints takes one part in so many of the time at most. */
#define SHARE 20

/* What a byte is taken to cost until one has been measured. */
#define NS_A_BYTE 20

static void
take (EtudeKeeper *self, GBytes *checkpoint)
{
  if (checkpoint == NULL)
    return;
  etude_keeper_clear (self);
  self->checkpoint = checkpoint;
  self->step = etude_checkpoint_get_step (checkpoint);
}

static void
ask (EtudeKeeper *self, EtudeWorker *worker)
{
  etude_worker_ask_checkpoint (worker);
  self->due = g_get_monotonic_time () + MAX (SHARE * self->cost, self->interval);
}

/**
 * etude_keeper_begin:
 * @self: a keeper, all zero
 * @worker: what begins to train
 * @interval: checkpoints are not closer than this while it trains, in µs
 *
 * Keeps checkpoints from now on: the first one at once where the worker has it, else when it has trained for so
 * long that it is worth it.
 */
void
etude_keeper_begin (EtudeKeeper *self, EtudeWorker *worker, gint64 interval)
{
  self->n_bytes = etude_worker_get_checkpoint_size (worker);
  self->interval = interval;
  self->cost = (gint64) (self->n_bytes * NS_A_BYTE / 1000);
  take (self, etude_worker_take_checkpoint (worker, &self->cost));
  self->due = g_get_monotonic_time () + (self->checkpoint != NULL ? interval : MIN (SHARE * self->cost, interval));
}

/**
 * etude_keeper_clear:
 * @self: a keeper
 *
 * Drops the checkpoint that is not stored.
 */
void
etude_keeper_clear (EtudeKeeper *self)
{
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
}

/* A worker that waits can be looked at, and is not disturbed. Who makes single steps shall not wait for each. */
static void
follow_paused (EtudeKeeper *self, EtudeTrainer *trainer)
{
  gint64 now = g_get_monotonic_time ();

  if (etude_trainer_get_step (trainer) == self->step || now < self->due_paused)
    return;
  take (self, etude_checkpoint_take (trainer, NULL));
  self->due_paused = now + SHARE * (g_get_monotonic_time () - now);
}

/**
 * etude_keeper_follow:
 * @self: a keeper
 * @worker: what trains
 *
 * Called now and then.
 *
 * Returns: whether there is a checkpoint that shall be stored, and all records before it have been taken out
 */
gboolean
etude_keeper_follow (EtudeKeeper *self, EtudeWorker *worker)
{
  EtudeTrainer *paused = etude_worker_get_paused_trainer (worker);

  if (self->n_bytes == 0)
    return FALSE;
  take (self, etude_worker_take_checkpoint (worker, &self->cost));
  if (paused != NULL && etude_worker_is_drained (worker))
    follow_paused (self, paused);
  else if (etude_worker_get_state (worker) == ETUDE_WORKER_RUNNING && g_get_monotonic_time () >= self->due)
    ask (self, worker);
  return self->checkpoint != NULL;
}

/**
 * etude_keeper_end:
 * @self: a keeper
 * @trainer: of a run that was stopped, with nothing left to be taken out
 *
 * Keeps where it stopped.
 */
void
etude_keeper_end (EtudeKeeper *self, EtudeTrainer *trainer)
{
  if (self->n_bytes > 0)
    take (self, etude_checkpoint_take (trainer, NULL));
}

/**
 * etude_keeper_settle:
 * @self: a keeper whose checkpoint, if it has one, is stored
 * @stored_in: how long that took at most, in µs
 */
void
etude_keeper_settle (EtudeKeeper *self, gint64 stored_in)
{
  if (self->checkpoint == NULL)
    return;
  self->due = MAX (self->due, g_get_monotonic_time () + SHARE * (self->cost + stored_in));
  self->due_paused = MAX (self->due_paused, g_get_monotonic_time () + SHARE * stored_in);
  etude_keeper_clear (self);
}
