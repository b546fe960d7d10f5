/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store-test.h"
#include "store/store-private.h"

typedef struct
{
  char *folder;
  char *path;
  EtudeStore *store;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = store_test_make_folder ();
  self->path = g_build_filename (self->folder, "runs.db", NULL);
  self->store = store_test_open (self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  etude_store_free (self->store);
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static void
reopen (Fixture *self)
{
  etude_store_free (self->store);
  self->store = store_test_open (self->path);
}

/* A run with this id, or NULL for any. */
static char *
add_run (EtudeStore *store, const char *id, guint64 seed)
{
  g_autoptr (EtudeRun) run = store_test_make_run (seed, 30);

  if (id != NULL)
    {
      g_free (run->id);
      run->id = g_strdup (id);
    }
  store_test_insert (store, run);
  return g_strdup (run->id);
}

static EtudeRun *
load (EtudeStore *store, const char *id)
{
  g_autoptr (GError) error = NULL;
  EtudeRun *run = etude_runs_load (store, id, &error);

  g_assert_no_error (error);
  return run;
}

static GPtrArray *
list (EtudeStore *store)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *runs = etude_runs_list (store, &error);

  g_assert_no_error (error);
  return runs;
}

static void
assert_found (EtudeStore *store, const char *text, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = etude_runs_find (store, text, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, id);
}

static void
assert_not_found (EtudeStore *store, const char *text, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (etude_runs_find (store, text, FALSE, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
  g_assert_nonnull (strstr (error->message, sentence));
}

/* All of a run, also what only a run in another state has. */
static void
test_round_trip (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (EtudeRun) run = store_test_make_run (i, i == 0 ? 0 : 40);
      g_autoptr (EtudeRun) loaded = NULL;

      run->kind = (EtudeRunKind) (i % 5);
      run->state = (EtudeRunState) (i + 1);
      if (i == 3)
        etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_DIVERGED, .step = 40, .lr = 1 });
      g_free (run->name);
      run->name = g_strdup ("a “name”, 'quoted'; DROP TABLE runs; \xe2\x82\xac");
      g_ptr_array_add (run->tags, g_strdup ("first tag"));
      g_ptr_array_add (run->tags, g_strdup ("second"));
      store_test_insert (self->store, run);
      g_assert_cmpuint (run->number, ==, i + 1);
      g_assert_cmpstr (run->colour, ==, etude_runs_colour (i + 1));
      loaded = load (self->store, run->id);
      store_test_assert_same_run (run, loaded);
      g_assert_cmpuint (loaded->number, ==, i + 1);
      g_assert_cmpint (loaded->state, ==, run->state);
    }
}

/* A summary from the store is that of the run. */
static void
test_list (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) runs = NULL;

  for (guint i = 0; i < 12; i++)
    g_free (add_run (self->store, NULL, i));
  runs = list (self->store);
  g_assert_cmpuint (runs->len, ==, 12);
  for (guint i = 0; i < runs->len; i++)
    {
      const EtudeRunSummary *summary = runs->pdata[i];
      g_autoptr (EtudeRun) run = load (self->store, summary->id);
      g_autoptr (EtudeRunSummary) expected = etude_run_summary_new (run);

      g_assert_cmpuint (summary->number, ==, 12 - i);
      g_assert_cmpuint (summary->seed, ==, 11 - i);
      g_assert_cmpint (summary->state, ==, ETUDE_RUN_STOPPED);
      g_assert_cmpfloat (summary->lr, ==, expected->lr);
      g_assert_cmpfloat (summary->loss, ==, expected->loss);
      g_assert_cmpfloat (summary->validation_loss, ==, expected->validation_loss);
      g_assert_cmpuint (summary->n_metrics, ==, 1);
      g_assert_cmpstr (summary->metric_ids[0], ==, "accuracy");
      g_assert_cmpfloat (summary->metrics[0], ==, expected->metrics[0]);
      g_assert_cmpuint (summary->best_step, ==, expected->best_step);
      g_assert_cmpint (summary->deleted, ==, 0);
    }
}

