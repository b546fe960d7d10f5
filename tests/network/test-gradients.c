/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gradients in double against central differences, 1e-7 relative: every loss with every parameter it
 * has, both reductions, behind every activation, each in random small networks.
 */
#include <math.h>

#include "base/random.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"

/* Networks of each combination, and weights of each that are moved. */
#define N_NETWORKS 3
#define N_WEIGHTS 20

#define MOST_SAMPLES 7

/* One loss as the document may ask for it. */
typedef struct
{
  const char *name;
  const char *loss;
  gboolean classes;
  gsize n_classes; /* 0 for any number */
  gboolean label_smoothing, class_weights, pos_weight;
  const char *bend; /* a parameter that says where the loss changes its rule */
  gboolean has_corners;
} Variant;

static const Variant variants[] = {
  { .name = "auto/classes", .loss = "auto", .classes = TRUE },
  { .name = "auto/numbers", .loss = "auto" },
  { .name = "cross_entropy", .loss = "cross_entropy", .classes = TRUE },
  { .name = "cross_entropy/label_smoothing", .loss = "cross_entropy", .classes = TRUE, .label_smoothing = TRUE },
  { .name = "cross_entropy/class_weights", .loss = "cross_entropy", .classes = TRUE, .class_weights = TRUE },
  { .name = "cross_entropy/both", .loss = "cross_entropy", .classes = TRUE, .label_smoothing = TRUE, .class_weights = TRUE },
  { .name = "bce_with_logits/classes", .loss = "bce_with_logits", .classes = TRUE, .n_classes = 2 },
  { .name = "bce_with_logits/pos_weight", .loss = "bce_with_logits", .classes = TRUE, .n_classes = 2, .pos_weight = TRUE },
  { .name = "bce_with_logits/numbers", .loss = "bce_with_logits", .pos_weight = TRUE },
  { .name = "mse/classes", .loss = "mse", .classes = TRUE },
  { .name = "mse/numbers", .loss = "mse" },
  { .name = "l1/classes", .loss = "l1", .classes = TRUE, .has_corners = TRUE },
  { .name = "l1/numbers", .loss = "l1", .has_corners = TRUE },
  { .name = "smooth_l1/classes", .loss = "smooth_l1", .classes = TRUE, .bend = "beta", .has_corners = TRUE },
  { .name = "smooth_l1/numbers", .loss = "smooth_l1", .bend = "beta", .has_corners = TRUE },
  { .name = "huber/classes", .loss = "huber", .classes = TRUE, .bend = "delta", .has_corners = TRUE },
  { .name = "huber/numbers", .loss = "huber", .bend = "delta", .has_corners = TRUE },
  { .name = "hinge", .loss = "hinge", .classes = TRUE, .has_corners = TRUE },
};

/* The first: nothing between the dense layers. */
static const struct { const char *id; gboolean has_corners; } activations[] = {
  { NULL }, { "tanh" }, { "sigmoid" }, { "relu", TRUE }, { "leaky_relu", TRUE }, { "elu", TRUE }, { "gelu" },
  { "softplus", TRUE }, { "silu" }, { "mish" }, { "selu", TRUE }, { "softsign", TRUE }, { "relu6", TRUE },
  { "hardtanh", TRUE }, { "hardsigmoid", TRUE }, { "hardswish", TRUE },
};

