/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/worker.h"

#include <stdatomic.h>

#include "base/ring.h"
#include "training/checkpoint.h"

typedef enum
{
  COMMAND_RESUME,
  COMMAND_PAUSE,
  COMMAND_STEP,
  COMMAND_EPOCH,
  COMMAND_SPEED,
  COMMAND_RATE,
  COMMAND_PREDICT,
  COMMAND_CHECKPOINT,
  COMMAND_STOP,
  COMMAND_STOP_AT,
} CommandType;

typedef struct
{
  CommandType type;
  union
  {
    guint steps_per_second;
    double factor;
    guint64 step;
    gboolean predicts;
  };
} Command;

/* At full speed the clock is read for predictions only once in so many steps. */
#define PREDICT_STEPS 64

struct _EtudeWorker
{
  /* Of the thread, until it is joined. */
  EtudeTrainer *trainer;
  guint64 until; /* the step at which it pauses */
  gboolean stepping; /* it goes there step by step, not in full flight */
  guint steps_per_second;
  gint64 paced_from;
  guint64 paced_steps;
  gboolean stopping;
  guint64 stop_at;
  gboolean predicts;
  guint unseen; /* steps since the clock was read for predictions */
  guint64 known; /* up to here somebody has all records already */
  guint64 n_pushed;
  gboolean wants_checkpoint;

  /* Shared. The flag says that there are commands, so that a step takes no lock. */
  EtudeRing *ring;
  EtudeWake *wake;
  GMutex mutex;
  GCond cond;
  GQueue commands;
  atomic_bool has_commands;
  atomic_bool is_waiting; /* between two steps; it stays so until there is a command */
  gint cancelled;
  EtudePredictor *predictor; /* made by the main thread before the first command to use it */
  atomic_int state;
  _Atomic gint64 active_us;
  GBytes *checkpoint;     /* of the mutex, as what follows */
  guint64 checkpoint_at;  /* how many records are before it */
  gint64 checkpoint_us;   /* what it took */

  /* Of the main thread. */
  GThread *thread;
  guint64 n_popped;
  gsize checkpoint_size;
};

static void
push (EtudeWorker *self, const EtudeRecord *record)
{
  self->n_pushed++;
  etude_ring_push (self->ring, record);
  etude_wake_notify (self->wake);
}

static void
set_state (EtudeWorker *self, EtudeWorkerState state)
{
  atomic_store_explicit (&self->state, state, memory_order_release);
  etude_wake_notify (self->wake);
}

/* The pace counts from here; steps made before are not made up for. */
static void
restart_pace (EtudeWorker *self)
{
  self->paced_from = g_get_monotonic_time ();
  self->paced_steps = 0;
}

static void
obey (EtudeWorker *self, const Command *command)
{
  guint64 step = etude_trainer_get_step (self->trainer);
  guint64 updates_per_epoch = etude_trainer_get_updates_per_epoch (self->trainer);
  gboolean was_stepping = self->stepping;

  if (command->type == COMMAND_RATE)
    {
      etude_rate_ask (etude_trainer_get_rate (self->trainer), command->factor);
      return;
    }
  if (command->type == COMMAND_PREDICT)
    {
      self->predicts = command->predicts;
      return;
    }
  if (command->type == COMMAND_CHECKPOINT)
    {
      self->wants_checkpoint = TRUE;
      return;
    }
  self->stepping = command->type == COMMAND_STEP || (was_stepping && command->type == COMMAND_SPEED);
  switch (command->type)
    {
    case COMMAND_RESUME:
      self->until = G_MAXUINT64;
      break;
    case COMMAND_PAUSE:
      self->until = step;
      break;
    case COMMAND_STEP:
      /* Several in a row add up; the first one in full flight pauses. */
      self->until = was_stepping ? self->until + 1 : step + 1;
      break;
    case COMMAND_EPOCH:
      self->until = (step / updates_per_epoch + 1) * updates_per_epoch;
      break;
    case COMMAND_SPEED:
      self->steps_per_second = command->steps_per_second;
      break;
    case COMMAND_STOP:
      self->stopping = TRUE;
      break;
    case COMMAND_STOP_AT:
      self->stop_at = command->step;
      break;
    case COMMAND_RATE:
    case COMMAND_PREDICT:
    case COMMAND_CHECKPOINT:
      break;
    }
  restart_pace (self);
}

/* Below so many bytes a checkpoint takes a few milliseconds. */
#define SMALL_CHECKPOINT ((gsize) 2 << 20)

