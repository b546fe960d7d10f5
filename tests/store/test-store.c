/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "store-test.h"
#include "store/checkpoints.h"
#include "store/store-private.h"

/* The user that owns nothing. */
#define NOBODY 65534

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = store_test_make_folder ();
  self->path = g_build_filename (self->folder, "runs.db", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

/* A store with so many runs, closed. */
static void
make_store (const char *path, guint n_runs)
{
  g_autoptr (EtudeStore) store = store_test_open (path);

  for (guint i = 0; i < n_runs; i++)
    {
      g_autoptr (EtudeRun) run = store_test_make_run (i, 50);

      store_test_insert (store, run);
    }
}

static guint
count_runs (EtudeStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = etude_runs_list (store, &error);

  g_assert_no_error (error);
  return runs->len;
}

static void
assert_value (const char *path, const char *sql, const char *expected)
{
  g_autofree char *value = store_test_sql (path, sql);

  g_assert_cmpstr (value, ==, expected);
}

/* The store is refused with a sentence that has these words, and the file is left as it is. */
static void
assert_refused (const char *path, const char *words)
{
  g_autofree char *copy = g_strconcat (path, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;

  store_test_copy_file (path, copy);
  store = etude_store_open (path, &error);
  g_assert_null (store);
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, words));
  g_assert_true (store_test_same_file (path, copy));
}

static void
test_made (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "a", NULL);
  g_autofree char *path = g_build_filename (folder, "b", "runs.db", NULL);
  g_autoptr (EtudeStore) store = store_test_open (path);
  GStatBuf status;

  g_assert_cmpint (g_stat (folder, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpstr (etude_store_get_path (store), ==, path);
  g_assert_null (etude_store_get_warning (store));
  g_assert_false (etude_store_is_read_only (store));
  g_assert_false (etude_store_is_in_memory (store));
  assert_value (path, "PRAGMA journal_mode", "wal");
  assert_value (path, "PRAGMA user_version", "2");
  assert_value (path, "PRAGMA application_id", "1165260132");
  g_assert_cmpuint (count_runs (store), ==, 0);
}

static void
test_opened_again (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeRun) run = store_test_make_run (5, 50);
  g_autoptr (EtudeStore) store = store_test_open (self->path);
  g_autoptr (EtudeRun) loaded = NULL;
  g_autoptr (GError) error = NULL;

  store_test_insert (store, run);
  g_clear_pointer (&store, etude_store_free);
  store = store_test_open (self->path);
  loaded = etude_runs_load (store, run->id, &error);
  g_assert_no_error (error);
  store_test_assert_same_run (run, loaded);
  g_assert_cmpuint (loaded->number, ==, 1);
  g_assert_cmpint (loaded->state, ==, ETUDE_RUN_STOPPED);
}

static void
test_in_memory (void)
{
  g_autoptr (EtudeStore) store = etude_store_new_in_memory ();
  g_autoptr (EtudeRun) run = store_test_make_run (1, 50);

  store_test_insert (store, run);
  g_assert_true (etude_store_is_in_memory (store));
  g_assert_null (etude_store_get_path (store));
  g_assert_cmpuint (count_runs (store), ==, 1);
}

static void
test_or_memory (Fixture *self, gconstpointer data)
{
  g_autofree char *problem = NULL;
  g_autoptr (EtudeStore) store = etude_store_open_or_memory (self->folder, &problem);

  g_assert_nonnull (problem);
  g_assert_true (etude_store_is_in_memory (store));
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  g_autofree char *nothing = NULL;

  make_store (self->path, 1);
  nothing = store_test_sql (self->path, "PRAGMA user_version = 3");
  assert_refused (self->path, "written by a newer Etude: found version 3, expected at most 2");
}

