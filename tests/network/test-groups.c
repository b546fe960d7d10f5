/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers that are drawn, moved and decayed in a way of their own, in double: against PyTorch's parameter
 * groups in tests/reference/groups.json, to 1e-10; and what is frozen stays as it is to the last bit.
 */
#include <json-glib/json-glib.h>
#include <math.h>

#include "base/error.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"
#include "optim/optimizer.h"

#define TOLERANCE 1e-10

static void
set (EtudeObject *object, const char *key, const char *text)
{
  const EtudeParam *param = etude_kind_find_param (object->kind, key);

  g_assert_nonnull (param);
  g_assert_true (etude_param_read (param, text, etude_param_field (param, object->data), NULL));
}

static EtudeObject *
get_initialiser (EtudeObject *layer)
{
  return etude_param_field (etude_kind_find_param (layer->kind, "initialiser"), layer->data);
}

static EtudeObjects *
get_inner (EtudeObject *layer)
{
  return etude_param_field (etude_kind_find_param (layer->kind, "layers"), layer->data);
}

static EtudeObject *
add (EtudeObjects *layers, const char *id, const char *units)
{
  EtudeObject *layer = etude_objects_insert (layers, layers->n, etude_group_find (&etude_layer_group, id));

  if (units != NULL)
    set (layer, "units", units);
  return layer;
}

static EtudeNetwork *
make_network (const EtudeObjects *layers, gsize n_inputs, gsize n_targets, GError **error)
{
  EtudeShape input = { 1, { n_inputs } };
  EtudeGoal goal = { .n_targets = n_targets };
  EtudeNetwork *network;
  EtudeObject loss;

  etude_object_init (&loss, etude_group_find (&etude_loss_group, "mse"));
  network = etude_network_new (layers, &loss, &input, &goal, 8, error);
  etude_object_clear (&loss);
  return network;
}

static EtudeOptimizer *
make_optimizer (EtudeNetwork *network, const EtudeObject *kind, GError **error)
{
  gsize n, n_groups;
  EtudeReal *weights = etude_network_get_weights (network, &n);
  const EtudeWeightGroup *groups = etude_network_get_groups (network, &n_groups);
  g_autoptr (EtudeOptimizer) optimizer = etude_optimizer_new (kind, weights, n, NULL);

  return etude_optimizer_set_groups (optimizer, groups, n_groups, error) ? g_steal_pointer (&optimizer) : NULL;
}

typedef struct
{
  EtudeNetwork *network;
  const EtudeBatch *batch;
} Again;

static double
evaluate (gpointer data)
{
  Again *again = data;

  return etude_network_step (again->network, again->batch, NULL, NULL);
}

static double
update (EtudeNetwork *network, EtudeOptimizer *optimizer, const EtudeBatch *batch, double lr)
{
  Again again = { network, batch };
  EtudeObjective objective = { .evaluate = evaluate, .data = &again };

  etude_optimizer_begin (optimizer, lr);
  if (!etude_optimizer_is_whole (optimizer))
    return etude_network_step (network, batch, etude_optimizer_step_range, optimizer);
  objective.loss = etude_network_step (network, batch, NULL, NULL);
  objective.gradient = etude_network_get_gradients (network);
  etude_optimizer_step_whole (optimizer, &objective);
  return objective.loss;
}

/* --- PyTorch --------------------------------------------------------------------------------- */

static double *
read_numbers (JsonObject *from, const char *key, guint *n)
{
  JsonArray *array = json_object_get_array_member (from, key);
  double *values;

  *n = json_array_get_length (array);
  values = g_new (double, *n);
  for (guint i = 0; i < *n; i++)
    values[i] = json_array_get_double_element (array, i);
  return values;
}

static float *
read_floats (JsonObject *from, const char *key)
{
  guint n;
  g_autofree double *values = read_numbers (from, key, &n);
  float *floats = g_new (float, n);

  for (guint i = 0; i < n; i++)
    floats[i] = (float) values[i];
  return floats;
}

static void
set_from (EtudeObject *object, JsonObject *json, const char *key)
{
  JsonNode *node = json_object_get_member (json, key);
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_NULL (node))
    return;
  text = json_to_string (node, FALSE);
  set (object, key, text);
}