/* Nobody waits meanwhile: whoever sends a command needs the mutex. */
static void
make_checkpoint (EtudeWorker *self)
{
  gint64 began = g_get_monotonic_time ();
  GBytes *checkpoint = etude_checkpoint_take (self->trainer, NULL);

  self->wants_checkpoint = FALSE;
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  self->checkpoint = checkpoint;
  self->checkpoint_at = self->n_pushed;
  self->checkpoint_us = g_get_monotonic_time () - began;
  g_mutex_unlock (&self->mutex);
}

static void
obey_all (EtudeWorker *self)
{
  Command *command;

  if (!atomic_load_explicit (&self->has_commands, memory_order_acquire))
    return;
  g_mutex_lock (&self->mutex);
  while ((command = g_queue_pop_head (&self->commands)) != NULL)
    {
      obey (self, command);
      g_free (command);
    }
  atomic_store_explicit (&self->has_commands, FALSE, memory_order_release);
  g_mutex_unlock (&self->mutex);
}

/* Between two steps. */
static void
read_commands (EtudeWorker *self)
{
  obey_all (self);
  if (self->wants_checkpoint)
    make_checkpoint (self);
}

/* Sleeps until there are commands, or until a moment of the monotonic clock; 0 is for ever. */
static void
sleep_until (EtudeWorker *self, gint64 moment)
{
  g_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->commands))
    if (moment == 0)
      g_cond_wait (&self->cond, &self->mutex);
    else if (!g_cond_wait_until (&self->cond, &self->mutex, moment))
      break;
  g_mutex_unlock (&self->mutex);
}

/* Waits for its turn at the chosen pace; FALSE when a command came instead. */
static gboolean
keep_pace (EtudeWorker *self)
{
  gint64 moment = self->paced_from
                  + (gint64) ((double) self->paced_steps * G_USEC_PER_SEC / self->steps_per_second);

  if (g_get_monotonic_time () < moment)
    sleep_until (self, moment);
  if (atomic_load_explicit (&self->has_commands, memory_order_acquire))
    return FALSE;
  self->paced_steps++;
  return TRUE;
}

static void
add_active (EtudeWorker *self, gint64 since)
{
  atomic_fetch_add_explicit (&self->active_us, g_get_monotonic_time () - since, memory_order_relaxed);
}

/* What is seen of the network, where somebody looks. */
static void
predict (EtudeWorker *self)
{
  self->unseen = 0;
  if (self->predicts && etude_predictor_run (self->predictor, self->trainer, &self->cancelled))
    etude_wake_notify (self->wake);
}

static inline void
predict_if_due (EtudeWorker *self)
{
  if (!self->predicts || (self->steps_per_second == ETUDE_FULL_SPEED && ++self->unseen < PREDICT_STEPS))
    return;
  self->unseen = 0;
  if (etude_predictor_is_due (self->predictor))
    predict (self);
}

static void
wait_paused (EtudeWorker *self, gint64 *active_since)
{
  predict (self);
  add_active (self, *active_since);
  /* Whoever hears that it paused may look at the trainer. */
  atomic_store_explicit (&self->is_waiting, TRUE, memory_order_release);
  set_state (self, ETUDE_WORKER_PAUSED);
  sleep_until (self, 0);
  /* Before the commands are taken, so that whoever sees none also sees this. */
  atomic_store_explicit (&self->is_waiting, FALSE, memory_order_relaxed);
  read_commands (self);
  *active_since = g_get_monotonic_time ();
  restart_pace (self);
}

/* FALSE when it was told to stop meanwhile. */
static gboolean
evaluate (EtudeWorker *self)
{
  EtudeRecord record;

  if (!etude_trainer_evaluate (self->trainer, &self->cancelled, &record))
    return FALSE;
  push (self, &record);
  if (etude_trainer_take_mark (self->trainer, &record))
    push (self, &record);
  return TRUE;
}

static void
make_step (EtudeWorker *self)
{
  EtudeRecord record;

  if (etude_rate_begin (etude_trainer_get_rate (self->trainer), etude_trainer_get_step (self->trainer), &record))
    push (self, &record);
  etude_trainer_step (self->trainer, &record);
  push (self, &record);
}

static void
mark_diverged (EtudeWorker *self)
{
  EtudeRecord mark = {
    .type = ETUDE_RECORD_MARK,
    .code = ETUDE_MARK_DIVERGED,
    .step = etude_trainer_get_diverged_at (self->trainer),
    .lr = 1,
  };

  push (self, &mark);
}

static gboolean
is_told_to_stop (EtudeWorker *self)
{
  return self->stopping || etude_trainer_get_step (self->trainer) >= self->stop_at;
}

