/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "store/salvage-private.h"
#include "store/schema-private.h"
#include "store/store-private.h"

/* A store up to this size is checked whole when it is opened, a larger one only where its list of
 * runs is: the rest would take longer than a start may take. */
#define CHECKED_WHOLE ((gint64) 64 << 20)

/* How long a start waits for another process before it leaves something for the next one, in ms. */
#define TIDY_BUSY_MS 50

typedef enum
{
  OPEN_STORE,
  OPEN_FOREIGN,
  OPEN_EXPORT,
} OpenMode;

/**
 * etude_store_dup_default_path:
 *
 * Returns: (transfer full): etude/runs.db in the user's folder of data
 */
char *
etude_store_dup_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "etude", "runs.db", NULL);
}

/**
 * etude_store_new:
 * @path: (nullable): the file, NULL in memory
 *
 * Returns: (transfer full): a store that is connected to nothing yet
 */
EtudeStore *
etude_store_new (const char *path)
{
  EtudeStore *self = g_new0 (EtudeStore, 1);

  self->path = g_strdup (path);
  self->shown = path != NULL ? g_filename_display_name (path) : g_strdup (_("store in memory"));
  self->busy_timeout = ETUDE_STORE_BUSY_MS;
  return self;
}

/**
 * etude_store_free:
 * @self: (nullable): a store
 *
 * Closes it. What was committed is in the file.
 */
void
etude_store_free (EtudeStore *self)
{
  if (self == NULL)
    return;
  sqlite3_close_v2 (self->db);
  etude_lock_free (self->lock);
  g_free (self->path);
  g_free (self->shown);
  g_free (self->warning);
  g_free (self);
}

const char *
etude_store_get_path (EtudeStore *self)
{
  return self->path;
}

/**
 * etude_store_get_warning:
 * @self: a store
 *
 * Returns: (transfer none) (nullable): one sentence of what was found and done when it was opened,
 *   such as a damaged file that was set aside
 */
const char *
etude_store_get_warning (EtudeStore *self)
{
  return self->warning;
}

gboolean
etude_store_is_read_only (EtudeStore *self)
{
  return self->is_read_only;
}

gboolean
etude_store_is_in_memory (EtudeStore *self)
{
  return self->path == NULL;
}

guint
etude_store_get_busy_timeout (EtudeStore *self)
{
  return self->busy_timeout;
}

/**
 * etude_store_set_busy_timeout:
 * @self: a store
 * @milliseconds: how long to wait for another process that has locked it
 */
void
etude_store_set_busy_timeout (EtudeStore *self, guint milliseconds)
{
  self->busy_timeout = milliseconds;
  sqlite3_busy_timeout (self->db, (int) milliseconds);
}

sqlite3 *
etude_store_get_db (EtudeStore *self)
{
  return self->db;
}

/* Opening. */

