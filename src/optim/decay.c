/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  EtudeScheduleCommon common;
  double factor;
  EtudeLength total_iters;
} Constant;

static const EtudeParam constant_params[] = {
  { .key = "factor", .label = N_("Factor"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .initial = 1,
    .offset = G_STRUCT_OFFSET (Constant, factor),
    .help = N_("Share of the rate during the first updates") },
  { .key = "total_iters", .label = N_("Factor Lasts"), .type = ETUDE_PARAM_LENGTH, .initial_text = "0",
    .offset = G_STRUCT_OFFSET (Constant, total_iters),
    .help = N_("How long the factor holds; 0 is not at all") },
  { .key = NULL }
};

static double
constant_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Constant *self = params;
  guint64 until = etude_length_to_updates (&self->total_iters, span->updates_per_epoch, span->n_steps);

  return t < until ? span->base * self->factor : span->base;
}

const EtudeScheduleKind etude_schedule_constant = {
  { .id = "constant", .label = N_("Constant"), .help = N_("The same rate from the first update to the last"),
    .source = "torch/optim/lr_scheduler.py ConstantLR", .formula = "η₀ · factor while t < total_iters, then η₀",
    .common = etude_schedule_common_params, .common_last = TRUE, .params = constant_params,
    .size = sizeof (Constant) },
  constant_rate
};

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength step_size;
  double gamma;
} Step;

static const EtudeParam step_params[] = {
  { .key = "step_size", .label = N_("Step Size"), .type = ETUDE_PARAM_LENGTH, .initial_text = "30%",
    .offset = G_STRUCT_OFFSET (Step, step_size), .help = N_("How long one stair is") },
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1, .initial = 0.1,
    .offset = G_STRUCT_OFFSET (Step, gamma), .help = N_("What the rate is multiplied by at each stair") },
  { .key = NULL }
};

static double
step_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Step *self = params;

  return span->base * pow (self->gamma, floor ((double) t / etude_schedule_period (&self->step_size, span)));
}

const EtudeScheduleKind etude_schedule_step = {
  { .id = "step", .label = N_("Step"), .help = N_("Falls by a factor in equal stairs"),
    .source = "torch/optim/lr_scheduler.py StepLR", .formula = "η₀ γ^⌊t / step_size⌋",
    .common = etude_schedule_common_params, .common_last = TRUE, .params = step_params,
    .size = sizeof (Step) },
  step_rate
};

typedef struct
{
  EtudeScheduleCommon common;
  double gamma;
  EtudeLength decay_steps;
  gboolean staircase;
} Exponential;

static const EtudeParam exponential_params[] = {
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 1,
    .initial = 0.95, .offset = G_STRUCT_OFFSET (Exponential, gamma),
    .help = N_("What the rate is multiplied by over each decay length") },
  { .key = "decay_steps", .label = N_("Decay Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "1 epochs",
    .offset = G_STRUCT_OFFSET (Exponential, decay_steps),
    .help = N_("Over how long the rate falls by gamma; 1 is PyTorch’s") },
  { .key = "staircase", .label = N_("Staircase"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Exponential, staircase),
    .help = N_("Falls at the end of each decay length, not smoothly") },
  { .key = NULL }
};

static double
exponential_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Exponential *self = params;
  double done = (double) t / etude_schedule_period (&self->decay_steps, span);

  return span->base * pow (self->gamma, self->staircase ? floor (done) : done);
}

const EtudeScheduleKind etude_schedule_exponential = {
  { .id = "exponential", .label = N_("Exponential"), .help = N_("Falls by the same factor all the time"),
    .source = "torch/optim/lr_scheduler.py ExponentialLR; keras ExponentialDecay",
    .formula = "η₀ γ^(t / decay_steps)", .common = etude_schedule_common_params, .common_last = TRUE,
    .params = exponential_params, .size = sizeof (Exponential) },
  exponential_rate
};

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength total_iters;
  double power;
  double eta_min;
  gboolean cycle;
} Polynomial;

static const EtudeParam polynomial_params[] = {
  { .key = "total_iters", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "100%",
    .offset = G_STRUCT_OFFSET (Polynomial, total_iters), .help = N_("How long the rate falls") },
  { .key = "power", .label = N_("Power"), .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 100,
    .initial = 1, .offset = G_STRUCT_OFFSET (Polynomial, power),
    .help = N_("1 is a straight line; above it falls early, below it falls late") },
  { .key = "eta_min", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Polynomial, eta_min),
    .help = N_("Rate at the end of the fall") },
  { .key = "cycle", .label = N_("Cycle"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Polynomial, cycle),
    .help = N_("Past the end it rises again and falls over twice the length, then three times") },
  { .key = NULL }
};

static double
polynomial_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Polynomial *self = params;
  double length = etude_schedule_period (&self->total_iters, span);

  if (self->cycle && t > 0)
    length *= ceil ((double) t / length);
  return self->eta_min
         + (span->base - self->eta_min) * pow (1 - MIN ((double) t, length) / length, self->power);
}

const EtudeScheduleKind etude_schedule_polynomial = {
  { .id = "polynomial", .label = N_("Polynomial"), .help = N_("Falls along a power of what is left"),
    .source = "torch/optim/lr_scheduler.py PolynomialLR; keras PolynomialDecay",
    .formula = "η_min + (η₀ − η_min) (1 − min (t, T) / T)^power",
    .common = etude_schedule_common_params, .common_last = TRUE, .params = polynomial_params,
    .size = sizeof (Polynomial) },
  polynomial_rate
};
