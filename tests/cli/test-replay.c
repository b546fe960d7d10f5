/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs whose rate was changed while they trained, as the window makes and stores them; etude-cli makes
 * each again from the store alone. */
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>

#include "../store/store-test.h"
#include "../support/wait-until.h"
#include "../training/fixture.h"
#include "store/recorder.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)

static char *home;

static EtudeWorker *
start (EtudeRecorder *recorder, const char *const *settings, EtudeRun **run)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (experiment, &data);
  EtudeWorker *worker = etude_worker_new (trainer, etude_recorder_get_wake (recorder), 1000);

  *run = etude_run_new_of (experiment, trainer, data);
  etude_recorder_add (recorder, worker, *run);
  return worker;
}

static void
go_past (EtudeRun *run, guint64 steps)
{
  wait_until (run->steps >= steps || run->state != ETUDE_RUN_RUNNING);
}

/* Before the first update, in full flight, while it is paused, and on. */
static void
play (EtudeWorker *worker, EtudeRun *run, gboolean stops)
{
  guint64 paused_at;

  etude_worker_set_rate_factor (worker, 1 / 3.0);
  etude_worker_resume (worker);
  go_past (run, 30);
  etude_worker_set_rate_factor (worker, 0.7);
  go_past (run, 90);
  etude_worker_pause (worker);
  wait_until (etude_worker_get_paused_trainer (worker) != NULL
              && run->steps == etude_trainer_get_step (etude_worker_get_paused_trainer (worker)));
  etude_worker_set_rate_factor (worker, 5);
  etude_worker_set_rate_factor (worker, 0.155 / 0.1);
  paused_at = run->steps;
  etude_worker_step (worker);
  wait_until (run->steps == paused_at + 1);
  etude_worker_set_rate_factor (worker, 1e-3);
  etude_worker_resume (worker);
  go_past (run, 200);
  etude_worker_set_rate_factor (worker, 1);
  if (stops)
    {
      go_past (run, run->steps + 20);
      etude_worker_stop (worker);
    }
  else
    etude_worker_set_speed (worker, ETUDE_FULL_SPEED);
  wait_until (run->state != ETUDE_RUN_RUNNING && run->weights != NULL);
}

/* Whether the program ends with 0; its output, or what it complains of. */
static char *
run_cli (gboolean expected, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *out = NULL, *err = NULL;
  GError *error = NULL;
  int status;

  g_ptr_array_add (argv, (gpointer) g_getenv ("ETUDE_CLI"));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (home, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status) && (WEXITSTATUS (status) == 0) == expected);
  return expected ? g_steal_pointer (&out) : g_steal_pointer (&err);
}

static guint
count_rate_marks (const EtudeRun *run)
{
  guint n = 0;

  for (guint i = 0; i < run->marks->len; i++)
    n += g_array_index (run->marks, EtudeMark, i).kind == ETUDE_MARK_RATE ? 1 : 0;
  return n;
}

/* Its mark lines are the marks of the run, and its end has the weights of the run. */
static void
assert_replay (const char *output, const EtudeRun *run)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  guint n_marks = 0;

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *line = json_node_get_object (node);
      const char *type = json_object_get_string_member (line, "type");

      if (g_str_equal (type, "mark"))
        {
          const EtudeMark *mark = &g_array_index (run->marks, EtudeMark, n_marks++);

          g_assert_cmpstr (json_object_get_string_member (line, "kind"), ==, etude_mark_kind_id (mark->kind));
          g_assert_cmpint (json_object_get_int_member (line, "step"), ==, (gint64) mark->step);
          g_assert_cmpfloat (json_object_get_double_member (line, "factor"), ==, mark->factor);
        }
      if (!g_str_equal (type, "end"))
        continue;
      g_assert_cmpstr (json_object_get_string_member (line, "outcome"), ==, etude_run_state_id (run->state));
      g_assert_cmpint (json_object_get_int_member (line, "steps"), ==, (gint64) run->steps);
      g_assert_cmpstr (json_object_get_string_member (line, "weights"), ==, run->weights);
    }
  g_assert_cmpuint (n_marks, ==, run->marks->len);
}

