/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/prepare.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "base/real.h"

typedef enum
{
  VALIDATION,
  TEST,
  TRAIN,
  N_PARTS,
} Which;

/**
 * etude_split_count:
 * @n_samples: samples of the data set
 * @how: the shares
 * @split: (out): samples of each part
 * @error: set when nothing is left to train on
 *
 * Validation and test get floor (share · n + 0.5), the rest trains.
 *
 * Returns: whether something is left to train on
 */
gboolean
etude_split_count (gsize n_samples, const EtudeDatasetCommon *how, EtudeSplit *split, GError **error)
{
  double n = (double) n_samples;
  double n_validation = floor (how->validation * n + 0.5);
  double n_test = floor (how->test * n + 0.5);

  if (!(n_validation + n_test < n))
    {
      char validation[ETUDE_NUMBER_SIZE], test[ETUDE_NUMBER_SIZE];

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("dataset.validation: found %s and a test share of %s, expected shares that leave "
                     "at least one of the %zu samples to train on"),
                   etude_number_write (validation, how->validation), etude_number_write (test, how->test),
                   n_samples);
      return FALSE;
    }
  split->n_validation = (gsize) n_validation;
  split->n_test = (gsize) n_test;
  split->n_train = n_samples - split->n_validation - split->n_test;
  return TRUE;
}

/* Gives @total places to the groups: each the whole part of its share total · n_c / n, then one
 * more to those with the largest remainders, the first of equals first. @left is what a group has
 * not given away yet; none gives more. */
static void
apportion (gsize total, const gsize *counts, gsize *left, gsize n_groups, gsize n, gsize *places)
{
  g_autofree double *remainders = g_new (double, n_groups);
  gsize given = 0;

  for (gsize c = 0; c < n_groups; c++)
    {
      /* Exact: whole numbers below 2^64 in a wide product, and the remainder is a whole number. */
      __extension__ unsigned __int128 product = (unsigned __int128) total * counts[c];

      places[c] = MIN ((gsize) (product / n), left[c]);
      remainders[c] = (double) (product % n);
      given += places[c];
    }
  while (given < total)
    {
      gsize best = n_groups;

      for (gsize c = 0; c < n_groups; c++)
        if (places[c] < left[c] && (best == n_groups || remainders[c] > remainders[best]))
          best = c;
      g_assert (best < n_groups);
      places[best]++;
      remainders[best] -= (double) n;
      given++;
    }
  for (gsize c = 0; c < n_groups; c++)
    left[c] -= places[c];
}

static gboolean
allocate_part (EtudePart *part, const EtudeDataset *dataset, gsize n, GError **error)
{
  part->n = 0;
  if (dataset->bytes != NULL)
    part->bytes = etude_memory_try_new (n * dataset->n_inputs, 1, _("The inputs of a part"), error);
  else
    part->inputs = etude_memory_try_new (n * dataset->n_inputs, sizeof (float), _("The scaled inputs"), error);
  part->rows = part->inputs != NULL || part->bytes != NULL
                 ? etude_memory_try_new (n, sizeof (guint32), _("The rows of a part"), error) : NULL;
  if (part->rows == NULL)
    return FALSE;
  if (dataset->task == ETUDE_TASK_CLASSIFICATION)
    return (part->labels = etude_memory_try_new (n, sizeof (gint32), _("The classes of a part"), error)) != NULL;
  part->targets = etude_memory_try_new (n * dataset->n_targets, sizeof (float), _("The targets of a part"), error);
  return part->targets != NULL;
}

