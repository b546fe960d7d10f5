/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/run.h"

G_BEGIN_DECLS

/**
 * EtudeRunRow:
 * @step: an update
 * @lr: its rate
 * @has_loss: whether @loss was measured
 * @loss: of the mini-batch, before the update
 * @is_evaluated: whether the rest was measured, after the update
 * @validation_loss: over the validation part
 * @metrics: in the order of the run’s metrics
 *
 * One row of the CSV of a run.
 */
typedef struct
{
  guint64 step;
  double lr;
  gboolean has_loss;
  double loss;
  gboolean is_evaluated;
  double validation_loss;
  double metrics[ETUDE_MAX_METRICS];
} EtudeRunRow;

void etude_run_csv_header (GString *text, const char *const *metric_ids, guint n_metrics);
void etude_run_csv_row (GString *text, const EtudeRun *run, const char *const *metric_ids, guint n_metrics,
                        const EtudeRunRow *row);
void etude_run_csv_run (GString *text, const EtudeRun *run, const char *const *metric_ids, guint n_metrics);

G_END_DECLS
