/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run-json.h"

#include <math.h>

#include "experiment/json.h"

/**
 * etude_cli_add_step:
 * @out: a writer in an object
 * @key: a key
 * @step: its value; %ETUDE_NO_STEP is null
 */
void
etude_cli_add_step (EtudeJsonWriter *out, const char *key, guint64 step)
{
  if (step == ETUDE_NO_STEP)
    etude_json_writer_add_string (out, key, NULL);
  else
    etude_json_writer_add_integer (out, key, (gint64) step);
}

/**
 * etude_cli_add_metrics:
 * @out: a writer in an object
 * @ids: (array length=n): names of metrics
 * @values: (array length=n): their values
 * @n: how many
 *
 * The key “metrics” with an object.
 */
void
etude_cli_add_metrics (EtudeJsonWriter *out, const char *const *ids, const double *values, guint n)
{
  etude_json_writer_key (out, "metrics");
  etude_json_writer_begin_object (out);
  for (guint i = 0; i < n; i++)
    etude_json_writer_add_number (out, ids[i], values[i]);
  etude_json_writer_end_object (out);
}

/**
 * etude_cli_add_best:
 * @out: a writer in an object
 * @step: updates at the best evaluation, or %ETUDE_NO_STEP
 * @validation_loss: the loss there
 *
 * The key “best” with an object.
 */
void
etude_cli_add_best (EtudeJsonWriter *out, guint64 step, double validation_loss)
{
  etude_json_writer_key (out, "best");
  etude_json_writer_begin_object (out);
  etude_cli_add_step (out, "step", step);
  etude_json_writer_add_number (out, "validation_loss", validation_loss);
  etude_json_writer_end_object (out);
}

/**
 * etude_cli_add_mark:
 * @out: a writer in an object
 * @kind: what a mark is of
 * @factor: of the rate; null where the kind has none
 *
 * The keys “kind” and “factor”.
 */
void
etude_cli_add_mark (EtudeJsonWriter *out, EtudeMarkKind kind, double factor)
{
  etude_json_writer_add_string (out, "kind", etude_mark_kind_id (kind));
  etude_json_writer_add_number (out, "factor", kind == ETUDE_MARK_RATE || kind == ETUDE_MARK_PLATEAU ? factor : NAN);
}

static void
add_final (EtudeJsonWriter *out, const EtudeRunSummary *summary)
{
  etude_json_writer_key (out, "final");
  etude_json_writer_begin_object (out);
  etude_json_writer_add_number (out, "loss", summary->loss);
  etude_json_writer_add_number (out, "validation_loss", summary->validation_loss);
  etude_cli_add_metrics (out, summary->metric_ids, summary->metrics, summary->n_metrics);
  etude_json_writer_end_object (out);
}

/**
 * etude_cli_dup_time:
 * @seconds: since 1970
 *
 * Returns: (transfer full) (nullable): the time as in ISO 8601, NULL where there is no such time
 */
char *
etude_cli_dup_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static void
add_summary (EtudeJsonWriter *out, const EtudeRunSummary *summary)
{
  g_autofree char *started = etude_cli_dup_time (summary->started);

  etude_json_writer_add_string (out, "id", summary->id);
  etude_json_writer_add_integer (out, "number", (gint64) summary->number);
  etude_json_writer_add_string (out, "kind", etude_run_kind_id (summary->kind));
  etude_json_writer_add_string (out, "state", etude_run_state_id (summary->state));
  etude_json_writer_add_string (out, "name", summary->name);
  etude_json_writer_add_integer (out, "seed", (gint64) summary->seed);
  etude_json_writer_add_string (out, "hash", summary->hash);
  etude_json_writer_add_string (out, "parent", summary->parent);
  etude_json_writer_add_string (out, "group", summary->group);
  etude_json_writer_add_integer (out, "steps", (gint64) summary->steps);
  etude_json_writer_add_number (out, "epochs", (double) summary->steps / (double) summary->updates_per_epoch);
  add_final (out, summary);
  etude_cli_add_best (out, summary->best_step, summary->best_validation_loss);
  etude_json_writer_key (out, "tags");
  etude_json_writer_begin_array (out);
  for (guint i = 0; summary->tags[i] != NULL; i++)
    etude_json_writer_string (out, summary->tags[i]);
  etude_json_writer_end_array (out);
  etude_json_writer_add_string (out, "note", summary->note);
  etude_json_writer_add_string (out, "colour", summary->colour);
  etude_json_writer_add_string (out, "started", started);
  etude_json_writer_key (out, "time");
  etude_json_writer_begin_object (out);
  etude_json_writer_add_number (out, "seconds", summary->seconds);
  etude_json_writer_end_object (out);
}

static void
add_marks (EtudeJsonWriter *out, const EtudeRun *run)
{
  etude_json_writer_key (out, "marks");
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < run->marks->len; i++)
    {
      const EtudeMark *mark = &g_array_index (run->marks, EtudeMark, i);

      etude_json_writer_begin_object (out);
      etude_cli_add_step (out, "step", mark->step);
      etude_cli_add_mark (out, mark->kind, mark->factor);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
}

static void
add_points (EtudeJsonWriter *out, const EtudeSeries *series)
{
  gsize n;
  const EtudeBucket *buckets = etude_series_get_buckets (series, &n);

  etude_json_writer_key (out, "points");
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < n; i++)
    {
      etude_json_writer_begin_array (out);
      etude_json_writer_integer (out, (gint64) buckets[i].first);
      etude_json_writer_number (out, buckets[i].mean);
      etude_json_writer_end_array (out);
    }
  etude_json_writer_end_array (out);
}

static void
add_series (EtudeJsonWriter *out, const EtudeRun *run)
{
  g_auto (GStrv) names = etude_run_list_series (run);

  etude_json_writer_key (out, "series");
  etude_json_writer_begin_array (out);
  for (guint i = 0; names[i] != NULL; i++)
    {
      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "name", names[i]);
      add_points (out, etude_run_get_series (run, names[i]));
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
}

/**
 * etude_run_json_summary:
 * @out: a writer
 * @summary: what a list shows of a run
 *
 * The object of “runs list”.
 */
void
etude_run_json_summary (EtudeJsonWriter *out, const EtudeRunSummary *summary)
{
  etude_json_writer_begin_object (out);
  add_summary (out, summary);
  etude_json_writer_end_object (out);
}

/**
 * etude_run_json_run:
 * @out: a writer
 * @run: a run with its series
 *
 * The object of “runs show”.
 */
void
etude_run_json_run (EtudeJsonWriter *out, const EtudeRun *run)
{
  g_autoptr (EtudeRunSummary) summary = etude_run_summary_new (run);
  g_autofree char *document = etude_experiment_write_compact (run->experiment);

  etude_json_writer_begin_object (out);
  add_summary (out, summary);
  etude_json_writer_key (out, "document");
  etude_json_writer_raw (out, document);
  add_marks (out, run);
  add_series (out, run);
  etude_json_writer_end_object (out);
}
