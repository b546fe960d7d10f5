/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients in double against central differences, over random small networks. */
#include <math.h>

#include "base/random.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"

#define N_NETWORKS 400
#define MOST_SAMPLES 7

typedef struct
{
  EtudeObjects layers;
  EtudeObject loss;
  EtudeObject initialiser;
  EtudeShape input;
  EtudeGoal goal;
  gsize n;
  float inputs[MOST_SAMPLES * 40];
  float targets[MOST_SAMPLES * 4];
  gint32 labels[MOST_SAMPLES];
} Case;

static gpointer
field (const EtudeObject *object, const char *key)
{
  return etude_param_field (etude_kind_find_param (object->kind, key), object->data);
}

static void
add_dense (Case *c, guint64 units, gboolean bias)
{
  EtudeObject *layer = etude_objects_insert (&c->layers, c->layers.n, etude_group_find (&etude_layer_group, "dense"));

  *(guint64 *) field (layer, "units") = units;
  *(gboolean *) field (layer, "bias") = bias;
}

static void
add_activation (Case *c, EtudeRandom *random)
{
  static const char *const ids[] = { "tanh", "sigmoid", "relu" };
  const char *id = ids[etude_random_below (random, 3)];

  etude_objects_insert (&c->layers, c->layers.n, etude_group_find (&etude_layer_group, id));
}

static void
choose_loss (Case *c, EtudeRandom *random)
{
  static const char *const ids[] = { "auto", "cross_entropy", "bce_with_logits", "mse" };
  const char *id = ids[etude_random_below (random, 4)];
  gboolean classes = g_str_equal (id, "cross_entropy") || etude_random_below (random, 2) == 0;

  etude_object_init (&c->loss, etude_group_find (&etude_loss_group, id));
  *(guint *) field (&c->loss, "reduction") = (guint) etude_random_below (random, 2);
  c->goal.n_classes = !classes ? 0 : g_str_equal (id, "bce_with_logits") ? 2 : 2 + etude_random_below (random, 3);
  c->goal.n_targets = classes ? 0 : 1 + etude_random_below (random, 4);
  if (g_str_equal (id, "bce_with_logits"))
    *(double *) field (&c->loss, "pos_weight") = 0.5 + 2 * etude_random_uniform (random);
  if (!g_str_equal (id, "cross_entropy"))
    return;
  if (etude_random_below (random, 2) == 0)
    *(double *) field (&c->loss, "label_smoothing") = etude_random_uniform (random);
  if (etude_random_below (random, 2) == 0)
    {
      EtudeReals *weights = field (&c->loss, "class_weights");

      weights->n = c->goal.n_classes;
      weights->values = g_new (double, weights->n);
      for (gsize i = 0; i < weights->n; i++)
        weights->values[i] = 0.1 + etude_random_uniform (random);
    }
}

static void
choose_data (Case *c, EtudeRandom *random)
{
  gsize n_inputs = etude_shape_count (&c->input);

  c->n = 1 + etude_random_below (random, MOST_SAMPLES);
  for (gsize i = 0; i < c->n * n_inputs; i++)
    c->inputs[i] = (float) etude_random_normal (random);
  for (gsize i = 0; i < c->n * c->goal.n_targets; i++)
    c->targets[i] = (float) etude_random_uniform (random);
  for (gsize i = 0; i < c->n && c->goal.n_classes > 0; i++)
    c->labels[i] = (gint32) etude_random_below (random, c->goal.n_classes);
}

