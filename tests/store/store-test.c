/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/samples.h"
#include "store/store-private.h"

/* Each test has its own; others may look into it, for a child that is another user does. */
char *
store_test_make_folder (void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp ("etude-store-XXXXXX", &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  return folder;
}

void
store_test_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_chmod (folder, 0755);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        store_test_remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* Whole paths of what is in a folder and begins so. */
GPtrArray *
store_test_list_files (const char *folder, const char *beginning)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, beginning))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  return paths;
}

void
store_test_copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  GError *error = NULL;
  gsize length;

  g_file_get_contents (from, &bytes, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, bytes, (gssize) length, &error);
  g_assert_no_error (error);
}

gboolean
store_test_same_file (const char *a, const char *b)
{
  g_autofree char *bytes_a = NULL, *bytes_b = NULL;
  gsize length_a, length_b;

  g_assert_true (g_file_get_contents (a, &bytes_a, &length_a, NULL));
  g_assert_true (g_file_get_contents (b, &bytes_b, &length_b, NULL));
  return length_a == length_b && memcmp (bytes_a, bytes_b, length_a) == 0;
}

/* SQLite itself, as another program would open the file. */
sqlite3 *
store_test_connect (const char *path)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  return db;
}

/* Runs all of @sql; the first value of its last row, or NULL. */
char *
store_test_sql (const char *path, const char *sql)
{
  sqlite3 *db = store_test_connect (path);
  char *value = NULL;

  while (*sql != '\0')
    {
      sqlite3_stmt *statement = NULL;

      if (sqlite3_prepare_v2 (db, sql, -1, &statement, &sql) != SQLITE_OK)
        g_error ("%s: %s", sql, sqlite3_errmsg (db));
      while (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
        {
          g_free (value);
          value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
        }
      if (sqlite3_finalize (statement) != SQLITE_OK)
        g_error ("%s", sqlite3_errmsg (db));
    }
  sqlite3_close (db);
  return value;
}

/* A run as it is after training: everything in it has a value that tells it from others. */
EtudeRun *
store_test_make_run (guint64 seed, guint64 n_steps)
{
  static const char *const metrics[] = { "accuracy" };
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  EtudeRun *run;

  etude_experiment_training (experiment)->seed = seed;
  run = etude_run_new (experiment, seed);
  etude_run_plan (run, n_steps, 22, metrics, 1);
  for (guint64 step = 0; step < n_steps; step++)
    {
      double x = (double) step;

      if (step % 22 == 0)
        etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_EVALUATION, .step = step, .loss = 1 / (x + 3),
                                             .validation_loss = 1.1 / (x + 3), .metrics = { 1 - 1 / (x + 2) } });
      etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_STEP, .step = step, .lr = 0.1 / (x + 1),
                                           .loss = (float) (1 / (x + 2 + (double) seed)) });
      if (step == 7)
        etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_RATE, .step = 8, .lr = 0.5 });
    }
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_END, .train_loss = NAN, .validation_loss = NAN, .code = ETUDE_OUTCOME_STOPPED, .step = n_steps, .test_loss = 0.25 });
  g_free (run->hash);
  run->hash = g_strdup_printf ("%064" G_GINT64_MODIFIER "x", seed);
  run->weights = g_strdup_printf ("%064" G_GINT64_MODIFIER "x", seed + 1);
  run->group = g_strdup ("fedcba9876543210");
  run->parent = g_strdup ("0123456789abcdef");
  run->seconds = 1.5 + (double) seed;
  return run;
}

EtudeStore *
store_test_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  EtudeStore *store = etude_store_open (path, &error);

  g_assert_no_error (error);
  return store;
}

/* What a recorder does with a run, at once. */
void
store_test_insert (EtudeStore *store, EtudeRun *run)
{
  g_auto (GStrv) names = etude_run_list_series (run);
  GError *error = NULL;

  etude_store_begin (store, &error);
  g_assert_no_error (error);
  etude_runs_insert (store, run, &error);
  g_assert_no_error (error);
  etude_runs_update (store, run, &error);
  g_assert_no_error (error);
  for (guint i = 0; names[i] != NULL; i++)
    {
      EtudeSamplesPosition position = { 0 };

      etude_samples_write (store, run->number, names[i], etude_run_get_series (run, names[i]), &position, &error);
      g_assert_no_error (error);
    }
  etude_store_commit (store, &error);
  g_assert_no_error (error);
}

/* Equal, or both not a number. */
static void
assert_same (double a, double b)
{
  if (!isnan (a) || !isnan (b))
    g_assert_cmpfloat (a, ==, b);
}

