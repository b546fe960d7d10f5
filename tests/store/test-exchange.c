/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store-test.h"
#include "store/exchange.h"
#include "store/store-private.h"

#define N_RUNS 5
#define PAGE 4096

typedef struct
{
  char *folder;
  char *file;
  EtudeStore *store; /* with N_RUNS runs */
  EtudeStore *other; /* with none */
  GPtrArray *runs;
  GPtrArray *ids; /* ends in NULL */
} Fixture;

static EtudeStore *
open_store (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  EtudeStore *store = etude_store_open (path, &error);

  g_assert_no_error (error);
  return store;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = store_test_make_folder ();
  self->file = g_build_filename (self->folder, "some.etude-runs", NULL);
  self->store = open_store (self->folder, "runs.db");
  self->other = open_store (self->folder, "other.db");
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);
  self->ids = g_ptr_array_new ();
  for (guint i = 0; i < N_RUNS; i++)
    {
      EtudeRun *run = store_test_make_run (i, i == 2 ? 3000 : 40);

      store_test_insert (self->store, run);
      g_ptr_array_add (self->runs, run);
      g_ptr_array_add (self->ids, run->id);
    }
  g_ptr_array_add (self->ids, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  etude_store_free (self->store);
  etude_store_free (self->other);
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->file);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->ids);
}

static void
export_all (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  etude_exchange_export (self->store, (const char *const *) self->ids->pdata, self->file, &error);
  g_assert_no_error (error);
}

static void
assert_imported (Fixture *self, guint n_added, guint n_known_expected)
{
  g_autoptr (GError) error = NULL;
  guint n_known;
  g_auto (GStrv) added = etude_exchange_import (self->other, self->file, &n_known, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (added), ==, n_added);
  g_assert_cmpuint (n_known, ==, n_known_expected);
}

static guint
count_runs (EtudeStore *store)
{
  g_autoptr (GPtrArray) runs = etude_runs_list (store, NULL);

  g_assert_nonnull (runs);
  return runs->len;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) beside = NULL;

  export_all (self);
  assert_imported (self, N_RUNS, 0);
  for (guint i = 0; i < N_RUNS; i++)
    {
      EtudeRun *run = self->runs->pdata[i];
      g_autoptr (EtudeRun) loaded = etude_runs_load (self->other, run->id, NULL);

      store_test_assert_same_run (run, loaded);
      g_assert_cmpuint (loaded->number, ==, i + 1);
      g_assert_cmpint (loaded->state, ==, run->state);
    }
  assert_imported (self, 0, N_RUNS);
  /* One file, without a journal beside it. */
  beside = store_test_list_files (self->folder, "some.etude-runs");
  g_assert_cmpuint (beside->len, ==, 1);
}

/* Some are known: they keep what a person has said of them here. */
static void
test_known (Fixture *self, gconstpointer data)
{
  const char *id = self->ids->pdata[1];
  g_autoptr (EtudeRun) loaded = NULL;

  export_all (self);
  assert_imported (self, N_RUNS, 0);
  g_assert_true (etude_runs_set_note (self->other, id, "mine", NULL));
  g_assert_true (etude_store_execute (self->other, "DELETE FROM runs WHERE number = 1", NULL));
  assert_imported (self, 1, N_RUNS - 1);
  loaded = etude_runs_load (self->other, id, NULL);
  g_assert_cmpstr (loaded->note, ==, "mine");
}

/* Nobody will finish a run that is exported while it trains. */
static void
test_running (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = store_test_make_run (9, 40);
  const char *const ids[] = { run->id, NULL };
  g_autoptr (EtudeRun) loaded = NULL;
  g_autoptr (GError) error = NULL;

  run->state = ETUDE_RUN_RUNNING;
  store_test_insert (self->store, run);
  etude_exchange_export (self->store, ids, self->file, &error);
  g_assert_no_error (error);
  assert_imported (self, 1, 0);
  loaded = etude_runs_load (self->other, run->id, NULL);
  g_assert_cmpint (loaded->state, ==, ETUDE_RUN_INTERRUPTED);
}

