/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "dataset/dataset-private.h"
#include "dataset/prepare.h"

/* A data set of @n samples of two inputs whose classes have the given numbers of samples, in order. */
static EtudeDataset *
make_classes (const gsize *counts, gsize n_classes)
{
  EtudeDataset *dataset = etude_dataset_new ("test");
  gsize n = 0, at = 0;
  EtudeRandom random;

  for (gsize c = 0; c < n_classes; c++)
    n += counts[c];
  g_assert_true (etude_dataset_allocate (dataset, n, 2, ETUDE_TASK_CLASSIFICATION, n_classes, NULL));
  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  for (gsize c = 0; c < n_classes; c++)
    for (gsize i = 0; i < counts[c]; i++, at++)
      {
        dataset->labels[at] = (gint32) c;
        dataset->inputs[2 * at] = (float) (3 + 5 * etude_random_normal (&random));
        dataset->inputs[2 * at + 1] = 7;
      }
  return dataset;
}

static EtudeDataset *
make_numbers (const float *inputs, gsize n)
{
  EtudeDataset *dataset = etude_dataset_new ("test");

  g_assert_true (etude_dataset_allocate (dataset, n, 1, ETUDE_TASK_REGRESSION, 0, NULL));
  memcpy (dataset->inputs, inputs, n * sizeof *inputs);
  for (gsize i = 0; i < n; i++)
    dataset->targets[i] = 100 * inputs[i];
  return dataset;
}

