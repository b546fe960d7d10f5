/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/runs.h"

G_BEGIN_DECLS

EtudeStore *etude_cli_open_store (GError **error);
GStrv etude_cli_find_runs (EtudeStore *store, const char *const *names, gboolean deleted, GError **error);
GPtrArray *etude_cli_load_runs (EtudeStore *store, const char *const *names, GError **error);

G_END_DECLS