/* A failure leaves what was there, and nothing else. */
static void
test_export_refused (Fixture *self, gconstpointer data)
{
  const char *const unknown[] = { self->ids->pdata[0], "0000000000000000", NULL };
  g_autofree char *nowhere = g_build_filename (self->folder, "nowhere", "a.etude-runs", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) beside = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->file, "what was there", -1, NULL));
  g_assert_false (etude_exchange_export (self->store, unknown, self->file, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
  g_assert_true (g_file_get_contents (self->file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "what was there");
  beside = store_test_list_files (self->folder, "some.etude-runs");
  g_assert_cmpuint (beside->len, ==, 1);
  g_clear_error (&error);
  g_assert_false (etude_exchange_export (self->store, (const char *const *) self->ids->pdata, nowhere, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, nowhere));
}

/* Written over itself the store would lose all runs that are not in the file. */
static void
test_export_onto_store (Fixture *self, gconstpointer data)
{
  const char *const one[] = { self->ids->pdata[0], NULL };
  g_autofree char *link = g_build_filename (self->folder, "link", NULL);
  const char *const paths[] = { etude_store_get_path (self->store), link };

  g_assert_cmpint (symlink (etude_store_get_path (self->store), link), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_exchange_export (self->store, one, paths[i], &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_IO);
      g_assert_nonnull (strstr (error->message, "found the store itself"));
    }
  g_assert_cmpuint (count_runs (self->store), ==, N_RUNS);
}

static void
assert_import_refused (Fixture *self, const char *words)
{
  g_autofree char *copy = g_strconcat (self->folder, "/copy", NULL);
  gboolean is_file = g_file_test (self->file, G_FILE_TEST_IS_REGULAR);
  g_autoptr (GError) error = NULL;
  guint n_known;

  if (is_file)
    store_test_copy_file (self->file, copy);
  g_assert_null (etude_exchange_import (self->other, self->file, &n_known, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, ETUDE_ERROR);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
  g_assert_nonnull (strstr (error->message, "some.etude-runs"));
  /* All or nothing; the store is as it was, and so is the file. */
  g_assert_cmpuint (count_runs (self->other), ==, 0);
  g_assert_true (etude_store_begin (self->other, NULL));
  g_assert_true (etude_store_commit (self->other, NULL));
  if (is_file)
    g_assert_true (store_test_same_file (self->file, copy));
}

static void
test_not_ours (Fixture *self, gconstpointer data)
{
  g_autofree char *nothing = NULL;

  assert_import_refused (self, "No such file");
  g_assert_true (g_file_set_contents (self->file, "", 0, NULL));
  assert_import_refused (self, "found an empty file, expected runs");
  g_assert_true (g_file_set_contents (self->file, "step,loss\n1,2\n", -1, NULL));
  assert_import_refused (self, "is damaged");
  g_unlink (self->file);
  nothing = store_test_sql (self->file, "CREATE TABLE runs (id TEXT)");
  assert_import_refused (self, "found a database of another program");
  g_unlink (self->file);
  g_mkdir (self->file, 0700);
  assert_import_refused (self, "found a folder, expected a file");
}

static void
test_cut (Fixture *self, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  export_all (self);
  g_assert_true (g_file_get_contents (self->file, &bytes, &length, NULL));
  for (gsize cut = PAGE; cut < length; cut += length / 23)
    {
      g_assert_true (g_file_set_contents (self->file, bytes, (gssize) (length - cut), NULL));
      assert_import_refused (self, "damaged");
    }
}

/* Files that SQLite finds sound, made by somebody who means harm or knows no better. */
static void
test_hostile (Fixture *self, gconstpointer data)
{
  static const struct { const char *sql, *words; } cases[] = {
    { "PRAGMA user_version = 9", "written by a newer Etude" },
    { "PRAGMA user_version = -9", "is damaged" },
    { "DROP TABLE chunks", "list of its tables is damaged" },
    { "DROP TABLE runs; CREATE VIEW runs AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
      "list of its tables is damaged" },
    { "CREATE TRIGGER t AFTER DELETE ON runs BEGIN DELETE FROM runs; END", "list of its tables is damaged" },
    { "UPDATE runs SET id = '../../etc/passwd' WHERE number = 1", "id of a run is damaged" },
    { "UPDATE runs SET id = 'ABCDEF0123456789' WHERE number = 5", "id of a run is damaged" },
    { "DELETE FROM documents WHERE run = 3", "run 3 is damaged" },
    { "UPDATE documents SET text = '' WHERE run = 3", "run 3" },
    { "UPDATE documents SET text = '{\"etude\":1,\"etude\":1}' WHERE run = 3", "run 3" },
    { "UPDATE documents SET text = '{\"etude\":1e400}' WHERE run = 3", "run 3" },
    { "UPDATE documents SET text = replace (hex (zeroblob (100000)), '0', '[') WHERE run = 3", "run 3" },
    { "UPDATE series SET points = -1 WHERE run = 3", "run 3, series “" },
    { "UPDATE chunks SET data = randomblob (length (data))", "run 1, series “" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *nothing = NULL;

      export_all (self);
      nothing = store_test_sql (self->file, cases[i].sql);
      assert_import_refused (self, cases[i].words);
    }
}

/* Texts and numbers that make no sense in a list become something harmless. */
static void
test_odd_values (Fixture *self, gconstpointer data)
{
  g_autofree char *nothing = NULL;
  g_autoptr (EtudeRun) run = NULL;

  export_all (self);
  nothing = store_test_sql (self->file,
                            "UPDATE runs SET kind = 'x', state = 'x', seed = -1, steps = -5, updates_per_epoch = 0,"
                            " name = CAST(x'ff3c623e' AS TEXT), colour = 'url(x)', metric_ids = 'accuracy accuracy none a b c d',"
                            " metric_values = '1 nan', best_step = -3, loss = 9e999, tags = char (10, 10) WHERE number = 1");
  assert_imported (self, N_RUNS, 0);
  run = etude_runs_load (self->other, self->ids->pdata[0], NULL);
  g_assert_nonnull (run);
  g_assert_true (g_utf8_validate (run->name, -1, NULL));
  g_assert_cmpint (run->state, ==, ETUDE_RUN_FAILED);
  g_assert_cmpuint (run->updates_per_epoch, ==, 1);
  g_assert_cmpstr (run->colour, ==, "#3584e4");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/exchange/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("known", test_known);
  ADD ("running", test_running);
  ADD ("export-refused", test_export_refused);
  ADD ("export-onto-store", test_export_onto_store);
  ADD ("not-ours", test_not_ours);
  ADD ("cut", test_cut);
  ADD ("hostile", test_hostile);
  ADD ("odd-values", test_odd_values);
  return g_test_run ();
}
