/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled in double, with the double build of the optimizers. */
#include "training/descent.h"

#include <math.h>
#include <string.h>

#include "optim/optimizer.h"

struct _EtudeDescent
{
  EtudeObject function;
  EtudeOptimizer *optimizer;
  EtudeSchedule *schedule;
  guint n_dims;
  guint64 step;
  EtudeReal *x;
  EtudeReal gradient[ETUDE_FUNCTION_DIMS];
};

/* The same kind in the double build; the values of the parameters are the same in both. */
static EtudeObject
to_double (const EtudeObject *optimizer)
{
  return (EtudeObject) { etude_group_find (&etude_optimizer_group, optimizer->kind->id), optimizer->data };
}

/**
 * etude_descent_new:
 * @function: of a kind of #etude_function_group
 * @optimizer: of a kind of #etude_optimizer_group
 * @schedule: (transfer full): stretched over the updates that are to be made
 * @start: (array length=n_dims): where it starts
 * @n_dims: 1 or 2, at least what the function has
 * @error: set where the parameters of the optimizer do not fit together
 *
 * A descent of a function, in double, before its first update.
 *
 * Returns: (transfer full) (nullable): the descent
 */
EtudeDescent *
etude_descent_new (const EtudeObject *function, const EtudeObject *optimizer, EtudeSchedule *schedule,
                   const double *start, guint n_dims, GError **error)
{
  g_autoptr (EtudeDescent) self = g_new0 (EtudeDescent, 1);
  EtudeObject kind = to_double (optimizer);

  self->schedule = schedule;
  etude_object_copy (&self->function, function);
  self->n_dims = n_dims;
  self->x = g_memdup2 (start, n_dims * sizeof *start);
  self->optimizer = etude_optimizer_new (&kind, self->x, n_dims, error);
  return self->optimizer != NULL ? g_steal_pointer (&self) : NULL;
}

void
etude_descent_free (EtudeDescent *self)
{
  if (self == NULL)
    return;
  etude_optimizer_free (self->optimizer);
  etude_schedule_free (self->schedule);
  etude_object_clear (&self->function);
  g_free (self->x);
  g_free (self);
}

static double
evaluate_again (gpointer data)
{
  EtudeDescent *self = data;
  const EtudeTestFunction *function = (const EtudeTestFunction *) self->function.kind;

  function->gradient (self->function.data, self->x, self->n_dims, self->gradient);
  return function->value (self->function.data, self->x, self->n_dims);
}

static void
update (EtudeDescent *self, const EtudeDescentPoint *point)
{
  EtudeObjective objective = {
    .loss = point->value, .gradient = self->gradient, .evaluate = evaluate_again, .data = self,
  };

  memcpy (self->gradient, point->gradient, sizeof self->gradient);
  if (etude_optimizer_is_whole (self->optimizer))
    etude_optimizer_step_whole (self->optimizer, &objective);
  else
    etude_optimizer_step_range (self->optimizer, 0, self->n_dims, self->gradient);
}

/**
 * etude_descent_next:
 * @self: a descent
 * @point: (out): where it is; the update from there is made then
 *
 * Returns: FALSE after the last point, which follows the last update
 */
gboolean
etude_descent_next (EtudeDescent *self, EtudeDescentPoint *point)
{
  const EtudeTestFunction *function = (const EtudeTestFunction *) self->function.kind;
  guint64 n_steps = etude_schedule_get_n_steps (self->schedule);

  if (self->step > n_steps)
    return FALSE;
  *point = (EtudeDescentPoint) { .step = self->step, .lr = NAN };
  memcpy (point->x, self->x, self->n_dims * sizeof *self->x);
  point->value = function->value (self->function.data, self->x, self->n_dims);
  function->gradient (self->function.data, self->x, self->n_dims, point->gradient);
  if (self->step < n_steps)
    {
      point->lr = etude_schedule_rate (self->schedule, self->step);
      etude_optimizer_set_momentum (self->optimizer, etude_schedule_momentum (self->schedule, self->step));
      etude_optimizer_begin (self->optimizer, point->lr);
      update (self, point);
    }
  self->step++;
  return TRUE;
}

/**
 * etude_descent_stable_rate:
 * @function: of a kind of #etude_function_group
 * @optimizer: of a kind of #etude_optimizer_group
 * @n_dims: coordinates of the points
 *
 * Returns: the rate above which the optimizer leaves a quadratic for ever; NaN where the function is none, or
 *   the optimizer has no such limit that depends on the curvature alone
 */
double
etude_descent_stable_rate (const EtudeObject *function, const EtudeObject *optimizer, guint n_dims)
{
  const EtudeTestFunction *kind = (const EtudeTestFunction *) function->kind;
  const EtudeOptimizerKind *rule = (const EtudeOptimizerKind *) optimizer->kind;

  if (kind->curvature == NULL || rule->stable_rate == NULL)
    return NAN;
  return rule->stable_rate (optimizer->data, kind->curvature (function->data, n_dims));
}
