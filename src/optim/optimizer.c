/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include "base/error.h"
#include "base/memory.h"

static const EtudeKind *const optimizer_kinds[] = {
  &etude_optimizer_sgd.kind,
  &etude_optimizer_adam.kind,
  &etude_optimizer_adamw.kind,
  &etude_optimizer_nadam.kind,
  &etude_optimizer_radam.kind,
  &etude_optimizer_adamax.kind,
  &etude_optimizer_rmsprop.kind,
  &etude_optimizer_adagrad.kind,
  &etude_optimizer_adadelta.kind,
  &etude_optimizer_asgd.kind,
  &etude_optimizer_rprop.kind,
  &etude_optimizer_lion.kind,
  &etude_optimizer_lbfgs.kind,
  &etude_optimizer_schedule_free_sgd.kind,
  &etude_optimizer_schedule_free_adamw.kind,
  &etude_optimizer_prodigy.kind,
  NULL
};

const EtudeGroup etude_optimizer_group = {
  .id = "optimizer", .label = N_("Optimizer"), .path = "optimizer", .kinds = optimizer_kinds
};

static const EtudeOptimizerKind *
get_kind (const EtudeOptimizer *self)
{
  return (const EtudeOptimizerKind *) self->object.kind;
}

static gboolean
allocate (EtudeOptimizer *self, GError **error)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  guint n_states = kind->n_states (self->object.data);
  gsize total;

  if (!g_size_checked_mul (&total, self->n, n_states))
    total = G_MAXSIZE;
  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the state of the optimizer"), error);
  if (self->block == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (n_states, ETUDE_OPTIMIZER_STATES); i++)
    self->states[i] = self->block + i * self->n;
  if (kind->memory_size == NULL)
    return TRUE;
  self->memory = etude_memory_try_new (kind->memory_size (self->object.data), 1, _("the state of the optimizer"),
                                       error);
  return self->memory != NULL;
}

/**
 * etude_optimizer_new:
 * @kind: of a kind of #etude_optimizer_group; copied
 * @weights: (array length=n): what it moves; borrowed, must outlive it
 * @n: how many
 * @error: set where parameters do not fit together, or the memory
 *
 * An optimizer before its first update. It is for one thread.
 *
 * Returns: (transfer full) (nullable): the optimizer
 */
