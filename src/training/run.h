/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/series.h"
#include "experiment/experiment.h"
#include "training/record.h"
#include "training/trainer.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_RUN_TRAIN,
  ETUDE_RUN_FINDER,
  ETUDE_RUN_LADDER,
  ETUDE_RUN_SWEEP,
  ETUDE_RUN_TRIAL,
} EtudeRunKind;

typedef enum
{
  ETUDE_RUN_RUNNING,
  ETUDE_RUN_DONE,
  ETUDE_RUN_EARLY_STOPPED,
  ETUDE_RUN_STOPPED,
  ETUDE_RUN_DIVERGED,
  ETUDE_RUN_INTERRUPTED,
  ETUDE_RUN_FAILED,
} EtudeRunState;

/* Those of etude_run_list_series() at most. */
#define ETUDE_MAX_SERIES (5 + ETUDE_MAX_METRICS)

/* What a count of steps holds where there is none. */
#define ETUDE_NO_STEP G_MAXUINT64

/**
 * EtudeRun:
 * @id: 16 hexadecimal digits, never used twice
 * @number: counts the runs of a store from 1; 0 before it is stored
 * @name: title for a person, never NULL
 * @hash: of the document, see etude_experiment_hash()
 * @parent: (nullable): id of the run that it came from
 * @group: (nullable): what it belongs to, such as a ladder
 * @experiment: the document
 * @n_steps: updates planned
 * @updates_per_epoch: at least 1
 * @steps: updates done
 * @loss: mini-batch loss of each update
 * @lr: rate of each update
 * @effective_lr: what the optimizer made of it: of each update where it chooses, at each evaluation
 *   after the first update where it can be measured; else empty
 * @train_loss: at each evaluation; its x is the updates done
 * @validation_loss: likewise
 * @n_metrics: how many of @metric_ids and @metrics there are
 * @metric_ids: ids of kinds of etude_metric_group
 * @metrics: validation metrics at each evaluation
 * @marks: (element-type EtudeMark)
 * @final: the last numbers: loss is that of the last mini-batch
 * @final_train_loss: mean loss over the training part after the last evaluation
 * @diverged_at: the update whose loss or weights were not finite, or %ETUDE_NO_STEP
 * @weights: (nullable): SHA-256 of the final weights, in hexadecimal
 * @started: seconds since 1970
 * @seconds: how long it has trained
 * @colour: such as #3584e4, the light value of the palette
 *
 * A run as the main thread sees it. Counted; main thread only.
 */
typedef struct
{
  char *id;
  guint64 number;
  EtudeRunKind kind;
  EtudeRunState state;
  char *name;
  guint64 seed;
  char *hash;
  char *parent;
  char *group;
  EtudeExperiment *experiment;
  guint64 n_steps;
  guint64 updates_per_epoch;
  guint64 steps;
  EtudeSeries *loss;
  EtudeSeries *lr;
  EtudeSeries *effective_lr;
  EtudeSeries *train_loss;
  EtudeSeries *validation_loss;
  guint n_metrics;
  char *metric_ids[ETUDE_MAX_METRICS];
  EtudeSeries *metrics[ETUDE_MAX_METRICS];
  GArray *marks;
  EtudeRecord final;
  double final_train_loss;
  guint64 best_step;
  double best_validation_loss;
  guint64 diverged_at;
  char *weights;
  gint64 started;
  double seconds;
  char *note;
  GPtrArray *tags;
  char *colour;
} EtudeRun;

EtudeRun *etude_run_new (const EtudeExperiment *experiment, guint64 seed);
EtudeRun *etude_run_new_of (const EtudeExperiment *experiment, EtudeTrainer *trainer, const EtudePrepared *data);
EtudeRun *etude_run_ref (EtudeRun *self);
void etude_run_unref (EtudeRun *self);
void etude_run_plan (EtudeRun *self, guint64 n_steps, guint64 updates_per_epoch,
                     const char *const *metric_ids, guint n_metrics);
gboolean etude_run_chooses_rate (const EtudeRun *self);
gboolean etude_run_measures_rate (const EtudeRun *self);
gboolean etude_run_has (const EtudeRun *self, const EtudeRecord *record);
void etude_run_add (EtudeRun *self, const EtudeRecord *record);
void etude_run_reopen (EtudeRun *self);
double etude_run_get_rate_factor (const EtudeRun *self);
EtudeSeries *etude_run_get_series (const EtudeRun *self, const char *name);
void etude_run_take_series (EtudeRun *self, const char *name, EtudeSeries *series);
GStrv etude_run_list_series (const EtudeRun *self);

char *etude_run_write_title (const char *name, guint64 number);
const char *etude_run_state_id (EtudeRunState state);
const char *etude_run_state_label (EtudeRunState state);
gboolean etude_run_state_from_id (const char *id, EtudeRunState *state);
const char *etude_run_kind_id (EtudeRunKind kind);
gboolean etude_run_kind_from_id (const char *id, EtudeRunKind *kind);
const char *etude_mark_kind_id (EtudeMarkKind kind);
const char *etude_outcome_id (EtudeOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRun, etude_run_unref)

G_END_DECLS
