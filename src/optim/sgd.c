/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include "base/error.h"

typedef struct
{
  double lr;
  double momentum;
  double dampening;
  gboolean nesterov;
  double weight_decay;
} Sgd;

static const EtudeParam sgd_params[] = {
  ETUDE_RATE_PARAM (Sgd, 0.1, N_("How far a step goes against the gradient")),
  { .key = "momentum", .label = N_("Momentum"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .offset = G_STRUCT_OFFSET (Sgd, momentum),
    .help = N_("Share of the last step that is taken along") },
  { .key = "dampening", .label = N_("Dampening"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .offset = G_STRUCT_OFFSET (Sgd, dampening),
    .help = N_("Share of the gradient that momentum leaves out") },
  { .key = "nesterov", .label = N_("Nesterov"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Sgd, nesterov), .help = N_("Looks one step of momentum ahead") },
  ETUDE_DECAY_PARAM (Sgd),
  { .key = NULL }
};

static gboolean
sgd_check (gconstpointer params, GError **error)
{
  const Sgd *self = params;

  if (!self->nesterov || (self->momentum > 0 && self->dampening == 0))
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
               self->momentum > 0 ? _("optimizer.nesterov: found true with a dampening, expected a dampening of 0")
                                  : _("optimizer.nesterov: found true without momentum, expected a momentum above 0"));
  return FALSE;
}

static guint
sgd_n_states (gconstpointer params)
{
  return ((const Sgd *) params)->momentum > 0 ? 1 : 0;
}

enum
{
  RATE,
  MOMENTUM,
  SHARE,
  DECAY,
};

/* The first velocity is the gradient itself, whatever the dampening. */
static void
sgd_begin (EtudeOptimizer *self)
{
  const Sgd *params = self->object.data;

  self->numbers[RATE] = (EtudeReal) self->lr;
  self->numbers[MOMENTUM] = (EtudeReal) params->momentum;
  self->numbers[SHARE] = (EtudeReal) (self->t == 1 ? 1 : 1 - params->dampening);
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
}

/* w -= lr (g + wd w) */
ETUDE_STEP_BODY
plain_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  const EtudeReal rate = self->numbers[RATE], decay = self->numbers[DECAY];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];

      w[i] -= rate * g;
    }
}

/* g += wd w;  v = mu v + (1 - dampening) g;  w -= lr v */
ETUDE_STEP_BODY
momentum_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict v = self->states[0] + first;
  const EtudeReal rate = self->numbers[RATE], decay = self->numbers[DECAY];
  const EtudeReal momentum = self->numbers[MOMENTUM], share = self->numbers[SHARE];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];

      v[i] = momentum * v[i] + share * g;
      w[i] -= rate * v[i];
    }
}

/* v = mu v + g;  w -= lr (g + mu v) */
ETUDE_STEP_BODY
nesterov_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict v = self->states[0] + first;
  const EtudeReal rate = self->numbers[RATE], decay = self->numbers[DECAY];
  const EtudeReal momentum = self->numbers[MOMENTUM];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];

      v[i] = momentum * v[i] + g;
      w[i] -= rate * (g + momentum * v[i]);
    }
}

ETUDE_DEFINE_STEP (plain_step, plain_body)
ETUDE_DEFINE_STEP (momentum_step, momentum_body)
ETUDE_DEFINE_STEP (nesterov_step, nesterov_body)

static void
sgd_step (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  const Sgd *params = self->object.data;

  if (params->momentum == 0)
    plain_step (self, first, n, gradient);
  else if (params->nesterov)
    nesterov_step (self, first, n, gradient);
  else
    momentum_step (self, first, n, gradient);
}

/* Heavy ball and Nesterov on a quadratic: Cohen et al. 2021, arXiv 2103.00065. */
static double
sgd_stable_rate (gconstpointer params, double curvature)
{
  const Sgd *self = params;
  double of_all = curvature + self->weight_decay;

  if (self->momentum == 0)
    return 2 / of_all;
  if (self->nesterov)
    return (2 + 2 * self->momentum) / ((1 + 2 * self->momentum) * of_all);
  return (2 + 2 * self->momentum) / ((1 - self->dampening) * of_all);
}

const EtudeOptimizerKind etude_optimizer_sgd = {
  .kind = { .id = "sgd", .label = N_("SGD"), .help = N_("Steps against the gradient, with momentum if wanted"),
            .source = "torch/optim/sgd.py",
            .formula = "g = ∇ + wd w;  v = μ v + (1 − τ) g;  w = w − η v, with Nesterov w − η (g + μ v)",
            .params = sgd_params, .size = sizeof (Sgd) },
  .check = sgd_check,
  .n_states = sgd_n_states,
  .begin = sgd_begin,
  .step = sgd_step,
  .stable_rate = sgd_stable_rate,
};