/* A store of the first version, which had no checkpoints, is brought up to this one as it is opened. */
static void
test_older (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GBytes) checkpoint = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) found = NULL;
  g_autofree char *nothing = NULL;
  g_autoptr (GError) error = NULL;
  guint64 step = 0;

  make_store (self->path, 3);
  nothing = store_test_sql (self->path, "DROP TABLE checkpoints; PRAGMA user_version = 1");
  store = store_test_open (self->path);
  g_assert_null (etude_store_get_warning (store));
  g_assert_cmpuint (count_runs (store), ==, 3);
  assert_value (self->path, "PRAGMA user_version", "2");
  g_assert_false (etude_checkpoints_find (store, 2, &step));
  g_assert_true (etude_checkpoints_write (store, 2, 40, checkpoint, &error));
  g_assert_true (etude_checkpoints_find (store, 2, &step));
  g_assert_cmpuint (step, ==, 40);
  found = etude_checkpoints_read (store, 2, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (checkpoint, found));
}

/* A version that no Etude has written is damage, not an index into the table of migrations. */
static void
test_impossible_version (Fixture *self, gconstpointer data)
{
  static const char *const versions[] = { "-1", "-2147483648", "0" };

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autofree char *sql = g_strconcat ("PRAGMA user_version = ", versions[i], NULL);
      g_autofree char *nothing = NULL;
      g_autoptr (EtudeStore) store = NULL;

      make_store (self->path, 1);
      nothing = store_test_sql (self->path, sql);
      store = store_test_open (self->path);
      g_assert_nonnull (etude_store_get_warning (store));
      assert_value (self->path, "PRAGMA user_version", "2");
    }
}

static void
test_other_program (Fixture *self, gconstpointer data)
{
  g_autofree char *other = g_build_filename (self->folder, "other.db", NULL);
  g_autofree char *nothing = store_test_sql (other, "CREATE TABLE places (name TEXT)");
  g_autofree char *nothing_again = store_test_sql (self->path, "PRAGMA application_id = 7; CREATE TABLE runs (name TEXT)");

  assert_refused (other, "found a database of another program");
  assert_refused (self->path, "found a database of another program");
}

