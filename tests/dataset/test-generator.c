/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "dataset/generator.h"

/* A data set of @id with parameters as typed: key, value, …, NULL. */
static EtudeDataset *
load (GError **error, const char *id, ...)
{
  const EtudeKind *kind = etude_group_find (&etude_dataset_group, id);
  EtudeObject object;
  EtudeDataset *dataset;
  const char *key;
  va_list arguments;

  g_assert_nonnull (kind);
  etude_object_init (&object, kind);
  va_start (arguments, id);
  while ((key = va_arg (arguments, const char *)) != NULL)
    {
      const EtudeParam *param = etude_kind_find_param (kind, key);
      GError *refused = NULL;

      g_assert_nonnull (param);
      etude_param_read (param, va_arg (arguments, const char *), etude_param_field (param, object.data), &refused);
      g_assert_no_error (refused);
    }
  va_end (arguments);
  dataset = etude_dataset_load (&object, NULL, NULL, error);
  etude_object_clear (&object);
  return dataset;
}

static void
check_classes (const EtudeDataset *dataset)
{
  g_autofree gsize *counts = g_new (gsize, dataset->n_classes);

  g_assert_cmpuint (g_strv_length (dataset->class_names), ==, dataset->n_classes);
  etude_dataset_count_classes (dataset, counts);
  for (gsize c = 0; c < dataset->n_classes; c++)
    g_assert_cmpuint (counts[c], >, 0);
}

/* Every kind that knows its size has it, finite inputs, and labels in range and no empty class, or finite targets. */
static void
test_table (void)
{
  for (guint i = 0; etude_dataset_group.kinds[i] != NULL; i++)
    {
      g_autoptr (EtudeDataset) dataset = NULL;
      GError *error = NULL;
      EtudeObject object;
      gsize n;

      etude_object_init (&object, etude_dataset_group.kinds[i]);
      if (etude_dataset_count (&object, &n))
        {
          dataset = etude_dataset_load (&object, NULL, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (dataset->n_samples, ==, n);
          g_assert_cmpstr (dataset->kind, ==, object.kind->id);
          g_assert_cmpuint (dataset->n_columns, ==, dataset->n_inputs + 1);
          for (gsize k = 0; k < n * dataset->n_inputs; k++)
            g_assert_true (isfinite (dataset->inputs[k]));
          if (dataset->task == ETUDE_TASK_CLASSIFICATION)
            check_classes (dataset);
          else
            for (gsize k = 0; k < n; k++)
              g_assert_true (isfinite (dataset->targets[k]));
        }
      etude_object_clear (&object);
    }
}

static void
test_moons (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "moons", "samples", "101", "noise", "0", NULL);
  gsize counts[2];

  etude_dataset_count_classes (dataset, counts);
  g_assert_cmpuint (counts[0], ==, 50);
  g_assert_cmpuint (counts[1], ==, 51);
  for (gsize i = 0; i < 101; i++)
    {
      double x = dataset->inputs[2 * i], y = dataset->inputs[2 * i + 1];

      if (dataset->labels[i] == 0)
        g_assert_cmpfloat_with_epsilon (x * x + y * y, 1, 1e-6);
      else
        g_assert_cmpfloat_with_epsilon ((x - 1) * (x - 1) + (y - 0.5) * (y - 0.5), 1, 1e-6);
      g_assert_true (dataset->labels[i] == 0 ? y >= -1e-6 : y <= 0.5 + 1e-6);
    }
}

static void
test_circles (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "circles", "noise", "0", "factor", "0.25", NULL);

  for (gsize i = 0; i < dataset->n_samples; i++)
    g_assert_cmpfloat_with_epsilon (hypot (dataset->inputs[2 * i], dataset->inputs[2 * i + 1]),
                                    dataset->labels[i] == 0 ? 1 : 0.25, 1e-6);
}

static void
test_spiral (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "spiral", "samples", "302", "noise", "0", "classes", "3",
                                           "turns", "2", NULL);
  gsize counts[3];

  etude_dataset_count_classes (dataset, counts);
  g_assert_cmpuint (counts[0], ==, 101);
  g_assert_cmpuint (counts[1], ==, 101);
  g_assert_cmpuint (counts[2], ==, 100);
  /* The radius tells how far along the arm a point is, and so its angle. */
  for (gsize i = 0; i < 302; i++)
    {
      double x = dataset->inputs[2 * i], y = dataset->inputs[2 * i + 1], r = hypot (x, y);
      double angle = 2 * G_PI * (2 * r / 5 + dataset->labels[i] / 3.0);

      g_assert_cmpfloat (r, <, 5);
      g_assert_cmpfloat_with_epsilon (x, r * sin (angle), 1e-4);
      g_assert_cmpfloat_with_epsilon (y, r * cos (angle), 1e-4);
    }
}

