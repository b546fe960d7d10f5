/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "base/error.h"
#include "optim/cooldown-private.h"
#include "optim/warmup-private.h"

#define WARMUP                                                                                   \
  { .key = "warmup", .label = N_("Warm-Up"), .type = ETUDE_PARAM_KIND, .group = &etude_warmup_group, \
    .nullable = TRUE, .offset = G_STRUCT_OFFSET (EtudeScheduleCommon, warmup),                   \
    .help = N_("Raises the rate to its full size over the first updates") }
#define COOLDOWN                                                                                 \
  { .key = "cooldown", .label = N_("Cool-Down"), .type = ETUDE_PARAM_KIND, .group = &etude_cooldown_group, \
    .nullable = TRUE, .offset = G_STRUCT_OFFSET (EtudeScheduleCommon, cooldown),                 \
    .help = N_("Lowers the rate over the last updates") }

const EtudeParam etude_schedule_common_params[] = { WARMUP, COOLDOWN, { .key = NULL } };
const EtudeParam etude_schedule_warmup_params[] = { WARMUP, { .key = NULL } };

const EtudeParam etude_schedule_part_params[] = {
  { .key = "length", .label = N_("Lasts"), .type = ETUDE_PARAM_LENGTH, .initial_auto = TRUE,
    .automatic = N_("the rest; only for the last"), .last_auto = TRUE, .offset = G_STRUCT_OFFSET (EtudeScheduleCommon, length),
    .help = N_("How long it lasts before the next one starts") },
  WARMUP, COOLDOWN, { .key = NULL }
};

#define SCHEDULE(name) &etude_schedule_##name.kind,
#define PART(name) &etude_schedule_part_##name.kind,

static const EtudeKind *const kinds[] = { ETUDE_SCHEDULES (SCHEDULE) &etude_schedule_plateau.kind, NULL };
static const EtudeKind *const factors[] = { ETUDE_SCHEDULES (SCHEDULE) NULL };
static const EtudeKind *const parts[] = { ETUDE_SCHEDULES (PART) NULL };

const EtudeGroup etude_schedule_group = {
  .id = "schedule", .label = N_("Schedule"), .path = "schedule", .kinds = kinds
};

const EtudeGroup etude_schedule_factor_group = {
  .id = "schedule_factor", .label = N_("Schedule"), .path = "schedule.schedules.*", .kinds = factors
};

const EtudeGroup etude_schedule_part_group = {
  .id = "schedule_part", .label = N_("Schedule"), .path = "schedule.schedules.*", .kinds = parts
};

struct _EtudeSchedule
{
  EtudeObject value;
  EtudeScheduleSpan span;
};

guint64
etude_schedule_updates (const EtudeLength *length, const EtudeScheduleSpan *span)
{
  return etude_length_to_updates (length, span->updates_per_epoch, span->n_steps);
}

double
etude_schedule_period (const EtudeLength *length, const EtudeScheduleSpan *span)
{
  return (double) MAX (1, etude_schedule_updates (length, span));
}

/* How a span is divided: updates of the warm-up and of the cool-down, and what the schedule itself
 * is stretched over. */
typedef struct
{
  guint64 n_warmup;
  guint64 n_cooldown;
  guint64 shift; /* its update 0 */
  EtudeScheduleSpan span;
} Division;

static Division
divide (const EtudeObject *schedule, const EtudeScheduleSpan *span)
{
  const EtudeScheduleCommon *common = schedule->data;
  Division of = { .span = *span };

  if (common->warmup.kind != NULL)
    {
      const EtudeWarmup *warmup = common->warmup.data;

      of.n_warmup = etude_schedule_updates (&warmup->length, span);
      of.shift = warmup->prefix ? of.n_warmup : 0;
    }
  if (common->cooldown.kind != NULL)
    of.n_cooldown = etude_schedule_updates (&((const EtudeCooldown *) common->cooldown.data)->length, span);
  of.span.n_steps = span->n_steps > of.shift + of.n_cooldown ? span->n_steps - of.shift - of.n_cooldown : 1;
  return of;
}

static gboolean
check_lengths (const EtudeObject *schedule, const EtudeScheduleSpan *span, const char *path, GError **error)
{
  Division of = divide (schedule, span);

  if (of.n_warmup > span->n_steps)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("%s.warmup.length: found %" PRIu64 " updates, expected at most the %" PRIu64 " of the run"),
                   path, of.n_warmup, span->n_steps);
      return FALSE;
    }
  if (of.n_cooldown > span->n_steps - of.n_warmup)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("%s.cooldown.length: found %" PRIu64 " updates, expected at most %" PRIu64
                     ", what the warm-up leaves of %" PRIu64),
                   path, of.n_cooldown, span->n_steps - of.n_warmup, span->n_steps);
      return FALSE;
    }
  return TRUE;
}

/* Whether a schedule fits into a span; @path is where it stands in the document. */
gboolean
etude_schedule_check (const EtudeObject *schedule, const EtudeScheduleSpan *span, const char *path, GError **error)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) schedule->kind;
  Division of = divide (schedule, span);

  return check_lengths (schedule, span, path, error)
         && (kind->check == NULL || kind->check (schedule->data, &of.span, path, error));
}

