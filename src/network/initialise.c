/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/initialise.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "network/orthogonal-private.h"

typedef struct
{
  double gain;
} Xavier;

typedef enum
{
  FAN_IN,
  FAN_OUT,
} Mode;

typedef enum
{
  RELU,
  LEAKY_RELU,
  LINEAR,
} Nonlinearity;

typedef struct
{
  guint mode;
  guint nonlinearity;
  double a;
} Kaiming;

static const EtudeParam xavier_params[] = {
  { .key = "gain", .label = N_("Gain"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (Xavier, gain),
    .help = N_("What the weights are multiplied by") },
  { .key = NULL }
};

static const EtudeChoice modes[] = {
  { "fan_in", N_("Inputs"), N_("Keeps the size of the activations on the way forward") },
  { "fan_out", N_("Outputs"), N_("Keeps the size of the gradients on the way back") },
  { NULL }
};

static const EtudeChoice nonlinearities[] = {
  { "relu", N_("ReLU"), N_("Half of the values are cut off") },
  { "leaky_relu", N_("Leaky ReLU"), N_("Negative values are multiplied by a slope") },
  { "linear", N_("None"), N_("All values pass as they are") },
  { NULL }
};

static const EtudeParam kaiming_params[] = {
  { .key = "mode", .label = N_("Count"), .type = ETUDE_PARAM_CHOICE, .choices = modes,
    .offset = G_STRUCT_OFFSET (Kaiming, mode), .help = N_("Whether a layer’s inputs or its outputs are counted") },
  { .key = "nonlinearity", .label = N_("Activation"), .type = ETUDE_PARAM_CHOICE, .choices = nonlinearities,
    .offset = G_STRUCT_OFFSET (Kaiming, nonlinearity), .help = N_("The activation that follows the layers") },
  { .key = "a", .label = N_("Negative Slope"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1000,
    .offset = G_STRUCT_OFFSET (Kaiming, a), .help = N_("Slope of a leaky ReLU for negative values") },
  { .key = NULL }
};

/* Glorot and Bengio 2010: variance 2 / (fan_in + fan_out). */
static double
xavier_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  return ((const Xavier *) params)->gain * sqrt (2.0 / ((double) fan_in + (double) fan_out));
}

static double
kaiming_gain (const Kaiming *self)
{
  switch ((Nonlinearity) self->nonlinearity)
    {
    case RELU:
      return sqrt (2);
    case LEAKY_RELU:
      return sqrt (2 / (1 + self->a * self->a));
    case LINEAR:
      return 1;
    }
  g_return_val_if_reached (1);
}

/* He et al. 2015: variance gain² / fan. */
static double
kaiming_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  const Kaiming *self = params;

  return kaiming_gain (self) / sqrt ((double) (self->mode == FAN_IN ? fan_in : fan_out));
}

/* LeCun et al. 1998: variance 1 / fan_in. */
static double
lecun_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  return 1 / sqrt ((double) fan_in);
}

/* Kaiming’s with a = √5, which is uniform up to 1 / √fan_in. */
static double
torch_default_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  return 1 / sqrt (3 * (double) fan_in);
}

static double
orthogonal_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  return ((const Xavier *) params)->gain;
}

static double
no_deviation (gconstpointer params, gsize fan_in, gsize fan_out)
{
  return 0;
}

#define INITIALISER(NAME, LABEL, HELP, FORMULA, SOURCE, PARAMS, SIZE, DEVIATION, ...) \
  static const EtudeInitialiserKind NAME = { \
    .kind = { .id = #NAME, .label = LABEL, .help = HELP, .source = SOURCE, .formula = FORMULA, \
              .params = PARAMS, .size = SIZE }, \
    .deviation = DEVIATION, \
    __VA_ARGS__ \
  }

INITIALISER (xavier_uniform, N_("Xavier, Uniform"), N_("Fits tanh and sigmoid; even between two bounds"),
             "U (−a, a), a = gain √(6 / (fan_in + fan_out))",
             "torch/nn/init.py xavier_uniform_", xavier_params, sizeof (Xavier), xavier_deviation);
INITIALISER (xavier_normal, N_("Xavier, Normal"), N_("Fits tanh and sigmoid; normally distributed"),
             "N (0, σ²), σ = gain √(2 / (fan_in + fan_out))",
             "torch/nn/init.py xavier_normal_", xavier_params, sizeof (Xavier), xavier_deviation,
             .normal = TRUE);