static void
test_find (Fixture *self, gconstpointer data)
{
  g_autofree char *first = add_run (self->store, "aa00000000000001", 1);
  g_autofree char *second = add_run (self->store, "aa0f000000000002", 2);
  g_autofree char *third = add_run (self->store, "2200000000000003", 3);
  g_autofree char *fourth = add_run (self->store, "ff00000000000004", 4);
  g_autofree char *message = g_strdup ("run “aa”: found 2 runs whose ids begin so, expected one");

  assert_found (self->store, "last", fourth);
  assert_found (self->store, "aa00000000000001", first);
  assert_found (self->store, "aa00", first);
  assert_found (self->store, "AA0F", second);
  assert_found (self->store, "f", fourth);
  assert_found (self->store, "1", first);
  assert_found (self->store, "003", third);
  /* A number comes before an id that begins so. */
  assert_found (self->store, "2", second);
  assert_found (self->store, "22", third);
  assert_not_found (self->store, "aa", message);
  assert_not_found (self->store, "aa0", "found 2 runs");
  assert_not_found (self->store, "", "found none");
  assert_not_found (self->store, "5", "found none");
  assert_not_found (self->store, "aa000000000000011", "found none");
  assert_not_found (self->store, "aag", "found none");
  assert_not_found (self->store, "%", "found none");
  assert_not_found (self->store, "' OR 1 --", "found none");
  assert_not_found (self->store, "\xff", "found none");
  assert_not_found (self->store, "999999999999999", "found none");
}

static void
test_last_of_none (Fixture *self, gconstpointer data)
{
  assert_not_found (self->store, "last", "run “last”: found none");
}