/* Adds what has no effect in the span. */
void
etude_schedule_warn (const EtudeObject *schedule, const EtudeScheduleSpan *span, const char *path, GPtrArray *warnings)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) schedule->kind;
  Division of = divide (schedule, span);

  if (kind->warn != NULL)
    kind->warn (schedule->data, &of.span, path, warnings);
}

/* What is multiplied by the factor of the warm-up or cool-down: the schedule at its first update,
 * or at its last. */
static guint64
get_own_step (const Division *of, guint64 n_steps, guint64 t)
{
  if (t < of->n_warmup)
    return 0;
  if (t >= n_steps - of->n_cooldown)
    return of->span.n_steps - 1;
  return t - of->shift;
}

/* The rate of update t; past the end of the span the last one is held. No rate is above all numbers,
 * however many factors make it. */
double
etude_schedule_rate_at (const EtudeObject *schedule, const EtudeScheduleSpan *span, guint64 t)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) schedule->kind;
  const EtudeScheduleCommon *common = schedule->data;
  Division of = divide (schedule, span);
  double rate;

  t = MIN (t, span->n_steps - 1);
  rate = kind->rate (schedule->data, &of.span, get_own_step (&of, span->n_steps, t));
  rate = CLAMP (rate, 0, DBL_MAX);
  if (t < of.n_warmup)
    return rate * etude_warmup_factor (&common->warmup, t, of.n_warmup);
  if (t >= span->n_steps - of.n_cooldown)
    return rate * etude_cooldown_factor (&common->cooldown, t - (span->n_steps - of.n_cooldown), of.n_cooldown);
  return rate;
}

gboolean
etude_schedule_cycles_at (const EtudeObject *schedule)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) schedule->kind;

  return kind->cycles != NULL && kind->cycles (schedule->data);
}

/* The momentum of update t, which neither warm-up nor cool-down changes; NaN: the optimizer’s own. */
double
etude_schedule_momentum_at (const EtudeObject *schedule, const EtudeScheduleSpan *span, guint64 t)
{
  const EtudeScheduleKind *kind = (const EtudeScheduleKind *) schedule->kind;
  Division of = divide (schedule, span);

  if (kind->momentum == NULL)
    return NAN;
  return kind->momentum (schedule->data, &of.span, get_own_step (&of, span->n_steps, MIN (t, span->n_steps - 1)));
}

/**
 * etude_schedule_new:
 * @schedule: a value of a kind of #etude_schedule_group
 * @lr: the rate of the optimizer, above 0
 * @n_steps: updates in the whole run, at least 1
 * @updates_per_epoch: updates in one epoch, above 0
 * @error: set when its parts do not fit into the run
 *
 * A schedule stretched over a run. It copies @schedule and never changes afterwards.
 *
 * Returns: (transfer full) (nullable): the schedule
 */
EtudeSchedule *
etude_schedule_new (const EtudeObject *schedule, double lr, guint64 n_steps,
                    double updates_per_epoch, GError **error)
{
  EtudeScheduleSpan span = { lr, n_steps, updates_per_epoch };
  EtudeSchedule *self;

  g_return_val_if_fail (n_steps >= 1 && updates_per_epoch > 0, NULL);

  if (!etude_schedule_check (schedule, &span, "schedule", error))
    return NULL;
  self = g_new0 (EtudeSchedule, 1);
  etude_object_copy (&self->value, schedule);
  self->span = span;
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
  return etude_schedule_rate_at (&self->value, &self->span, step);
}

/**
 * etude_schedule_cycles_momentum:
 * @self: a schedule
 *
 * Returns: whether it says anything of the momentum of some update
 */
gboolean
etude_schedule_cycles_momentum (const EtudeSchedule *self)
{
  return etude_schedule_cycles_at (&self->value);
}

/**
 * etude_schedule_momentum:
 * @self: a schedule
 * @step: the update, as in etude_schedule_rate()
 *
 * Pure, any thread.
 *
 * Returns: the momentum of update @step, or NaN where the optimizer keeps its own
 */
double
etude_schedule_momentum (const EtudeSchedule *self, guint64 step)
{
  return etude_schedule_momentum_at (&self->value, &self->span, step);
}

/**
 * etude_schedule_list_warnings:
 * @self: a schedule
 *
 * Returns: (transfer container) (element-type utf8): sentences on parts of it that never get their turn
 */
GPtrArray *
etude_schedule_list_warnings (const EtudeSchedule *self)
{
  GPtrArray *warnings = g_ptr_array_new_with_free_func (g_free);

  etude_schedule_warn (&self->value, &self->span, "schedule", warnings);
  return warnings;
}

/**
 * etude_schedule_get_value:
 * @self: a schedule
 *
 * Returns: (transfer none): what it was made from, until it is freed
 */
const EtudeObject *
etude_schedule_get_value (const EtudeSchedule *self)
{
  return &self->value;
}

guint64
etude_schedule_get_n_steps (const EtudeSchedule *self)
{
  return self->span.n_steps;
}

double
etude_schedule_get_updates_per_epoch (const EtudeSchedule *self)
{
  return self->span.updates_per_epoch;
}