INITIALISER (kaiming_uniform, N_("Kaiming, Uniform"), N_("Fits ReLU; even between two bounds"),
             "U (−a, a), a = gain √(3 / fan)",
             "torch/nn/init.py kaiming_uniform_", kaiming_params, sizeof (Kaiming), kaiming_deviation);
INITIALISER (kaiming_normal, N_("Kaiming, Normal"), N_("Fits ReLU; normally distributed"),
             "N (0, σ²), σ = gain / √fan",
             "torch/nn/init.py kaiming_normal_", kaiming_params, sizeof (Kaiming), kaiming_deviation, .normal = TRUE);
INITIALISER (lecun_normal, N_("LeCun, Normal"), N_("Fits SELU; normally distributed, with tails that are not cut off"),
             "N (0, σ²), σ = 1 / √fan_in",
             "torch/nn/init.py kaiming_normal_ (nonlinearity=\"linear\")", NULL, 0, lecun_deviation, .normal = TRUE);
INITIALISER (orthogonal, N_("Orthogonal"), N_("Keeps lengths through many layers; weights at right angles to each other"),
             "W Wᵀ = gain² I, or Wᵀ W where W has more rows than columns",
             "torch/nn/init.py orthogonal_", xavier_params, sizeof (Xavier),
             orthogonal_deviation, .normal = TRUE, .orthogonal = TRUE);
INITIALISER (zeros, N_("Zeros"), N_("Shows what chance is needed for: all units of a layer stay alike"),
             "W = 0",
             "torch/nn/init.py zeros_", NULL, 0, no_deviation);
INITIALISER (torch_default, N_("PyTorch’s Default"), N_("What a layer of PyTorch starts with; biases are drawn too"),
             "U (−a, a), a = 1 / √fan_in",
             "torch/nn/modules/linear.py reset_parameters", NULL, 0, torch_default_deviation, .biases = TRUE);

static const EtudeKind *const initialiser_kinds[] = {
  &xavier_uniform.kind,
  &xavier_normal.kind,
  &kaiming_uniform.kind,
  &kaiming_normal.kind,
  &lecun_normal.kind,
  &orthogonal.kind,
  &zeros.kind,
  &torch_default.kind,
  NULL
};

const EtudeGroup etude_initialiser_group = {
  .id = "initialiser", .label = N_("Initialiser"), .path = "network.initialiser", .kinds = initialiser_kinds
};

/**
 * etude_initialiser_init:
 * @self: (out caller-allocates): what is made ready
 * @initialiser: of a kind of #etude_initialiser_group
 * @fan_in: inputs of the layer, at least 1
 * @fan_out: outputs of the layer, at least 1
 */
void
etude_initialiser_init (EtudeInitialiser *self, const EtudeObject *initialiser, gsize fan_in, gsize fan_out)
{
  self->kind = (const EtudeInitialiserKind *) initialiser->kind;
  self->deviation = self->kind->deviation (initialiser->data, fan_in, fan_out);
}

/* A uniform distribution of the same deviation reaches √3 times as far. */
static double
draw (const EtudeInitialiser *self, EtudeRandom *random)
{
  if (self->kind->normal)
    return self->deviation * etude_random_normal (random);
  return self->deviation * sqrt (3) * (2 * etude_random_uniform (random) - 1);
}

/**
 * etude_initialiser_fill:
 * @self: an initialiser
 * @random: a stream
 * @n_rows: outputs of the layer
 * @n_columns: weights of an output
 * @weights: (out caller-allocates) (array): [n_rows, n_columns]
 *
 * Draws the weights of a layer, row by row.
 */
void
etude_initialiser_fill (const EtudeInitialiser *self, EtudeRandom *random, gsize n_rows, gsize n_columns,
                        EtudeReal *weights)
{
  for (gsize i = 0; i < n_rows * n_columns; i++)
    weights[i] = (EtudeReal) (self->kind->orthogonal ? etude_random_normal (random) : draw (self, random));
  if (self->kind->orthogonal)
    etude_orthogonalise (weights, n_rows, n_columns, self->deviation);
}

/**
 * etude_initialiser_draw_bias:
 * @self: an initialiser
 * @random: a stream
 *
 * Returns: a bias; for most kinds 0
 */
double
etude_initialiser_draw_bias (const EtudeInitialiser *self, EtudeRandom *random)
{
  return self->kind->biases ? draw (self, random) : 0;
}
