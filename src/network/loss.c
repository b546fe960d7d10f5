/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/loss-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/memory.h"

/* Sums over samples are split over this many partial sums, whatever the machine. */
#define N_PARTIAL 16

typedef enum
{
  REDUCTION_MEAN,
  REDUCTION_SUM,
} Reduction;

static const EtudeChoice reductions[] = {
  { "mean", N_("Mean"), N_("The rate does not depend on the batch size") },
  { "sum", N_("Sum"), N_("Gradients grow with the batch size") },
  { NULL }
};

const EtudeParam etude_loss_common_params[] = {
  { .key = "reduction", .label = N_("Reduction"), .type = ETUDE_PARAM_CHOICE, .choices = reductions,
    .offset = G_STRUCT_OFFSET (EtudeLossCommon, reduction), .help = N_("How the losses of a batch become one number") },
  { .key = NULL }
};

/* Stands for another; etude_loss_resolve() says which. */
static const EtudeLossKind loss_auto = {
  .kind = { .id = "auto", .label = N_("Automatic"),
            .help = N_("Cross-entropy for classes, mean square error for numbers"),
            .common = etude_loss_common_params, .size = sizeof (EtudeLossCommon) },
};

static const EtudeKind *const loss_kinds[] = {
  &loss_auto.kind,
  &etude_loss_cross_entropy.kind,
  &etude_loss_bce_with_logits.kind,
  &etude_loss_mse.kind,
  &etude_loss_l1.kind,
  &etude_loss_smooth_l1.kind,
  &etude_loss_huber.kind,
  &etude_loss_hinge.kind,
  NULL
};

const EtudeGroup etude_loss_group = {
  .id = "loss", .label = N_("Loss"), .path = "loss", .kinds = loss_kinds
};

/* --- the loss of a network ------------------------------------------------------------------- */

/**
 * etude_loss_resolve:
 * @loss: of a kind of #etude_loss_group
 * @goal: what the data ask for
 *
 * Returns: (transfer none): the kind, never “auto”
 */
const EtudeKind *
etude_loss_resolve (const EtudeObject *loss, const EtudeGoal *goal)
{
  if (loss->kind != &loss_auto.kind)
    return loss->kind;
  return goal->n_classes > 0 ? &etude_loss_cross_entropy.kind : &etude_loss_mse.kind;
}

/* The object of the resolved kind; the common part goes over from “auto”. */
static void
resolve_object (EtudeObject *object, const EtudeObject *loss, const EtudeGoal *goal)
{
  const EtudeKind *kind = etude_loss_resolve (loss, goal);

  if (kind == loss->kind)
    {
      etude_object_copy (object, loss);
      return;
    }
  etude_object_init (object, kind);
  *(EtudeLossCommon *) object->data = *(const EtudeLossCommon *) loss->data;
}

/**
 * etude_loss_n_outputs:
 * @loss: of a kind of #etude_loss_group
 * @goal: what the data ask for
 * @error: set where the loss does not fit the data
 *
 * Returns: how many outputs the network must have; 0 on error
 */
gsize
etude_loss_n_outputs (const EtudeObject *loss, const EtudeGoal *goal, GError **error)
{
  EtudeObject object = { 0 };
  gsize n;

  resolve_object (&object, loss, goal);
  n = ((const EtudeLossKind *) object.kind)->n_outputs (object.data, goal, error);
  etude_object_clear (&object);
  return n;
}

static gboolean
allocate (EtudeLoss *self, GError **error)
{
  gsize classes = etude_pad (self->goal.n_classes);
  gsize samples = etude_pad (self->capacity);
  gsize elements, total;

  /* What looks at whole samples works on strided outputs and needs no copy; the others need no room per class. */
  if (!g_size_checked_mul (&elements, self->capacity, self->kind->per_sample ? 0 : self->n_outputs)
      || elements > G_MAXSIZE / 8 || !g_size_checked_mul (&total, classes, ETUDE_PAD + 2)
      || !g_size_checked_add (&total, total, samples)
      || !g_size_checked_add (&total, total, 3 * etude_pad (elements)))
    total = G_MAXSIZE;
  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the loss of a batch"), error);
  if (self->block == NULL)
    return FALSE;
  elements = etude_pad (elements);
  self->losses = self->block;
  self->hit = self->losses + samples;
  self->others = self->hit + classes;
  self->scratch = self->others + classes;
  self->logits = self->scratch + classes * ETUDE_PAD;
  self->targets = self->logits + elements;
  self->values = self->targets + elements;
  return TRUE;
}

/**
 * etude_loss_new:
 * @loss: of a kind of #etude_loss_group; copied
 * @goal: what the data ask for
 * @capacity: samples of the largest batch
 * @kernels: what it computes with
 * @error: set where the loss does not fit the data, or the memory
 *
 * Returns: (transfer full) (nullable): a loss, for one thread
 */