static void
test_not_a_file (Fixture *self, gconstpointer data)
{
  g_autofree char *pipe = g_build_filename (self->folder, "pipe", NULL);
  g_autofree char *text = g_build_filename (self->folder, "text", NULL);
  g_autofree char *inside = g_build_filename (text, "runs.db", NULL);
  const struct { const char *path, *words; } cases[] = {
    { self->folder, "found a folder, expected a file" },
    { pipe, "found a device or pipe, expected a file" },
    { "/dev/zero", "found a device or pipe, expected a file" },
    { inside, "the folder cannot be made" },
  };

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_true (g_file_set_contents (text, "text", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (etude_store_open (cases[i].path, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

static void
test_text (Fixture *self, gconstpointer data)
{
  static const char words[] = "Dear diary, this is not a database, but it is longer than the head of one would be, which has "
                              "one hundred bytes.";
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GPtrArray) kept = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (self->path, words, -1, NULL));
  store = store_test_open (self->path);
  kept = store_test_list_files (self->folder, "runs.db.damaged-");
  g_assert_cmpuint (kept->len, ==, 1);
  g_assert_nonnull (strstr (etude_store_get_warning (store), kept->pdata[0]));
  g_assert_true (g_file_get_contents (kept->pdata[0], &text, NULL, NULL));
  g_assert_cmpstr (text, ==, words);
  g_assert_cmpuint (count_runs (store), ==, 0);
}

/* Another process that keeps the write lock until the pipe is closed. */
typedef struct
{
  const char *path;
  int locked[2];
  int release[2];
} Holder;

static void
hold (gpointer data)
{
  Holder *self = data;
  sqlite3 *db = store_test_connect (self->path);
  char byte = 'x';

  close (self->release[1]);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (write (self->locked[1], &byte, 1), ==, 1);
  g_assert_cmpint (read (self->release[0], &byte, 1), ==, 0);
  sqlite3_close (db);
}

static void
test_locked (Fixture *self, gconstpointer data)
{
  Holder holder = { .path = self->path };
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;
  pid_t child;
  char byte;

  make_store (self->path, 1);
  g_assert_cmpint (pipe (holder.locked) + pipe (holder.release), ==, 0);
  child = store_test_fork (hold, &holder);
  close (holder.release[0]);
  g_assert_cmpint (read (holder.locked[0], &byte, 1), ==, 1);

  /* Opening waits for nobody: what it does besides can wait for the next start. */
  start = g_get_monotonic_time ();
  store = store_test_open (self->path);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_runs (store), ==, 1);
  etude_store_set_busy_timeout (store, 50);
  g_assert_false (etude_store_begin (store, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "another program has locked the store"));
  close (holder.release[1]);
  g_assert_cmpint (store_test_wait (child), ==, 0);
  close (holder.locked[0]);
  close (holder.locked[1]);
  g_clear_error (&error);
  etude_store_begin (store, &error);
  g_assert_no_error (error);
  etude_store_commit (store, &error);
  g_assert_no_error (error);
}

typedef struct
{
  const char *path;
  int go[2];
  guint64 seed;
} Starter;

static void
start_with_others (gpointer data)
{
  Starter *self = data;
  g_autoptr (EtudeRun) run = store_test_make_run (self->seed, 10);
  g_autoptr (EtudeStore) store = NULL;
  char byte;

  close (self->go[1]);
  g_assert_cmpint (read (self->go[0], &byte, 1), ==, 0);
  store = store_test_open (self->path);
  store_test_insert (store, run);
}

static void
start_together (const char *path, guint n_processes)
{
  Starter starter = { .path = path };
  pid_t children[16];

  g_assert_cmpint (pipe (starter.go), ==, 0);
  for (guint i = 0; i < n_processes; i++)
    {
      starter.seed = i;
      children[i] = store_test_fork (start_with_others, &starter);
    }
  close (starter.go[0]);
  close (starter.go[1]);
  for (guint i = 0; i < n_processes; i++)
    g_assert_cmpint (store_test_wait (children[i]), ==, 0);
}

/* Workers of a sweep start at the same time, and there is no store yet: one makes it, none fails. */
static void
test_made_together (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u/runs.db", self->folder, i);
      g_autoptr (EtudeStore) store = NULL;

      start_together (path, 8);
      store = store_test_open (path);
      g_assert_cmpuint (count_runs (store), ==, 8);
    }
}

/* The first sets the damaged file aside; the others find a good one, and leave it. */
static void
test_damaged_together (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%u", self->folder, i);
      g_autofree char *path = g_build_filename (folder, "runs.db", NULL);
      g_autoptr (EtudeStore) store = NULL;
      g_autoptr (GPtrArray) kept = NULL;

      g_mkdir (folder, 0700);
      g_assert_true (g_file_set_contents (path, "no database", -1, NULL));
      start_together (path, 8);
      store = store_test_open (path);
      g_assert_cmpuint (count_runs (store), ==, 8);
      kept = store_test_list_files (folder, "runs.db.damaged-");
      g_assert_cmpuint (kept->len, ==, 1);
    }
}

/* What a user who owns nothing finds; as root it takes another process to be one. */
static void
as_nobody (void (*func) (gpointer data), gpointer data)
{
  if (geteuid () == 0)
    g_assert_cmpint (store_test_wait (store_test_fork (func, data)), ==, 0);
  else
    func (data);
}

static void
become_nobody (void)
{
  if (geteuid () == 0)
    g_assert_cmpint (setgid (NOBODY) | setuid (NOBODY), ==, 0);
}