static gboolean
connect_file (EtudeStore *self, const char *name, int flags, GError **error)
{
  g_clear_pointer (&self->db, sqlite3_close_v2);
  if (sqlite3_open_v2 (name, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
    {
      etude_store_set_error (self, error);
      return FALSE;
    }
  sqlite3_busy_timeout (self->db, (int) self->busy_timeout);
  /* The file may come from anybody: its own views, triggers and types are not trusted. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  sqlite3_exec (self->db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", NULL, NULL, NULL);
  return TRUE;
}

static gboolean
has_journal (const char *path)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  GStatBuf status;

  return g_stat (journal, &status) == 0 && status.st_size > 0;
}

/* Whether anything can be read from it: opening alone does not touch the file. */
static gboolean
probe (EtudeStore *self, GError **error)
{
  gint64 n;

  return etude_store_query_number (self, "SELECT count(*) FROM sqlite_schema", &n, error);
}

/* A store in a folder that cannot be written: plainly first, for only that sees what is still in
 * its journal; as immutable, which makes no files beside it, only where there is no journal. */
gboolean
etude_store_connect_read_only (EtudeStore *self, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (self->path, "/", FALSE);
  g_autofree char *uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);

  self->is_read_only = TRUE;
  if (connect_file (self, self->path, SQLITE_OPEN_READONLY, NULL) && probe (self, NULL))
    return TRUE;
  if (has_journal (self->path) || etude_store_is_damage (sqlite3_extended_errcode (self->db)))
    {
      etude_store_set_error (self, error);
      return FALSE;
    }
  return connect_file (self, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) && probe (self, error);
}

static gboolean
connect_store (EtudeStore *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  int code = SQLITE_OK;

  if (connect_file (self, self->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &cause) && probe (self, &cause))
    {
      self->is_read_only = sqlite3_db_readonly (self->db, "main") == 1;
      return TRUE;
    }
  code = self->db != NULL ? sqlite3_extended_errcode (self->db) : SQLITE_NOMEM;
  if (((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY)
      && g_file_test (self->path, G_FILE_TEST_IS_REGULAR))
    return etude_store_connect_read_only (self, error);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

typedef struct
{
  gint64 id, version, n_tables;
} Identity;

/* In one transaction: another process may be making the tables at this moment. */
static gboolean
read_identity (EtudeStore *self, Identity *identity, GError **error)
{
  gboolean is_read = etude_store_execute (self, "BEGIN", error)
                     && etude_store_query_number (self, "PRAGMA application_id", &identity->id, error)
                     && etude_store_query_number (self, "PRAGMA user_version", &identity->version, error)
                     && etude_store_query_number (self, "SELECT count(*) FROM sqlite_schema", &identity->n_tables, error);

  etude_store_roll_back (self);
  return is_read;
}

static gboolean
check_identity (EtudeStore *self, GError **error)
{
  Identity found;

  if (!read_identity (self, &found, error))
    return FALSE;
  if (found.id != ETUDE_STORE_APPLICATION_ID && (found.id != 0 || found.n_tables > 0))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE,
                   _("%s: found a database of another program, expected a store of Etude"), self->shown);
      return FALSE;
    }
  if (found.version > ETUDE_STORE_VERSION)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE,
                   _("%s: written by a newer Etude: found version %d, expected at most %d"),
                   self->shown, (int) found.version, ETUDE_STORE_VERSION);
      return FALSE;
    }
  /* The id and the version are written together, and the first version is 1. */
  if (found.version < 0 || (found.version == 0 && found.id != 0))
    {
      etude_store_set_damaged (self, _("the store"), error);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_quickly (EtudeStore *self, GError **error)
{
  gint64 n_pages, page_size, n_tables;
  g_autofree char *result = NULL;
  gboolean is_small;

  if (!etude_store_query_number (self, "PRAGMA page_count", &n_pages, error)
      || !etude_store_query_number (self, "PRAGMA page_size", &page_size, error)
      || !etude_store_query_number (self, "SELECT count(*) FROM sqlite_schema WHERE name = 'runs'", &n_tables, error))
    return FALSE;
  is_small = n_pages * page_size <= CHECKED_WHOLE;
  if (!is_small && n_tables == 0)
    return TRUE;
  if (!etude_store_query_text (self, is_small ? "PRAGMA quick_check(1)" : "PRAGMA quick_check('runs')", &result, error))
    return FALSE;
  if (g_strcmp0 (result, "ok") == 0)
    return TRUE;
  etude_store_set_damaged (self, _("the store"), error);
  return FALSE;
}

/* The mode of a new file is changed under a lock for which SQLite does not wait. */
static gboolean
make_wal (EtudeStore *self, GError **error)
{
  gint64 limit = g_get_monotonic_time () + self->busy_timeout * (gint64) 1000;
  g_autofree char *mode = NULL;

  while (!etude_store_query_text (self, "PRAGMA journal_mode = WAL", &mode, NULL))
    {
      if ((sqlite3_errcode (self->db) & 0xff) != SQLITE_BUSY || g_get_monotonic_time () >= limit)
        return etude_store_query_text (self, "PRAGMA journal_mode = WAL", &mode, error);
      g_usleep (1000);
    }
  return TRUE;
}

/* Durable: a commit is on the disk when it returns. In WAL mode readers and the writer do not wait
 * for each other; a file system that cannot have it keeps the older way. */
static gboolean
make_durable (EtudeStore *self, GError **error)
{
  return make_wal (self, error)
         && etude_store_execute (self, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000", error);
}

static gboolean
begin_store (EtudeStore *self, OpenMode mode, GError **error)
{
  if (!check_identity (self, error) || !check_quickly (self, error))
    return FALSE;
  if (!self->is_read_only
      && ((mode == OPEN_STORE && !make_durable (self, error)) || !etude_schema_migrate (self, ETUDE_STORE_VERSION, error)))
    return FALSE;
  return etude_schema_check (self, mode == OPEN_FOREIGN, error);
}

/**
 * etude_store_open_file:
 *
 * Connects to the file and makes sure that it is a sound store, of this version.
 */
gboolean
etude_store_open_file (EtudeStore *self, GError **error)
{
  return connect_store (self, error) && begin_store (self, OPEN_STORE, error);
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = NULL;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  shown = g_filename_display_name (folder);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE, _("%s: the folder cannot be made: %s"), shown, g_strerror (errno));
  return FALSE;
}

static gboolean
check_regular (EtudeStore *self, GError **error)
{
  GStatBuf status;

  if (g_stat (self->path, &status) != 0 || S_ISREG (status.st_mode))
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_STORE, _("%s: found %s, expected a file"), self->shown,
               S_ISDIR (status.st_mode) ? _("a folder") : _("a device or pipe"));
  return FALSE;
}

static gboolean
mark_interrupted (EtudeStore *self, const char *process, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (self, "UPDATE runs SET state = 'interrupted', process = NULL"
                                   " WHERE state = 'running' AND process IS ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, process, -1, SQLITE_STATIC);
  return etude_store_run (self, statement, error);
}

/* Runs of processes that are gone were interrupted. */
static gboolean
find_interrupted (EtudeStore *self, GError **error)
{
  g_autoptr (GPtrArray) processes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (self, "SELECT DISTINCT process FROM runs WHERE state = 'running'", error);
  gboolean found = TRUE;

  while (statement != NULL && found)
    {
      if (!etude_store_row (self, statement, &found, error))
        return FALSE;
      if (found)
        g_ptr_array_add (processes, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
    }
  if (statement == NULL)
    return FALSE;
  g_clear_pointer (&statement, sqlite3_finalize);
  for (guint i = 0; i < processes->len; i++)
    if (!etude_store_is_process_alive (self, processes->pdata[i])
        && !mark_interrupted (self, processes->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
purge_old (EtudeStore *self, GError **error)
{
  g_autofree char *sql
      = g_strdup_printf ("DELETE FROM runs WHERE deleted < %" G_GINT64_FORMAT " AND state != 'running'",
                         g_get_real_time () / G_USEC_PER_SEC - ETUDE_STORE_KEEP_DELETED);

  return etude_store_execute (self, sql, error);
}

/* Keeps nobody from working: what the store refuses now is done at the next start, and a list shows
 * what is interrupted in any case. */
static void
tidy (EtudeStore *self)
{
  sqlite3_busy_timeout (self->db, TIDY_BUSY_MS);
  find_interrupted (self, NULL);
  purge_old (self, NULL);
  sqlite3_busy_timeout (self->db, (int) self->busy_timeout);
  etude_lock_sweep (self->path);
}

/**
 * etude_store_open:
 * @path: (nullable): the file, or NULL for etude_store_dup_default_path()
 * @error: set to the file and one sentence
 *
 * Opens the store, and makes it with its folders where there is none. A store that may only be read
 * is opened for reading; a damaged one is kept under another name and a new one begun with the runs
 * that could be read, which etude_store_get_warning() says; one that a newer Etude has written is refused. Runs whose process
 * is gone become interrupted, and runs that were deleted a day ago are thrown away.
 *
 * Returns: (transfer full) (nullable): the store
 */
EtudeStore *
etude_store_open (const char *path, GError **error)
{
  g_autofree char *fallback = path == NULL ? etude_store_dup_default_path () : NULL;
  g_autoptr (EtudeStore) self = etude_store_new (path != NULL ? path : fallback);
  g_autoptr (GError) cause = NULL;
  gboolean is_open;
  int fd;

  if (!check_regular (self, error) || !make_folder (self->path, error))
    return NULL;
  fd = etude_lock_folder (self->path, FALSE);
  is_open = etude_store_open_file (self, &cause);
  if (fd >= 0)
    close (fd);
  if (!is_open)
    {
      if (!g_error_matches (cause, ETUDE_ERROR, ETUDE_ERROR_FORMAT) || self->is_read_only)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
      if (!etude_salvage (self, error))
        return NULL;
    }
  if (!self->is_read_only)
    tidy (self);
  return g_steal_pointer (&self);
}

/**
 * etude_store_open_foreign:
 *
 * Opens a file of runs that somebody else may have made: for reading, and it is never changed.
 */
EtudeStore *
etude_store_open_foreign (const char *path, GError **error)
{
  g_autoptr (EtudeStore) self = etude_store_new (path);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", self->shown, g_strerror (ENOENT));
      return NULL;
    }
  if (!check_regular (self, error) || !etude_store_connect_read_only (self, error)
      || !begin_store (self, OPEN_FOREIGN, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * etude_store_create_export:
 *
 * Makes a new file of runs, for one transaction, without a journal beside it.
 */
EtudeStore *
etude_store_create_export (const char *path, GError **error)
{
  g_autoptr (EtudeStore) self = etude_store_new (path);

  if (!connect_file (self, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error)
      || !begin_store (self, OPEN_EXPORT, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * etude_store_new_of_version:
 *
 * A store in memory with the tables that this version of a store has.
 */
EtudeStore *
etude_store_new_of_version (int version)
{
  EtudeStore *self = etude_store_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!connect_file (self, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error)
      || !etude_schema_migrate (self, version, &error))
    g_error ("%s", error->message);
  return self;
}

/**
 * etude_store_new_in_memory:
 *
 * Returns: (transfer full): a store that is gone when it is freed
 */
EtudeStore *
etude_store_new_in_memory (void)
{
  return etude_store_new_of_version (ETUDE_STORE_VERSION);
}

/**
 * etude_store_open_or_memory:
 * @path: (nullable): as for etude_store_open()
 * @problem: (out) (transfer full) (nullable): why runs are not kept, one sentence
 *
 * Opens the store, or one in memory where that fails, so that training goes on.
 *
 * Returns: (transfer full): the store
 */
EtudeStore *
etude_store_open_or_memory (const char *path, char **problem)
{
  g_autoptr (GError) error = NULL;
  EtudeStore *self = etude_store_open (path, &error);

  *problem = self == NULL ? g_strdup (error->message) : NULL;
  return self != NULL ? self : etude_store_new_in_memory ();
}

/* Alive. */

/**
 * etude_store_get_process:
 *
 * The name of the lock by which others see that this process is alive; it is made when it is first
 * asked for.
 *
 * Returns: (transfer none) (nullable): the name, "" in memory
 */
const char *
etude_store_get_process (EtudeStore *self, GError **error)
{
  if (self->path == NULL)
    return "";
  if (self->lock == NULL)
    self->lock = etude_lock_new (self->path, error);
  return self->lock != NULL ? etude_lock_get_name (self->lock) : NULL;
}

/**
 * etude_store_is_process_alive:
 * @process: (nullable): the name of a lock
 */
gboolean
etude_store_is_process_alive (EtudeStore *self, const char *process)
{
  if (self->path == NULL)
    return TRUE;
  if (self->lock != NULL && g_strcmp0 (process, etude_lock_get_name (self->lock)) == 0)
    return TRUE;
  return process != NULL && etude_lock_is_held (self->path, process);
}

/* Care. */

/**
 * etude_store_check:
 * @self: a store
 * @error: set when it cannot be checked
 *
 * Reads the whole store and looks for damage.
 *
 * Returns: (transfer full) (nullable): one line for each thing found, none when all is well
 */
GStrv
etude_store_check (EtudeStore *self, GError **error)
{
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (self, "PRAGMA integrity_check", error);
  gboolean found = TRUE;

  if (statement == NULL)
    return NULL;
  while (found)
    {
      const char *line;

      if (!etude_store_row (self, statement, &found, error))
        return NULL;
      line = found ? (const char *) sqlite3_column_text (statement, 0) : NULL;
      if (line != NULL && !g_str_equal (line, "ok"))
        g_strv_builder_add (problems, line);
    }
  return g_strv_builder_end (problems);
}

/**
 * etude_store_vacuum:
 * @self: a store
 * @error: set when that failed
 *
 * Throws away all deleted runs and gives their space back to the disk.
 *
 * Returns: whether it did
 */
gboolean
etude_store_vacuum (EtudeStore *self, GError **error)
{
  return etude_store_execute (self, "DELETE FROM runs WHERE deleted IS NOT NULL AND state != 'running'", error)
         && etude_store_execute (self, "VACUUM", error)
         && etude_store_execute (self, "PRAGMA wal_checkpoint(TRUNCATE)", error);
}

/**
 * etude_store_get_sqlite_version:
 *
 * Returns: (transfer none): of the library that is used, such as “3.40.1”
 */
const char *
etude_store_get_sqlite_version (void)
{
  return sqlite3_libversion ();
}