static void
test_xor (void)
{
  g_autoptr (EtudeDataset) clean = load (NULL, "xor", "noise", "0", NULL);
  g_autoptr (EtudeDataset) noisy = load (NULL, "xor", "noise", "1", NULL);
  gsize wrong = 0;

  for (gsize i = 0; i < clean->n_samples; i++)
    {
      float x = clean->inputs[2 * i], y = clean->inputs[2 * i + 1];

      g_assert_cmpint (clean->labels[i], ==, x * y >= 0);
      g_assert_cmpfloat (MIN (fabsf (x), fabsf (y)), >=, 0.3f);
      g_assert_cmpfloat (MAX (fabsf (x), fabsf (y)), <=, 5.3f);
      wrong += noisy->labels[i] != (noisy->inputs[2 * i] * noisy->inputs[2 * i + 1] >= 0);
    }
  /* Noise of 1 mislabels where one coordinate is within about one unit of an axis. */
  g_assert_cmpuint (wrong, >, 50);
  g_assert_cmpuint (wrong, <, 300);
}

static void
test_blobs (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "blobs", "samples", "30000", "classes", "3", "features", "5",
                                           "std", "0.5", NULL);
  double sum[3] = { 0 }, squares[3] = { 0 };

  g_assert_cmpuint (dataset->n_inputs, ==, 5);
  g_assert_cmpstr (dataset->columns[4].name, ==, "x5");
  for (gsize i = 0; i < 30000; i++)
    sum[dataset->labels[i]] += dataset->inputs[5 * i + 2];
  for (gsize i = 0; i < 30000; i++)
    {
      double distance = dataset->inputs[5 * i + 2] - sum[dataset->labels[i]] / 10000;

      squares[dataset->labels[i]] += distance * distance;
    }
  for (guint c = 0; c < 3; c++)
    {
      g_assert_cmpfloat (fabs (sum[c] / 10000), <, 10.1);
      g_assert_cmpfloat_with_epsilon (sqrt (squares[c] / 10000), 0.5, 0.02);
    }
}

/* Noise has the standard deviation that was asked for, on a stream of its own. */
static void
test_noise (void)
{
  g_autoptr (EtudeDataset) clean = load (NULL, "circles", "samples", "20000", "noise", "0", NULL);
  g_autoptr (EtudeDataset) noisy = load (NULL, "circles", "samples", "20000", "noise", "0.3", NULL);
  double squares = 0;

  g_assert_cmpmem (clean->labels, 20000 * sizeof (gint32), noisy->labels, 20000 * sizeof (gint32));
  for (gsize i = 0; i < 40000; i++)
    squares += pow (noisy->inputs[i] - clean->inputs[i], 2);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / 40000), 0.3, 0.006);
}

static void
test_seed (void)
{
  static const char *const ids[] = { "moons", "circles", "spiral", "xor", "blobs" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (EtudeDataset) a = load (NULL, ids[i], "seed", "5", NULL);
      g_autoptr (EtudeDataset) b = load (NULL, ids[i], "seed", "5", NULL);
      g_autoptr (EtudeDataset) c = load (NULL, ids[i], "seed", "6", NULL);
      gsize size = a->n_samples * a->n_inputs * sizeof (float);

      g_assert_cmpmem (a->inputs, size, b->inputs, size);
      g_assert_cmpmem (a->labels, a->n_samples * sizeof (gint32), b->labels, b->n_samples * sizeof (gint32));
      g_assert_cmpint (memcmp (a->inputs, c->inputs, size), !=, 0);
    }
}

static void
test_too_few (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (&error, "blobs", "samples", "2", NULL));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, "dataset.samples: found 2, expected at least 3, one for each class");
}

static void
test_iris (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "iris", NULL);
  static const double means[] = { 5.843333, 3.057333, 3.758, 1.199333 };
  static const double sds[] = { 0.825301, 0.434411, 1.759404, 0.759693 };
  double number;
  gsize counts[3];

  g_assert_cmpuint (dataset->n_samples, ==, 150);
  g_assert_cmpuint (dataset->n_inputs, ==, 4);
  etude_dataset_count_classes (dataset, counts);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (counts[i], ==, 50);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpfloat_with_epsilon (dataset->columns[i].mean, means[i], 1e-5);
      g_assert_cmpfloat_with_epsilon (dataset->columns[i].sd, sds[i], 1e-5);
    }
  g_assert_cmpuint (dataset->columns[0].distinct, ==, 35);
  g_assert_cmpuint (dataset->columns[4].distinct, ==, 3);
  g_assert_null (etude_dataset_get_cell (dataset, 0, 0, &number));
  g_assert_cmpfloat (number, ==, 5.1);
  g_assert_cmpstr (etude_dataset_get_cell (dataset, 149, 4, &number), ==, "virginica");
  g_assert_cmpstr (dataset->target, ==, "species");
}

