/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "base/error.h"

/* The struct of both kinds. */
typedef struct
{
  EtudeScheduleCommon common;
  EtudeObjects schedules;
} Nested;

/* By default half of the run at the full rate, then a cosine. */
static void
initialise_sequence (gpointer field)
{
  EtudeObject *first = etude_objects_insert (field, 0, &etude_schedule_part_constant.kind);

  ((EtudeScheduleCommon *) first->data)->length = (EtudeLength) { 50, ETUDE_LENGTH_PERCENT };
  etude_objects_insert (field, 1, &etude_schedule_part_cosine.kind);
}

static const EtudeParam sequence_params[] = {
  { .key = "schedules", .label = N_("Schedules"), .type = ETUDE_PARAM_KINDS, .group = &etude_schedule_part_group,
    .min = 1, .max = 100, .initialise = initialise_sequence, .offset = G_STRUCT_OFFSET (Nested, schedules),
    .help = N_("One after the other, each from its own start") },
  { .key = NULL }
};

/* Where update t of a span is in a sequence: the part, its first update and its span. */
typedef struct
{
  gsize index;
  guint64 start;
  EtudeScheduleSpan span;
} Place;

/* Sets the span of the part that @self is at; a part without length is passed over. */
static void
measure (const Nested *self, const EtudeScheduleSpan *span, Place *place)
{
  const EtudeLength *length = &((const EtudeScheduleCommon *) self->schedules.items[place->index].data)->length;

  place->span = *span;
  if (length->unit != ETUDE_LENGTH_AUTO)
    place->span.n_steps = etude_schedule_updates (length, span);
  else
    place->span.n_steps = span->n_steps > place->start ? span->n_steps - place->start : 0;
}

static gboolean
next (const Nested *self, const EtudeScheduleSpan *span, Place *place)
{
  if (place->index + 1 >= self->schedules.n)
    return FALSE;
  place->start += place->span.n_steps;
  place->index++;
  measure (self, span, place);
  return TRUE;
}

static Place
find_place (const Nested *self, const EtudeScheduleSpan *span, guint64 t)
{
  Place place = { 0 };

  measure (self, span, &place);
  while (t - place.start >= place.span.n_steps && next (self, span, &place))
    ;
  place.span.n_steps = MAX (1, place.span.n_steps);
  return place;
}

static gboolean
sequence_check (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GError **error)
{
  const Nested *self = params;
  Place place = { 0 };

  measure (self, span, &place);
  do
    {
      const EtudeObject *part = &self->schedules.items[place.index];
      EtudeScheduleSpan own = place.span;
      g_autofree char *inner = g_strdup_printf ("%s.schedules.%" G_GSIZE_FORMAT, path, place.index);

      if (((const EtudeScheduleCommon *) part->data)->length.unit == ETUDE_LENGTH_AUTO
          && place.index + 1 < self->schedules.n)
        {
          g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                       _("%s.length: found “auto”, expected a length: only the last schedule may take the rest"), inner);
          return FALSE;
        }
      own.n_steps = MAX (1, own.n_steps);
      if (!etude_schedule_check (part, &own, inner, error))
        return FALSE;
    }
  while (next (self, span, &place));
  return TRUE;
}

/* A part without a length of its own is meant to be passed over; one that no update is left for is not. */
static void
sequence_warn (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GPtrArray *warnings)
{
  const Nested *self = params;
  Place place = { 0 };

  measure (self, span, &place);
  do
    {
      g_autofree char *inner = g_strdup_printf ("%s.schedules.%" G_GSIZE_FORMAT, path, place.index);

      if (place.start >= span->n_steps)
        g_ptr_array_add (warnings, g_strdup_printf (_("%s: never starts: those before it take %" PRIu64 " updates, and there are only %" PRIu64),
                                                    inner, place.start, span->n_steps));
      else if (place.span.n_steps > 0)
        etude_schedule_warn (&self->schedules.items[place.index], &place.span, inner, warnings);
    }
  while (next (self, span, &place));
}

