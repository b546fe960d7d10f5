/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/runs.h"
#include "training/worker.h"

G_BEGIN_DECLS

EtudeRun *etude_cli_load_replay (const char *name, GError **error);
gboolean etude_cli_begin_replay (const EtudeRun *original, EtudeRun *run, EtudeTrainer *trainer, GError **error);
void etude_cli_limit_replay (const EtudeRun *original, EtudeWorker *worker);
gboolean etude_cli_check_replay (const EtudeRun *original, const EtudeRun *run, GError **error);

G_END_DECLS
