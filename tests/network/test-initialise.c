/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What initialisers draw, in float and in double. Seeds are fixed, so a test passes always or never;
 * the bounds are those that a right initialiser misses once in a thousand seeds or less, and beside each
 * stands what a wrong one would have to differ by at least to be found nearly always.
 */
#include <math.h>

#include "base/memory.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"

#define N_DRAWS 100000
#define FAN_IN 20
#define FAN_OUT 30

#ifdef ETUDE_DOUBLE
#define RIGHT_ANGLE 1e-13
#else
#define RIGHT_ANGLE 5e-7
#endif

typedef double (*Distribution) (double x);

static void
read_initialiser (EtudeObject *object, const char *id, const char *settings)
{
  g_auto (GStrv) pair = g_strsplit (settings, "=", 2);
  const EtudeParam *param;

  etude_object_init (object, etude_group_find (&etude_initialiser_group, id));
  if (pair[0] == NULL)
    return;
  param = etude_kind_find_param (object->kind, pair[0]);
  g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, object->data), NULL));
}

static void
fill (const char *id, const char *settings, guint64 seed, gsize n_rows, gsize n_columns, gsize fan_in, gsize fan_out,
      EtudeReal *weights)
{
  EtudeInitialiser initialiser;
  EtudeRandom random;
  EtudeObject object;

  read_initialiser (&object, id, settings);
  etude_initialiser_init (&initialiser, &object, fan_in, fan_out);
  etude_random_init (&random, seed, ETUDE_STREAM_INITIALISE);
  etude_initialiser_fill (&initialiser, &random, n_rows, n_columns, weights);
  etude_object_clear (&object);
}

/* Of deviation 1. */
static double
normal (double x)
{
  return 0.5 * erfc (-x * M_SQRT1_2);
}

static double
uniform (double x)
{
  return CLAMP (0.5 + x / sqrt (12), 0, 1);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  return *(const double *) a < *(const double *) b ? -1 : *(const double *) a > *(const double *) b;
}

/* Kolmogorov’s and Smirnov’s: 1.95 / √n is passed once in a thousand; a distribution function that is
 * off by 3 / √n, 1 % of 100,000 draws, is found. */
static void
check_distribution (double *values, gsize n, Distribution distribution)
{
  double most = 0;

  qsort (values, n, sizeof *values, compare_numbers);
  for (gsize i = 0; i < n; i++)
    {
      double expected = distribution (values[i]);

      most = MAX (most, MAX (fabs ((double) (i + 1) / (double) n - expected), fabs ((double) i / (double) n - expected)));
    }
  g_assert_cmpfloat (most, <, 1.95 / sqrt ((double) n));
}

/* The bounds are 4 deviations of what is estimated: found are a mean off by 2 % of the deviation, a
 * deviation off by 1.5 % (0.3 % is its error), and neighbours correlated by 0.02. */
static void
check_moments (const EtudeReal *weights, double deviation)
{
  double sum = 0, square = 0, product = 0;

  for (gsize i = 0; i < N_DRAWS; i++)
    {
      sum += weights[i];
      square += (double) weights[i] * weights[i];
      product += (double) weights[i] * weights[(i + 1) % N_DRAWS];
    }
  g_assert_cmpfloat (fabs (sum / N_DRAWS), <, 4 * deviation / sqrt (N_DRAWS));
  g_assert_cmpfloat_with_epsilon (sqrt (square / N_DRAWS), deviation, 4 * deviation / sqrt (2 * N_DRAWS));
  g_assert_cmpfloat (fabs (product / square), <, 4 / sqrt (N_DRAWS));
}

