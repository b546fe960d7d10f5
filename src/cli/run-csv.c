/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run-csv.h"

#include <math.h>

#include "base/number.h"

/**
 * etude_run_csv_header:
 * @text: what it is appended to
 * @metric_ids: (array length=n_metrics): the columns after the validation loss
 * @n_metrics: how many
 */
void
etude_run_csv_header (GString *text, const char *const *metric_ids, guint n_metrics)
{
  g_string_append (text, "seed,step,epoch,lr,loss,validation_loss");
  for (guint i = 0; i < n_metrics; i++)
    g_string_append_printf (text, ",%s", metric_ids[i]);
  g_string_append_c (text, '\n');
}

static void
append_cell (GString *text, gboolean is_measured, double value)
{
  g_string_append_c (text, ',');
  if (is_measured)
    etude_number_append (text, value);
}

static gboolean
find_metric (const EtudeRun *run, const char *id, guint *index)
{
  for (*index = 0; *index < run->n_metrics; (*index)++)
    if (g_str_equal (run->metric_ids[*index], id))
      return TRUE;
  return FALSE;
}

/**
 * etude_run_csv_row:
 * @text: what it is appended to
 * @run: the run that the row is of
 * @metric_ids: (array length=n_metrics): those of the header
 * @n_metrics: how many
 * @row: the row
 */
void
etude_run_csv_row (GString *text, const EtudeRun *run, const char *const *metric_ids, guint n_metrics,
                   const EtudeRunRow *row)
{
  etude_number_append_integer (text, (gint64) run->seed);
  g_string_append_c (text, ',');
  etude_number_append_integer (text, (gint64) row->step);
  append_cell (text, TRUE, (double) row->step / (double) run->updates_per_epoch);
  append_cell (text, TRUE, row->lr);
  append_cell (text, row->has_loss, row->loss);
  append_cell (text, row->is_evaluated, row->validation_loss);
  for (guint i = 0; i < n_metrics; i++)
    {
      guint k;
      gboolean is_measured = row->is_evaluated && find_metric (run, metric_ids[i], &k);

      append_cell (text, is_measured, is_measured ? row->metrics[k] : NAN);
    }
  g_string_append_c (text, '\n');
}

/* The mean of a bucket. A gap has none, but what broke off a run is its last value, which the
 * series keeps as it was. */
static double
get_value (const EtudeSeries *series, gsize index)
{
  gsize n;
  const EtudeBucket *bucket = &etude_series_get_buckets (series, &n)[index];
  guint64 step;
  double last;

  if (isnan (bucket->mean) && index == n - 1 && etude_series_get_last (series, &step, &last))
    return last;
  return bucket->mean;
}

/* Of the bucket that has the step. */
static double
get_rate (const EtudeRun *run, guint64 step)
{
  gsize after = etude_series_find (run->lr, step + 1);

  return after > 0 ? get_value (run->lr, after - 1) : NAN;
}

static void
set_evaluation (EtudeRunRow *row, const EtudeRun *run, gsize index)
{
  row->is_evaluated = TRUE;
  row->validation_loss = get_value (run->validation_loss, index);
  for (guint i = 0; i < run->n_metrics; i++)
    {
      gsize n;

      etude_series_get_buckets (run->metrics[i], &n);
      row->metrics[i] = index < n ? get_value (run->metrics[i], index) : NAN;
    }
}

/**
 * etude_run_csv_run:
 * @text: what it is appended to
 * @run: a run with its series
 * @metric_ids: (array length=n_metrics): those of the header
 * @n_metrics: how many
 *
 * The rows that “train --csv” printed of the run. Where a series was too long to be kept whole, a
 * row has the mean of the updates from its step on, and an evaluation in between has a row of its
 * own without a loss.
 */
void
etude_run_csv_run (GString *text, const EtudeRun *run, const char *const *metric_ids, guint n_metrics)
{
  gsize n, n_evaluations, next = 0;
  const EtudeBucket *losses = etude_series_get_buckets (run->loss, &n);
  const EtudeBucket *evaluations = etude_series_get_buckets (run->validation_loss, &n_evaluations);

  /* The evaluation before the first update belongs into no row. */
  while (next < n_evaluations && evaluations[next].first == 0)
    next++;
  for (gsize i = 0; i < n; i++)
    {
      guint64 end = i + 1 < n ? losses[i + 1].first : G_MAXUINT64;
      EtudeRunRow row = { .step = losses[i].first, .has_loss = TRUE, .loss = get_value (run->loss, i) };

      row.lr = get_rate (run, row.step);
      if (next < n_evaluations && evaluations[next].first - 1 == row.step)
        set_evaluation (&row, run, next++);
      etude_run_csv_row (text, run, metric_ids, n_metrics, &row);
      for (; next < n_evaluations && evaluations[next].first - 1 < end; next++)
        {
          EtudeRunRow between = { .step = evaluations[next].first - 1, .loss = NAN };

          between.lr = get_rate (run, between.step);
          set_evaluation (&between, run, next);
          etude_run_csv_row (text, run, metric_ids, n_metrics, &between);
        }
    }
}
