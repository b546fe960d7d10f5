/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"

G_BEGIN_DECLS

gboolean etude_schema_migrate (EtudeStore *store, int to, GError **error);
gboolean etude_schema_check (EtudeStore *store, gboolean exactly, GError **error);

G_END_DECLS
