/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/loss.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"

/* Sums over samples are split over this many partial sums, whatever the machine. */
#define N_PARTIAL 16

typedef enum
{
  REDUCTION_MEAN,
  REDUCTION_SUM,
} Reduction;

/* The first member of the struct of each kind. */
typedef struct
{
  guint reduction;
} Common;

typedef struct
{
  Common common;
  double label_smoothing;
  EtudeReals class_weights;
} CrossEntropy;

typedef struct
{
  Common common;
  double pos_weight;
} Bce;

/*
 * @sample_weight: what a sample counts in the mean, where classes have no weights
 * @losses: [capacity padded]: the loss of each sample of the last batch
 * @hit, @others: [n_classes]: see EtudeSoftmax
 * @logits, @targets, @values: [capacity * n_outputs padded]: outputs, targets and element losses without stride
 */
struct _EtudeLoss
{
  const EtudeLossKind *kind;
  EtudeObject object;
  EtudeGoal goal;
  const EtudeKernels *kernels;
  gsize n_outputs;
  gsize capacity;
  double sample_weight;
  const double *class_weights;
  double others_sum;
  EtudeReal *losses;
  EtudeReal *hit;
  EtudeReal *others;
  EtudeReal *scratch;
  EtudeReal *logits;
  EtudeReal *targets;
  EtudeReal *values;
  EtudeReal *block;
};

static const EtudeChoice reductions[] = {
  { "mean", N_("Mean"), N_("The rate does not depend on the batch size") },
  { "sum", N_("Sum"), N_("Gradients grow with the batch size") },
  { NULL }
};

static const EtudeParam common_params[] = {
  { .key = "reduction", .label = N_("Reduction"), .type = ETUDE_PARAM_CHOICE, .choices = reductions,
    .offset = G_STRUCT_OFFSET (Common, reduction), .help = N_("How the losses of a batch become one number") },
  { .key = NULL }
};

static const EtudeParam cross_entropy_params[] = {
  { .key = "label_smoothing", .label = N_("Label Smoothing"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1,
    .offset = G_STRUCT_OFFSET (CrossEntropy, label_smoothing),
    .help = N_("Share of the target that is spread over all classes") },
  { .key = "class_weights", .label = N_("Class Weights"), .type = ETUDE_PARAM_REALS, .min = 0, .max = 1e6,
    .offset = G_STRUCT_OFFSET (CrossEntropy, class_weights),
    .help = N_("What a sample of each class counts; empty for 1 each") },
  { .key = NULL }
};

static const EtudeParam bce_params[] = {
  { .key = "pos_weight", .label = N_("Weight of Positives"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e6, .initial = 1, .offset = G_STRUCT_OFFSET (Bce, pos_weight),
    .help = N_("What a sample of the second class counts") },
  { .key = NULL }
};

/* --- cross-entropy --------------------------------------------------------------------------- */

static gsize
cross_entropy_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  const CrossEntropy *self = params;

  if (goal->n_classes == 0)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("loss.kind: cross_entropy needs classes, but the data have numbers as targets"));
      return 0;
    }
  if (self->class_weights.n != 0 && self->class_weights.n != goal->n_classes)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("loss.class_weights: found %zu numbers, expected none or one for each of %zu classes"),
                   self->class_weights.n, goal->n_classes);
      return 0;
    }
  return goal->n_classes;
}

/* torch.nn.CrossEntropyLoss: t[c] = w[c] ((1 - e) (c == label) + e / C), divided by the sum of w[label]. */
static void
cross_entropy_start (EtudeLoss *self)
{
  const CrossEntropy *params = self->object.data;
  double share = params->label_smoothing / (double) self->goal.n_classes;

  if (params->class_weights.n > 0)
    self->class_weights = params->class_weights.values;
  for (gsize c = 0; c < self->goal.n_classes; c++)
    {
      double weight = self->class_weights != NULL ? self->class_weights[c] : 1;

      self->hit[c] = (EtudeReal) ((1 - params->label_smoothing) * weight);
      self->others[c] = (EtudeReal) (share * weight);
      self->others_sum += share * weight;
    }
}

