/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The activations that are a pass of their own: a row of the catalogue each, and the curve it stands for. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "network/layer-private.h"

#define SELU_SCALE 1.0507009873554804934193349852946
#define SELU_ALPHA 1.6732632423543772848170429916717

typedef struct
{
  EtudeLayerCommon common;
  double negative_slope;
} LeakyRelu;

typedef struct
{
  EtudeLayerCommon common;
  double alpha;
} Elu;

typedef struct
{
  EtudeLayerCommon common;
  guint approximate;
} Gelu;

typedef struct
{
  EtudeLayerCommon common;
  double beta;
  double threshold;
} Softplus;

static const EtudeParam leaky_relu_params[] = {
  { .key = "negative_slope", .label = N_("Negative Slope"), .type = ETUDE_PARAM_REAL,
    .min = -1000, .max = 1000, .initial = 0.01, .offset = G_STRUCT_OFFSET (LeakyRelu, negative_slope),
    .help = N_("What negative values are multiplied by") },
  { .key = NULL }
};

static const EtudeParam elu_params[] = {
  { .key = "alpha", .label = N_("Alpha"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (Elu, alpha),
    .help = N_("How far below zero the curve bends to") },
  { .key = NULL }
};

static const EtudeChoice approximations[] = {
  { "none", N_("None"), N_("With the normal distribution itself") },
  { "tanh", N_("Tanh"), N_("With a tanh in its place, as the first models had it") },
  { NULL }
};

static const EtudeParam gelu_params[] = {
  { .key = "approximate", .label = N_("Approximation"), .type = ETUDE_PARAM_CHOICE, .choices = approximations,
    .offset = G_STRUCT_OFFSET (Gelu, approximate), .help = N_("How the normal distribution is computed") },
  { .key = NULL }
};

static const EtudeParam softplus_params[] = {
  { .key = "beta", .label = N_("Beta"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 1e-3, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (Softplus, beta),
    .help = N_("How sharp the bend is") },
  { .key = "threshold", .label = N_("Threshold"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1000, .initial = 20, .offset = G_STRUCT_OFFSET (Softplus, threshold),
    .help = N_("Where beta times the value is above it, the value passes as it is") },
  { .key = NULL }
};

static EtudeCurve
leaky_relu_curve (gconstpointer params)
{
  return (EtudeCurve) { .shape = ETUDE_CURVE_LEAK, .a = (EtudeReal) ((const LeakyRelu *) params)->negative_slope };
}

static EtudeCurve
elu_curve (gconstpointer params)
{
  return (EtudeCurve) { .shape = ETUDE_CURVE_EXPONENTIAL, .a = 1, .b = (EtudeReal) ((const Elu *) params)->alpha };
}

static EtudeCurve
gelu_curve (gconstpointer params)
{
  return (EtudeCurve) { .shape = ((const Gelu *) params)->approximate ? ETUDE_CURVE_GELU_TANH : ETUDE_CURVE_GELU };
}

static EtudeCurve
softplus_curve (gconstpointer params)
{
  const Softplus *self = params;

  return (EtudeCurve) { .shape = ETUDE_CURVE_SOFTPLUS, .a = (EtudeReal) self->beta, .b = (EtudeReal) self->threshold };
}

/* Samples lie alike on both sides, unless @x is the input of the network. */
static void
curve_forward (const EtudePass *pass)
{
  const EtudeReal *x = pass->x;

  if (pass->x_stride != pass->y_stride)
    {
      for (gsize i = 0; i < pass->n; i++)
        memcpy (pass->y + i * pass->y_stride, pass->x + i * pass->x_stride, pass->n_outputs * sizeof *pass->y);
      x = pass->y;
    }
  pass->kernels->bend (&pass->curve, pass->n * pass->y_stride, x, pass->y);
}

static void
curve_backward (const EtudePass *pass)
{
  const EtudeReal *x = pass->x;

  if (pass->dx == NULL)
    return;
  if (pass->x_stride != pass->dx_stride)
    {
      memset (pass->dx, 0, pass->n * pass->dx_stride * sizeof *pass->dx);
      for (gsize i = 0; i < pass->n; i++)
        memcpy (pass->dx + i * pass->dx_stride, pass->x + i * pass->x_stride, pass->n_inputs * sizeof *pass->dx);
      x = pass->dx;
    }
  pass->kernels->bend_back (&pass->curve, pass->n * pass->dx_stride, x, pass->dy, pass->dx);
  etude_pass_finish (pass);
}

#define CURVE(NAME, LABEL, HELP, FORMULA, CLASS, PARAMS, TYPE, MAKE) \
  const EtudeLayerKind etude_layer_##NAME = { \
    .kind = { .id = #NAME, .label = LABEL, .help = HELP, .source = "torch/nn/modules/activation.py " CLASS, \
              .formula = FORMULA, ETUDE_LAYER_COMMON, .params = PARAMS, .size = sizeof (TYPE) }, \
    .curve = MAKE, \
    .forward_by_sample = TRUE, \
    .backward_by_sample = TRUE, \
    .forward = curve_forward, \
    .backward = curve_backward, \
  }

/* One whose curve has no parameters that the document sets. */
#define FIXED(NAME, LABEL, HELP, FORMULA, CLASS, ...) \
  static EtudeCurve \
  NAME##_curve (gconstpointer params) \
  { \
    return (EtudeCurve) { __VA_ARGS__ }; \
  } \
  CURVE (NAME, LABEL, HELP, FORMULA, CLASS, NULL, EtudeLayerCommon, NAME##_curve)

CURVE (leaky_relu, N_("Leaky ReLU"), N_("Lets a little of negative values through"),
       "y = x where x > 0, else negative_slope x", "LeakyReLU", leaky_relu_params, LeakyRelu, leaky_relu_curve);
CURVE (elu, N_("ELU"), N_("Bends negative values to −alpha"),
       "y = x where x > 0, else alpha (exp x − 1)", "ELU", elu_params, Elu, elu_curve);
CURVE (gelu, N_("GELU"), N_("Weighs values by the share of a normal distribution below them"),
       "y = x Φ(x); tanh: y = x (1 + tanh (√(2/π) (x + 0.044715 x³))) / 2", "GELU",
       gelu_params, Gelu, gelu_curve);
CURVE (softplus, N_("Softplus"), N_("A ReLU without a corner"),
       "y = log (1 + exp (beta x)) / beta", "Softplus", softplus_params, Softplus, softplus_curve);
FIXED (silu, N_("SiLU"), N_("Weighs values by their own sigmoid; also called swish"),
       "y = x / (1 + exp (−x))", "SiLU", .shape = ETUDE_CURVE_SILU);
FIXED (mish, N_("Mish"), N_("As SiLU, a little steeper"),
       "y = x tanh (log (1 + exp x))", "Mish", .shape = ETUDE_CURVE_MISH);
FIXED (selu, N_("SELU"), N_("An ELU that keeps mean 0 and variance 1 through many layers, with LeCun’s initialiser"),
       "y = 1.0507 x where x > 0, else 1.0507 · 1.6733 (exp x − 1)", "SELU",
       .shape = ETUDE_CURVE_EXPONENTIAL, .a = (EtudeReal) SELU_SCALE, .b = (EtudeReal) (SELU_SCALE * SELU_ALPHA));
FIXED (softsign, N_("Softsign"), N_("Bends slowly to −1 and 1"),
       "y = x / (1 + |x|)", "Softsign", .shape = ETUDE_CURVE_SOFTSIGN);
FIXED (relu6, N_("ReLU6"), N_("Cuts off below 0 and above 6"),
       "y = min (max (x, 0), 6)", "ReLU6", .shape = ETUDE_CURVE_CLAMP, .a = 1, .c = 0, .d = 6);
FIXED (hardtanh, N_("Hard Tanh"), N_("Cuts off below −1 and above 1"),
       "y = min (max (x, −1), 1)", "Hardtanh", .shape = ETUDE_CURVE_CLAMP, .a = 1, .c = -1, .d = 1);
FIXED (hardsigmoid, N_("Hard Sigmoid"), N_("A sigmoid of three straight lines"),
       "y = min (max (x + 3, 0), 6) / 6", "Hardsigmoid",
       .shape = ETUDE_CURVE_CLAMP, .a = (EtudeReal) (1.0 / 6), .b = 3, .c = 0, .d = 6);
FIXED (hardswish, N_("Hard Swish"), N_("A SiLU without the exponential function"),
       "y = x min (max (x + 3, 0), 6) / 6", "Hardswish", .shape = ETUDE_CURVE_HARD_SWISH);
