/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define ETUDE_MAX_METRICS 4

typedef enum
{
  ETUDE_RECORD_STEP,
  ETUDE_RECORD_EVALUATION,
  ETUDE_RECORD_MARK,
  ETUDE_RECORD_END,
} EtudeRecordType;

typedef enum
{
  ETUDE_MARK_RATE,
  ETUDE_MARK_PLATEAU,
  ETUDE_MARK_CHECKPOINT,
  ETUDE_MARK_DIVERGED,
} EtudeMarkKind;

typedef enum
{
  ETUDE_OUTCOME_DONE,
  ETUDE_OUTCOME_EARLY_STOPPED,
  ETUDE_OUTCOME_STOPPED,
  ETUDE_OUTCOME_DIVERGED,
} EtudeOutcome;

/**
 * EtudeMark:
 * @step: the first update that it concerns
 * @factor: of a change of the rate by hand, what the schedule is multiplied by from there on; of a
 *   plateau, what the rate before it is multiplied by
 *
 * Something that happened to a run and that its document does not say.
 */
typedef struct
{
  guint64 step;
  EtudeMarkKind kind;
  double factor;
} EtudeMark;

/**
 * EtudeRecord:
 * @type: which of the others count
 * @code: the kind of a mark, or the outcome at the end
 * @step: of a step, the update that is made with @lr, 0 for the first; of an evaluation and of the
 *   end, the updates done so far; of a mark, the first update that it concerns
 * @lr: rate of the update; of a mark its factor
 * @effective_lr: of a step, what the optimizer made of the rate; NaN where it does not choose; of an
 *   evaluation the mean of what its weights had, see etude_optimizer_measure_rate(); else NaN
 * @momentum: of a step, what the schedule made of it; NaN where it did not
 * @loss: of a step the mini-batch loss before the update, of the end the last of these; of an evaluation
 *   the mean loss over the training part; NaN where not measured
 * @train_loss: of the end, the mean loss over the training part of the network that it leaves
 * @validation_loss: of an evaluation and the end; NaN where there is no validation part
 * @test_loss: of the end; NaN where there is no test part
 * @metrics: of an evaluation and the end, on the validation part, in the order of the run’s metrics
 *
 * What a worker says of one thing that happened; plain data, copied through the ring.
 */
typedef struct
{
  EtudeRecordType type;
  int code;
  guint64 step;
  double lr;
  double effective_lr;
  double momentum;
  double loss;
  double train_loss;
  double validation_loss;
  double test_loss;
  double metrics[ETUDE_MAX_METRICS];
} EtudeRecord;

G_END_DECLS
