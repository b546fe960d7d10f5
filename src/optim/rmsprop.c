/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

typedef struct
{
  double lr;
  double alpha;
  double eps;
  double momentum;
  gboolean centered;
  double weight_decay;
} RmsProp;

static const EtudeParam rmsprop_params[] = {
  ETUDE_RATE_PARAM (RmsProp, 0.01, N_("About how far a weight moves in a step; the first steps are longer")),
  { .key = "alpha", .label = N_("Alpha"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.99, .offset = G_STRUCT_OFFSET (RmsProp, alpha),
    .help = N_("How long the mean of the squares remembers") },
  ETUDE_EPS_PARAM (RmsProp, 1e-8),
  { .key = "momentum", .label = N_("Momentum"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .offset = G_STRUCT_OFFSET (RmsProp, momentum),
    .help = N_("Share of the last step that is taken along") },
  { .key = "centered", .label = N_("Centered"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (RmsProp, centered),
    .help = N_("Divides by the spread of recent gradients, not by their size") },
  ETUDE_DECAY_PARAM (RmsProp),
  { .key = NULL }
};

/* v, then the mean gradient where it is centered, then the velocity where there is momentum. */
static guint
rmsprop_n_states (gconstpointer params)
{
  const RmsProp *self = params;

  return 1 + (self->centered ? 1 : 0) + (self->momentum > 0 ? 1 : 0);
}

enum
{
  RATE,
  ALPHA,
  REST,
  EPSILON,
  MOMENTUM,
  DECAY,
};

static void
rmsprop_begin (EtudeOptimizer *self)
{
  const RmsProp *params = self->object.data;

  self->numbers[RATE] = (EtudeReal) self->lr;
  self->numbers[ALPHA] = (EtudeReal) params->alpha;
  self->numbers[REST] = (EtudeReal) (1 - params->alpha);
  self->numbers[EPSILON] = (EtudeReal) params->eps;
  self->numbers[MOMENTUM] = (EtudeReal) params->momentum;
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
}

/* g += wd w;  v = a v + (1 - a) g²;  d = sqrt (v) + eps, centered with m = a m + (1 - a) g: sqrt (v - m²) + eps;
 * w -= lr g / d, with momentum b = mu b + g / d, w -= lr b. Rounding may make v - m² negative where a
 * gradient stays the same; PyTorch then goes on with NaN, here it is 0. */
ETUDE_BODY (void)
scaled_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient, gboolean centered,
             gboolean has_momentum)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict v = self->states[0] + first;
  EtudeReal *restrict m = centered ? self->states[1] + first : NULL;
  EtudeReal *restrict b = has_momentum ? self->states[centered ? 2 : 1] + first : NULL;
  const EtudeReal rate = self->numbers[RATE], epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];
  const EtudeReal alpha = self->numbers[ALPHA], rest = self->numbers[REST], momentum = self->numbers[MOMENTUM];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];
      EtudeReal square, step;

      square = v[i] = alpha * v[i] + rest * (g * g);
      if (centered)
        {
          m[i] = alpha * m[i] + rest * g;
          square -= m[i] * m[i];
          square = square < 0 ? 0 : square;
        }
      step = g / (etude_sqrt (square) + epsilon);
      if (has_momentum)
        step = b[i] = momentum * b[i] + step;
      w[i] -= rate * step;
    }
}

ETUDE_STEP_BODY
plain_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  scaled_body (self, first, n, gradient, FALSE, FALSE);
}

ETUDE_STEP_BODY
momentum_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  scaled_body (self, first, n, gradient, FALSE, TRUE);
}

ETUDE_STEP_BODY
centered_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  scaled_body (self, first, n, gradient, TRUE, FALSE);
}

ETUDE_STEP_BODY
centered_momentum_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  scaled_body (self, first, n, gradient, TRUE, TRUE);
}

ETUDE_DEFINE_STEP (plain_step, plain_body)
ETUDE_DEFINE_STEP (momentum_step, momentum_body)
ETUDE_DEFINE_STEP (centered_step, centered_body)
ETUDE_DEFINE_STEP (centered_momentum_step, centered_momentum_body)

static void
rmsprop_step (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  const RmsProp *params = self->object.data;

  if (params->centered && params->momentum > 0)
    centered_momentum_step (self, first, n, gradient);
  else if (params->centered)
    centered_step (self, first, n, gradient);
  else if (params->momentum > 0)
    momentum_step (self, first, n, gradient);
  else
    plain_step (self, first, n, gradient);
}

static double
rmsprop_rate (const EtudeOptimizer *self, gsize i)
{
  double square = (double) self->states[0][i];

  if (square == 0)
    return NAN;
  if (((const RmsProp *) self->object.data)->centered)
    square -= (double) self->states[1][i] * (double) self->states[1][i];
  return (double) self->numbers[RATE] / (sqrt (MAX (0, square)) + (double) self->numbers[EPSILON]);
}

const EtudeOptimizerKind etude_optimizer_rmsprop = {
  .kind = { .id = "rmsprop", .label = N_("RMSprop"),
            .help = N_("Divides each step by the root mean square of recent gradients"),
            .source = "torch/optim/rmsprop.py",
            .formula = "g = ∇ + wd w;  v = α v + (1 − α) g²;  m = α m + (1 − α) g;  d = √v + ε, centered √(v − m²) + ε;  "
                       "b = μ b + g / d;  w = w − η b",
            .params = rmsprop_params, .size = sizeof (RmsProp) },
  .n_states = rmsprop_n_states,
  .begin = rmsprop_begin,
  .step = rmsprop_step,
  .rate = rmsprop_rate,
};
