/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "../support/wait-until.h"
#include "app/model/session.h"
#include "experiment/json.h"
#include "experiment/path.h"
#include "store/runs.h"
#include "training/safetensors.h"

/* No test sleeps: the main loop turns until something holds, and this guard fails the test. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  EtudeStore *store;
  EtudeRecorder *recorder;
  EtudeSession *session;
  guint n_experiment;
  guint n_run;
} Fixture;

static void
count (guint *n)
{
  ++*n;
}

static gboolean
is_loaded (Fixture *f)
{
  return !etude_session_get_loading (f->session);
}

static gboolean
is_ended (Fixture *f)
{
  EtudeSessionState state = etude_session_get_state (f->session);

  return state != ETUDE_SESSION_RUNNING && state != ETUDE_SESSION_PAUSED;
}

static gboolean
is_paused (Fixture *f)
{
  return etude_session_get_state (f->session) == ETUDE_SESSION_PAUSED;
}

static gboolean
has_weights (Fixture *f)
{
  return etude_session_has_weights (f->session);
}

static gboolean
has_steps (Fixture *f)
{
  return etude_session_get_run (f->session)->steps >= 5;
}

static gboolean
has_one_step (Fixture *f)
{
  return etude_session_get_run (f->session)->steps == 1;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->store = etude_store_new_in_memory ();
  f->recorder = etude_recorder_new (f->store, NULL);
  f->session = etude_session_new (f->recorder);
  g_signal_connect_swapped (f->session, "experiment-changed", G_CALLBACK (count), &f->n_experiment);
  g_signal_connect_swapped (f->session, "run-changed", G_CALLBACK (count), &f->n_run);
  wait_until (is_loaded (f));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  wait_until (is_loaded (f));
  g_assert_finalize_object (f->session);
  etude_recorder_free (f->recorder);
  etude_store_free (f->store);
}

static void
set (Fixture *f, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  etude_session_set (f->session, path, value, &error);
  g_assert_no_error (error);
}

static void
assert_kinds (Fixture *f, const char *dataset, const char *loss)
{
  const EtudeExperimentFields *fields = etude_experiment_fields (etude_session_get_experiment (f->session));

  g_assert_cmpstr (fields->dataset.kind->id, ==, dataset);
  g_assert_cmpstr (fields->loss.kind->id, ==, loss);
}

/* Data for another task bring a loss that fits them; both are one edit. */
static void
test_loss_follows_task (Fixture *f, gconstpointer data)
{
  guint n_adapted = 0;

  g_signal_connect_swapped (f->session, "adapted", G_CALLBACK (count), &n_adapted);
  set (f, "dataset", "circles");
  wait_until (is_loaded (f));
  assert_kinds (f, "circles", "cross_entropy");
  g_assert_cmpuint (n_adapted, ==, 0);
  etude_session_seal (f->session);
  set (f, "dataset", "sine");
  wait_until (is_loaded (f));
  assert_kinds (f, "sine", "auto");
  g_assert_cmpuint (n_adapted, ==, 1);
  g_assert_null (etude_session_get_problem (f->session));
  etude_session_undo (f->session);
  wait_until (is_loaded (f));
  assert_kinds (f, "circles", "cross_entropy");
  etude_session_redo (f->session);
  wait_until (is_loaded (f));
  assert_kinds (f, "sine", "auto");
  etude_session_seal (f->session);
  /* One that fits stays. */
  set (f, "dataset", "moons");
  wait_until (is_loaded (f));
  assert_kinds (f, "moons", "auto");
  g_assert_cmpuint (n_adapted, ==, 1);
}

/* What the person asks for is refused and not mended. */
static void
test_loss_is_not_overruled (Fixture *f, gconstpointer data)
{
  set (f, "dataset", "sine");
  wait_until (is_loaded (f));
  set (f, "loss", "cross_entropy");
  assert_kinds (f, "sine", "cross_entropy");
  g_assert_nonnull (etude_session_get_problem (f->session));
  etude_session_undo (f->session);
  etude_session_redo (f->session);
  wait_until (is_loaded (f));
  assert_kinds (f, "sine", "cross_entropy");
}

static double
get_rate (Fixture *f)
{
  return *etude_experiment_rate (etude_session_get_experiment (f->session));
}

