/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/trainer.h"

G_BEGIN_DECLS

/**
 * EtudePredictionsKind:
 * @ETUDE_PREDICTIONS_AREA: over the plane of two inputs
 * @ETUDE_PREDICTIONS_CURVE: a number over the one input
 * @ETUDE_PREDICTIONS_PAIRS: predicted numbers by true ones
 * @ETUDE_PREDICTIONS_CONFUSION: how often a class is taken for another
 *
 * What can be shown of a network, as its data have it.
 */
typedef enum
{
  ETUDE_PREDICTIONS_AREA,
  ETUDE_PREDICTIONS_CURVE,
  ETUDE_PREDICTIONS_PAIRS,
  ETUDE_PREDICTIONS_CONFUSION,
} EtudePredictionsKind;

/**
 * EtudePredictions:
 * @kind: what is in it
 * @step: updates that were done
 * @x_min: left edge of the grid of AREA and CURVE, in the unit of the data
 * @x_max: right edge
 * @y_min: lower edge of AREA
 * @y_max: upper edge
 * @n_columns: places along x; of PAIRS 2: true, predicted; of CONFUSION the predicted classes
 * @n_rows: places along y from below; of CURVE 1; of PAIRS the samples; of CONFUSION the true classes
 * @values: (owned): [n_rows, n_columns]: the number predicted; of AREA with classes the probability of the class;
 *   of CONFUSION how many samples
 * @classes: (owned) (nullable): [n_rows, n_columns]: of AREA with classes, the class predicted
 * @is_training: PAIRS and CONFUSION are of the training part, as there is no other
 *
 * Made by the thread that trains and shown by another.
 */
typedef struct
{
  EtudePredictionsKind kind;
  guint64 step;
  double x_min, x_max, y_min, y_max;
  gsize n_columns, n_rows;
  float *values;
  guint16 *classes;
  gboolean is_training;
} EtudePredictions;

typedef struct _EtudePredictor EtudePredictor;

gboolean etude_predictions_exist (const EtudePrepared *data);
EtudePredictions *etude_predictions_new (const EtudePrepared *data);
void etude_predictions_free (EtudePredictions *self);

EtudePredictor *etude_predictor_new (EtudePrepared *data, gsize n_outputs);
void etude_predictor_free (EtudePredictor *self);
gboolean etude_predictor_is_due (EtudePredictor *self);
gboolean etude_predictor_run (EtudePredictor *self, EtudeTrainer *trainer, const gint *cancelled);
gboolean etude_predictor_take (EtudePredictor *self, EtudePredictions **predictions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudePredictions, etude_predictions_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudePredictor, etude_predictor_free)

G_END_DECLS
