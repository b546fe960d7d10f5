/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Activations, losses, networks and optimizers against PyTorch's numbers in tests/reference. Built
 * twice: in double, to 1e-12, and in float for each instruction set, to what float allows.
 */
#include <json-glib/json-glib.h>
#include <math.h>

#include "base/memory.h"
#include "network/loss.h"
#include "network/network.h"
#include "optim/optimizer.h"

#ifdef ETUDE_DOUBLE
#define TOLERANCE 1e-12
#define RUN_TOLERANCE 1e-12
#else
#define TOLERANCE 5e-6
#define RUN_TOLERANCE 1e-5
#endif

typedef struct
{
  double *values;
  gsize n;
} Numbers;

static JsonObject *reference;
static JsonObject *functions;

static void
numbers_clear (Numbers *numbers)
{
  g_free (numbers->values);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Numbers, numbers_clear)

static Numbers
read_numbers (JsonObject *object, const char *key)
{
  Numbers numbers = { 0 };

  if (json_object_has_member (object, key))
    {
      JsonArray *array = json_object_get_array_member (object, key);

      numbers.n = json_array_get_length (array);
      numbers.values = g_new (double, numbers.n + 1);
      for (guint i = 0; i < numbers.n; i++)
        numbers.values[i] = json_array_get_double_element (array, i);
    }
  return numbers;
}

static float *
to_floats (const Numbers *numbers)
{
  float *values = g_new (float, numbers->n + 1);

  for (gsize i = 0; i < numbers->n; i++)
    {
      values[i] = (float) numbers->values[i];
      g_assert_cmpfloat (values[i], ==, numbers->values[i]);
    }
  return values;
}

static EtudeReal *
to_reals (const Numbers *numbers)
{
  EtudeReal *values = g_new (EtudeReal, numbers->n + 1);

  for (gsize i = 0; i < numbers->n; i++)
    values[i] = (EtudeReal) numbers->values[i];
  return values;
}

static gint32 *
to_labels (const Numbers *numbers)
{
  gint32 *labels = numbers->n > 0 ? g_new (gint32, numbers->n) : NULL;

  for (gsize i = 0; i < numbers->n; i++)
    labels[i] = (gint32) numbers->values[i];
  return labels;
}

/* Relative to the largest, for single ones may cancel. */
static void
compare (const EtudeReal *found, const Numbers *expected, double tolerance)
{
  double largest = 1e-30;

  for (gsize i = 0; i < expected->n; i++)
    largest = MAX (largest, fabs (expected->values[i]));
  for (gsize i = 0; i < expected->n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], expected->values[i], tolerance * largest);
}

static void
set_param (const EtudeObject *object, const char *key, JsonNode *node)
{
  const EtudeParam *param = etude_kind_find_param (object->kind, key);
  gpointer field;

  g_assert_nonnull (param);
  field = etude_param_field (param, object->data);
  if (param->type == ETUDE_PARAM_REALS)
    {
      JsonArray *array = json_node_get_array (node);
      EtudeReals *reals = field;

      reals->n = json_array_get_length (array);
      reals->values = g_new (double, MAX (reals->n, 1));
      for (guint i = 0; i < reals->n; i++)
        reals->values[i] = json_array_get_double_element (array, i);
    }
  else if (param->type == ETUDE_PARAM_BOOLEAN)
    *(gboolean *) field = json_node_get_boolean (node);
  else if (param->type == ETUDE_PARAM_CHOICE)
    *(guint *) field = g_str_equal (json_node_get_string (node), param->choices[0].id) ? 0 : 1;
  else
    *(double *) field = json_node_get_double (node);
}

/* Reads { "kind": …, key: value … }. */
static void
read_object (EtudeObject *object, const EtudeGroup *group, JsonObject *json)
{
  g_autoptr (GList) keys = json_object_get_members (json);

  etude_object_init (object, etude_group_find (group, json_object_get_string_member (json, "kind")));
  for (GList *key = keys; key != NULL; key = key->next)
    if (!g_str_equal (key->data, "kind"))
      set_param (object, key->data, json_object_get_member (json, key->data));
}

/* Numbers are dense layers, negative without bias; names are activations. */
static void
read_layers (EtudeObjects *layers, JsonArray *json)
{
  for (guint i = 0; i < json_array_get_length (json); i++)
    {
      JsonNode *node = json_array_get_element (json, i);
      gboolean is_dense = json_node_get_value_type (node) == G_TYPE_INT64;
      const char *id = is_dense ? "dense" : json_node_get_string (node);
      EtudeObject *layer = etude_objects_insert (layers, layers->n, etude_group_find (&etude_layer_group, id));

      if (!is_dense)
        continue;
      *(guint64 *) etude_param_field (etude_kind_find_param (layer->kind, "units"), layer->data)
        = (guint64) ABS (json_node_get_int (node));
      *(gboolean *) etude_param_field (etude_kind_find_param (layer->kind, "bias"), layer->data)
        = json_node_get_int (node) > 0;
    }
}