/* For 20 inputs and 30 outputs; the formulas are those of torch.nn.init. */
static void
test_distributions (void)
{
  static const struct { const char *id, *settings; double deviation; Distribution distribution; } cases[] = {
    { "xavier_uniform", "", 0.2, uniform },
    { "xavier_uniform", "gain=2", 0.4, uniform },
    { "xavier_normal", "", 0.2, normal },
    { "kaiming_uniform", "", 0.31622776601683794, uniform },
    { "kaiming_normal", "mode=fan_out", 0.2581988897471611, normal },
    { "kaiming_normal", "nonlinearity=linear", 0.22360679774997896, normal },
    { "kaiming_uniform", "nonlinearity=leaky_relu", 0.31622776601683794, uniform },
    { "lecun_normal", "", 0.22360679774997896, normal },
    { "torch_default", "", 0.12909944487358055, uniform },
  };
  g_autofree EtudeReal *weights = g_new (EtudeReal, N_DRAWS);
  g_autofree double *values = g_new (double, N_DRAWS);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fill (cases[i].id, cases[i].settings, i, N_DRAWS, 1, FAN_IN, FAN_OUT, weights);
      check_moments (weights, cases[i].deviation);
      for (gsize k = 0; k < N_DRAWS; k++)
        values[k] = weights[k] / cases[i].deviation;
      check_distribution (values, N_DRAWS, cases[i].distribution);
    }
}

/* Products of all pairs of rows, or of columns where there are fewer of them. */
static void
check_orthogonal (const EtudeReal *weights, gsize n_rows, gsize n_columns, double gain)
{
  gsize n = MIN (n_rows, n_columns), length = MAX (n_rows, n_columns);
  gsize step = n_rows > n_columns ? n_columns : 1, next = n_rows > n_columns ? 1 : n_columns;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      {
        double product = 0;

        for (gsize k = 0; k < length; k++)
          product += (double) weights[i * next + k * step] * (double) weights[j * next + k * step];
        g_assert_cmpfloat_with_epsilon (product, i == j ? gain * gain : 0, RIGHT_ANGLE * gain * gain);
      }
}

static void
test_orthogonal (void)
{
  static const struct { gsize n_rows, n_columns; const char *settings; double gain; } cases[] = {
    { 1, 1, "", 1 }, { 1, 7, "", 1 }, { 7, 1, "", 1 }, { 3, 5, "gain=2", 2 }, { 5, 3, "gain=2", 2 }, { 64, 64, "", 1 },
    { 200, 70, "gain=0.01", 0.01 }, { 70, 200, "", 1 }, { 257, 256, "", 1 }, { 300, 300, "", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize n = cases[i].n_rows * cases[i].n_columns;
      g_autofree EtudeReal *weights = g_new (EtudeReal, n);

      fill ("orthogonal", cases[i].settings, i, cases[i].n_rows, cases[i].n_columns, cases[i].n_columns, cases[i].n_rows,
            weights);
      check_orthogonal (weights, cases[i].n_rows, cases[i].n_columns, cases[i].gain);
    }
}

static double
whole_turn (double x)
{
  return x;
}

/* Of two by two, all rotations and all reflections come alike: the angle of the first row is even
 * between 0 and a whole turn, and the second row is as often to its left as to its right. */
static void
test_orthogonal_chance (void)
{
  const gsize n = 20000;
  g_autofree double *angles = g_new (double, n);
  gsize n_left = 0;

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal w[4];

      fill ("orthogonal", "", i, 2, 2, 2, 2, w);
      angles[i] = 0.5 + atan2 (w[1], w[0]) / (2 * G_PI);
      n_left += w[0] * w[3] - w[1] * w[2] > 0;
    }
  check_distribution (angles, n, whole_turn);
  g_assert_cmpfloat (fabs ((double) n_left - (double) n / 2), <, 4 * sqrt ((double) n) / 2);
}

