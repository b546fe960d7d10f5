/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every layer and whole networks against PyTorch's numbers in tests/reference/layers.json: outputs,
 * all gradients, running statistics, names and shapes of the state_dict. Built twice: in double, to
 * 1e-12, and in float for each instruction set, to what float allows.
 */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "network/loss.h"
#include "network/network.h"

#ifdef ETUDE_DOUBLE
#define TOLERANCE 1e-12
#define LEAST 1e-3
#else
#define TOLERANCE 1e-5
#define LEAST 0.3
#endif

static JsonObject *reference;

/* PyTorch's class, ours, and which of its arguments has which key. */
static const struct { const char *op, *id; } kinds[] = {
  { "Linear", "dense" }, { "Conv2d", "conv2d" }, { "MaxPool2d", "max_pool2d" }, { "AvgPool2d", "avg_pool2d" },
  { "AdaptiveAvgPool2d", "global_avg_pool2d" }, { "Flatten", "flatten" }, { "BatchNorm1d", "batch_norm" },
  { "BatchNorm2d", "batch_norm" }, { "LayerNorm", "layer_norm" }, { "Dropout", "dropout" },
};
static const struct { const char *argument, *key; } keys[] = {
  { "out_features", "units" }, { "kernel", "kernel_size" },
};

static EtudeReal *
read_data (JsonObject *tensor, gsize *n)
{
  JsonArray *array = json_object_get_array_member (tensor, "data");
  EtudeReal *values;

  *n = json_array_get_length (array);
  values = g_new (EtudeReal, *n + 1);
  for (guint i = 0; i < *n; i++)
    values[i] = (EtudeReal) json_array_get_double_element (array, i);
  return values;
}

/* Relative to the largest, for single ones may cancel; all of them do where batch norm takes away what
 * a bias adds, so that relative to numbers of the usual size. */
static void
compare (const EtudeReal *found, JsonObject *tensor)
{
  gsize n;
  g_autofree EtudeReal *expected = read_data (tensor, &n);
  double largest = LEAST;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs ((double) expected[i]));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], (double) expected[i], TOLERANCE * largest);
}

static void
set_argument (EtudeObject *layer, const char *argument, JsonNode *node)
{
  const EtudeParam *param;
  g_autofree char *text = NULL;
  const char *key = argument;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].argument, argument))
      key = keys[i].key;
  param = etude_kind_find_param (layer->kind, key);
  if (param == NULL)
    {
      /* What we see from the data. */
      g_assert_true (g_str_has_suffix (key, "features") || g_str_has_suffix (key, "_channels")
                     || g_str_equal (key, "normalized_shape"));
      return;
    }
  text = json_to_string (node, FALSE);
  g_assert_true (etude_param_read (param, text, etude_param_field (param, layer->data), NULL));
}

static EtudeObject *
add_layer (EtudeObjects *layers, const char *id)
{
  const EtudeKind *kind = etude_group_find (&etude_layer_group, id);

  g_assert_nonnull (kind);
  return etude_objects_insert (layers, layers->n, kind);
}

static EtudeShape
read_shape (JsonObject *tensor, gsize *n)
{
  JsonArray *array = json_object_get_array_member (tensor, "shape");
  EtudeShape shape = { .n_dims = json_array_get_length (array) - 1 };

  *n = (gsize) json_array_get_int_element (array, 0);
  for (guint i = 0; i < shape.n_dims; i++)
    shape.size[i] = (gsize) json_array_get_int_element (array, i + 1);
  return shape;
}

static EtudeNetwork *
make_network (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs, gsize n)
{
  EtudeGoal goal = { 0, n_outputs };
  GError *error = NULL;
  EtudeNetwork *network;
  EtudeObject loss;

  etude_object_init (&loss, etude_group_find (&etude_loss_group, "mse"));
  network = etude_network_new (layers, &loss, input, &goal, n, &error);
  g_assert_no_error (error);
  etude_object_clear (&loss);
  return network;
}

static void
fill_block (const EtudeNetworkBlock *block, JsonObject *tensor, EtudeReal *to)
{
  JsonArray *shape = json_object_get_array_member (tensor, "shape");
  g_autofree EtudeReal *from = NULL;
  gsize n;

  g_assert_cmpuint (json_array_get_length (shape), ==, block->n_dims);
  for (guint i = 0; i < block->n_dims; i++)
    g_assert_cmpuint (block->dims[i], ==, (gsize) json_array_get_int_element (shape, i));
  from = read_data (tensor, &n);
  memcpy (to, from, n * sizeof *to);
}

static gsize
count (const EtudeNetworkBlock *block)
{
  gsize n = 1;

  for (guint i = 0; i < block->n_dims; i++)
    n *= block->dims[i];
  return n;
}

static JsonObject *
find_tensor (JsonObject *layer, const EtudeNetworkBlock *block)
{
  return json_object_get_object_member (
    json_object_get_object_member (layer, block->is_learned ? "params" : "buffers_before"), block->name);
}

