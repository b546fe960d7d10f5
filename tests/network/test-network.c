/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole networks in float: equal bits, padding, slices of an evaluation, weights in and out. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"
#include "optim/optimizer.h"

#define N_SAMPLES 200
#define N_INPUTS 5
#define N_CLASSES 3
#define N_STEPS 60
#define BATCH 23

typedef struct
{
  float inputs[N_SAMPLES * N_INPUTS];
  gint32 labels[N_SAMPLES];
  float targets[N_SAMPLES * 2];
  guint32 rows[N_SAMPLES];
} Data;

static void
make_data (Data *data)
{
  EtudeRandom random;

  etude_random_init (&random, 3, ETUDE_STREAM_DATA);
  for (gsize i = 0; i < N_SAMPLES; i++)
    {
      float *x = data->inputs + i * N_INPUTS;

      for (gsize c = 0; c < N_INPUTS; c++)
        x[c] = (float) etude_random_normal (&random);
      data->labels[i] = x[0] * x[1] > 0.2f ? 2 : x[2] > 0;
      data->targets[2 * i] = 100 + x[0] - x[1];
      data->targets[2 * i + 1] = x[2] * x[3];
      data->rows[i] = (guint32) i;
    }
  etude_random_permute (&random, data->rows, N_SAMPLES);
}

static EtudeObject *
add_layer (EtudeObjects *layers, const char *id)
{
  return etude_objects_insert (layers, layers->n, etude_group_find (&etude_layer_group, id));
}

static gpointer
field (const EtudeObject *object, const char *key)
{
  return etude_param_field (etude_kind_find_param (object->kind, key), object->data);
}

/* dense @width, tanh, dense @width, relu, dense 7, sigmoid, dense auto */
static EtudeNetwork *
make_network (guint64 width, gboolean classes, EtudeIsa isa)
{
  static const char *const activations[] = { "tanh", "relu", "sigmoid" };
  EtudeGoal goal = { classes ? N_CLASSES : 0, classes ? 0 : 2 };
  EtudeShape input = { 1, { N_INPUTS } };
  EtudeObjects layers = { 0 };
  EtudeObject loss, initialiser;
  EtudeNetwork *network;
  GError *error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      *(guint64 *) field (add_layer (&layers, "dense"), "units") = i < 2 ? width : 7;
      add_layer (&layers, activations[i]);
    }
  add_layer (&layers, "dense");
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "auto"));
  etude_object_init (&initialiser, etude_group_find (&etude_initialiser_group, "xavier_normal"));
  etude_isa_set (isa);
  network = etude_network_new (&layers, &loss, &input, &goal, BATCH, &error);
  g_assert_no_error (error);
  etude_network_initialise (network, &initialiser, 1);
  etude_object_clear (&initialiser);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
  return network;
}

static EtudeOptimizer *
make_optimizer (EtudeNetwork *network, const char *id)
{
  gsize n;
  EtudeReal *weights = etude_network_get_weights (network, &n);
  EtudeOptimizer *optimizer;
  EtudeObject object;

  etude_object_init (&object, etude_group_find (&etude_optimizer_group, id));
  if (g_str_equal (id, "sgd"))
    *(double *) field (&object, "momentum") = 0.9;
  *(double *) field (&object, "weight_decay") = 1e-3;
  optimizer = etude_optimizer_new (&object, weights, n, NULL);
  etude_object_clear (&object);
  return optimizer;
}

/* Trains; @apart makes all gradients first and updates afterwards. Gives the losses. */
static void
train (EtudeNetwork *network, const Data *data, const char *optimizer_id, gboolean apart, double losses[N_STEPS])
{
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer (network, optimizer_id);
  gsize n;

  etude_network_get_weights (network, &n);
  for (guint i = 0; i < N_STEPS; i++)
    {
      EtudeBatch batch = { data->inputs, data->labels, NULL, data->rows + i * 37 % (N_SAMPLES - BATCH), 0,
                           BATCH - i % 3 };

      etude_optimizer_begin (optimizer, 0.02);
      losses[i] = etude_network_step (network, &batch, apart ? NULL : etude_optimizer_step_range, optimizer);
      if (apart)
        etude_optimizer_step_range (optimizer, 0, n, etude_network_get_gradients (network));
    }
}

/* Neither fusing the update with the gradient nor the width of the vectors shows; processors
 * without fused multiply-add round differently. */
