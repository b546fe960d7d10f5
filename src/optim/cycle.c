/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MOMENTUM(Type, lowest, highest)                                                            \
  { .key = "cycle_momentum", .label = N_("Cycle Momentum"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE, \
    .offset = G_STRUCT_OFFSET (Type, cycle_momentum),                                              \
    .help = N_("Lowers momentum, or beta 1, while the rate is high") },                            \
  { .key = "base_momentum", .label = N_("Lowest Momentum"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, \
    .max_open = TRUE, .initial = lowest, .offset = G_STRUCT_OFFSET (Type, base_momentum),          \
    .help = N_("Momentum where the rate is highest") },                                            \
  { .key = "max_momentum", .label = N_("Highest Momentum"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, \
    .max_open = TRUE, .initial = highest, .offset = G_STRUCT_OFFSET (Type, max_momentum),          \
    .help = N_("Momentum where the rate is lowest") }

#define HIGHEST_RATE(Type)                                                                         \
  { .key = "max_lr", .label = N_("Highest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .min_open = TRUE, .max = 1000, .initial_auto = TRUE,                                 \
    .automatic = N_("the rate of the optimizer"), .offset = G_STRUCT_OFFSET (Type, max_lr),        \
    .help = N_("Rate at the top") }

typedef struct
{
  EtudeScheduleCommon common;
  double max_lr;
  double base_lr;
  EtudeLength step_size_up;
  EtudeLength step_size_down;
  guint mode;
  double gamma;
  gboolean cycle_momentum;
  double base_momentum;
  double max_momentum;
} Cyclic;

enum
{
  TRIANGULAR,
  TRIANGULAR2,
  EXP_RANGE,
};

static const EtudeChoice modes[] = {
  { "triangular", N_("Triangular"), N_("Every cycle is as high as the first") },
  { "triangular2", N_("Triangular, Halved"), N_("Each cycle is half as high as the one before") },
  { "exp_range", N_("Exponential"), N_("The height falls by gamma at each update") },
  { NULL }
};

static const EtudeParam cyclic_params[] = {
  HIGHEST_RATE (Cyclic),
  { .key = "base_lr", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial_auto = TRUE, .automatic = N_("a quarter of the highest rate"),
    .offset = G_STRUCT_OFFSET (Cyclic, base_lr), .help = N_("Rate at the start of each cycle") },
  { .key = "step_size_up", .label = N_("Way Up"), .type = ETUDE_PARAM_LENGTH, .initial_text = "10%",
    .offset = G_STRUCT_OFFSET (Cyclic, step_size_up), .help = N_("How long the rate rises in each cycle") },
  { .key = "step_size_down", .label = N_("Way Down"), .type = ETUDE_PARAM_LENGTH, .initial_auto = TRUE,
    .automatic = N_("as long as the way up"), .offset = G_STRUCT_OFFSET (Cyclic, step_size_down),
    .help = N_("How long it falls; 0 drops at once") },
  { .key = "mode", .label = N_("Mode"), .type = ETUDE_PARAM_CHOICE, .choices = modes,
    .offset = G_STRUCT_OFFSET (Cyclic, mode), .help = N_("How the height of the cycles changes") },
  { .key = "gamma", .label = N_("Gamma"), .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 1,
    .initial = 1, .offset = G_STRUCT_OFFSET (Cyclic, gamma),
    .help = N_("What the height is multiplied by at each update in the exponential mode") },
  MOMENTUM (Cyclic, 0.8, 0.9),
  { .key = NULL }
};

/* How far up the cycle update t is, from 0 to 1, its height included. */
static double
cyclic_height (const Cyclic *self, const EtudeScheduleSpan *span, guint64 t)
{
  double up = etude_schedule_period (&self->step_size_up, span);
  double down = self->step_size_down.unit == ETUDE_LENGTH_AUTO
                  ? up : (double) etude_schedule_updates (&self->step_size_down, span);
  double cycle = floor (1 + (double) t / (up + down));
  double x = 1 + (double) t / (up + down) - cycle;
  double ratio = up / (up + down);
  double height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);

  if (self->mode == TRIANGULAR2)
    return height / pow (2, cycle - 1);
  return self->mode == EXP_RANGE ? height * pow (self->gamma, (double) t) : height;
}

static double
cyclic_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Cyclic *self = params;
  double most = isnan (self->max_lr) ? span->base : self->max_lr;
  double least = isnan (self->base_lr) ? most / 4 : self->base_lr;

  return least + (most - least) * cyclic_height (self, span, t);
}

static gboolean
cyclic_cycles (gconstpointer params)
{
  return ((const Cyclic *) params)->cycle_momentum;
}

static double
cyclic_momentum (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Cyclic *self = params;

  if (!self->cycle_momentum)
    return NAN;
  return self->max_momentum - (self->max_momentum - self->base_momentum) * cyclic_height (self, span, t);
}

ETUDE_DEFINE_SCHEDULE (cyclic, Cyclic,
  .kind.id = "cyclic",
  .kind.label = N_("Cyclic"),
  .kind.help = N_("Rises and falls in triangles"),
  .kind.source = "torch/optim/lr_scheduler.py CyclicLR",
  .kind.formula = "b + (M − b) s · scale, s from 0 to 1 and back",
  .kind.params = cyclic_params,
  .rate = cyclic_rate,
  .cycles = cyclic_cycles,
  .momentum = cyclic_momentum)

typedef struct
{
  EtudeScheduleCommon common;
  double max_lr;
  EtudeLength total_steps;
  double pct_start;
  guint anneal_strategy;
  double div_factor;
  double final_div_factor;
  gboolean three_phase;
  gboolean cycle_momentum;
  double base_momentum;
  double max_momentum;
} OneCycle;

enum
{
  COS,
  LINEAR,
};

static const EtudeChoice strategies[] = {
  { "cos", N_("Cosine"), N_("Along half a cosine") },
  { "linear", N_("Linear"), N_("Along a straight line") },
  { NULL }
};

static const EtudeParam one_cycle_params[] = {
  HIGHEST_RATE (OneCycle),
  { .key = "total_steps", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "100%",
    .offset = G_STRUCT_OFFSET (OneCycle, total_steps), .help = N_("How long the cycle is") },
  { .key = "pct_start", .label = N_("Share of the Rise"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1,
    .initial = 0.3, .offset = G_STRUCT_OFFSET (OneCycle, pct_start),
    .help = N_("Share of the cycle in which the rate rises") },
  { .key = "anneal_strategy", .label = N_("Curve"), .type = ETUDE_PARAM_CHOICE, .choices = strategies,
    .offset = G_STRUCT_OFFSET (OneCycle, anneal_strategy), .help = N_("How the rate goes from one end to the other") },
  { .key = "div_factor", .label = N_("Start Divisor"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e12, .initial = 25, .offset = G_STRUCT_OFFSET (OneCycle, div_factor),
    .help = N_("The first rate is the highest divided by this") },
  { .key = "final_div_factor", .label = N_("End Divisor"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e12, .initial = 1e4, .offset = G_STRUCT_OFFSET (OneCycle, final_div_factor),
    .help = N_("The last rate is the first divided by this") },
  { .key = "three_phase", .label = N_("Three Phases"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (OneCycle, three_phase),
    .help = N_("Falls as fast as it rose, and then on to the last rate") },
  MOMENTUM (OneCycle, 0.85, 0.95),
  { .key = NULL }
};

static double
anneal (guint strategy, double start, double end, double done)
{
  if (strategy == LINEAR)
    return (end - start) * done + start;
  return end + (start - end) / 2 * (1 + cos (G_PI * done));
}

/* Goes from levels[0] through levels[1] and, in three phases, levels[2] to the last, which holds past
 * the end. The ends of the phases need not be whole, as in PyTorch. A phase without length, in which
 * PyTorch divides by zero, is at its end. */
static double
one_cycle_value (const OneCycle *self, const EtudeScheduleSpan *span, guint64 t, const double levels[4])
{
  double total = etude_schedule_period (&self->total_steps, span);
  double rise = self->pct_start * total;
  double ends[] = { rise - 1, self->three_phase ? 2 * rise - 2 : total - 1, total - 1 };
  double at = MIN ((double) t, total - 1), start = 0;
  guint n_phases = self->three_phase ? 3 : 2, phase = 0;

  while (phase + 1 < n_phases && at > ends[phase])
    start = ends[phase++];
  return anneal (self->anneal_strategy, levels[phase], levels[phase + 1],
                 ends[phase] > start ? (at - start) / (ends[phase] - start) : 1);
}

static double
one_cycle_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const OneCycle *self = params;
  double most = isnan (self->max_lr) ? span->base : self->max_lr;
  double first = most / self->div_factor, last = first / self->final_div_factor;
  double levels[] = { first, most, self->three_phase ? first : last, last };

  return one_cycle_value (self, span, t, levels);
}

static gboolean
one_cycle_cycles (gconstpointer params)
{
  return ((const OneCycle *) params)->cycle_momentum;
}

static double
one_cycle_momentum (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const OneCycle *self = params;
  double levels[] = { self->max_momentum, self->base_momentum, self->max_momentum, self->max_momentum };

  return self->cycle_momentum ? one_cycle_value (self, span, t, levels) : NAN;
}

ETUDE_DEFINE_SCHEDULE (one_cycle, OneCycle,
  .kind.id = "one_cycle",
  .kind.label = N_("One Cycle"),
  .kind.help = N_("Rises to the highest rate and falls far below the first"),
  .kind.source = "torch/optim/lr_scheduler.py OneCycleLR",
  .kind.formula = "M / div → M over the first pct_start, then → M / (div · final_div)",
  .kind.params = one_cycle_params,
  .rate = one_cycle_rate,
  .cycles = one_cycle_cycles,
  .momentum = one_cycle_momentum)