/* The layer, and behind it a dense layer that changes nothing, since a network must end in a row. */
static void
import_layer (EtudeNetwork *network, JsonObject *layer, gsize n_outputs)
{
  g_autoptr (GArray) blocks = etude_network_get_blocks (network);
  g_autofree EtudeReal *weights = g_new0 (EtudeReal, etude_network_get_n_numbers (network));
  gsize at = 0;

  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);

      if (g_str_equal (block->layer, "0"))
        fill_block (block, find_tensor (layer, block), weights + at);
      else
        for (gsize k = 0; k < n_outputs; k++)
          weights[at + k * (n_outputs + 1)] = 1;
      at += count (block);
    }
  g_assert_cmpuint (at, ==, etude_network_get_n_numbers (network));
  etude_network_import_weights (network, weights);
}

static void
compare_blocks (EtudeNetwork *network, JsonObject *layer)
{
  g_autoptr (GArray) blocks = etude_network_get_blocks (network);
  g_autofree EtudeReal *gradients = g_new (EtudeReal, etude_network_get_n_numbers (network));
  g_autofree EtudeReal *numbers = g_new (EtudeReal, etude_network_get_n_numbers (network));
  gsize gradient = 0, number = 0;

  etude_network_export_gradients (network, gradients);
  etude_network_export_weights (network, numbers);
  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);
      gsize n = count (block);

      if (g_str_equal (block->layer, "0"))
        compare (block->is_learned ? gradients + gradient : numbers + number,
                 json_object_get_object_member (
                   json_object_get_object_member (layer, block->is_learned ? "grad_params" : "buffers_after"), block->name));
      number += n;
      gradient += block->is_learned ? n : 0;
    }
}

static void
check_layer (JsonObject *json)
{
  JsonObject *args = json_object_get_object_member (json, "args");
  JsonObject *input = json_object_get_object_member (json, "input");
  g_autoptr (GList) names = json_object_get_members (args);
  g_autoptr (EtudeNetwork) network = NULL;
  g_autofree EtudeReal *x = NULL;
  g_autofree EtudeReal *dy = NULL;
  g_autofree EtudeReal *y = NULL;
  g_autofree EtudeReal *dx = NULL;
  EtudeObjects layers = { 0 };
  EtudeObject *layer = NULL, *end;
  gsize n, n_numbers, n_outputs;
  EtudeShape shape = read_shape (input, &n);

  g_test_message ("%s", json_object_get_string_member (json, "name"));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].op, json_object_get_string_member (json, "op")))
      layer = add_layer (&layers, kinds[i].id);
  g_assert_nonnull (layer);
  for (GList *l = names; l != NULL; l = l->next)
    set_argument (layer, l->data, json_object_get_member (args, l->data));
  end = add_layer (&layers, "dense");
  *(gboolean *) etude_param_field (etude_kind_find_param (end->kind, "bias"), end->data) = FALSE;
  dy = read_data (json_object_get_object_member (json, "upstream"), &n_numbers);
  n_outputs = n_numbers / n;
  network = make_network (&layers, &shape, n_outputs, n);
  import_layer (network, json, n_outputs);
  x = read_data (input, &n_numbers);
  y = g_new (EtudeReal, n * n_outputs);
  dx = g_new (EtudeReal, n_numbers);
  etude_network_forward (network, n, json_object_get_boolean_member (json, "train"), x, y);
  compare (y, json_object_get_object_member (json, "output"));
  etude_network_backward (network, n, dy, dx);
  compare (dx, json_object_get_object_member (json, "grad_input"));
  compare_blocks (network, json);
  etude_objects_clear (&layers);
}

/* --- networks -------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *layers; /* kind, key=value …, each layer after a semicolon */
  double label_smoothing;
} Network;

static const Network networks[] = {
  { "mlp_tanh", "dense units=8;tanh;dense units=8;tanh;dense", 0 },
  { "mlp_relu_bn", "dense units=16;batch_norm;relu;dense", 0 },
  { "cnn", "conv2d out_channels=3 padding=1;relu;max_pool2d;conv2d out_channels=4 padding=1;relu;max_pool2d;flatten;dense", 0 },
  { "cnn_bn", "conv2d out_channels=3 padding=1 bias=false;batch_norm;silu;avg_pool2d;flatten;dense", 0.1 },
};

static void
read_layers (EtudeObjects *layers, const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, ";", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i], " ", -1);
      EtudeObject *layer;

      layer = add_layer (layers, words[0]);
      for (guint k = 1; words[k] != NULL; k++)
        {
          g_auto (GStrv) pair = g_strsplit (words[k], "=", 2);
          const EtudeParam *param = etude_kind_find_param (layer->kind, pair[0]);

          g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, layer->data), NULL));
        }
    }
}

static gint32 *
read_labels (JsonObject *json, gsize n, EtudeReal *targets)
{
  JsonArray *array = json_object_get_array_member (json, "target");
  gint32 *labels = NULL;

  if (JSON_NODE_HOLDS_ARRAY (json_array_get_element (array, 0)))
    {
      for (guint i = 0; i < n; i++)
        targets[i] = (EtudeReal) json_array_get_double_element (json_array_get_array_element (array, i), 0);
      return NULL;
    }
  labels = g_new (gint32, n);
  for (guint i = 0; i < n; i++)
    labels[i] = (gint32) json_array_get_int_element (array, i);
  return labels;
}