void
store_test_assert_same_series (const EtudeSeries *a, const EtudeSeries *b)
{
  EtudeSeriesTotals totals_a, totals_b;
  gsize n_a, n_b;
  const EtudeBucket *buckets_a = etude_series_get_buckets (a, &n_a), *buckets_b = etude_series_get_buckets (b, &n_b);

  g_assert_cmpuint (n_a, ==, n_b);
  for (gsize i = 0; i < n_a; i++)
    {
      g_assert_cmpuint (buckets_a[i].first, ==, buckets_b[i].first);
      g_assert_cmpuint (buckets_a[i].n, ==, buckets_b[i].n);
      assert_same (buckets_a[i].min, buckets_b[i].min);
      assert_same (buckets_a[i].max, buckets_b[i].max);
      assert_same (buckets_a[i].mean, buckets_b[i].mean);
    }
  etude_series_get_totals (a, &totals_a);
  etude_series_get_totals (b, &totals_b);
  g_assert_cmpuint (totals_a.n_points, ==, totals_b.n_points);
  g_assert_cmpuint (totals_a.width, ==, totals_b.width);
  g_assert_cmpuint (totals_a.last_step, ==, totals_b.last_step);
  assert_same (totals_a.last_value, totals_b.last_value);
  g_assert_cmpuint (totals_a.best_step, ==, totals_b.best_step);
  assert_same (totals_a.best_value, totals_b.best_value);
}

/* All but number and state, which depend on the store and the moment. */
void
store_test_assert_same_run (const EtudeRun *a, const EtudeRun *b)
{
  g_auto (GStrv) names = etude_run_list_series (a);

  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpuint (a->seed, ==, b->seed);
  g_assert_cmpstr (a->hash, ==, b->hash);
  g_assert_cmpstr (a->parent, ==, b->parent);
  g_assert_cmpstr (a->group, ==, b->group);
  g_assert_true (etude_experiment_equal (a->experiment, b->experiment));
  g_assert_cmpuint (a->n_steps, ==, b->n_steps);
  g_assert_cmpuint (a->updates_per_epoch, ==, b->updates_per_epoch);
  g_assert_cmpuint (a->steps, ==, b->steps);
  g_assert_cmpuint (a->marks->len, ==, b->marks->len);
  for (guint i = 0; i < a->marks->len; i++)
    {
      const EtudeMark *mark_a = &g_array_index (a->marks, EtudeMark, i), *mark_b = &g_array_index (b->marks, EtudeMark, i);

      g_assert_cmpuint (mark_a->step, ==, mark_b->step);
      g_assert_cmpint (mark_a->kind, ==, mark_b->kind);
      assert_same (mark_a->factor, mark_b->factor);
    }
  assert_same (a->final.loss, b->final.loss);
  assert_same (a->final.validation_loss, b->final.validation_loss);
  assert_same (a->final.test_loss, b->final.test_loss);
  assert_same (a->final_train_loss, b->final_train_loss);
  g_assert_cmpuint (a->n_metrics, ==, b->n_metrics);
  for (guint i = 0; i < a->n_metrics; i++)
    {
      g_assert_cmpstr (a->metric_ids[i], ==, b->metric_ids[i]);
      assert_same (a->final.metrics[i], b->final.metrics[i]);
    }
  g_assert_cmpuint (a->best_step, ==, b->best_step);
  assert_same (a->best_validation_loss, b->best_validation_loss);
  g_assert_cmpuint (a->diverged_at, ==, b->diverged_at);
  g_assert_cmpstr (a->weights, ==, b->weights);
  g_assert_cmpint (a->started, ==, b->started);
  assert_same (a->seconds, b->seconds);
  g_assert_cmpstr (a->note, ==, b->note);
  g_assert_cmpuint (a->tags->len, ==, b->tags->len);
  for (guint i = 0; i < a->tags->len; i++)
    g_assert_cmpstr (a->tags->pdata[i], ==, b->tags->pdata[i]);
  g_assert_cmpstr (a->colour, ==, b->colour);
  for (guint i = 0; names[i] != NULL; i++)
    store_test_assert_same_series (etude_run_get_series (a, names[i]), etude_run_get_series (b, names[i]));
}

/* Another process, of a test that has no thread and no connection of SQLite open. */
pid_t
store_test_fork (void (*func) (gpointer data), gpointer data)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      /* It would give the same ids as its parent. */
      g_random_set_seed ((guint32) getpid ());
      func (data);
      _exit (0);
    }
  return child;
}

/* Its exit status; -1 when a signal ended it. */
int
store_test_wait (pid_t child)
{
  int status = 0;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}
