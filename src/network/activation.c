/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Only where no dense layer in front has taken the function over. */
static void
activation_forward (const EtudePass *pass)
{
  for (gsize i = 0; i < pass->n; i++)
    memcpy (pass->y + i * pass->y_stride, pass->x + i * pass->x_stride,
            pass->n_outputs * sizeof *pass->y);
  pass->kernels->activate (pass->activation, pass->n * pass->y_stride, pass->y);
}

static void
activation_backward (const EtudePass *pass)
{
  if (pass->dx == NULL)
    return;
  memcpy (pass->dx, pass->dy, pass->n * pass->y_stride * sizeof *pass->dx);
  etude_pass_finish (pass);
}

#define ACTIVATION(NAME, LABEL, HELP, FORMULA, SOURCE, FUNCTION) \
  const EtudeLayerKind etude_layer_##NAME = { \
    .kind = { .id = #NAME, .label = LABEL, .help = HELP, .source = SOURCE, .formula = FORMULA, \
              ETUDE_LAYER_COMMON, .size = sizeof (EtudeLayerCommon) }, \
    .activation = FUNCTION, \
    .forward_by_sample = TRUE, \
    .backward_by_sample = TRUE, \
    .forward = activation_forward, \
    .backward = activation_backward, \
  }

ACTIVATION (tanh, N_("Tanh"), N_("Bends smoothly to −1 and 1"),
            "y = tanh x", "torch/nn/modules/activation.py Tanh", ETUDE_ACTIVATION_TANH);
ACTIVATION (relu, N_("ReLU"), N_("Cuts negative values off"),
            "y = max (x, 0)", "torch/nn/modules/activation.py ReLU", ETUDE_ACTIVATION_RELU);
ACTIVATION (sigmoid, N_("Sigmoid"), N_("Bends smoothly to 0 and 1"),
            "y = 1 / (1 + exp (−x))", "torch/nn/modules/activation.py Sigmoid", ETUDE_ACTIVATION_SIGMOID);
