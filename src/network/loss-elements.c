/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The losses of single elements, an output and its target, whose mean is over all elements. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/error.h"
#include "network/loss-private.h"

typedef struct
{
  EtudeLossCommon common;
  double pos_weight;
} Bce;

typedef struct
{
  EtudeLossCommon common;
  double beta;
} SmoothL1;

typedef struct
{
  EtudeLossCommon common;
  double delta;
} Huber;

/* The loss of a difference of output and target, and its slope. */
typedef struct
{
  EtudeReal value;
  EtudeReal slope;
} Element;

static const EtudeParam bce_params[] = {
  { .key = "pos_weight", .label = N_("Weight of Positives"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e6, .initial = 1, .offset = G_STRUCT_OFFSET (Bce, pos_weight),
    .help = N_("What a sample of the second class counts") },
  { .key = NULL }
};

static const EtudeParam smooth_l1_params[] = {
  { .key = "beta", .label = N_("Beta"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1e6, .initial = 1, .offset = G_STRUCT_OFFSET (SmoothL1, beta),
    .help = N_("Up to which difference the loss is a square; 0 for none") },
  { .key = NULL }
};

static const EtudeParam huber_params[] = {
  { .key = "delta", .label = N_("Delta"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e6, .initial = 1, .offset = G_STRUCT_OFFSET (Huber, delta),
    .help = N_("Up to which difference the loss is a square") },
  { .key = NULL }
};

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

static double
find_probability (double output)
{
  return 1 / (1 + exp (-output));
}

const EtudeLossKind etude_loss_bce_with_logits = {
  .kind = { .id = "bce_with_logits", .label = N_("Binary Cross-Entropy"),
            .help = N_("For two classes, with one output"),
            .source = "torch/nn/modules/loss.py BCEWithLogitsLoss",
            .formula = "−(w y log σ(z) + (1 − y) log (1 − σ(z)))",
            .common = etude_loss_common_params, .params = bce_params, .size = sizeof (Bce) },
  .n_outputs = bce_n_outputs,
  .run = bce_run,
  .predict = find_probability,
};

static gsize
difference_n_outputs (gconstpointer params, const EtudeGoal *goal, GError **error)
{
  return goal->n_classes > 0 ? goal->n_classes : goal->n_targets;
}

/* Each kind has this loop for itself, with its element in it. */
static inline __attribute__ ((always_inline)) void
run_differences (EtudeLoss *self, const EtudeLossBatch *batch, double scale,
                 Element (*element) (gconstpointer params, EtudeReal difference))
{
  gsize n = batch->n * self->n_outputs;
  gconstpointer params = self->object.data;

  collect_elements (self, batch);
  for (gsize i = 0; i < n; i++)
    {
      Element found = element (params, self->logits[i] - self->targets[i]);

      self->values[i] = found.value;
      self->logits[i] = (EtudeReal) scale * found.slope;
    }
  spread_elements (self, batch, self->logits);
}

static inline EtudeReal
magnitude (EtudeReal x)
{
  return x < 0 ? -x : x;
}

static inline EtudeReal
sign (EtudeReal x)
{
  return (EtudeReal) (x > 0) - (EtudeReal) (x < 0);
}

static inline Element
mse_element (gconstpointer params, EtudeReal difference)
{
  return (Element) { difference * difference, 2 * difference };
}

static inline Element
l1_element (gconstpointer params, EtudeReal difference)
{
  return (Element) { magnitude (difference), sign (difference) };
}

static inline Element
smooth_l1_element (gconstpointer params, EtudeReal difference)
{
  EtudeReal beta = (EtudeReal) ((const SmoothL1 *) params)->beta;
  EtudeReal size = magnitude (difference), half = beta / 2;

  if (size < beta)
    return (Element) { difference * difference / (2 * beta), difference / beta };
  return (Element) { size - half, sign (difference) };
}

static inline Element
huber_element (gconstpointer params, EtudeReal difference)
{
  EtudeReal delta = (EtudeReal) ((const Huber *) params)->delta;
  EtudeReal size = magnitude (difference);

  if (size <= delta)
    return (Element) { difference * difference / 2, difference };
  return (Element) { delta * (size - delta / 2), delta * sign (difference) };
}

#define DIFFERENCE(NAME, LABEL, HELP, FORMULA, CLASS, PARAMS, TYPE) \
  static void \
  NAME##_run (EtudeLoss *self, const EtudeLossBatch *batch, double scale) \
  { \
    run_differences (self, batch, scale, NAME##_element); \
  } \
  const EtudeLossKind etude_loss_##NAME = { \
    .kind = { .id = #NAME, .label = LABEL, .help = HELP, .source = "torch/nn/modules/loss.py " CLASS, \
              .formula = FORMULA, .common = etude_loss_common_params, .params = PARAMS, .size = sizeof (TYPE) }, \
    .n_outputs = difference_n_outputs, \
    .run = NAME##_run, \
  }

DIFFERENCE (mse, N_("Mean Square Error"), N_("For numbers; classes are taken as one output each, 1 for the right one"),
            "(z − y)²", "MSELoss", NULL, EtudeLossCommon);
DIFFERENCE (l1, N_("Mean Absolute Error"), N_("As the mean square error, but outliers weigh less"),
            "|z − y|", "L1Loss", NULL, EtudeLossCommon);
DIFFERENCE (smooth_l1, N_("Smooth L1"), N_("A mean absolute error that is rounded off near 0"),
            "(z − y)² / (2 beta) where |z − y| < beta, else |z − y| − beta / 2", "SmoothL1Loss",
            smooth_l1_params, SmoothL1);
DIFFERENCE (huber, N_("Huber"), N_("A mean square error whose slope grows no more past delta"),
            "(z − y)² / 2 where |z − y| ≤ delta, else delta (|z − y| − delta / 2)", "HuberLoss", huber_params, Huber);