static double
sequence_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Nested *self = params;
  Place place = find_place (self, span, t);

  return etude_schedule_rate_at (&self->schedules.items[place.index], &place.span, t - place.start);
}

static gboolean
nested_cycles (gconstpointer params)
{
  const Nested *self = params;

  for (gsize i = 0; i < self->schedules.n; i++)
    if (etude_schedule_cycles_at (&self->schedules.items[i]))
      return TRUE;
  return FALSE;
}

static double
sequence_momentum (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Nested *self = params;
  Place place = find_place (self, span, t);

  return etude_schedule_momentum_at (&self->schedules.items[place.index], &place.span, t - place.start);
}

ETUDE_DEFINE_SCHEDULE (sequence, Nested,
  .kind.id = "sequence",
  .kind.label = N_("Sequence"),
  .kind.help = N_("Several schedules one after the other"),
  .kind.source = "torch/optim/lr_scheduler.py SequentialLR",
  .kind.formula = "η_i(t − start of i) for the schedule i that t is in",
  .kind.params = sequence_params,
  .rate = sequence_rate,
  .cycles = nested_cycles,
  .momentum = sequence_momentum,
  .check = sequence_check,
  .warn = sequence_warn)

static void
initialise_chained (gpointer field)
{
  etude_objects_insert (field, 0, &etude_schedule_step.kind);
  etude_objects_insert (field, 1, &etude_schedule_cosine.kind);
}

static const EtudeParam chained_params[] = {
  { .key = "schedules", .label = N_("Schedules"), .type = ETUDE_PARAM_KINDS, .group = &etude_schedule_factor_group,
    .min = 1, .max = 100, .initialise = initialise_chained, .offset = G_STRUCT_OFFSET (Nested, schedules),
    .help = N_("All at the same time: their shares of the rate are multiplied") },
  { .key = NULL }
};

static gboolean
chained_check (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GError **error)
{
  const Nested *self = params;

  for (gsize i = 0; i < self->schedules.n; i++)
    {
      g_autofree char *inner = g_strdup_printf ("%s.schedules.%" G_GSIZE_FORMAT, path, i);

      if (!etude_schedule_check (&self->schedules.items[i], span, inner, error))
        return FALSE;
    }
  return TRUE;
}

static void
chained_warn (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GPtrArray *warnings)
{
  const Nested *self = params;

  for (gsize i = 0; i < self->schedules.n; i++)
    {
      g_autofree char *inner = g_strdup_printf ("%s.schedules.%" G_GSIZE_FORMAT, path, i);

      etude_schedule_warn (&self->schedules.items[i], span, inner, warnings);
    }
}

/* A product that is above all numbers would meet a factor of 0 as NaN. */
static double
chained_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Nested *self = params;
  double rate = span->base;

  for (gsize i = 0; i < self->schedules.n; i++)
    rate = MIN (rate * (etude_schedule_rate_at (&self->schedules.items[i], span, t) / span->base), G_MAXDOUBLE);
  return rate;
}

/* The last one that cycles it. */
static double
chained_momentum (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Nested *self = params;
  double momentum = NAN;

  for (gsize i = self->schedules.n; i-- > 0 && isnan (momentum);)
    momentum = etude_schedule_momentum_at (&self->schedules.items[i], span, t);
  return momentum;
}

ETUDE_DEFINE_SCHEDULE (chained, Nested,
  .kind.id = "chained",
  .kind.label = N_("Product"),
  .kind.help = N_("Several schedules at the same time, multiplied"),
  .kind.source = "torch/optim/lr_scheduler.py ChainedScheduler",
  .kind.formula = "η₀ ∏ η_i(t) / η₀",
  .kind.params = chained_params,
  .rate = chained_rate,
  .cycles = nested_cycles,
  .momentum = chained_momentum,
  .check = chained_check,
  .warn = chained_warn)
