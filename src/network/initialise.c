/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/initialise.h"

#include <glib/gi18n-lib.h>
#include <math.h>

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

#define INITIALISER(NAME, LABEL, HELP, FORMULA, PARAMS, TYPE, NORMAL, DEVIATION) \
  static const EtudeInitialiserKind NAME = { \
    .kind = { .id = #NAME, .label = LABEL, .help = HELP, .source = "torch/nn/init.py", .formula = FORMULA, \
              .params = PARAMS, .size = sizeof (TYPE) }, \
    .normal = NORMAL, \
    .deviation = DEVIATION, \
  }

INITIALISER (xavier_uniform, N_("Xavier, Uniform"), N_("Fits tanh and sigmoid; even between two bounds"),
             "U (−a, a), a = gain √(6 / (fan_in + fan_out))", xavier_params, Xavier, FALSE, xavier_deviation);
INITIALISER (xavier_normal, N_("Xavier, Normal"), N_("Fits tanh and sigmoid; normally distributed"),
             "N (0, σ²), σ = gain √(2 / (fan_in + fan_out))", xavier_params, Xavier, TRUE, xavier_deviation);
INITIALISER (kaiming_uniform, N_("Kaiming, Uniform"), N_("Fits ReLU; even between two bounds"),
             "U (−a, a), a = gain √(3 / fan)", kaiming_params, Kaiming, FALSE, kaiming_deviation);
INITIALISER (kaiming_normal, N_("Kaiming, Normal"), N_("Fits ReLU; normally distributed"),
             "N (0, σ²), σ = gain / √fan", kaiming_params, Kaiming, TRUE, kaiming_deviation);

static const EtudeKind *const initialiser_kinds[] = {
  &xavier_uniform.kind,
  &xavier_normal.kind,
  &kaiming_uniform.kind,
  &kaiming_normal.kind,
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
  const EtudeInitialiserKind *kind = (const EtudeInitialiserKind *) initialiser->kind;

  self->normal = kind->normal;
  self->deviation = kind->deviation (initialiser->data, fan_in, fan_out);
}

/**
 * etude_initialiser_draw:
 * @self: an initialiser
 * @random: a stream
 *
 * A uniform distribution of the same deviation reaches √3 times as far.
 *
 * Returns: a weight
 */
double
etude_initialiser_draw (const EtudeInitialiser *self, EtudeRandom *random)
{
  if (self->normal)
    return self->deviation * etude_random_normal (random);
  return self->deviation * sqrt (3) * (2 * etude_random_uniform (random) - 1);
}
