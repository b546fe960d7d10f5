/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/runs.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "experiment/json.h"
#include "store/row-private.h"
#include "store/runs-private.h"
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

/* Reading. */

static void
settle_state (EtudeStore *store, EtudeRunSummary *summary, const char *process)
{
  if (summary->state == ETUDE_RUN_RUNNING && !etude_store_is_process_alive (store, process))
    summary->state = ETUDE_RUN_INTERRUPTED;
}

static GPtrArray *
list (EtudeStore *store, const char *clause, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_select (store, clause, error);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_summary_free);
  gboolean found = TRUE;

  if (statement == NULL)
    return NULL;
  while (found)
    {
      EtudeRunSummary *summary;

      if (!etude_store_row (store, statement, &found, error))
        return NULL;
      if (!found)
        break;
      summary = etude_row_read (statement);
      settle_state (store, summary, etude_row_get_process (statement));
      g_ptr_array_add (runs, summary);
    }
  return g_steal_pointer (&runs);
}

/**
 * etude_runs_list:
 * @store: a store
 * @error: set when it cannot be read
 *
 * All runs that are not deleted, the newest first, without documents and series. A run whose
 * process is gone is interrupted.
 *
 * Returns: (transfer full) (nullable) (element-type EtudeRunSummary): the runs
 */
GPtrArray *
etude_runs_list (EtudeStore *store, GError **error)
{
  return list (store, "WHERE deleted IS NULL ORDER BY number DESC", error);
}

/**
 * etude_runs_list_deleted:
 *
 * Those that were deleted and can be restored, the last deleted first.
 *
 * Returns: (transfer full) (nullable) (element-type EtudeRunSummary): the runs
 */
GPtrArray *
etude_runs_list_deleted (EtudeStore *store, GError **error)
{
  return list (store, "WHERE deleted IS NOT NULL ORDER BY deleted DESC, number DESC", error);
}

static void
refuse_unknown (EtudeStore *store, const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN,
               _("run “%s”: found none with this id or number, expected one that “runs list” shows"), valid);
}

/* The id that a statement with one parameter finds; its second column is how many there are. */
static gboolean
find_one (EtudeStore *store, const char *sql, const char *text, char **id, int *n, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, sql, error);
  gboolean found;

  if (statement == NULL)
    return FALSE;
  if (sqlite3_bind_parameter_count (statement) > 0)
    sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
  if (!etude_store_row (store, statement, &found, error))
    return FALSE;
  *n = found ? sqlite3_column_int (statement, 1) : 0;
  g_free (*id);
  *id = *n > 0 ? g_strdup ((const char *) sqlite3_column_text (statement, 0)) : NULL;
  return TRUE;
}

/* A number that a run had stays its number when the run is gone: “delete 1” twice must not take
 * another run whose id begins so. */
static gboolean
was_number_given (EtudeStore *store, const char *number, gboolean *was_given, GError **error)
{
  g_autofree char *id = NULL;
  int n;

  if (!find_one (store, "SELECT '', 1 FROM sqlite_sequence WHERE name = 'runs'"
                        " AND CAST(?1 AS INTEGER) BETWEEN 1 AND seq", number, &id, &n, error))
    return FALSE;
  *was_given = n > 0;
  return TRUE;
}

/**
 * etude_runs_find:
 * @store: a store
 * @text: the beginning of an id that only one run has, the number of a run, or “last”; what is a
 *   number that was ever given is taken for one
 * @deleted: whether to look among the deleted runs
 * @error: set to what was found
 *
 * Returns: (transfer full) (nullable): the id
 */
char *
etude_runs_find (EtudeStore *store, const char *text, gboolean deleted, GError **error)
{
  const char *among = deleted ? "deleted IS NOT NULL" : "deleted IS NULL";
  g_autofree char *last = g_strdup_printf ("SELECT id, 1 FROM runs WHERE %s ORDER BY deleted DESC, number DESC LIMIT 1", among);
  g_autofree char *by_number = g_strdup_printf ("SELECT id, 1 FROM runs WHERE number = CAST(?1 AS INTEGER) AND %s", among);
  g_autofree char *by_prefix = g_strdup_printf ("SELECT min(id), count(*) FROM runs WHERE id >= ?1 AND id < ?1 || 'g' AND %s", among);
  g_autofree char *lower = g_ascii_strdown (text, -1);
  gsize length = strlen (lower);
  g_autofree char *id = NULL;
  int n = 0;

  if (g_str_equal (lower, "last"))
    {
      if (!find_one (store, last, NULL, &id, &n, error))
        return NULL;
    }
  else if (length > 0 && length <= 16 && strspn (lower, "0123456789abcdef") == length)
    {
      gboolean was_given = FALSE;

      if (length < 16 && strspn (lower, "0123456789") == length
          && (!find_one (store, by_number, lower, &id, &n, error)
              || !was_number_given (store, lower, &was_given, error)))
        return NULL;
      if (n == 0 && !was_given && !find_one (store, by_prefix, lower, &id, &n, error))
        return NULL;
    }
  if (n == 1)
    return g_steal_pointer (&id);
  if (n > 1)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN,
                 _("run “%s”: found %d runs whose ids begin so, expected one"), text, n);
  else
    refuse_unknown (store, text, error);
  return NULL;
}

