/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib-unix.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "../support/wait-until.h"
#include "experiment/path.h"
#include "store-test.h"
#include "store/recorder.h"
#include "store/store-private.h"

/* Waits for at most so long of the test’s own loop; nothing sleeps. */
#define PATIENCE_US (60 * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *path;
  EtudeStore *store;
  EtudeRecorder *recorder;
  GArray *records; /* of all runs */
  GPtrArray *troubles;
  guint n_changed;
  guint n_finished;
  guint n_over;
  EtudeRun *next; /* run and worker that are added when one has finished */
  EtudeWorker *next_worker;
} Fixture;

static void
on_record (EtudeRun *run, const EtudeRecord *record, gpointer data)
{
  g_array_append_val (((Fixture *) data)->records, *record);
}

static void
on_changed (EtudeRun *run, gpointer data)
{
  ((Fixture *) data)->n_changed++;
}

static void
on_finished (EtudeRun *run, gpointer data)
{
  Fixture *self = data;

  self->n_finished++;
  if (self->next_worker != NULL)
    etude_recorder_add (self->recorder, g_steal_pointer (&self->next_worker), self->next);
}

static void
on_trouble (const char *message, gpointer data)
{
  g_ptr_array_add (((Fixture *) data)->troubles, g_strdup (message));
}

static void
on_over (gpointer data)
{
  ((Fixture *) data)->n_over++;
}

static const EtudeRecorderCallbacks callbacks = { on_record, on_changed, on_finished, on_trouble, on_over };

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = store_test_make_folder ();
  self->path = g_build_filename (self->folder, "runs.db", NULL);
  self->store = store_test_open (self->path);
  self->recorder = etude_recorder_new (self->store, NULL);
  self->records = g_array_new (FALSE, FALSE, sizeof (EtudeRecord));
  self->troubles = g_ptr_array_new_with_free_func (g_free);
  etude_recorder_set_callbacks (self->recorder, &callbacks, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  etude_recorder_free (self->recorder);
  etude_store_free (self->store);
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_array_unref (self->records);
  g_ptr_array_unref (self->troubles);
}

typedef struct
{
  const char *epochs;
  const char *lr;
  gboolean is_wild; /* it diverges */
} Settings;

static EtudeExperiment *
make_experiment (Settings settings)
{
  static const char *const wild[] = { "network.layers", "[\"dense\"]", "optimizer.weight_decay", "1", "schedule", "constant" };
  EtudeExperiment *experiment = etude_experiment_new ();

  for (guint i = 0; settings.is_wild && i < G_N_ELEMENTS (wild); i += 2)
    g_assert_true (etude_experiment_set (experiment, wild[i], wild[i + 1], NULL));
  g_assert_true (etude_experiment_set (experiment, "training.epochs", settings.epochs, NULL));
  if (settings.lr != NULL)
    g_assert_true (etude_experiment_set (experiment, "optimizer.lr", settings.lr, NULL));
  return experiment;
}

static EtudeTrainer *
make_trainer (const EtudeExperiment *experiment, EtudePrepared **data)
{
  EtudeObject *section = &etude_experiment_fields (experiment)->dataset;
  g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, NULL, NULL, NULL);
  EtudeTrainer *trainer;

  *data = etude_prepare (dataset, section->data, NULL);
  trainer = etude_trainer_new (experiment, *data, NULL);
  g_assert_nonnull (trainer);
  return trainer;
}

static EtudeWorker *
make_worker (Fixture *self, Settings settings, guint speed, EtudeRun **run)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (experiment, &data);

  *run = etude_run_new_of (experiment, trainer, data);
  return etude_worker_new (trainer, etude_recorder_get_wake (self->recorder), speed);
}

/* The worker belongs to the recorder, and is there until the run has finished. */
static EtudeWorker *
start (Fixture *self, Settings settings, EtudeRun **run)
{
  EtudeWorker *worker = make_worker (self, settings, ETUDE_FULL_SPEED, run);

  etude_recorder_add (self->recorder, worker, *run);
  etude_worker_resume (worker);
  return worker;
}

