/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/batches.h"
#include "optim/optimizer.h"
#include "training/average.h"
#include "training/rate.h"
#include "training/stopping.h"
#include "training/trainer.h"
#include "training/update.h"

G_BEGIN_DECLS

/*
 * @training: (owned): the section of the document
 * @hash: (owned): of the document
 * @slice: samples that go through the network at once in an evaluation
 * @has_result: the network is what the run leaves, an average or an earlier state, and no longer trains
 */
struct _EtudeTrainer
{
  EtudeObject training;
  char *hash;
  EtudePrepared *data;
  EtudeNetwork *network;
  EtudeOptimizer *optimizer;
  EtudeRate *rate;
  gboolean cycles_momentum;
  EtudeBatches batches;
  EtudeUpdate update;
  EtudeAverage average;
  EtudeStopping stopping;
  EtudeTally tally;
  EtudeTally losses;
  gsize slice;
  guint64 evaluate_every;
  gboolean has_result;
  guint64 step;
  guint64 n_steps;
  guint64 updates_per_epoch;
  guint64 diverged_at;
  guint64 evaluated_at;
  guint64 best_passes; /* of the network when it was best */
  guint64 restored_at; /* G_MAXUINT64 where the weights are the last ones */
  double last_loss;
  EtudeRecord last_evaluation;
  EtudeRecord mark;
  gboolean has_mark;
};

void etude_trainer_show_result (EtudeTrainer *self, gboolean show);

G_END_DECLS
