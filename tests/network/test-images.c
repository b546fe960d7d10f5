/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks for images in float: equal bits, padding, evaluation in slices; and what dropout draws. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "network-fixture.h"

#define N_SAMPLES 60
#define BATCH 17
#define N_STEPS 12
#define N_INPUTS (3 * 9 * 8)

static const char *const stack = "conv2d out_channels=20 padding=1;relu;max_pool2d;conv2d out_channels=36 kernel_size=3,2;"
                                 "batch_norm;tanh;dropout p=0.2;conv2d out_channels=6 groups=2 kernel_size=1 bias=false;"
                                 "dropout;layer_norm;conv2d out_channels=16 dilation=1,2 kernel_size=1,2;flatten;dense";

static void
descend (gpointer data, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *weights = data;

  if (gradient == NULL)
    return;
  for (gsize i = 0; i < n; i++)
    weights[first + i] -= 0.05f * gradient[i];
}

static void
make_data (float *inputs, gint32 *labels)
{
  EtudeRandom random;

  etude_random_init (&random, 4, ETUDE_STREAM_DATA);
  for (gsize i = 0; i < N_SAMPLES; i++)
    {
      labels[i] = (gint32) etude_random_below (&random, 3);
      for (gsize k = 0; k < N_INPUTS; k++)
        inputs[i * N_INPUTS + k] = (float) (etude_random_normal (&random) + (k % 3 == (gsize) labels[i]));
    }
}

static double
train (EtudeNetwork *network, const float *inputs, const gint32 *labels, gboolean apart)
{
  double loss = NAN;

  for (gsize i = 0; i < N_STEPS; i++)
    {
      EtudeBatch batch = { inputs, labels, NULL, NULL, i * 5 % (N_SAMPLES - BATCH), BATCH - i % 3 };
      EtudeReal *weights = etude_network_get_weights (network, NULL);
      gsize n;

      loss = etude_network_step (network, &batch, apart ? NULL : descend, weights);
      etude_network_get_weights (network, &n);
      if (apart)
        descend (weights, 0, n, etude_network_get_gradients (network));
    }
  return loss;
}

/* Neither the width of vectors nor updates during the way back show in a bit; what is padding stays zero. */
static void
test_bits (void)
{
  static float inputs[N_SAMPLES * N_INPUTS];
  static gint32 labels[N_SAMPLES];
  EtudeShape shape = { 3, { 3, 9, 8 } };
  g_autofree EtudeReal *first = NULL;

  make_data (inputs, labels);
  for (EtudeIsa isa = ETUDE_ISA_V3; isa <= ETUDE_ISA_V4; isa++)
    for (guint apart = 0; apart < 2 && etude_isa_is_supported (isa); apart++)
      {
        g_autoptr (EtudeNetwork) network = make_network (stack, &shape, 3, BATCH, isa);
        gsize n = etude_network_get_n_numbers (network), n_block;
        g_autofree EtudeReal *numbers = g_new (EtudeReal, n);
        g_autofree EtudeReal *block = NULL;

        g_assert_true (isfinite (train (network, inputs, labels, apart)));
        etude_network_export_weights (network, numbers);
        if (first == NULL)
          first = g_memdup2 (numbers, n * sizeof *numbers);
        g_assert_cmpmem (numbers, n * sizeof *numbers, first, n * sizeof *first);
        etude_network_get_weights (network, &n_block);
        block = g_memdup2 (etude_network_get_weights (network, NULL), n_block * sizeof *block);
        etude_network_import_weights (network, numbers);
        g_assert_cmpmem (block, n_block * sizeof *block, etude_network_get_weights (network, NULL), n_block * sizeof *block);
      }
}

/* An evaluation uses running statistics and drops nothing: it does not depend on slices, and changes nothing. */
static void
test_evaluation (void)
{
  static float inputs[N_SAMPLES * N_INPUTS];
  static gint32 labels[N_SAMPLES];
  EtudeShape shape = { 3, { 3, 9, 8 } };
  EtudeGoal goal = { 3, 0 };

  make_data (inputs, labels);
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      g_autoptr (EtudeNetwork) network = NULL;
      g_autofree EtudeReal *before = NULL;
      g_autofree EtudeReal *after = NULL;
      g_auto (EtudeTally) tally = { 0 };
      double whole = NAN;
      gsize n;

      if (!etude_isa_is_supported (isa))
        continue;
      network = make_network (stack, &shape, 3, BATCH, isa);
      train (network, inputs, labels, FALSE);
      n = etude_network_get_n_numbers (network);
      before = g_new (EtudeReal, n);
      after = g_new (EtudeReal, n);
      etude_network_export_weights (network, before);
      etude_tally_init (&tally, &goal, TRUE);
      for (gsize slice = N_SAMPLES; slice > 0; slice -= 13 > slice ? slice : 13)
        {
          etude_tally_reset (&tally);
          for (gsize at = 0; at < N_SAMPLES; at += slice)
            etude_network_evaluate (network, &(EtudeBatch) { inputs, labels, NULL, NULL, at, MIN (slice, N_SAMPLES - at) }, &tally);
          if (isnan (whole))
            whole = etude_tally_get_loss (&tally);
          g_assert_cmpfloat (etude_tally_get_loss (&tally), ==, whole);
        }
      etude_network_export_weights (network, after);
      g_assert_cmpmem (before, n * sizeof *before, after, n * sizeof *after);
    }
}

