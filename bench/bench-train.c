/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: bench-train WORKLOAD [--batch N] [--optimizer sgd|momentum|adam] [--seconds S]
 *
 * Whole training steps of one network on one thread: gather of a random mini-batch, forward, loss,
 * backward, update: what the peers do. The trainer adds schedule and record, about 3 % of the
 * smallest network. For each line on standard input one slice is measured and answered with a line
 * of JSON, so that a driver can alternate between programs; without input it measures once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"
#include "optim/optimizer.h"

typedef struct
{
  const char *id;
  gsize n_samples;
  gsize sizes[4];
  gsize n_layers;
  const char *activation;
  const char *loss;
  gsize n_classes;
} Workload;

static const Workload workloads[] = {
  { "tiny", 500, { 2, 8, 8, 1 }, 3, "tanh", "bce_with_logits", 2 },
  { "iris", 150, { 4, 16, 3 }, 2, "relu", "cross_entropy", 3 },
  { "digits", 1797, { 64, 64, 10 }, 2, "relu", "cross_entropy", 10 },
  { "mnist128", 10000, { 784, 128, 10 }, 2, "relu", "cross_entropy", 10 },
  { "mnist512", 10000, { 784, 512, 256, 10 }, 3, "relu", "cross_entropy", 10 },
};

typedef struct
{
  const Workload *workload;
  EtudeNetwork *network;
  EtudeOptimizer *optimizer;
  double lr;
  float *inputs;
  gint32 *labels;
  guint32 *rows;
  EtudeRandom random;
  gsize batch_size;
  gsize at;
  double loss;
} Bench;

static gpointer
field (const EtudeObject *object, const char *key)
{
  return etude_param_field (etude_kind_find_param (object->kind, key), object->data);
}

static void
make_network (Bench *bench)
{
  const Workload *w = bench->workload;
  g_autoptr (GError) error = NULL;
  EtudeObjects layers = { 0 };
  EtudeObject loss, initialiser;
  EtudeShape input = { 1, { w->sizes[0] } };
  EtudeGoal goal = { w->n_classes, 0 };

  for (gsize i = 1; i <= w->n_layers; i++)
    {
      EtudeObject *dense = etude_objects_insert (&layers, layers.n, etude_group_find (&etude_layer_group, "dense"));

      *(guint64 *) field (dense, "units") = w->sizes[i];
      if (i < w->n_layers)
        etude_objects_insert (&layers, layers.n, etude_group_find (&etude_layer_group, w->activation));
    }
  etude_object_init (&loss, etude_group_find (&etude_loss_group, w->loss));
  etude_object_init (&initialiser, etude_group_find (&etude_initialiser_group, "xavier_uniform"));
  bench->network = etude_network_new (&layers, &loss, &input, &goal, bench->batch_size, &error);
  if (bench->network == NULL)
    g_error ("%s", error->message);
  etude_network_initialise (bench->network, &initialiser, 1);
  etude_object_clear (&initialiser);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
}

static void
make_optimizer (Bench *bench, const char *id)
{
  g_autoptr (GError) error = NULL;
  gboolean is_adam = strcmp (id, "adam") == 0;
  EtudeObject object;
  EtudeReal *weights;
  gsize n;

  etude_object_init (&object, etude_group_find (&etude_optimizer_group, is_adam ? "adam" : "sgd"));
  if (strcmp (id, "momentum") == 0)
    *(double *) field (&object, "momentum") = 0.9;
  bench->lr = is_adam ? 1e-3 : 0.01;
  weights = etude_network_get_weights (bench->network, &n);
  bench->optimizer = etude_optimizer_new (&object, weights, n, &error);
  if (bench->optimizer == NULL)
    g_error ("%s", error->message);
  etude_object_clear (&object);
}

static void
make_data (Bench *bench)
{
  gsize n = bench->workload->n_samples, n_inputs = bench->workload->sizes[0];

  etude_random_init (&bench->random, 1, ETUDE_STREAM_SAMPLE);
  bench->inputs = g_new (float, n * n_inputs);
  bench->labels = g_new (gint32, n);
  bench->rows = g_new (guint32, n);
  for (gsize i = 0; i < n * n_inputs; i++)
    bench->inputs[i] = (float) etude_random_normal (&bench->random);
  for (gsize i = 0; i < n; i++)
    {
      bench->labels[i] = (gint32) etude_random_below (&bench->random, bench->workload->n_classes);
      bench->rows[i] = (guint32) i;
    }
  bench->at = n;
}

static void
step (Bench *bench)
{
  EtudeBatch batch = { .inputs = bench->inputs, .labels = bench->labels, .n = bench->batch_size };

  if (bench->at + bench->batch_size > bench->workload->n_samples)
    {
      etude_random_permute (&bench->random, bench->rows, bench->workload->n_samples);
      bench->at = 0;
    }
  batch.rows = bench->rows + bench->at;
  bench->at += bench->batch_size;
  etude_optimizer_begin (bench->optimizer, bench->lr);
  bench->loss = etude_network_step (bench->network, &batch, etude_optimizer_step_range, bench->optimizer);
}

/* Samples a second over about @seconds; the clock is read every 64 steps. */
static double
measure (Bench *bench, double seconds)
{
  gint64 start = g_get_monotonic_time (), now;
  guint64 n = 0;

  do
    {
      for (guint i = 0; i < 64; i++)
        step (bench);
      n += 64;
      now = g_get_monotonic_time ();
    }
  while ((double) (now - start) < seconds * 1e6);
  return (double) n * (double) bench->batch_size * 1e6 / (double) (now - start);
}

static void
answer (Bench *bench, double seconds)
{
  char rate[ETUDE_NUMBER_SIZE], loss[ETUDE_NUMBER_SIZE];

  etude_number_write (rate, measure (bench, seconds));
  etude_number_write (loss, bench->loss);
  printf ("{\"program\":\"etude\",\"workload\":\"%s\",\"isa\":\"%s\",\"samples_per_s\":%s,\"last_loss\":%s}\n",
          bench->workload->id, etude_isa_to_string (etude_isa_get ()), rate, loss);
  fflush (stdout);
}

static const Workload *
find_workload (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (workloads); i++)
    if (strcmp (workloads[i].id, id) == 0)
      return &workloads[i];
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *optimizer = g_strdup ("momentum");
  double seconds = 0.3;
  int batch = 32;
  const GOptionEntry entries[] = {
    { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Samples of a mini-batch", "N" },
    { "optimizer", 0, 0, G_OPTION_ARG_STRING, &optimizer, "sgd, momentum or adam", "ID" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of a slice", "S" },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("tiny|iris|digits|mnist128|mnist512");
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };
  char line[80];

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2
      || (bench.workload = find_workload (argv[1])) == NULL || batch < 1)
    {
      fprintf (stderr, "bench-train: %s\n", error != NULL ? error->message : "expected a workload; see --help");
      return 2;
    }
#ifdef __SSE__
  /* As the trainer does: denormal numbers count as 0. */
  _mm_setcsr (_mm_getcsr () | 0x8040);
#endif
  bench.batch_size = MIN ((gsize) batch, bench.workload->n_samples);
  make_data (&bench);
  make_network (&bench);
  make_optimizer (&bench, optimizer);
  measure (&bench, 0.05);
  if (isatty (STDIN_FILENO))
    answer (&bench, seconds);
  else
    while (fgets (line, sizeof line, stdin) != NULL)
      answer (&bench, seconds);
  etude_optimizer_free (bench.optimizer);
  etude_network_free (bench.network);
  g_free (bench.inputs);
  g_free (bench.labels);
  g_free (bench.rows);
  return 0;
}
