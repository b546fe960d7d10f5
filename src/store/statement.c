/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"

/* The sentences. */

gboolean
etude_store_is_damage (int code)
{
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* After a refusal to make the file SQLite looks for one to read, and tells that there is none; but
 * it is the refusal that helps. */
static int
find_cause (EtudeStore *self)
{
  int number = sqlite3_system_errno (self->db);
  g_autofree char *folder = self->path != NULL ? g_path_get_dirname (self->path) : NULL;

  return number == ENOENT && folder != NULL && g_access (folder, W_OK | X_OK) != 0 ? errno : number;
}

static char *
describe_code (EtudeStore *self, int code)
{
  int number = find_cause (self);

  /* Files beside the store may be the ones that find no room. */
  if ((code & 0xff) == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT))
    code = SQLITE_FULL;
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return g_strdup (_("another program has locked the store, expected it to be free"));
    case SQLITE_FULL:
      return g_strdup (_("no space is left on the disk"));
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return g_strdup (_("the store may only be read, expected permission to write"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return g_strdup (_("the store is damaged"));
    case SQLITE_NOMEM:
      return g_strdup (_("not enough memory"));
    case SQLITE_CANTOPEN:
      return number != 0 ? g_strdup (g_strerror (number)) : g_strdup (_("the store cannot be opened"));
    case SQLITE_IOERR:
      return number != 0 ? g_strdup_printf (_("reading or writing failed: %s"), g_strerror (number))
                         : g_strdup (_("reading or writing failed"));
    default:
      return g_strdup (self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (code));
    }
}

/**
 * etude_store_set_error:
 * @self: a store whose last call failed
 * @error: set to the file and one sentence of why
 */
void
etude_store_set_error (EtudeStore *self, GError **error)
{
  int code = self->db != NULL ? sqlite3_extended_errcode (self->db) : SQLITE_NOMEM;
  g_autofree char *why = describe_code (self, code);

  g_set_error (error, ETUDE_ERROR, etude_store_is_damage (code) ? ETUDE_ERROR_FORMAT : ETUDE_ERROR_STORE,
               "%s: %s", self->shown, why);
}

/**
 * etude_store_set_damaged:
 * @self: a store
 * @place: what in it makes no sense
 * @error: set to that
 */
void
etude_store_set_damaged (EtudeStore *self, const char *place, GError **error)
{
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: %s is damaged"), self->shown, place);
}

/* Statements. */

/**
 * etude_store_prepare:
 *
 * Returns: (transfer full) (nullable): the statement, for g_autoptr
 */
sqlite3_stmt *
etude_store_prepare (EtudeStore *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK)
    return statement;
  etude_store_set_error (self, error);
  return NULL;
}

/**
 * etude_store_row:
 * @found: (out): whether there is a row; its columns are valid until the next call
 *
 * The next row of a statement.
 */
gboolean
etude_store_row (EtudeStore *self, sqlite3_stmt *statement, gboolean *found, GError **error)
{
  int code = sqlite3_step (statement);

  *found = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  etude_store_set_error (self, error);
  return FALSE;
}

/**
 * etude_store_run:
 *
 * Runs a statement to its end and makes it ready for other values.
 */
gboolean
etude_store_run (EtudeStore *self, sqlite3_stmt *statement, GError **error)
{
  gboolean found = TRUE;

  while (found)
    if (!etude_store_row (self, statement, &found, error))
      {
        sqlite3_reset (statement);
        return FALSE;
      }
  sqlite3_reset (statement);
  return TRUE;
}

gboolean
etude_store_execute (EtudeStore *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  etude_store_set_error (self, error);
  return FALSE;
}

/* A transaction takes the write lock at once: one that begins by reading can fail half-way. */
gboolean
etude_store_begin (EtudeStore *self, GError **error)
{
  return etude_store_execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
etude_store_commit (EtudeStore *self, GError **error)
{
  if (etude_store_execute (self, "COMMIT", error))
    return TRUE;
  etude_store_roll_back (self);
  return FALSE;
}

/* Some errors have rolled back already. */
void
etude_store_roll_back (EtudeStore *self)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

/* The first value of a statement; NULL where there is none. */
gboolean
etude_store_query_text (EtudeStore *self, const char *sql, char **text, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (self, sql, error);
  gboolean found;

  if (statement == NULL || !etude_store_row (self, statement, &found, error))
    return FALSE;
  *text = found ? g_strdup ((const char *) sqlite3_column_text (statement, 0)) : NULL;
  return TRUE;
}

gboolean
etude_store_query_number (EtudeStore *self, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (self, sql, error);
  gboolean found;

  if (statement == NULL || !etude_store_row (self, statement, &found, error))
    return FALSE;
  *number = found ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}