static void
test_counts (void)
{
  static const struct { gsize n; double validation, test; gsize n_train, n_validation, n_test; } cases[] = {
    { 1000, 0.3, 0, 700, 300, 0 },   { 150, 0.3, 0.2, 75, 45, 30 }, { 5, 0.3, 0, 3, 2, 0 },
    { 5, 0.1, 0.1, 3, 1, 1 },        { 1, 0, 0, 1, 0, 0 },          { 1, 0.49, 0, 1, 0, 0 },
    { 1797, 0.3, 0, 1258, 539, 0 },  { 3, 0.5, 0.1666, 1, 2, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeDatasetCommon how = { .validation = cases[i].validation, .test = cases[i].test };
      EtudeSplit split;

      g_assert_true (etude_split_count (cases[i].n, &how, &split, NULL));
      g_assert_cmpuint (split.n_train, ==, cases[i].n_train);
      g_assert_cmpuint (split.n_validation, ==, cases[i].n_validation);
      g_assert_cmpuint (split.n_test, ==, cases[i].n_test);
    }
}

static void
test_nothing_left (void)
{
  EtudeDatasetCommon how = { .validation = 0.6, .test = 0.4 };
  g_autoptr (GError) error = NULL;
  EtudeSplit split;

  g_assert_false (etude_split_count (10, &how, &split, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==,
                   "dataset.validation: found 0.6 and a test share of 0.4, expected shares that leave "
                   "at least one of the 10 samples to train on");
}

static void
count_part (const EtudePart *part, gsize *counts, gsize n_classes)
{
  memset (counts, 0, n_classes * sizeof *counts);
  for (gsize i = 0; i < part->n; i++)
    counts[part->labels[i]]++;
}

/* 100 samples as 50, 31, 19: 30 % are 15, 9.3, 5.7 and the largest remainder gets the one left. */
static void
test_largest_remainders (void)
{
  static const gsize sizes[] = { 50, 31, 19 };
  static const gsize validation[] = { 15, 9, 6 }, test[] = { 5, 3, 2 }, train[] = { 30, 19, 11 };
  g_autoptr (EtudeDataset) dataset = make_classes (sizes, 3);
  EtudeDatasetCommon how = { .validation = 0.3, .test = 0.1, .stratify = TRUE, .seed = 4 };
  g_autoptr (EtudePrepared) prepared = etude_prepare (dataset, &how, NULL);
  gsize counts[3];

  count_part (&prepared->validation, counts, 3);
  g_assert_cmpmem (counts, sizeof counts, validation, sizeof validation);
  count_part (&prepared->test, counts, 3);
  g_assert_cmpmem (counts, sizeof counts, test, sizeof test);
  count_part (&prepared->train, counts, 3);
  g_assert_cmpmem (counts, sizeof counts, train, sizeof train);
}

/* Every sample is in one part, each part has its size, no class is off its share by one or more. */
static void
test_split (void)
{
  EtudeRandom random;

  etude_random_init (&random, 2, ETUDE_STREAM_SAMPLE);
  for (guint round = 0; round < 300; round++)
    {
      gsize n_classes = 1 + etude_random_below (&random, 6), sizes[6], counts[6];
      EtudeDatasetCommon how = { .validation = 0.6 * etude_random_uniform (&random),
                                 .test = 0.3 * etude_random_uniform (&random),
                                 .stratify = round % 3 != 0, .scaling = round % 4, .seed = round };
      g_autoptr (EtudeDataset) dataset = NULL;
      g_autoptr (EtudePrepared) prepared = NULL;
      g_autofree guint8 *seen = NULL;
      EtudeSplit split;

      for (gsize c = 0; c < n_classes; c++)
        sizes[c] = 1 + etude_random_below (&random, 40);
      dataset = make_classes (sizes, n_classes);
      if (!etude_split_count (dataset->n_samples, &how, &split, NULL))
        continue;
      prepared = etude_prepare (dataset, &how, NULL);
      g_assert_cmpuint (prepared->train.n, ==, split.n_train);
      g_assert_cmpuint (prepared->validation.n, ==, split.n_validation);
      g_assert_cmpuint (prepared->test.n, ==, split.n_test);
      seen = g_new0 (guint8, dataset->n_samples);
      for (guint p = 0; p < 3; p++)
        {
          const EtudePart *part = p == 0 ? &prepared->train : p == 1 ? &prepared->validation : &prepared->test;

          for (gsize i = 0; i < part->n; i++)
            {
              gsize row = part->rows[i];

              g_assert_cmpuint (seen[row]++, ==, 0);
              g_assert_cmpint (part->labels[i], ==, dataset->labels[row]);
              g_assert_cmpfloat (part->inputs[2 * i], ==,
                                 (float) ((dataset->inputs[2 * row] - prepared->offset[0]) * prepared->factor[0]));
            }
        }
      for (gsize i = 0; i < dataset->n_samples; i++)
        g_assert_cmpuint (seen[i], ==, 1);
      count_part (&prepared->validation, counts, n_classes);
      for (gsize c = 0; c < n_classes && how.stratify; c++)
        g_assert_cmpfloat (fabs ((double) counts[c] - (double) (split.n_validation * sizes[c])
                                                        / (double) dataset->n_samples), <, 1);
    }
}

static void
test_seed (void)
{
  static const gsize sizes[] = { 40, 60 };
  g_autoptr (EtudeDataset) dataset = make_classes (sizes, 2);
  EtudeDatasetCommon how = { .validation = 0.3, .stratify = TRUE, .scaling = ETUDE_SCALING_STANDARD, .seed = 9 };
  g_autoptr (EtudePrepared) a = etude_prepare (dataset, &how, NULL);
  g_autoptr (EtudePrepared) b = etude_prepare (dataset, &how, NULL);
  g_autoptr (EtudePrepared) c = NULL;

  how.seed = 10;
  c = etude_prepare (dataset, &how, NULL);
  g_assert_cmpmem (a->train.rows, 70 * sizeof (guint32), b->train.rows, 70 * sizeof (guint32));
  g_assert_cmpmem (a->train.inputs, 140 * sizeof (float), b->train.inputs, 140 * sizeof (float));
  g_assert_cmpint (memcmp (a->train.rows, c->train.rows, 70 * sizeof (guint32)), !=, 0);
}

/* Expected: numpy 1.24 on 1, 2, 4, 8, 16, all of them in the training part. */
static void
test_scaling (void)
{
  static const float inputs[] = { 1, 2, 4, 8, 16 };
  static const struct { EtudeScaling scaling; double offset, spread; } cases[] = {
    { ETUDE_SCALING_NONE, 0, 1 },
    { ETUDE_SCALING_STANDARD, 6.2, 5.455272678794342 },
    { ETUDE_SCALING_MINMAX, 1, 15 },
    { ETUDE_SCALING_ROBUST, 4, 6 },
  };
  g_autoptr (EtudeDataset) dataset = make_numbers (inputs, 5);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeDatasetCommon how = { .scaling = cases[i].scaling };
      g_autoptr (EtudePrepared) prepared = etude_prepare (dataset, &how, NULL);

      g_assert_cmpfloat_with_epsilon (prepared->offset[0], cases[i].offset, 1e-12);
      g_assert_cmpfloat_with_epsilon (prepared->factor[0], 1 / cases[i].spread, 1e-12);
      for (gsize k = 0; k < 5; k++)
        {
          g_assert_cmpfloat (prepared->train.targets[k], ==, 100 * inputs[prepared->train.rows[k]]);
          g_assert_cmpfloat_with_epsilon (prepared->train.inputs[k],
                                          (inputs[prepared->train.rows[k]] - cases[i].offset) / cases[i].spread, 1e-6);
        }
    }
}

/* What the other parts hold does not move the scale. */
static void
test_fitted_on_train (void)
{
  static const gsize sizes[] = { 200 };
  g_autoptr (EtudeDataset) dataset = make_classes (sizes, 1);

  for (guint scaling = ETUDE_SCALING_STANDARD; scaling <= ETUDE_SCALING_ROBUST; scaling++)
    {
      EtudeDatasetCommon how = { .validation = 0.3, .test = 0.2, .scaling = scaling };
      g_autoptr (EtudePrepared) before = etude_prepare (dataset, &how, NULL);
      g_autoptr (EtudePrepared) after = NULL;

      for (gsize i = 0; i < before->validation.n; i++)
        dataset->inputs[2 * before->validation.rows[i]] *= 1000;
      after = etude_prepare (dataset, &how, NULL);
      g_assert_cmpfloat (before->offset[0], ==, after->offset[0]);
      g_assert_cmpfloat (before->factor[0], ==, after->factor[0]);
      /* The second input is constant: it is divided by 1. */
      g_assert_cmpfloat (after->factor[1], ==, 1);
      g_assert_cmpfloat (after->train.inputs[1], ==, 0);
    }
}

static void
test_standard_train (void)
{
  static const gsize sizes[] = { 500 };
  g_autoptr (EtudeDataset) dataset = make_classes (sizes, 1);
  EtudeDatasetCommon how = { .validation = 0.3, .scaling = ETUDE_SCALING_STANDARD };
  g_autoptr (EtudePrepared) prepared = etude_prepare (dataset, &how, NULL);
  double sum = 0, squares = 0;

  for (gsize i = 0; i < prepared->train.n; i++)
    {
      sum += prepared->train.inputs[2 * i];
      squares += pow (prepared->train.inputs[2 * i], 2);
    }
  g_assert_cmpfloat_with_epsilon (sum / (double) prepared->train.n, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (squares / (double) prepared->train.n, 1, 1e-6);
}

static void
test_no_memory (void)
{
  static const gsize sizes[] = { 1000 };
  g_autoptr (EtudeDataset) dataset = make_classes (sizes, 1);
  EtudeDatasetCommon how = { .validation = 0.3 };
  g_autoptr (GError) error = NULL;

  etude_memory_set_limit (1024);
  g_assert_null (etude_prepare (dataset, &how, &error));
  etude_memory_set_limit (0);
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prepare/counts", test_counts);
  g_test_add_func ("/prepare/nothing-left", test_nothing_left);
  g_test_add_func ("/prepare/largest-remainders", test_largest_remainders);
  g_test_add_func ("/prepare/split", test_split);
  g_test_add_func ("/prepare/seed", test_seed);
  g_test_add_func ("/prepare/scaling", test_scaling);
  g_test_add_func ("/prepare/fitted-on-train", test_fitted_on_train);
  g_test_add_func ("/prepare/standard-train", test_standard_train);
  g_test_add_func ("/prepare/no-memory", test_no_memory);
  return g_test_run ();
}