static void
open_without_permission (gpointer data)
{
  Fixture *self = data;
  g_autofree char *absent = g_build_filename (self->folder, "absent.db", NULL);
  g_autofree char *below = g_build_filename (self->folder, "below", "runs.db", NULL);
  const struct { const char *path, *words; } cases[] = {
    { self->path, "Permission denied" },
    { absent, "Permission denied" },
    { below, "the folder cannot be made" },
  };

  become_nobody ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *problem = NULL;
      g_autoptr (EtudeStore) store = NULL;

      g_assert_null (etude_store_open (cases[i].path, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      store = etude_store_open_or_memory (cases[i].path, &problem);
      g_assert_cmpstr (problem, ==, error->message);
    }
}

static void
test_no_permission (Fixture *self, gconstpointer data)
{
  make_store (self->path, 1);
  g_chmod (self->path, 0);
  g_chmod (self->folder, 0555);
  as_nobody (open_without_permission, self);
}

/* Opened by somebody who may only read, it shows so many runs and says that it cannot be written. */
static void
read_only (gpointer data)
{
  Fixture *self = data;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (EtudeRun) run = store_test_make_run (9, 10);
  g_autoptr (EtudeRun) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  become_nobody ();
  store = store_test_open (self->path);
  g_assert_true (etude_store_is_read_only (store));
  g_assert_cmpuint (count_runs (store), ==, 3);
  id = etude_runs_find (store, "last", FALSE, &error);
  g_assert_no_error (error);
  loaded = etude_runs_load (store, id, &error);
  g_assert_no_error (error);
  g_assert_false (etude_runs_save (store, run, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "may only be read"));
}

static void
test_read_only (Fixture *self, gconstpointer data)
{
  make_store (self->path, 3);
  g_chmod (self->path, 0444);
  g_chmod (self->folder, 0555);
  as_nobody (read_only, self);
}

/* Never an old state: all that is in the journal, or a sentence. */
static void
read_only_without_index (gpointer data)
{
  Fixture *self = data;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GError) error = NULL;

  become_nobody ();
  store = etude_store_open (self->path, &error);
  if (store != NULL)
    g_assert_cmpuint (count_runs (store), ==, 3);
  else
    g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE);
}

/* The files of a store whose program was killed: everything is in the journal. */
static void
test_read_only_journal (Fixture *self, gconstpointer data)
{
  static const char *const ends[] = { "", "-wal", "-shm" };
  g_autofree char *live = g_build_filename (self->folder, "live", "runs.db", NULL);
  g_autofree char *index = g_strconcat (self->path, "-shm", NULL);
  g_autoptr (EtudeStore) store = store_test_open (live);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (EtudeRun) run = store_test_make_run (i, 50);

      store_test_insert (store, run);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *from = g_strconcat (live, ends[i], NULL);
      g_autofree char *to = g_strconcat (self->path, ends[i], NULL);

      store_test_copy_file (from, to);
      g_chmod (to, 0444);
    }
  g_clear_pointer (&store, etude_store_free);
  g_chmod (self->folder, 0555);
  as_nobody (read_only, self);
  g_chmod (self->folder, 0755);
  g_unlink (index);
  g_chmod (self->folder, 0555);
  as_nobody (read_only_without_index, self);
}

static void
test_care (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) problems = NULL;
  g_autoptr (GBytes) checkpoint = g_bytes_new_static ("abc", 3);
  g_autofree char *id = NULL;

  make_store (self->path, 3);
  store = store_test_open (self->path);
  for (guint i = 1; i <= 3; i++)
    g_assert_true (etude_checkpoints_write (store, i, 40, checkpoint, &error));
  problems = etude_store_check (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
  id = etude_runs_find (store, "2", FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (etude_runs_delete (store, id, &error));
  g_assert_true (etude_store_vacuum (store, &error));
  g_assert_no_error (error);
  assert_value (self->path, "SELECT group_concat(number) FROM (SELECT number FROM runs ORDER BY number)", "1,3");
  assert_value (self->path, "SELECT count(*) FROM series WHERE run = 2", "0");
  assert_value (self->path, "SELECT count(*) FROM chunks WHERE series NOT IN (SELECT number FROM series)", "0");
  assert_value (self->path, "SELECT count(*) FROM documents", "2");
  assert_value (self->path, "SELECT count(*) FROM checkpoints", "2");
  assert_value (self->path, "SELECT count(*) FROM marks WHERE run = 2", "0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/store/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("made", test_made);
  ADD ("opened-again", test_opened_again);
  g_test_add_func ("/store/in-memory", test_in_memory);
  ADD ("or-memory", test_or_memory);
  ADD ("newer", test_newer);
  ADD ("older", test_older);
  ADD ("impossible-version", test_impossible_version);
  ADD ("other-program", test_other_program);
  ADD ("not-a-file", test_not_a_file);
  ADD ("text", test_text);
  ADD ("locked", test_locked);
  ADD ("made-together", test_made_together);
  ADD ("damaged-together", test_damaged_together);
  ADD ("no-permission", test_no_permission);
  ADD ("read-only", test_read_only);
  ADD ("read-only-journal", test_read_only_journal);
  ADD ("care", test_care);
  return g_test_run ();
}
