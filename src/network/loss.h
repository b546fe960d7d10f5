/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"
#include "network/kernels.h"
#include "network/metric.h"

G_BEGIN_DECLS

typedef struct _EtudeLoss EtudeLoss;

/**
 * EtudeLossBatch:
 * @n: samples, at most the capacity of the loss
 * @outputs: what the network gave, row stride @stride
 * @labels: (nullable): the class of each sample
 * @targets: (nullable): the numbers of each sample, [n, n_targets]
 * @gradient: (nullable): receives the gradient by @outputs, row stride @stride, its padding zeroed
 * @weight: what a mean divides by, where the batch is a part of a larger one; 0 for its own weight
 *
 * One mini-batch as a loss sees it.
 */
typedef struct
{
  gsize n;
  gsize stride;
  const EtudeReal *outputs;
  const gint32 *labels;
  const EtudeReal *targets;
  EtudeReal *gradient;
  double weight;
} EtudeLossBatch;

/**
 * EtudeLossKind:
 * @per_sample: whether its mean is over samples; else over all their outputs
 * @n_outputs: outputs that it needs of a network; 0 and an error where it does not fit the data
 * @start: (nullable): makes what the loss keeps from its parameters
 * @run: see etude_loss_run()
 * @predict: (nullable): the number that an output stands for, where that is not the output itself
 *
 * One kind of loss: a row of the catalogue with its functions.
 */
typedef struct
{
  EtudeKind kind;
  gboolean per_sample;
  gsize (*n_outputs) (gconstpointer params, const EtudeGoal *goal, GError **error);
  void (*start) (EtudeLoss *self);
  void (*run) (EtudeLoss *self, const EtudeLossBatch *batch, double scale);
  double (*predict) (double output);
} EtudeLossKind;

extern const EtudeGroup etude_loss_group;

const EtudeKind *etude_loss_resolve (const EtudeObject *loss, const EtudeGoal *goal);
gsize etude_loss_n_outputs (const EtudeObject *loss, const EtudeGoal *goal, GError **error);

EtudeLoss *etude_loss_new (const EtudeObject *loss, const EtudeGoal *goal, gsize capacity,
                           const EtudeKernels *kernels, GError **error);
void etude_loss_free (EtudeLoss *self);
double etude_loss_weigh (const EtudeLoss *self, gint32 label);
double etude_loss_run (EtudeLoss *self, const EtudeLossBatch *batch);
void etude_loss_tally (EtudeLoss *self, const EtudeLossBatch *batch, EtudeTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeLoss, etude_loss_free)

G_END_DECLS
