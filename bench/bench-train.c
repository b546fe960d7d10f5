/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: bench-train NETWORK [--activation relu|tanh] [--samples N] [--batch N]
 *                    [--optimizer sgd|momentum|adam] [--threads N] [--seconds S] [--evaluate]
 *
 * Whole training steps of one network on one thread, or on several: gather of a random mini-batch, forward, loss,
 * backward, update: what the peers do. NETWORK: sizes such as 784-128-10, one output meaning two
 * classes, or cnn. The trainer adds schedule and record; see loop.py. For each line on standard
 * input one slice is measured and answered with a line of JSON, so that a driver can alternate
 * between programs; without input it measures once.
 *
 * Memory is what the process has in use more than before the network was made, beside what weights,
 * moments, the values of a batch and the gradients by the values of two neighbouring layers take.
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
#include "network/metric.h"
#include "network/network.h"
#include "optim/optimizer.h"

#define MAX_LAYERS 16

/* The shapes: a layer is its number of values, and where there is one, what makes them. */
typedef struct
{
  EtudeShape input;
  gsize n_samples, n_classes;
  gsize n_values[MAX_LAYERS];
  gsize n_layers;
  EtudeObjects layers;
  const char *loss;
} Workload;

typedef struct
{
  Workload workload;
  EtudeNetwork *network;
  EtudeOptimizer *optimizer;
  double lr;
  gsize n_moments;
  float *inputs;
  gint32 *labels;
  guint32 *rows;
  EtudeRandom random;
  gsize batch_size;
  gsize at;
  gboolean evaluates;
  EtudeTally tally;
  double loss;
  gsize resident_before;
} Bench;

static gpointer
field (const EtudeObject *object, const char *key)
{
  return etude_param_field (etude_kind_find_param (object->kind, key), object->data);
}

static EtudeObject *
append (Workload *w, const char *id, gsize n_values)
{
  w->n_values[w->n_layers++] = n_values;
  return etude_objects_insert (&w->layers, w->layers.n, etude_group_find (&etude_layer_group, id));
}

static void
append_convolution (Workload *w, gsize channels, gsize side)
{
  EtudeObject *conv = append (w, "conv2d", channels * side * side);

  *(guint64 *) field (conv, "out_channels") = channels;
  *(EtudeExtent *) field (conv, "padding") = (EtudeExtent) { 1, 1 };
  etude_objects_insert (&w->layers, w->layers.n, etude_group_find (&etude_layer_group, "relu"));
  append (w, "max_pool2d", channels * side * side / 4);
}

static void
append_dense (Workload *w, gsize units)
{
  *(guint64 *) field (append (w, "dense", units), "units") = units;
}

static void
read_sizes (Workload *w, const char *sizes, const char *activation)
{
  g_auto (GStrv) parts = g_strsplit (sizes, "-", MAX_LAYERS);
  guint n = g_strv_length (parts);

  w->input = (EtudeShape) { 1, { g_ascii_strtoull (parts[0], NULL, 10) } };
  for (guint i = 1; i < n; i++)
    {
      append_dense (w, g_ascii_strtoull (parts[i], NULL, 10));
      if (i + 1 < n)
        etude_objects_insert (&w->layers, w->layers.n, etude_group_find (&etude_layer_group, activation));
    }
}

static void
make_workload (Workload *w, const char *network, const char *activation)
{
  if (strcmp (network, "cnn") == 0)
    {
      w->input = (EtudeShape) { 3, { 1, 28, 28 } };
      append_convolution (w, 16, 28);
      append_convolution (w, 32, 14);
      append_dense (w, 10);
    }
  else
    read_sizes (w, network, activation);
  w->n_classes = MAX (w->n_values[w->n_layers - 1], 2);
  w->loss = w->n_values[w->n_layers - 1] == 1 ? "bce_with_logits" : "cross_entropy";
}

static void
make_network (Bench *bench)
{
  const Workload *w = &bench->workload;
  g_autoptr (GError) error = NULL;
  EtudeObject loss, initialiser;
  EtudeGoal goal = { w->n_classes, 0 };

  etude_object_init (&loss, etude_group_find (&etude_loss_group, w->loss));
  etude_object_init (&initialiser, etude_group_find (&etude_initialiser_group, "xavier_uniform"));
  bench->network = etude_network_new (&w->layers, &loss, &w->input, &goal, bench->batch_size, &error);
  if (bench->network == NULL)
    g_error ("%s", error->message);
  etude_tally_init (&bench->tally, &goal, FALSE);
  etude_network_initialise (bench->network, &initialiser, 1);
  etude_object_clear (&initialiser);
  etude_object_clear (&loss);
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
  bench->n_moments = is_adam ? 2 : strcmp (id, "momentum") == 0;
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
  gsize n = bench->workload.n_samples, n_inputs = etude_shape_count (&bench->workload.input);

  etude_random_init (&bench->random, 1, ETUDE_STREAM_SAMPLE);
  bench->inputs = g_new (float, n * n_inputs);
  bench->labels = g_new (gint32, n);
  bench->rows = g_new (guint32, n);
  for (gsize i = 0; i < n * n_inputs; i++)
    bench->inputs[i] = (float) etude_random_normal (&bench->random);
  for (gsize i = 0; i < n; i++)
    {
      bench->labels[i] = (gint32) etude_random_below (&bench->random, bench->workload.n_classes);
      bench->rows[i] = (guint32) i;
    }
  bench->at = n;
}

