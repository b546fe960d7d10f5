/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker as the main thread has it. */
#include "training/worker-private.h"

#include "training/checkpoint.h"

/* Below so many bytes a checkpoint takes a few milliseconds. */
#define SMALL_CHECKPOINT ((gsize) 2 << 20)

/**
 * etude_worker_new:
 * @trainer: (transfer full): what is trained
 * @wake: told after each record; it must outlive the worker
 * @steps_per_second: the pace, or %ETUDE_FULL_SPEED; what is recorded does not depend on it
 *
 * Starts a thread that evaluates the untrained network and then waits, paused.
 *
 * Returns: (transfer full): the worker
 */
EtudeWorker *
etude_worker_new (EtudeTrainer *trainer, EtudeWake *wake, guint steps_per_second)
{
  return etude_worker_new_from (trainer, 0, wake, steps_per_second);
}

/**
 * etude_worker_new_from:
 * @trainer: (transfer full): what is trained, of a checkpoint
 * @step: up to which all records are known already, at least that of @trainer
 * @wake: told after each record; it must outlive the worker
 * @steps_per_second: the pace from @step on
 *
 * As etude_worker_new(), but it goes to @step first, and only then waits. The records on the way there come
 * a second time.
 *
 * Returns: (transfer full): the worker
 */
EtudeWorker *
etude_worker_new_from (EtudeTrainer *trainer, guint64 step, EtudeWake *wake, guint steps_per_second)
{
  EtudeWorker *self = g_new0 (EtudeWorker, 1);

  self->trainer = trainer;
  self->known = step;
  self->checkpoint_size = etude_checkpoint_measure (trainer);
  if (self->checkpoint_size < SMALL_CHECKPOINT)
    self->checkpoint = etude_checkpoint_take (trainer, NULL);
  self->wake = wake;
  self->steps_per_second = steps_per_second;
  self->stop_at = G_MAXUINT64;
  self->ring = etude_ring_new (sizeof (EtudeRecord));
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->commands);
  atomic_init (&self->state, ETUDE_WORKER_PAUSED);
  self->thread = g_thread_new ("etude-train", etude_worker_run, self);
  return self;
}

static void
send (EtudeWorker *self, EtudeCommand value)
{
  EtudeCommand *command = g_memdup2 (&value, sizeof value);

  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->commands, command);
  atomic_store_explicit (&self->has_commands, TRUE, memory_order_release);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/**
 * etude_worker_free:
 * @self: a worker
 *
 * Stops the thread within one step and joins it. Records that nobody took out are lost: drain
 * before.
 */
void
etude_worker_free (EtudeWorker *self)
{
  if (self == NULL)
    return;
  etude_ring_stop (self->ring);
  if (self->thread != NULL)
    {
      etude_worker_stop (self);
      g_thread_join (self->thread);
    }
  g_queue_clear_full (&self->commands, g_free);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  etude_ring_free (self->ring);
  etude_predictor_free (self->predictor);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  etude_trainer_free (self->trainer);
  g_free (self);
}

/**
 * etude_worker_resume:
 * @self: a worker
 *
 * Goes on until the end, or until the next command. Acts within one step, as all commands do.
 */
void
etude_worker_resume (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_RESUME });
}

void
etude_worker_pause (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_PAUSE });
}

/**
 * etude_worker_step:
 * @self: a worker
 *
 * Makes one update and pauses; several calls make as many.
 */
void
etude_worker_step (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_STEP });
}

/**
 * etude_worker_epoch:
 * @self: a worker
 *
 * Goes on to the end of the current epoch and pauses.
 */
void
etude_worker_epoch (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_EPOCH });
}

/**
 * etude_worker_stop:
 * @self: a worker
 *
 * Ends the run within one step, also in the middle of an evaluation. Its last record is the end.
 */
void
etude_worker_stop (EtudeWorker *self)
{
  g_atomic_int_set (&self->cancelled, TRUE);
  send (self, (EtudeCommand) { ETUDE_COMMAND_STOP });
}

/**
 * etude_worker_stop_at:
 * @self: a worker that has not been told to go on
 * @step: after so many updates
 *
 * The run ends there as if etude_worker_stop() came between two updates.
 */
void
etude_worker_stop_at (EtudeWorker *self, guint64 step)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_STOP_AT, .step = step });
}

/**
 * etude_worker_set_rate_factor:
 * @self: a worker
 * @factor: above 0; 1 is the rate of the document
 *
 * From the next update on the rate is that of the schedule times @factor, and of a plateau. The change is
 * a mark of the run, in front of the record of that update; several before it are one.
 */
void
etude_worker_set_rate_factor (EtudeWorker *self, double factor)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_RATE, .factor = factor });
}

/**
 * etude_worker_ask_checkpoint:
 * @self: a worker
 *
 * It makes a checkpoint between two updates, for etude_worker_take_checkpoint().
 */
void
etude_worker_ask_checkpoint (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_CHECKPOINT });
}