/* The store has the run, as somebody else sees it. */
static void
assert_stored (Fixture *self, const EtudeRun *run)
{
  g_autoptr (EtudeStore) other = store_test_open (self->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeRun) loaded = etude_runs_load (other, run->id, &error);

  g_assert_no_error (error);
  store_test_assert_same_run (run, loaded);
  g_assert_cmpuint (loaded->number, ==, run->number);
  g_assert_cmpint (loaded->state, ==, run->state);
}

/* The records that a trainer makes, without thread, ring, recorder and store. */
static GArray *
train_directly (Settings settings, char **weights)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, &data);
  GArray *records = g_array_new (FALSE, FALSE, sizeof (EtudeRecord));
  EtudeRecord record;
  gint cancelled = FALSE;

  if (etude_trainer_evaluate (trainer, &cancelled, &record))
    g_array_append_val (records, record);
  while (etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
    {
      etude_trainer_step (trainer, &record);
      g_array_append_val (records, record);
      if (etude_trainer_is_evaluation_due (trainer) && etude_trainer_evaluate (trainer, &cancelled, &record))
        g_array_append_val (records, record);
    }
  etude_trainer_finish (trainer, ETUDE_OUTCOME_DONE, &cancelled, &record);
  g_array_append_val (records, record);
  *weights = etude_trainer_dup_weights_hash (trainer);
  return records;
}

static void
assert_same (double a, double b)
{
  if (!isnan (a) || !isnan (b))
    g_assert_cmpfloat (a, ==, b);
}

static void
test_all_records (Fixture *self, gconstpointer data)
{
  Settings settings = { "20", NULL };
  g_autoptr (EtudeRun) run = NULL;
  g_autofree char *weights = NULL;
  g_autoptr (GArray) expected = train_directly (settings, &weights);

  start (self, settings, &run);
  g_assert_cmpuint (run->number, ==, 1);
  g_assert_cmpuint (etude_recorder_get_n_active (self->recorder), ==, 1);
  wait_until (self->n_finished == 1);
  g_assert_cmpuint (etude_recorder_get_n_active (self->recorder), ==, 0);
  g_assert_cmpuint (self->records->len, ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    {
      const EtudeRecord *a = &g_array_index (self->records, EtudeRecord, i), *b = &g_array_index (expected, EtudeRecord, i);

      g_assert_cmpint (a->type, ==, b->type);
      g_assert_cmpuint (a->step, ==, b->step);
      if (a->type == ETUDE_RECORD_STEP)
        assert_same (a->lr, b->lr);
      if (a->type != ETUDE_RECORD_END)
        assert_same (a->loss, b->loss);
    }
  g_assert_cmpuint (self->n_changed, >, 0);
  g_assert_cmpuint (self->n_changed, <=, self->records->len);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_DONE);
  g_assert_cmpstr (run->weights, ==, weights);
  g_assert_cmpuint (run->steps, ==, 440);
  g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, 440);
  assert_stored (self, run);
  g_assert_cmpuint (self->troubles->len, ==, 0);
}

static void
test_diverged (Fixture *self, gconstpointer data)
{
  Settings settings = { "50", "1000", TRUE };
  g_autoptr (EtudeRun) run = NULL;

  start (self, settings, &run);
  wait_until (self->n_finished == 1);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_DIVERGED);
  g_assert_cmpuint (run->diverged_at, !=, ETUDE_NO_STEP);
  g_assert_cmpuint (run->marks->len, ==, 1);
  assert_stored (self, run);
}

/* Without a store everything is the same but the number. */
static void
test_no_store (Fixture *self, gconstpointer data)
{
  Settings settings = { "20", NULL };
  g_autoptr (EtudeRun) run = NULL;

  etude_recorder_free (self->recorder);
  self->recorder = etude_recorder_new (NULL, NULL);
  etude_recorder_set_callbacks (self->recorder, &callbacks, self);
  start (self, settings, &run);
  wait_until (self->n_finished == 1);
  g_assert_cmpuint (run->number, ==, 0);
  g_assert_cmpuint (run->steps, ==, 440);
  g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, 440);
  g_assert_true (etude_recorder_flush (self->recorder));
  g_assert_cmpuint (self->troubles->len, ==, 0);
}