static void
read_layers (JsonObject *root, gboolean has_decay, EtudeObjects *layers)
{
  JsonArray *list = json_object_get_array_member (root, "layers"), *sizes = json_object_get_array_member (root, "sizes");

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *json = json_array_get_object_element (list, i);
      g_autofree char *units = g_strdup_printf ("%d", (int) json_array_get_int_element (sizes, i + 1));
      EtudeObject *layer;

      if (i > 0)
        add (layers, "tanh", NULL);
      layer = add (layers, "dense", units);
      set_from (layer, json, "lr_scale");
      set_from (layer, json, "frozen");
      if (has_decay)
        set_from (layer, json, "weight_decay");
    }
}

static void
check_run (JsonObject *root, JsonObject *run)
{
  JsonObject *keys = json_object_get_object_member (run, "keys");
  g_autoptr (GList) members = json_object_get_members (keys);
  g_autofree float *inputs = read_floats (run, "inputs"), *targets = read_floats (run, "targets");
  guint n, n_losses;
  g_autofree double *first = read_numbers (run, "first", &n), *last = read_numbers (run, "last", &n);
  g_autofree double *losses = read_numbers (run, "losses", &n_losses), *found = g_new (double, n);
  EtudeBatch batch = { inputs, NULL, targets, NULL, 0, (gsize) json_object_get_int_member (root, "n") };
  g_autoptr (EtudeNetwork) network = NULL;
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  EtudeObjects layers = { 0 };
  EtudeObject object;
  double rate;

  etude_object_init (&object, etude_group_find (&etude_optimizer_group, json_object_get_string_member (run, "kind")));
  for (GList *l = members; l != NULL; l = l->next)
    set_from (&object, keys, l->data);
  read_layers (root, etude_kind_find_param (object.kind, "weight_decay") != NULL, &layers);
  network = make_network (&layers, 3, 2, NULL);
  etude_network_import_weights (network, first);
  optimizer = make_optimizer (network, &object, NULL);
  g_assert_true (isnan (etude_optimizer_measure_rate (optimizer)));
  for (guint i = 0; i < n_losses; i++)
    g_assert_cmpfloat_with_epsilon (update (network, optimizer, &batch, json_object_get_double_member (keys, "lr")),
                                    losses[i], TOLERANCE);
  etude_network_export_weights (network, found);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (found[i], last[i], TOLERANCE);
  rate = etude_optimizer_measure_rate (optimizer);
  if (!json_object_get_null_member (run, "rate"))
    g_assert_cmpfloat_with_epsilon (rate / json_object_get_double_member (run, "rate"), 1, TOLERANCE);
  else
    g_assert_true (isfinite (rate) == g_str_equal (object.kind->id, "radam"));
  etude_objects_clear (&layers);
  etude_object_clear (&object);
}

