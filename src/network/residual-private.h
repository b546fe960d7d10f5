/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/layer-private.h"

G_BEGIN_DECLS

/* Where the two ways begin and where they meet: stages, not kinds of the catalogue. */
extern const EtudeLayerKind etude_stage_fork;
extern const EtudeLayerKind etude_stage_join;

const EtudeObjects *etude_residual_get_layers (gconstpointer params);
gboolean etude_residual_project (const EtudeSite *site, const EtudeShape *output, EtudeObject *projection, GError **error);

G_END_DECLS
