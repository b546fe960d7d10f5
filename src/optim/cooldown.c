/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/cooldown-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The kinds differ in their curve alone, and in that an exponential cannot end at zero. */
#define COOLDOWN_PARAMS(zero_is_refused, end)                                                       \
  {                                                                                                 \
    { .key = "length", .label = N_("Length"), .type = ETUDE_PARAM_LENGTH, .initial_text = "20%",    \
      .offset = G_STRUCT_OFFSET (EtudeCooldown, length),                                            \
      .help = N_("How long the rate falls: steps, epochs, or a share of the run") },                \
    { .key = "end_factor", .label = N_("End Factor"), .type = ETUDE_PARAM_REAL,                     \
      .min = 0, .min_open = zero_is_refused, .max = 1, .initial = end,                              \
      .offset = G_STRUCT_OFFSET (EtudeCooldown, end_factor),                                        \
      .help = N_("Share of the schedule’s last rate that the fall ends at") },                      \
    { .key = NULL }                                                                                 \
  }

static const EtudeParam params[] = COOLDOWN_PARAMS (FALSE, 0);
static const EtudeParam exponential_params[] = COOLDOWN_PARAMS (TRUE, 0.01);

static double
linear_factor (double end_factor, double done)
{
  return end_factor + (1 - end_factor) * (1 - done);
}

static double
cosine_factor (double end_factor, double done)
{
  return end_factor + (1 - end_factor) * (1 + cos (G_PI * done)) / 2;
}

static double
one_minus_sqrt_factor (double end_factor, double done)
{
  return end_factor + (1 - end_factor) * (1 - sqrt (done));
}

static double
exponential_factor (double end_factor, double done)
{
  return pow (end_factor, done);
}

static const EtudeCooldownKind linear = {
  { .id = "linear", .label = N_("Linear"), .help = N_("Falls along a straight line"),
    .source = "transformers/optimization.py get_wsd_schedule", .formula = "r (e + (1 − e) (1 − p))",
    .params = params, .size = sizeof (EtudeCooldown) },
  linear_factor
};

static const EtudeCooldownKind cosine = {
  { .id = "cosine", .label = N_("Cosine"), .help = N_("Falls along half a cosine"),
    .source = "transformers/optimization.py get_wsd_schedule", .formula = "r (e + (1 − e) (1 + cos πp) / 2)",
    .params = params, .size = sizeof (EtudeCooldown) },
  cosine_factor
};

static const EtudeCooldownKind one_minus_sqrt = {
  { .id = "one_minus_sqrt", .label = N_("One Minus Root"), .help = N_("Falls steeply first, then gently"),
    .source = "transformers/optimization.py get_wsd_schedule", .formula = "r (e + (1 − e) (1 − √p))",
    .params = params, .size = sizeof (EtudeCooldown) },
  one_minus_sqrt_factor
};

static const EtudeCooldownKind exponential = {
  { .id = "exponential", .label = N_("Exponential"), .help = N_("Falls by the same factor at each update"),
    .source = "torch/optim/lr_scheduler.py ExponentialLR", .formula = "r e^p",
    .params = exponential_params, .size = sizeof (EtudeCooldown) },
  exponential_factor
};

static const EtudeKind *const kinds[] = {
  &linear.kind, &cosine.kind, &one_minus_sqrt.kind, &exponential.kind, NULL
};

const EtudeGroup etude_cooldown_group = {
  .id = "cooldown", .label = N_("Cool-Down"), .path = "schedule.cooldown", .kinds = kinds
};

/* The share of the last rate at update t of n_cooldown, t < n_cooldown. */
double
etude_cooldown_factor (const EtudeObject *cooldown, guint64 t, guint64 n_cooldown)
{
  const EtudeCooldownKind *kind = (const EtudeCooldownKind *) cooldown->kind;
  const EtudeCooldown *self = cooldown->data;

  return kind->factor (self->end_factor, (double) t / (double) n_cooldown);
}