static void
test_reference (void)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "reference", "groups.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root;
  JsonArray *runs;

  g_assert_true (json_parser_load_from_file (parser, file, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  runs = json_object_get_array_member (root, "runs");
  g_assert_cmpuint (json_array_get_length (runs), ==, 13);
  for (guint i = 0; i < json_array_get_length (runs); i++)
    check_run (root, json_array_get_object_element (runs, i));
}

/* --- every kind ------------------------------------------------------------------------------ */

static const float some_inputs[] = { 1, -0.5f, 0.25f, 0.5f, 1, -1, -0.75f, 0.5f, 0.5f, 0.25f, -1, 1 };
static const float some_targets[] = { 1, 0.5f, -1, 0.25f };
static const EtudeBatch some = { some_inputs, NULL, some_targets, NULL, 0, 4 };

static EtudeNetwork *
make_initialised (const EtudeObjects *layers)
{
  EtudeNetwork *network = make_network (layers, 3, 1, NULL);
  EtudeObject initialiser;

  g_assert_nonnull (network);
  etude_object_init (&initialiser, etude_initialiser_group.kinds[0]);
  etude_network_initialise (network, &initialiser, 7);
  etude_object_clear (&initialiser);
  return network;
}

static double *
dup_weights (EtudeNetwork *network, gsize *n)
{
  double *weights = g_new (double, etude_network_get_n_numbers (network));

  *n = etude_network_get_n_numbers (network);
  etude_network_export_weights (network, weights);
  return weights;
}

static double *
train (const EtudeObject *kind, const EtudeObjects *layers, guint n_steps, gsize *n)
{
  g_autoptr (EtudeNetwork) network = make_initialised (layers);
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer (network, kind, NULL);

  for (guint i = 0; i < n_steps; i++)
    update (network, optimizer, &some, 0.01);
  etude_optimizer_show_average (optimizer, TRUE);
  return dup_weights (network, n);
}

/* A decay that is said again changes nothing, to the last bit; another one does. */
static void
test_same (void)
{
  for (guint k = 0; etude_optimizer_group.kinds[k] != NULL; k++)
    {
      EtudeObjects layers = { 0 };
      EtudeObject object;
      gsize n;
      g_autofree double *plain = NULL, *same = NULL, *other = NULL;

      add (&layers, "dense", "4");
      add (&layers, "tanh", NULL);
      add (&layers, "dense", "1");
      etude_object_init (&object, etude_optimizer_group.kinds[k]);
      if (etude_kind_find_param (object.kind, "weight_decay") != NULL)
        {
          set (&object, "weight_decay", "0.25");
          plain = train (&object, &layers, 9, &n);
          set (&layers.items[0], "weight_decay", "0.25");
          same = train (&object, &layers, 9, &n);
          set (&layers.items[0], "weight_decay", "0.5");
          other = train (&object, &layers, 9, &n);
          g_assert_cmpmem (plain, n * sizeof *plain, same, n * sizeof *same);
          g_assert_cmpfloat (plain[0], !=, other[0]);
        }
      etude_object_clear (&object);
      etude_objects_clear (&layers);
    }
}

/* The layer in the middle, with either end of the network frozen as well. */
static void
test_frozen (void)
{
  for (guint k = 0; etude_optimizer_group.kinds[k] != NULL; k++)
    for (guint which = 1; which < 7; which++)
      {
        EtudeObjects layers = { 0 };
        EtudeObject object;
        gsize n, at = 0;
        const gsize sizes[] = { 16, 20, 5 };
        g_autofree double *before = NULL, *after = NULL;

        for (guint i = 0; i < 3; i++)
          {
            if (i > 0)
              add (&layers, "tanh", NULL);
            set (add (&layers, "dense", i < 2 ? "4" : "1"), "frozen", which & 1 << i ? "true" : "false");
          }
        etude_object_init (&object, etude_optimizer_group.kinds[k]);
        if (etude_kind_find_param (object.kind, "weight_decay") != NULL)
          set (&object, "weight_decay", "0.25");
        if (g_str_equal (object.kind->id, "asgd"))
          set (&object, "t0", "2");
        before = train (&object, &layers, 0, &n);
        after = train (&object, &layers, 7, &n);
        g_assert_cmpuint (n, ==, 41);
        for (guint i = 0; i < 3; i++)
          for (gsize j = 0; j < sizes[i]; j++, at++)
            g_assert_true ((before[at] == after[at]) == ((which & 1 << i) != 0));
        etude_object_clear (&object);
        etude_objects_clear (&layers);
      }
}

/* Gradients of what is frozen are 0, those of the rest as without it, also in and around blocks; running
 * statistics move; what is asked for the inputs still comes. */
static void
test_gradients (void)
{
  for (guint which = 0; which < 32; which++)
    {
      EtudeObjects layers = { 0 };
      EtudeObject *frozen[5], *block;
      g_autoptr (EtudeNetwork) plain = NULL, network = NULL;
      g_autoptr (GArray) blocks = NULL;
      g_autofree double *all = NULL, *some_of = NULL;
      double outputs[4], slopes[] = { 1, -1, 0.5, 2 }, x[12], of_plain[12], of_frozen[12];
      gsize n, at = 0;

      add (&layers, "dense", "4");
      add (&layers, "batch_norm", NULL);
      block = add (&layers, "residual", NULL);
      etude_objects_clear (get_inner (block));
      add (get_inner (block), "dense", "5");
      add (get_inner (block), "tanh", NULL);
      add (get_inner (block), "dense", "3");
      add (&layers, "layer_norm", NULL);
      add (&layers, "dense", "1");
      frozen[0] = &layers.items[0];
      frozen[1] = &layers.items[1];
      frozen[2] = &get_inner (&layers.items[2])->items[0];
      frozen[3] = &layers.items[2];
      frozen[4] = &layers.items[3];
      plain = make_initialised (&layers);
      for (guint i = 0; i < 5; i++)
        set (frozen[i], "frozen", which & 1 << i ? "true" : "false");
      network = make_initialised (&layers);
      etude_network_step (plain, &some, NULL, NULL);
      etude_network_step (network, &some, NULL, NULL);
      n = etude_network_get_n_parameters (plain);
      all = g_new (double, n);
      some_of = g_new (double, n);
      etude_network_export_gradients (plain, all);
      etude_network_export_gradients (network, some_of);
      blocks = etude_network_get_blocks (network);
      for (guint b = 0; b < blocks->len; b++)
        {
          const EtudeNetworkBlock *one = &g_array_index (blocks, EtudeNetworkBlock, b);
          gsize size = 1;
          gboolean is_frozen = (g_str_equal (one->layer, "0") && (which & 1)) || (g_str_equal (one->layer, "1") && (which & 2))
                               || (g_str_equal (one->layer, "2.layers.0") && (which & 4))
                               || (g_str_has_prefix (one->layer, "2") && (which & 8))
                               || (g_str_equal (one->layer, "3") && (which & 16));

          for (guint d = 0; d < one->n_dims; d++)
            size *= one->dims[d];
          for (gsize j = 0; one->is_learned && j < size; j++, at++)
            g_assert_cmpfloat (some_of[at], ==, is_frozen ? 0 : all[at]);
        }
      g_assert_cmpuint (at, ==, n);
      g_assert_cmpfloat (etude_network_get_state (network, NULL)[0], ==, etude_network_get_state (plain, NULL)[0]);
      g_assert_cmpfloat (etude_network_get_state (network, NULL)[0], !=, 0);
      for (guint i = 0; i < 12; i++)
        x[i] = (double) some_inputs[i];
      etude_network_forward (plain, 4, TRUE, x, outputs);
      etude_network_backward (plain, 4, slopes, of_plain);
      etude_network_forward (network, 4, TRUE, x, outputs);
      etude_network_backward (network, 4, slopes, of_frozen);
      g_assert_cmpmem (of_plain, sizeof of_plain, of_frozen, sizeof of_frozen);
      etude_objects_clear (&layers);
    }
}

/* --- initialisers ---------------------------------------------------------------------------- */

/* A layer with an initialiser draws what a network with it draws at that place; a block hands its own on. */
static void
test_initialiser (void)
{
  for (guint k = 0; etude_initialiser_group.kinds[k] != NULL; k++)
    {
      EtudeObjects layers = { 0 };
      EtudeObject of_network, other;
      g_autoptr (EtudeNetwork) all = NULL, each = NULL, one = NULL;
      g_autofree double *expected = NULL, *found = NULL, *mixed = NULL;
      gsize n;

      add (&layers, "dense", "4");
      add (&layers, "residual", NULL);
      etude_objects_clear (get_inner (&layers.items[1]));
      add (get_inner (&layers.items[1]), "dense", "3");
      add (&layers, "dense", "1");
      etude_object_init (&of_network, etude_initialiser_group.kinds[k]);
      etude_object_init (&other, etude_group_find (&etude_initialiser_group, "zeros"));
      all = make_network (&layers, 3, 1, NULL);
      etude_network_initialise (all, &of_network, 7);
      expected = dup_weights (all, &n);
      /* The block first: it stands for its inner layer and its projection. */
      for (guint i = 0; i < 3; i++)
        etude_object_copy (get_initialiser (&layers.items[i]), &of_network);
      each = make_network (&layers, 3, 1, NULL);
      etude_network_initialise (each, &other, 7);
      found = dup_weights (each, &n);
      g_assert_cmpmem (expected, n * sizeof *expected, found, n * sizeof *found);
      etude_object_clear (get_initialiser (&layers.items[0]));
      one = make_network (&layers, 3, 1, NULL);
      etude_network_initialise (one, &other, 7);
      mixed = dup_weights (one, &n);
      for (guint i = 0; i < 16; i++)
        g_assert_cmpfloat (mixed[i], ==, 0);
      g_assert_true ((mixed[16] != 0) == !g_str_equal (of_network.kind->id, "zeros"));
      etude_object_clear (&of_network);
      etude_object_clear (&other);
      etude_objects_clear (&layers);
    }
}

/* --- what cannot be -------------------------------------------------------------------------- */

static void
test_refused (void)
{
  static const struct { const char *optimizer, *key, *value, *message; } cases[] = {
    { "lbfgs", "lr_scale", "0.5", "network.layers.1.layers.0.lr_scale: found 0.5, expected 1: the optimizer lbfgs has one rate for all weights" },
    { "prodigy", "lr_scale", "2", "network.layers.1.layers.0.lr_scale: found 2, expected 1: the optimizer prodigy has one rate for all weights" },
    { "lbfgs", "weight_decay", "0.1", "network.layers.1.layers.0.weight_decay: found 0.1, expected “auto”: the optimizer lbfgs has no weight decay" },
    { "rprop", "weight_decay", "0", "network.layers.1.layers.0.weight_decay: found 0, expected “auto”: the optimizer rprop has no weight decay" },
    { "rprop", "lr_scale", "2", NULL },
    { "prodigy", "weight_decay", "0.1", NULL },
    { "lbfgs", "frozen", "true", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeObjects layers = { 0 };
      EtudeObject object;
      g_autoptr (EtudeNetwork) network = NULL;
      g_autoptr (EtudeOptimizer) optimizer = NULL;
      g_autoptr (GError) error = NULL;

      add (&layers, "dense", "3");
      add (&layers, "residual", NULL);
      etude_objects_clear (get_inner (&layers.items[1]));
      set (add (get_inner (&layers.items[1]), "dense", "3"), cases[i].key, cases[i].value);
      add (&layers, "dense", "1");
      etude_object_init (&object, etude_group_find (&etude_optimizer_group, cases[i].optimizer));
      network = make_initialised (&layers);
      optimizer = make_optimizer (network, &object, &error);
      if (cases[i].message == NULL)
        g_assert_no_error (error);
      else
        g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i].message);
      etude_object_clear (&object);
      etude_objects_clear (&layers);
    }
}