/**
 * etude_worker_take_checkpoint:
 * @self: a worker
 * @cost: (out): how long it did not train for it, in µs; left alone where there is none
 *
 * Main thread.
 *
 * Returns: (transfer full) (nullable): the last checkpoint that was asked for, once all records before it have
 *   been taken out; at first, where it is small, that of before the first update
 */
GBytes *
etude_worker_take_checkpoint (EtudeWorker *self, gint64 *cost)
{
  GBytes *checkpoint = NULL;

  g_mutex_lock (&self->mutex);
  if (self->checkpoint != NULL && self->n_popped >= self->checkpoint_at)
    {
      checkpoint = g_steal_pointer (&self->checkpoint);
      *cost = self->checkpoint_us;
    }
  g_mutex_unlock (&self->mutex);
  return checkpoint;
}

/**
 * etude_worker_get_checkpoint_size:
 * @self: a worker
 *
 * Returns: how many bytes its checkpoints have
 */
gsize
etude_worker_get_checkpoint_size (EtudeWorker *self)
{
  return self->checkpoint_size;
}

/**
 * etude_worker_is_drained:
 * @self: a worker
 *
 * Main thread.
 *
 * Returns: whether it waits between two steps, and all its records have been taken out
 */
gboolean
etude_worker_is_drained (EtudeWorker *self)
{
  return etude_worker_get_paused_trainer (self) != NULL && self->n_popped == self->n_pushed;
}

void
etude_worker_set_speed (EtudeWorker *self, guint steps_per_second)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_SPEED, .steps_per_second = steps_per_second });
}

/**
 * etude_worker_show_predictions:
 * @self: a worker whose end has not been taken out of the ring
 * @data: those of its trainer, of which etude_predictions_exist()
 *
 * From now on what the network says of its data is kept for etude_worker_take_predictions(): at most ten times a
 * second, in at most a twentieth of the time, and at each pause and the end. What is trained does not change.
 */
void
etude_worker_show_predictions (EtudeWorker *self, EtudePrepared *data)
{
  if (self->predictor == NULL)
    self->predictor = etude_predictor_new (data, etude_trainer_get_n_outputs (self->trainer));
  send (self, (EtudeCommand) { ETUDE_COMMAND_PREDICT, .predicts = TRUE });
}

void
etude_worker_hide_predictions (EtudeWorker *self)
{
  send (self, (EtudeCommand) { ETUDE_COMMAND_PREDICT, .predicts = FALSE });
}

/**
 * etude_worker_take_predictions:
 * @self: a worker
 * @predictions: (inout) (transfer full): those that are no longer needed, of the same data; exchanged for the latest
 *
 * Returns: whether there are some that were not taken before; otherwise nothing is exchanged
 */
gboolean
etude_worker_take_predictions (EtudeWorker *self, EtudePredictions **predictions)
{
  return self->predictor != NULL && etude_predictor_take (self->predictor, predictions);
}

EtudeWorkerState
etude_worker_get_state (EtudeWorker *self)
{
  return (EtudeWorkerState) atomic_load_explicit (&self->state, memory_order_acquire);
}

/**
 * etude_worker_get_seconds:
 * @self: a worker
 *
 * Returns: how long it has trained, without pauses, as of the last pause or the end
 */
double
etude_worker_get_seconds (EtudeWorker *self)
{
  return (double) atomic_load_explicit (&self->active_us, memory_order_relaxed) / G_USEC_PER_SEC;
}

/**
 * etude_worker_pop:
 * @self: a worker
 * @record: (out): the oldest record that nobody has taken out
 *
 * Main thread.
 *
 * Returns: whether there was one
 */
gboolean
etude_worker_pop (EtudeWorker *self, EtudeRecord *record)
{
  gboolean had_record = etude_ring_pop (self->ring, record);

  self->n_popped += had_record ? 1 : 0;
  return had_record;
}

/**
 * etude_worker_join:
 * @self: a worker whose end has been taken out of the ring
 *
 * Waits for the thread, which has nothing left to do.
 *
 * Returns: (transfer none): the trainer, which the main thread may use from now on
 */
EtudeTrainer *
etude_worker_join (EtudeWorker *self)
{
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  return self->trainer;
}

/**
 * etude_worker_take_trainer:
 * @self: a worker that has been joined; only to be freed afterwards
 *
 * Returns: (transfer full): the trainer
 */
EtudeTrainer *
etude_worker_take_trainer (EtudeWorker *self)
{
  g_return_val_if_fail (self->thread == NULL, NULL);

  return g_steal_pointer (&self->trainer);
}

/**
 * etude_worker_get_paused_trainer:
 * @self: a worker
 *
 * Main thread: only it sends commands, and without one a worker that waits stays as it is.
 *
 * Returns: (transfer none) (nullable): the trainer, which may be looked at until the next command; NULL while
 *   the worker is not, or not yet, between two steps
 */
EtudeTrainer *
etude_worker_get_paused_trainer (EtudeWorker *self)
{
  if (atomic_load_explicit (&self->has_commands, memory_order_acquire)
      || !atomic_load_explicit (&self->is_waiting, memory_order_acquire))
    return NULL;
  return self->trainer;
}