/* Deals the rows in random order: of each class the first to validation, the next to test. */
static gboolean
split_rows (EtudePrepared *self, const EtudeDatasetCommon *how, const EtudeSplit *split, GError **error)
{
  const EtudeDataset *dataset = self->dataset;
  gboolean by_class = how->stratify && dataset->task == ETUDE_TASK_CLASSIFICATION;
  gsize n_groups = by_class ? dataset->n_classes : 1;
  g_autofree gsize *counts = g_new0 (gsize, n_groups);
  g_autofree gsize *left = NULL;
  g_autofree gsize *places = g_new0 (gsize, N_PARTS * n_groups);
  EtudePart *parts[N_PARTS] = { &self->validation, &self->test, &self->train };
  EtudeRandom random;
  guint32 *order = etude_memory_try_new (dataset->n_samples, sizeof (guint32), _("The split"), error);

  if (order == NULL)
    return FALSE;
  if (by_class)
    etude_dataset_count_classes (dataset, counts);
  else
    counts[0] = dataset->n_samples;
  left = g_memdup2 (counts, n_groups * sizeof *counts);
  apportion (split->n_validation, counts, left, n_groups, dataset->n_samples, places);
  apportion (split->n_test, counts, left, n_groups, dataset->n_samples, places + n_groups);
  memcpy (places + TRAIN * n_groups, left, n_groups * sizeof *left);

  for (gsize i = 0; i < dataset->n_samples; i++)
    order[i] = (guint32) i;
  etude_random_init (&random, how->seed, ETUDE_STREAM_SPLIT);
  etude_random_permute (&random, order, dataset->n_samples);
  for (gsize i = 0; i < dataset->n_samples; i++)
    {
      gsize group = by_class ? (gsize) dataset->labels[order[i]] : 0;
      Which which = VALIDATION;

      while (places[which * n_groups + group] == 0)
        which++;
      places[which * n_groups + group]--;
      parts[which]->rows[parts[which]->n++] = order[i];
    }
  etude_memory_free (order);
  return TRUE;
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* Quantile @q of sorted numbers, linear between neighbours (the default of numpy.percentile, which
 * scikit-learn's RobustScaler uses). */
static double
quantile (const float *sorted, gsize n, double q)
{
  double at = q * (double) (n - 1);
  gsize below = (gsize) floor (at);
  gsize above = MIN (below + 1, n - 1);
  double share = at - (double) below;

  return (double) sorted[below] + share * ((double) sorted[above] - (double) sorted[below]);
}

/* Sets offset and factor of one input from its values in the training part. */
static void
fit (guint scaling, float *values, gsize n, double *offset, double *factor)
{
  double sum = 0, squares = 0, min = INFINITY, max = -INFINITY, spread = 1;

  for (gsize i = 0; i < n; i++)
    {
      min = MIN (min, (double) values[i]);
      max = MAX (max, (double) values[i]);
      sum += values[i];
    }
  *offset = 0;
  if (scaling == ETUDE_SCALING_STANDARD)
    {
      *offset = min < max ? sum / (double) n : min;
      for (gsize i = 0; i < n; i++)
        squares += (values[i] - *offset) * (values[i] - *offset);
      spread = sqrt (squares / (double) n);
    }
  else if (scaling == ETUDE_SCALING_MINMAX)
    {
      *offset = min;
      spread = max - min;
    }
  else if (scaling == ETUDE_SCALING_ROBUST)
    {
      qsort (values, n, sizeof *values, compare_floats);
      *offset = quantile (values, n, 0.5);
      spread = quantile (values, n, 0.75) - quantile (values, n, 0.25);
    }
  *factor = spread > 0 ? 1 / spread : 1;
}

static gboolean
fit_scaling (EtudePrepared *self, guint scaling, GError **error)
{
  gsize n = self->train.n;
  float *values = etude_memory_try_new (n, sizeof (float), _("The scaling"), error);

  if (values == NULL)
    return FALSE;
  for (gsize k = 0; k < self->n_inputs; k++)
    {
      for (gsize i = 0; i < n; i++)
        values[i] = etude_dataset_get_input (self->dataset, self->train.rows[i], k);
      fit (scaling, values, n, &self->offset[k], &self->factor[k]);
    }
  etude_memory_free (values);
  return TRUE;
}

static float
scale (const EtudePrepared *self, gsize k, float value)
{
  return etude_scale_input ((double) value, self->offset[k], self->factor[k]);
}

static void
gather_inputs (const EtudePrepared *self, EtudePart *part, gsize i)
{
  const EtudeDataset *dataset = self->dataset;
  gsize n = self->n_inputs, row = part->rows[i];

  if (part->bytes != NULL)
    {
      memcpy (part->bytes + i * n, dataset->bytes + row * n, n);
      return;
    }
  for (gsize k = 0; k < n; k++)
    part->inputs[i * n + k] = scale (self, k, dataset->inputs[row * n + k]);
}

static void
gather (const EtudePrepared *self, EtudePart *part)
{
  const EtudeDataset *dataset = self->dataset;

  part->offset = self->offset;
  part->factor = self->factor;
  for (gsize i = 0; i < part->n; i++)
    {
      gsize row = part->rows[i];

      gather_inputs (self, part, i);
      if (part->labels != NULL)
        part->labels[i] = dataset->labels[row];
      for (gsize k = 0; k < dataset->n_targets; k++)
        part->targets[i * dataset->n_targets + k] = dataset->targets[row * dataset->n_targets + k];
    }
}

/**
 * etude_prepare:
 * @dataset: (transfer none): what is split; a reference to it is kept
 * @how: shares, scaling and seed
 * @error: set when nothing is left to train on, or there is no memory
 *
 * Splits at random by the seed of the data, each class with the same share by largest remainders
 * where @how asks for it, and scales all parts by what is measured on the training part alone.
 * Standard divides by the population deviation; an input that is constant there is divided by 1.
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the parts
 */
EtudePrepared *
etude_prepare (EtudeDataset *dataset, const EtudeDatasetCommon *how, GError **error)
{
  g_autoptr (EtudePrepared) self = NULL;
  EtudeSplit split;

  if (!etude_split_count (dataset->n_samples, how, &split, error))
    return NULL;
  self = g_atomic_rc_box_new0 (EtudePrepared);
  self->dataset = etude_dataset_ref (dataset);
  self->n_inputs = dataset->n_inputs;
  self->offset = etude_memory_try_new (self->n_inputs, sizeof (double), _("The scaling"), error);
  self->factor = self->offset != NULL
                   ? etude_memory_try_new (self->n_inputs, sizeof (double), _("The scaling"), error) : NULL;
  if (self->factor == NULL
      || !allocate_part (&self->train, dataset, split.n_train, error)
      || !allocate_part (&self->validation, dataset, split.n_validation, error)
      || !allocate_part (&self->test, dataset, split.n_test, error)
      || !split_rows (self, how, &split, error)
      || !fit_scaling (self, how->scaling, error))
    return NULL;
  gather (self, &self->train);
  gather (self, &self->validation);
  gather (self, &self->test);
  return g_steal_pointer (&self);
}

static void
clear_part (EtudePart *part)
{
  etude_memory_free (part->inputs);
  etude_memory_free (part->bytes);
  etude_memory_free (part->labels);
  etude_memory_free (part->targets);
  etude_memory_free (part->rows);
}

static void
clear_prepared (gpointer data)
{
  EtudePrepared *self = data;

  clear_part (&self->train);
  clear_part (&self->validation);
  clear_part (&self->test);
  etude_memory_free (self->offset);
  etude_memory_free (self->factor);
  etude_dataset_unref (self->dataset);
}

/**
 * etude_prepared_get_inputs:
 * @self: data
 * @part: one of their parts
 * @row: a sample of it
 * @inputs: (out caller-allocates) (array): its n_inputs inputs, scaled
 */
void
etude_prepared_get_inputs (const EtudePrepared *self, const EtudePart *part, gsize row, float *inputs)
{
  for (gsize k = 0; k < self->n_inputs; k++)
    inputs[k] = part->bytes != NULL ? scale (self, k, part->bytes[row * self->n_inputs + k])
                                    : part->inputs[row * self->n_inputs + k];
}

EtudePrepared *
etude_prepared_ref (EtudePrepared *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
etude_prepared_unref (EtudePrepared *self)
{
  g_atomic_rc_box_release_full (self, clear_prepared);
}
