/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/runs.h"

G_BEGIN_DECLS

gboolean etude_exchange_export (EtudeStore *store, const char *const *ids, const char *file, GError **error);
GStrv etude_exchange_import (EtudeStore *store, const char *file, guint *n_known, GError **error);

G_END_DECLS
