/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"
#include "network/layer.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_LAYER_ROW (etude_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeLayerRow, etude_layer_row, ETUDE, LAYER_ROW, AdwActionRow)

GtkWidget *etude_layer_row_new (EtudeSession *session, guint index, guint n_layers);
void etude_layer_row_set_shape (EtudeLayerRow *self, const EtudeLayerShape *shape);
void etude_layer_row_set_problem (EtudeLayerRow *self, const char *problem);

G_END_DECLS
