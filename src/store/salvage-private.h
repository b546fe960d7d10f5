/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"

G_BEGIN_DECLS

gboolean etude_salvage (EtudeStore *store, GError **error);

G_END_DECLS