#define WIDTH 64
#define ROWS 125
#define PASSES 125

/* Of 10^6 values: their share that is dropped, its scale, and whether neighbours, or the same place in
 * two passes, know of each other. Bounds are 5 standard deviations, which chance passes in one of 10^6
 * seeds; a share that is wrong by 0.005, or a correlation of 0.01, is 10 of them away and is found in
 * all but one of 10^6. */
static void
test_dropout (gconstpointer data)
{
  const char *p_text = data;
  double p = g_ascii_strtod (p_text, NULL), bound;
  g_autofree char *text = g_strdup_printf ("dropout p=%s;dense bias=false", p_text);
  EtudeShape shape = { 1, { WIDTH } };
  g_autoptr (EtudeNetwork) network = make_network (text, &shape, WIDTH, ROWS, etude_isa_get ());
  static EtudeReal x[ROWS * WIDTH], y[ROWS * WIDTH], previous[ROWS * WIDTH];
  static EtudeReal weights[WIDTH * WIDTH];
  double n = (double) PASSES * ROWS * WIDTH, n_dropped = 0, beside = 0, after = 0;

  for (gsize i = 0; i < WIDTH; i++)
    weights[i * (WIDTH + 1)] = 1;
  etude_network_import_weights (network, weights);
  for (gsize i = 0; i < ROWS * WIDTH; i++)
    x[i] = 1;
  for (guint pass = 0; pass < PASSES; pass++)
    {
      etude_network_forward (network, ROWS, TRUE, x, y);
      for (gsize i = 0; i < ROWS * WIDTH; i++)
        {
          gboolean is_dropped = y[i] == 0;

          g_assert_true (is_dropped || y[i] == (EtudeReal) (1 / (1 - p)));
          n_dropped += is_dropped;
          if (i > 0)
            beside += (is_dropped - p) * ((y[i - 1] == 0) - p);
          if (pass > 0)
            after += (is_dropped - p) * ((previous[i] == 0) - p);
        }
      memcpy (previous, y, sizeof previous);
    }
  bound = 5 / sqrt (n);
  g_assert_cmpfloat_with_epsilon (n_dropped / n, p, bound * sqrt (p * (1 - p)));
  g_assert_cmpfloat_with_epsilon (beside / n / (p * (1 - p)), 0, bound);
  g_assert_cmpfloat_with_epsilon (after / n / (p * (1 - p)), 0, bound);
  etude_network_forward (network, ROWS, FALSE, x, y);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
}

/* Dropout has a stream of its own: with it or without, the same weights are drawn. */
static void
test_streams (void)
{
  EtudeShape shape = { 1, { 5 } };
  g_autoptr (EtudeNetwork) with = make_network ("dropout;dense units=4;dropout;dense", &shape, 3, 8, etude_isa_get ());
  g_autoptr (EtudeNetwork) without = make_network ("dense units=4;dense", &shape, 3, 8, etude_isa_get ());
  EtudeReal a[39], b[39];
  EtudeRandom shuffle;

  g_assert_cmpuint (etude_network_get_n_numbers (with), ==, 39);
  etude_network_export_weights (with, a);
  etude_network_export_weights (without, b);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  for (EtudeStream stream = ETUDE_STREAM_DATA; stream <= ETUDE_STREAM_SAMPLE; stream++)
    {
      EtudeRandom own = *etude_network_get_random (with);

      etude_random_init (&shuffle, 3, stream);
      g_assert_true ((etude_random_next (&shuffle) == etude_random_next (&own)) == (stream == ETUDE_STREAM_DROPOUT));
    }
}

/* One number has no variance: then the running statistics stay as they were, and nothing is divided by zero. */
static void
test_one_sample (void)
{
  EtudeShape shape = { 1, { 5 } };
  g_autoptr (EtudeNetwork) network = make_network ("batch_norm;dense", &shape, 3, 8, etude_isa_get ());
  EtudeReal x[5] = { 1, 2, 3, 4, 5 }, y[3], dx[5], numbers[38];

  etude_network_forward (network, 1, TRUE, x, y);
  etude_network_backward (network, 1, y, dx);
  etude_network_export_weights (network, numbers);
  for (gsize i = 0; i < 5; i++)
    {
      g_assert_cmpfloat (dx[i], ==, 0);
      g_assert_cmpfloat (numbers[10 + i], ==, 0);
      g_assert_cmpfloat (numbers[15 + i], ==, 1);
    }
}