typedef struct
{
  EtudeObjects layers;
  EtudeObject loss;
  EtudeObject initialiser;
  EtudeShape input;
  EtudeGoal goal;
  gboolean has_corners;
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

/* With numbers drawn for its parameters, near those that people use. */
static void
add_activation (Case *c, guint which, EtudeRandom *random)
{
  EtudeObject *layer;

  if (activations[which].id == NULL)
    return;
  layer = etude_objects_insert (&c->layers, c->layers.n, etude_group_find (&etude_layer_group, activations[which].id));
  c->has_corners |= activations[which].has_corners;
  for (const EtudeParam *param = layer->kind->params; param != NULL && param->key != NULL; param++)
    {
      gpointer at = etude_param_field (param, layer->data);

      if (param->type == ETUDE_PARAM_CHOICE)
        *(guint *) at = (guint) etude_random_below (random, 2);
      else
        *(double *) at = 0.1 + 2 * etude_random_uniform (random);
    }
}

static void
choose_loss (Case *c, const Variant *variant, guint reduction, EtudeRandom *random)
{
  etude_object_init (&c->loss, etude_group_find (&etude_loss_group, variant->loss));
  *(guint *) field (&c->loss, "reduction") = reduction;
  if (variant->classes)
    c->goal.n_classes = variant->n_classes != 0 ? variant->n_classes : 2 + etude_random_below (random, 3);
  else
    c->goal.n_targets = 1 + etude_random_below (random, 4);
  c->has_corners = variant->has_corners;
  if (variant->bend != NULL)
    *(double *) field (&c->loss, variant->bend) = 0.1 + etude_random_uniform (random);
  if (variant->pos_weight)
    *(double *) field (&c->loss, "pos_weight") = 0.5 + 2 * etude_random_uniform (random);
  if (variant->label_smoothing)
    *(double *) field (&c->loss, "label_smoothing") = 0.05 + 0.9 * etude_random_uniform (random);
  if (variant->class_weights)
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

/* The activation is used in every place where one can be: behind the inputs, twice in a row, at the end. */
static void
case_init (Case *c, const Variant *variant, guint reduction, guint activation, EtudeRandom *random)
{
  *c = (Case) { 0 };
  choose_loss (c, variant, reduction, random);
  c->input = (EtudeShape) { 1, { 1 + etude_random_below (random, 40) } };
  if (etude_random_below (random, 8) == 0)
    add_activation (c, activation, random);
  for (guint i = 1 + (guint) etude_random_below (random, 2); i > 0; i--)
    {
      add_dense (c, 1 + etude_random_below (random, 40), etude_random_below (random, 3) > 0);
      add_activation (c, activation, random);
      if (etude_random_below (random, 3) == 0)
        add_activation (c, 1 + (guint) etude_random_below (random, G_N_ELEMENTS (activations) - 1), random);
    }
  add_dense (c, ETUDE_AUTO_INTEGER, etude_random_below (random, 3) > 0);
  if (etude_random_below (random, 4) == 0)
    add_activation (c, activation, random);
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

/* Differences over h, h / 2 and so on, of which Richardson's rule cancels the errors of second and
 * fourth order. They agree among themselves unless a corner, or a jump of the curvature, is near. */
static gboolean
measure (EtudeNetwork *network, const EtudeBatch *batch, double *weight, double *slope)
{
  double slopes[4], better[3], centre = *weight;
  double bound;

  for (guint i = 0; i < 4; i++)
    {
      double h = 2e-3 / (1 << i);
      double up, down;

      *weight = centre + h;
      up = etude_network_step (network, batch, NULL, NULL);
      *weight = centre - h;
      down = etude_network_step (network, batch, NULL, NULL);
      slopes[i] = (up - down) / (2 * h);
    }
  *weight = centre;
  for (guint i = 0; i < 3; i++)
    better[i] = (4 * slopes[i + 1] - slopes[i]) / 3;
  *slope = (16 * better[1] - better[0]) / 15;
  bound = 1e-7 * MAX (fabs (*slope), 1e-3);
  return fabs (better[1] - better[0]) < bound && fabs (better[2] - better[1]) < bound;
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

/* Returns how many weights were compared; all, unless the network has corners: then more are tried
 * until a quarter is found that has none near. Relative to the gradient itself, or a thousandth of
 * the largest where that is more; outputs of 5 are known to 1e-15, and slopes over 5e-4 to 2e-12. */
static guint
check_gradients (EtudeNetwork *network, const EtudeBatch *batch, gboolean has_corners, EtudeRandom *random)
{
  gsize n = etude_network_get_n_parameters (network);
  g_autofree double *weights = g_new (double, n);
  g_autofree double *gradients = g_new (double, n);
  double largest = 0, loss, rounding;
  guint n_checked = 0;

  loss = etude_network_step (network, batch, NULL, NULL);
  rounding = 4e-12 * MAX (fabs (loss), 1);
  etude_network_export_gradients (network, gradients);
  etude_network_export_weights (network, weights);
  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (gradients[i]));
  for (guint i = 0; i < N_WEIGHTS || (n_checked < N_WEIGHTS / 4 && i < 20 * N_WEIGHTS); i++)
    {
      gsize at = etude_random_below (random, n);
      gboolean is_smooth;
      double slope;

      is_smooth = measure (network, batch, find_weight (network, weights, at), &slope);
      if (has_corners && !is_smooth)
        continue;
      g_assert_cmpfloat_with_epsilon (slope, gradients[at], rounding + 1e-7 * MAX (fabs (gradients[at]), MAX (1e-3 * largest, 1e-5)));
      n_checked++;
    }
  return n_checked;
}

/* Biases that are 0 put units behind a dead layer right on a corner. */
static void
shake (EtudeNetwork *network, EtudeRandom *random)
{
  gsize n = etude_network_get_n_parameters (network);
  g_autofree double *weights = g_new (double, n);

  etude_network_export_weights (network, weights);
  for (gsize i = 0; i < n; i++)
    weights[i] += 0.1 * etude_random_normal (random);
  etude_network_import_weights (network, weights);
}

static void
check_network (const Variant *variant, guint reduction, guint activation, guint seed, EtudeRandom *random)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeNetwork) network = NULL;
  guint n_checked;
  EtudeBatch batch;
  Case c;

  case_init (&c, variant, reduction, activation, random);
  network = etude_network_new (&c.layers, &c.loss, &c.input, &c.goal, c.n, &error);
  g_assert_no_error (error);
  etude_network_initialise (network, &c.initialiser, seed);
  shake (network, random);
  batch = (EtudeBatch) { c.inputs, c.goal.n_classes > 0 ? c.labels : NULL,
                         c.goal.n_classes > 0 ? NULL : c.targets, NULL, 0, c.n };
  n_checked = check_gradients (network, &batch, c.has_corners, random);
  g_assert_cmpuint (n_checked, >=, c.has_corners ? N_WEIGHTS / 4 : N_WEIGHTS);
  case_clear (&c);
}

static void
test_differences (gconstpointer data)
{
  const Variant *variant = data;
  EtudeRandom random;

  etude_random_init (&random, (guint64) (variant - variants), ETUDE_STREAM_SAMPLE);
  for (guint reduction = 0; reduction < 2; reduction++)
    for (guint f = 0; f < G_N_ELEMENTS (activations); f++)
      for (guint i = 0; i < N_NETWORKS; i++)
        {
          g_test_message ("reduction %u, %s, network %u", reduction, activations[f].id != NULL ? activations[f].id : "linear", i);
          check_network (variant, reduction, f, i, &random);
        }
}

/* A loss, or a parameter of one, that is not in the table above has no gradient check. */
static void
test_complete (void)
{
  static const char *const known[] = { "reduction", "label_smoothing", "class_weights", "pos_weight", "beta", "delta" };

  for (guint k = 0; etude_loss_group.kinds[k] != NULL; k++)
    {
      const EtudeKind *kind = etude_loss_group.kinds[k];
      guint n_variants = 0, n_known = 0;

      for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
        n_variants += g_str_equal (variants[v].loss, kind->id);
      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        n_known += etude_kind_find_param (kind, known[i]) != NULL;
      g_assert_cmpuint (n_variants, >, 0);
      g_assert_cmpuint (n_known, ==, etude_kind_n_params (kind));
    }
  for (guint k = 0; etude_layer_group.kinds[k] != NULL; k++)
    {
      const EtudeLayerKind *kind = (const EtudeLayerKind *) etude_layer_group.kinds[k];
      gboolean is_known = FALSE;

      for (guint f = 1; f < G_N_ELEMENTS (activations); f++)
        is_known |= g_str_equal (kind->kind.id, activations[f].id);
      /* The other layers are in test-gradients-layers.c. */
      g_assert_true (is_known == (kind->activation != ETUDE_ACTIVATION_NONE || kind->curve != NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
    {
      g_autofree char *path = g_strdup_printf ("/gradients/differences/%s", variants[v].name);

      g_test_add_data_func (path, &variants[v], test_differences);
    }
  g_test_add_func ("/gradients/complete", test_complete);
  return g_test_run ();
}
