/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/run.h"

G_BEGIN_DECLS

/**
 * EtudeRunSummary:
 * @lr: the base rate of the document, NaN where the optimizer has none
 * @loss: last mini-batch loss
 * @validation_loss: at the last evaluation
 * @metric_ids: ids of kinds of etude_metric_group, interned
 * @metrics: at the last evaluation
 * @best_step: updates at the best evaluation, or %ETUDE_NO_STEP
 * @deleted: when it was deleted, in seconds since 1970, 0 where it was not
 *
 * What a list shows of a run, without document and series: reading 100,000 of them takes less than
 * a second. Numbers that were not measured are NaN; the other fields are those of #EtudeRun.
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
  guint64 n_steps;
  guint64 updates_per_epoch;
  guint64 steps;
  double lr;
  double loss;
  double validation_loss;
  guint n_metrics;
  const char *metric_ids[ETUDE_MAX_METRICS];
  double metrics[ETUDE_MAX_METRICS];
  guint64 best_step;
  double best_validation_loss;
  guint64 diverged_at;
  gint64 started;
  double seconds;
  gint64 deleted;
  char *note;
  GStrv tags;
  char *colour;
} EtudeRunSummary;

EtudeRunSummary *etude_run_summary_new (const EtudeRun *run);
void etude_run_summary_free (EtudeRunSummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRunSummary, etude_run_summary_free)

G_END_DECLS
