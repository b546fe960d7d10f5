/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row-private.h"

#include <math.h>

#include "base/number.h"
#include "network/metric.h"

/* The columns in the order of their numbers, from 1 in statements that write and from 0 in those
 * that read. */
#define COLUMNS \
  "id, kind, state, name, seed, hash, parent, batch, n_steps, updates_per_epoch, steps, lr, loss, train_loss, " \
  "validation_loss, test_loss, metric_ids, metric_values, best_step, best_validation_loss, diverged_at, weights, " \
  "started, seconds, note, tags, colour, process"

enum
{
  ID, KIND, STATE, NAME, SEED, HASH, PARENT, BATCH, N_STEPS, UPDATES_PER_EPOCH, STEPS, LR, LOSS, TRAIN_LOSS,
  VALIDATION_LOSS, TEST_LOSS, METRIC_IDS, METRIC_VALUES, BEST_STEP, BEST_VALIDATION_LOSS, DIVERGED_AT, WEIGHTS,
  STARTED, SECONDS, NOTE, TAGS, COLOUR, PROCESS, NUMBER, DELETED
};

/* Writing. */

static void
bind_text (sqlite3_stmt *statement, int column, const char *text)
{
  sqlite3_bind_text (statement, column + 1, text, -1, SQLITE_TRANSIENT);
}

static void
bind_integer (sqlite3_stmt *statement, int column, guint64 value)
{
  sqlite3_bind_int64 (statement, column + 1, (gint64) value);
}

/* NaN becomes NULL. */
static void
bind_real (sqlite3_stmt *statement, int column, double value)
{
  sqlite3_bind_double (statement, column + 1, value);
}

static void
bind_step (sqlite3_stmt *statement, int column, guint64 step)
{
  if (step == ETUDE_NO_STEP)
    sqlite3_bind_null (statement, column + 1);
  else
    bind_integer (statement, column, step);
}

static void
bind_metrics (sqlite3_stmt *statement, const EtudeRun *run)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; i < run->n_metrics; i++)
    {
      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", run->metric_ids[i]);
      g_string_append (values, i > 0 ? " " : "");
      etude_number_append (values, run->final.metrics[i]);
    }
  bind_text (statement, METRIC_IDS, ids->str);
  bind_text (statement, METRIC_VALUES, values->str);
}

static void
bind_tags (sqlite3_stmt *statement, const EtudeRun *run)
{
  g_autoptr (GString) tags = g_string_new (NULL);

  for (guint i = 0; i < run->tags->len; i++)
    g_string_append_printf (tags, "%s%s", i > 0 ? "\n" : "", (const char *) run->tags->pdata[i]);
  bind_text (statement, TAGS, tags->str);
}

/* What changes while a run trains. */
static void
bind_progress (sqlite3_stmt *statement, const EtudeRun *run)
{
  bind_text (statement, ID, run->id);
  bind_text (statement, STATE, etude_run_state_id (run->state));
  bind_integer (statement, STEPS, run->steps);
  bind_real (statement, LOSS, run->final.loss);
  bind_real (statement, TRAIN_LOSS, run->final_train_loss);
  bind_real (statement, VALIDATION_LOSS, run->final.validation_loss);
  bind_real (statement, TEST_LOSS, run->final.test_loss);
  bind_metrics (statement, run);
  bind_step (statement, BEST_STEP, run->best_step);
  bind_real (statement, BEST_VALIDATION_LOSS, run->best_validation_loss);
  bind_step (statement, DIVERGED_AT, run->diverged_at);
  bind_text (statement, WEIGHTS, run->weights);
  bind_real (statement, SECONDS, run->seconds);
}

/**
 * etude_row_prepare_insert:
 * @process: (nullable): the lock of the process that trains it
 *
 * A statement that inserts the run and gives its number.
 */
sqlite3_stmt *
etude_row_prepare_insert (EtudeStore *store, const EtudeRun *run, const char *process, GError **error)
{
  sqlite3_stmt *statement
      = etude_store_prepare (store, "INSERT INTO runs (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                                    " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)"
                                    " RETURNING number", error);
  const double *lr = etude_experiment_rate (run->experiment);

  if (statement == NULL)
    return NULL;
  bind_progress (statement, run);
  bind_text (statement, KIND, etude_run_kind_id (run->kind));
  bind_text (statement, NAME, run->name);
  bind_integer (statement, SEED, run->seed);
  bind_text (statement, HASH, run->hash);
  bind_text (statement, PARENT, run->parent);
  bind_text (statement, BATCH, run->group);
  bind_integer (statement, N_STEPS, run->n_steps);
  bind_integer (statement, UPDATES_PER_EPOCH, run->updates_per_epoch);
  bind_real (statement, LR, lr != NULL ? *lr : NAN);
  bind_integer (statement, STARTED, (guint64) run->started);
  bind_text (statement, NOTE, run->note);
  bind_tags (statement, run);
  bind_text (statement, COLOUR, run->colour);
  bind_text (statement, PROCESS, process);
  return statement;
}

/**
 * etude_row_prepare_update:
 *
 * A statement that stores how far the run is; what a person says of a run is left alone, for it may
 * have been said meanwhile.
 */
sqlite3_stmt *
etude_row_prepare_update (EtudeStore *store, const EtudeRun *run, GError **error)
{
  sqlite3_stmt *statement
      = etude_store_prepare (store, "UPDATE runs SET state = ?3, steps = ?11, loss = ?13, train_loss = ?14,"
                                    " validation_loss = ?15, test_loss = ?16, metric_ids = ?17, metric_values = ?18,"
                                    " best_step = ?19, best_validation_loss = ?20, diverged_at = ?21, weights = ?22,"
                                    " seconds = ?24, process = CASE ?3 WHEN 'running' THEN process END"
                                    " WHERE id = ?1", error);

  if (statement != NULL)
    bind_progress (statement, run);
  return statement;
}

