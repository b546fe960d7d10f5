/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/salvage-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"
#include "store/lock-private.h"
#include "store/runs-private.h"
#include "store/store-private.h"

/* No store has more runs; a damaged one may say so. */
#define MAX_NUMBER 10000000

/* Gives the damaged file and its journal another name; the index of the journal is made anew. */
static char *
set_aside (EtudeStore *store, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *kept = g_strconcat (store->path, ".damaged-", date, NULL);
  g_autofree char *journal = g_strconcat (store->path, "-wal", NULL);
  g_autofree char *kept_journal = NULL;
  g_autofree char *index = g_strconcat (store->path, "-shm", NULL);

  g_clear_pointer (&store->db, sqlite3_close_v2);
  for (guint i = 2; g_file_test (kept, G_FILE_TEST_EXISTS); i++)
    {
      g_free (kept);
      kept = g_strdup_printf ("%s.damaged-%s-%u", store->path, date, i);
    }
  if (g_rename (store->path, kept) != 0)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE, _("%s: damaged, and cannot be set aside: %s"),
                   store->shown, g_strerror (errno));
      return NULL;
    }
  kept_journal = g_strconcat (kept, "-wal", NULL);
  g_rename (journal, kept_journal);
  g_unlink (index);
  return g_steal_pointer (&kept);
}

/* The next run that is inserted gets this number. */
static gboolean
set_next_number (EtudeStore *store, gint64 number, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM sqlite_sequence WHERE name = 'runs';"
                                          "INSERT INTO sqlite_sequence (name, seq) VALUES ('runs', %" G_GINT64_FORMAT ")",
                                          number - 1);

  return etude_store_execute (store, sql, error);
}

/* A run that cannot be read whole is left out; a savepoint takes back one that turns out so late. */
static gboolean
copy_run (EtudeStore *from, EtudeStore *to, gint64 number)
{
  g_autoptr (EtudeRun) run = etude_runs_load_number (from, (guint64) number, NULL);

  if (run == NULL || !etude_runs_is_id (run->id) || !etude_store_execute (to, "SAVEPOINT run", NULL))
    return FALSE;
  if (set_next_number (to, number, NULL) && etude_runs_save (to, run, NULL))
    return etude_store_execute (to, "RELEASE run", NULL);
  etude_store_execute (to, "ROLLBACK TO run; RELEASE run", NULL);
  return FALSE;
}

/* The highest number that there was, so that it is not used again. */
static gint64
find_last (EtudeStore *store)
{
  gint64 last, last_used;

  if (!etude_store_query_number (store, "SELECT max(number) FROM runs", &last, NULL))
    last = 0;
  if (!etude_store_query_number (store, "SELECT seq FROM sqlite_sequence WHERE name = 'runs'", &last_used, NULL))
    last_used = 0;
  return CLAMP (MAX (last, last_used), 0, MAX_NUMBER);
}

/* Where the table cannot be read, one number after the other is tried, so that a damaged page costs
 * the runs in it and no others. */
static guint
copy_each (EtudeStore *from, EtudeStore *to, gint64 last)
{
  g_autoptr (sqlite3_stmt) next = etude_store_prepare (from, "SELECT min(number) FROM runs WHERE number >= ?1", NULL);
  guint n = 0;

  for (gint64 number = 1; next != NULL && number <= last; number++)
    {
      sqlite3_bind_int64 (next, 1, number);
      if (sqlite3_step (next) == SQLITE_ROW)
        number = sqlite3_column_type (next, 0) != SQLITE_NULL ? sqlite3_column_int64 (next, 0) : last + 1;
      sqlite3_reset (next);
      if (number <= last)
        n += copy_run (from, to, number) ? 1 : 0;
    }
  return n;
}

static guint
copy_runs (EtudeStore *from, EtudeStore *to)
{
  gint64 last = find_last (from);
  guint n;

  if (last == 0 || !etude_store_begin (to, NULL))
    return 0;
  n = copy_each (from, to, last);
  if (set_next_number (to, last + 1, NULL) && etude_store_commit (to, NULL))
    return n;
  etude_store_roll_back (to);
  return 0;
}

/* What can be read of the damaged file, which is left as it is. */
static guint
copy_readable (EtudeStore *store, const char *kept)
{
  g_autoptr (EtudeStore) damaged = etude_store_new (kept);
  g_autofree char *journal = g_strconcat (kept, "-wal", NULL);
  g_autofree char *index = g_strconcat (kept, "-shm", NULL);
  gboolean has_journal = g_file_test (journal, G_FILE_TEST_EXISTS);
  guint n = 0;

  if (etude_store_connect_read_only (damaged, NULL))
    n = copy_runs (damaged, store);
  g_clear_pointer (&damaged, etude_store_free);
  if (!has_journal)
    g_unlink (journal);
  g_unlink (index);
  return n;
}

static gboolean
replace (EtudeStore *store, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *kept = NULL, *shown = NULL;
  guint n;

  if (etude_store_open_file (store, &cause))
    return TRUE;
  if (!g_error_matches (cause, ETUDE_ERROR, ETUDE_ERROR_FORMAT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  kept = set_aside (store, error);
  if (kept == NULL || !etude_store_open_file (store, error))
    return FALSE;
  n = copy_readable (store, kept);
  shown = g_filename_display_name (kept);
  store->warning = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                 "%s: the store was damaged; it is kept as “%s”, and %u run is in a new one",
                                                 "%s: the store was damaged; it is kept as “%s”, and %u runs are in a new one", n),
                                    store->shown, shown, n);
  return TRUE;
}

/**
 * etude_salvage:
 * @store: a store whose file is damaged
 * @error: set when it cannot be replaced
 *
 * Keeps the file under another name and begins a new one with the runs that can still be read; they
 * keep their ids, numbers and colours. etude_store_get_warning() says so.
 *
 * Returns: whether the store can be used now
 */
gboolean
etude_salvage (EtudeStore *store, GError **error)
{
  /* One process at a time: the next one finds a good store where the damaged one was. */
  int fd = etude_lock_folder (store->path, TRUE);
  gboolean is_replaced = replace (store, error);

  if (fd >= 0)
    close (fd);
  return is_replaced;
}
