/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/warmup-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The kinds differ in their curve alone, and in that an exponential cannot start at zero. */
#define WARMUP_PARAMS(zero_is_refused)                                                              \
  {                                                                                                 \
    { .key = "length", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "5%",     \
      .offset = G_STRUCT_OFFSET (EtudeWarmup, length),                                              \
      .help = N_("How long the rate rises: steps, epochs, or a share of the run") },                \
    { .key = "start_factor", .label = N_("Start Factor"), .type = ETUDE_PARAM_REAL,                 \
      .min = 0, .min_open = zero_is_refused, .max = 1, .initial = 0.1,                              \
      .offset = G_STRUCT_OFFSET (EtudeWarmup, start_factor),                                        \
      .help = N_("Share of the full rate at the first update") },                                   \
    { .key = "prefix", .label = N_("Before the Schedule"), .type = ETUDE_PARAM_BOOLEAN,             \
      .initial = TRUE, .offset = G_STRUCT_OFFSET (EtudeWarmup, prefix),                             \
      .help = N_("The schedule starts after the warm-up; otherwise it runs underneath") },          \
    { .key = NULL }                                                                                 \
  }

static const EtudeParam params[] = WARMUP_PARAMS (FALSE);
static const EtudeParam exponential_params[] = WARMUP_PARAMS (TRUE);

static double
linear_factor (double start_factor, double done)
{
  return start_factor + (1 - start_factor) * done;
}

static double
exponential_factor (double start_factor, double done)
{
  return pow (start_factor, 1 - done);
}

static double
constant_factor (double start_factor, double done)
{
  return start_factor;
}

static const EtudeWarmupKind linear = {
  { .id = "linear", .label = N_("Linear"), .help = N_("Rises along a straight line"),
    .source = "torch/optim/lr_scheduler.py LinearLR", .formula = "r₀ (a + (1 − a) t / W)",
    .params = params, .size = sizeof (EtudeWarmup) },
  linear_factor
};

static const EtudeWarmupKind exponential = {
  { .id = "exponential", .label = N_("Exponential"), .help = N_("Rises by the same factor at each update"),
    .source = "torch/optim/lr_scheduler.py ExponentialLR", .formula = "r₀ a^(1 − t / W)",
    .params = exponential_params, .size = sizeof (EtudeWarmup) },
  exponential_factor
};

static const EtudeWarmupKind constant = {
  { .id = "constant", .label = N_("Constant"), .help = N_("A smaller rate, then at once the full one"),
    .source = "torch/optim/lr_scheduler.py ConstantLR", .formula = "r₀ a",
    .params = params, .size = sizeof (EtudeWarmup) },
  constant_factor
};

static const EtudeKind *const kinds[] = { &linear.kind, &exponential.kind, &constant.kind, NULL };

const EtudeGroup etude_warmup_group = {
  .id = "warmup", .label = N_("Warm-Up"), .path = "schedule.warmup", .kinds = kinds
};

/* The share of the full rate at update t of n_warmup, t < n_warmup. */
double
etude_warmup_factor (const EtudeObject *warmup, guint64 t, guint64 n_warmup)
{
  const EtudeWarmupKind *kind = (const EtudeWarmupKind *) warmup->kind;
  const EtudeWarmup *self = warmup->data;

  return kind->factor (self->start_factor, (double) t / (double) n_warmup);
}
