/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs as they go into a store, and what a person changes of them there. */
#include "store/runs-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "experiment/json.h"
#include "store/row-private.h"
#include "store/samples.h"

static const char *const palette[] = {
  "#3584e4", "#a43706", "#1e6f6b", "#cc40ac", "#bc8c16", "#6226a4", "#7e130c", "#528859", "#959399", "#6b5740",
};

/**
 * etude_runs_colour:
 * @number: number of a run, from 1
 *
 * Returns: (transfer none): the colour that it is given, by order
 */
const char *
etude_runs_colour (guint64 number)
{
  return palette[(MAX (number, 1) - 1) % G_N_ELEMENTS (palette)];
}

static gboolean
write_document (EtudeStore *store, const EtudeRun *run, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "INSERT INTO documents (run, text) VALUES (?1, ?2)", error);
  g_autofree char *text = etude_experiment_write_compact (run->experiment);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run->number);
  sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
  return etude_store_run (store, statement, error);
}

static gboolean
set_text (EtudeStore *store, const char *sql, const char *id, const char *text, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
  if (!etude_store_run (store, statement, error))
    return FALSE;
  if (sqlite3_changes (etude_store_get_db (store)) > 0)
    return TRUE;
  etude_runs_refuse_unknown (store, id, error);
  return FALSE;
}

static gboolean
insert_row (EtudeStore *store, EtudeRun *run, const char *process, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_insert (store, run, process, error);
  gboolean found;

  if (statement == NULL || !etude_store_row (store, statement, &found, error))
    return FALSE;
  run->number = (guint64) sqlite3_column_int64 (statement, 0);
  return etude_store_run (store, statement, error) && write_document (store, run, error);
}

/**
 * etude_runs_insert:
 * @store: a store in a transaction
 * @run: a run that is about to be trained by this process; it is given its number and colour
 * @error: set when the store refuses; then give up the transaction
 *
 * Returns: whether it was stored
 */
gboolean
etude_runs_insert (EtudeStore *store, EtudeRun *run, GError **error)
{
  const char *process = etude_store_is_read_only (store) ? "" : etude_store_get_process (store, error);
  guint64 number = run->number;

  if (process == NULL)
    return FALSE;
  if (insert_row (store, run, process, error)
      && set_text (store, "UPDATE runs SET colour = ?2 WHERE id = ?1", run->id, etude_runs_colour (run->number), error))
    {
      g_free (run->colour);
      run->colour = g_strdup (etude_runs_colour (run->number));
      return TRUE;
    }
  run->number = number;
  return FALSE;
}

static gboolean
count_marks (EtudeStore *store, const EtudeRun *run, guint *n, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, "SELECT count(*) FROM marks WHERE run = ?1", error);
  gboolean found;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run->number);
  if (!etude_store_row (store, statement, &found, error))
    return FALSE;
  *n = (guint) sqlite3_column_int (statement, 0);
  return TRUE;
}