static void
cross_entropy_run (EtudeLoss *self, const EtudeLossBatch *batch, double scale)
{
  EtudeSoftmax softmax = {
    .n = batch->n, .n_classes = self->goal.n_classes, .stride = batch->stride,
    .z = batch->outputs, .labels = batch->labels, .hit = self->hit,
    .others = self->others_sum > 0 ? self->others : NULL, .others_sum = (EtudeReal) self->others_sum,
    .scale = (EtudeReal) scale, .losses = self->losses, .dz = batch->gradient, .scratch = self->scratch,
  };

  self->kernels->softmax (&softmax);
}

static const EtudeLossKind loss_cross_entropy = {
  .kind = { .id = "cross_entropy", .label = N_("Cross-Entropy"), .help = N_("For classes, one output each"),
            .source = "torch/nn/modules/loss.py CrossEntropyLoss", .formula = "−log softmax (z)[y]",
            .common = common_params, .params = cross_entropy_params,
            .size = sizeof (CrossEntropy) },
  .n_outputs = cross_entropy_n_outputs,
  .start = cross_entropy_start,
  .run = cross_entropy_run,
};

/* --- losses of single elements --------------------------------------------------------------- */

/* Targets as numbers: those of the data, or for classes one output 0 or 1, or one output a class. */
static void
collect_elements (EtudeLoss *self, const EtudeLossBatch *batch)
{
  gsize n = self->n_outputs;

  for (gsize i = 0; i < batch->n; i++)
    for (gsize c = 0; c < n; c++)
      {
        self->logits[i * n + c] = batch->outputs[i * batch->stride + c];
        if (batch->targets != NULL)
          self->targets[i * n + c] = batch->targets[i * n + c];
        else
          self->targets[i * n + c] = (EtudeReal) (batch->labels[i] == (n == 1 ? 1 : (gint32) c));
      }
}

/* Gives the element losses and gradients back to their samples. */
static void
spread_elements (EtudeLoss *self, const EtudeLossBatch *batch, const EtudeReal *gradient)
{
  gsize n = self->n_outputs;
  gsize padded = etude_pad (n);

  for (gsize i = 0; i < batch->n; i++)
    {
      EtudeReal sum = self->values[i * n];

      for (gsize c = 1; c < n; c++)
        sum += self->values[i * n + c];
      self->losses[i] = sum;
      if (batch->gradient == NULL)
        continue;
      for (gsize c = 0; c < padded; c++)
        batch->gradient[i * batch->stride + c] = c < n ? gradient[i * n + c] : 0;
    }
}

static gsize
bce_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  if (goal->n_classes == 2)
    return 1;
  if (goal->n_classes > 0)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                 _("loss.kind: bce_with_logits needs 2 classes, but the data have %zu"), goal->n_classes);
  return goal->n_classes > 0 ? 0 : goal->n_targets;
}

static void
bce_run (EtudeLoss *self, const EtudeLossBatch *batch, double scale)
{
  const Bce *params = self->object.data;

  collect_elements (self, batch);
  self->kernels->logistic (etude_pad (batch->n * self->n_outputs), self->logits, self->targets,
                           (EtudeReal) params->pos_weight, (EtudeReal) scale, self->values, self->logits);
  spread_elements (self, batch, self->logits);
}

static const EtudeLossKind loss_bce_with_logits = {
  .kind = { .id = "bce_with_logits", .label = N_("Binary Cross-Entropy"),
            .help = N_("For two classes, with one output"),
            .source = "torch/nn/modules/loss.py BCEWithLogitsLoss",
            .formula = "−(w y log σ(z) + (1 − y) log (1 − σ(z)))",
            .common = common_params, .params = bce_params, .size = sizeof (Bce) },
  .n_outputs = bce_n_outputs,
  .run = bce_run,
};

