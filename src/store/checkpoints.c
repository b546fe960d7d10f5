/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/checkpoints.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/store-private.h"

/**
 * etude_checkpoints_write:
 * @store: a store in a transaction
 * @run: number of a run
 * @step: how many updates were done
 * @checkpoint: see etude_checkpoint_take()
 * @error: set when the store refuses; then give up the transaction
 *
 * Keeps it in the place of the one before it.
 *
 * Returns: whether it was stored
 */
gboolean
etude_checkpoints_write (EtudeStore *store, guint64 run, guint64 step, GBytes *checkpoint, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "INSERT OR REPLACE INTO checkpoints (run, step, data) VALUES (?1, ?2, ?3)", error);
  gsize size;
  gconstpointer data = g_bytes_get_data (checkpoint, &size);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run);
  sqlite3_bind_int64 (statement, 2, (gint64) step);
  sqlite3_bind_blob64 (statement, 3, data, size, SQLITE_STATIC);
  return etude_store_run (store, statement, error);
}

/**
 * etude_checkpoints_remove:
 * @store: a store
 * @run: number of a run, which has come to its end
 * @error: set when the store refuses
 *
 * Returns: whether there is none now
 */
gboolean
etude_checkpoints_remove (EtudeStore *store, guint64 run, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, "DELETE FROM checkpoints WHERE run = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run);
  return etude_store_run (store, statement, error);
}

/* The column of the run’s row. */
static sqlite3_stmt *
select_from (EtudeStore *store, const char *column, guint64 run, gboolean *found, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM checkpoints WHERE run = ?1", column);
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, sql, error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64) run);
  return etude_store_row (store, statement, found, error) ? g_steal_pointer (&statement) : NULL;
}

/**
 * etude_checkpoints_find:
 * @store: a store
 * @run: number of a run
 * @step: (out) (optional): how many updates were done
 *
 * Returns: whether the run has a checkpoint from which it can go on; never in a store that is only read
 */
gboolean
etude_checkpoints_find (EtudeStore *store, guint64 run, guint64 *step)
{
  gboolean found = FALSE;
  g_autoptr (sqlite3_stmt) statement
      = etude_store_is_read_only (store) ? NULL : select_from (store, "step", run, &found, NULL);

  if (statement != NULL && found && step != NULL)
    *step = (guint64) sqlite3_column_int64 (statement, 0);
  return statement != NULL && found;
}

/**
 * etude_checkpoints_read:
 * @store: a store
 * @run: number of a run
 * @error: set when there is none, or the store refuses
 *
 * Returns: (transfer full) (nullable): its checkpoint, for etude_checkpoint_restore(), which checks it
 */
GBytes *
etude_checkpoints_read (EtudeStore *store, guint64 run, GError **error)
{
  gboolean found = FALSE;
  g_autoptr (sqlite3_stmt) statement = select_from (store, "data", run, &found, error);

  if (statement == NULL)
    return NULL;
  if (!found)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN, _("run %zu: found no checkpoint, expected one"), (gsize) run);
      return NULL;
    }
  return g_bytes_new (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0));
}
