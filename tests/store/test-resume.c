/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is killed and goes on is the run that was never killed: all its numbers, to the last bit. */
#include <string.h>

#include "../support/wait-until.h"
#include "../training/fixture.h"
#include "base/error.h"
#include "store-test.h"
#include "store/checkpoints.h"
#include "store/exchange.h"
#include "store/recorder.h"
#include "store/resume.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)

#define SMALL "dataset.samples", "200", "training.batch_size", "8", "training.epochs", "100"

/* All that remembers something, in few runs. */
static const char *const cases[][24] = {
  { SMALL, "optimizer", "adam" },
  { SMALL, "optimizer.momentum", "0.9", "schedule", "{\"kind\":\"plateau\",\"patience\":0,\"factor\":0.5}", "training.evaluate_every", "7" },
  { SMALL, "optimizer", "adamw", "training.ema", "0.99", "training.accumulate", "3", "training.evaluate_every", "11" },
  { SMALL, "optimizer.momentum", "0.9", "training.early_stopping", "{\"patience\":40}", "training.evaluate_every", "5",
    "network.layers", "[{\"kind\":\"dense\",\"units\":8},\"batch_norm\",\"tanh\",{\"kind\":\"dropout\",\"p\":0.3},\"dense\"]" },
};

typedef struct
{
  char *folder;
  char *path;
  char *copy; /* what the store was when the program “died” */
  EtudeStore *store;
  EtudeRecorder *recorder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = store_test_make_folder ();
  self->path = g_build_filename (self->folder, "runs.db", NULL);
  self->copy = g_build_filename (self->folder, "copy.db", NULL);
  self->store = store_test_open (self->path);
  self->recorder = etude_recorder_new (self->store, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  etude_recorder_free (self->recorder);
  etude_store_free (self->store);
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->copy);
}

static EtudeWorker *
start (Fixture *self, const char *const *settings, guint speed, EtudeRun **run)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (experiment, &data);
  EtudeWorker *worker = etude_worker_new (trainer, etude_recorder_get_wake (self->recorder), speed);

  *run = etude_run_new_of (experiment, trainer, data);
  etude_recorder_add (self->recorder, worker, *run);
  return worker;
}

/* Goes on with a run of @store in this process. */
static EtudeWorker *
resume (EtudeStore *store, EtudeRecorder *recorder, EtudeRun *run)
{
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (run->experiment, &data);
  GError *error = NULL;
  EtudeWorker *worker;

  g_assert_true (etude_resume_is_possible (store, run));
  g_assert_true (etude_resume_begin (store, run, trainer, &error));
  g_assert_no_error (error);
  worker = etude_worker_new_from (trainer, run->steps, etude_recorder_get_wake (recorder), ETUDE_FULL_SPEED);
  etude_recorder_add (recorder, worker, run);
  return worker;
}

static EtudeRun *
load (EtudeStore *store, const char *id)
{
  GError *error = NULL;
  EtudeRun *run = etude_runs_load (store, id, &error);

  g_assert_no_error (error);
  return run;
}

static void
pause_at (EtudeWorker *worker, EtudeRun *run, guint64 steps)
{
  wait_until (run->steps >= steps);
  etude_worker_pause (worker);
  wait_until (etude_worker_is_drained (worker));
}

/* What is in the file and its journal between two transactions is what somebody finds after a kill. */
static void
copy_store (Fixture *self)
{
  g_autofree char *journal = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *copied = g_strconcat (self->copy, "-wal", NULL);

  store_test_copy_file (self->path, self->copy);
  store_test_copy_file (journal, copied);
}

static void
wait_ended (EtudeRun *run)
{
  wait_until (run->state != ETUDE_RUN_RUNNING && run->weights != NULL);
}

/* Trains with changes of the rate, leaves a copy of the store from in between, with a checkpoint before some of
 * the changes, and comes to its end. */
static EtudeRun *
train_and_copy (Fixture *self, const char *const *settings)
{
  EtudeRun *run;
  EtudeWorker *worker = start (self, settings, 500, &run);
  guint64 step;

  etude_worker_resume (worker);
  wait_until (run->steps >= 30);
  etude_worker_set_rate_factor (worker, 0.7);
  wait_until (etude_run_get_rate_factor (run) == 0.7);
  pause_at (worker, run, 60);
  wait_until (etude_checkpoints_find (self->store, run->number, &step) && step == run->steps);
  etude_worker_set_rate_factor (worker, 1.5);
  etude_worker_resume (worker);
  wait_until (run->steps >= 100);
  etude_worker_set_rate_factor (worker, 0.3);
  wait_until (etude_run_get_rate_factor (run) == 0.3);
  pause_at (worker, run, 130);
  g_assert_true (etude_recorder_flush (self->recorder));
  etude_worker_set_speed (worker, ETUDE_FULL_SPEED);
  copy_store (self);
  etude_worker_resume (worker);
  wait_ended (run);
  g_assert_true (etude_recorder_flush (self->recorder));
  g_assert_false (etude_checkpoints_find (self->store, run->number, &step));
  return run;
}

