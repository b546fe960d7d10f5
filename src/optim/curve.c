/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  EtudeScheduleCommon common;
  double gamma;
  EtudeLength decay_steps;
  gboolean staircase;
} InverseTime;

static const EtudeParam inverse_time_params[] = {
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (InverseTime, gamma),
    .help = N_("How fast the divisor grows; 1 halves the rate over the first decay length") },
  { .key = "decay_steps", .label = N_("Decay Length"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "1 epochs",
    .offset = G_STRUCT_OFFSET (InverseTime, decay_steps),
    .help = N_("Over how long the divisor grows by gamma") },
  { .key = "staircase", .label = N_("Staircase"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (InverseTime, staircase),
    .help = N_("Falls at the end of each decay length, not smoothly") },
  { .key = NULL }
};

static double
inverse_time_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const InverseTime *self = params;
  double done = (double) t / etude_schedule_period (&self->decay_steps, span);

  return span->base / (1 + self->gamma * (self->staircase ? floor (done) : done));
}

ETUDE_DEFINE_SCHEDULE (inverse_time, InverseTime,
  .kind.id = "inverse_time",
  .kind.label = N_("Inverse Time"),
  .kind.help = N_("Is divided by a number that grows evenly"),
  .kind.source = "keras InverseTimeDecay",
  .kind.formula = "η₀ / (1 + γ t / decay_steps)",
  .kind.params = inverse_time_params,
  .rate = inverse_time_rate)

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength timescale;
} InverseSqrt;

static const EtudeParam inverse_sqrt_params[] = {
  { .key = "timescale", .label = N_("Time Scale"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "10%",
    .offset = G_STRUCT_OFFSET (InverseSqrt, timescale),
    .help = N_("After three times this the rate is half of what it was") },
  { .key = NULL }
};

static double
inverse_sqrt_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const InverseSqrt *self = params;
  double scale = etude_schedule_period (&self->timescale, span);

  return span->base * sqrt (scale / ((double) t + scale));
}

ETUDE_DEFINE_SCHEDULE (inverse_sqrt, InverseSqrt,
  .kind.id = "inverse_sqrt",
  .kind.label = N_("Inverse Square Root"),
  .kind.help = N_("Falls with the square root of the time"),
  .kind.source = "transformers/optimization.py get_inverse_sqrt_schedule",
  .kind.formula = "η₀ √(τ / (t + τ))",
  .kind.params = inverse_sqrt_params,
  .rate = inverse_sqrt_rate)

typedef struct
{
  EtudeScheduleCommon common;
  double lb;
  double ub;
  double eta_min;
} Tanh;

static const EtudeParam tanh_params[] = {
  { .key = "lb", .label = N_("Lower Bound"), .type = ETUDE_PARAM_REAL, .min = -100, .max = 100, .initial = -7,
    .offset = G_STRUCT_OFFSET (Tanh, lb), .help = N_("Where on the hyperbolic tangent the run begins") },
  { .key = "ub", .label = N_("Upper Bound"), .type = ETUDE_PARAM_REAL, .min = -100, .max = 100, .initial = 3,
    .offset = G_STRUCT_OFFSET (Tanh, ub), .help = N_("Where on it the run ends") },
  { .key = "eta_min", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Tanh, eta_min), .help = N_("What the rate falls to") },
  { .key = NULL }
};

static double
tanh_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Tanh *self = params;
  double done = (double) t / (double) span->n_steps;

  return self->eta_min
         + (span->base - self->eta_min) * (1 - tanh (self->lb * (1 - done) + self->ub * done)) / 2;
}

ETUDE_DEFINE_SCHEDULE (tanh, Tanh,
  .kind.id = "tanh",
  .kind.label = N_("Hyperbolic Tangent"),
  .kind.help = N_("Stays, falls, and stays again"),
  .kind.source = "timm/scheduler/tanh_lr.py",
  .kind.formula = "η_min + (η₀ − η_min) (1 − tanh (lb (1 − t / N) + ub t / N)) / 2",
  .kind.params = tanh_params,
  .rate = tanh_rate)

typedef struct
{
  EtudeScheduleCommon common;
  double gamma;
  EtudeLength midpoint;
} Sigmoid;

static const EtudeParam sigmoid_params[] = {
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 100, .initial = 0.1, .offset = G_STRUCT_OFFSET (Sigmoid, gamma),
    .help = N_("How steep the fall is, for each per cent of the run") },
  { .key = "midpoint", .label = N_("Midpoint"), .type = ETUDE_PARAM_LENGTH, .initial_text = "50%",
    .offset = G_STRUCT_OFFSET (Sigmoid, midpoint), .help = N_("Where half of the rate is left") },
  { .key = NULL }
};

static double
sigmoid_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Sigmoid *self = params;
  double from_middle = (double) t - (double) etude_schedule_updates (&self->midpoint, span);

  return span->base / (1 + exp (self->gamma * 100 * from_middle / (double) span->n_steps));
}

ETUDE_DEFINE_SCHEDULE (sigmoid, Sigmoid,
  .kind.id = "sigmoid",
  .kind.label = N_("Sigmoid"),
  .kind.help = N_("Falls along an S around its midpoint"),
  .kind.source = "NVIDIA/DIGITS lr_policy.py",
  .kind.formula = "η₀ / (1 + exp (100 γ (t − midpoint) / N))",
  .kind.params = sigmoid_params,
  .rate = sigmoid_rate)
