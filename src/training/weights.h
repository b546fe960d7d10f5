/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/network.h"
#include "training/safetensors.h"

G_BEGIN_DECLS

guint32 *etude_weights_dup_bytes (const EtudeNetwork *network, gsize *n);
gboolean etude_weights_write (EtudeNetwork *network, EtudeFileWriter *out, GError **error);
gboolean etude_weights_read (EtudeNetwork *network, EtudeTensors *file, GError **error);

G_END_DECLS