static EtudeExperiment *
read_document (EtudeStore *store, guint64 number, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_store_prepare (store, "SELECT text FROM documents WHERE run = ?1", error);
  g_autofree char *place = g_strdup_printf (_("run %zu"), (gsize) number);
  g_autofree char *text = NULL;
  EtudeExperiment *experiment;
  gboolean found;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64) number);
  if (!etude_store_row (store, statement, &found, error))
    return NULL;
  text = found ? g_strdup ((const char *) sqlite3_column_text (statement, 0)) : NULL;
  if (text == NULL)
    {
      etude_store_set_damaged (store, place, error);
      return NULL;
    }
  experiment = etude_experiment_read (text, (gssize) strlen (text), place, error);
  if (experiment == NULL)
    g_prefix_error (error, "%s: ", store->shown);
  return experiment;
}

static gboolean
mark_kind_from_id (const char *id, EtudeMarkKind *kind)
{
  for (guint i = ETUDE_MARK_RATE; i <= ETUDE_MARK_DIVERGED; i++)
    if (g_strcmp0 (etude_mark_kind_id ((EtudeMarkKind) i), id) == 0)
      {
        *kind = (EtudeMarkKind) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_marks (EtudeStore *store, EtudeRun *run, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = etude_store_prepare (store, "SELECT step, kind, factor FROM marks WHERE run = ?1 ORDER BY position", error);
  gboolean found = TRUE;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) run->number);
  while (found)
    {
      EtudeMark mark;

      if (!etude_store_row (store, statement, &found, error))
        return FALSE;
      if (!found || !mark_kind_from_id ((const char *) sqlite3_column_text (statement, 1), &mark.kind))
        continue;
      mark.step = (guint64) sqlite3_column_int64 (statement, 0);
      mark.factor = sqlite3_column_type (statement, 2) == SQLITE_NULL ? NAN : sqlite3_column_double (statement, 2);
      g_array_append_val (run->marks, mark);
    }
  return TRUE;
}

static gboolean
read_series (EtudeStore *store, EtudeRun *run, GError **error)
{
  g_auto (GStrv) names = etude_run_list_series (run);

  for (guint i = 0; names[i] != NULL; i++)
    {
      EtudeSeries *series = etude_samples_read (store, run->number, names[i], error);

      if (series == NULL)
        return FALSE;
      etude_run_take_series (run, names[i], series);
    }
  return TRUE;
}

static void
replace (char **field, char **value)
{
  g_free (*field);
  *field = g_steal_pointer (value);
}

static EtudeRun *
run_from_summary (EtudeRunSummary *summary, const EtudeExperiment *experiment)
{
  EtudeRun *run = etude_run_new (experiment, summary->seed);

  replace (&run->id, &summary->id);
  replace (&run->name, &summary->name);
  replace (&run->hash, &summary->hash);
  replace (&run->parent, &summary->parent);
  replace (&run->group, &summary->group);
  replace (&run->note, &summary->note);
  replace (&run->colour, &summary->colour);
  run->number = summary->number;
  run->kind = summary->kind;
  run->state = summary->state;
  etude_run_plan (run, summary->n_steps, summary->updates_per_epoch, summary->metric_ids, summary->n_metrics);
  run->steps = run->final.step = summary->steps;
  run->final.loss = summary->loss;
  run->final.validation_loss = summary->validation_loss;
  memcpy (run->final.metrics, summary->metrics, summary->n_metrics * sizeof (double));
  run->best_step = summary->best_step;
  run->best_validation_loss = summary->best_validation_loss;
  run->diverged_at = summary->diverged_at;
  run->started = summary->started;
  run->seconds = summary->seconds;
  for (guint i = 0; summary->tags[i] != NULL; i++)
    g_ptr_array_add (run->tags, g_strdup (summary->tags[i]));
  return run;
}

/* The run that the statement finds. */
static EtudeRun *
load (EtudeStore *store, sqlite3_stmt *statement, const char *asked, GError **error)
{
  g_autoptr (EtudeRunSummary) summary = NULL;
  g_autoptr (EtudeExperiment) experiment = NULL;
  g_autoptr (EtudeRun) run = NULL;
  gboolean found;

  if (!etude_store_row (store, statement, &found, error))
    return NULL;
  if (!found)
    {
      refuse_unknown (store, asked, error);
      return NULL;
    }
  summary = etude_row_read (statement);
  settle_state (store, summary, etude_row_get_process (statement));
  experiment = read_document (store, summary->number, error);
  if (experiment == NULL)
    return NULL;
  run = run_from_summary (summary, experiment);
  etude_row_read_rest (statement, run);
  if (!read_marks (store, run, error) || !read_series (store, run, error))
    return NULL;
  return g_steal_pointer (&run);
}

/**
 * etude_runs_load:
 * @store: a store
 * @id: all of an id; deleted runs are found too
 * @error: set when there is none, or when it cannot be read or makes no sense
 *
 * Returns: (transfer full) (nullable): the run with its document, marks and series
 */
EtudeRun *
etude_runs_load (EtudeStore *store, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_select (store, "WHERE id = ?1", error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  return load (store, statement, id, error);
}

/**
 * etude_runs_load_number:
 *
 * As etude_runs_load(), past the index of ids, and not the deleted ones.
 */
EtudeRun *
etude_runs_load_number (EtudeStore *store, guint64 number, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = etude_row_prepare_select (store, "WHERE number = ?1 AND deleted IS NULL", error);
  g_autofree char *asked = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64) number);
  return load (store, statement, asked, error);
}

/**
 * etude_runs_is_id:
 * @text: from a file of somebody else
 */
gboolean
etude_runs_is_id (const char *text)
{
  return strlen (text) == 16 && strspn (text, "0123456789abcdef") == 16;
}

/* Writing. */

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
  refuse_unknown (store, id, error);
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
      refuse_unknown (store, run->id, error);
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
      refuse_unknown (store, id, error);
      return FALSE;
    }
  summary = etude_row_read (statement);
  settle_state (store, summary, etude_row_get_process (statement));
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
