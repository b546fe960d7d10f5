/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

/* All kinds of the family; a kind without a row for a field leaves it 0. */
typedef struct
{
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  gboolean amsgrad;
  double momentum_decay;
} Adam;

#define MOVES N_("About how far a weight moves in a step")
#define AMSGRAD_PARAM \
  { .key = "amsgrad", .label = N_("AMSGrad"), .type = ETUDE_PARAM_BOOLEAN, \
    .offset = G_STRUCT_OFFSET (Adam, amsgrad), .help = N_("Divides by the largest mean square so far") }

static const EtudeParam adam_params[] = {
  ETUDE_RATE_PARAM (Adam, 1e-3, MOVES),
  ETUDE_BETA1_PARAM (Adam, 0.9),
  ETUDE_BETA2_PARAM (Adam, 0.999),
  ETUDE_EPS_PARAM (Adam, 1e-8),
  ETUDE_DECAY_PARAM (Adam),
  AMSGRAD_PARAM,
  { .key = NULL }
};

static const EtudeParam adamw_params[] = {
  ETUDE_RATE_PARAM (Adam, 1e-3, MOVES),
  ETUDE_BETA1_PARAM (Adam, 0.9),
  ETUDE_BETA2_PARAM (Adam, 0.999),
  ETUDE_EPS_PARAM (Adam, 1e-8),
  ETUDE_DECOUPLED_DECAY_PARAM (Adam, 0.01),
  AMSGRAD_PARAM,
  { .key = NULL }
};

static const EtudeParam nadam_params[] = {
  ETUDE_RATE_PARAM (Adam, 2e-3, MOVES),
  ETUDE_BETA1_PARAM (Adam, 0.9),
  ETUDE_BETA2_PARAM (Adam, 0.999),
  ETUDE_EPS_PARAM (Adam, 1e-8),
  ETUDE_DECAY_PARAM (Adam),
  { .key = "momentum_decay", .label = N_("Momentum Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 4e-3, .offset = G_STRUCT_OFFSET (Adam, momentum_decay),
    .help = N_("How fast beta 1 grows from half of itself to all of it") },
  { .key = NULL }
};

static const EtudeParam radam_params[] = {
  ETUDE_RATE_PARAM (Adam, 1e-3, MOVES),
  ETUDE_BETA1_PARAM (Adam, 0.9),
  ETUDE_BETA2_PARAM (Adam, 0.999),
  ETUDE_EPS_PARAM (Adam, 1e-8),
  ETUDE_DECAY_PARAM (Adam),
  { .key = NULL }
};

static const EtudeParam adamax_params[] = {
  ETUDE_RATE_PARAM (Adam, 2e-3, MOVES),
  ETUDE_BETA1_PARAM (Adam, 0.9),
  { .key = "beta2", .label = N_("Beta 2"), .type = ETUDE_PARAM_REAL,
    .min = 0, .max = 1, .max_open = TRUE, .initial = 0.999, .offset = G_STRUCT_OFFSET (Adam, beta2),
    .help = N_("How long the largest gradient is remembered") },
  ETUDE_EPS_PARAM (Adam, 1e-8),
  ETUDE_DECAY_PARAM (Adam),
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
  KEEP,
  FRESH,
};

/* Bias corrections: the rate is divided by 1 - beta1^t, the root of v by that of 1 - beta2^t. */
static void
adam_begin (EtudeOptimizer *self)
{
  const Adam *params = self->object.data;

  /* PyTorch corrects by the beta1 of the update, which a schedule may cycle. */
  self->powers[0] = pow (params->beta1, (double) self->t);
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

/* The decay shrinks the weights, and does not pass through the moments. */
static void
adamw_begin (EtudeOptimizer *self)
{
  adam_begin (self);
  self->numbers[KEEP] = (EtudeReal) (1 - self->lr * ((const Adam *) self->object.data)->weight_decay);
}

/* Beta 1 of update @t: mu = b1 (1 - 0.96^(t psi) / 2). */
static double
nadam_momentum (const Adam *params, guint64 t)
{
  return params->beta1 * (1 - 0.5 * pow (0.96, (double) t * params->momentum_decay));
}

/* The step takes a share of the fresh gradient besides the mean; both are corrected by the product
 * of all mu so far, the mean by that of the next update. (PyTorch 1.13.1 multiplies mu twice into
 * the latter where it goes weight by weight; its other path and later versions are as here.) */
static void
nadam_begin (EtudeOptimizer *self)
{
  const Adam *params = self->object.data;
  double now = nadam_momentum (params, self->t), next = nadam_momentum (params, self->t + 1);
  double product = self->powers[0];

  adam_begin (self);
  self->powers[0] = product * now;
  self->numbers[FRESH] = (EtudeReal) (self->lr * (1 - now) / (1 - self->powers[0]));
  self->numbers[RATE] = (EtudeReal) (self->lr * next / (1 - self->powers[0] * next));
}

/* While v has seen too little (for beta2 = 0.999 in the first five updates) the step is the mean
 * gradient alone, with 1 in place of the root; afterwards the rate is rectified by R. */
static void
radam_begin (EtudeOptimizer *self)
{
  const Adam *params = self->object.data;
  double longest = 2 / (1 - params->beta2) - 1, length;

  adam_begin (self);
  length = longest - 2 * (double) self->t * self->powers[1] / (1 - self->powers[1]);
  if (length > 5)
    {
      double rectified = sqrt ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));

      self->numbers[RATE] = (EtudeReal) (self->lr / (1 - self->powers[0]) * rectified * sqrt (1 - self->powers[1]));
      self->numbers[SCALE] = 1;
    }
  else
    {
      self->numbers[SCALE] = 0;
      self->numbers[EPSILON] = 1;
    }
}

