/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the thread of a worker does: updates, evaluations, and what it is told in between. */
#include "training/worker-private.h"

#include "training/checkpoint.h"

/* At full speed the clock is read for predictions only once in so many steps. */
#define PREDICT_STEPS 64

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
obey (EtudeWorker *self, const EtudeCommand *command)
{
  guint64 step = etude_trainer_get_step (self->trainer);
  guint64 updates_per_epoch = etude_trainer_get_updates_per_epoch (self->trainer);
  gboolean was_stepping = self->stepping;

  if (command->type == ETUDE_COMMAND_RATE)
    {
      etude_rate_ask (etude_trainer_get_rate (self->trainer), command->factor);
      return;
    }
  if (command->type == ETUDE_COMMAND_PREDICT)
    {
      self->predicts = command->predicts;
      return;
    }
  if (command->type == ETUDE_COMMAND_CHECKPOINT)
    {
      self->wants_checkpoint = TRUE;
      return;
    }
  self->stepping = command->type == ETUDE_COMMAND_STEP || (was_stepping && command->type == ETUDE_COMMAND_SPEED);
  switch (command->type)
    {
    case ETUDE_COMMAND_RESUME:
      self->until = G_MAXUINT64;
      break;
    case ETUDE_COMMAND_PAUSE:
      self->until = step;
      break;
    case ETUDE_COMMAND_STEP:
      /* Several in a row add up; the first one in full flight pauses. */
      self->until = was_stepping ? self->until + 1 : step + 1;
      break;
    case ETUDE_COMMAND_EPOCH:
      self->until = (step / updates_per_epoch + 1) * updates_per_epoch;
      break;
    case ETUDE_COMMAND_SPEED:
      self->steps_per_second = command->steps_per_second;
      break;
    case ETUDE_COMMAND_STOP:
      self->stopping = TRUE;
      break;
    case ETUDE_COMMAND_STOP_AT:
      self->stop_at = command->step;
      break;
    case ETUDE_COMMAND_RATE:
    case ETUDE_COMMAND_PREDICT:
    case ETUDE_COMMAND_CHECKPOINT:
      break;
    }
  restart_pace (self);
}

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
  EtudeCommand *command;

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

/* All that the thread does. */
gpointer
etude_worker_run (gpointer data)
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
