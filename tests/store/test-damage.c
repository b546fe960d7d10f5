/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "store-test.h"
#include "store/exchange.h"
#include "store/store-private.h"

/* Damaged files: whatever is in them, nothing crashes, what was there is kept, and there is a store
 * to work with afterwards. */

#define PAGE 4096

typedef struct
{
  char *folder;
  char *path;
  char *good;         /* bytes of a sound store */
  gsize length;
  GPtrArray *runs;
} Fixture;

static void
add_run (Fixture *self, EtudeStore *store, guint64 seed, guint64 n_steps)
{
  EtudeRun *run = store_test_make_run (seed, n_steps);
  g_autofree char *note = g_strdup_printf ("note of run %" G_GUINT64_FORMAT, seed);

  store_test_insert (store, run);
  g_assert_true (etude_runs_set_note (store, run->id, note, NULL));
  g_free (run->note);
  run->note = g_steal_pointer (&note);
  g_ptr_array_add (self->runs, run);
}

static void
set_up (Fixture *self, gconstpointer n_runs)
{
  g_autoptr (EtudeStore) store = NULL;

  self->folder = store_test_make_folder ();
  self->path = g_build_filename (self->folder, "runs.db", NULL);
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);
  store = store_test_open (self->path);
  for (guint i = 0; i < GPOINTER_TO_UINT (n_runs); i++)
    add_run (self, store, i, i % 10 == 3 ? 3000 : 40);
  g_clear_pointer (&store, etude_store_free);
  g_assert_true (g_file_get_contents (self->path, &self->good, &self->length, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  store_test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->good);
  g_ptr_array_unref (self->runs);
}

static void
write_bytes (Fixture *self, const char *bytes, gsize length)
{
  static const char *const ends[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (self->path, ends[i], NULL);

      g_unlink (path);
    }
  g_assert_true (g_file_set_contents (self->path, bytes, (gssize) length, NULL));
}

/* Zeroes the page in which these words stand; they must stand in one alone. */
static void
zero_page_with (Fixture *self, const char *words)
{
  g_autofree char *bytes = g_memdup2 (self->good, self->length);
  gsize place = 0;

  while (place + strlen (words) <= self->length && memcmp (bytes + place, words, strlen (words)) != 0)
    place++;
  g_assert_cmpuint (place + strlen (words), <=, self->length);
  memset (bytes + place / PAGE * PAGE, 0, PAGE);
  write_bytes (self, bytes, self->length);
}

static const EtudeRun *
find_run (Fixture *self, const char *id)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (g_str_equal (((EtudeRun *) self->runs->pdata[i])->id, id))
      return self->runs->pdata[i];
  return NULL;
}

/* Every run in the store is as it was, and in its place; returns how many there are. */
static guint
assert_saved_runs (Fixture *self, EtudeStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries = etude_runs_list (store, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < summaries->len; i++)
    {
      const EtudeRunSummary *summary = summaries->pdata[i];
      const EtudeRun *run = find_run (self, summary->id);
      g_autoptr (EtudeRun) loaded = etude_runs_load (store, summary->id, &error);

      g_assert_no_error (error);
      g_assert_nonnull (run);
      g_assert_cmpuint (loaded->number, ==, run->number);
      g_assert_cmpint (loaded->state, ==, run->state);
      store_test_assert_same_run (loaded, run);
    }
  return summaries->len;
}

static void
assert_kept (Fixture *self, EtudeStore *store, const char *bytes, gsize length)
{
  g_autoptr (GPtrArray) kept = store_test_list_files (self->folder, "runs.db.damaged-");
  g_autofree char *found = NULL;
  gsize found_length;

  g_assert_cmpuint (kept->len, ==, 1);
  g_assert_nonnull (strstr (etude_store_get_warning (store), kept->pdata[0]));
  g_assert_true (g_file_get_contents (kept->pdata[0], &found, &found_length, NULL));
  g_assert_cmpmem (found, found_length, bytes, length);
}