static void
test_all_frozen (void)
{
  EtudeObjects layers = { 0 };
  g_autoptr (GError) error = NULL;

  set (add (&layers, "dense", "3"), "frozen", "true");
  add (&layers, "tanh", NULL);
  set (add (&layers, "dense", "1"), "frozen", "true");
  g_assert_null (make_network (&layers, 3, 1, &error));
  g_assert_cmpstr (error->message, ==, "network.layers: all layers with weights are frozen, expected at least one that learns");
  etude_objects_clear (&layers);
}

/* Where no layer has a say of its own there are no groups, and the optimizer goes its usual way. */
static void
test_none (void)
{
  EtudeObjects layers = { 0 };
  g_autoptr (EtudeNetwork) network = NULL;
  gsize n;

  set (add (&layers, "dense", "3"), "lr_scale", "1");
  set (add (&layers, "tanh", NULL), "frozen", "true");
  add (&layers, "dense", "1");
  network = make_network (&layers, 3, 1, NULL);
  g_assert_null (etude_network_get_groups (network, &n));
  g_assert_cmpuint (n, ==, 0);
  etude_objects_clear (&layers);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/groups/reference", test_reference);
  g_test_add_func ("/groups/same", test_same);
  g_test_add_func ("/groups/frozen", test_frozen);
  g_test_add_func ("/groups/gradients", test_gradients);
  g_test_add_func ("/groups/initialiser", test_initialiser);
  g_test_add_func ("/groups/refused", test_refused);
  g_test_add_func ("/groups/all-frozen", test_all_frozen);
  g_test_add_func ("/groups/none", test_none);
  return g_test_run ();
}
