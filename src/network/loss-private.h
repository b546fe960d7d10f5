/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/loss.h"

G_BEGIN_DECLS

/* The first member of the struct of each kind. */
typedef struct
{
  guint reduction;
} EtudeLossCommon;

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

extern const EtudeParam etude_loss_common_params[];

extern const EtudeLossKind etude_loss_cross_entropy;
extern const EtudeLossKind etude_loss_hinge;
extern const EtudeLossKind etude_loss_bce_with_logits;
extern const EtudeLossKind etude_loss_mse;
extern const EtudeLossKind etude_loss_l1;
extern const EtudeLossKind etude_loss_smooth_l1;
extern const EtudeLossKind etude_loss_huber;

G_END_DECLS