static gsize
mse_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  return goal->n_classes > 0 ? goal->n_classes : goal->n_targets;
}

static void
mse_run (EtudeLoss *self, const EtudeLossBatch *batch, double scale)
{
  gsize n = batch->n * self->n_outputs;

  collect_elements (self, batch);
  for (gsize i = 0; i < n; i++)
    {
      EtudeReal difference = self->logits[i] - self->targets[i];

      self->values[i] = difference * difference;
      self->logits[i] = (EtudeReal) (2 * scale) * difference;
    }
  spread_elements (self, batch, self->logits);
}

static const EtudeLossKind loss_mse = {
  .kind = { .id = "mse", .label = N_("Mean Square Error"),
            .help = N_("For numbers; classes are taken as one output each, 1 for the right one"),
            .source = "torch/nn/modules/loss.py MSELoss", .formula = "(z − y)²",
            .common = common_params, .size = sizeof (Common) },
  .n_outputs = mse_n_outputs,
  .run = mse_run,
};

/* Stands for another; etude_loss_resolve() says which. */
static const EtudeLossKind loss_auto = {
  .kind = { .id = "auto", .label = N_("Automatic"),
            .help = N_("Cross-entropy for classes, mean square error for numbers"),
            .common = common_params, .size = sizeof (Common) },
};

static const EtudeKind *const loss_kinds[] = {
  &loss_auto.kind,
  &loss_cross_entropy.kind,
  &loss_bce_with_logits.kind,
  &loss_mse.kind,
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
  return goal->n_classes > 0 ? &loss_cross_entropy.kind : &loss_mse.kind;
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
  *(Common *) object->data = *(const Common *) loss->data;
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

  /* Softmax works on strided outputs and needs no copy; the others need no room per class. */
  if (!g_size_checked_mul (&elements, self->capacity, self->kind->start != NULL ? 0 : self->n_outputs)
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
  self->sample_weight = self->kind->start != NULL ? 1 : (double) self->n_outputs;
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

static double
sum_weights (EtudeLoss *self, const EtudeLossBatch *batch)
{
  double sum = 0;

  if (self->class_weights == NULL)
    return self->sample_weight * (double) batch->n;
  for (gsize i = 0; i < batch->n; i++)
    sum += self->class_weights[batch->labels[i]];
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
  const Common *common = self->object.data;
  double scale = common->reduction == REDUCTION_MEAN ? 1 / sum_weights (self, batch) : 1;

  g_return_val_if_fail (batch->n <= self->capacity, NAN);
  self->kind->run (self, batch, scale);
  return scale * sum_losses (self->losses, batch->n);
}

/* The class of the largest output, the first of equals; with one output the second where it is above 0. */
static gint32
find_class (const EtudeReal *outputs, gsize n)
{
  gsize best = 0;

  if (n == 1)
    return outputs[0] > 0;
  for (gsize c = 1; c < n; c++)
    if (outputs[c] > outputs[best])
      best = c;
  return (gint32) best;
}

static void
tally_numbers (EtudeLoss *self, const EtudeLossBatch *batch, gsize i, EtudeTally *tally)
{
  gsize n = self->n_outputs;
  EtudeReal *found = self->logits + i * n;

  for (gsize c = 0; c < n; c++)
    {
      EtudeReal z = batch->outputs[i * batch->stride + c];

      found[c] = self->kind == &loss_bce_with_logits ? (EtudeReal) (1 / (1 + exp (-(double) z))) : z;
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
      tally->weight += self->class_weights != NULL ? self->class_weights[batch->labels[i]] : self->sample_weight;
      if (self->goal.n_classes > 0)
        etude_tally_add_class (tally, find_class (outputs, self->n_outputs), batch->labels[i]);
      else
        tally_numbers (self, batch, i, tally);
    }
}