/* Bytes that are scaled as they are gathered are the numbers that were scaled before, to the last bit. */
static void
test_bytes (void)
{
  static const char *const stacks[] = { "conv2d out_channels=4;relu;flatten;dense", "relu;conv2d out_channels=4;flatten;dense",
                                        "dense" };
  static guint8 bytes[N_SAMPLES * N_INPUTS];
  static float inputs[N_SAMPLES * N_INPUTS];
  static double offset[N_INPUTS], factor[N_INPUTS];
  static gint32 labels[N_SAMPLES];
  EtudeShape shape = { 3, { 3, 9, 8 } };
  EtudeIsa best = etude_isa_get ();

  for (gsize k = 0; k < N_INPUTS; k++)
    {
      offset[k] = 100.3 + (double) k / 7;
      factor[k] = 1 / (50.1 + (double) k);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bytes); i++)
    {
      bytes[i] = (guint8) (i * 2654435761u >> 13);
      inputs[i] = (float) ((bytes[i] - offset[i % N_INPUTS]) * factor[i % N_INPUTS]);
      labels[i % N_SAMPLES] = (gint32) (i % 3);
    }
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    for (guint s = 0; etude_isa_is_supported (isa) && s < G_N_ELEMENTS (stacks); s++)
      {
        g_autoptr (EtudeNetwork) a = make_network (stacks[s], &shape, 3, BATCH, isa);
        g_autoptr (EtudeNetwork) b = make_network (stacks[s], &shape, 3, BATCH, isa);
        EtudeBatch of_numbers = { .inputs = inputs, .labels = labels, .first = 5, .n = BATCH };
        EtudeBatch of_bytes = { .bytes = bytes, .offset = offset, .factor = factor, .labels = labels, .first = 5, .n = BATCH };
        gsize n;

        g_assert_cmpfloat (etude_network_step (a, &of_numbers, NULL, NULL), ==, etude_network_step (b, &of_bytes, NULL, NULL));
        etude_network_get_weights (a, &n);
        g_assert_cmpmem (etude_network_get_gradients (a), n * sizeof (EtudeReal), etude_network_get_gradients (b),
                         n * sizeof (EtudeReal));
      }
  etude_isa_set (best);
}

typedef struct
{
  guint n_backward[6];
  gsize last;
} Moments;

static void
on_moment (gpointer data, EtudeMoment moment, gsize stage)
{
  Moments *self = data;

  if (moment != ETUDE_MOMENT_BACKWARD)
    return;
  g_assert_cmpuint (stage, <=, self->last);
  self->last = stage;
  self->n_backward[stage]++;
}

/* Who measures is told of the slope of a convolution’s ReLU as of work of the convolution, not of the layer behind
 * it, and gets the same gradients. */
static void
test_watched (void)
{
  static float inputs[N_SAMPLES * N_INPUTS];
  static gint32 labels[N_SAMPLES];
  EtudeShape shape = { 3, { 3, 9, 8 } };
  g_autoptr (EtudeNetwork) network = make_network ("conv2d;relu;dropout p=0;conv2d;tanh;flatten;dense", &shape, 3, BATCH, ETUDE_ISA_BASELINE);
  EtudeBatch batch = { inputs, labels, NULL, NULL, 0, BATCH };
  Moments moments = { .last = G_MAXSIZE };
  g_autofree EtudeReal *alone = NULL;
  gsize n;

  make_data (inputs, labels);
  etude_network_get_weights (network, &n);
  etude_network_step (network, &batch, NULL, NULL);
  alone = g_memdup2 (etude_network_get_gradients (network), n * sizeof *alone);
  etude_network_watch (network, on_moment, &moments);
  etude_network_step (network, &batch, NULL, NULL);
  g_assert_cmpmem (alone, n * sizeof *alone, etude_network_get_gradients (network), n * sizeof *alone);
  for (gsize i = 0; i < 5; i++)
    g_assert_cmpuint (moments.n_backward[i], ==, i == 0 || i == 2 ? 2 : 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/images/bits", test_bits);
  g_test_add_func ("/images/bytes", test_bytes);
  g_test_add_func ("/images/watched", test_watched);
  g_test_add_func ("/images/evaluation", test_evaluation);
  g_test_add_data_func ("/images/dropout/0.1", "0.1", test_dropout);
  g_test_add_data_func ("/images/dropout/0.5", "0.5", test_dropout);
  g_test_add_data_func ("/images/dropout/0.9", "0.9", test_dropout);
  g_test_add_func ("/images/streams", test_streams);
  g_test_add_func ("/images/one-sample", test_one_sample);
  return g_test_run ();
}