/* A page of the list costs the runs in it; the next run does not take the number of one of them. */
static void
test_lost_page (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (EtudeRun) run = store_test_make_run (1000, 10);
  g_autofree char *bytes = NULL;
  gsize length;
  guint n;

  zero_page_with (self, "note of run 31");
  g_assert_true (g_file_get_contents (self->path, &bytes, &length, NULL));
  store = store_test_open (self->path);
  assert_kept (self, store, bytes, length);
  n = assert_saved_runs (self, store);
  g_assert_cmpuint (n, <, self->runs->len);
  g_assert_cmpuint (n, >=, self->runs->len - 20);
  store_test_insert (store, run);
  g_assert_cmpuint (run->number, ==, self->runs->len + 1);
}

/* Where only an index is lost, no run is. */
static void
test_lost_index (Fixture *self, gconstpointer data)
{
  g_autofree char *text = store_test_sql (self->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_runs_1'");
  gsize page = (gsize) g_ascii_strtoull (text, NULL, 10);
  g_autofree char *bytes = g_memdup2 (self->good, self->length);
  g_autoptr (EtudeStore) store = NULL;

  memset (bytes + (page - 1) * PAGE, 0, PAGE);
  write_bytes (self, bytes, self->length);
  store = store_test_open (self->path);
  assert_kept (self, store, bytes, self->length);
  g_assert_cmpuint (assert_saved_runs (self, store), ==, self->runs->len);
}

/* What was deleted stays away. */
static void
test_deleted (Fixture *self, gconstpointer data)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE runs SET deleted = %" G_GINT64_FORMAT " WHERE number <= 5;"
                                          "PRAGMA wal_checkpoint(TRUNCATE)", g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *nothing = store_test_sql (self->path, sql);
  g_autofree char *left = NULL;
  g_autoptr (EtudeStore) store = NULL;

  g_free (self->good);
  g_assert_true (g_file_get_contents (self->path, &self->good, &self->length, NULL));
  zero_page_with (self, "note of run 31");
  store = store_test_open (self->path);
  g_assert_cmpuint (assert_saved_runs (self, store), >=, self->runs->len - 25);
  left = store_test_sql (self->path, "SELECT count(*) FROM runs WHERE number <= 5");
  g_assert_cmpstr (left, ==, "0");
}

/* Nothing of the tables is left. */
static void
test_lost_head (Fixture *self, gconstpointer data)
{
  g_autofree char *bytes = g_memdup2 (self->good, self->length);
  g_autoptr (EtudeStore) store = NULL;

  memset (bytes + 100, 0, PAGE - 100);
  write_bytes (self, bytes, self->length);
  store = store_test_open (self->path);
  assert_kept (self, store, bytes, self->length);
  g_assert_cmpuint (assert_saved_runs (self, store), ==, 0);
}

/* A table that another program took away. */
static void
test_lost_table (Fixture *self, gconstpointer data)
{
  g_autofree char *nothing = store_test_sql (self->path, "DROP TABLE marks");
  g_autoptr (EtudeStore) store = store_test_open (self->path);

  g_assert_nonnull (etude_store_get_warning (store));
  g_assert_cmpuint (assert_saved_runs (self, store), ==, 0);
}

typedef enum
{
  FLIP,
  ZERO,
  CUT,
  NOISE,
  SWAP,
  N_WAYS,
} Way;

/* Damages a copy in one way; returns its length. */
static gsize
damage (GRand *rand, char *bytes, gsize length, Way way)
{
  gint32 n_pages = (gint32) (length / PAGE);
  char *page = bytes + g_rand_int_range (rand, 0, n_pages) * PAGE;
  char *other = bytes + g_rand_int_range (rand, 0, n_pages) * PAGE;
  char copy[PAGE];

  switch (way)
    {
    case FLIP:
      for (gint32 n = g_rand_int_range (rand, 1, 30); n > 0; n--)
        /* Half of them where SQLite keeps its own: at the beginning of a page. */
        page[g_rand_boolean (rand) ? g_rand_int_range (rand, 0, 120) : g_rand_int_range (rand, 0, PAGE)]
            ^= (char) (1 << g_rand_int_range (rand, 0, 8));
      return length;
    case ZERO:
      memset (page, 0, PAGE);
      return length;
    case CUT:
      return (gsize) g_rand_int_range (rand, 0, (gint32) length);
    case NOISE:
      for (gint32 i = g_rand_int_range (rand, 0, PAGE); i < PAGE; i++)
        page[i] = (char) g_rand_int (rand);
      return length;
    case SWAP:
      memcpy (copy, page, PAGE);
      memcpy (page, other, PAGE);
      memcpy (other, copy, PAGE);
      return length;
    case N_WAYS:
    default:
      g_assert_not_reached ();
    }
}

