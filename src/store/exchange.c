/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "store/store-private.h"

/* A file of runs is a store of its own, without a journal and without the runs of others. */

static gboolean
fill (EtudeStore *store, const char *const *ids, const char *file, GError **error)
{
  g_autoptr (EtudeStore) out = etude_store_create_export (file, error);

  if (out == NULL)
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (EtudeRun) run = etude_runs_load (store, ids[i], error);

      if (run == NULL)
        return FALSE;
      /* What is still training stands there as it is now, and nobody will finish it. */
      if (run->state == ETUDE_RUN_RUNNING)
        run->state = ETUDE_RUN_INTERRUPTED;
      if (!etude_runs_save (out, run, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
move_into_place (const char *from, const char *to, GError **error)
{
  g_autofree char *shown = g_filename_display_name (to);
  int fd = open (from, O_RDONLY | O_CLOEXEC);
  gboolean is_synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  if (is_synced && g_rename (from, to) == 0)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", shown, g_strerror (errno));
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
  int fd = g_mkstemp (temporary);

  if (fd < 0)
    {
      g_autofree char *shown = g_filename_display_name (file);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", shown, g_strerror (errno));
      return FALSE;
    }
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
is_id (const char *text)
{
  return strlen (text) == 16 && strspn (text, "0123456789abcdef") == 16;
}

/* Everything is read and checked before the first run is stored. */
static GPtrArray *
read_all (const char *file, GError **error)
{
  g_autoptr (EtudeStore) in = etude_store_open_foreign (file, error);
  g_autoptr (GPtrArray) summaries = in != NULL ? etude_runs_list (in, error) : NULL;
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);

  if (summaries == NULL)
    return NULL;
  for (guint i = summaries->len; i-- > 0;)
    {
      const EtudeRunSummary *summary = summaries->pdata[i];
      EtudeRun *run;

      if (!is_id (summary->id))
        {
          etude_store_set_damaged (in, _("the id of a run"), error);
          return NULL;
        }
      run = etude_runs_load (in, summary->id, error);
      if (run == NULL)
        return NULL;
      if (run->state == ETUDE_RUN_RUNNING)
        run->state = ETUDE_RUN_INTERRUPTED;
      g_ptr_array_add (runs, run);
    }
  return g_steal_pointer (&runs);
}

/**
 * etude_exchange_import:
 * @store: a store
 * @file: a file of runs, from anybody; it is opened for reading and its values are copied
 * @n_known: (out): how many of its runs the store had already; these are left as they are
 * @error: set when the file makes no sense or the store refuses
 *
 * Takes runs in, in the order in which they were made. They keep their ids and colours and get new
 * numbers.
 *
 * Returns: (transfer full) (nullable): the ids of those that are new
 */
GStrv
etude_exchange_import (EtudeStore *store, const char *file, guint *n_known, GError **error)
{
  g_autoptr (GPtrArray) runs = read_all (file, error);
  g_autoptr (GStrvBuilder) added = g_strv_builder_new ();

  *n_known = 0;
  if (runs == NULL)
    return NULL;
  for (guint i = 0; i < runs->len; i++)
    {
      EtudeRun *run = runs->pdata[i];
      gboolean known;

      if (!has_run (store, run->id, &known, error) || (!known && !etude_runs_save (store, run, error)))
        return NULL;
      *n_known += known ? 1 : 0;
      if (!known)
        g_strv_builder_add (added, run->id);
    }
  return g_strv_builder_end (added);
}
