/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: network-outputs LAYERS FILE N_OUTPUTS SIZE…
 *
 * Trains a network for some steps on random numbers, writes its weights to FILE, and prints samples of SIZE…
 * and what it makes of them, one a line: the inputs, then the outputs.
 */
#include <stdlib.h>

#include "experiment/path.h"
#include "training/weights.h"

#define N_SAMPLES 8
#define N_STEPS 20

static EtudeReal
draw (EtudeRandom *random)
{
  return (EtudeReal) (4 * etude_random_uniform (random) - 2);
}

static EtudeNetwork *
make_network (const char *layers, const EtudeShape *input, gsize n_outputs)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  EtudeGoal goal = { 0, n_outputs };
  EtudeNetwork *network;
  GError *error = NULL;

  etude_experiment_set (experiment, "network.layers", layers, &error);
  g_assert_no_error (error);
  etude_experiment_set (experiment, "loss", "mse", &error);
  g_assert_no_error (error);
  network = etude_network_new (&etude_experiment_network (experiment)->layers, &etude_experiment_fields (experiment)->loss,
                               input, &goal, N_SAMPLES, &error);
  g_assert_no_error (error);
  etude_network_initialise (network, &etude_experiment_network (experiment)->initialiser, 1);
  return network;
}

/* Gradients are noise enough to move every weight; batch norm gathers its statistics. */
static void
disturb (EtudeNetwork *network, EtudeRandom *random, gsize n_inputs, gsize n_outputs, EtudeReal *x, EtudeReal *y)
{
  gsize n;
  EtudeReal *weights = etude_network_get_weights (network, &n);

  for (guint step = 0; step < N_STEPS; step++)
    {
      const EtudeReal *gradients = etude_network_get_gradients (network);
      g_autofree EtudeReal *dx = g_new (EtudeReal, N_SAMPLES * n_inputs);

      for (gsize i = 0; i < N_SAMPLES * n_inputs; i++)
        x[i] = draw (random);
      etude_network_forward (network, N_SAMPLES, TRUE, x, y);
      for (gsize i = 0; i < N_SAMPLES * n_outputs; i++)
        y[i] = draw (random);
      etude_network_backward (network, N_SAMPLES, y, dx);
      for (gsize i = 0; i < n; i++)
        weights[i] -= 0.01f * gradients[i];
    }
}

int
main (int argc, char **argv)
{
  EtudeShape input = { .n_dims = (guint) argc - 4 };
  gsize n_outputs = (gsize) atoi (argv[3]), n_inputs;
  g_autoptr (EtudeNetwork) network = NULL;
  g_autoptr (EtudeFileWriter) out = NULL;
  g_autofree EtudeReal *x = NULL, *y = NULL;
  EtudeRandom random;
  GError *error = NULL;

  for (guint i = 0; i < input.n_dims; i++)
    input.size[i] = (gsize) atoi (argv[4 + i]);
  n_inputs = etude_shape_count (&input);
  network = make_network (argv[1], &input, n_outputs);
  x = g_new (EtudeReal, N_SAMPLES * n_inputs);
  y = g_new (EtudeReal, N_SAMPLES * n_outputs);
  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  disturb (network, &random, n_inputs, n_outputs, x, y);
  out = etude_file_writer_new (argv[2], &error);
  g_assert_no_error (error);
  g_assert_true (etude_weights_write (network, out, &error) && etude_file_writer_finish (out, &error));
  etude_network_forward (network, N_SAMPLES, FALSE, x, y);
  for (guint s = 0; s < N_SAMPLES; s++)
    {
      for (gsize i = 0; i < n_inputs; i++)
        g_print ("%.9g ", (double) x[s * n_inputs + i]);
      for (gsize i = 0; i < n_outputs; i++)
        g_print ("%.9g%s", (double) y[s * n_outputs + i], i + 1 < n_outputs ? " " : "\n");
    }
  return 0;
}