/* What is known is made again in full flight, and with the rates of then, whatever is asked for meanwhile. */
static gboolean
catch_up (EtudeWorker *self)
{
  gboolean is_measured = !etude_trainer_is_evaluation_due (self->trainer) || evaluate (self);
  EtudeRecord mark;

  while (etude_trainer_get_step (self->trainer) < self->known && !etude_trainer_has_diverged (self->trainer)
         && !etude_trainer_is_stop_due (self->trainer) && !g_atomic_int_get (&self->cancelled))
    {
      make_step (self);
      is_measured = !etude_trainer_is_evaluation_due (self->trainer) || evaluate (self);
    }
  if (self->known > 0 && etude_trainer_get_step (self->trainer) == self->known
      && etude_rate_begin (etude_trainer_get_rate (self->trainer), self->known, &mark))
    push (self, &mark);
  return is_measured;
}

/* All updates, in order; returns how it ended. */
static EtudeOutcome
train (EtudeWorker *self)
{
  guint64 n_steps = etude_trainer_get_n_steps (self->trainer);
  gint64 active_since = g_get_monotonic_time ();
  EtudeOutcome outcome = ETUDE_OUTCOME_DONE;
  gboolean is_measured = catch_up (self);

  while (!etude_trainer_has_diverged (self->trainer) && etude_trainer_get_step (self->trainer) < n_steps)
    {
      read_commands (self);
      if (is_told_to_stop (self) || etude_trainer_is_stop_due (self->trainer))
        {
          outcome = is_told_to_stop (self) ? ETUDE_OUTCOME_STOPPED : ETUDE_OUTCOME_EARLY_STOPPED;
          break;
        }
      if (etude_trainer_get_step (self->trainer) >= self->until)
        {
          wait_paused (self, &active_since);
          continue;
        }
      /* A command that came before the first pause has set it going too. */
      if (atomic_load_explicit (&self->state, memory_order_relaxed) != ETUDE_WORKER_RUNNING)
        set_state (self, ETUDE_WORKER_RUNNING);
      if (self->steps_per_second != ETUDE_FULL_SPEED && !keep_pace (self))
        continue;
      make_step (self);
      if (etude_trainer_is_evaluation_due (self->trainer))
        is_measured = evaluate (self);
      predict_if_due (self);
    }
  add_active (self, active_since);
  /* Its last evaluation is missing, or was in the run that it repeats: it is not complete. */
  if (outcome == ETUDE_OUTCOME_DONE && (!is_measured || is_told_to_stop (self)))
    outcome = ETUDE_OUTCOME_STOPPED;
  return etude_trainer_has_diverged (self->trainer) ? ETUDE_OUTCOME_DIVERGED : outcome;
}

static gpointer
run (gpointer data)
{
  EtudeWorker *self = data;
  EtudeOutcome outcome = train (self);
  EtudeRecord record;

  if (outcome == ETUDE_OUTCOME_DIVERGED)
    mark_diverged (self);
  etude_trainer_finish (self->trainer, outcome, &self->cancelled, &record);
  /* Who has begun to look sees the end too; of what is finished there is no checkpoint. A run that was stopped leaves
   * its last predictions: what it looked like should not keep anyone waiting. */
  obey_all (self);
  predict (self);
  push (self, &record);
  set_state (self, ETUDE_WORKER_FINISHED);
  return NULL;
}

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
  self->thread = g_thread_new ("etude-train", run, self);
  return self;
}

static void
send (EtudeWorker *self, Command value)
{
  Command *command = g_memdup2 (&value, sizeof value);

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
  send (self, (Command) { COMMAND_RESUME });
}

void
etude_worker_pause (EtudeWorker *self)
{
  send (self, (Command) { COMMAND_PAUSE });
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
  send (self, (Command) { COMMAND_STEP });
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
  send (self, (Command) { COMMAND_EPOCH });
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
  send (self, (Command) { COMMAND_STOP });
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
  send (self, (Command) { COMMAND_STOP_AT, .step = step });
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
  send (self, (Command) { COMMAND_RATE, .factor = factor });
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
  send (self, (Command) { COMMAND_CHECKPOINT });
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
  send (self, (Command) { COMMAND_SPEED, .steps_per_second = steps_per_second });
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
  send (self, (Command) { COMMAND_PREDICT, .predicts = TRUE });
}

void
etude_worker_hide_predictions (EtudeWorker *self)
{
  send (self, (Command) { COMMAND_PREDICT, .predicts = FALSE });
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
