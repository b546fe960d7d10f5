/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

/* Both kinds; what one has no row for stays 0. beta1 is the momentum of the first. */
typedef struct
{
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  double r;
  double weight_lr_power;
  guint64 warmup_steps;
} ScheduleFree;

/*
 * @most: the largest rate so far
 * @sum: of the shares of all updates so far
 */
typedef struct
{
  double most;
  double sum;
} Memory;

#define AVERAGE_PARAMS \
  { .key = "r", .label = N_("Weighting Power"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 100, \
    .offset = G_STRUCT_OFFSET (ScheduleFree, r), .help = N_("Update t counts with t to this power in the mean") }, \
  { .key = "weight_lr_power", .label = N_("Rate Power"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 100, .initial = 2, \
    .offset = G_STRUCT_OFFSET (ScheduleFree, weight_lr_power), \
    .help = N_("An update counts with the largest rate so far to this power in the mean") }, \
  { .key = "warmup_steps", .label = N_("Warm-up"), .type = ETUDE_PARAM_INTEGER, .unit = N_("updates"), \
    .min = 0, .max = 1e9, .offset = G_STRUCT_OFFSET (ScheduleFree, warmup_steps), \
    .help = N_("Updates over which the rate rises, whatever the schedule does") }

static const EtudeParam sgd_params[] = {
  ETUDE_RATE_PARAM (ScheduleFree, 1, N_("How far a step goes against the gradient; keep the schedule constant")),
  { .key = "momentum", .label = N_("Momentum"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE,
    .initial = 0.9, .offset = G_STRUCT_OFFSET (ScheduleFree, beta1),
    .help = N_("How near to the mean the gradient is taken") },
  ETUDE_DECAY_PARAM (ScheduleFree),
  AVERAGE_PARAMS,
  { .key = NULL }
};

static const EtudeParam adamw_params[] = {
  ETUDE_RATE_PARAM (ScheduleFree, 0.0025, N_("About how far a step goes; keep the schedule constant")),
  { .key = "beta1", .label = N_("Beta 1"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE,
    .initial = 0.9, .offset = G_STRUCT_OFFSET (ScheduleFree, beta1),
    .help = N_("How near to the mean the gradient is taken") },
  ETUDE_BETA2_PARAM (ScheduleFree, 0.999),
  ETUDE_EPS_PARAM (ScheduleFree, 1e-8),
  ETUDE_DECOUPLED_DECAY_PARAM (ScheduleFree, 0),
  AVERAGE_PARAMS,
  { .key = NULL }
};

enum
{
  FAST,
  MEAN,
  SQUARES,
};

static guint
sgd_n_states (gconstpointer params)
{
  return 2;
}

static guint
adamw_n_states (gconstpointer params)
{
  return 3;
}

static gsize
get_memory_size (gconstpointer params)
{
  return sizeof (Memory);
}

static void
start (EtudeOptimizer *self)
{
  for (gsize i = 0; i < self->n; i++)
    self->states[FAST][i] = self->states[MEAN][i] = self->weights[i];
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
  SHARE,
  OTHERS,
};

/* The share of this update in the mean is its weight among those of all so far. */
static void
begin (EtudeOptimizer *self)
{
  const ScheduleFree *params = self->object.data;
  Memory *memory = self->memory;
  double share, weight;

  self->effective_lr = self->lr;
  if (self->t <= params->warmup_steps)
    self->effective_lr *= (double) self->t / (double) params->warmup_steps;
  memory->most = MAX (memory->most, self->effective_lr);
  weight = pow ((double) self->t, params->r) * pow (memory->most, params->weight_lr_power);
  memory->sum += weight;
  share = memory->sum > 0 ? weight / memory->sum : 0;
  self->powers[1] *= params->beta2;
  self->numbers[RATE] = (EtudeReal) self->effective_lr;
  self->numbers[BETA1] = (EtudeReal) params->beta1;
  self->numbers[REST1] = (EtudeReal) (1 - params->beta1);
  self->numbers[BETA2] = (EtudeReal) params->beta2;
  self->numbers[REST2] = (EtudeReal) (1 - params->beta2);
  self->numbers[SCALE] = (EtudeReal) (1 / sqrt (1 - self->powers[1]));
  self->numbers[EPSILON] = (EtudeReal) params->eps;
  self->numbers[DECAY] = (EtudeReal) params->weight_decay;
  self->numbers[SHARE] = (EtudeReal) share;
  self->numbers[OTHERS] = (EtudeReal) (1 - share);
}

/* g += wd y;  z -= lr g;  x = (1 - c) x + c z;  y = b x + (1 - b) z. With @scaled g is divided by
 * sqrt (v / (1 - b2^t)) + eps before the decay is added. The weights are y, x is the result. The
 * authors' code keeps only y and z, and makes x of them; all three are kept here, so that looking
 * at x does not change y. */
ETUDE_BODY (void)
free_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient, gboolean scaled)
{
  EtudeReal *restrict y = self->weights + first;
  EtudeReal *restrict z = self->states[FAST] + first;
  EtudeReal *restrict x = self->states[MEAN] + first;
  EtudeReal *restrict v = scaled ? self->states[SQUARES] + first : NULL;
  const EtudeReal rate = self->numbers[RATE], decay = self->numbers[DECAY];
  const EtudeReal beta1 = self->numbers[BETA1], rest1 = self->numbers[REST1];
  const EtudeReal beta2 = self->numbers[BETA2], rest2 = self->numbers[REST2];
  const EtudeReal scale = self->numbers[SCALE], epsilon = self->numbers[EPSILON];
  const EtudeReal share = self->numbers[SHARE], others = self->numbers[OTHERS];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i];

      if (scaled)
        {
          v[i] = beta2 * v[i] + rest2 * (g * g);
          g = g / (etude_sqrt (v[i]) * scale + epsilon);
        }
      g += decay * y[i];
      z[i] -= rate * g;
      x[i] = others * x[i] + share * z[i];
      y[i] = beta1 * x[i] + rest1 * z[i];
    }
}

ETUDE_STEP_BODY
sgd_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  free_body (self, first, n, gradient, FALSE);
}