/* The loss over all samples, as the trainer has it after each epoch. */
static void
evaluate (Bench *bench)
{
  EtudeBatch batch = { .inputs = bench->inputs, .labels = bench->labels, .n = bench->workload.n_samples };

  etude_tally_reset (&bench->tally);
  etude_network_evaluate (bench->network, &batch, &bench->tally);
}

static void
step (Bench *bench)
{
  EtudeBatch batch = { .inputs = bench->inputs, .labels = bench->labels, .n = bench->batch_size };

  if (bench->at + bench->batch_size > bench->workload.n_samples)
    {
      etude_random_permute (&bench->random, bench->rows, bench->workload.n_samples);
      bench->at = 0;
      if (bench->evaluates)
        evaluate (bench);
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

/* Bytes of this process that are in memory. */
static gsize
measure_resident (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  parts = g_strsplit (text, " ", 3);
  return (gsize) g_ascii_strtoull (parts[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

static gsize
count_needed (const Bench *bench)
{
  const Workload *w = &bench->workload;
  gsize values = etude_shape_count (&w->input), slopes = 0;

  for (gsize i = 0; i < w->n_layers; i++)
    {
      values += w->n_values[i];
      if (i > 0)
        slopes = MAX (slopes, w->n_values[i - 1] + w->n_values[i]);
    }
  return sizeof (EtudeReal) * (etude_network_get_n_parameters (bench->network) * (1 + bench->n_moments)
                               + bench->batch_size * (values + slopes));
}

static void
answer (Bench *bench, double seconds)
{
  char rate[ETUDE_NUMBER_SIZE], loss[ETUDE_NUMBER_SIZE];

  etude_number_write (rate, measure (bench, seconds));
  etude_number_write (loss, bench->loss);
  printf ("{\"program\":\"etude\",\"isa\":\"%s\",\"samples_per_s\":%s,\"last_loss\":%s,"
          "\"resident_bytes\":%zu,\"needed_bytes\":%zu}\n",
          etude_isa_to_string (etude_isa_get ()), rate, loss,
          measure_resident () - bench->resident_before, count_needed (bench));
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  g_autofree char *optimizer = g_strdup ("momentum"), *activation = g_strdup ("relu");
  double seconds = 0.3;
  int batch = 32, samples = 1000, threads = 1;
  Bench bench = { 0 };
  const GOptionEntry entries[] = {
    { "activation", 0, 0, G_OPTION_ARG_STRING, &activation, "Kind of the hidden layers", "ID" },
    { "samples", 0, 0, G_OPTION_ARG_INT, &samples, "Samples of the data", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Samples of a mini-batch", "N" },
    { "optimizer", 0, 0, G_OPTION_ARG_STRING, &optimizer, "sgd, momentum or adam", "ID" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "Threads that share a large step", "N" },
    { "evaluate", 0, 0, G_OPTION_ARG_NONE, &bench.evaluates, "Find the loss over all samples after each epoch", NULL },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of a slice", "S" },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("784-128-10|cnn");
  g_autoptr (GError) error = NULL;
  char line[80];

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || batch < 1
      || samples < batch || threads < 1)
    {
      fprintf (stderr, "bench-train: %s\n", error != NULL ? error->message : "expected a network; see --help");
      return 2;
    }
#ifdef __SSE__
  /* As the trainer does: denormal numbers count as 0. */
  _mm_setcsr (_mm_getcsr () | 0x8040);
#endif
  make_workload (&bench.workload, argv[1], activation);
  bench.workload.n_samples = (gsize) samples;
  bench.batch_size = (gsize) batch;
  make_data (&bench);
  bench.resident_before = measure_resident ();
  make_network (&bench);
  etude_network_set_threads (bench.network, (guint) threads);
  make_optimizer (&bench, optimizer);
  measure (&bench, 0.05);
  if (isatty (STDIN_FILENO))
    answer (&bench, seconds);
  else
    while (fgets (line, sizeof line, stdin) != NULL)
      answer (&bench, seconds);
  etude_optimizer_free (bench.optimizer);
  etude_network_free (bench.network);
  etude_tally_clear (&bench.tally);
  etude_objects_clear (&bench.workload.layers);
  g_free (bench.inputs);
  g_free (bench.labels);
  g_free (bench.rows);
  return 0;
}
