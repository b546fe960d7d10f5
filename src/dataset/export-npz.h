/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/prepare.h"

G_BEGIN_DECLS

gboolean etude_prepared_save_npz (const EtudePrepared *self, const char *file, GError **error);

G_END_DECLS
