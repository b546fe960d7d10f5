/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include "base/error.h"
#include "base/number.h"

typedef struct
{
  double lr;
  double etaminus;
  double etaplus;
  double step_size_min;
  double step_size_max;
} Rprop;

static const EtudeParam rprop_params[] = {
  ETUDE_RATE_PARAM (Rprop, 0.01, N_("How far each weight moves in the first step; later ones find their own length")),
  { .key = "etaminus", .label = N_("Shrink"), .type = ETUDE_PARAM_REAL, .min = 0, .min_open = TRUE, .max = 1,
    .max_open = TRUE, .initial = 0.5, .offset = G_STRUCT_OFFSET (Rprop, etaminus),
    .help = N_("Factor of the step where the gradient has changed its sign") },
  { .key = "etaplus", .label = N_("Grow"), .type = ETUDE_PARAM_REAL, .min = 1, .min_open = TRUE, .max = 100,
    .initial = 1.2, .offset = G_STRUCT_OFFSET (Rprop, etaplus),
    .help = N_("Factor of the step where the gradient has kept its sign") },
  { .key = "step_size_min", .label = N_("Shortest Step"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1e-6, .offset = G_STRUCT_OFFSET (Rprop, step_size_min),
    .help = N_("A step never gets shorter") },
  { .key = "step_size_max", .label = N_("Longest Step"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e6, .initial = 50, .offset = G_STRUCT_OFFSET (Rprop, step_size_max),
    .help = N_("A step never gets longer") },
  { .key = NULL }
};

static gboolean
rprop_check (gconstpointer params, GError **error)
{
  const Rprop *self = params;
  char found[ETUDE_NUMBER_SIZE], least[ETUDE_NUMBER_SIZE];

  if (self->step_size_min <= self->step_size_max)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
               _("optimizer.step_size_max: found %s, expected at least the %s of step_size_min"),
               etude_number_write (found, self->step_size_max), etude_number_write (least, self->step_size_min));
  return FALSE;
}

/* The gradient before, and the length of each weight's step. */
static guint
rprop_n_states (gconstpointer params)
{
  return 2;
}

static void
rprop_start (EtudeOptimizer *self)
{
  for (guint r = 0; r < self->n_ranges; r++)
    {
      const EtudeOptimizerRange *range = &self->ranges[r];
      double rate = self->lr * self->settings[range->setting].lr_scale;

      for (gsize i = range->first; i < range->first + range->n; i++)
        self->states[1][i] = (EtudeReal) rate;
    }
}

enum
{
  SHRINK,
  GROW,
  LEAST,
  MOST,
};

static void
rprop_begin (EtudeOptimizer *self)
{
  const Rprop *params = self->object.data;

  self->numbers[SHRINK] = (EtudeReal) params->etaminus;
  self->numbers[GROW] = (EtudeReal) params->etaplus;
  self->numbers[LEAST] = (EtudeReal) params->step_size_min;
  self->numbers[MOST] = (EtudeReal) params->step_size_max;
}

/* A step grows while the gradient keeps its sign and shrinks where it changes; there the weight
 * stays for one update, and the gradient counts as 0 in the next. */
ETUDE_STEP_BODY
rprop_body (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeReal *restrict w = self->weights + first;
  EtudeReal *restrict before = self->states[0] + first;
  EtudeReal *restrict length = self->states[1] + first;
  const EtudeReal shrink = self->numbers[SHRINK], grow = self->numbers[GROW];
  const EtudeReal least = self->numbers[LEAST], most = self->numbers[MOST];

  for (gsize i = 0; i < n; i++)
    {
      EtudeReal g = gradient[i];
      EtudeReal agreement = etude_sign (g) * before[i];
      EtudeReal step = length[i] * (agreement > 0 ? grow : agreement < 0 ? shrink : 1);

      step = step < least ? least : step;
      step = step > most ? most : step;
      g = agreement < 0 ? 0 : g;
      w[i] -= step * etude_sign (g);
      length[i] = step;
      before[i] = g;
    }
}

ETUDE_DEFINE_STEP (rprop_step, rprop_body)

const EtudeOptimizerKind etude_optimizer_rprop = {
  .kind = { .id = "rprop", .label = N_("Rprop"),
            .help = N_("Follows only the signs of the gradient, with a step of its own for each weight; "
                       "mini-batches change signs by chance and mislead it, so make the batch all samples"),
            .source = "torch/optim/rprop.py",
            .formula = "s = clamp (s · η₊ if ∇ ∇₋₁ > 0, s · η₋ if ∇ ∇₋₁ < 0, else s);  ∇ = 0 if ∇ ∇₋₁ < 0;  "
                       "w = w − s sign ∇",
            .params = rprop_params, .size = sizeof (Rprop) },
  .check = rprop_check,
  .n_states = rprop_n_states,
  .start = rprop_start,
  .begin = rprop_begin,
  .step = rprop_step,
};
