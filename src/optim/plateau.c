/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/plateau.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "optim/schedule-private.h"

typedef struct
{
  EtudeScheduleCommon common;
  guint mode;
  double factor;
  guint64 patience;
  double threshold;
  guint threshold_mode;
  guint64 cooldown;
  double min_lr;
  double eps;
  char *metric;
} Plateau;

enum
{
  MIN_MODE,
  MAX_MODE,
};

enum
{
  REL,
  ABS,
};

static const EtudeChoice modes[] = {
  { "min", N_("Lower Is Better"), N_("As for a loss") },
  { "max", N_("Higher Is Better"), N_("As for an accuracy") },
  { NULL }
};

static const EtudeChoice threshold_modes[] = {
  { "rel", N_("Share"), N_("The threshold is a share of the best value") },
  { "abs", N_("Difference"), N_("The threshold is a difference from the best value") },
  { NULL }
};

static const EtudeParam plateau_params[] = {
  { .key = "mode", .label = N_("Direction"), .type = ETUDE_PARAM_CHOICE, .choices = modes,
    .offset = G_STRUCT_OFFSET (Plateau, mode), .help = N_("What counts as better") },
  { .key = "factor", .label = N_("Factor"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1, .max_open = TRUE, .initial = 0.1,
    .offset = G_STRUCT_OFFSET (Plateau, factor), .help = N_("What the rate is multiplied by") },
  { .key = "patience", .label = N_("Patience"), .unit = N_("evaluations"), .type = ETUDE_PARAM_INTEGER, .min = 0,
    .max = 1e6, .initial = 10, .offset = G_STRUCT_OFFSET (Plateau, patience),
    .help = N_("How many evaluations in a row may be no better") },
  { .key = "threshold", .label = N_("Threshold"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1e-4, .offset = G_STRUCT_OFFSET (Plateau, threshold),
    .help = N_("How much better than the best counts as better") },
  { .key = "threshold_mode", .label = N_("Threshold Is"), .type = ETUDE_PARAM_CHOICE, .choices = threshold_modes,
    .offset = G_STRUCT_OFFSET (Plateau, threshold_mode), .help = N_("What the threshold is measured in") },
  { .key = "cooldown", .label = N_("Rest"), .unit = N_("evaluations"), .type = ETUDE_PARAM_INTEGER, .min = 0,
    .max = 1e6, .offset = G_STRUCT_OFFSET (Plateau, cooldown),
    .help = N_("How many evaluations after a reduction do not count") },
  { .key = "min_lr", .label = N_("Lowest Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1000, .offset = G_STRUCT_OFFSET (Plateau, min_lr), .help = N_("The rate is never reduced below this") },
  { .key = "eps", .label = N_("Least Change"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1000, .initial = 1e-8, .offset = G_STRUCT_OFFSET (Plateau, eps),
    .help = N_("A reduction that is not larger than this is left out") },
  { .key = "metric", .label = N_("Watches"), .type = ETUDE_PARAM_TEXT, .initial_text = "validation_loss",
    .offset = G_STRUCT_OFFSET (Plateau, metric),
    .help = N_("validation_loss, train_loss, or a metric such as accuracy") },
  { .key = NULL }
};

static double
plateau_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  return span->base;
}

/* Its key “cooldown” is PyTorch’s, so it has no cool-down phase. */
const EtudeScheduleKind etude_schedule_plateau = {
  .kind = { .id = "plateau", .label = N_("Plateau"), .help = N_("Falls by a factor when there is no more progress"),
            .source = "torch/optim/lr_scheduler.py ReduceLROnPlateau",
            .formula = "η = max (η · factor, min_lr) after more than patience evaluations that are no better",
            .common = etude_schedule_warmup_params, .common_last = TRUE, .params = plateau_params,
            .size = sizeof (Plateau) },
  .rate = plateau_rate,
};

/**
 * etude_plateau_init:
 * @self: uninitialised
 * @schedule: must outlive it
 *
 * Returns: whether the schedule watches the evaluations at all
 */
gboolean
etude_plateau_init (EtudePlateau *self, const EtudeObject *schedule)
{
  if (schedule->kind != &etude_schedule_plateau.kind)
    return FALSE;
  *self = (EtudePlateau) { .schedule = schedule };
  self->best = ((const Plateau *) schedule->data)->mode == MIN_MODE ? INFINITY : -INFINITY;
  return TRUE;
}

/**
 * etude_plateau_get_metric:
 * @self: a plateau
 *
 * Returns: (transfer none): what it watches: “validation_loss”, “train_loss” or the id of a metric
 */
const char *
etude_plateau_get_metric (const EtudePlateau *self)
{
  return ((const Plateau *) self->schedule->data)->metric;
}

static gboolean
is_better (const Plateau *params, double value, double best)
{
  gboolean is_relative = params->threshold_mode == REL && isfinite (best);

  if (params->mode == MIN_MODE)
    return value < (is_relative ? best * (1 - params->threshold) : best - params->threshold);
  return value > (is_relative ? best * (1 + params->threshold) : best + params->threshold);
}

/**
 * etude_plateau_see:
 * @self: a plateau
 * @value: what was measured; NaN is no better
 * @lr: the rate as it is
 *
 * One evaluation, in the order of PyTorch’s ReduceLROnPlateau.step.
 *
 * Returns: what the rate is to be multiplied by, 1 where it stays
 */
double
etude_plateau_see (EtudePlateau *self, double value, double lr)
{
  const Plateau *params = self->schedule->data;
  double reduced;

  if (is_better (params, value, self->best))
    {
      self->best = value;
      self->n_bad = 0;
    }
  else
    self->n_bad++;
  if (self->n_waiting > 0)
    {
      self->n_waiting--;
      self->n_bad = 0;
    }
  if (self->n_bad <= params->patience)
    return 1;
  self->n_waiting = params->cooldown;
  self->n_bad = 0;
  reduced = MAX (lr * params->factor, params->min_lr);
  if (!(lr - reduced > params->eps))
    return 1;
  /* Where the lowest rate is not met the factor is the one that was asked for, to the last bit. */
  return reduced > lr * params->factor ? reduced / lr : params->factor;
}
