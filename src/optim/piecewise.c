/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/schedule-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "base/error.h"

typedef struct
{
  EtudeScheduleCommon common;
  EtudePoints points;
  guint interpolation;
} Piecewise;

enum
{
  STEP,
  LINEAR,
  LOG,
};

static const EtudeChoice interpolations[] = {
  { "step", N_("Stairs"), N_("Each factor holds until the next point") },
  { "linear", N_("Lines"), N_("A straight line from point to point") },
  { "log", N_("Lines on a Log Scale"), N_("The same factor at each update between two points") },
  { NULL }
};

static const EtudeParam piecewise_params[] = {
  { .key = "points", .label = N_("Points"), .type = ETUDE_PARAM_POINTS, .min = 0, .max = 1000,
    .initial_text = "0%: 1, 100%: 0", .offset = G_STRUCT_OFFSET (Piecewise, points),
    .help = N_("Places in the run in their order, each with its share of the rate") },
  { .key = "interpolation", .label = N_("Between Points"), .type = ETUDE_PARAM_CHOICE, .choices = interpolations,
    .offset = G_STRUCT_OFFSET (Piecewise, interpolation), .help = N_("How the rate goes from one point to the next") },
  { .key = NULL }
};

static gboolean
piecewise_check (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GError **error)
{
  const Piecewise *self = params;
  guint64 before = 0;

  if (self->points.n == 0)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("%s.points: found no point, expected at least one"), path);
      return FALSE;
    }
  for (gsize i = 0; i < self->points.n; i++)
    {
      guint64 at = etude_schedule_updates (&self->points.values[i].at, span);

      if (at < before)
        {
          g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                       _("%s.points: found update %" PRIu64 " after update %" PRIu64 ", expected them in order"),
                       path, at, before);
          return FALSE;
        }
      if (self->interpolation == LOG && self->points.values[i].value == 0)
        {
          g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                       _("%s.points: found a factor of 0, which a log scale does not have, expected factors above 0"), path);
          return FALSE;
        }
      before = at;
    }
  return TRUE;
}

static double
piecewise_rate (gconstpointer params, const EtudeScheduleSpan *span, guint64 t)
{
  const Piecewise *self = params;
  const EtudePoint *points = self->points.values;
  gsize n_passed = 0;
  double from, to, done;

  while (n_passed < self->points.n && etude_schedule_updates (&points[n_passed].at, span) <= t)
    n_passed++;
  if (n_passed == 0)
    return span->base * points[0].value;
  if (n_passed == self->points.n || self->interpolation == STEP)
    return span->base * points[n_passed - 1].value;
  from = (double) etude_schedule_updates (&points[n_passed - 1].at, span);
  to = (double) etude_schedule_updates (&points[n_passed].at, span);
  done = ((double) t - from) / (to - from);
  from = points[n_passed - 1].value;
  to = points[n_passed].value;
  return span->base * (self->interpolation == LINEAR ? from + (to - from) * done : from * pow (to / from, done));
}

ETUDE_DEFINE_SCHEDULE (piecewise, Piecewise,
  .kind.id = "piecewise",
  .kind.label = N_("Piecewise"),
  .kind.help = N_("Goes through chosen points"),
  .kind.source = "keras PiecewiseConstantDecay; numpy.interp",
  .kind.formula = "η₀ f(t), f through the points",
  .kind.params = piecewise_params,
  .rate = piecewise_rate,
  .check = piecewise_check)
