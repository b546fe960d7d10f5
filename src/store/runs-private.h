/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/runs.h"

G_BEGIN_DECLS

EtudeRun *etude_runs_load_number (EtudeStore *store, guint64 number, GError **error);
void etude_runs_settle_state (EtudeStore *store, EtudeRunSummary *summary, const char *process);
void etude_runs_refuse_unknown (EtudeStore *store, const char *text, GError **error);
gboolean etude_runs_is_id (const char *text);

G_END_DECLS