static void
test_undo (Fixture *f, gconstpointer data)
{
  g_assert_false (etude_session_get_can_undo (f->session));
  set (f, "optimizer.lr", "0.2");
  set (f, "optimizer.lr", "0.3");
  set (f, "training.epochs", "7");
  g_assert_cmpuint (f->n_experiment, ==, 3);
  etude_session_undo (f->session);
  g_assert_cmpfloat (get_rate (f), ==, 0.3);
  g_assert_true (etude_session_get_can_redo (f->session));
  /* Typing in one row was one entry. */
  etude_session_undo (f->session);
  g_assert_cmpfloat (get_rate (f), ==, 0.1);
  g_assert_false (etude_session_get_can_undo (f->session));
  etude_session_redo (f->session);
  g_assert_cmpfloat (get_rate (f), ==, 0.3);
}

static void
test_seal (Fixture *f, gconstpointer data)
{
  set (f, "optimizer.lr", "0.2");
  etude_session_seal (f->session);
  set (f, "optimizer.lr", "0.3");
  etude_session_undo (f->session);
  g_assert_cmpfloat (get_rate (f), ==, 0.2);
}

static void
test_same_is_no_edit (Fixture *f, gconstpointer data)
{
  set (f, "optimizer.lr", "0.1");
  g_assert_cmpuint (f->n_experiment, ==, 0);
  g_assert_false (etude_session_get_can_undo (f->session));
  g_assert_false (etude_session_get_modified (f->session));
}

static void
test_refused_value_changes_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (etude_session_set (f->session, "optimizer.lr", "-1", &error));
  g_assert_nonnull (error);
  g_assert_cmpfloat (get_rate (f), ==, 0.1);
  g_assert_cmpuint (f->n_experiment, ==, 0);
}

static void
test_data_follow_the_document (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (etude_session_get_data (f->session)->dataset->n_samples, ==, 1000);
  set (f, "dataset.samples", "200");
  g_assert_true (etude_session_get_loading (f->session));
  /* Until the new ones are whole, the old ones stay. */
  g_assert_cmpuint (etude_session_get_data (f->session)->dataset->n_samples, ==, 1000);
  wait_until (is_loaded (f));
  g_assert_cmpuint (etude_session_get_data (f->session)->dataset->n_samples, ==, 200);
  set (f, "optimizer.lr", "0.2");
  g_assert_false (etude_session_get_loading (f->session));
}

static void
test_missing_data (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set (f, "dataset.kind", "file");
  set (f, "dataset.path", "/nowhere/none.csv");
  wait_until (is_loaded (f));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_NOT_POSSIBLE);
  g_assert_nonnull (strstr (etude_session_get_problem (f->session), "none.csv"));
  g_assert_false (etude_session_train (f->session, &error));
  g_assert_nonnull (error);
  /* The last good data are still there to be looked at. */
  g_assert_nonnull (etude_session_get_data (f->session));
  etude_session_undo (f->session);
  etude_session_undo (f->session);
  wait_until (is_loaded (f));
  g_assert_null (etude_session_get_problem (f->session));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_READY);
}

static void
test_impossible_network (Fixture *f, gconstpointer data)
{
  set (f, "network.layers", "[{\"kind\":\"dense\",\"units\":7}]");
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_NOT_POSSIBLE);
  g_assert_nonnull (etude_session_get_problem (f->session));
  etude_session_undo (f->session);
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_READY);
}

/* What a trainer makes of the same document, without session, worker and recorder. */
static void
train_directly (Fixture *f, EtudeRecord *end, char **weights)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeTrainer) trainer = etude_trainer_new (etude_session_get_experiment (f->session),
                                                        etude_session_get_data (f->session), &error);
  EtudeRecord record;

  g_assert_no_error (error);
  while (etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
    {
      etude_trainer_step (trainer, &record);
      if (etude_trainer_is_evaluation_due (trainer))
        etude_trainer_evaluate (trainer, NULL, end);
    }
  end->loss = record.loss;
  *weights = etude_trainer_dup_weights_hash (trainer);
}