/* g += wd w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g²;  w -= lr / (1 - b1^t) m / (sqrt (v / (1 - b2^t)) + eps);
 * AMSGrad takes the largest v so far, before its correction; with Nesterov a share of g is added to m;
 * a decoupled decay is not in g, but shrinks w. */
static inline __attribute__ ((always_inline)) void
moments_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient, gboolean decoupled,
              gboolean amsgrad, gboolean nesterov)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict m = self->states[0] + first;
  EtudeReal *restrict v = self->states[1] + first;
  EtudeReal *restrict most = amsgrad ? self->states[2] + first : NULL;
  const EtudeReal rate = self->numbers[RATE], scale = self->numbers[SCALE];
  const EtudeReal epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];
  const EtudeReal keep = self->numbers[KEEP], fresh = self->numbers[FRESH];
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1];
  const EtudeReal beta2 = self->numbers[BETA2], rest2 = self->numbers[REST2];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = decoupled ? gradient[i] : gradient[i] + decay * w[i];
      EtudeReal square, step;

      m[i] = beta1 * m[i] + rest1 * g;
      square = v[i] = beta2 * v[i] + rest2 * (g * g);
      if (amsgrad)
        square = most[i] = most[i] > square ? most[i] : square;
      step = nesterov ? fresh * g + rate * m[i] : rate * m[i];
      w[i] = (decoupled ? keep * w[i] : w[i]) - step / (etude_sqrt (square) * scale + epsilon);
    }
}

ETUDE_STEP_BODY
adam_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, FALSE, FALSE, FALSE);
}

ETUDE_STEP_BODY
amsgrad_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, FALSE, TRUE, FALSE);
}

ETUDE_STEP_BODY
adamw_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, TRUE, FALSE, FALSE);
}

ETUDE_STEP_BODY
amsgradw_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, TRUE, TRUE, FALSE);
}

ETUDE_STEP_BODY
nadam_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  moments_body (self, first, n, gradient, FALSE, FALSE, TRUE);
}

/* As Adam, but with u = max (b2 u, |g| + eps) for the root of v. */
ETUDE_STEP_BODY
adamax_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict m = self->states[0] + first;
  EtudeReal *restrict u = self->states[1] + first;
  const EtudeReal rate = self->numbers[RATE], epsilon = self->numbers[EPSILON], decay = self->numbers[DECAY];
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1], beta2 = self->numbers[BETA2];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i] + decay * w[i];
      EtudeReal old = beta2 * u[i], size = etude_abs (g) + epsilon;

      m[i] = beta1 * m[i] + rest1 * g;
      u[i] = old > size ? old : size;
      w[i] -= rate * m[i] / u[i];
    }
}

ETUDE_DEFINE_STEP (plain_step, adam_body)
ETUDE_DEFINE_STEP (amsgrad_step, amsgrad_body)
ETUDE_DEFINE_STEP (plainw_step, adamw_body)
ETUDE_DEFINE_STEP (amsgradw_step, amsgradw_body)
ETUDE_DEFINE_STEP (nadam_step, nadam_body)
ETUDE_DEFINE_STEP (adamax_step, adamax_body)

