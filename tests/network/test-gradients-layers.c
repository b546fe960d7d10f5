/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gradients of layers and stacks of them in double against central differences, 1e-7 relative: by
 * every parameter and every input, in training mode and as an evaluation has them.
 */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"

#define N_SAMPLES 3
#define N_OUTPUTS 4
#define MOST_INPUTS 200

/* Each kind alone and together with what may stand before and behind it; 4 × 6 × 5 unless a row. */
static const char *const stacks[] = {
  "conv2d out_channels=3",
  "conv2d out_channels=20 padding=1;tanh",
  "conv2d out_channels=6 groups=2;sigmoid;conv2d out_channels=3 groups=3 kernel_size=2",
  "conv2d out_channels=4 groups=4 padding=2 stride=2;tanh",
  "conv2d out_channels=5 dilation=2 padding=2;tanh;conv2d out_channels=3 dilation=1,2 kernel_size=2",
  "conv2d out_channels=6 dilation=2,1 groups=2 padding=1;tanh",
  "conv2d out_channels=3 stride=2 padding=1;tanh;conv2d out_channels=2 kernel_size=2,3 padding=1 stride=1,2 bias=false",
  "conv2d out_channels=3 kernel_size=1 padding=3;tanh",
  "conv2d out_channels=3 kernel_size=2 padding=1;tanh;conv2d out_channels=17 kernel_size=1 stride=3;tanh",
  "tanh;conv2d out_channels=3;sigmoid;max_pool2d;tanh",
  "conv2d out_channels=3 padding=1;tanh;max_pool2d kernel_size=3 stride=2 padding=1",
  "conv2d out_channels=3 padding=1;tanh;avg_pool2d kernel_size=3 stride=2 padding=1",
  "sigmoid;avg_pool2d kernel_size=3,2 stride=1 padding=1 count_include_pad=false;tanh",
  "conv2d out_channels=5;sigmoid;global_avg_pool2d;flatten",
  "conv2d out_channels=5;sigmoid;flatten;tanh",
  "batch_norm",
  "conv2d out_channels=3;sigmoid;batch_norm;tanh;conv2d out_channels=2 kernel_size=2",
  "conv2d out_channels=3 bias=false;batch_norm affine=false eps=0.01;sigmoid",
  "flatten;batch_norm;tanh;dense units=5;batch_norm;sigmoid",
  "layer_norm",
  "conv2d out_channels=3;sigmoid;layer_norm;tanh;conv2d out_channels=2 kernel_size=2",
  "flatten;layer_norm affine=false;dense units=5;tanh;layer_norm eps=0.1",
  "dropout",
  "conv2d out_channels=3;sigmoid;dropout p=0.3;tanh;conv2d out_channels=2",
  "flatten;dropout p=0.2;dense units=9;tanh;dropout p=0.8",
  "<residual;conv2d out_channels=4 padding=1;tanh;>;sigmoid",
  "tanh;<residual;sigmoid;>;conv2d out_channels=2",
  "conv2d out_channels=3;tanh;<residual;conv2d out_channels=5 stride=2,1 padding=1;tanh;>;tanh",
  "conv2d out_channels=3;tanh;<residual projection=true;conv2d out_channels=3 padding=1;tanh;>;flatten",
  "conv2d out_channels=2;sigmoid;<residual;batch_norm;tanh;conv2d out_channels=2 padding=1;<residual;conv2d out_channels=3 padding=1;>;"
  "dropout;>;layer_norm",
  "flatten;dense units=6;tanh;<residual;dense units=8;tanh;dense units=3;>;<residual;dense units=3;tanh;>;tanh;<residual;dense units=4;>",
  /* A curve that is not 0 at 0 leaves something in what pads pixels and samples: before each kind, and first. */
  "softplus",
  "softplus;conv2d out_channels=3;softplus beta=2;conv2d out_channels=2 padding=1;silu",
  "conv2d out_channels=6;softplus;conv2d out_channels=3 groups=3 kernel_size=2;gelu approximate=tanh",
  "conv2d out_channels=3;softplus;max_pool2d kernel_size=3 stride=1 padding=1;mish",
  "conv2d out_channels=3;softplus;avg_pool2d kernel_size=3 stride=2 padding=1;softsign",
  "conv2d out_channels=5;softplus;global_avg_pool2d;softplus;flatten",
  "conv2d out_channels=3;softplus;flatten;softplus;dense units=5;softplus;tanh;gelu",
  "conv2d out_channels=3;softplus;batch_norm;softplus;conv2d out_channels=2",
  "conv2d out_channels=2 kernel_size=5,4;flatten;softplus;batch_norm;softplus;dense units=5;silu",
  "conv2d out_channels=3;softplus;layer_norm;softplus;conv2d out_channels=2",
  "flatten;softplus;layer_norm;dense units=5;softplus;layer_norm affine=false",
  "conv2d out_channels=3;softplus;dropout p=0.3;softplus;conv2d out_channels=2",
  "softplus;<residual;softplus;>;softplus;<residual;conv2d out_channels=3 padding=1;softplus;>;softplus;conv2d out_channels=2",
  "flatten;dense units=5;softplus;<residual;dense units=7;softplus;>;softplus;<residual;softplus;dense units=7;softplus;>;layer_norm",
  /* Slopes of wide pixels leave something where narrow ones have padding. */
  "conv2d out_channels=3;conv2d out_channels=3 kernel_size=2;conv2d out_channels=20 kernel_size=1",
  "conv2d out_channels=3;batch_norm;conv2d out_channels=20",
  "conv2d out_channels=3;layer_norm;conv2d out_channels=20",
  "conv2d out_channels=3;dropout;conv2d out_channels=20",
  "conv2d out_channels=3;softplus;conv2d out_channels=20",
  "conv2d out_channels=3;sigmoid;max_pool2d kernel_size=3 stride=2 padding=1;conv2d out_channels=20 kernel_size=1",
  "conv2d out_channels=3 padding=1;avg_pool2d;conv2d out_channels=20 padding=1",
  "conv2d out_channels=3;<residual;conv2d out_channels=20 padding=1;conv2d out_channels=3 padding=1;>;conv2d out_channels=20",
  "conv2d out_channels=3;global_avg_pool2d;flatten;dense units=40",
};

