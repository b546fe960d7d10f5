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

ETUDE_DEFINE_SCHEDULE (constant, Constant,
  .kind.id = "constant",
  .kind.label = N_("Constant"),
  .kind.help = N_("The same rate from the first update to the last"),
  .kind.source = "torch/optim/lr_scheduler.py ConstantLR",
  .kind.formula = "η₀ · factor while t < total_iters, then η₀",
  .kind.params = constant_params,
  .rate = constant_rate)

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength step_size;
  double gamma;
} Step;

static const EtudeParam step_params[] = {
  { .key = "step_size", .label = N_("Step Size"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "30%",
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

ETUDE_DEFINE_SCHEDULE (step, Step,
  .kind.id = "step",
  .kind.label = N_("Step"),
  .kind.help = N_("Falls by a factor in equal stairs"),
  .kind.source = "torch/optim/lr_scheduler.py StepLR",
  .kind.formula = "η₀ γ^⌊t / step_size⌋",
  .kind.params = step_params,
  .rate = step_rate)

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLengths milestones;
  double gamma;
} Multistep;

static const EtudeParam multistep_params[] = {
  { .key = "milestones", .label = N_("Milestones"), .type = ETUDE_PARAM_LENGTHS, .initial_text = "50%, 75%",
    .offset = G_STRUCT_OFFSET (Multistep, milestones),
    .help = N_("Where the rate falls; one that is named twice counts twice") },
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1, .initial = 0.1,
    .offset = G_STRUCT_OFFSET (Multistep, gamma), .help = N_("What the rate is multiplied by at each milestone") },
  { .key = NULL }
};

static double
multistep_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Multistep *self = params;
  guint n_passed = 0;

  for (gsize i = 0; i < self->milestones.n; i++)
    n_passed += etude_schedule_updates (&self->milestones.values[i], span) <= t;
  return span->base * pow (self->gamma, n_passed);
}

ETUDE_DEFINE_SCHEDULE (multistep, Multistep,
  .kind.id = "multistep",
  .kind.label = N_("Multi-Step"),
  .kind.help = N_("Falls by a factor at chosen places"),
  .kind.source = "torch/optim/lr_scheduler.py MultiStepLR",
  .kind.formula = "η₀ γ^(number of milestones ≤ t)",
  .kind.params = multistep_params,
  .rate = multistep_rate)

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
  { .key = "decay_steps", .label = N_("Decay Length"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "1 epochs",
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

ETUDE_DEFINE_SCHEDULE (exponential, Exponential,
  .kind.id = "exponential",
  .kind.label = N_("Exponential"),
  .kind.help = N_("Falls by the same factor all the time"),
  .kind.source = "torch/optim/lr_scheduler.py ExponentialLR; keras ExponentialDecay",
  .kind.formula = "η₀ γ^(t / decay_steps)",
  .kind.params = exponential_params,
  .rate = exponential_rate)

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

ETUDE_DEFINE_SCHEDULE (polynomial, Polynomial,
  .kind.id = "polynomial",
  .kind.label = N_("Polynomial"),
  .kind.help = N_("Falls along a power of what is left"),
  .kind.source = "torch/optim/lr_scheduler.py PolynomialLR; keras PolynomialDecay",
  .kind.formula = "η_min + (η₀ − η_min) (1 − min (t, T) / T)^power",
  .kind.params = polynomial_params,
  .rate = polynomial_rate)

typedef struct
{
  EtudeScheduleCommon common;
  double start_factor;
  double end_factor;
  EtudeLength total_iters;
} Linear;

static const EtudeParam linear_params[] = {
  { .key = "start_factor", .label = N_("Start Factor"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .initial = 1,
    .offset = G_STRUCT_OFFSET (Linear, start_factor), .help = N_("Share of the rate at the first update") },
  { .key = "end_factor", .label = N_("End Factor"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1,
    .offset = G_STRUCT_OFFSET (Linear, end_factor), .help = N_("Share of the rate at the end of the line") },
  { .key = "total_iters", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "100%",
    .offset = G_STRUCT_OFFSET (Linear, total_iters), .help = N_("How long the line is") },
  { .key = NULL }
};

/* A line without length is at its end. */
static double
linear_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Linear *self = params;
  guint64 length = etude_schedule_updates (&self->total_iters, span);
  double done = t < length ? (double) t / (double) length : 1;

  return span->base * (self->start_factor + (self->end_factor - self->start_factor) * done);
}

ETUDE_DEFINE_SCHEDULE (linear, Linear,
  .kind.id = "linear",
  .kind.label = N_("Linear"),
  .kind.help = N_("Goes along a straight line from one share of the rate to another"),
  .kind.source = "torch/optim/lr_scheduler.py LinearLR",
  .kind.formula = "η₀ (a + (b − a) min (T, t) / T)",
  .kind.params = linear_params,
  .rate = linear_rate)