static void
test_two_runs (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) first = NULL;
  g_autoptr (EtudeRun) second = NULL;

  start (self, (Settings) { "60", NULL }, &first);
  start (self, (Settings) { "40", "0.5" }, &second);
  g_assert_cmpstr (first->colour, !=, second->colour);
  wait_until (self->n_finished == 2);
  g_assert_cmpuint (first->steps, ==, 1320);
  g_assert_cmpuint (second->steps, ==, 880);
  g_assert_cmpuint (etude_series_get_n_points (first->loss), ==, 1320);
  g_assert_cmpuint (etude_series_get_n_points (second->loss), ==, 880);
  assert_stored (self, first);
  assert_stored (self, second);
}

/* Closed in full flight: stopped, and stored up to the last record. */
static void
test_close (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;

  start (self, (Settings) { "1000000", NULL }, &run);
  wait_until (run->steps > 100);
  etude_recorder_close (self->recorder);
  g_assert_cmpuint (self->n_finished, ==, 1);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_STOPPED);
  g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, run->steps);
  g_assert_nonnull (run->weights);
  assert_stored (self, run);
}

/* What begins when a run ends must not keep the recorder from closing. */
static void
test_add_while_closing (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) next = NULL;

  start (self, (Settings) { "1000000", NULL }, &run);
  self->next_worker = make_worker (self, (Settings) { "1000000", NULL }, ETUDE_FULL_SPEED, &next);
  self->next = next;
  etude_recorder_close (self->recorder);
  g_assert_cmpuint (self->n_finished, ==, 2);
  g_assert_cmpint (next->state, ==, ETUDE_RUN_STOPPED);
  assert_stored (self, run);
  assert_stored (self, next);
}

/* Freed without a word, in the middle: nothing is lost, and nobody is told. */
static void
test_free (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;

  start (self, (Settings) { "1000000", NULL }, &run);
  wait_until (run->steps > 100);
  g_clear_pointer (&self->recorder, etude_recorder_free);
  g_assert_cmpuint (self->n_finished, ==, 0);
  assert_stored (self, run);
}

/* A paused run is stored too, and closing does not wait for it. */
static void
test_paused (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  EtudeWorker *worker = make_worker (self, (Settings) { "1000000", NULL }, ETUDE_FULL_SPEED, &run);

  etude_recorder_add (self->recorder, worker, run);
  etude_worker_step (worker);
  wait_until (run->steps == 1 && etude_worker_get_state (worker) == ETUDE_WORKER_PAUSED);
  g_assert_true (etude_recorder_flush (self->recorder));
  assert_stored (self, run);
  etude_recorder_close (self->recorder);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_STOPPED);
  assert_stored (self, run);
}

/* The last number that has been acknowledged, 0 when there was nothing new. */
static guint64
read_acknowledged (int fd, const char *id)
{
  char text[4096];
  gssize n = read (fd, text, sizeof text - 1);
  g_auto (GStrv) lines = NULL;
  guint64 steps = 0;

  text[MAX (n, 0)] = '\0';
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_assert_true (g_str_has_prefix (lines[i], id));
      g_assert_true (lines[i][16] == ' ');
      steps = g_ascii_strtoull (lines[i] + 17, NULL, 10);
    }
  return steps;
}

/* In full flight it is stored by itself, and what the line says is in the store. */
static void
test_acknowledge (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  etude_recorder_set_acknowledge (self->recorder, ends[1]);
  start (self, (Settings) { "1000000", NULL }, &run);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (EtudeStore) other = NULL;
      g_autoptr (EtudeRun) loaded = NULL;
      guint64 acknowledged = 0;

      wait_until (acknowledged > 0 || (acknowledged = read_acknowledged (ends[0], run->id)) > 0);
      other = store_test_open (self->path);
      loaded = etude_runs_load (other, run->id, NULL);
      g_assert_cmpuint (loaded->steps, >=, acknowledged);
      g_assert_cmpuint (etude_series_get_n_points (loaded->loss), ==, loaded->steps);
      g_assert_cmpint (loaded->state, ==, ETUDE_RUN_RUNNING);
    }
  etude_recorder_close (self->recorder);
  close (ends[0]);
  close (ends[1]);
}

