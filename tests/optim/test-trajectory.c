/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Updates of a small network by each optimizer against PyTorch’s, in tests/reference/optimizers.json, in
 * double. The network is written out here: what is asked is what the optimizers do.
 */
#include <json-glib/json-glib.h>
#include <math.h>

#include "optimizer-fixture.h"

enum
{
  N_INPUTS = 3,
  N_HIDDEN = 5,
  N_OUTPUTS = 2,
  N_SAMPLES = 24,
  /* In the order of PyTorch's state_dict. */
  BIAS1 = N_HIDDEN * N_INPUTS,
  WEIGHT2 = BIAS1 + N_HIDDEN,
  BIAS2 = WEIGHT2 + N_OUTPUTS * N_HIDDEN,
  N_WEIGHTS = BIAS2 + N_OUTPUTS,
};

typedef struct
{
  double inputs[N_SAMPLES * N_INPUTS];
  double targets[N_SAMPLES * N_OUTPUTS];
  double weights[N_WEIGHTS];
  double gradient[N_WEIGHTS];
  guint first;
  guint n;
} Network;

static JsonObject *reference;

static void
read_numbers (JsonObject *object, const char *key, double *values, guint n)
{
  JsonArray *array = json_object_get_array_member (object, key);

  g_assert_cmpuint (json_array_get_length (array), ==, n);
  for (guint i = 0; i < n; i++)
    values[i] = json_array_get_double_element (array, i);
}

/* Adds what sample @s does to the gradient; gives its squared error. */
static double
add_sample (Network *self, guint s)
{
  const double *x = self->inputs + s * N_INPUTS, *w = self->weights;
  double hidden[N_HIDDEN], back[N_HIDDEN] = { 0 }, error = 0;

  for (guint h = 0; h < N_HIDDEN; h++)
    {
      double sum = w[BIAS1 + h];

      for (guint i = 0; i < N_INPUTS; i++)
        sum += w[h * N_INPUTS + i] * x[i];
      hidden[h] = tanh (sum);
    }
  for (guint o = 0; o < N_OUTPUTS; o++)
    {
      double sum = w[BIAS2 + o] - self->targets[s * N_OUTPUTS + o], slope;

      for (guint h = 0; h < N_HIDDEN; h++)
        sum += w[WEIGHT2 + o * N_HIDDEN + h] * hidden[h];
      error += sum * sum;
      slope = 2 * sum / (self->n * N_OUTPUTS);
      self->gradient[BIAS2 + o] += slope;
      for (guint h = 0; h < N_HIDDEN; h++)
        {
          self->gradient[WEIGHT2 + o * N_HIDDEN + h] += slope * hidden[h];
          back[h] += slope * w[WEIGHT2 + o * N_HIDDEN + h];
        }
    }
  for (guint h = 0; h < N_HIDDEN; h++)
    {
      double slope = back[h] * (1 - hidden[h] * hidden[h]);

      self->gradient[BIAS1 + h] += slope;
      for (guint i = 0; i < N_INPUTS; i++)
        self->gradient[h * N_INPUTS + i] += slope * x[i];
    }
  return error;
}

static double
evaluate (gpointer data)
{
  Network *self = data;
  double error = 0;

  for (guint i = 0; i < N_WEIGHTS; i++)
    self->gradient[i] = 0;
  for (guint s = 0; s < self->n; s++)
    error += add_sample (self, self->first + s);
  return error / (self->n * N_OUTPUTS);
}

/* PyTorch keeps the state of some in float32. */
static double
get_tolerance (const char *kind)
{
  return g_str_equal (kind, "nadam") || g_str_equal (kind, "asgd") ? 1e-7 : 1e-10;
}

static void
test_run (gconstpointer data)
{
  JsonObject *run = (JsonObject *) data;
  const char *kind = json_object_get_string_member (run, "kind");
  JsonArray *losses = json_object_get_array_member (run, "losses");
  Network network = { .n = (guint) json_object_get_int_member (run, "batch") };
  EtudeObjective objective = { .gradient = network.gradient, .evaluate = evaluate, .data = &network };
  double expected[N_WEIGHTS], tolerance = get_tolerance (kind);
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  EtudeObject object;

  read_numbers (reference, "inputs", network.inputs, G_N_ELEMENTS (network.inputs));
  read_numbers (reference, "targets", network.targets, G_N_ELEMENTS (network.targets));
  read_numbers (reference, "parameters", network.weights, N_WEIGHTS);
  make_object (&object, kind, json_object_get_string_member (run, "settings"));
  optimizer = etude_optimizer_new (&object, network.weights, N_WEIGHTS, NULL);
  g_assert_cmpuint (json_array_get_length (losses), >=, 10);
  for (guint step = 0; step < json_array_get_length (losses); step++)
    {
      network.first = step * network.n % N_SAMPLES;
      objective.loss = evaluate (&network);
      g_assert_cmpfloat_with_epsilon (objective.loss, json_array_get_double_element (losses, step), tolerance);
      etude_optimizer_begin (optimizer, get_rate (&object));
      if (etude_optimizer_is_whole (optimizer))
        etude_optimizer_step_whole (optimizer, &objective);
      else
        etude_optimizer_step_range (optimizer, 0, N_WEIGHTS, network.gradient);
    }
  read_numbers (run, "parameters", expected, N_WEIGHTS);
  for (guint i = 0; i < N_WEIGHTS; i++)
    g_assert_cmpfloat_with_epsilon (network.weights[i], expected[i], tolerance);
  etude_object_clear (&object);
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  JsonArray *runs;
  GError *error = NULL;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "reference", "optimizers.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  reference = json_node_get_object (json_parser_get_root (parser));
  runs = json_object_get_array_member (reference, "runs");
  for (guint i = 0; i < json_array_get_length (runs); i++)
    {
      JsonObject *run = json_array_get_object_element (runs, i);
      g_autofree char *name = g_strdup_printf ("/trajectory/%s(%s)", json_object_get_string_member (run, "kind"),
                                               json_object_get_string_member (run, "settings"));

      g_test_add_data_func (name, run, test_run);
    }
  return g_test_run ();
}
