/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "store/runs-private.h"
#include "store/store-private.h"

/* A file of runs is a store of its own, without a journal and without the runs of others. */

static gboolean
copy_run (EtudeStore *from, EtudeStore *to, const char *id, GError **error)
{
  g_autoptr (EtudeRun) run = etude_runs_load (from, id, error);

  if (run == NULL)
    return FALSE;
  /* What is still training stands there as it is now, and nobody will finish it. */
  if (run->state == ETUDE_RUN_RUNNING)
    run->state = ETUDE_RUN_INTERRUPTED;
  return etude_runs_save (to, run, error);
}

static gboolean
fill (EtudeStore *store, const char *const *ids, const char *file, GError **error)
{
  g_autoptr (EtudeStore) out = etude_store_create_export (file, error);

  if (out == NULL || !etude_store_begin (out, error))
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    if (!copy_run (store, out, ids[i], error))
      {
        etude_store_roll_back (out);
        return FALSE;
      }
  return etude_store_commit (out, error);
}

static gboolean
refuse_errno (const char *file, int number, GError **error)
{
  g_autofree char *shown = g_filename_display_name (file);

  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", shown, g_strerror (number));
  return FALSE;
}

/* What SQLite has committed is on the disk; its name is not. */
static gboolean
move_into_place (const char *from, const char *to, GError **error)
{
  if (g_rename (from, to) != 0)
    return refuse_errno (to, errno, error);
  etude_file_sync_folder (to);
  return TRUE;
}

/* Replacing it would throw all other runs away. */
static gboolean
check_other (EtudeStore *store, const char *file, GError **error)
{
  g_autofree char *shown = g_filename_display_name (file);
  GStatBuf ours, theirs;

  if (store->path == NULL || g_stat (store->path, &ours) != 0 || g_stat (file, &theirs) != 0
      || ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, _("%s: found the store itself, expected another file"), shown);
  return FALSE;
}

/**
 * etude_exchange_export:
 * @store: a store
 * @ids: (array zero-terminated=1): whole ids of runs
 * @file: the file that is made or replaced, whole or not at all
 * @error: set when a run cannot be read or the file cannot be written
 *
 * Writes runs into a file that etude_exchange_import() reads.
 *
 * Returns: whether it was written
 */
gboolean
etude_exchange_export (EtudeStore *store, const char *const *ids, const char *file, GError **error)
{
  g_autofree char *temporary = g_strconcat (file, ".XXXXXX", NULL);
  int fd;

  if (!check_other (store, file, error))
    return FALSE;
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0)
    return refuse_errno (file, errno, error);
  close (fd);
  if (fill (store, ids, temporary, error) && move_into_place (temporary, file, error))
    return TRUE;
  g_unlink (temporary);
  return FALSE;
}

static gboolean
has_run (EtudeStore *store, const char *id, gboolean *has, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, "SELECT 1 FROM runs WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  return etude_store_row (store, statement, has, error);
}

static gboolean
import_all (EtudeStore *store, EtudeStore *in, GStrvBuilder *added, guint *n_known, GError **error)
{
  g_autoptr (GPtrArray) summaries = etude_runs_list (in, error);

  for (guint i = summaries != NULL ? summaries->len : 0; i-- > 0;)
    {
      const char *id = ((EtudeRunSummary *) summaries->pdata[i])->id;
      gboolean is_known;

      if (!etude_runs_is_id (id))
        {
          etude_store_set_damaged (in, _("the id of a run"), error);
          return FALSE;
        }
      if (!has_run (store, id, &is_known, error) || (!is_known && !copy_run (in, store, id, error)))
        return FALSE;
      *n_known += is_known ? 1 : 0;
      if (!is_known)
        g_strv_builder_add (added, id);
    }
  return summaries != NULL;
}

/**
 * etude_exchange_import:
 * @store: a store
 * @file: a file of runs, from anybody; it is opened for reading and its values are copied
 * @n_known: (out): how many of its runs the store had already; these are left as they are
 * @error: set when the file makes no sense or the store refuses; then nothing of it is stored
 *
 * Takes runs in, in the order in which they were made. They keep their ids and colours and get new
 * numbers.
 *
 * Returns: (transfer full) (nullable): the ids of those that are new
 */
GStrv
etude_exchange_import (EtudeStore *store, const char *file, guint *n_known, GError **error)
{
  g_autoptr (EtudeStore) in = etude_store_open_foreign (file, error);
  g_autoptr (GStrvBuilder) added = g_strv_builder_new ();

  *n_known = 0;
  if (in == NULL || !etude_store_begin (store, error))
    return NULL;
  if (import_all (store, in, added, n_known, error))
    return etude_store_commit (store, error) ? g_strv_builder_end (added) : NULL;
  etude_store_roll_back (store);
  return NULL;
}