/* Reading. */

/**
 * etude_row_prepare_select:
 * @clause: what comes after the name of the table
 */
sqlite3_stmt *
etude_row_prepare_select (EtudeStore *store, const char *clause, GError **error)
{
  g_autofree char *sql = g_strconcat ("SELECT " COLUMNS ", number, deleted FROM runs ", clause, NULL);

  return etude_store_prepare (store, sql, error);
}

static const char *
get_text (sqlite3_stmt *statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

/* A file may hold anything: what is shown is UTF-8. */
static char *
dup_text (sqlite3_stmt *statement, int column)
{
  const char *text = get_text (statement, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static char *
dup_text_or_empty (sqlite3_stmt *statement, int column)
{
  char *text = dup_text (statement, column);

  return text != NULL ? text : g_strdup ("");
}

static guint64
get_count (sqlite3_stmt *statement, int column)
{
  return (guint64) MAX (sqlite3_column_int64 (statement, column), 0);
}

static guint64
get_step (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? ETUDE_NO_STEP : get_count (statement, column);
}

static double
get_real (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double (statement, column);
}

static void
read_metrics (sqlite3_stmt *statement, EtudeRunSummary *summary)
{
  const char *ids = get_text (statement, METRIC_IDS), *values = get_text (statement, METRIC_VALUES);
  g_auto (GStrv) each_id = g_strsplit (ids != NULL ? ids : "", " ", -1);
  g_auto (GStrv) each_value = g_strsplit (values != NULL ? values : "", " ", -1);

  for (guint i = 0; each_id[i] != NULL && each_value[i] != NULL && summary->n_metrics < ETUDE_MAX_METRICS; i++)
    {
      const EtudeKind *metric = etude_group_find (&etude_metric_group, each_id[i]);
      double value;

      if (metric == NULL)
        continue;
      if (!etude_number_read (each_value[i], &value))
        value = NAN;
      summary->metric_ids[summary->n_metrics] = metric->id;
      summary->metrics[summary->n_metrics++] = value;
    }
}

static GStrv
read_tags (sqlite3_stmt *statement)
{
  g_autofree char *tags = dup_text_or_empty (statement, TAGS);

  return *tags != '\0' ? g_strsplit (tags, "\n", -1) : g_new0 (char *, 1);
}

static gboolean
is_colour (const char *text)
{
  return text != NULL && text[0] == '#' && strlen (text) == 7 && strspn (text + 1, "0123456789abcdefABCDEF") == 6;
}

/**
 * etude_row_read:
 * @statement: one of etude_row_prepare_select(), on a row
 *
 * Returns: (transfer full): what the row says; where that makes no sense, something harmless
 */
EtudeRunSummary *
etude_row_read (sqlite3_stmt *statement)
{
  EtudeRunSummary *self = g_new0 (EtudeRunSummary, 1);
  const char *kind = get_text (statement, KIND), *state = get_text (statement, STATE);

  self->id = dup_text_or_empty (statement, ID);
  self->number = get_count (statement, NUMBER);
  if (kind == NULL || !etude_run_kind_from_id (kind, &self->kind))
    self->kind = ETUDE_RUN_TRAIN;
  if (state == NULL || !etude_run_state_from_id (state, &self->state))
    self->state = ETUDE_RUN_FAILED;
  self->name = dup_text_or_empty (statement, NAME);
  self->seed = get_count (statement, SEED);
  self->hash = dup_text_or_empty (statement, HASH);
  self->parent = dup_text (statement, PARENT);
  self->group = dup_text (statement, BATCH);
  self->n_steps = get_count (statement, N_STEPS);
  self->updates_per_epoch = MAX (get_count (statement, UPDATES_PER_EPOCH), 1);
  self->steps = get_count (statement, STEPS);
  self->lr = get_real (statement, LR);
  self->loss = get_real (statement, LOSS);
  self->validation_loss = get_real (statement, VALIDATION_LOSS);
  read_metrics (statement, self);
  self->best_step = get_step (statement, BEST_STEP);
  self->best_validation_loss = get_real (statement, BEST_VALIDATION_LOSS);
  self->diverged_at = get_step (statement, DIVERGED_AT);
  self->started = sqlite3_column_int64 (statement, STARTED);
  self->seconds = get_real (statement, SECONDS);
  self->deleted = sqlite3_column_int64 (statement, DELETED);
  self->note = dup_text_or_empty (statement, NOTE);
  self->tags = read_tags (statement);
  self->colour = is_colour (get_text (statement, COLOUR)) ? dup_text (statement, COLOUR) : g_strdup ("#3584e4");
  return self;
}

/**
 * etude_row_read_rest:
 *
 * What a run has and a summary has not.
 */
void
etude_row_read_rest (sqlite3_stmt *statement, EtudeRun *run)
{
  run->final_train_loss = get_real (statement, TRAIN_LOSS);
  run->final.test_loss = get_real (statement, TEST_LOSS);
  run->weights = dup_text (statement, WEIGHTS);
}

/**
 * etude_row_get_process:
 *
 * Returns: (transfer none) (nullable): the lock of the process that trains it, until the next row
 */
const char *
etude_row_get_process (sqlite3_stmt *statement)
{
  return get_text (statement, PROCESS);
}