static void
test_digits (void)
{
  g_autoptr (EtudeDataset) dataset = load (NULL, "digits", NULL);
  static const gsize expected[] = { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 };
  gsize counts[10];
  double sum = 0;

  g_assert_cmpuint (dataset->n_samples, ==, 1797);
  g_assert_cmpuint (dataset->n_inputs, ==, 64);
  etude_dataset_count_classes (dataset, counts);
  g_assert_cmpmem (counts, sizeof counts, expected, sizeof expected);
  for (gsize i = 0; i < 1797 * 64; i++)
    sum += dataset->inputs[i];
  g_assert_cmpfloat (sum, ==, 561718);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  EtudeObject object;

  etude_object_init (&object, etude_group_find (&etude_dataset_group, "moons"));
  g_cancellable_cancel (cancellable);
  g_assert_null (etude_dataset_load (&object, NULL, cancellable, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_CANCELLED);
  etude_object_clear (&object);
}

/* Without noise the targets are the function, and the gap is empty. */
static void
test_functions (void)
{
  g_autoptr (EtudeDataset) sine = load (NULL, "sine_gap", "noise", "0", NULL);
  g_autoptr (EtudeDataset) plane = load (NULL, "plane", "noise", "0", NULL);
  g_autoptr (EtudeDataset) cubic = load (NULL, "polynomial", "noise", "0", "degree", "3", NULL);
  g_autoptr (EtudeDataset) noisy = load (NULL, "line", "noise", "0.5", "samples", "10000", NULL);
  double sum = 0, squares = 0;

  g_assert_cmpint (sine->task, ==, ETUDE_TASK_REGRESSION);
  g_assert_cmpstr (sine->target, ==, "y");
  for (gsize i = 0; i < 1000; i++)
    {
      double x = sine->inputs[i], t = cubic->inputs[i];

      g_assert_cmpfloat (fabs (x), >=, 0.25);
      g_assert_cmpfloat (fabs (x), <=, 1);
      g_assert_cmpfloat_with_epsilon (sine->targets[i], sin (2 * G_PI * x), 1e-6);
      g_assert_cmpfloat_with_epsilon (plane->targets[i], plane->inputs[2 * i] + plane->inputs[2 * i + 1], 1e-6);
      g_assert_cmpfloat_with_epsilon (cubic->targets[i], 4 * t * t * t - 3 * t, 1e-5);
    }
  for (gsize i = 0; i < 10000; i++)
    {
      double rest = noisy->targets[i] - (2 * noisy->inputs[i] + 1);

      sum += rest;
      squares += rest * rest;
    }
  /* Five standard errors: once in two million seeds, and the seed is fixed. */
  g_assert_cmpfloat_with_epsilon (sum / 10000, 0, 5 * 0.5 / 100);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / 10000), 0.5, 5 * 0.5 / sqrt (20000));
}

static gpointer
load_in_thread (gpointer id)
{
  return load (NULL, id, NULL);
}

/* Several threads may load at once, the bundled sets for the first time included. */
static void
test_threads (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", load_in_thread, (gpointer) (i % 2 ? "digits" : "spiral"));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (EtudeDataset) dataset = g_thread_join (threads[i]);

      g_assert_cmpuint (dataset->n_samples, ==, i % 2 ? 1797 : 1000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/generator/threads", test_threads);
  g_test_add_func ("/generator/table", test_table);
  g_test_add_func ("/generator/moons", test_moons);
  g_test_add_func ("/generator/circles", test_circles);
  g_test_add_func ("/generator/spiral", test_spiral);
  g_test_add_func ("/generator/xor", test_xor);
  g_test_add_func ("/generator/blobs", test_blobs);
  g_test_add_func ("/generator/functions", test_functions);
  g_test_add_func ("/generator/noise", test_noise);
  g_test_add_func ("/generator/seed", test_seed);
  g_test_add_func ("/generator/too-few", test_too_few);
  g_test_add_func ("/generator/iris", test_iris);
  g_test_add_func ("/generator/digits", test_digits);
  g_test_add_func ("/generator/cancel", test_cancel);
  return g_test_run ();
}
