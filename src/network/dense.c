/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  guint64 units;
  gboolean bias;
} Dense;

static const EtudeParam dense_params[] = {
  { .key = "units", .label = N_("Units"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1000000, .initial_auto = TRUE,
    .automatic = N_("In the last dense layer: as many outputs as data and loss need"),
    .offset = G_STRUCT_OFFSET (Dense, units), .help = N_("How many outputs the layer has") },
  { .key = "bias", .label = N_("Bias"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (Dense, bias), .help = N_("Adds a number of its own to each output") },
  { .key = NULL }
};

static gboolean
dense_has_bias (gconstpointer params)
{
  return ((const Dense *) params)->bias;
}

static gsize
dense_n_outputs (gconstpointer params, gsize n_inputs, gsize n_auto)
{
  const Dense *self = params;

  return self->units == ETUDE_AUTO_INTEGER ? n_auto : (gsize) self->units;
}

/* y[b,o] = f (bias[o] + sum_i x[b,i] w[i,o]);  x: [n, n_inputs], w: [n_inputs, n_outputs] in panels */
static void
dense_forward (const EtudePass *pass)
{
  EtudeProduct product = {
    .n_rows = pass->n, .n_columns = etude_pad (pass->n_outputs), .depth = pass->n_inputs,
    .a = pass->x, .a_stride = pass->x_stride, .b = pass->weights,
    .c = pass->y, .c_stride = pass->y_stride, .bias = pass->bias, .activation = pass->activation,
  };

  pass->kernels->multiply (&product);
}

/* dx[b,i] = f'(x[b,i]) sum_o dy[b,o] w[i,o] */
static void
dense_backward_inputs (const EtudePass *pass)
{
  EtudeProduct product = {
    .n_rows = pass->n, .n_columns = etude_pad (pass->n_inputs), .depth = pass->n_outputs,
    .a = pass->dy, .a_stride = pass->y_stride, .b = pass->transposed,
    .c = pass->dx, .c_stride = pass->x_stride, .activation = pass->before,
    .outputs = pass->x, .outputs_stride = pass->x_stride,
  };

  pass->kernels->transpose (pass->n_inputs, pass->n_outputs, pass->weights, pass->transposed);
  pass->kernels->multiply (&product);
}

/* dw[i,o] = sum_b x[b,i] dy[b,o];  dbias[o] = sum_b dy[b,o] */
static void
dense_backward (const EtudePass *pass)
{
  EtudeOuter outer = {
    .n_samples = pass->n, .n_rows = pass->n_inputs, .n_columns = etude_pad (pass->n_outputs),
    .x = pass->x, .x_stride = pass->x_stride, .dy = pass->dy, .dy_stride = pass->y_stride,
    .result = pass->dweights, .tile = pass->tile, .data = pass->data,
  };

  if (pass->dx != NULL)
    dense_backward_inputs (pass);
  pass->kernels->outer (&outer);
  if (pass->dbias != NULL)
    pass->kernels->sum_columns (pass->n, outer.n_columns, pass->dy, pass->y_stride, pass->dbias);
}

const EtudeLayerKind etude_layer_dense = {
  .kind = { .id = "dense", .label = N_("Dense"), .help = N_("Connects every input with every output"),
            .source = "torch/nn/modules/linear.py", .formula = "y = x Wᵀ + b",
            .params = dense_params, .size = sizeof (Dense) },
  .has_weights = TRUE,
  .has_bias = dense_has_bias,
  .n_outputs = dense_n_outputs,
  .forward = dense_forward,
  .backward = dense_backward,
};
