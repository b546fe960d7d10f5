/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

typedef struct
{
  double lr;
  double beta1;
  double beta2;
  double weight_decay;
} Lion;

static const EtudeParam lion_params[] = {
  ETUDE_RATE_PARAM (Lion, 1e-4, N_("How far each weight moves in a step, whatever its gradient")),
  { .key = "beta1", .label = N_("Beta 1"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.9, .offset = G_STRUCT_OFFSET (Lion, beta1),
    .help = N_("Share of the mean, against the fresh gradient, in the direction of a step") },
  { .key = "beta2", .label = N_("Beta 2"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.99, .offset = G_STRUCT_OFFSET (Lion, beta2),
    .help = N_("How long the mean of the gradients remembers") },
  ETUDE_DECOUPLED_DECAY_PARAM (Lion, 0),
  { .key = NULL }
};

static guint
lion_n_states (gconstpointer params)
{
  return 1;
}

enum
{
  RATE,
  BETA1,
  REST1,
  BETA2,
  REST2,
  KEEP,
};

static void
lion_begin (EtudeOptimizer *self)
{
  const Lion *params = self->object.data;

  self->numbers[RATE] = (EtudeReal) self->lr;
  self->numbers[BETA1] = (EtudeReal) params->beta1;
  self->numbers[REST1] = (EtudeReal) (1 - params->beta1);
  self->numbers[BETA2] = (EtudeReal) params->beta2;
  self->numbers[REST2] = (EtudeReal) (1 - params->beta2);
  self->numbers[KEEP] = (EtudeReal) (1 - self->lr * params->weight_decay);
}

/* w = (1 - lr wd) w - lr sign (b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g */
ETUDE_STEP_BODY
lion_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict m = self->states[0] + first;
  const EtudeReal rate = self->numbers[RATE], keep = self->numbers[KEEP];
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1];
  const EtudeReal beta2 = self->numbers[BETA2], rest2 = self->numbers[REST2];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i];

      w[i] = keep * w[i] - rate * etude_sign (beta1 * m[i] + rest1 * g);
      m[i] = beta2 * m[i] + rest2 * g;
    }
}

ETUDE_DEFINE_STEP (lion_step, lion_body)

const EtudeOptimizerKind etude_optimizer_lion = {
  .kind = { .id = "lion", .label = N_("Lion"),
            .help = N_("Moves every weight by the same length, by the sign of a mean gradient"),
            .source = "google/automl lion/lion_pytorch.py",
            .formula = "w = (1 − η wd) w − η sign (β₁ m + (1 − β₁) ∇);  m = β₂ m + (1 − β₂) ∇",
            .params = lion_params, .size = sizeof (Lion) },
  .n_states = lion_n_states,
  .begin = lion_begin,
  .step = lion_step,
};