static void
test_train_to_the_end (Fixture *f, gconstpointer speed)
{
  EtudeRecord end;
  g_autofree char *weights = NULL;
  g_autoptr (GPtrArray) kept = NULL;
  EtudeRun *run;

  etude_session_set_speed (f->session, GPOINTER_TO_UINT (speed));
  set (f, "training.epochs", "3");
  g_assert_true (etude_session_train (f->session, NULL));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_RUNNING);
  wait_until (is_ended (f));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_DONE);

  run = etude_session_get_run (f->session);
  train_directly (f, &end, &weights);
  g_assert_cmpuint (run->steps, ==, run->n_steps);
  g_assert_cmpfloat (run->final.loss, ==, end.loss);
  g_assert_cmpfloat (run->final.validation_loss, ==, end.validation_loss);
  g_assert_cmpstr (run->weights, ==, weights);
  g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, run->n_steps);

  etude_recorder_flush (f->recorder);
  kept = etude_runs_list (f->store, NULL);
  g_assert_cmpuint (kept->len, ==, 1);
  g_assert_cmpuint (((EtudeRunSummary *) kept->pdata[0])->steps, ==, run->n_steps);
}

static void
test_train_waits_for_data (Fixture *f, gconstpointer data)
{
  set (f, "dataset.samples", "300");
  g_assert_true (etude_session_get_loading (f->session));
  g_assert_true (etude_session_train (f->session, NULL));
  g_assert_null (etude_session_get_run (f->session));
  wait_until (is_loaded (f));
  g_assert_nonnull (etude_session_get_run (f->session));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_RUNNING);
}

static void
test_pause_step_epoch (Fixture *f, gconstpointer data)
{
  EtudeRun *run;
  guint64 at;

  g_assert_true (etude_session_step (f->session, NULL));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_PAUSED);
  wait_until (has_one_step (f));
  run = etude_session_get_run (f->session);

  etude_session_set_speed (f->session, ETUDE_FULL_SPEED);
  g_assert_true (etude_session_epoch (f->session, NULL));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_RUNNING);
  wait_until (is_paused (f));
  g_assert_cmpuint (run->steps, ==, run->updates_per_epoch);

  etude_session_set_speed (f->session, 100);
  g_assert_true (etude_session_train (f->session, NULL));
  wait_until (has_steps (f));
  etude_session_pause (f->session);
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_PAUSED);
  g_assert_true (run == etude_session_get_run (f->session));
  etude_recorder_flush (f->recorder);
  at = run->steps;
  g_assert_cmpuint (at, <, run->n_steps);
}

/* What etude_trainer_dup_weights_hash() would say of a file of the default network. */
static char *
hash_file (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeTensors) file = etude_tensors_open (path, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < etude_tensors_get_n (file); i++)
    {
      const EtudeTensor *tensor = etude_tensors_get (file, i);
      g_autofree float *values = g_new (float, tensor->n);

      g_assert_true (etude_tensors_read (file, tensor, values, NULL));
      g_checksum_update (checksum, (const guchar *) values, (gssize) (tensor->n * sizeof *values));
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/* The weights are at hand while a run is paused and when it has ended, until it is no longer shown. */
static void
test_weights (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("etude-session-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "w.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) nowhere = g_file_new_for_uri ("sftp://nowhere/w.safetensors");
  g_autofree char *paused = NULL, *ended = NULL;
  g_autoptr (GError) error = NULL;
  guint n_told = 0;

  g_signal_connect_swapped (f->session, "notify::has-weights", G_CALLBACK (count), &n_told);
  etude_session_set_speed (f->session, 100);
  g_assert_false (etude_session_has_weights (f->session));
  g_assert_true (etude_session_train (f->session, NULL));
  g_assert_false (etude_session_has_weights (f->session));
  wait_until (has_steps (f));
  g_assert_false (etude_session_save_weights (f->session, file, &error));
  g_assert_cmpstr (error->message, ==, "The training goes on: pause it first");
  g_clear_error (&error);

  /* as soon as they are said to be there they can be saved */
  etude_session_pause (f->session);
  wait_until (has_weights (f));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_true (etude_session_save_weights (f->session, file, &error));
  paused = hash_file (path);

  etude_session_stop (f->session);
  wait_until (is_ended (f));
  g_assert_true (etude_session_has_weights (f->session));
  g_assert_true (etude_session_save_weights (f->session, file, &error));
  ended = hash_file (path);
  g_assert_cmpstr (ended, ==, paused);
  g_assert_cmpstr (ended, ==, etude_session_get_run (f->session)->weights);
  g_assert_false (etude_session_save_weights (f->session, nowhere, &error));
  g_assert_cmpstr (error->message, ==, "Expected a file of this computer");

  etude_session_reset (f->session);
  g_assert_false (etude_session_has_weights (f->session));
  g_signal_handlers_disconnect_by_data (f->session, &n_told);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_stop_in_the_middle (Fixture *f, gconstpointer data)
{
  EtudeRun *run;

  g_assert_true (etude_session_train (f->session, NULL));
  wait_until (has_steps (f));
  etude_session_stop (f->session);
  wait_until (is_ended (f));
  run = etude_session_get_run (f->session);
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_STOPPED);
  g_assert_cmpuint (run->state, ==, ETUDE_RUN_STOPPED);
  g_assert_cmpuint (run->steps, <, run->n_steps);
  g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, run->steps);
}