/* How many runs there are; each can be read, or there is a reason. */
static guint
load_all (EtudeStore *store)
{
  g_autoptr (GPtrArray) summaries = etude_runs_list (store, NULL);

  for (guint i = 0; summaries != NULL && i < summaries->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeRun) run = etude_runs_load (store, ((EtudeRunSummary *) summaries->pdata[i])->id, &error);

      g_assert_true (run != NULL || error != NULL);
    }
  return summaries != NULL ? summaries->len : 0;
}

/* A good store takes a run and finds no damage in itself. */
static void
assert_usable (EtudeStore *store)
{
  g_autoptr (EtudeRun) run = store_test_make_run (4711, 30);
  g_autoptr (EtudeRun) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) problems = etude_store_check (store, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
  store_test_insert (store, run);
  loaded = etude_runs_load (store, run->id, &error);
  g_assert_no_error (error);
  store_test_assert_same_run (run, loaded);
}

static void
try_import (const char *path)
{
  g_autoptr (EtudeStore) store = etude_store_new_in_memory ();
  g_autoptr (GError) error = NULL;
  guint n_known;
  g_auto (GStrv) added = etude_exchange_import (store, path, &n_known, &error);

  g_assert_true ((added != NULL) == (error == NULL));
}

static void
clear_kept (Fixture *self)
{
  g_autoptr (GPtrArray) kept = store_test_list_files (self->folder, "runs.db.damaged-");

  for (guint i = 0; i < kept->len; i++)
    g_unlink (kept->pdata[i]);
}

static void
test_random (Fixture *self, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260131);
  guint n = g_getenv ("ETUDE_TEST_LONG") != NULL ? 1000 : 200;
  guint n_kept = 0, n_saved = 0, n_refused = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *bytes = g_memdup2 (self->good, self->length);
      gsize length = damage (rand, bytes, self->length, (Way) (i % N_WAYS));
      g_autoptr (EtudeStore) store = NULL;
      g_autoptr (GError) error = NULL;
      guint n_runs;

      write_bytes (self, bytes, length);
      try_import (self->path);
      store = etude_store_open (self->path, &error);
      /* Refused is what says of itself that it belongs to others, or to a newer Etude. */
      g_assert_true (store != NULL || error != NULL);
      n_refused += store == NULL ? 1 : 0;
      if (store == NULL)
        continue;
      n_runs = load_all (store);
      if (etude_store_get_warning (store) == NULL)
        continue;
      assert_kept (self, store, bytes, length);
      n_kept++;
      n_saved += n_runs;
      assert_usable (store);
      clear_kept (self);
    }
  g_test_message ("%u files: %u set aside, %u refused, %u of %u runs saved", n, n_kept, n_refused, n_saved, n_kept * self->runs->len);
  g_assert_cmpuint (n_kept, >, n / 2);
  g_assert_cmpuint (n_refused, <, n / 20);
  /* One page of many is damaged in each: most of what there was is there again. */
  g_assert_cmpuint (n_saved, >, n_kept * self->runs->len / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, n_runs, func) g_test_add ("/damage/" name, Fixture, GUINT_TO_POINTER (n_runs), set_up, func, tear_down)
  ADD ("lost-page", 60, test_lost_page);
  ADD ("lost-index", 60, test_lost_index);
  ADD ("deleted", 60, test_deleted);
  ADD ("lost-head", 60, test_lost_head);
  ADD ("lost-table", 3, test_lost_table);
  ADD ("random", 40, test_random);
  return g_test_run ();
}