/* The gradient by the outputs, from which the way back starts; checks the loss on the way. */
static void
find_slope (JsonObject *json, const Network *of, gsize n, gsize n_outputs, const EtudeReal *y, EtudeReal *dy)
{
  EtudeReal z[10 * ETUDE_PAD] = { 0 }, dz[10 * ETUDE_PAD], targets[10];
  g_autofree gint32 *labels = read_labels (json, n, targets);
  EtudeGoal goal = { labels != NULL ? n_outputs : 0, labels != NULL ? 0 : n_outputs };
  EtudeLossBatch batch = { n, ETUDE_PAD, z, labels, labels != NULL ? NULL : targets, dz };
  double expected = json_object_get_double_member (json, "loss");
  g_autoptr (EtudeLoss) loss = NULL;
  EtudeObject object;

  etude_object_init (&object, etude_group_find (&etude_loss_group, labels != NULL ? "cross_entropy" : "bce_with_logits"));
  if (labels != NULL)
    *(double *) etude_param_field (etude_kind_find_param (object.kind, "label_smoothing"), object.data) = of->label_smoothing;
  loss = etude_loss_new (&object, &goal, n, etude_kernels_get (etude_isa_get ()), NULL);
  for (gsize i = 0; i < n * n_outputs; i++)
    z[i / n_outputs * ETUDE_PAD + i % n_outputs] = y[i];
  g_assert_cmpfloat_with_epsilon (etude_loss_run (loss, &batch), expected, TOLERANCE * expected);
  for (gsize i = 0; i < n * n_outputs; i++)
    dy[i] = dz[i / n_outputs * ETUDE_PAD + i % n_outputs];
  etude_object_clear (&object);
}

static void
check_network (JsonObject *json, const Network *of)
{
  JsonObject *input = json_object_get_object_member (json, "input"), *output = json_object_get_object_member (json, "output");
  g_autoptr (EtudeNetwork) network = NULL;
  g_autoptr (GArray) blocks = NULL;
  g_autofree EtudeReal *weights = NULL;
  g_autofree EtudeReal *x = NULL;
  g_autofree EtudeReal *y = NULL;
  g_autofree EtudeReal *dy = NULL;
  g_autofree EtudeReal *dx = NULL;
  EtudeObjects layers = { 0 };
  gsize n, n_numbers, at = 0;
  EtudeShape shape = read_shape (input, &n);
  gsize n_outputs = read_shape (output, &n).size[0];

  read_layers (&layers, of->layers);
  network = make_network (&layers, &shape, n_outputs, n);
  blocks = etude_network_get_blocks (network);
  weights = g_new0 (EtudeReal, etude_network_get_n_numbers (network));
  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);
      g_autofree char *name = g_strdup_printf ("%s.%s", block->layer, block->name);

      if (block->is_learned)
        fill_block (block, json_object_get_object_member (json_object_get_object_member (json, "params"), name), weights + at);
      at += count (block);
    }
  etude_network_import_weights (network, weights);
  x = read_data (input, &n_numbers);
  y = g_new (EtudeReal, n * n_outputs);
  dy = g_new (EtudeReal, n * n_outputs);
  dx = g_new (EtudeReal, n_numbers);
  etude_network_forward (network, n, TRUE, x, y);
  compare (y, output);
  find_slope (json, of, n, n_outputs, y, dy);
  etude_network_backward (network, n, dy, dx);
  compare (dx, json_object_get_object_member (json, "grad_input"));
  etude_network_export_gradients (network, weights);
  at = 0;
  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);
      g_autofree char *name = g_strdup_printf ("%s.%s", block->layer, block->name);

      if (!block->is_learned)
        continue;
      compare (weights + at, json_object_get_object_member (json_object_get_object_member (json, "grad_params"), name));
      at += count (block);
    }
  etude_objects_clear (&layers);
}

static void
each_isa (void (*check) (void))
{
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    if (etude_isa_is_supported (isa))
      {
        etude_isa_set (isa);
        check ();
      }
}

static void
check_layers (void)
{
  JsonArray *cases = json_object_get_array_member (reference, "layers");

  for (guint i = 0; i < json_array_get_length (cases); i++)
    check_layer (json_array_get_object_element (cases, i));
}

static void
check_networks (void)
{
  JsonArray *cases = json_object_get_array_member (reference, "networks");

  g_assert_cmpuint (json_array_get_length (cases), ==, G_N_ELEMENTS (networks));
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      JsonObject *json = json_array_get_object_element (cases, i);

      g_assert_cmpstr (json_object_get_string_member (json, "name"), ==, networks[i].name);
      check_network (json, &networks[i]);
    }
}

static void
test_layers (void)
{
  each_isa (check_layers);
}

static void
test_networks (void)
{
  each_isa (check_networks);
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "reference", "layers.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  reference = json_node_get_object (json_parser_get_root (parser));
  g_test_add_func ("/reference/layers", test_layers);
  g_test_add_func ("/reference/networks", test_networks);
  return g_test_run ();
}