static void
test_bits (gconstpointer width)
{
  static const char *const optimizers[] = { "sgd", "adam" };
  Data data;

  make_data (&data);
  for (guint o = 0; o < 2; o++)
    {
      double expected[N_STEPS], found[N_STEPS];
      EtudeReal *weights = NULL;
      gsize n;

      for (EtudeIsa isa = ETUDE_ISA_V4; isa >= ETUDE_ISA_BASELINE; isa--)
        for (guint apart = 0; apart < 2 && etude_isa_is_supported (isa); apart++)
          {
            g_autoptr (EtudeNetwork) network = make_network (GPOINTER_TO_SIZE (width), TRUE, isa);

            train (network, &data, optimizers[o], apart, found);
            etude_network_get_weights (network, &n);
            if (weights == NULL || (isa == ETUDE_ISA_BASELINE && apart == 0))
              {
                g_free (weights);
                weights = g_memdup2 (etude_network_get_weights (network, NULL), n * sizeof *weights);
                memcpy (expected, found, sizeof found);
              }
            g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
            g_assert_cmpmem (weights, n * sizeof *weights, etude_network_get_weights (network, NULL),
                             n * sizeof *weights);
            g_assert_cmpfloat (found[N_STEPS - 1], <, found[0]);
          }
      g_free (weights);
    }
}

/* What is not a weight stays zero: importing what was exported gives the same block. */
static void
test_padding (void)
{
  Data data;

  make_data (&data);
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      g_autoptr (EtudeNetwork) network = NULL;
      g_autofree EtudeReal *weights = NULL;
      g_autofree EtudeReal *block = NULL;
      double losses[N_STEPS];
      gsize n;

      if (!etude_isa_is_supported (isa))
        continue;
      network = make_network (37, TRUE, isa);
      train (network, &data, "adam", FALSE, losses);
      etude_network_get_weights (network, &n);
      g_assert_cmpuint (n % 16, ==, 0);
      block = g_memdup2 (etude_network_get_weights (network, NULL), n * sizeof *block);
      weights = g_new (EtudeReal, etude_network_get_n_parameters (network));
      etude_network_export_weights (network, weights);
      etude_network_import_weights (network, weights);
      g_assert_cmpmem (block, n * sizeof *block, etude_network_get_weights (network, NULL), n * sizeof *block);
    }
}

static void
evaluate (EtudeNetwork *network, const Data *data, gboolean classes, gsize slice, EtudeTally *tally)
{
  etude_tally_reset (tally);
  for (gsize first = 0; first < N_SAMPLES; first += slice)
    {
      EtudeBatch batch = { data->inputs, classes ? data->labels : NULL, classes ? NULL : data->targets, NULL,
                           first, MIN (slice, N_SAMPLES - first) };

      etude_network_evaluate (network, &batch, tally);
    }
}

static void
test_slices (void)
{
  Data data;

  make_data (&data);
  for (guint classes = 0; classes < 2; classes++)
    {
      EtudeGoal goal = { classes ? N_CLASSES : 0, classes ? 0 : 2 };
      g_autoptr (EtudeNetwork) network = make_network (16, classes, etude_isa_get ());
      g_auto (EtudeTally) whole = { 0 };
      g_auto (EtudeTally) sliced = { 0 };
      const char *const *ids;
      guint n;

      etude_tally_init (&whole, &goal, TRUE);
      etude_tally_init (&sliced, &goal, TRUE);
      evaluate (network, &data, classes, N_SAMPLES, &whole);
      ids = etude_metric_ids (&goal, &n);
      for (gsize slice = 1; slice < N_SAMPLES; slice += 11)
        {
          evaluate (network, &data, classes, slice, &sliced);
          g_assert_cmpuint (sliced.n, ==, N_SAMPLES);
          g_assert_cmpfloat (etude_tally_get_loss (&sliced), ==, etude_tally_get_loss (&whole));
          for (guint i = 0; i < n; i++)
            g_assert_cmpfloat (etude_tally_get_metric (&sliced, ids[i]), ==, etude_tally_get_metric (&whole, ids[i]));
        }
    }
}

/* The loss of an evaluation is that of a batch of the same samples. */
static void
test_evaluation (void)
{
  Data data;
  EtudeGoal goal = { N_CLASSES, 0 };
  g_autoptr (EtudeNetwork) network = make_network (16, TRUE, etude_isa_get ());
  g_auto (EtudeTally) tally = { 0 };
  float outputs[BATCH * N_CLASSES];
  EtudeBatch batch;
  guint n_right = 0;

  make_data (&data);
  etude_tally_init (&tally, &goal, TRUE);
  batch = (EtudeBatch) { data.inputs, data.labels, NULL, data.rows, 0, BATCH };
  etude_network_evaluate (network, &batch, &tally);
  g_assert_cmpfloat_with_epsilon (etude_tally_get_loss (&tally), etude_network_step (network, &batch, NULL, NULL), 1e-7);
  etude_network_predict (network, &batch, outputs);
  for (guint i = 0; i < BATCH; i++)
    {
      const float *z = outputs + i * N_CLASSES;
      gint32 found = z[0] >= z[1] && z[0] >= z[2] ? 0 : z[1] >= z[2] ? 1 : 2;

      n_right += found == data.labels[data.rows[i]];
    }
  g_assert_cmpfloat (etude_tally_get_metric (&tally, "accuracy"), ==, (double) n_right / BATCH);
}

