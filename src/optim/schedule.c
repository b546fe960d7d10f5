/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "base/error.h"
#include "optim/warmup-private.h"

const EtudeParam etude_schedule_common_params[] = {
  { .key = "warmup", .label = N_("Warm-Up"), .type = ETUDE_PARAM_KIND, .group = &etude_warmup_group,
    .nullable = TRUE, .offset = G_STRUCT_OFFSET (EtudeScheduleCommon, warmup),
    .help = N_("Raises the rate to its full size over the first updates") },
  { .key = NULL }
};

static const EtudeKind *const kinds[] = {
  &etude_schedule_constant.kind,
  &etude_schedule_step.kind,
  &etude_schedule_exponential.kind,
  &etude_schedule_polynomial.kind,
  &etude_schedule_cosine.kind,
  NULL
};

const EtudeGroup etude_schedule_group = {
  .id = "schedule", .label = N_("Schedule"), .path = "schedule", .kinds = kinds
};

struct _EtudeSchedule
{
  EtudeObject value;
  EtudeScheduleSpan span;
  guint64 n_steps;
  guint64 n_warmup;
};

double
etude_schedule_period (const EtudeLength *length, const EtudeScheduleSpan *span)
{
  return (double) MAX (1, etude_length_to_updates (length, span->updates_per_epoch, span->n_steps));
}

/**
 * etude_schedule_new:
 * @schedule: a value of a kind of #etude_schedule_group
 * @lr: the rate of the optimizer, above 0
 * @n_steps: updates in the whole run, at least 1
 * @updates_per_epoch: updates in one epoch, above 0
 * @error: set when the warm-up is longer than the run
 *
 * A schedule stretched over a run. It copies @schedule and never changes afterwards.
 *
 * Returns: (transfer full) (nullable): the schedule
 */
EtudeSchedule *
etude_schedule_new (const EtudeObject *schedule, double lr, guint64 n_steps,
                    double updates_per_epoch, GError **error)
{
  const EtudeScheduleCommon *common = schedule->data;
  guint64 n_warmup = 0, n_prefix = 0;
  EtudeSchedule *self;

  g_return_val_if_fail (n_steps >= 1 && updates_per_epoch > 0, NULL);

  if (common->warmup.kind != NULL)
    {
      const EtudeWarmup *warmup = common->warmup.data;

      n_warmup = etude_length_to_updates (&warmup->length, updates_per_epoch, n_steps);
      n_prefix = warmup->prefix ? n_warmup : 0;
    }
  if (n_warmup > n_steps)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("schedule.warmup.length: found %" PRIu64
                     " updates, expected at most the %" PRIu64 " of the run"),
                   n_warmup, n_steps);
      return NULL;
    }
  self = g_new0 (EtudeSchedule, 1);
  etude_object_copy (&self->value, schedule);
  self->span = (EtudeScheduleSpan) { lr, MAX (1, n_steps - n_prefix), updates_per_epoch };
  self->n_steps = n_steps;
  self->n_warmup = n_warmup;
  return self;
}

void
etude_schedule_free (EtudeSchedule *self)
{
  if (self == NULL)
    return;
  etude_object_clear (&self->value);
  g_free (self);
}

/**
 * etude_schedule_rate:
 * @self: a schedule
 * @step: the update, 0 for the first; past the end of the run the last rate is held
 *
 * A pure function: the preview, the trainer and the command line all call it. Any thread.
 *
 * Returns: the learning rate of update @step, finite and not negative
 */
double
etude_schedule_rate (const EtudeSchedule *self, guint64 step)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) self->value.kind;
  const EtudeScheduleCommon *common = self->value.data;
  guint64 t = MIN (step, self->n_steps - 1);

  if (t < self->n_warmup)
    return kind->rate (self->value.data, &self->span, 0)
           * etude_warmup_factor (&common->warmup, t, self->n_warmup);
  if (self->n_warmup > 0 && ((const EtudeWarmup *) common->warmup.data)->prefix)
    t -= self->n_warmup;
  return kind->rate (self->value.data, &self->span, t);
}

guint64
etude_schedule_get_n_steps (const EtudeSchedule *self)
{
  return self->n_steps;
}

double
etude_schedule_get_updates_per_epoch (const EtudeSchedule *self)
{
  return self->span.updates_per_epoch;
}