/* Refused for a while: told once, kept in memory, stored later with what fell into the gap. */
static void
test_trouble (Fixture *self, gconstpointer data)
{
  sqlite3 *other = store_test_connect (self->path);
  g_autoptr (EtudeRun) run = NULL;
  g_autofree char *steps = NULL;
  guint64 before;

  etude_store_set_busy_timeout (self->store, 50);
  start (self, (Settings) { "1000000", NULL }, &run);
  wait_until (run->steps > 100);
  g_assert_true (etude_recorder_flush (self->recorder));
  before = run->steps;
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  wait_until (self->troubles->len == 1);
  g_assert_nonnull (strstr (self->troubles->pdata[0], "another program has locked the store"));
  g_assert_false (etude_recorder_flush (self->recorder));
  g_assert_false (etude_recorder_flush (self->recorder));
  g_assert_cmpuint (self->troubles->len, ==, 1);
  g_assert_cmpuint (self->n_over, ==, 0);
  steps = store_test_sql (self->path, "SELECT steps FROM runs");
  g_assert_cmpuint (g_ascii_strtoull (steps, NULL, 10), <=, run->steps);
  wait_until (run->steps > before + 100);
  g_assert_cmpint (sqlite3_exec (other, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  wait_until (self->n_over == 1);
  g_assert_cmpuint (self->troubles->len, ==, 1);
  etude_recorder_close (self->recorder);
  assert_stored (self, run);
  sqlite3_close (other);
}

/* Refused from the beginning to after the end: the run waits for the store, with number and colour. */
static void
test_trouble_throughout (Fixture *self, gconstpointer data)
{
  sqlite3 *other = store_test_connect (self->path);
  g_autoptr (EtudeRun) first = NULL;
  g_autoptr (EtudeRun) second = NULL;

  etude_store_set_busy_timeout (self->store, 50);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  start (self, (Settings) { "5", NULL }, &first);
  start (self, (Settings) { "6", NULL }, &second);
  g_assert_cmpuint (first->number, ==, 0);
  g_assert_cmpstr (first->colour, ==, etude_runs_colour (1));
  g_assert_cmpstr (second->colour, ==, etude_runs_colour (2));
  wait_until (self->n_finished == 2);
  etude_recorder_close (self->recorder);
  g_assert_cmpuint (first->number, ==, 0);
  g_assert_cmpuint (self->troubles->len, ==, 1);
  g_assert_cmpint (sqlite3_exec (other, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  wait_until (self->n_over == 1);
  g_assert_cmpuint (first->number, ==, 1);
  g_assert_cmpuint (second->number, ==, 2);
  assert_stored (self, first);
  assert_stored (self, second);
  sqlite3_close (other);
}

/* Somebody took the run out of the store while it trained: it is stored again, whole. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  g_autofree char *nothing = NULL;

  start (self, (Settings) { "1000000", NULL }, &run);
  wait_until (run->steps > 3000);
  g_assert_true (etude_recorder_flush (self->recorder));
  nothing = store_test_sql (self->path, "PRAGMA foreign_keys = ON; DELETE FROM runs");
  wait_until (self->n_over == 1);
  etude_recorder_close (self->recorder);
  g_assert_cmpuint (run->number, ==, 2);
  assert_stored (self, run);
}

/* The time that a run has trained does not count its pauses, and goes on in the store. */
static void
test_seconds (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  EtudeWorker *worker = start (self, (Settings) { "1000000", NULL }, &run);
  double seconds;

  wait_until (run->seconds > 0.5);
  etude_worker_pause (worker);
  wait_until (etude_worker_get_state (worker) == ETUDE_WORKER_PAUSED);
  etude_recorder_close (self->recorder);
  seconds = run->seconds;
  g_assert_cmpfloat (seconds, >, 0.5);
  g_assert_cmpfloat (seconds, <, 10);
  assert_stored (self, run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/recorder/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("all-records", test_all_records);
  ADD ("diverged", test_diverged);
  ADD ("no-store", test_no_store);
  ADD ("two-runs", test_two_runs);
  ADD ("close", test_close);
  ADD ("add-while-closing", test_add_while_closing);
  ADD ("free", test_free);
  ADD ("paused", test_paused);
  ADD ("acknowledge", test_acknowledge);
  ADD ("trouble", test_trouble);
  ADD ("trouble-throughout", test_trouble_throughout);
  ADD ("removed", test_removed);
  ADD ("seconds", test_seconds);
  return g_test_run ();
}