static void
adam_step (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  if (((const Adam *) self->object.data)->amsgrad)
    amsgrad_step (self, first, n, gradient);
  else
    plain_step (self, first, n, gradient);
}

static void
adamw_step (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  if (((const Adam *) self->object.data)->amsgrad)
    amsgradw_step (self, first, n, gradient);
  else
    plainw_step (self, first, n, gradient);
}

/* What m is multiplied by; with Nesterov what m and g are. Without a gradient v is 0. */
static double
moments_rate (const EtudeOptimizer *self, EtudeReal square)
{
  if (square == 0)
    return NAN;
  return ((double) self->numbers[RATE] + (double) self->numbers[FRESH])
         / (sqrt ((double) square) * (double) self->numbers[SCALE] + (double) self->numbers[EPSILON]);
}

static double
adam_rate (const EtudeOptimizer *self, gsize i)
{
  return moments_rate (self, self->states[((const Adam *) self->object.data)->amsgrad ? 2 : 1][i]);
}

/* Without a gradient u is epsilon. */
static double
adamax_rate (const EtudeOptimizer *self, gsize i)
{
  return self->states[1][i] > self->numbers[EPSILON] ? (double) self->numbers[RATE] / (double) self->states[1][i] : NAN;
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
  .rate = adam_rate,
};

const EtudeOptimizerKind etude_optimizer_adamw = {
  .kind = { .id = "adamw", .label = N_("AdamW"), .help = N_("Adam whose weight decay is kept out of the division"),
            .source = "torch/optim/adamw.py",
            .formula = "w = (1 − η wd) w;  m = β₁ m + (1 − β₁) ∇;  v = β₂ v + (1 − β₂) ∇²;  "
                       "w = w − η / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + ε)",
            .params = adamw_params, .size = sizeof (Adam) },
  .n_states = adam_n_states,
  .begin = adamw_begin,
  .step = adamw_step,
  .rate = adam_rate,
};

const EtudeOptimizerKind etude_optimizer_nadam = {
  .kind = { .id = "nadam", .label = N_("NAdam"), .help = N_("Adam with Nesterov’s look ahead"),
            .source = "torch/optim/nadam.py",
            .formula = "μₜ = β₁ (1 − 0.96^(t ψ) / 2);  P = μ₁ … μₜ;  g = ∇ + wd w;  m = β₁ m + (1 − β₁) g;  "
                       "v = β₂ v + (1 − β₂) g²;  d = √(v / (1 − β₂ᵗ)) + ε;  "
                       "w = w − η (1 − μₜ) / (1 − P) · g / d − η μₜ₊₁ / (1 − P μₜ₊₁) · m / d",
            .params = nadam_params, .size = sizeof (Adam) },
  .n_states = adam_n_states,
  .begin = nadam_begin,
  .step = nadam_step,
  .rate = adam_rate,
};

const EtudeOptimizerKind etude_optimizer_radam = {
  .kind = { .id = "radam", .label = N_("RAdam"),
            .help = N_("Adam that trusts its division only when it has seen enough gradients"),
            .source = "torch/optim/radam.py",
            .formula = "ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ), ρ∞ = 2 / (1 − β₂) − 1;  m and v as in Adam;  "
                       "ρ > 5: w = w − η R √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), "
                       "R = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ));  else w = w − η / (1 − β₁ᵗ) · m",
            .params = radam_params, .size = sizeof (Adam) },
  .n_states = adam_n_states,
  .begin = radam_begin,
  .step = plain_step,
  .rate = adam_rate,
};

const EtudeOptimizerKind etude_optimizer_adamax = {
  .kind = { .id = "adamax", .label = N_("Adamax"), .help = N_("Adam that divides by the largest recent gradient"),
            .source = "torch/optim/adamax.py",
            .formula = "g = ∇ + wd w;  m = β₁ m + (1 − β₁) g;  u = max (β₂ u, |g| + ε);  w = w − η / (1 − β₁ᵗ) · m / u",
            .params = adamax_params, .size = sizeof (Adam) },
  .n_states = adam_n_states,
  .begin = adam_begin,
  .step = adamax_step,
  .rate = adamax_rate,
};
