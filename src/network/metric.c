/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/*
 * @n: samples of the class
 * @n_found: samples that were taken for it
 * @n_right: samples that are both
 */
struct _EtudeTallyClass
{
  guint64 n;
  guint64 n_found;
  guint64 n_right;
};

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
 * @of_classes: whether it is measured of classes; else of numbers
 * @rises: whether more is better
 * @value: the metric of what has been tallied
 *
 * One kind of metric: a row of the catalogue with its function.
 */
typedef struct
{
  EtudeKind kind;
  gboolean of_classes;
  gboolean rises;
  double (*value) (const EtudeTally *tally);
} MetricKind;

static double
accuracy (const EtudeTally *tally)
{
  guint64 n_right = 0;

  for (gsize c = 0; c < tally->goal.n_classes; c++)
    n_right += tally->classes[c].n_right;
  return (double) n_right / (double) tally->n;
}

/* Classes without a sample have no share to find. */
static double
balanced_accuracy (const EtudeTally *tally)
{
  double sum = 0;
  gsize n = 0;

  for (gsize c = 0; c < tally->goal.n_classes; c++)
    if (tally->classes[c].n > 0)
      {
        sum += (double) tally->classes[c].n_right / (double) tally->classes[c].n;
        n++;
      }
  return sum / (double) n;
}

/* The harmonic mean of precision and recall; 0 where there is nothing to find and nothing found. */
static double
f1_of_class (const EtudeTallyClass *class)
{
  guint64 n = class->n + class->n_found;

  return n > 0 ? 2 * (double) class->n_right / (double) n : 0;
}

/* As scikit-learn has it: of two classes that of the second, else the mean over those that are there
 * or were found. */
static double
f1 (const EtudeTally *tally)
{
  double sum = 0;
  gsize n = 0;

  if (tally->goal.n_classes == 2)
    return f1_of_class (&tally->classes[1]);
  for (gsize c = 0; c < tally->goal.n_classes; c++)
    {
      sum += f1_of_class (&tally->classes[c]);
      n += tally->classes[c].n + tally->classes[c].n_found > 0;
    }
  return sum / (double) n;
}

