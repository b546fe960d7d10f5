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
  { .key = "t_max", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "100%",
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

const EtudeScheduleKind etude_schedule_cosine = {
  { .id = "cosine", .label = N_("Cosine"), .help = N_("Falls along half a cosine"),
    .source = "torch/optim/lr_scheduler.py CosineAnnealingLR",
    .formula = "η_min + (η₀ − η_min) (1 + cos (π t / T)) / 2",
    .common = etude_schedule_common_params, .common_last = TRUE, .params = cosine_params,
    .size = sizeof (Cosine) },
  cosine_rate
};
