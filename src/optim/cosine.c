/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength t_max;
  double eta_min;
  gboolean hold;
} Cosine;

static const EtudeParam cosine_params[] = {
  { .key = "t_max", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "100%",
    .offset = G_STRUCT_OFFSET (Cosine, t_max), .help = N_("How long the half cosine is") },
  { .key = "eta_min", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Cosine, eta_min),
    .help = N_("Rate at the end of the half cosine") },
  { .key = "hold", .label = N_("Hold at the End"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (Cosine, hold),
    .help = N_("Stays at the lowest rate past the end; PyTorch rises again") },
  { .key = NULL }
};

static double
cosine_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Cosine *self = params;
  double length = etude_schedule_period (&self->t_max, span);
  double at = self->hold ? MIN ((double) t, length) : (double) t;

  return self->eta_min + (span->base - self->eta_min) * (1 + cos (G_PI * at / length)) / 2;
}

ETUDE_DEFINE_SCHEDULE (cosine, Cosine,
  .kind.id = "cosine",
  .kind.label = N_("Cosine"),
  .kind.help = N_("Falls along half a cosine"),
  .kind.source = "torch/optim/lr_scheduler.py CosineAnnealingLR",
  .kind.formula = "η_min + (η₀ − η_min) (1 + cos (π t / T)) / 2",
  .kind.params = cosine_params,
  .rate = cosine_rate)

typedef struct
{
  EtudeScheduleCommon common;
  EtudeLength t_0;
  double t_mult;
  double eta_min;
  double decay;
} Restarts;

static const EtudeParam restarts_params[] = {
  { .key = "t_0", .label = N_("First Cycle"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "25%",
    .offset = G_STRUCT_OFFSET (Restarts, t_0), .help = N_("How long the first half cosine is") },
  { .key = "t_mult", .label = N_("Cycle Growth"), .type = ETUDE_PARAM_REAL, .min = 1, .max = 1000, .initial = 1,
    .offset = G_STRUCT_OFFSET (Restarts, t_mult), .help = N_("How much longer each cycle is than the one before") },
  { .key = "eta_min", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Restarts, eta_min),
    .help = N_("Rate at the end of each half cosine") },
  { .key = "decay", .label = N_("Peak Decay"), .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 1,
    .initial = 1, .offset = G_STRUCT_OFFSET (Restarts, decay),
    .help = N_("What the peak is multiplied by from cycle to cycle") },
  { .key = NULL }
};

/* Where cycle n starts: first (1 + m + m² + … + m^(n-1)); exact for whole m, as PyTorch has it. */
static double
cycle_start (double first, double mult, double n)
{
  if (mult == 1)
    return first * n;
  return first * (mult == floor (mult) ? pow (mult, n) - 1 : expm1 (n * log (mult))) / (mult - 1);
}

/* The cycle that update t is in. The logarithm may miss it by one where t is just at a start. */
static double
find_cycle (double first, double mult, double t)
{
  double n = mult == 1 ? floor (t / first) : floor (log1p (t / first * (mult - 1)) / log (mult));

  if (n > 0 && t < cycle_start (first, mult, n))
    return n - 1;
  return t >= cycle_start (first, mult, n + 1) ? n + 1 : n;
}

static double
restarts_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Restarts *self = params;
  double first = etude_schedule_period (&self->t_0, span);
  double n = find_cycle (first, self->t_mult, (double) t);
  double start = cycle_start (first, self->t_mult, n);
  double length = first * pow (self->t_mult, n);
  double peak = span->base * pow (self->decay, n);

  return self->eta_min + (peak - self->eta_min) * (1 + cos (G_PI * ((double) t - start) / length)) / 2;
}

ETUDE_DEFINE_SCHEDULE (cosine_restarts, Restarts,
  .kind.id = "cosine_restarts",
  .kind.label = N_("Cosine with Restarts"),
  .kind.help = N_("Falls along half a cosine again and again"),
  .kind.source = "torch/optim/lr_scheduler.py CosineAnnealingWarmRestarts; timm CosineLRScheduler",
  .kind.formula = "η_min + (η₀ decayⁿ − η_min) (1 + cos (π t_n / T_n)) / 2,  T_n = t_0 t_multⁿ",
  .kind.params = restarts_params,
  .rate = restarts_rate)