static double
area_under_curve (const EtudeTally *tally)
{
  return etude_ranking_area (tally->ranking);
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

#define METRIC(NAME, ID, LABEL, HELP, FORMULA, SOURCE, OF_CLASSES, RISES, FUNCTION) \
  static const MetricKind NAME = { \
    .kind = { .id = ID, .label = LABEL, .help = HELP, .formula = FORMULA, .source = SOURCE }, \
    .of_classes = OF_CLASSES, \
    .rises = RISES, \
    .value = FUNCTION, \
  }

METRIC (metric_accuracy, "accuracy", N_("Accuracy"), N_("Share of samples whose class was found"),
        "mean (ŷ = y)", "sklearn.metrics.accuracy_score", TRUE, TRUE, accuracy);
METRIC (metric_balanced_accuracy, "balanced_accuracy", N_("Balanced Accuracy"),
        N_("Share of the samples of a class that was found, mean over the classes: a rare one counts as much as the others"),
        "mean over c of mean (ŷ = c where y = c)", "sklearn.metrics.balanced_accuracy_score", TRUE, TRUE, balanced_accuracy);
METRIC (metric_f1, "f1", N_("F1"),
        N_("Harmonic mean of precision and recall: of the second of two classes, else the mean over all classes"),
        "2 TP / (2 TP + FP + FN)", "sklearn.metrics.f1_score", TRUE, TRUE, f1);
METRIC (metric_auc, "auc", N_("Area under ROC"),
        N_("How often a sample of the second of two classes gets a higher output than one of the first; "
           "of more classes the mean, each against the others"),
        "mean (z₁ > z₀) + mean (z₁ = z₀) / 2", "sklearn.metrics.roc_auc_score", TRUE, TRUE, area_under_curve);
METRIC (metric_mae, "mae", N_("Mean Absolute Error"), N_("How far off the numbers are on average"),
        "mean |ŷ − y|", "sklearn.metrics.mean_absolute_error", FALSE, FALSE, mean_absolute_error);
METRIC (metric_rmse, "rmse", N_("Root Mean Square Error"), N_("As the mean error, but large errors count more"),
        "√ mean (ŷ − y)²", "sklearn.metrics.mean_squared_error", FALSE, FALSE, root_mean_square_error);
METRIC (metric_r2, "r2", N_("R²"), N_("Share of the variance that is explained; 1 is perfect, 0 no better than the mean"),
        "1 − Σ (ŷ − y)² / Σ (y − mean y)²", "sklearn.metrics.r2_score", FALSE, TRUE, r_squared);

static const EtudeKind *const metric_kinds[] = {
  &metric_accuracy.kind,
  &metric_balanced_accuracy.kind,
  &metric_f1.kind,
  &metric_auc.kind,
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
  static gsize is_listed;
  static const char *lists[2][G_N_ELEMENTS (metric_kinds)];
  static guint n_listed[2];
  guint which = goal->n_classes > 0;

  if (g_once_init_enter (&is_listed))
    {
      for (guint k = 0; metric_kinds[k] != NULL; k++)
        {
          guint list = ((const MetricKind *) metric_kinds[k])->of_classes ? 1 : 0;

          lists[list][n_listed[list]++] = metric_kinds[k]->id;
        }
      g_once_init_leave (&is_listed, 1);
    }
  *n = n_listed[which];
  return lists[which];
}

/**
 * etude_metric_rises:
 * @id: of a kind of #etude_metric_group
 *
 * Returns: whether more of it is better
 */
gboolean
etude_metric_rises (const char *id)
{
  return ((const MetricKind *) etude_group_find (&etude_metric_group, id))->rises;
}

/**
 * etude_tally_init:
 * @self: (out caller-allocates): an empty tally
 * @goal: what the data ask for
 * @with_metrics: whether etude_tally_get_metric() will be asked; else only the loss is kept
 */
void
etude_tally_init (EtudeTally *self, const EtudeGoal *goal, gboolean with_metrics)
{
  *self = (EtudeTally) { .goal = *goal };
  if (!with_metrics)
    return;
  if (goal->n_classes > 0)
    {
      self->classes = g_new0 (EtudeTallyClass, goal->n_classes);
      self->ranking = etude_ranking_new (goal->n_classes);
    }
  else
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
  for (gsize c = 0; self->classes != NULL && c < self->goal.n_classes; c++)
    self->classes[c] = (EtudeTallyClass) { 0 };
  for (gsize c = 0; self->columns != NULL && c < self->goal.n_targets; c++)
    self->columns[c] = (EtudeTallyColumn) { 0 };
  if (self->ranking != NULL)
    etude_ranking_reset (self->ranking);
  self->n = 0;
  self->loss = 0;
  self->weight = 0;
}

void
etude_tally_clear (EtudeTally *self)
{
  g_clear_pointer (&self->classes, g_free);
  g_clear_pointer (&self->ranking, etude_ranking_free);
  g_clear_pointer (&self->columns, g_free);
}

/* The class of the largest output, the first of equals; with one output the second where it is above 0. */
static gsize
find_class (const EtudeReal *outputs, gsize n)
{
  gsize best = 0;

  if (n == 1)
    return outputs[0] > 0;
  for (gsize c = 1; c < n; c++)
    if (outputs[c] > outputs[best])
      best = c;
  return best;
}

/**
 * etude_tally_add_class:
 * @self: a tally
 * @outputs: (array length=n_outputs): what the network gives: a number for each class, or one for the second of two
 * @label: the right class
 *
 * Adds a sample of known class.
 */
void
etude_tally_add_class (EtudeTally *self, const EtudeReal *outputs, gsize n_outputs, gint32 label)
{
  gsize found;

  self->n++;
  if (self->classes == NULL)
    return;
  found = find_class (outputs, n_outputs);
  self->classes[label].n++;
  self->classes[found].n_found++;
  self->classes[label].n_right += found == (gsize) label;
  etude_ranking_add (self->ranking, outputs, n_outputs, label);
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
  for (gsize c = 0; self->columns != NULL && c < self->goal.n_targets; c++)
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
 * @self: a tally with metrics
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