static gboolean
write_marks (EtudeStore *store, const EtudeRun *run, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  guint from;

  if (run->marks->len == 0)
    return TRUE;
  if (!count_marks (store, run, &from, error))
    return FALSE;
  statement = etude_store_prepare (store, "INSERT INTO marks (run, position, step, kind, factor) VALUES (?1, ?2, ?3, ?4, ?5)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = from; i < run->marks->len; i++)
    {
      const EtudeMark *mark = &g_array_index (run->marks, EtudeMark, i);

      sqlite3_bind_int64 (statement, 1, (gint64) run->number);
      sqlite3_bind_int64 (statement, 2, i);
      sqlite3_bind_int64 (statement, 3, (gint64) mark->step);
      sqlite3_bind_text (statement, 4, etude_mark_kind_id (mark->kind), -1, SQLITE_STATIC);
      sqlite3_bind_double (statement, 5, mark->factor);
      if (!etude_store_run (store, statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * etude_runs_update:
 * @store: a store in a transaction
 * @run: a run that was inserted
 * @error: set when the store refuses; %ETUDE_ERROR_UNKNOWN when it has no such run
 *
 * Stores how far the run is, its numbers and its marks, but no series. Name, note, tags and colour
 * are left alone: a person may have changed them in the store meanwhile.
 *
 * Returns: whether it was stored
 */
gboolean
etude_runs_update (EtudeStore *store, const EtudeRun *run, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_update (store, run, error);

  if (statement == NULL || !etude_store_run (store, statement, error))
    return FALSE;
  if (sqlite3_changes (etude_store_get_db (store)) == 0)
    {
      etude_runs_refuse_unknown (store, run->id, error);
      return FALSE;
    }
  return write_marks (store, run, error);
}

/* Whether nobody trains it: another process may have been quicker to go on with it. */
static gboolean
check_rests (EtudeStore *store, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_select (store, "WHERE id = ?1 AND deleted IS NULL", error);
  g_autoptr (EtudeRunSummary) summary = NULL;
  gboolean found;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  if (!etude_store_row (store, statement, &found, error))
    return FALSE;
  if (!found)
    {
      etude_runs_refuse_unknown (store, id, error);
      return FALSE;
    }
  summary = etude_row_read (statement);
  etude_runs_settle_state (store, summary, etude_row_get_process (statement));
  if (summary->state == ETUDE_RUN_INTERRUPTED || summary->state == ETUDE_RUN_STOPPED)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("run %.8s: found the state “%s”, expected one that was interrupted or stopped"),
               id, etude_run_state_id (summary->state));
  return FALSE;
}

static gboolean
reopen_row (EtudeStore *store, const char *id, GError **error)
{
  const char *process = etude_store_get_process (store, error);

  return process != NULL && check_rests (store, id, error)
         && set_text (store, "UPDATE runs SET state = 'running', weights = NULL, test_loss = NULL, process = ?2 WHERE id = ?1",
                      id, process, error);
}

/**
 * etude_runs_reopen:
 * @store: a store that can be written
 * @run: a run of it that was interrupted or stopped
 * @error: set when it goes on elsewhere, is gone, or the store refuses; then nothing has changed
 *
 * From here on this process trains the run.
 *
 * Returns: whether it does
 */
gboolean
etude_runs_reopen (EtudeStore *store, EtudeRun *run, GError **error)
{
  if (!etude_store_begin (store, error))
    return FALSE;
  if (!reopen_row (store, run->id, error))
    {
      etude_store_roll_back (store);
      return FALSE;
    }
  if (!etude_store_commit (store, error))
    return FALSE;
  etude_run_reopen (run);
  return TRUE;
}

/**
 * etude_runs_save:
 * @store: a store in a transaction
 * @run: a run that came from elsewhere, with an id that the store does not have; it is given a number
 * @error: set when the store refuses; then give up the transaction
 *
 * Stores the run whole, with its own colour.
 *
 * Returns: whether it was stored
 */
gboolean
etude_runs_save (EtudeStore *store, EtudeRun *run, GError **error)
{
  g_auto (GStrv) names = etude_run_list_series (run);

  if (!insert_row (store, run, NULL, error) || !write_marks (store, run, error))
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      EtudeSamplesPosition position = { 0 };

      if (!etude_samples_write (store, run->number, names[i], etude_run_get_series (run, names[i]), &position, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * etude_runs_rename:
 * @store: a store
 * @id: of a run
 * @name: its new title
 * @error: set when there is no such run, or the store refuses
 *
 * Returns: whether it was stored
 */
gboolean
etude_runs_rename (EtudeStore *store, const char *id, const char *name, GError **error)
{
  return set_text (store, "UPDATE runs SET name = ?2 WHERE id = ?1", id, name, error);
}

gboolean
etude_runs_set_note (EtudeStore *store, const char *id, const char *note, GError **error)
{
  return set_text (store, "UPDATE runs SET note = ?2 WHERE id = ?1", id, note, error);
}

/**
 * etude_runs_set_tags:
 * @store: a store
 * @id: of a run
 * @tags: all its tags; a tag has no line break
 * @error: set when there is no such run, or the store refuses
 *
 * Returns: whether it was stored
 */
gboolean
etude_runs_set_tags (EtudeStore *store, const char *id, const char *const *tags, GError **error)
{
  g_autofree char *text = g_strjoinv ("\n", (char **) tags);

  return set_text (store, "UPDATE runs SET tags = ?2 WHERE id = ?1", id, text, error);
}

gboolean
etude_runs_set_colour (EtudeStore *store, const char *id, const char *colour, GError **error)
{
  return set_text (store, "UPDATE runs SET colour = ?2 WHERE id = ?1", id, colour, error);
}

/**
 * etude_runs_delete:
 * @store: a store
 * @id: of a run
 * @error: set when there is no such run, or the store refuses
 *
 * Takes a run out of the list. It stays in the store for a day, so that etude_runs_restore() brings
 * it back as it was.
 *
 * Returns: whether it was deleted
 */
gboolean
etude_runs_delete (EtudeStore *store, const char *id, GError **error)
{
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);

  return set_text (store, "UPDATE runs SET deleted = CAST(?2 AS INTEGER) WHERE id = ?1 AND deleted IS NULL", id, now, error);
}

gboolean
etude_runs_restore (EtudeStore *store, const char *id, GError **error)
{
  return set_text (store, "UPDATE runs SET deleted = NULL WHERE id = ?1 AND deleted IS NOT NULL AND ?2 = ''", id, "", error);
}
