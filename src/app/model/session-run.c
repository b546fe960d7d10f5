/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/session-private.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "experiment/plan.h"
#include "network/layer.h"
#include "network/loss.h"

/* Above this many weights the whole network is made only when training starts, not at each edit. */
#define CHECK_MAX_PARAMETERS 1000000

/* How often to look whether the worker waits by now, in ms: it gets there by itself. */
#define PAUSE_WATCH_MS 20

typedef enum
{
  START_NOTHING,
  START_TRAINING,
  START_STEP,
  START_EPOCH,
} Start;

static gboolean start (EtudeSession *self, Start what, GError **error);

/* Whether the whole recipe can be trained; the message of @error says why not. */
static gboolean
check (EtudeSession *self, GError **error)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (self);
  const EtudeObjects *layers = &etude_experiment_network (experiment)->layers;
  const EtudeDataset *dataset = self->data->dataset;
  EtudeShape input = { .n_dims = dataset->n_dims };
  g_autofree EtudeLayerShape *shapes = g_new0 (EtudeLayerShape, layers->n + 1);
  g_autoptr (EtudeTrainer) trainer = NULL;
  EtudeGoal goal = { dataset->n_classes, dataset->n_targets };
  guint64 n_parameters = 0;
  gsize n_outputs = etude_loss_n_outputs (&etude_experiment_fields (experiment)->loss, &goal, error);

  for (guint i = 0; i < input.n_dims; i++)
    input.size[i] = dataset->shape[i];
  if (n_outputs == 0 || !etude_layers_infer (layers, &input, n_outputs, shapes, error))
    return FALSE;
  for (gsize i = 0; i < layers->n && n_parameters <= CHECK_MAX_PARAMETERS; i++)
    n_parameters += shapes[i].n_parameters;
  if (n_parameters > CHECK_MAX_PARAMETERS)
    {
      g_autoptr (EtudeSchedule) schedule = etude_experiment_plan_schedule (experiment, self->data->train.n, error);

      return schedule != NULL;
    }
  trainer = etude_trainer_new (experiment, self->data, error);
  return trainer != NULL;
}

/* Why a run cannot start now, or NULL. While data are being loaded it can: it waits for them. */
static char *
find_problem (EtudeSession *self)
{
  g_autoptr (GError) error = NULL;

  if (self->data_error != NULL)
    return g_strdup (self->data_error->message);
  if (self->loading != NULL || self->data == NULL)
    return NULL;
  if (self->refused != NULL)
    return g_strdup (self->refused);
  if (!check (self, &error))
    return g_strdup (error->message);
  return NULL;
}

static EtudeSessionState
find_state (EtudeSession *self)
{
  if (self->worker != NULL)
    return self->is_going ? ETUDE_SESSION_RUNNING : ETUDE_SESSION_PAUSED;
  if (self->problem != NULL)
    return ETUDE_SESSION_NOT_POSSIBLE;
  if (self->run == NULL || !etude_session_is_run_current (self))
    return ETUDE_SESSION_READY;
  switch (self->run->state)
    {
    case ETUDE_RUN_DONE:
      return ETUDE_SESSION_DONE;
    case ETUDE_RUN_EARLY_STOPPED:
      return ETUDE_SESSION_EARLY_STOPPED;
    case ETUDE_RUN_DIVERGED:
      return ETUDE_SESSION_DIVERGED;
    case ETUDE_RUN_STOPPED:
    case ETUDE_RUN_INTERRUPTED:
    case ETUDE_RUN_FAILED:
    case ETUDE_RUN_RUNNING:
    default:
      return ETUDE_SESSION_STOPPED;
    }
}

/* A worker that is told to pause ends its step first. */
static gboolean
find_weights (EtudeSession *self)
{
  if (self->worker != NULL)
    return !self->is_going && etude_worker_get_paused_trainer (self->worker) != NULL;
  return self->ended != NULL && self->run->state != ETUDE_RUN_DIVERGED;
}