static void
test_diverge (Fixture *f, gconstpointer data)
{
  set (f, "network.layers", "[{\"kind\":\"dense\",\"units\":16},{\"kind\":\"relu\"},{\"kind\":\"dense\"}]");
  set (f, "optimizer.lr", "1000");
  etude_session_set_speed (f->session, ETUDE_FULL_SPEED);
  g_assert_true (etude_session_train (f->session, NULL));
  wait_until (is_ended (f));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_DIVERGED);
  g_assert_cmpuint (etude_session_get_run (f->session)->diverged_at, !=, ETUDE_NO_STEP);
}

static void
test_edit_while_it_goes (Fixture *f, gconstpointer data)
{
  EtudeRun *run;

  g_assert_true (etude_session_train (f->session, NULL));
  run = etude_session_get_run (f->session);
  g_assert_true (etude_session_is_run_current (f->session));
  set (f, "optimizer.lr", "0.2");
  g_assert_false (etude_session_is_run_current (f->session));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_RUNNING);
  g_assert_cmpfloat (*etude_experiment_rate (run->experiment), ==, 0.1);
  etude_session_stop (f->session);
  wait_until (is_ended (f));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_READY);
  etude_session_undo (f->session);
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_STOPPED);
}

static void
test_reset (Fixture *f, gconstpointer data)
{
  guint n;

  g_assert_true (etude_session_step (f->session, NULL));
  n = f->n_run;
  etude_session_reset (f->session);
  g_assert_cmpuint (f->n_run, ==, n + 1);
  g_assert_null (etude_session_get_run (f->session));
  g_assert_cmpuint (etude_session_get_state (f->session), ==, ETUDE_SESSION_READY);
}

static void
test_close_while_running (Fixture *f, gconstpointer data)
{
  g_autoptr (EtudeRun) run = NULL;
  g_autoptr (EtudeRun) kept = NULL;

  etude_session_set_speed (f->session, ETUDE_FULL_SPEED);
  set (f, "training.epochs", "100000");
  g_assert_true (etude_session_train (f->session, NULL));
  wait_until (has_steps (f));
  run = etude_run_ref (etude_session_get_run (f->session));
  etude_session_close (f->session);
  g_assert_cmpuint (etude_recorder_get_n_active (f->recorder), ==, 0);
  g_assert_false (etude_session_train (f->session, NULL));
  kept = etude_runs_load (f->store, run->id, NULL);
  g_assert_nonnull (kept);
  g_assert_cmpuint (kept->state, ==, ETUDE_RUN_STOPPED);
  g_assert_cmpuint (kept->steps, ==, run->steps);
  g_assert_cmpuint (etude_series_get_n_points (kept->loss), ==, run->steps);
}