static void
test_killed (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) expected = train_and_copy (self, data);
  g_autoptr (EtudeStore) store = store_test_open (self->copy);
  EtudeRecorder *recorder = etude_recorder_new (store, NULL);
  g_autoptr (EtudeRun) run = load (store, expected->id);
  g_autoptr (EtudeRun) stored = NULL;
  guint64 before = run->steps;
  double seconds = run->seconds;

  g_assert_cmpint (run->state, ==, ETUDE_RUN_INTERRUPTED);
  g_assert_cmpuint (before, >=, 60);
  g_assert_cmpuint (before, <, expected->steps);
  etude_worker_resume (resume (store, recorder, run));
  g_assert_cmpint (run->state, ==, ETUDE_RUN_RUNNING);
  wait_ended (run);
  g_assert_cmpfloat (run->seconds, >, seconds);
  run->seconds = expected->seconds;
  store_test_assert_same_run (expected, run);
  g_assert_cmpint (run->state, ==, expected->state);
  g_assert_cmpuint (run->number, ==, expected->number);
  g_assert_false (etude_checkpoints_find (store, run->number, NULL));
  etude_recorder_free (recorder);
  stored = load (store, expected->id);
  stored->seconds = expected->seconds;
  store_test_assert_same_run (expected, stored);
}

/* The weights of a run that nobody disturbed. */
static EtudeRun *
train (Fixture *self, const char *const *settings)
{
  EtudeRun *run;

  etude_worker_resume (start (self, settings, ETUDE_FULL_SPEED, &run));
  wait_ended (run);
  return run;
}

static void
test_stopped (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) expected = train (self, cases[2]);
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) again = NULL;
  EtudeWorker *worker = start (self, cases[2], 1000, &run);
  guint64 step;

  etude_worker_resume (worker);
  wait_until (run->steps >= 50);
  etude_worker_stop (worker);
  wait_ended (run);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_STOPPED);
  g_assert_true (etude_checkpoints_find (self->store, run->number, &step));
  g_assert_cmpuint (step, ==, run->steps);
  again = load (self->store, run->id);
  etude_worker_resume (resume (self->store, self->recorder, again));
  wait_ended (again);
  g_assert_cmpint (again->state, ==, ETUDE_RUN_DONE);
  g_assert_cmpstr (again->weights, ==, expected->weights);
  g_assert_cmpuint (etude_series_get_n_points (again->loss), ==, expected->steps);
  store_test_assert_same_series (again->train_loss, expected->train_loss);
}

/* Stopped before it is where it had been, and then once more on: nothing that was recorded is lost. */
static void
test_stopped_on_the_way (Fixture *self, gconstpointer data)
{
  const char *const settings[] = { "training.epochs", "4000", "optimizer", "adam", NULL };
  g_autoptr (EtudeRun) expected = train (self, settings);
  g_autoptr (EtudeRun) first = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) again = NULL;
  EtudeRecorder *recorder;
  EtudeWorker *worker = start (self, settings, ETUDE_FULL_SPEED, &first);
  guint64 before, step;

  etude_worker_resume (worker);
  /* Buckets of the series have been merged by then. */
  wait_until (first->steps > ETUDE_SERIES_MAX + 5000);
  g_assert_true (etude_recorder_flush (self->recorder));
  copy_store (self);
  etude_recorder_close (self->recorder);
  store = store_test_open (self->copy);
  recorder = etude_recorder_new (store, NULL);
  run = load (store, first->id);
  before = run->steps;
  resume (store, recorder, run);
  etude_recorder_close (recorder);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_STOPPED);
  g_assert_cmpuint (run->steps, ==, before);
  g_assert_true (etude_checkpoints_find (store, run->number, &step));
  g_assert_cmpuint (step, <, before);
  g_assert_null (run->weights);
  again = load (store, first->id);
  etude_worker_resume (resume (store, recorder, again));
  wait_ended (again);
  again->seconds = expected->seconds;
  g_assert_cmpstr (again->weights, ==, expected->weights);
  store_test_assert_same_series (again->loss, expected->loss);
  store_test_assert_same_series (again->lr, expected->lr);
  store_test_assert_same_series (again->validation_loss, expected->validation_loss);
  etude_recorder_free (recorder);
}