static void
set_state (EtudeSession *self)
{
  EtudeSessionState state = find_state (self);
  gboolean has_weights = find_weights (self);

  if (has_weights != self->has_weights)
    {
      self->has_weights = has_weights;
      g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_HAS_WEIGHTS]);
    }
  if (state == self->state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_STATE]);
}

/* Finds out anew whether training is possible, and in what state the session is. */
void
etude_session_update_state (EtudeSession *self)
{
  g_autofree char *problem = NULL;

  /* While data load, what was said of those before them stays: a flicker would say less. */
  problem = self->loading != NULL && self->data != NULL && self->data_error == NULL
              ? g_strdup (self->problem) : find_problem (self);
  if (g_strcmp0 (problem, self->problem) != 0)
    {
      g_free (self->problem);
      self->problem = g_steal_pointer (&problem);
      g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_PROBLEM]);
    }
  set_state (self);
}

/* What was refused may be possible now that something has changed. */
void
etude_session_forget_refusal (EtudeSession *self)
{
  g_clear_pointer (&self->refused, g_free);
}

void
etude_session_data_arrived (EtudeSession *self)
{
  Start what = self->start_when_loaded;

  self->start_when_loaded = START_NOTHING;
  if (what != START_NOTHING && self->data_error == NULL && !self->closed)
    start (self, what, NULL);
}

static void
end_pause_watch (EtudeSession *self)
{
  self->epoch_from = ETUDE_NO_STEP;
  g_clear_handle_id (&self->pause_watch, g_source_remove);
}

static void
set_going (EtudeSession *self, gboolean is_going)
{
  self->is_going = is_going;
  set_state (self);
}

/* Whether the epoch that was asked for is over, and its records have arrived. */
static gboolean
is_epoch_over (EtudeSession *self)
{
  return self->run->steps > self->epoch_from && self->run->steps % self->run->updates_per_epoch == 0;
}

static gboolean
on_pause_watch (gpointer user_data)
{
  EtudeSession *self = user_data;

  if (etude_worker_get_paused_trainer (self->worker) == NULL
      || (self->epoch_from != ETUDE_NO_STEP && !is_epoch_over (self)))
    return G_SOURCE_CONTINUE;
  self->pause_watch = 0;
  end_pause_watch (self);
  set_going (self, FALSE);
  return G_SOURCE_REMOVE;
}

/* Until the worker waits, after the epoch that began at @epoch_from, or else as soon as it can. */
static void
watch_pause (EtudeSession *self, guint64 epoch_from)
{
  end_pause_watch (self);
  self->epoch_from = epoch_from;
  self->pause_watch = g_timeout_add (PAUSE_WATCH_MS, on_pause_watch, self);
}

static void
on_changed (EtudeRun *run, gpointer data)
{
  EtudeSession *self = data;

  g_signal_emit (self, etude_session_signals[RUN_RECORDED], 0, run);
  if (run == self->run)
    g_signal_emit (self, etude_session_signals[RUN_CHANGED], 0);
}

static void
on_finished (EtudeRun *run, gpointer data)
{
  EtudeSession *self = data;

  if (run == self->run)
    {
      end_pause_watch (self);
      self->ended = etude_worker_take_trainer (self->worker);
      self->worker = NULL;
      self->is_going = FALSE;
      etude_session_update_state (self);
      etude_session_forget_rate (self);
    }
  on_changed (run, data);
}

static void
on_trouble (const char *message, gpointer data)
{
  g_signal_emit (data, etude_session_signals[STORE_TROUBLE], 0, message);
}

static void
on_trouble_over (gpointer data)
{
  g_signal_emit (data, etude_session_signals[STORE_TROUBLE], 0, NULL);
}

void
etude_session_init_run (EtudeSession *self)
{
  EtudeRecorderCallbacks callbacks = {
    .changed = on_changed,
    .finished = on_finished,
    .trouble = on_trouble,
    .trouble_over = on_trouble_over,
  };

  etude_recorder_set_callbacks (self->recorder, &callbacks, self);
}

