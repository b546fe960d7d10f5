/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

enum
{
  RATE,
  EPSILON,
  DECAY,
  RHO,
  REST,
};

typedef struct
{
  double lr;
  double lr_decay;
  double initial_accumulator_value;
  double eps;
  double weight_decay;
} Adagrad;

static const EtudeParam adagrad_params[] = {
  ETUDE_RATE_PARAM (Adagrad, 0.01, N_("How far a weight moves in the first step; later ones are shorter")),
  { .key = "lr_decay", .label = N_("Rate Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Adagrad, lr_decay),
    .help = N_("Divides the rate of update t by 1 + this times t") },
  { .key = "initial_accumulator_value", .label = N_("First Sum"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1e6, .offset = G_STRUCT_OFFSET (Adagrad, initial_accumulator_value),
    .help = N_("What the sum of the squares starts from; above 0 it makes the first steps shorter") },
  ETUDE_EPS_PARAM (Adagrad, 1e-10),
  ETUDE_DECAY_PARAM (Adagrad),
  { .key = NULL }
};

static guint
adagrad_n_states (gconstpointer params)
{
  return 1;
}

static void
adagrad_start (EtudeOptimizer *self)
{
  const Adagrad *params = self->object.data;

  for (gsize i = 0; i < self->n; i++)
    self->states[0][i] = (EtudeReal) params->initial_accumulator_value;
}

static void
adagrad_begin (EtudeOptimizer *self)
{
  const Adagrad *params = self->object.data;

  self->numbers[RATE] = (EtudeReal) (self->lr / (1 + (double) (self->t - 1) * params->lr_decay));
  self->numbers[EPSILON] = (EtudeReal) params->eps;
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
}

/* g += wd w;  s += g²;  w -= lr / (1 + (t - 1) lr_decay) g / (sqrt (s) + eps) */
ETUDE_STEP_BODY
adagrad_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict s = self->states[0] + first;
  const EtudeReal rate = self->numbers[RATE], epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];

      s[i] += g * g;
      w[i] -= rate * g / (etude_sqrt (s[i]) + epsilon);
    }
}

ETUDE_DEFINE_STEP (adagrad_step, adagrad_body)

/* Without a gradient s is what it was at first. */
static double
adagrad_rate (const EtudeOptimizer *self, gsize i)
{
  EtudeReal first = (EtudeReal) ((const Adagrad *) self->object.data)->initial_accumulator_value;

  if (!(self->states[0][i] > first))
    return NAN;
  return (double) self->numbers[RATE] / (sqrt ((double) self->states[0][i]) + (double) self->numbers[EPSILON]);
}

const EtudeOptimizerKind etude_optimizer_adagrad = {
  .kind = { .id = "adagrad", .label = N_("Adagrad"),
            .help = N_("Divides each step by the root of the sum of all squared gradients so far"),
            .source = "torch/optim/adagrad.py",
            .formula = "g = ∇ + wd w;  s = s + g²;  w = w − η / (1 + (t − 1) lr_decay) · g / (√s + ε)",
            .params = adagrad_params, .size = sizeof (Adagrad) },
  .n_states = adagrad_n_states,
  .start = adagrad_start,
  .begin = adagrad_begin,
  .step = adagrad_step,
  .rate = adagrad_rate,
};

typedef struct
{
  double lr;
  double rho;
  double eps;
  double weight_decay;
} Adadelta;

static const EtudeParam adadelta_params[] = {
  ETUDE_RATE_PARAM (Adadelta, 1, N_("Factor of the step that the rule finds by itself")),
  { .key = "rho", .label = N_("Rho"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.9, .offset = G_STRUCT_OFFSET (Adadelta, rho),
    .help = N_("How long the means of the squares remember") },
  { .key = "eps", .label = N_("Epsilon"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1, .initial = 1e-6, .offset = G_STRUCT_OFFSET (Adadelta, eps),
    .help = N_("Makes the first steps: without it there would be none") },
  ETUDE_DECAY_PARAM (Adadelta),
  { .key = NULL }
};

static guint
adadelta_n_states (gconstpointer params)
{
  return 2;
}

static void
adadelta_begin (EtudeOptimizer *self)
{
  const Adadelta *params = self->object.data;

  self->numbers[RATE] = (EtudeReal) self->lr;
  self->numbers[EPSILON] = (EtudeReal) params->eps;
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
  self->numbers[RHO] = (EtudeReal) params->rho;
  self->numbers[REST] = (EtudeReal) (1 - params->rho);
}

/* g += wd w;  v = r v + (1 - r) g²;  d = sqrt (u + eps) / sqrt (v + eps) g;  u = r u + (1 - r) d²;  w -= lr d */
ETUDE_STEP_BODY
adadelta_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict v = self->states[0] + first;
  EtudeReal *restrict u = self->states[1] + first;
  const EtudeReal rate = self->numbers[RATE], epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];
  const EtudeReal rho = self->numbers[RHO], rest = self->numbers[REST];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];
      EtudeReal step;

      v[i] = rho * v[i] + rest * (g * g);
      step = etude_sqrt (u[i] + epsilon) / etude_sqrt (v[i] + epsilon) * g;
      u[i] = rho * u[i] + rest * (step * step);
      w[i] -= rate * step;
    }
}

ETUDE_DEFINE_STEP (adadelta_step, adadelta_body)

const EtudeOptimizerKind etude_optimizer_adadelta = {
  .kind = { .id = "adadelta", .label = N_("Adadelta"),
            .help = N_("Sizes each step by the steps and gradients before it; starts slowly"),
            .source = "torch/optim/adadelta.py",
            .formula = "g = ∇ + wd w;  v = ρ v + (1 − ρ) g²;  Δ = √(u + ε) / √(v + ε) · g;  u = ρ u + (1 − ρ) Δ²;  "
                       "w = w − η Δ",
            .params = adadelta_params, .size = sizeof (Adadelta) },
  .n_states = adadelta_n_states,
  .begin = adadelta_begin,
  .step = adadelta_step,
};
