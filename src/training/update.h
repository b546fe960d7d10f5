/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/training.h"
#include "network/network.h"
#include "optim/flat.h"
#include "optim/optimizer.h"

G_BEGIN_DECLS

/**
 * EtudeUpdate:
 * @training: (not owned): how gradients become updates
 * @network: (not owned): what is trained
 * @optimizer: (not owned): what trains it
 * @n_pass: samples that go through the network at once
 * @weights: all weights
 * @sum: [weights.n] (owned) (nullable): gradients of several passes
 * @batch: the samples of the update that is being made
 *
 * One update of the weights: gradients of the mini-batches, what the document does to them, and the
 * optimizer.
 */
typedef struct
{
  const EtudeTrainingSection *training;
  EtudeNetwork *network;
  EtudeOptimizer *optimizer;
  gsize n_pass;
  EtudeFlat weights;
  EtudeReal *sum;
  EtudeBatch batch;
} EtudeUpdate;

gboolean etude_update_init (EtudeUpdate *self, const EtudeTrainingSection *training, EtudeNetwork *network,
                            EtudeOptimizer *optimizer, gsize n_pass, GError **error);
void etude_update_clear (EtudeUpdate *self);
double etude_update_make (EtudeUpdate *self, const EtudeBatch *batch);

G_END_DECLS
