/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  EtudeLayerCommon common;
  double p;
} Dropout;

static const EtudeParam dropout_params[] = {
  { .key = "p", .label = N_("Probability"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE, .initial = 0.5,
    .offset = G_STRUCT_OFFSET (Dropout, p), .help = N_("Share of the values that are left out in each step of the training") },
  { .key = NULL }
};

/* What each value was multiplied by. */
static gsize
dropout_memory (const EtudePass *pass)
{
  return pass->out.stride;
}

static void
draw_factors (const EtudePass *pass, EtudeReal *factors)
{
  double p = ((const Dropout *) pass->params)->p;
  EtudeReal kept = (EtudeReal) (1 / (1 - p));

  for (gsize pixel = 0; pixel < pass->in.height * pass->in.width; pixel++)
    for (gsize c = 0; c < pass->in.channels; c++)
      factors[pixel * pass->in.pixel + c] = etude_random_uniform (pass->random) < p ? 0 : kept;
}

static void
dropout_forward (const EtudePass *pass)
{
  for (gsize i = 0; i < pass->n; i++)
    {
      const EtudeReal *x = pass->x + i * pass->x_stride;
      EtudeReal *y = pass->y + i * pass->y_stride, *factors = pass->memory + i * pass->out.stride;

      memcpy (y, x, pass->n_outputs * sizeof *y);
      if (!pass->training)
        continue;
      draw_factors (pass, factors);
      for (gsize k = 0; k < pass->n_outputs; k++)
        y[k] *= factors[k];
    }
}

static void
dropout_backward (const EtudePass *pass)
{
  gsize n = pass->n * pass->y_stride;

  if (pass->dx == NULL)
    return;
  for (gsize k = 0; k < n; k++)
    pass->dx[k] = pass->training ? pass->dy[k] * pass->memory[k] : pass->dy[k];
  etude_pass_finish (pass);
}

const EtudeLayerKind etude_layer_dropout = {
  .kind = { .id = "dropout", .label = N_("Dropout"), .help = N_("Leaves some values out at random while training"),
            .source = "torch/nn/modules/dropout.py", .formula = "y = x / (1 − p) with probability 1 − p, else 0",
            ETUDE_LAYER_COMMON, .params = dropout_params, .size = sizeof (Dropout) },
  .takes = ETUDE_TAKES_ANY, .memory = dropout_memory,
  .backward_by_sample = TRUE, .forward = dropout_forward, .backward = dropout_backward,
};
