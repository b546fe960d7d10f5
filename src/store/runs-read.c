/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs as they come out of a store: listed, found by what a person types, and whole. */
#include "store/runs-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "experiment/json.h"
#include "store/row-private.h"
#include "store/samples.h"

void
etude_runs_settle_state (EtudeStore *store, EtudeRunSummary *summary, const char *process)
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
      etude_runs_settle_state (store, summary, etude_row_get_process (statement));
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

void
etude_runs_refuse_unknown (EtudeStore *store, const char *text, GError **error)
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
    etude_runs_refuse_unknown (store, text, error);
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
      etude_runs_refuse_unknown (store, asked, error);
      return NULL;
    }
  summary = etude_row_read (statement);
  etude_runs_settle_state (store, summary, etude_row_get_process (statement));
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