static EtudeGoal
read_goal (JsonObject *json)
{
  EtudeGoal goal = { 0 };

  if (json_object_has_member (json, "n_classes"))
    goal.n_classes = (gsize) json_object_get_int_member (json, "n_classes");
  else
    goal.n_targets = (gsize) json_object_get_int_member (json, "n_targets");
  return goal;
}

static void
check_loss (JsonObject *json)
{
  g_auto (Numbers) outputs = read_numbers (json, "outputs");
  g_auto (Numbers) expected = read_numbers (json, "gradient");
  g_auto (Numbers) targets = read_numbers (json, "targets");
  g_auto (Numbers) classes = read_numbers (json, "labels");
  g_autofree EtudeReal *targets_given = to_reals (&targets);
  g_autofree gint32 *labels = to_labels (&classes);
  g_autoptr (EtudeLoss) loss = NULL;
  EtudeGoal goal = read_goal (json);
  gsize n = (gsize) json_object_get_int_member (json, "n"), n_outputs = outputs.n / n;
  EtudeReal z[20 * ETUDE_PAD] = { 0 }, dz[20 * ETUDE_PAD];
  EtudeLossBatch batch = { n, ETUDE_PAD, z, labels, labels == NULL ? targets_given : NULL, dz };
  EtudeObject object;
  GError *error = NULL;

  read_object (&object, &etude_loss_group, json_object_get_object_member (json, "loss"));
  loss = etude_loss_new (&object, &goal, n, etude_kernels_get (etude_isa_get ()), &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < outputs.n; i++)
    z[i / n_outputs * ETUDE_PAD + i % n_outputs] = (EtudeReal) outputs.values[i];
  g_assert_cmpfloat_with_epsilon (etude_loss_run (loss, &batch), json_object_get_double_member (json, "value"),
                                  TOLERANCE * fabs (json_object_get_double_member (json, "value")));
  for (gsize i = 0; i < n * ETUDE_PAD; i++)
    if (i % ETUDE_PAD < n_outputs)
      outputs.values[i / ETUDE_PAD * n_outputs + i % ETUDE_PAD] = (double) dz[i];
    else
      g_assert_cmpfloat (dz[i], ==, 0);
  for (gsize i = 0; i < outputs.n; i++)
    g_assert_cmpfloat_with_epsilon (outputs.values[i], expected.values[i], TOLERANCE);
  etude_object_clear (&object);
}

/* To the last digits but for the rest of a cancellation: PyTorch computes 1 + erf (x), and 1 + tanh (x). */
static void
compare_each (const EtudeReal *found, const Numbers *expected)
{
  for (gsize i = 0; i < expected->n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], expected->values[i],
                                    TOLERANCE * fabs (expected->values[i]) + (TOLERANCE < 1e-9 ? 4e-15 : 1e-6));
}

static void
check_activation (JsonObject *json)
{
  const EtudeKernels *kernels = etude_kernels_get (etude_isa_get ());
  g_auto (Numbers) inputs = read_numbers (json, "x");
  g_auto (Numbers) values = read_numbers (json, "y");
  g_auto (Numbers) slopes = read_numbers (json, "slope");
  gsize n = etude_pad (inputs.n);
  g_autofree EtudeReal *x = g_new0 (EtudeReal, n);
  g_autofree EtudeReal *y = g_new0 (EtudeReal, n);
  g_autofree EtudeReal *slope = g_new (EtudeReal, n);
  const EtudeLayerKind *kind;
  EtudeObject object;

  for (gsize i = 0; i < n; i++)
    {
      x[i] = y[i] = i < inputs.n ? (EtudeReal) inputs.values[i] : 0;
      slope[i] = 1;
    }
  read_object (&object, &etude_layer_group, json_object_get_object_member (json, "layer"));
  kind = (const EtudeLayerKind *) object.kind;
  if (kind->curve != NULL)
    {
      EtudeCurve curve = kind->curve (object.data);

      kernels->bend_back (&curve, n, x, slope, slope);
      kernels->bend (&curve, n, x, y);
    }
  else
    {
      kernels->activate (kind->activation, n, y);
      kernels->differentiate (kind->activation, n, slope, y);
    }
  compare_each (y, &values);
  compare_each (slope, &slopes);
  etude_object_clear (&object);
}