static void
test_metrics (void)
{
  static const EtudeReal found[][2] = { { 1001, 1 }, { 1003, 1 }, { 1002, 1 }, { 1005, 1 } };
  static const EtudeReal targets[][2] = { { 1000, 1 }, { 1002, 1 }, { 1004, 1 }, { 1006, 1 } };
  EtudeGoal goal = { 0, 2 };
  g_auto (EtudeTally) tally = { 0 };

  etude_tally_init (&tally, &goal, TRUE);
  g_assert_true (isnan (etude_tally_get_metric (&tally, "rmse")));
  for (guint i = 0; i < 4; i++)
    etude_tally_add_numbers (&tally, found[i], targets[i]);
  g_assert_cmpfloat (etude_tally_get_metric (&tally, "mae"), ==, 5.0 / 8);
  g_assert_cmpfloat (etude_tally_get_metric (&tally, "rmse"), ==, sqrt (7.0 / 8));
  /* Column 0: 1 - 7 / 20; column 1 is constant and met. */
  g_assert_cmpfloat_with_epsilon (etude_tally_get_metric (&tally, "r2"), (0.65 + 1) / 2, 1e-12);
}

/* A number that is none reaches the loss, and only weights that it touches. */
static void
test_not_finite (void)
{
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      Data data;
      EtudeBatch batch = { data.inputs, data.labels, NULL, NULL, 0, BATCH };
      g_autoptr (EtudeNetwork) network = NULL;

      if (!etude_isa_is_supported (isa))
        continue;
      network = make_network (16, TRUE, isa);
      make_data (&data);
      g_assert_true (isfinite (etude_network_step (network, &batch, NULL, NULL)));
      data.inputs[N_INPUTS] = NAN;
      g_assert_true (isnan (etude_network_step (network, &batch, NULL, NULL)));
    }
}

/* Of every loss, wherever the number that is none stands. */
static void
test_loss_not_finite (void)
{
  for (guint k = 0; etude_loss_group.kinds[k] != NULL; k++)
    for (gsize at = 0; at < 2; at++)
      {
        EtudeGoal goal = { 2, 0 };
        EtudeReal outputs[ETUDE_PAD] = { 1, 2 }, gradient[ETUDE_PAD];
        EtudeLossBatch batch = { .n = 1, .stride = ETUDE_PAD, .outputs = outputs, .labels = (gint32[]) { 1 },
                                 .gradient = gradient };
        g_autoptr (EtudeLoss) loss = NULL;
        EtudeObject object;

        etude_object_init (&object, etude_loss_group.kinds[k]);
        loss = etude_loss_new (&object, &goal, 1, etude_kernels_get (etude_isa_get ()), NULL);
        g_assert_true (isfinite (etude_loss_run (loss, &batch)));
        outputs[etude_loss_n_outputs (&object, &goal, NULL) == 1 ? 0 : at] = NAN;
        g_assert_true (isnan (etude_loss_run (loss, &batch)));
        etude_object_clear (&object);
      }
}

/* Weights come in the order of the file format, so neither padding nor later layers change the first. */
static void
test_seeds (void)
{
  g_autoptr (EtudeNetwork) a = make_network (16, TRUE, etude_isa_get ());
  g_autoptr (EtudeNetwork) b = make_network (16, FALSE, etude_isa_get ());
  g_autofree EtudeReal *from_a = g_new (EtudeReal, etude_network_get_n_parameters (a));
  g_autofree EtudeReal *from_b = g_new (EtudeReal, etude_network_get_n_parameters (b));
  gsize n_first = 16 * N_INPUTS;
  EtudeObject initialiser;

  etude_network_export_weights (a, from_a);
  etude_network_export_weights (b, from_b);
  g_assert_cmpmem (from_a, n_first * sizeof *from_a, from_b, n_first * sizeof *from_b);
  for (gsize i = n_first; i < n_first + 16; i++)
    g_assert_cmpfloat (from_a[i], ==, 0);
  etude_object_init (&initialiser, etude_group_find (&etude_initialiser_group, "xavier_normal"));
  etude_network_initialise (b, &initialiser, 2);
  etude_network_export_weights (b, from_b);
  for (gsize i = 0; i < n_first; i++)
    g_assert_cmpfloat (from_a[i], !=, from_b[i]);
  etude_object_clear (&initialiser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/network/bits/small", GSIZE_TO_POINTER (9), test_bits);
  g_test_add_data_func ("/network/bits/large", GSIZE_TO_POINTER (83), test_bits);
  g_test_add_func ("/network/padding", test_padding);
  g_test_add_func ("/network/slices", test_slices);
  g_test_add_func ("/network/evaluation", test_evaluation);
  g_test_add_func ("/network/metrics", test_metrics);
  g_test_add_func ("/network/not-finite", test_not_finite);
  g_test_add_func ("/network/loss-not-finite", test_loss_not_finite);
  g_test_add_func ("/network/seeds", test_seeds);
  return g_test_run ();
}
