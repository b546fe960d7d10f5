/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

typedef struct
{
  double lr;
  double d0;
  double growth_rate;
  double weight_decay;
  double d_coef;
  double beta1;
  double beta2;
  double eps;
  gboolean safeguard_warmup;
} Prodigy;

/*
 * @d: the estimate of how far the solution is from the first weights
 * @most: its largest value, before growth is limited
 * @numerator: of the estimate
 * @along, @size: sums over all weights in an update
 */
typedef struct
{
  double d;
  double most;
  double numerator;
  double along;
  double size;
} Memory;

static const EtudeParam prodigy_params[] = {
  ETUDE_RATE_PARAM (Prodigy, 1, N_("Factor of the rate that the rule finds by itself; leave it at 1")),
  { .key = "d0", .label = N_("First Estimate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1000, .initial = 1e-6, .offset = G_STRUCT_OFFSET (Prodigy, d0),
    .help = N_("Where the rate starts; better too small than too large") },
  { .key = "growth_rate", .label = N_("Fastest Growth"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 1, .min_open = TRUE, .max = 1e6, .initial_auto = TRUE, .automatic = N_("no limit"),
    .offset = G_STRUCT_OFFSET (Prodigy, growth_rate), .help = N_("Factor by which the rate may grow in an update") },
  ETUDE_DECOUPLED_DECAY_PARAM (Prodigy, 0),
  { .key = "d_coef", .label = N_("Estimate Factor"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (Prodigy, d_coef),
    .help = N_("Makes the rate that is found larger or smaller; the place to tune it") },
  ETUDE_BETA1_PARAM (Prodigy, 0.9),
  ETUDE_BETA2_PARAM (Prodigy, 0.999),
  ETUDE_EPS_PARAM (Prodigy, 1e-8),
  { .key = "safeguard_warmup", .label = N_("Safeguard Warm-up"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Prodigy, safeguard_warmup),
    .help = N_("Keeps a warm-up of the schedule from making the estimate too large") },
  { .key = NULL }
};

enum
{
  MEAN,
  SQUARES,
  GRADIENTS,
  FIRST_WEIGHTS,
  N_STATES,
};

static guint
prodigy_n_states (gconstpointer params)
{
  return N_STATES;
}

static gsize
prodigy_memory_size (gconstpointer params)
{
  return sizeof (Memory);
}

static void
prodigy_start (EtudeOptimizer *self)
{
  Memory *memory = self->memory;

  memory->d = memory->most = ((const Prodigy *) self->object.data)->d0;
  for (gsize i = 0; i < self->n; i++)
    self->states[FIRST_WEIGHTS][i] = self->weights[i];
}

enum
{
  BETA1,
  REST1,
  BETA2,
  REST2,
  BETA3,
  REST3,
  RATE,
  EPSILON,
  KEEP,
};

/* b3 = sqrt (b2); the sums are in units of d0, for d starts too small for a float. */
static void
prodigy_begin (EtudeOptimizer *self)
{
  const Prodigy *params = self->object.data;
  const Memory *memory = self->memory;
  double d = memory->d, rate = d * self->lr;

  self->effective_lr = rate;
  self->numbers[BETA1] = (EtudeReal) params->beta1;
  self->numbers[REST1] = (EtudeReal) (d * (1 - params->beta1));
  self->numbers[BETA2] = (EtudeReal) params->beta2;
  self->numbers[REST2] = (EtudeReal) (d * d * (1 - params->beta2));
  self->numbers[BETA3] = (EtudeReal) sqrt (params->beta2);
  self->numbers[REST3] = (EtudeReal) (d / params->d0 * (params->safeguard_warmup ? d : rate));
  self->numbers[RATE] = (EtudeReal) rate;
  self->numbers[KEEP] = (EtudeReal) (1 - rate * params->weight_decay);
}

ETUDE_BODY (void)
add_to_sums (double *along, double *size, EtudeReal g, EtudeReal w0, EtudeReal w, EtudeReal s)
{
  *along += (double) g * ((double) w0 - (double) w);
  *size += (double) etude_abs (s);
}

/* m = b1 m + d (1 - b1) g;  v = b2 v + d² (1 - b2) g²;  s = b3 s + d / d0 d lr g; adds to the sums of g (x0 - x) and |s| */
ETUDE_STEP_BODY
look_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  const EtudeReal *restrict w = self->weights + first;
  const EtudeReal *restrict w0 = self->states[FIRST_WEIGHTS] + first;
  EtudeReal *restrict m = self->states[MEAN] + first;
  EtudeReal *restrict v = self->states[SQUARES] + first;
  EtudeReal *restrict s = self->states[GRADIENTS] + first;
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1];
  const EtudeReal beta2 = self->numbers[BETA2], rest2 = self->numbers[REST2];
  const EtudeReal beta3 = self->numbers[BETA3], rest3 = self->numbers[REST3];
  double along[ETUDE_LANES] = { 0 }, size[ETUDE_LANES] = { 0 };
  Memory *memory = self->memory;
  gsize done = 0;

  for (gsize i = 0; i < n; i++)
    {
      m[i] = beta1 * m[i] + rest1 * gradient[i];
      v[i] = beta2 * v[i] + rest2 * (gradient[i] * gradient[i]);
      s[i] = beta3 * s[i] + rest3 * gradient[i];
    }
  for (; done + ETUDE_LANES <= n; done += ETUDE_LANES)
    for (gsize i = 0; i < ETUDE_LANES; i++)
      add_to_sums (&along[i], &size[i], gradient[done + i], w0[done + i], w[done + i], s[done + i]);
  for (gsize i = 0; done + i < n; i++)
    add_to_sums (&along[i], &size[i], gradient[done + i], w0[done + i], w[done + i], s[done + i]);
  memory->along += etude_sum_lanes (along);
  memory->size += etude_sum_lanes (size);
}

/* w = (1 - d lr wd) w - d lr m / (sqrt (v) + d eps) */
ETUDE_STEP_BODY
move_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  const EtudeReal *restrict m = self->states[MEAN] + first;
  const EtudeReal *restrict v = self->states[SQUARES] + first;
  const EtudeReal rate = self->numbers[RATE], epsilon = self->numbers[EPSILON], keep = self->numbers[KEEP];

  for (gsize i = 0; i < n; i++)
    w[i] = keep * w[i] - rate * m[i] / (etude_sqrt (v[i]) + epsilon);
}