typedef struct
{
  EtudeNetwork *network;
  gboolean training;
  EtudeRandom random; /* where dropout starts each time */
  gsize n_inputs, n_weights;
  double x[N_SAMPLES * MOST_INPUTS];
  double up[N_SAMPLES * N_OUTPUTS];
  double *weights;
  double *state;
} Case;

/* What < begins and > ends is inside a block. */
static void
read_layers (EtudeObjects *layers, const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, ";", -1);
  EtudeObjects *lists[4] = { layers };
  guint depth = 0;

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i] + (*items[i] == '<'), " ", -1);
      EtudeObject *layer;

      if (*items[i] == '>')
        {
          depth--;
          continue;
        }
      layer = etude_objects_insert (lists[depth], lists[depth]->n, etude_group_find (&etude_layer_group, words[0]));
      if (*items[i] == '<')
        {
          lists[++depth] = etude_param_field (etude_kind_find_param (layer->kind, "layers"), layer->data);
          etude_objects_clear (lists[depth]);
        }

      for (guint k = 1; words[k] != NULL; k++)
        {
          g_auto (GStrv) pair = g_strsplit (words[k], "=", 2);
          const EtudeParam *param = etude_kind_find_param (layer->kind, pair[0]);

          g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, layer->data), NULL));
        }
    }
  etude_objects_insert (layers, layers->n, etude_group_find (&etude_layer_group, "dense"));
}

static EtudeNetwork *
make_network (const char *text)
{
  EtudeShape input = { 3, { 4, 6, 5 } };
  EtudeGoal goal = { 0, N_OUTPUTS };
  EtudeObjects layers = { 0 };
  EtudeObject loss;
  EtudeNetwork *network;
  GError *error = NULL;

  read_layers (&layers, text);
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "mse"));
  network = etude_network_new (&layers, &loss, &input, &goal, N_SAMPLES, &error);
  g_assert_no_error (error);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
  return network;
}

/* All numbers are drawn, those that start at 0 or 1 too. */
static void
case_init (Case *c, const char *text, gboolean training)
{
  gsize n_numbers;
  EtudeRandom random;

  etude_random_init (&random, 7, ETUDE_STREAM_SAMPLE);
  etude_random_init (&c->random, 8, ETUDE_STREAM_DROPOUT);
  c->network = make_network (text);
  c->training = training;
  c->n_inputs = 4 * 6 * 5;
  n_numbers = etude_network_get_n_numbers (c->network);
  c->n_weights = etude_network_get_n_parameters (c->network);
  c->weights = g_new (double, n_numbers);
  for (gsize i = 0; i < n_numbers; i++)
    c->weights[i] = 0.3 + 0.5 * etude_random_uniform (&random) * (i % 3 == 0 ? -1 : 1);
  for (gsize i = 0; i < N_SAMPLES * c->n_inputs; i++)
    c->x[i] = etude_random_normal (&random);
  for (gsize i = 0; i < N_SAMPLES * N_OUTPUTS; i++)
    c->up[i] = etude_random_normal (&random);
  /* Running variances must not be negative. */
  for (gsize i = 0; i < n_numbers; i++)
    c->weights[i] = n_numbers > c->n_weights && !training ? fabs (c->weights[i]) : c->weights[i];
}

static double
value_of (Case *c)
{
  double y[N_SAMPLES * N_OUTPUTS], sum = 0;

  *etude_network_get_random (c->network) = c->random;
  etude_network_import_weights (c->network, c->weights);
  etude_network_forward (c->network, N_SAMPLES, c->training, c->x, y);
  for (gsize i = 0; i < N_SAMPLES * N_OUTPUTS; i++)
    sum += y[i] * c->up[i];
  return sum;
}

