/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training speed of FANN, for train.py.
 *
 * usage: peer-fann NETWORK [--samples N] [--seconds S] [OPTION…]
 *
 * NETWORK: sizes such as 64-64-10. FANN has no mini-batches: it updates after every sample, with
 * momentum; hidden layers are tanh and the loss is the squared error. For each line on standard
 * input a slice is measured and answered with a line of JSON. Options of the other peers are taken
 * and change nothing.
 */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LAYERS 8

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static unsigned
read_sizes (char *text, unsigned sizes[MAX_LAYERS])
{
  unsigned n = 0;

  for (char *part = strtok (text, "-"); part != NULL && n < MAX_LAYERS; part = strtok (NULL, "-"))
    sizes[n++] = (unsigned) atoi (part);
  return n;
}

static struct fann_train_data *
make_data (unsigned n_samples, unsigned n_inputs, unsigned n_outputs)
{
  struct fann_train_data *data = fann_create_train (n_samples, n_inputs, n_outputs);

  for (unsigned i = 0; i < n_samples; i++)
    {
      for (unsigned j = 0; j < n_inputs; j++)
        data->input[i][j] = (float) rand () / (float) RAND_MAX * 2 - 1;
      for (unsigned j = 0; j < n_outputs; j++)
        data->output[i][j] = n_outputs == 1 ? (float) (i % 2) : (float) (i % n_outputs == j);
    }
  return data;
}

static struct fann *
make_network (unsigned n_layers, const unsigned *sizes)
{
  struct fann *network = fann_create_standard_array (n_layers, sizes);

  fann_set_activation_function_hidden (network, FANN_SIGMOID_SYMMETRIC);
  fann_set_activation_function_output (network, FANN_SIGMOID);
  fann_set_training_algorithm (network, FANN_TRAIN_INCREMENTAL);
  fann_set_learning_rate (network, 0.01f);
  fann_set_learning_momentum (network, 0.9f);
  return network;
}

/* Samples a second, in whole epochs. */
static double
measure (struct fann *network, struct fann_train_data *data, double seconds)
{
  double start = now (), n = 0;

  do
    {
      fann_shuffle_train_data (data);
      fann_train_epoch (network, data);
      n += fann_length_train_data (data);
    }
  while (now () - start < seconds);
  return n / (now () - start);
}

int
main (int argc, char **argv)
{
  unsigned sizes[MAX_LAYERS], n_layers, n_samples = 1000;
  double seconds = 0.3;
  struct fann_train_data *data;
  struct fann *network;
  char line[80];

  if (argc < 2 || (n_layers = read_sizes (argv[1], sizes)) < 2)
    {
      fputs ("usage: peer-fann NETWORK [--samples N] [--seconds S]\n", stderr);
      return 2;
    }
  for (int i = 2; i + 1 < argc; i += 2)
    if (strcmp (argv[i], "--samples") == 0)
      n_samples = (unsigned) atoi (argv[i + 1]);
    else if (strcmp (argv[i], "--seconds") == 0)
      seconds = strtod (argv[i + 1], NULL);
  data = make_data (n_samples, sizes[0], sizes[n_layers - 1]);
  network = make_network (n_layers, sizes);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      printf ("{\"program\":\"fann\",\"samples_per_s\":%.1f}\n", measure (network, data, seconds));
      fflush (stdout);
    }
  fann_destroy (network);
  fann_destroy_train (data);
  return 0;
}