static void
case_init (Case *c, EtudeRandom *random)
{
  *c = (Case) { 0 };
  choose_loss (c, random);
  c->input = (EtudeShape) { 1, { 1 + etude_random_below (random, 40) } };
  if (etude_random_below (random, 8) == 0)
    add_activation (c, random);
  for (guint i = (guint) etude_random_below (random, 3); i > 0; i--)
    {
      add_dense (c, 1 + etude_random_below (random, 40), etude_random_below (random, 3) > 0);
      for (guint j = (guint) etude_random_below (random, 3); j > 0; j--)
        add_activation (c, random);
    }
  add_dense (c, ETUDE_AUTO_INTEGER, etude_random_below (random, 3) > 0);
  if (etude_random_below (random, 4) == 0)
    add_activation (c, random);
  etude_object_init (&c->initialiser, etude_initialiser_group.kinds[etude_random_below (random, 4)]);
  choose_data (c, random);
}

static void
case_clear (Case *c)
{
  etude_objects_clear (&c->layers);
  etude_object_clear (&c->loss);
  etude_object_clear (&c->initialiser);
}

/* A difference over h and over h / 2 agree, unless a corner of ReLU is near. */
static gboolean
measure (EtudeNetwork *network, const EtudeBatch *batch, double *weight, double *slope)
{
  double slopes[2], centre = *weight;

  for (guint i = 0; i < 2; i++)
    {
      double h = 1e-4 / (1 << i);
      double up, down;

      *weight = centre + h;
      up = etude_network_step (network, batch, NULL, NULL);
      *weight = centre - h;
      down = etude_network_step (network, batch, NULL, NULL);
      slopes[i] = (up - down) / (2 * h);
    }
  *weight = centre;
  /* Richardson: the error of second order cancels. */
  *slope = (4 * slopes[1] - slopes[0]) / 3;
  return fabs (slopes[1] - slopes[0]) < 1e-6 * MAX (fabs (*slope), 1);
}

/* Where weight @at of the exported ones is in the block: found by a value that nothing else has. */
static double *
find_weight (EtudeNetwork *network, double *weights, gsize at)
{
  double kept = weights[at];
  gsize n, place = 0;
  double *block = etude_network_get_weights (network, &n);

  weights[at] = 12345;
  etude_network_import_weights (network, weights);
  while (block[place] != 12345)
    g_assert_cmpuint (++place, <, n);
  block[place] = weights[at] = kept;
  return &block[place];
}

static guint
check_gradients (EtudeNetwork *network, const EtudeBatch *batch, EtudeRandom *random)
{
  gsize n = etude_network_get_n_parameters (network);
  g_autofree double *weights = g_new (double, n);
  g_autofree double *gradients = g_new (double, n);
  double largest = 0;
  guint n_checked = 0;

  etude_network_step (network, batch, NULL, NULL);
  etude_network_export_gradients (network, gradients);
  etude_network_export_weights (network, weights);
  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (gradients[i]));
  for (guint i = 0; i < MIN (n, 20); i++)
    {
      gsize at = etude_random_below (random, n);
      double slope;

      if (!measure (network, batch, find_weight (network, weights, at), &slope))
        continue;
      g_assert_cmpfloat_with_epsilon (slope, gradients[at], 1e-7 * MAX (largest, 1e-3));
      n_checked++;
    }
  return n_checked;
}

static void
test_differences (void)
{
  EtudeRandom random;
  guint n_checked = 0;

  etude_random_init (&random, 11, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < N_NETWORKS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeNetwork) network = NULL;
      Case c;
      EtudeBatch batch;

      case_init (&c, &random);
      network = etude_network_new (&c.layers, &c.loss, &c.input, &c.goal, c.n, &error);
      g_assert_no_error (error);
      etude_network_initialise (network, &c.initialiser, i);
      batch = (EtudeBatch) { c.inputs, c.goal.n_classes > 0 ? c.labels : NULL,
                             c.goal.n_classes > 0 ? NULL : c.targets, NULL, 0, c.n };
      n_checked += check_gradients (network, &batch, &random);
      case_clear (&c);
    }
  g_test_message ("%u gradients compared", n_checked);
  g_assert_cmpuint (n_checked, >, 10 * N_NETWORKS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gradients/differences", test_differences);
  return g_test_run ();
}