static void
test_same_weights (void)
{
  static const char *const settings[][9] = {
    { "training.epochs", "200", NULL },
    { "training.epochs", "200", "schedule", "{\"kind\":\"plateau\",\"patience\":0,\"threshold\":0.2,\"factor\":0.5}", NULL },
    { "training.epochs", "600", "training.accumulate", "3", "optimizer", "adam", "training.seed", "7", NULL },
    { "training.epochs", "200", "training.early_stopping.patience", "100", "optimizer.momentum", "0.5", NULL },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (EtudeStore) store = etude_store_open (NULL, NULL);
      g_autoptr (EtudeRecorder) recorder = etude_recorder_new (store, NULL);
      g_autoptr (EtudeRun) run = NULL, loaded = NULL;
      EtudeWorker *worker = start (recorder, settings[i / 2], &run);
      const char *const arguments[] = { "train", "--replay", run->id, "--json", "--every", "100000", "--no-store", NULL };
      g_autofree char *output = NULL;

      play (worker, run, i % 2 == 1);
      g_assert_cmpint (run->state, ==, i % 2 == 1 ? ETUDE_RUN_STOPPED : ETUDE_RUN_DONE);
      g_assert_cmpuint (count_rate_marks (run), ==, 5);
      g_assert_true (etude_recorder_flush (recorder));
      loaded = etude_runs_load (store, run->id, NULL);
      store_test_assert_same_run (loaded, run);
      output = run_cli (TRUE, arguments);
      assert_replay (output, run);
    }
}

/* The run travels as a file, with its marks, and the replay is stored as a child of it. */
static void
test_imported (void)
{
  static const char *const settings[] = { "training.epochs", "200", NULL };
  static const char *const export[] = { "runs", "export", "last", "-o", "run.etude-runs", NULL };
  static const char *const delete[] = { "runs", "delete", "last", NULL };
  static const char *const vacuum[] = { "runs", "vacuum", NULL };
  static const char *const import[] = { "runs", "import", "run.etude-runs", NULL };
  static const char *const replay[] = { "train", "--replay", "last", NULL };
  static const char *const both[] = { "train", "--replay", "last", "--csv", "--set", "training.epochs=3", NULL };
  EtudeStore *store = etude_store_open (NULL, NULL);
  EtudeRecorder *recorder = etude_recorder_new (store, NULL);
  g_autoptr (EtudeRun) run = NULL;
  g_autofree char *id = NULL;
  EtudeWorker *worker;

  worker = start (recorder, settings, &run);
  play (worker, run, FALSE);
  etude_recorder_free (recorder);
  etude_store_free (store);
  g_free (run_cli (TRUE, export));
  g_free (run_cli (TRUE, delete));
  g_free (run_cli (TRUE, vacuum));
  g_free (run_cli (TRUE, import));
  g_free (run_cli (TRUE, replay));
  g_free (run_cli (FALSE, both));
  store = etude_store_open (NULL, NULL);
  id = etude_runs_find (store, "last", FALSE, NULL);
  {
    g_autoptr (EtudeRun) child = etude_runs_load (store, id, NULL);

    g_assert_cmpstr (child->weights, ==, run->weights);
    g_assert_nonnull (child->parent);
    g_assert_cmpuint (count_rate_marks (child), ==, 5);
  }
  etude_store_free (store);
}

static void
make_stored (EtudeRun **run)
{
  static const char *const settings[] = { "training.epochs", "2", NULL };
  EtudeStore *store = etude_store_open (NULL, NULL);
  EtudeRecorder *recorder = etude_recorder_new (store, NULL);
  EtudeWorker *worker = start (recorder, settings, run);

  etude_worker_resume (worker);
  wait_until ((*run)->weights != NULL);
  etude_recorder_free (recorder);
  etude_store_free (store);
}

static void
change (const char *sql)
{
  g_autofree char *path = etude_store_dup_default_path ();

  g_free (store_test_sql (path, sql));
}

/* A run that comes out otherwise says so. */
static void
test_other (void)
{
  static const char *const replay[] = { "train", "--replay", "last", "--no-store", NULL };
  g_autoptr (EtudeRun) run = NULL;
  g_autofree char *weights = NULL, *hash = NULL, *good = NULL;

  make_stored (&run);
  good = run_cli (TRUE, replay);
  change ("UPDATE runs SET weights = replace (weights, substr (weights, 1, 8), '00000000')");
  weights = run_cli (FALSE, replay);
  g_assert_nonnull (strstr (weights, "weights: found"));
  change ("UPDATE runs SET hash = replace (hash, substr (hash, 1, 8), '00000000')");
  hash = run_cli (FALSE, replay);
  g_assert_nonnull (strstr (hash, "document and data: found"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  home = store_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_add_func ("/replay/same-weights", test_same_weights);
  g_test_add_func ("/replay/imported", test_imported);
  g_test_add_func ("/replay/other", test_other);
  status = g_test_run ();
  store_test_remove_folder (home);
  return status;
}
