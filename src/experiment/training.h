/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"

G_BEGIN_DECLS

/**
 * EtudeEarlyStopping:
 * @metric: (owned): “validation_loss”, “train_loss” or the id of a metric
 * @patience: evaluations in a row that may be no better
 * @min_delta: how much better counts as better
 * @restore_best: whether the weights of the best evaluation are the result
 */
typedef struct
{
  char *metric;
  guint64 patience;
  double min_delta;
  gboolean restore_best;
} EtudeEarlyStopping;

/**
 * EtudeTrainingSection:
 * @steps: updates in the run, or ETUDE_AUTO_INTEGER: as many as the epochs make
 * @accumulate: mini-batches whose gradients make one update
 * @clip_norm: length that a gradient may have; 0 is off
 * @clip_norm_type: an #EtudeNorm
 * @clip_value: size that a number of a gradient may have; 0 is off
 * @l1: how much the sum of the sizes of the weights adds to the loss
 * @ema: how much an average of the weights keeps of itself at each update; 0 is off
 * @early_stopping: an #EtudeEarlyStopping, or null
 *
 * The section “training” of a document.
 */
typedef struct
{
  guint64 batch_size;
  guint64 epochs;
  guint64 steps;
  guint64 seed;
  gboolean shuffle;
  gboolean drop_last;
  guint64 accumulate;
  double clip_norm;
  guint clip_norm_type;
  double clip_value;
  double l1;
  double ema;
  EtudeLength evaluate_every;
  EtudeObject early_stopping;
} EtudeTrainingSection;

extern const EtudeGroup etude_training_group;
extern const EtudeGroup etude_early_stopping_group;

G_END_DECLS
