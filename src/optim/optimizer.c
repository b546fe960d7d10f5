/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/memory.h"

static const EtudeKind *const optimizer_kinds[] = {
  &etude_optimizer_sgd.kind,
  &etude_optimizer_adam.kind,
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
  guint n_states = get_kind (self)->n_states (self->object.data);
  gsize total;

  g_assert (n_states <= ETUDE_OPTIMIZER_STATES);
  if (!g_size_checked_mul (&total, self->n, n_states))
    total = G_MAXSIZE;
  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the state of the optimizer"), error);
  if (self->block == NULL)
    return FALSE;
  for (guint i = 0; i < n_states; i++)
    self->states[i] = self->block + i * self->n;
  return TRUE;
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

  etude_object_copy (&self->object, kind);
  self->isa = etude_isa_get ();
  self->weights = weights;
  self->n = n;
  self->powers[0] = self->powers[1] = 1;
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
  g_free (self);
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
  self->t++;
  self->lr = lr;
  get_kind (self)->begin (self);
}

/**
 * etude_optimizer_step_range:
 * @optimizer: an #EtudeOptimizer
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
