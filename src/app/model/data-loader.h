/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

#include "base/value.h"
#include "dataset/prepare.h"

G_BEGIN_DECLS

void etude_data_load_async (const EtudeObject *dataset, const char *folder, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
EtudePrepared *etude_data_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
