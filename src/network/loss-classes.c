/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The losses that look at all outputs of a sample at once, and need its class. */
#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "network/loss-private.h"

typedef struct
{
  EtudeLossCommon common;
  double label_smoothing;
  EtudeReals class_weights;
} CrossEntropy;

static const EtudeParam cross_entropy_params[] = {
  { .key = "label_smoothing", .label = N_("Label Smoothing"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1,
    .offset = G_STRUCT_OFFSET (CrossEntropy, label_smoothing),
    .help = N_("Share of the target that is spread over all classes") },
  { .key = "class_weights", .label = N_("Class Weights"), .type = ETUDE_PARAM_REALS, .min = 0, .max = 1e6,
    .offset = G_STRUCT_OFFSET (CrossEntropy, class_weights),
    .help = N_("What a sample of each class counts; empty for 1 each") },
  { .key = NULL }
};

/* One output a class. */
static gsize
count_classes (const char *id, const EtudeGoal *goal, GError **error)
{
  if (goal->n_classes == 0)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                 _("loss.kind: %s needs classes, but the data have numbers as targets"), id);
  return goal->n_classes;
}

static gsize
cross_entropy_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  const CrossEntropy *self = params;

  if (self->class_weights.n != 0 && goal->n_classes > 0 && self->class_weights.n != goal->n_classes)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("loss.class_weights: found %zu numbers, expected none or one for each of %zu classes"),
                   self->class_weights.n, goal->n_classes);
      return 0;
    }
  return count_classes ("cross_entropy", goal, error);
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

const EtudeLossKind etude_loss_cross_entropy = {
  .kind = { .id = "cross_entropy", .label = N_("Cross-Entropy"), .help = N_("For classes, one output each"),
            .source = "torch/nn/modules/loss.py CrossEntropyLoss", .formula = "−log softmax (z)[y]",
            .common = etude_loss_common_params, .params = cross_entropy_params,
            .size = sizeof (CrossEntropy) },
  .per_sample = TRUE,
  .n_outputs = cross_entropy_n_outputs,
  .start = cross_entropy_start,
  .run = cross_entropy_run,
};

static gsize
hinge_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  return count_classes ("hinge", goal, error);
}

/* Loss of one sample; @dz is its row of the gradient, or NULL. What is not a number is no margin kept. */
static EtudeReal
hinge_sample (const EtudeReal *z, gsize n, gsize label, EtudeReal share, EtudeReal *dz)
{
  EtudeReal sum = 0;
  gsize n_short = 0;

  for (gsize c = 0; c < n; c++)
    {
      EtudeReal missing = 1 - z[label] + z[c];
      gboolean is_short = c != label && !(missing <= 0);

      sum += is_short ? missing : 0;
      n_short += (gsize) is_short;
      if (dz != NULL)
        dz[c] = is_short ? share : 0;
    }
  if (dz != NULL)
    {
      dz[label] = -share * (EtudeReal) n_short;
      for (gsize c = n; c < etude_pad (n); c++)
        dz[c] = 0;
    }
  return sum / (EtudeReal) n;
}

static void
hinge_run (EtudeLoss *self, const EtudeLossBatch *batch, double scale)
{
  gsize n = self->n_outputs;
  EtudeReal share = (EtudeReal) (scale / (double) n);

  for (gsize i = 0; i < batch->n; i++)
    self->losses[i] = hinge_sample (batch->outputs + i * batch->stride, n, (gsize) batch->labels[i], share,
                                    batch->gradient != NULL ? batch->gradient + i * batch->stride : NULL);
}

const EtudeLossKind etude_loss_hinge = {
  .kind = { .id = "hinge", .label = N_("Hinge"),
            .help = N_("For classes, one output each: what the right one lacks to be 1 above each of the others"),
            .source = "torch/nn/modules/loss.py MultiMarginLoss",
            .formula = "Σ over c ≠ y of max (0, 1 − z[y] + z[c]) / C",
            .common = etude_loss_common_params, .size = sizeof (EtudeLossCommon) },
  .per_sample = TRUE,
  .n_outputs = hinge_n_outputs,
  .run = hinge_run,
};
