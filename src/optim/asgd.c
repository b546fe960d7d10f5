/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

typedef struct
{
  double lr;
  double lambd;
  double alpha;
  double t0;
  double weight_decay;
} Asgd;

static const EtudeParam asgd_params[] = {
  ETUDE_RATE_PARAM (Asgd, 0.01, N_("How far a step goes against the gradient at first")),
  { .key = "lambd", .label = N_("Lambda"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1e-4, .offset = G_STRUCT_OFFSET (Asgd, lambd),
    .help = N_("Takes the rate times this share off the weights, and sets when the rate falls") },
  { .key = "alpha", .label = N_("Alpha"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 100, .initial = 0.75, .offset = G_STRUCT_OFFSET (Asgd, alpha),
    .help = N_("Power by which the rate falls") },
  { .key = "t0", .label = N_("Averaging From"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .unit = N_("updates"), .min = 0, .max = 1e15, .initial = 1e6, .offset = G_STRUCT_OFFSET (Asgd, t0),
    .help = N_("Update from which on the result is the mean of the weights on the way") },
  ETUDE_DECAY_PARAM (Asgd),
  { .key = NULL }
};

/* The average; until it starts it is a copy of the weights. */
static guint
asgd_n_states (gconstpointer params)
{
  return 1;
}

enum
{
  RATE,
  KEEP,
  DECAY,
  SHARE,
};

static void
asgd_begin (EtudeOptimizer *self)
{
  const Asgd *params = self->object.data;
  double done = (double) (self->t - 1);
  double rate = self->lr / pow (1 + params->lambd * self->lr * done, params->alpha);

  self->numbers[RATE] = (EtudeReal) rate;
  self->numbers[KEEP] = (EtudeReal) (1 - params->lambd * rate);
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
  self->numbers[SHARE] = (EtudeReal) (1 / MAX (1, done - params->t0));
}

/* g += wd w;  w = (1 - lambd lr_t) w - lr_t g, lr_t = lr / (1 + lambd lr (t - 1))^alpha;
 * a += (w - a) / max (1, t - 1 - t0) */
ETUDE_STEP_BODY
asgd_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict a = self->states[0] + first;
  const EtudeReal rate = self->numbers[RATE], keep = self->numbers[KEEP], decay = self->numbers[DECAY];
  const EtudeReal share = self->numbers[SHARE];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];

      w[i] = keep * w[i] - rate * g;
      a[i] = share == 1 ? w[i] : a[i] + share * (w[i] - a[i]);
    }
}

ETUDE_DEFINE_STEP (asgd_step, asgd_body)

const EtudeOptimizerKind etude_optimizer_asgd = {
  .kind = { .id = "asgd", .label = N_("ASGD"),
            .help = N_("SGD with a slowly falling rate, whose result may be the mean of the weights on the way"),
            .source = "torch/optim/asgd.py",
            .formula = "ηₜ = η / (1 + λ η (t − 1))^α;  w = (1 − λ ηₜ) w − ηₜ (∇ + wd w);  "
                       "result = result + (w − result) / max (1, t − 1 − t₀)",
            .params = asgd_params, .size = sizeof (Asgd) },
  .average = 1,
  .n_states = asgd_n_states,
  .begin = asgd_begin,
  .step = asgd_step,
};