EtudeOptimizer *
etude_optimizer_new (const EtudeObject *kind, EtudeReal *weights, gsize n, GError **error)
{
  g_autoptr (EtudeOptimizer) self = g_new0 (EtudeOptimizer, 1);
  const EtudeParam *momentum;

  etude_object_copy (&self->object, kind);
  self->isa = etude_isa_get ();
  self->weights = weights;
  self->n = n;
  self->powers[0] = self->powers[1] = 1;
  self->effective_lr = NAN;
  momentum = etude_optimizer_find_momentum (&self->object);
  if (momentum != NULL)
    {
      self->momentum = etude_param_field (momentum, self->object.data);
      self->own_momentum = *self->momentum;
    }
  if (get_kind (self)->check != NULL && !get_kind (self)->check (kind->data, error))
    return NULL;
  if (!allocate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
etude_optimizer_free (EtudeOptimizer *self)
{
  if (self == NULL)
    return;
  etude_object_clear (&self->object);
  etude_memory_free (self->block);
  etude_memory_free (self->memory);
  g_free (self);
}

/**
 * etude_optimizer_find_momentum:
 * @optimizer: of a kind of #etude_optimizer_group
 *
 * Returns: (transfer none) (nullable): what a schedule that cycles the momentum acts on: “momentum” where
 *   that is above 0, else “beta1”
 */
const EtudeParam *
etude_optimizer_find_momentum (const EtudeObject *optimizer)
{
  const EtudeParam *momentum = etude_kind_find_param (optimizer->kind, "momentum");

  if (momentum != NULL && *(const double *) etude_param_field (momentum, optimizer->data) > 0)
    return momentum;
  return etude_kind_find_param (optimizer->kind, "beta1");
}

/**
 * etude_optimizer_set_momentum:
 * @self: an optimizer
 * @momentum: that of the coming update, below 1; NaN for its own
 *
 * Comes before etude_optimizer_begin(). Nothing where there is no momentum.
 */
void
etude_optimizer_set_momentum (EtudeOptimizer *self, double momentum)
{
  if (self->momentum != NULL)
    *self->momentum = isnan (momentum) ? self->own_momentum : momentum;
}

/**
 * etude_optimizer_begin:
 * @self: an optimizer
 * @lr: the rate of the coming update; that of its parameters is not looked at
 *
 * Comes before the ranges of an update.
 */
void
etude_optimizer_begin (EtudeOptimizer *self, double lr)
{
  const EtudeOptimizerKind *kind = get_kind (self);

  g_return_if_fail (!self->shows_average);
  self->t++;
  self->lr = lr;
  if (self->t == 1 && kind->start != NULL)
    kind->start (self);
  if (kind->begin != NULL)
    kind->begin (self);
}

/**
 * etude_optimizer_step_range:
 * @optimizer: an #EtudeOptimizer that is not etude_optimizer_is_whole()
 * @first: where the range starts in the weights
 * @n: how long it is
 * @gradient: (array length=n): the gradient of the range
 *
 * Updates a range. Each weight is in exactly one range of an update; the result does not depend on
 * how they are cut.
 */
void
etude_optimizer_step_range (gpointer optimizer, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeOptimizer *self = optimizer;

  get_kind (self)->step (self, first, n, gradient);
}

/**
 * etude_optimizer_is_whole:
 * @self: an optimizer
 *
 * Returns: whether an update is made by etude_optimizer_step_whole(), once the gradient is complete,
 *   and not by ranges
 */
gboolean
etude_optimizer_is_whole (const EtudeOptimizer *self)
{
  return get_kind (self)->whole != NULL;
}

/**
 * etude_optimizer_step_whole:
 * @self: an optimizer that etude_optimizer_is_whole()
 * @objective: what the update makes smaller
 *
 * Updates all weights. Allocates nothing.
 */
void
etude_optimizer_step_whole (EtudeOptimizer *self, const EtudeObjective *objective)
{
  get_kind (self)->whole (self, objective);
}

/**
 * etude_optimizer_show_average:
 * @self: an optimizer
 * @show: whether the weights are to be those that its kind evaluates with
 *
 * Some kinds train at one place and give another as their result, a mean over the way. This brings
 * it into the weights, and afterwards, to the last bit, what training goes on from. Other kinds and
 * an optimizer before its first update leave the weights alone.
 */
void
etude_optimizer_show_average (EtudeOptimizer *self, gboolean show)
{
  guint average = get_kind (self)->average;
  EtudeReal *other;

  if (average == 0 || self->t == 0 || self->shows_average == show)
    return;
  other = self->states[average - 1];
  for (gsize i = 0; i < self->n; i++)
    {
      EtudeReal weight = self->weights[i];

      self->weights[i] = other[i];
      other[i] = weight;
    }
  self->shows_average = show;
}

/**
 * etude_optimizer_get_effective_rate:
 * @self: an optimizer
 *
 * Returns: the rate that the kind chose for the update that has begun; NaN where it takes the one
 *   that it is given
 */
double
etude_optimizer_get_effective_rate (const EtudeOptimizer *self)
{
  return self->effective_lr;
}

/**
 * etude_optimizer_get_n_updates:
 * @self: an optimizer
 *
 * Returns: how many updates have begun
 */
guint64
etude_optimizer_get_n_updates (const EtudeOptimizer *self)
{
  return self->t;
}

/**
 * etude_optimizer_keep:
 * @self: an optimizer that does not show its average
 * @snapshot: takes up or gives back all that the coming updates depend on, but for the weights
 */
void
etude_optimizer_keep (EtudeOptimizer *self, EtudeSnapshot *snapshot)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  gsize n_states = kind->n_states (self->object.data);

  g_return_if_fail (!self->shows_average);
  etude_snapshot_keep (snapshot, &self->t, sizeof self->t);
  etude_snapshot_keep (snapshot, self->powers, sizeof self->powers);
  etude_snapshot_keep (snapshot, self->block, n_states * self->n * sizeof *self->block);
  if (kind->memory_size != NULL)
    etude_snapshot_keep (snapshot, self->memory, kind->memory_size (self->object.data));
}