void
etude_session_clear_run (EtudeSession *self)
{
  g_clear_pointer (&self->run, etude_run_unref);
  g_clear_pointer (&self->ended, etude_trainer_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->refused, g_free);
}

/* Ends the run that there is; its last records arrive later, and are stored. */
static void
let_go (EtudeSession *self)
{
  end_pause_watch (self);
  if (self->worker != NULL)
    etude_worker_stop (self->worker);
  self->worker = NULL;
  self->is_going = FALSE;
  g_clear_pointer (&self->ended, etude_trainer_free);
  g_clear_pointer (&self->run, etude_run_unref);
  etude_session_forget_rate (self);
}

static void
go (EtudeSession *self, Start what)
{
  end_pause_watch (self);
  etude_session_flush_rate (self);
  switch (what)
    {
    case START_STEP:
      etude_worker_step (self->worker);
      watch_pause (self, ETUDE_NO_STEP);
      set_going (self, FALSE);
      break;
    case START_EPOCH:
      etude_worker_epoch (self->worker);
      watch_pause (self, self->run->steps);
      set_going (self, TRUE);
      break;
    case START_TRAINING:
    case START_NOTHING:
    default:
      etude_worker_resume (self->worker);
      set_going (self, TRUE);
      break;
    }
}

/* Starts a new run. */
static gboolean
start (EtudeSession *self, Start what, GError **error)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (self);
  g_autoptr (GError) refused = NULL;
  EtudeTrainer *trainer;

  if (self->closed)
    return FALSE;
  if (self->loading != NULL)
    {
      self->start_when_loaded = what;
      return TRUE;
    }
  if (self->problem != NULL)
    {
      g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, self->problem);
      return FALSE;
    }
  trainer = etude_trainer_new (experiment, self->data, &refused);
  if (trainer == NULL)
    {
      self->refused = g_strdup (refused->message);
      etude_session_update_state (self);
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  let_go (self);
  etude_session_seal (self);
  self->run = etude_run_new_of (experiment, trainer, self->data);
  g_free (self->run->name);
  self->run->name = g_strdup (self->title);
  self->worker = etude_worker_new (trainer, etude_recorder_get_wake (self->recorder), self->speed);
  etude_recorder_add (self->recorder, self->worker, self->run);
  g_signal_emit (self, etude_session_signals[RUN_RECORDED], 0, self->run);
  go (self, what);
  g_signal_emit (self, etude_session_signals[RATE_CHANGED], 0);
  g_signal_emit (self, etude_session_signals[RUN_CHANGED], 0);
  return TRUE;
}

static gboolean
start_or_go (EtudeSession *self, Start what, GError **error)
{
  if (self->worker == NULL)
    return start (self, what, error);
  go (self, what);
  return TRUE;
}

/**
 * etude_session_train:
 * @self: a session
 * @error: set when no run can start
 *
 * Goes on with the run that is there, or starts one. While data are being loaded it starts when
 * they are there.
 *
 * Returns: whether it trains
 */
gboolean
etude_session_train (EtudeSession *self, GError **error)
{
  return start_or_go (self, START_TRAINING, error);
}

/**
 * etude_session_train_again:
 * @self: a session
 * @error: set when no run can start
 *
 * Starts a run of the document as it is now; the one that is there is stopped, and kept.
 *
 * Returns: whether it trains
 */
gboolean
etude_session_train_again (EtudeSession *self, GError **error)
{
  return start (self, START_TRAINING, error);
}

void
etude_session_pause (EtudeSession *self)
{
  if (self->worker == NULL)
    return;
  etude_worker_pause (self->worker);
  watch_pause (self, ETUDE_NO_STEP);
  set_going (self, FALSE);
}

/**
 * etude_session_step:
 * @self: a session
 * @error: set when no run can start
 *
 * Makes one step, of a new run if there is none, and pauses.
 *
 * Returns: whether it does
 */
gboolean
etude_session_step (EtudeSession *self, GError **error)
{
  return start_or_go (self, START_STEP, error);
}

/**
 * etude_session_epoch:
 * @self: a session
 * @error: set when no run can start
 *
 * Trains to the end of the epoch and pauses there.
 *
 * Returns: whether it does
 */
