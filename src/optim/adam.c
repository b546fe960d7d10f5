/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  gboolean amsgrad;
} Adam;

static const EtudeParam adam_params[] = {
  { .key = "lr", .label = N_("Learning Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1000, .initial = 1e-3, .offset = G_STRUCT_OFFSET (Adam, lr),
    .help = N_("About how far a weight moves in a step") },
  { .key = "beta1", .label = N_("Beta 1"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.9, .offset = G_STRUCT_OFFSET (Adam, beta1),
    .help = N_("How long the mean of the gradients remembers") },
  { .key = "beta2", .label = N_("Beta 2"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.999, .offset = G_STRUCT_OFFSET (Adam, beta2),
    .help = N_("How long the mean of their squares remembers") },
  { .key = "eps", .label = N_("Epsilon"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1, .initial = 1e-8, .offset = G_STRUCT_OFFSET (Adam, eps),
    .help = N_("Keeps the division finite where gradients vanish") },
  { .key = "weight_decay", .label = N_("Weight Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Adam, weight_decay),
    .help = N_("Adds this share of the weights to the gradient") },
  { .key = "amsgrad", .label = N_("AMSGrad"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Adam, amsgrad), .help = N_("Divides by the largest mean square so far") },
  { .key = NULL }
};

static guint
adam_n_states (gconstpointer params)
{
  return ((const Adam *) params)->amsgrad ? 3 : 2;
}

enum
{
  RATE,
  BETA1,
  REST1,
  BETA2,
  REST2,
  SCALE,
  EPSILON,
  DECAY,
};

/* Bias corrections: the rate is divided by 1 - beta1^t, the root of v by that of 1 - beta2^t. */
static void
adam_begin (EtudeOptimizer *self)
{
  const Adam *params = self->object.data;

  self->powers[0] *= params->beta1;
  self->powers[1] *= params->beta2;
  self->numbers[RATE] = (EtudeReal) (self->lr / (1 - self->powers[0]));
  self->numbers[BETA1] = (EtudeReal) params->beta1;
  self->numbers[REST1] = (EtudeReal) (1 - params->beta1);
  self->numbers[BETA2] = (EtudeReal) params->beta2;
  self->numbers[REST2] = (EtudeReal) (1 - params->beta2);
  self->numbers[SCALE] = (EtudeReal) (1 / sqrt (1 - self->powers[1]));
  self->numbers[EPSILON] = (EtudeReal) params->eps;
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
}

/* g += wd w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g²;  w -= lr / (1 - b1^t) m / (sqrt (v / (1 - b2^t)) + eps);
 * AMSGrad takes the largest v so far, before its correction. */
static inline __attribute__ ((always_inline)) void
moments_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient, gboolean amsgrad)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict m = self->states[0] + first;
  EtudeReal *restrict v = self->states[1] + first;
  EtudeReal *restrict most = amsgrad ? self->states[2] + first : NULL;
  const EtudeReal rate = self->numbers[RATE], scale = self->numbers[SCALE];
  const EtudeReal epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1];
  const EtudeReal beta2 = self->numbers[BETA2], rest2 = self->numbers[REST2];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];
      EtudeReal square;

      m[i] = beta1 * m[i] + rest1 * g;
      square = v[i] = beta2 * v[i] + rest2 * (g * g);
      if (amsgrad)
        square = most[i] = most[i] > square ? most[i] : square;
      w[i] -= rate * m[i] / (etude_sqrt (square) * scale + epsilon);
    }
}

ETUDE_STEP_BODY
adam_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, FALSE);
}

ETUDE_STEP_BODY
amsgrad_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, TRUE);
}

ETUDE_DEFINE_STEP (plain_step, adam_body)
ETUDE_DEFINE_STEP (amsgrad_step, amsgrad_body)

static void
adam_step (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  if (((const Adam *) self->object.data)->amsgrad)
    amsgrad_step (self, first, n, gradient);
  else
    plain_step (self, first, n, gradient);
}

const EtudeOptimizerKind etude_optimizer_adam = {
  .kind = { .id = "adam", .label = N_("Adam"), .help = N_("Divides each step by the size of recent gradients"),
            .source = "torch/optim/adam.py",
            .formula = "g = ∇ + wd w;  m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  "
                       "w = w − η / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + ε)",
            .params = adam_params, .size = sizeof (Adam) },
  .n_states = adam_n_states,
  .begin = adam_begin,
  .step = adam_step,
};