ETUDE_DEFINE_STEP (look, look_body)
ETUDE_DEFINE_STEP (move, move_body)

/* The step is still made with the d from before; only its epsilon follows the new one. */
static void
prodigy_whole (EtudeOptimizer *self, const EtudeObjective *objective)
{
  const Prodigy *params = self->object.data;
  Memory *memory = self->memory;
  double d = memory->d, estimate;

  if (!(self->lr > 0))
    return;
  memory->along = memory->size = 0;
  for (guint i = 0; i < self->n_ranges; i++)
    look (self, self->ranges[i].first, self->ranges[i].n, objective->gradient + self->ranges[i].first);
  /* There has been no gradient yet, so there is nothing to estimate from. */
  if (memory->size == 0)
    return;
  memory->numerator = sqrt (params->beta2) * memory->numerator + d / params->d0 * self->effective_lr * memory->along;
  estimate = params->d_coef * memory->numerator / memory->size;
  if (d == params->d0)
    d = MAX (d, estimate);
  memory->most = MAX (memory->most, estimate);
  memory->d = isnan (params->growth_rate) ? memory->most : MIN (memory->most, d * params->growth_rate);
  for (guint i = 0; i < self->n_ranges; i++)
    {
      etude_optimizer_enter (self, &self->ranges[i]);
      self->numbers[EPSILON] = (EtudeReal) (memory->d * params->eps);
      move (self, self->ranges[i].first, self->ranges[i].n, objective->gradient + self->ranges[i].first);
    }
}

const EtudeOptimizerKind etude_optimizer_prodigy = {
  .kind = { .id = "prodigy", .label = N_("Prodigy"),
            .help = N_("Adam that finds its rate from how far the weights have come"),
            .source = "konstmish/prodigy prodigyopt/prodigy.py",
            .formula = "a = √β₂ a + d / d₀ · d η ⟨∇, w₀ − w⟩;  m = β₁ m + (1 − β₁) d ∇;  v = β₂ v + (1 − β₂) d² ∇²;  "
                       "s = √β₂ s + d / d₀ · d η ∇;  d' = max (d, d_coef a / ‖s‖₁);  "
                       "w = (1 − d η wd) w − d η m / (√v + d' ε);  d = d'",
            .params = prodigy_params, .size = sizeof (Prodigy) },
  .chooses_rate = TRUE,
  .n_states = prodigy_n_states,
  .memory_size = prodigy_memory_size,
  .start = prodigy_start,
  .begin = prodigy_begin,
  .whole = prodigy_whole,
};
