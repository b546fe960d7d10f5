/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/update.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/memory.h"

/**
 * etude_update_init:
 * @self: uninitialised
 * @training: the section of a document; borrowed
 * @network: a network; borrowed
 * @optimizer: an optimizer of its weights; borrowed
 * @n_pass: samples that go through the network at once, at most what it was made for
 * @error: set when there is no memory
 *
 * Free with etude_update_clear(), which may be called after a failure too.
 *
 * Returns: whether it could be made
 */
gboolean
etude_update_init (EtudeUpdate *self, const EtudeTrainingSection *training, EtudeNetwork *network,
                   EtudeOptimizer *optimizer, gsize n_pass, GError **error)
{
  *self = (EtudeUpdate) { .training = training, .network = network, .optimizer = optimizer, .n_pass = n_pass };
  self->weights.isa = etude_isa_get ();
  self->weights.values = etude_network_get_weights (network, &self->weights.n);
  if (training->accumulate == 1)
    return TRUE;
  self->sum = etude_memory_try_new (self->weights.n, sizeof (EtudeReal), _("the sum of the gradients"), error);
  return self->sum != NULL;
}

void
etude_update_clear (EtudeUpdate *self)
{
  g_clear_pointer (&self->sum, etude_memory_free);
}

/* One mini-batch after the other, each with the statistics of its own samples. */
static double
sum_passes (EtudeUpdate *self, EtudeFlat *gradient)
{
  EtudeBatch pass = self->batch;
  double loss = 0;

  gradient->values = self->sum;
  memset (self->sum, 0, gradient->n * sizeof *self->sum);
  pass.weight = etude_network_weigh (self->network, &self->batch);
  for (gsize first = 0; first < self->batch.n; first += self->n_pass)
    {
      pass.rows = self->batch.rows + first;
      pass.n = MIN (self->n_pass, self->batch.n - first);
      loss += etude_network_step (self->network, &pass, NULL, NULL);
      etude_flat_add (gradient, etude_network_get_gradients (self->network));
    }
  return loss;
}

/* Frozen weights have no gradient, also not from a penalty. */
static void
add_penalty (EtudeUpdate *self, EtudeFlat *gradient)
{
  gsize n;
  const EtudeWeightGroup *groups = etude_network_get_groups (self->network, &n);

  etude_flat_add_signs (gradient, self->training->l1, self->weights.values);
  for (gsize i = 0; i < n; i++)
    if (groups[i].is_frozen)
      memset (gradient->values + groups[i].first, 0, groups[i].n * sizeof *gradient->values);
}

/* Returns the loss without its penalty. */
static double
compute_gradient (EtudeUpdate *self, EtudeFlat *gradient)
{
  const EtudeTrainingSection *training = self->training;
  double loss;

  *gradient = (EtudeFlat) { self->weights.isa, self->weights.n, etude_network_get_gradients (self->network) };
  loss = self->batch.n > self->n_pass ? sum_passes (self, gradient)
                                      : etude_network_step (self->network, &self->batch, NULL, NULL);
  if (training->l1 > 0)
    add_penalty (self, gradient);
  if (training->clip_norm > 0)
    etude_flat_clip_norm (gradient, training->clip_norm, (EtudeNorm) training->clip_norm_type);
  if (training->clip_value > 0)
    etude_flat_clip_value (gradient, training->clip_value);
  return loss;
}

static double
find_penalty (EtudeUpdate *self)
{
  return self->training->l1 > 0 ? self->training->l1 * etude_flat_sum_sizes (&self->weights) : 0;
}

/* At the weights that the optimizer tries; the gradient goes where the first one was. */
static double
evaluate_again (gpointer data)
{
  EtudeUpdate *self = data;
  double penalty = find_penalty (self);
  EtudeFlat gradient;

  return compute_gradient (self, &gradient) + penalty;
}

/* Nothing is done to the gradient, so that pieces of it can go to the optimizer while they are in cache. */
static gboolean
is_direct (const EtudeUpdate *self)
{
  const EtudeTrainingSection *training = self->training;

  return self->batch.n <= self->n_pass && training->l1 == 0 && training->clip_norm == 0 && training->clip_value == 0
         && !etude_optimizer_is_whole (self->optimizer);
}

/**
 * etude_update_make:
 * @self: an update whose optimizer has begun
 * @batch: all its samples; more than n_pass only with rows
 *
 * Gradients of several mini-batches sum up to that of one large batch. Then comes the L1 penalty,
 * then the norm is clipped, then the values, then the optimizer moves the weights. Allocates nothing.
 *
 * Returns: the loss before the update, without the penalty
 */
double
etude_update_make (EtudeUpdate *self, const EtudeBatch *batch)
{
  EtudeObjective objective = { .evaluate = evaluate_again, .data = self };
  EtudeFlat gradient;
  double loss, penalty;

  self->batch = *batch;
  if (is_direct (self))
    return etude_network_step (self->network, &self->batch, etude_optimizer_step_range, self->optimizer);
  if (!etude_optimizer_is_whole (self->optimizer))
    {
      loss = compute_gradient (self, &gradient);
      etude_optimizer_step_range (self->optimizer, 0, gradient.n, gradient.values);
      return loss;
    }
  penalty = find_penalty (self);
  loss = compute_gradient (self, &gradient);
  objective.loss = loss + penalty;
  objective.gradient = gradient.values;
  etude_optimizer_step_whole (self->optimizer, &objective);
  return loss;
}
