/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/runs.h"

G_BEGIN_DECLS

EtudeRun *etude_runs_load_number (EtudeStore *store, guint64 number, GError **error);
gboolean etude_runs_is_id (const char *text);

G_END_DECLS
