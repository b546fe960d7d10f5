/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Sums of one column of numbers. Targets are taken from the first one, so that their variance does
 * not cancel where they are far from zero. */
struct _EtudeTallyColumn
{
  double absolute;
  double square;
  double first;
  double sum;
  double sum_square;
};

/**
 * MetricKind:
 * @value: the metric of what has been tallied
 *
 * One kind of metric: a row of the catalogue with its function.
 */
typedef struct
{
  EtudeKind kind;
  double (*value) (const EtudeTally *tally);
} MetricKind;

static double
accuracy (const EtudeTally *tally)
{
  return (double) tally->n_right / (double) tally->n;
}

static double
mean_absolute_error (const EtudeTally *tally)
{
  double sum = 0;

  for (gsize c = 0; c < tally->goal.n_targets; c++)
    sum += tally->columns[c].absolute;
  return sum / ((double) tally->n * (double) tally->goal.n_targets);
}

static double
root_mean_square_error (const EtudeTally *tally)
{
  double sum = 0;

  for (gsize c = 0; c < tally->goal.n_targets; c++)
    sum += tally->columns[c].square;
  return sqrt (sum / ((double) tally->n * (double) tally->goal.n_targets));
}

/* Share of the variance that is explained, mean over the columns. A constant column counts 1 where
 * it is met exactly, else 0. */
static double
r_squared (const EtudeTally *tally)
{
  double sum = 0;

  if (tally->n < 2)
    return NAN;
  for (gsize c = 0; c < tally->goal.n_targets; c++)
    {
      const EtudeTallyColumn *column = &tally->columns[c];
      double total = column->sum_square - column->sum * column->sum / (double) tally->n;

      if (total > 0)
        sum += 1 - column->square / total;
      else
        sum += column->square == 0 ? 1 : isnan (column->square) ? NAN : 0;
    }
  return sum / (double) tally->goal.n_targets;
}

#define METRIC(NAME, ID, LABEL, HELP, FORMULA, SOURCE, FUNCTION) \
  static const MetricKind NAME = { \
    .kind = { .id = ID, .label = LABEL, .help = HELP, .formula = FORMULA, .source = SOURCE }, \
    .value = FUNCTION, \
  }

METRIC (metric_accuracy, "accuracy", N_("Accuracy"), N_("Share of samples whose class was found"),
        "mean (ŷ = y)", "sklearn.metrics.accuracy_score", accuracy);
METRIC (metric_mae, "mae", N_("Mean Absolute Error"), N_("How far off the numbers are on average"),
        "mean |ŷ − y|", "sklearn.metrics.mean_absolute_error", mean_absolute_error);
METRIC (metric_rmse, "rmse", N_("Root Mean Square Error"), N_("As the mean error, but large errors count more"),
        "√ mean (ŷ − y)²", "sklearn.metrics.mean_squared_error", root_mean_square_error);
METRIC (metric_r2, "r2", N_("R²"), N_("Share of the variance that is explained; 1 is perfect, 0 no better than the mean"),
        "1 − Σ (ŷ − y)² / Σ (y − mean y)²", "sklearn.metrics.r2_score", r_squared);

static const EtudeKind *const metric_kinds[] = {
  &metric_accuracy.kind,
  &metric_mae.kind,
  &metric_rmse.kind,
  &metric_r2.kind,
  NULL
};

const EtudeGroup etude_metric_group = {
  .id = "metric", .label = N_("Metric"), .path = "metrics", .kinds = metric_kinds
};

/**
 * etude_metric_ids:
 * @goal: what the data ask for
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): ids of the metrics that are measured, in the order of the catalogue
 */
const char *const *
etude_metric_ids (const EtudeGoal *goal, guint *n)
{
  static const char *const of_classes[] = { "accuracy" };
  static const char *const of_numbers[] = { "mae", "rmse", "r2" };

  *n = goal->n_classes > 0 ? G_N_ELEMENTS (of_classes) : G_N_ELEMENTS (of_numbers);
  return goal->n_classes > 0 ? of_classes : of_numbers;
}

/**
 * etude_tally_init:
 * @self: (out caller-allocates): an empty tally
 * @goal: what the data ask for
 */
void
etude_tally_init (EtudeTally *self, const EtudeGoal *goal)
{
  *self = (EtudeTally) { .goal = *goal };
  self->columns = g_new0 (EtudeTallyColumn, goal->n_targets);
}

/**
 * etude_tally_reset:
 * @self: a tally
 *
 * Empties it.
 */
void
etude_tally_reset (EtudeTally *self)
{
  EtudeTallyColumn *columns = self->columns;

  for (gsize c = 0; c < self->goal.n_targets; c++)
    columns[c] = (EtudeTallyColumn) { 0 };
  *self = (EtudeTally) { .goal = self->goal, .columns = columns };
}

void
etude_tally_clear (EtudeTally *self)
{
  g_clear_pointer (&self->columns, g_free);
}

/**
 * etude_tally_add_class:
 * @self: a tally
 * @found: the class that the network gives
 * @label: the right one
 *
 * Adds a sample of known class.
 */
void
etude_tally_add_class (EtudeTally *self, gint32 found, gint32 label)
{
  self->n++;
  self->n_right += found == label;
}

/**
 * etude_tally_add_numbers:
 * @self: a tally
 * @found: (array): what the network gives, n_targets numbers
 * @targets: (array): the right ones
 *
 * Adds a sample of known numbers.
 */
void
etude_tally_add_numbers (EtudeTally *self, const EtudeReal *found, const EtudeReal *targets)
{
  for (gsize c = 0; c < self->goal.n_targets; c++)
    {
      EtudeTallyColumn *column = &self->columns[c];
      double error = (double) found[c] - (double) targets[c];
      double target;

      if (self->n == 0)
        column->first = targets[c];
      target = (double) targets[c] - column->first;
      column->absolute += fabs (error);
      column->square += error * error;
      column->sum += target;
      column->sum_square += target * target;
    }
  self->n++;
}

/**
 * etude_tally_get_loss:
 * @self: a tally
 *
 * Returns: the mean loss, as PyTorch weighs samples; NaN without samples
 */
double
etude_tally_get_loss (const EtudeTally *self)
{
  return self->loss / self->weight;
}

/**
 * etude_tally_get_metric:
 * @self: a tally
 * @id: one of those that etude_metric_ids() lists for its goal
 *
 * Returns: the metric; NaN without samples
 */
double
etude_tally_get_metric (const EtudeTally *self, const char *id)
{
  const EtudeKind *kind = etude_group_find (&etude_metric_group, id);

  g_return_val_if_fail (kind != NULL, NAN);
  return self->n > 0 ? ((const MetricKind *) kind)->value (self) : NAN;
}
