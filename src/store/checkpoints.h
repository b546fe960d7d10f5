/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"

G_BEGIN_DECLS

gboolean etude_checkpoints_write (EtudeStore *store, guint64 run, guint64 step, GBytes *checkpoint, GError **error);
gboolean etude_checkpoints_remove (EtudeStore *store, guint64 run, GError **error);
gboolean etude_checkpoints_find (EtudeStore *store, guint64 run, guint64 *step);
GBytes *etude_checkpoints_read (EtudeStore *store, guint64 run, GError **error);

G_END_DECLS