static void
test_save_and_open (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("etude-session-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mine.etude", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  set (f, "optimizer.lr", "0.25");
  g_assert_true (etude_session_get_modified (f->session));
  g_assert_true (etude_session_save (f->session, file, &error));
  g_assert_no_error (error);
  g_assert_false (etude_session_get_modified (f->session));
  g_assert_cmpstr (etude_session_get_title (f->session), ==, "mine");

  set (f, "optimizer.lr", "0.5");
  g_assert_true (etude_session_open (f->session, file, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (get_rate (f), ==, 0.25);
  g_assert_false (etude_session_get_can_undo (f->session));

  g_assert_true (g_file_set_contents (path, "{ \"etude\": 1, \"optimiser\": {} }", -1, NULL));
  g_assert_false (etude_session_open (f->session, file, &error));
  g_assert_nonnull (error);
  g_assert_cmpfloat (get_rate (f), ==, 0.25);
  g_file_delete (file, NULL, NULL);
  g_assert_cmpint (g_remove (folder), ==, 0);
}

/* A data path that is relative to the folder of the document leads to the same file from another. */
static void
test_save_elsewhere (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("etude-session-XXXXXX", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  g_autofree char *table = g_build_filename (folder, "data.csv", NULL);
  g_autofree char *path = g_build_filename (folder, "mine.etude", NULL);
  g_autofree char *moved = g_build_filename (other, "mine.etude", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) moved_file = g_file_new_for_path (moved);
  g_autoptr (EtudeExperiment) written = NULL;

  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  g_assert_true (g_file_set_contents (table, "a,y\n1,x\n2,z\n3,x\n4,z\n", -1, NULL));
  g_assert_true (g_file_set_contents (path, "{\"etude\":1,\"dataset\":{\"kind\":\"file\",\"path\":\"data.csv\"}}", -1, NULL));
  g_assert_true (etude_session_open (f->session, file, NULL));
  g_assert_true (etude_session_save (f->session, file, NULL));
  text = etude_experiment_get_text (etude_session_get_experiment (f->session), "dataset.path");
  g_assert_cmpstr (text, ==, "\"data.csv\"");

  g_assert_true (etude_session_save (f->session, moved_file, NULL));
  g_assert_false (etude_session_get_modified (f->session));
  written = etude_experiment_load (moved, NULL);
  g_assert_true (etude_experiment_equal (written, etude_session_get_experiment (f->session)));
  g_free (text);
  text = etude_experiment_get_text (written, "dataset.path");
  g_assert_nonnull (strstr (text, table));

  /* What undo brings back knows the new place too. */
  set (f, "optimizer.lr", "0.25");
  etude_session_undo (f->session);
  g_assert_true (etude_experiment_equal (written, etude_session_get_experiment (f->session)));
  g_assert_false (etude_session_get_modified (f->session));
  g_remove (moved);
  g_remove (other);
  g_remove (path);
  g_remove (table);
  g_assert_cmpint (g_remove (folder), ==, 0);
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/session/undo", NULL, test_undo);
  add ("/session/loss-follows-task", NULL, test_loss_follows_task);
  add ("/session/loss-is-not-overruled", NULL, test_loss_is_not_overruled);
  add ("/session/seal", NULL, test_seal);
  add ("/session/same-is-no-edit", NULL, test_same_is_no_edit);
  add ("/session/refused-value-changes-nothing", NULL, test_refused_value_changes_nothing);
  add ("/session/data-follow-the-document", NULL, test_data_follow_the_document);
  add ("/session/missing-data", NULL, test_missing_data);
  add ("/session/impossible-network", NULL, test_impossible_network);
  add ("/session/train-to-the-end", GUINT_TO_POINTER (ETUDE_FULL_SPEED), test_train_to_the_end);
  add ("/session/train-to-the-end-paced", GUINT_TO_POINTER (1000), test_train_to_the_end);
  add ("/session/train-waits-for-data", NULL, test_train_waits_for_data);
  add ("/session/pause-step-epoch", NULL, test_pause_step_epoch);
  add ("/session/weights", NULL, test_weights);
  add ("/session/stop-in-the-middle", NULL, test_stop_in_the_middle);
  add ("/session/diverge", NULL, test_diverge);
  add ("/session/edit-while-it-goes", NULL, test_edit_while_it_goes);
  add ("/session/reset", NULL, test_reset);
  add ("/session/close-while-running", NULL, test_close_while_running);
  add ("/session/save-and-open", NULL, test_save_and_open);
  add ("/session/save-elsewhere", NULL, test_save_elsewhere);
  return g_test_run ();
}