gboolean
etude_session_epoch (EtudeSession *self, GError **error)
{
  return start_or_go (self, START_EPOCH, error);
}

/**
 * etude_session_stop:
 * @self: a session
 *
 * Ends the run within one step. The state follows when its last record is there.
 */
void
etude_session_stop (EtudeSession *self)
{
  self->start_when_loaded = START_NOTHING;
  if (self->worker == NULL)
    return;
  etude_worker_stop (self->worker);
  set_state (self);
}

/**
 * etude_session_reset:
 * @self: a session
 *
 * Stops the run, if it goes, and shows none: the next step is the first of a new one. The run stays
 * in the list.
 */
void
etude_session_reset (EtudeSession *self)
{
  self->start_when_loaded = START_NOTHING;
  let_go (self);
  etude_session_update_state (self);
  g_signal_emit (self, etude_session_signals[RUN_CHANGED], 0);
}

guint
etude_session_get_speed (EtudeSession *self)
{
  return self->speed;
}

/**
 * etude_session_set_speed:
 * @self: a session
 * @steps_per_second: the pace of this run and the next ones, or %ETUDE_FULL_SPEED; what is recorded
 *   does not depend on it
 */
void
etude_session_set_speed (EtudeSession *self, guint steps_per_second)
{
  if (self->speed == steps_per_second)
    return;
  self->speed = steps_per_second;
  if (self->worker != NULL)
    etude_worker_set_speed (self->worker, steps_per_second);
  g_object_notify_by_pspec (G_OBJECT (self), etude_session_props[PROP_SPEED]);
}

EtudeSessionState
etude_session_get_state (EtudeSession *self)
{
  return self->state;
}

/**
 * etude_session_get_problem:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why no run can start, as one sentence
 */
const char *
etude_session_get_problem (EtudeSession *self)
{
  return self->problem;
}

/**
 * etude_session_get_run:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the run that is shown, going on or not
 */
EtudeRun *
etude_session_get_run (EtudeSession *self)
{
  return self->run;
}

/**
 * etude_session_is_run_current:
 * @self: a session
 *
 * Returns: whether there is a run, and it is of the document as it is now
 */
gboolean
etude_session_is_run_current (EtudeSession *self)
{
  return self->run != NULL && etude_experiment_equal (self->run->experiment, etude_session_get_experiment (self));
}

/**
 * etude_session_has_weights:
 * @self: a session
 *
 * Returns: whether the run that is shown waits between two steps or has ended, and has not diverged
 */
gboolean
etude_session_has_weights (EtudeSession *self)
{
  return self->has_weights;
}

/**
 * etude_session_save_weights:
 * @self: a session that has weights
 * @file: where they go, as safetensors
 * @error: set when they cannot be written; then what was there is untouched
 *
 * Returns: whether they were written
 */
gboolean
etude_session_save_weights (EtudeSession *self, GFile *file, GError **error)
{
  EtudeTrainer *trainer = self->worker != NULL ? etude_worker_get_paused_trainer (self->worker) : self->ended;
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (EtudeFileWriter) out = NULL;

  if (path == NULL)
    g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_IO, _("Expected a file of this computer"));
  else if (trainer == NULL)
    g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("The training goes on: pause it first"));
  else
    out = etude_file_writer_new (path, error);
  return out != NULL && etude_trainer_write_weights (trainer, out, error) && etude_file_writer_finish (out, error);
}

/**
 * etude_session_close:
 * @self: a session
 *
 * Stops and joins every worker and stores what they recorded. No run can start afterwards.
 */
void
etude_session_close (EtudeSession *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  self->start_when_loaded = START_NOTHING;
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  end_pause_watch (self);
  g_clear_handle_id (&self->rate_timer, g_source_remove);
  if (self->recorder != NULL)
    {
      etude_recorder_close (self->recorder);
      etude_recorder_set_callbacks (self->recorder, NULL, NULL);
    }
  self->worker = NULL;
  self->is_going = FALSE;
}