static void
assert_refused (EtudeStore *store, EtudeRun *run, const EtudeExperiment *experiment, const char *words)
{
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, &data);
  g_autoptr (GError) error = NULL;

  g_assert_false (etude_resume_begin (store, run, trainer, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
  if (strstr (error->message, words) == NULL)
    g_error ("%s", error->message);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) done = train (self, cases[0]);
  EtudeWorker *worker = start (self, cases[0], 1000, &run);
  g_autoptr (EtudeExperiment) other = etude_experiment_copy (run->experiment);
  g_autoptr (EtudeStore) second = NULL;
  g_autoptr (EtudeRun) same = NULL;
  g_autofree char *nothing = NULL;

  g_assert_false (etude_resume_is_possible (self->store, done));
  assert_refused (self->store, done, done->experiment, "the state “done”");
  etude_worker_resume (worker);
  wait_until (run->steps > 20);
  etude_worker_stop (worker);
  wait_ended (run);
  g_assert_true (etude_experiment_set (other, "dataset.seed", "77", NULL));
  assert_refused (self->store, run, other, "document and data: found");
  second = store_test_open (self->path);
  same = load (second, run->id);
  resume (self->store, self->recorder, run);
  /* Somebody else was quicker. */
  assert_refused (second, same, same->experiment, "the state “running”");
  etude_recorder_close (self->recorder);
  nothing = store_test_sql (self->path, "DELETE FROM checkpoints");
  g_assert_false (etude_resume_is_possible (self->store, run));
  assert_refused (self->store, run, run->experiment, "no checkpoint");
}

/* A file of runs has none: nobody who takes it in has the data. */
static void
test_exported (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->folder, "a.etude-runs", NULL);
  g_autoptr (EtudeRun) run = NULL;
  EtudeWorker *worker = start (self, cases[0], 1000, &run);
  const char *const ids[] = { run->id, NULL };
  g_autofree char *n = NULL, *n_exported = NULL;

  etude_worker_resume (worker);
  pause_at (worker, run, 20);
  wait_until (etude_checkpoints_find (self->store, run->number, NULL));
  n = store_test_sql (self->path, "SELECT count(*) FROM checkpoints");
  g_assert_cmpstr (n, ==, "1");
  g_assert_true (etude_exchange_export (self->store, ids, file, NULL));
  n_exported = store_test_sql (file, "SELECT count(*) FROM checkpoints");
  g_assert_cmpstr (n_exported, ==, "0");
}

static void
on_too_large (EtudeRun *run, const char *message, gpointer data)
{
  g_assert_nonnull (strstr (message, "too large"));
  ++*(guint *) data;
}

/* 5 million weights and as many of two moments are 60 MB, and 6 million are more than what is kept. */
static void
test_too_large (Fixture *self, gconstpointer data)
{
  const char *const settings[] = {
    "optimizer", "adam", "network.layers", "[{\"kind\":\"dense\",\"units\":2450},{\"kind\":\"dense\",\"units\":2450},\"dense\"]", NULL
  };
  const EtudeRecorderCallbacks callbacks = { .too_large = on_too_large };
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) small = NULL;
  guint n = 0;
  EtudeWorker *worker;

  etude_recorder_set_callbacks (self->recorder, &callbacks, &n);
  start (self, cases[0], ETUDE_FULL_SPEED, &small);
  g_assert_cmpuint (n, ==, 0);
  worker = start (self, settings, ETUDE_FULL_SPEED, &run);
  g_assert_cmpuint (n, ==, 1);
  etude_worker_stop (worker);
  wait_ended (run);
  g_assert_false (etude_resume_is_possible (self->store, run));
  etude_recorder_set_callbacks (self->recorder, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/resume/killed/%u", i);

      g_test_add (name, Fixture, cases[i], set_up, test_killed, tear_down);
    }
#define ADD(name, func) g_test_add ("/resume/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("stopped", test_stopped);
  ADD ("stopped-on-the-way", test_stopped_on_the_way);
  ADD ("refused", test_refused);
  ADD ("exported", test_exported);
  ADD ("too-large", test_too_large);
  return g_test_run ();
}