static EtudeNetwork *
read_network (JsonObject *json, JsonObject *loss_json, gsize max_batch)
{
  g_auto (Numbers) parameters = read_numbers (json, "parameters");
  g_autofree EtudeReal *weights = to_reals (&parameters);
  EtudeShape input = { 1, { (gsize) json_object_get_int_member (json, "n_inputs") } };
  EtudeGoal goal = read_goal (json);
  EtudeObjects layers = { 0 };
  EtudeObject loss;
  EtudeNetwork *network;
  GError *error = NULL;

  read_layers (&layers, json_object_get_array_member (json, "layers"));
  if (loss_json != NULL)
    read_object (&loss, &etude_loss_group, loss_json);
  else
    etude_object_init (&loss, etude_group_find (&etude_loss_group, "mse"));
  network = etude_network_new (&layers, &loss, &input, &goal, max_batch, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (etude_network_get_n_parameters (network), ==, parameters.n);
  etude_network_import_weights (network, weights);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
  return network;
}

static void
check_network (JsonObject *json)
{
  g_auto (Numbers) inputs = read_numbers (json, "inputs");
  g_auto (Numbers) targets = read_numbers (json, "targets");
  g_auto (Numbers) classes = read_numbers (json, "labels");
  g_auto (Numbers) outputs = read_numbers (json, "outputs");
  g_auto (Numbers) gradients = read_numbers (json, "gradients");
  g_autofree float *x = to_floats (&inputs);
  g_autofree float *y = to_floats (&targets);
  g_autofree gint32 *labels = to_labels (&classes);
  g_autofree EtudeReal *found = g_new (EtudeReal, MAX (gradients.n, outputs.n));
  gsize n = (gsize) json_object_get_int_member (json, "n");
  EtudeBatch batch = { x, labels, labels == NULL ? y : NULL, NULL, 0, n };
  g_autoptr (EtudeNetwork) network = read_network (json, json_object_get_object_member (json, "loss"), n);
  double value = json_object_get_double_member (json, "value");

  etude_network_predict (network, &batch, found);
  compare (found, &outputs, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (etude_network_step (network, &batch, NULL, NULL), value, TOLERANCE * fabs (value));
  etude_network_export_gradients (network, found);
  compare (found, &gradients, TOLERANCE);
}

static void
check_run (JsonObject *json, JsonObject *run, const float *inputs, const float *targets)
{
  g_auto (Numbers) losses = read_numbers (run, "losses");
  g_auto (Numbers) parameters = read_numbers (run, "parameters");
  g_autofree EtudeReal *found = g_new (EtudeReal, parameters.n);
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  gsize n = (gsize) json_object_get_int_member (json, "n"), size = (gsize) json_object_get_int_member (json, "batch");
  g_autoptr (EtudeNetwork) network = read_network (json, NULL, size);
  gsize n_weights;
  EtudeReal *weights = etude_network_get_weights (network, &n_weights);
  EtudeObject object;
  double lr;

  read_object (&object, &etude_optimizer_group, json_object_get_object_member (run, "optimizer"));
  lr = *(double *) etude_param_field (etude_kind_find_param (object.kind, "lr"), object.data);
  optimizer = etude_optimizer_new (&object, weights, n_weights, NULL);
  for (gsize i = 0; i < losses.n; i++)
    {
      EtudeBatch batch = { inputs, NULL, targets, NULL, i % (n / size) * size, size };
      double loss;

      etude_optimizer_begin (optimizer, lr * pow (json_object_get_double_member (run, "gamma"), (double) i));
      loss = etude_network_step (network, &batch, etude_optimizer_step_range, optimizer);
      g_assert_cmpfloat_with_epsilon (loss, losses.values[i], RUN_TOLERANCE * losses.values[i]);
    }
  etude_network_export_weights (network, found);
  compare (found, &parameters, RUN_TOLERANCE);
  etude_object_clear (&object);
}

static void
each_case (JsonObject *from, const char *key, void (*check) (JsonObject *json))
{
  JsonArray *cases = json_object_get_array_member (from, key);

  g_assert_cmpuint (json_array_get_length (cases), >, 5);
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      if (!etude_isa_is_supported (isa))
        continue;
      etude_isa_set (isa);
      for (guint i = 0; i < json_array_get_length (cases); i++)
        check (json_array_get_object_element (cases, i));
    }
}

static void
test_activations (void)
{
  each_case (functions, "activations", check_activation);
}

static void
test_losses (void)
{
  each_case (reference, "losses", check_loss);
  each_case (functions, "losses", check_loss);
}

static void
test_networks (void)
{
  each_case (reference, "networks", check_network);
}

static void
test_optimizers (void)
{
  JsonObject *json = json_object_get_object_member (reference, "optimizers");
  JsonArray *runs = json_object_get_array_member (json, "runs");
  g_auto (Numbers) inputs = read_numbers (json, "inputs");
  g_auto (Numbers) targets = read_numbers (json, "targets");
  g_autofree float *x = to_floats (&inputs);
  g_autofree float *y = to_floats (&targets);

  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      if (!etude_isa_is_supported (isa))
        continue;
      etude_isa_set (isa);
      for (guint i = 0; i < json_array_get_length (runs); i++)
        check_run (json, json_array_get_object_element (runs, i), x, y);
    }
}

static JsonObject *
load (JsonParser *parser, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "reference", name, NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) network_parser = json_parser_new ();
  g_autoptr (JsonParser) functions_parser = json_parser_new ();

  g_test_init (&argc, &argv, NULL);
  reference = load (network_parser, "network.json");
  functions = load (functions_parser, "functions.json");
  g_test_add_func ("/reference/activations", test_activations);
  g_test_add_func ("/reference/losses", test_losses);
  g_test_add_func ("/reference/networks", test_networks);
  g_test_add_func ("/reference/optimizers", test_optimizers);
  return g_test_run ();
}