EtudeLoss *
etude_loss_new (const EtudeObject *loss, const EtudeGoal *goal, gsize capacity,
                const EtudeKernels *kernels, GError **error)
{
  g_autoptr (EtudeLoss) self = g_new0 (EtudeLoss, 1);

  self->goal = *goal;
  self->capacity = capacity;
  self->kernels = kernels;
  resolve_object (&self->object, loss, goal);
  self->kind = (const EtudeLossKind *) self->object.kind;
  self->n_outputs = self->kind->n_outputs (self->object.data, goal, error);
  if (self->n_outputs == 0 || !allocate (self, error))
    return NULL;
  self->sample_weight = self->kind->per_sample ? 1 : (double) self->n_outputs;
  if (self->kind->start != NULL)
    self->kind->start (self);
  return g_steal_pointer (&self);
}

void
etude_loss_free (EtudeLoss *self)
{
  if (self == NULL)
    return;
  etude_object_clear (&self->object);
  etude_memory_free (self->block);
  g_free (self);
}

/**
 * etude_loss_weigh:
 * @self: a loss
 * @label: the class of a sample; not looked at where classes have no weights
 *
 * Returns: what the sample counts in a mean: the sum over a batch is what its losses are divided by
 */
double
etude_loss_weigh (const EtudeLoss *self, gint32 label)
{
  return self->class_weights != NULL ? self->class_weights[label] : self->sample_weight;
}

static double
sum_weights (EtudeLoss *self, const EtudeLossBatch *batch)
{
  double sum = 0;

  if (batch->weight > 0)
    return batch->weight;
  if (self->class_weights == NULL)
    return self->sample_weight * (double) batch->n;
  for (gsize i = 0; i < batch->n; i++)
    sum += etude_loss_weigh (self, batch->labels[i]);
  return sum;
}

/* In an order that depends on @n alone. */
static double
sum_losses (const EtudeReal *losses, gsize n)
{
  double partial[N_PARTIAL] = { 0 };
  double sum = 0;
  gsize i = 0;

  for (; i + N_PARTIAL <= n; i += N_PARTIAL)
    for (gsize j = 0; j < N_PARTIAL; j++)
      partial[j] += losses[i + j];
  for (gsize j = 0; i + j < n; j++)
    partial[j] += losses[i + j];
  for (gsize j = 0; j < MIN (n, N_PARTIAL); j++)
    sum += partial[j];
  return sum;
}

/**
 * etude_loss_run:
 * @self: a loss
 * @batch: what it is computed of; receives the gradient
 *
 * Returns: the loss of the batch, reduced as the document says
 */
double
etude_loss_run (EtudeLoss *self, const EtudeLossBatch *batch)
{
  const EtudeLossCommon *common = self->object.data;
  double scale = common->reduction == REDUCTION_MEAN ? 1 / sum_weights (self, batch) : 1;

  g_return_val_if_fail (batch->n <= self->capacity, NAN);
  self->kind->run (self, batch, scale);
  return scale * sum_losses (self->losses, batch->n);
}

static void
tally_numbers (EtudeLoss *self, const EtudeLossBatch *batch, gsize i, EtudeTally *tally)
{
  gsize n = self->n_outputs;
  EtudeReal *found = self->logits + i * n;

  for (gsize c = 0; c < n; c++)
    {
      EtudeReal z = batch->outputs[i * batch->stride + c];

      found[c] = self->kind->predict != NULL ? (EtudeReal) self->kind->predict (z) : z;
    }
  etude_tally_add_numbers (tally, found, batch->targets + i * n);
}

/**
 * etude_loss_tally:
 * @self: a loss
 * @batch: without room for a gradient
 * @tally: a tally of the same goal
 *
 * Adds losses and what the metrics need, sample by sample in double. Losses are weighed as in a
 * mean, also where the document sums over a batch, so that parts of different size compare.
 */
void
etude_loss_tally (EtudeLoss *self, const EtudeLossBatch *batch, EtudeTally *tally)
{
  g_return_if_fail (batch->n <= self->capacity && batch->gradient == NULL);
  self->kind->run (self, batch, 1);
  for (gsize i = 0; i < batch->n; i++)
    {
      const EtudeReal *outputs = batch->outputs + i * batch->stride;

      tally->loss += self->losses[i];
      tally->weight += etude_loss_weigh (self, batch->labels != NULL ? batch->labels[i] : 0);
      if (self->goal.n_classes > 0)
        etude_tally_add_class (tally, outputs, self->n_outputs, batch->labels[i]);
      else
        tally_numbers (self, batch, i, tally);
    }
}