/* Richardson's rule over three steps; FALSE where a corner of a maximum is near: the bend does not fall
 * with the square of the step then. */
static gboolean
measure (Case *c, double *number, double *slope)
{
  double slopes[3], bends[3], better[2], centre = *number, middle = value_of (c);

  for (guint i = 0; i < 3; i++)
    {
      double h = 1e-3 / (1 << i), up, down;

      *number = centre + h;
      up = value_of (c);
      *number = centre - h;
      down = value_of (c);
      slopes[i] = (up - down) / (2 * h);
      bends[i] = up - 2 * middle + down;
    }
  *number = centre;
  for (guint i = 0; i < 2; i++)
    better[i] = (4 * slopes[i + 1] - slopes[i]) / 3;
  *slope = (16 * better[1] - better[0]) / 15;
  return fabs (better[1] - better[0]) < 1e-6 * MAX (fabs (*slope), 1e-2)
         && fabs (bends[0] - 4 * bends[1]) < 0.2 * fabs (bends[0]) + 1e-12;
}

/* Relative to the number itself, or a hundredth of the largest where that is more. */
static guint
check_numbers (Case *c, double *numbers, gsize n, const double *gradients, gboolean has_corners)
{
  gsize step = MAX (n / 60, 1);
  double largest = 1e-2;
  guint n_checked = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (gradients[i]));
  for (gsize i = 0; i < n; i += step)
    {
      double slope;

      if (!measure (c, &numbers[i], &slope) && has_corners)
        continue;
      g_assert_cmpfloat_with_epsilon (slope, gradients[i], 1e-7 * MAX (fabs (gradients[i]), 1e-2 * largest));
      n_checked++;
    }
  return n_checked;
}

/* Where the n-th learned number of those that are imported is; running statistics lie between them. */
static double *
pick_learned (Case *c, gsize *n)
{
  g_autoptr (GArray) blocks = etude_network_get_blocks (c->network);
  double *kept = g_new (double, c->n_weights);
  gsize at = 0;

  *n = 0;
  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);
      gsize size = 1;

      for (guint d = 0; d < block->n_dims; d++)
        size *= block->dims[d];
      for (gsize k = 0; k < size && block->is_learned; k++)
        kept[(*n)++] = (double) (at + k);
      at += size;
    }
  g_assert_cmpuint (*n, ==, c->n_weights);
  return kept;
}

static gsize
count_nonzero (const double *numbers, gsize n)
{
  gsize found = 0;

  for (gsize i = 0; i < n; i++)
    found += numbers[i] != 0;
  return found;
}

/* Norms of the gradient and optimizers that see all weights go over the padding too. */
static void
check_padding (Case *c, const double *gradients)
{
  gsize n;

  etude_network_get_weights (c->network, &n);
  g_assert_cmpuint (count_nonzero (etude_network_get_gradients (c->network), n), ==,
                    count_nonzero (gradients, c->n_weights));
}

static void
check_stack (const char *text, gboolean training)
{
  g_autofree double *dx = g_new (double, N_SAMPLES * MOST_INPUTS);
  g_autofree double *gradients = NULL;
  g_autofree double *places = NULL;
  gboolean has_corners = strstr (text, "max_pool2d") != NULL;
  gsize n, step;
  guint n_checked;
  Case c;

  case_init (&c, text, training);
  gradients = g_new (double, c.n_weights);
  value_of (&c);
  etude_network_backward (c.network, N_SAMPLES, c.up, dx);
  etude_network_export_gradients (c.network, gradients);
  check_padding (&c, gradients);
  n_checked = check_numbers (&c, c.x, N_SAMPLES * c.n_inputs, dx, has_corners);
  g_assert_cmpuint (n_checked, >=, has_corners ? 30 : 60);
  places = pick_learned (&c, &n);
  step = MAX (n / 60, 1);
  for (gsize i = 0; i < n; i += step)
    check_numbers (&c, &c.weights[(gsize) places[i]], 1, &gradients[i], has_corners);
  g_free (c.weights);
  etude_network_free (c.network);
}

static void
test_stack (gconstpointer data)
{
  check_stack (data, TRUE);
  check_stack (data, FALSE);
}

/* A layer that is in no stack has no gradient check. */
static void
test_complete (void)
{
  for (guint k = 0; etude_layer_group.kinds[k] != NULL; k++)
    {
      const EtudeLayerKind *kind = (const EtudeLayerKind *) etude_layer_group.kinds[k];
      guint n = 0;

      for (guint i = 0; i < G_N_ELEMENTS (stacks); i++)
        n += strstr (stacks[i], kind->kind.id) != NULL;
      /* The functions of one number are in test-gradients.c. */
      g_assert_true (n > 0 || kind->activation != ETUDE_ACTIVATION_NONE || kind->curve != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gradients/stack/%s", stacks[i]);

      g_strdelimit (path, " ;", '_');
      g_test_add_data_func (path, stacks[i], test_stack);
    }
  g_test_add_func ("/gradients/stacks-complete", test_complete);
  return g_test_run ();
}
