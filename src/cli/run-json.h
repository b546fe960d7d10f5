/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/json-writer.h"
#include "store/summary.h"
#include "training/run.h"

G_BEGIN_DECLS

void etude_cli_add_step (EtudeJsonWriter *out, const char *key, guint64 step);
void etude_cli_add_metrics (EtudeJsonWriter *out, const char *const *ids, const double *values, guint n);
void etude_cli_add_best (EtudeJsonWriter *out, guint64 step, double validation_loss);
void etude_cli_add_mark (EtudeJsonWriter *out, EtudeMarkKind kind, double factor);
char *etude_cli_dup_time (gint64 seconds);
void etude_run_json_summary (EtudeJsonWriter *out, const EtudeRunSummary *summary);
void etude_run_json_run (EtudeJsonWriter *out, const EtudeRun *run);

G_END_DECLS