ETUDE_STEP_BODY
adamw_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  free_body (self, first, n, gradient, TRUE);
}

ETUDE_DEFINE_STEP (sgd_step, sgd_body)
ETUDE_DEFINE_STEP (adamw_step, adamw_body)

const EtudeOptimizerKind etude_optimizer_schedule_free_sgd = {
  .kind = { .id = "schedule_free_sgd", .label = N_("Schedule-Free SGD"),
            .help = N_("SGD whose result is a mean of the weights on the way, in place of a falling rate"),
            .source = "facebookresearch/schedule_free schedulefree/sgd_schedulefree.py",
            .formula = "g = ∇(y) + wd y;  z = z − η g;  x = (1 − c) x + c z, c = tʳ η_max^p / Σ;  "
                       "y = μ x + (1 − μ) z;  result x",
            .params = sgd_params, .size = sizeof (ScheduleFree) },
  .chooses_rate = TRUE,
  .average = 1 + MEAN,
  .n_states = sgd_n_states,
  .memory_size = get_memory_size,
  .start = start,
  .begin = begin,
  .step = sgd_step,
};

const EtudeOptimizerKind etude_optimizer_schedule_free_adamw = {
  .kind = { .id = "schedule_free_adamw", .label = N_("Schedule-Free AdamW"),
            .help = N_("AdamW whose result is a mean of the weights on the way, in place of a falling rate"),
            .source = "facebookresearch/schedule_free schedulefree/adamw_schedulefree.py",
            .formula = "v = β₂ v + (1 − β₂) ∇(y)²;  g = ∇(y) / (√(v / (1 − β₂ᵗ)) + ε) + wd y;  z = z − η g;  "
                       "x = (1 − c) x + c z, c = tʳ η_max^p / Σ;  y = β₁ x + (1 − β₁) z;  result x",
            .params = adamw_params, .size = sizeof (ScheduleFree) },
  .chooses_rate = TRUE,
  .average = 1 + MEAN,
  .n_states = adamw_n_states,
  .memory_size = get_memory_size,
  .start = start,
  .begin = begin,
  .step = adamw_step,
};
