/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/schema-private.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/store-private.h"

/* What brings a store from version i to i + 1. A step that has been released is never changed.
 *
 * runs: one row each; what a list needs, and nothing large, so that 100,000 of them are read in less
 *   than a second. A number is never used twice. Not measured is NULL. metric_ids and metric_values
 *   are words with blanks between them, tags are lines. process is the lock of the process that trains.
 * series: what EtudeSeriesTotals has; NaN is NULL.
 * chunks: the buckets, see samples.c.
 * checkpoints: of runs that are not complete, what they need to go on. */
static const char *const steps[ETUDE_STORE_VERSION] = {
  "CREATE TABLE runs ("
  "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  id TEXT NOT NULL UNIQUE,"
  "  kind TEXT NOT NULL,"
  "  state TEXT NOT NULL,"
  "  name TEXT NOT NULL,"
  "  seed INTEGER NOT NULL,"
  "  hash TEXT NOT NULL,"
  "  parent TEXT,"
  "  batch TEXT,"
  "  n_steps INTEGER NOT NULL,"
  "  updates_per_epoch INTEGER NOT NULL,"
  "  steps INTEGER NOT NULL,"
  "  lr REAL,"
  "  loss REAL,"
  "  train_loss REAL,"
  "  validation_loss REAL,"
  "  test_loss REAL,"
  "  metric_ids TEXT NOT NULL,"
  "  metric_values TEXT NOT NULL,"
  "  best_step INTEGER,"
  "  best_validation_loss REAL,"
  "  diverged_at INTEGER,"
  "  weights TEXT,"
  "  started INTEGER NOT NULL,"
  "  seconds REAL NOT NULL,"
  "  note TEXT NOT NULL,"
  "  tags TEXT NOT NULL,"
  "  colour TEXT NOT NULL,"
  "  process TEXT,"
  "  deleted INTEGER"
  ") STRICT;"
  "CREATE TABLE documents ("
  "  run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,"
  "  text TEXT NOT NULL"
  ") STRICT;"
  "CREATE TABLE marks ("
  "  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
  "  position INTEGER NOT NULL,"
  "  step INTEGER NOT NULL,"
  "  kind TEXT NOT NULL,"
  "  factor REAL,"
  "  PRIMARY KEY (run, position)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE TABLE series ("
  "  number INTEGER PRIMARY KEY,"
  "  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,"
  "  name TEXT NOT NULL,"
  "  buckets INTEGER NOT NULL,"
  "  points INTEGER NOT NULL,"
  "  width INTEGER NOT NULL,"
  "  last_step INTEGER NOT NULL,"
  "  last_value REAL,"
  "  best_step INTEGER NOT NULL,"
  "  best_value REAL,"
  "  UNIQUE (run, name)"
  ") STRICT;"
  "CREATE TABLE chunks ("
  "  series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,"
  "  position INTEGER NOT NULL,"
  "  data BLOB NOT NULL,"
  "  PRIMARY KEY (series, position)"
  ") STRICT;",
  "CREATE TABLE checkpoints ("
  "  run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,"
  "  step INTEGER NOT NULL,"
  "  data BLOB NOT NULL"
  ") STRICT;",
};

static gboolean
get_version (EtudeStore *store, int *version, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, "PRAGMA user_version", error);
  gboolean found;

  if (statement == NULL || !etude_store_row (store, statement, &found, error))
    return FALSE;
  *version = found ? sqlite3_column_int (statement, 0) : 0;
  return TRUE;
}

static gboolean
migrate (EtudeStore *store, int to, GError **error)
{
  g_autofree char *stamp = NULL;
  int version;

  /* Read again under the lock: another process may have been faster. */
  if (!get_version (store, &version, error))
    return FALSE;
  for (int i = version; i < to; i++)
    if (!etude_store_execute (store, steps[i], error))
      return FALSE;
  stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d",
                           ETUDE_STORE_APPLICATION_ID, MAX (version, to));
  return etude_store_execute (store, stamp, error);
}

/**
 * etude_schema_migrate:
 * @store: a store that may be written, empty or of an older version
 * @to: the version that it shall have, %ETUDE_STORE_VERSION but where an older store is compared with
 * @error: set when that failed; the store is then as it was
 *
 * Brings the tables up to that version, all in one transaction.
 *
 * Returns: whether they are
 */
gboolean
etude_schema_migrate (EtudeStore *store, int to, GError **error)
{
  int version;

  if (!get_version (store, &version, error))
    return FALSE;
  if (version == to)
    return TRUE;
  if (!etude_store_begin (store, error))
    return FALSE;
  if (migrate (store, to, error))
    return etude_store_commit (store, error);
  etude_store_roll_back (store);
  return FALSE;
}

/* One text for each table, index, view and trigger. */
static GHashTable *
read_entries (EtudeStore *store, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema", error);
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean found = TRUE;

  while (statement != NULL && found)
    {
      const char *text;

      if (!etude_store_row (store, statement, &found, error))
        return NULL;
      text = found ? (const char *) sqlite3_column_text (statement, 0) : NULL;
      if (found)
        g_hash_table_add (entries, g_strdup (text != NULL ? text : ""));
    }
  return statement != NULL ? g_steal_pointer (&entries) : NULL;
}

static gboolean
has_all (GHashTable *entries, GHashTable *expected)
{
  GHashTableIter iter;
  gpointer text;

  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    if (!g_hash_table_contains (entries, text))
      return FALSE;
  return TRUE;
}

/**
 * etude_schema_check:
 * @store: a store of this version, or an older one that is only read
 * @exactly: whether more than our tables is wrong too: a file from somebody else could have a view
 *   that never comes to an end where a table should be
 * @error: set when the store has other tables
 *
 * Compares its tables with those of a new store of its version.
 *
 * Returns: whether they are the same
 */
gboolean
etude_schema_check (EtudeStore *store, gboolean exactly, GError **error)
{
  g_autoptr (EtudeStore) fresh = NULL;
  g_autoptr (GHashTable) expected = NULL;
  g_autoptr (GHashTable) entries = NULL;
  int version;

  if (!get_version (store, &version, error))
    return FALSE;
  /* The tables of an empty file are those that it lacks. */
  fresh = etude_store_new_of_version (version > 0 ? version : ETUDE_STORE_VERSION);
  expected = read_entries (fresh, error);
  entries = expected != NULL ? read_entries (store, error) : NULL;
  if (entries == NULL)
    return FALSE;
  if (has_all (entries, expected) && (!exactly || has_all (expected, entries)))
    return TRUE;
  if (g_hash_table_size (entries) == 0)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: found an empty file, expected runs"), store->shown);
  else
    etude_store_set_damaged (store, _("the list of its tables"), error);
  return FALSE;
}