/* Weights and biases of a network of two layers, after the one of another kind. */
static void
test_network (void)
{
  const gsize n_inputs = 25, n_units = 40, n_weights = n_inputs * n_units;
  EtudeObjects layers = { 0 };
  EtudeShape input = { 1, { n_inputs } };
  EtudeGoal goal = { 3, 0 };
  g_autoptr (EtudeNetwork) network = NULL;
  g_autofree EtudeReal *weights = NULL;
  EtudeObject *dense, loss;

  dense = etude_objects_insert (&layers, 0, etude_group_find (&etude_layer_group, "dense"));
  *(guint64 *) etude_param_field (etude_kind_find_param (dense->kind, "units"), dense->data) = n_units;
  etude_objects_insert (&layers, 1, dense->kind);
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "auto"));
  network = etude_network_new (&layers, &loss, &input, &goal, 1, NULL);
  weights = g_new (EtudeReal, etude_network_get_n_parameters (network));
  for (guint k = 0; etude_initialiser_group.kinds[k] != NULL; k++)
    {
      const char *id = etude_initialiser_group.kinds[k]->id;
      EtudeObject initialiser;
      double bias = 0, weight = 0;

      etude_object_init (&initialiser, etude_initialiser_group.kinds[k]);
      etude_network_initialise (network, &initialiser, 1);
      etude_network_export_weights (network, weights);
      for (gsize i = 0; i < n_weights; i++)
        weight = MAX (weight, fabs ((double) weights[i]));
      for (gsize i = n_weights; i < n_weights + n_units; i++)
        bias = MAX (bias, fabs ((double) weights[i]));
      if (g_str_equal (id, "torch_default"))
        g_assert_true (bias > 0.9 / 5 && bias <= 1.0 / 5 && weight > 0.99 / 5 && weight <= 1.0 / 5);
      else
        g_assert_true (bias == 0 && (weight > 0) == !g_str_equal (id, "zeros"));
      if (g_str_equal (id, "orthogonal"))
        {
          check_orthogonal (weights, n_units, n_inputs, 1);
          check_orthogonal (weights + n_weights + n_units, 3, n_units, 1);
        }
      for (gsize i = 0; i < etude_network_get_n_parameters (network); i++)
        g_assert_cmpfloat (etude_network_get_gradients (network)[i], ==, 0);
      etude_object_clear (&initialiser);
    }
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
}

/* A convolution of 8 channels in 2 groups, and a norm behind it: the kernel of an output is a row of
 * 4 · 3 · 2 numbers, as torch.nn.init has it, and only the convolution’s biases are drawn. */
static void
test_convolution (void)
{
  const gsize n_rows = 6, n_columns = 24, n_weights = n_rows * n_columns;
  static const char *const settings[] = { "out_channels=6", "kernel_size=3,2", "groups=2" };
  EtudeObjects layers = { 0 };
  EtudeShape input = { 3, { 8, 4, 4 } };
  EtudeGoal goal = { 3, 0 };
  g_autoptr (EtudeNetwork) network = NULL;
  g_autofree EtudeReal *weights = NULL;
  EtudeObject initialiser, loss, *conv;
  double bias = 0, weight = 0;

  conv = etude_objects_insert (&layers, 0, etude_group_find (&etude_layer_group, "conv2d"));
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_auto (GStrv) pair = g_strsplit (settings[i], "=", 2);
      const EtudeParam *param = etude_kind_find_param (conv->kind, pair[0]);

      g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, conv->data), NULL));
    }
  etude_objects_insert (&layers, 1, etude_group_find (&etude_layer_group, "batch_norm"));
  etude_objects_insert (&layers, 2, etude_group_find (&etude_layer_group, "dense"));
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "auto"));
  network = etude_network_new (&layers, &loss, &input, &goal, 1, NULL);
  weights = g_new (EtudeReal, etude_network_get_n_numbers (network));

  read_initialiser (&initialiser, "orthogonal", "gain=2");
  etude_network_initialise (network, &initialiser, 1);
  etude_network_export_weights (network, weights);
  check_orthogonal (weights, n_rows, n_columns, 2);
  etude_object_clear (&initialiser);

  read_initialiser (&initialiser, "torch_default", "");
  etude_network_initialise (network, &initialiser, 1);
  etude_network_export_weights (network, weights);
  for (gsize i = 0; i < n_weights; i++)
    weight = MAX (weight, fabs ((double) weights[i]));
  for (gsize i = n_weights; i < n_weights + n_rows; i++)
    bias = MAX (bias, fabs ((double) weights[i]));
  g_assert_true (weight > 0.95 / sqrt (24) && weight <= 1 / sqrt (24) && bias > 0.5 / sqrt (24) && bias <= 1 / sqrt (24));
  /* weight, bias, running mean, running variance */
  for (gsize i = 0; i < 4 * n_rows; i++)
    g_assert_cmpfloat (weights[n_weights + n_rows + i], ==, i / n_rows == 0 || i / n_rows == 3);
  etude_object_clear (&initialiser);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initialise/distributions", test_distributions);
  g_test_add_func ("/initialise/orthogonal", test_orthogonal);
  g_test_add_func ("/initialise/orthogonal-chance", test_orthogonal_chance);
  g_test_add_func ("/initialise/network", test_network);
  g_test_add_func ("/initialise/convolution", test_convolution);
  return g_test_run ();
}