static void
test_notes (Fixture *self, gconstpointer data)
{
  static const char *const tags[] = { "good", "of Tuesday", NULL };
  static const char *const none[] = { NULL };
  g_autofree char *id = add_run (self->store, NULL, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeRun) run = NULL;

  g_assert_true (etude_runs_set_note (self->store, id, "two\nlines", &error));
  g_assert_true (etude_runs_set_tags (self->store, id, tags, &error));
  g_assert_true (etude_runs_rename (self->store, id, "renamed", &error));
  g_assert_true (etude_runs_set_colour (self->store, id, "#abcdef", &error));
  reopen (self);
  run = load (self->store, id);
  g_assert_cmpstr (run->note, ==, "two\nlines");
  g_assert_cmpstr (run->name, ==, "renamed");
  g_assert_cmpstr (run->colour, ==, "#abcdef");
  g_assert_cmpuint (run->tags->len, ==, 2);
  g_assert_cmpstr (run->tags->pdata[1], ==, "of Tuesday");
  g_assert_true (etude_runs_set_tags (self->store, id, none, &error));
  g_clear_pointer (&run, etude_run_unref);
  run = load (self->store, id);
  g_assert_cmpuint (run->tags->len, ==, 0);
  g_assert_false (etude_runs_set_note (self->store, "0000000000000000", "lost", &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
}

/* What is said of a run while it trains is not undone by its next second. */
static void
test_note_meanwhile (Fixture *self, gconstpointer data)
{
  static const char *const tags[] = { "kept", NULL };
  g_autoptr (EtudeRun) run = store_test_make_run (1, 30);
  g_autoptr (EtudeRun) loaded = NULL;
  g_autoptr (GError) error = NULL;

  store_test_insert (self->store, run);
  g_assert_true (etude_runs_set_note (self->store, run->id, "kept", &error));
  g_assert_true (etude_runs_set_tags (self->store, run->id, tags, &error));
  g_assert_true (etude_runs_rename (self->store, run->id, "kept", &error));
  run->steps = 31;
  g_assert_true (etude_runs_update (self->store, run, &error));
  loaded = load (self->store, run->id);
  g_assert_cmpuint (loaded->steps, ==, 31);
  g_assert_cmpstr (loaded->note, ==, "kept");
  g_assert_cmpstr (loaded->name, ==, "kept");
  g_assert_cmpuint (loaded->tags->len, ==, 1);
}

/* After Undo everything is as before. */
static void
test_delete (Fixture *self, gconstpointer data)
{
  g_autofree char *other = add_run (self->store, NULL, 1);
  g_autofree char *id = add_run (self->store, NULL, 2);
  g_autoptr (EtudeRun) before = load (self->store, id);
  g_autoptr (EtudeRun) after = NULL;
  g_autoptr (GPtrArray) left = NULL, deleted = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (etude_runs_delete (self->store, id, &error));
  left = list (self->store);
  g_assert_cmpuint (left->len, ==, 1);
  assert_found (self->store, "last", other);
  assert_not_found (self->store, id, "found none");
  deleted = etude_runs_list_deleted (self->store, &error);
  g_assert_cmpuint (deleted->len, ==, 1);
  g_assert_cmpint (((EtudeRunSummary *) deleted->pdata[0])->deleted, >, 0);
  g_assert_false (etude_runs_delete (self->store, id, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
  g_clear_error (&error);

  reopen (self);
  g_assert_true (etude_runs_restore (self->store, id, &error));
  after = load (self->store, id);
  g_assert_cmpuint (after->number, ==, before->number);
  store_test_assert_same_run (before, after);
  assert_found (self->store, "last", id);
  g_assert_false (etude_runs_restore (self->store, id, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
}

/* A day later it is gone, and its number is not given again. */
static void
test_purge (Fixture *self, gconstpointer data)
{
  g_autofree char *id = add_run (self->store, NULL, 1);
  g_autofree char *next = NULL;
  g_autofree char *sql = NULL;
  g_autofree char *nothing = NULL;

  g_assert_true (etude_runs_delete (self->store, id, NULL));
  reopen (self);
  g_assert_true (etude_runs_restore (self->store, id, NULL));
  g_assert_true (etude_runs_delete (self->store, id, NULL));
  sql = g_strdup_printf ("UPDATE runs SET deleted = deleted - %d", ETUDE_STORE_KEEP_DELETED + 1);
  nothing = store_test_sql (self->path, sql);
  reopen (self);
  g_assert_false (etude_runs_restore (self->store, id, NULL));
  next = add_run (self->store, NULL, 2);
  assert_found (self->store, "2", next);
}

/* What another process does in a test: begins a run, and ends without ending it. */
static void
begin_run (gpointer data)
{
  Fixture *self = data;
  g_autoptr (EtudeStore) store = store_test_open (self->path);
  g_autoptr (EtudeRun) run = store_test_make_run (7, 30);

  run->state = ETUDE_RUN_RUNNING;
  store_test_insert (store, run);
  /* No lock is taken away and no file removed, as after kill -9. */
  _exit (0);
}

static void
assert_state (EtudeStore *store, EtudeRunState state)
{
  g_autoptr (GPtrArray) runs = list (store);
  g_autoptr (EtudeRun) run = NULL;

  g_assert_cmpuint (runs->len, ==, 1);
  g_assert_cmpint (((EtudeRunSummary *) runs->pdata[0])->state, ==, state);
  run = load (store, ((EtudeRunSummary *) runs->pdata[0])->id);
  g_assert_cmpint (run->state, ==, state);
}

static void
test_interrupted (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) locks = NULL;
  g_autofree char *state = NULL;

  g_clear_pointer (&self->store, etude_store_free);
  g_assert_cmpint (store_test_wait (store_test_fork (begin_run, self)), ==, 0);
  locks = store_test_list_files (self->folder, "runs.db.live-");
  g_assert_cmpuint (locks->len, ==, 1);
  self->store = store_test_open (self->path);
  assert_state (self->store, ETUDE_RUN_INTERRUPTED);
  state = store_test_sql (self->path, "SELECT state FROM runs");
  g_assert_cmpstr (state, ==, "interrupted");
  g_clear_pointer (&locks, g_ptr_array_unref);
  locks = store_test_list_files (self->folder, "runs.db.live-");
  g_assert_cmpuint (locks->len, ==, 0);
}

/* The process died while this one had the store open. */
static void
test_interrupted_meanwhile (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (store_test_wait (store_test_fork (begin_run, self)), ==, 0);
  assert_state (self->store, ETUDE_RUN_INTERRUPTED);
}

typedef struct
{
  const char *path;
  int begun[2];
  int end[2];
} Trainer;

/* Begins a run, waits until it is told to, and ends it. */
static void
train (gpointer data)
{
  Trainer *self = data;
  g_autoptr (EtudeStore) store = store_test_open (self->path);
  g_autoptr (EtudeRun) run = store_test_make_run (7, 30);
  char byte = 'x';

  close (self->end[1]);
  run->state = ETUDE_RUN_RUNNING;
  store_test_insert (store, run);
  g_assert_cmpint (write (self->begun[1], &byte, 1), ==, 1);
  g_assert_cmpint (read (self->end[0], &byte, 1), ==, 0);
  run->state = ETUDE_RUN_DONE;
  g_assert_true (etude_runs_update (store, run, NULL));
}

/* While it lives its run is running, for whoever opens the store, and locks of the living stay. */
static void
test_alive (Fixture *self, gconstpointer data)
{
  Trainer trainer = { .path = self->path };
  g_autoptr (GPtrArray) locks = NULL;
  pid_t child;
  char byte;

  g_clear_pointer (&self->store, etude_store_free);
  g_assert_cmpint (pipe (trainer.begun) + pipe (trainer.end), ==, 0);
  child = store_test_fork (train, &trainer);
  close (trainer.end[0]);
  g_assert_cmpint (read (trainer.begun[0], &byte, 1), ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (EtudeStore) store = store_test_open (self->path);

      assert_state (store, ETUDE_RUN_RUNNING);
      /* A run that trains can be deleted, and is not thrown away before it ends. */
      if (i == 1)
        {
          g_autofree char *id = etude_runs_find (store, "last", FALSE, NULL);

          g_assert_true (etude_runs_delete (store, id, NULL));
          g_assert_true (etude_store_vacuum (store, NULL));
          g_assert_true (etude_runs_restore (store, id, NULL));
        }
    }
  close (trainer.end[1]);
  g_assert_cmpint (store_test_wait (child), ==, 0);
  close (trainer.begun[0]);
  close (trainer.begun[1]);
  self->store = store_test_open (self->path);
  assert_state (self->store, ETUDE_RUN_DONE);
  locks = store_test_list_files (self->folder, "runs.db.live-");
  g_assert_cmpuint (locks->len, ==, 0);
}

typedef struct
{
  const char *path;
  guint64 first;
} Writer;

#define RUNS_A_WRITER 25

static void
write_runs (gpointer data)
{
  Writer *self = data;
  g_autoptr (EtudeStore) store = store_test_open (self->path);

  for (guint64 i = 0; i < RUNS_A_WRITER; i++)
    {
      g_autoptr (GPtrArray) runs = NULL;

      g_free (add_run (store, NULL, self->first + i));
      runs = list (store);
      g_assert_cmpuint (runs->len, >, i);
    }
}

/* Two programs write for a while: neither is refused, and nothing of either is lost. */
static void
test_two_writers (Fixture *self, gconstpointer data)
{
  Writer writer = { self->path, 0 };
  gboolean seen[2 * RUNS_A_WRITER] = { FALSE };
  g_autoptr (GPtrArray) runs = NULL;
  pid_t first, second;

  g_clear_pointer (&self->store, etude_store_free);
  first = store_test_fork (write_runs, &writer);
  writer.first = RUNS_A_WRITER;
  second = store_test_fork (write_runs, &writer);
  g_assert_cmpint (store_test_wait (first), ==, 0);
  g_assert_cmpint (store_test_wait (second), ==, 0);
  self->store = store_test_open (self->path);
  runs = list (self->store);
  g_assert_cmpuint (runs->len, ==, 2 * RUNS_A_WRITER);
  for (guint i = 0; i < runs->len; i++)
    {
      const EtudeRunSummary *summary = runs->pdata[i];
      g_autoptr (EtudeRun) run = load (self->store, summary->id);

      g_assert_cmpuint (run->number, ==, 2 * RUNS_A_WRITER - i);
      g_assert_cmpuint (etude_series_get_n_points (run->loss), ==, 30);
      g_assert_false (seen[run->seed]);
      seen[run->seed] = TRUE;
    }
}

/* What a transaction gave is taken back with it. */
static void
test_roll_back (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = store_test_make_run (1, 30);
  g_autoptr (EtudeRun) twin = store_test_make_run (2, 30);
  g_autoptr (EtudeRun) absent = store_test_make_run (3, 3);
  g_autoptr (GError) error = NULL;

  store_test_insert (self->store, run);
  g_free (twin->id);
  twin->id = g_strdup (run->id);
  g_assert_true (etude_store_begin (self->store, &error));
  g_assert_false (etude_runs_save (self->store, twin, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
  etude_store_roll_back (self->store);
  assert_found (self->store, "last", run->id);
  g_clear_error (&error);
  g_assert_false (etude_runs_update (self->store, absent, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/runs/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("list", test_list);
  ADD ("find", test_find);
  ADD ("last-of-none", test_last_of_none);
  ADD ("notes", test_notes);
  ADD ("note-meanwhile", test_note_meanwhile);
  ADD ("delete", test_delete);
  ADD ("purge", test_purge);
  ADD ("interrupted", test_interrupted);
  ADD ("interrupted-meanwhile", test_interrupted_meanwhile);
  ADD ("alive", test_alive);
  ADD ("two-writers", test_two_writers);
  ADD ("roll-back", test_roll_back);
  return g_test_run ();
}
