/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_PARAM_ROW (etude_param_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeParamRow, etude_param_row, ETUDE, PARAM_ROW, AdwActionRow)

GtkWidget *etude_param_row_new (EtudeSession *session, const char *path);
void etude_param_row_set_note (EtudeParamRow *self, const char *note);
GtkWidget *etude_param_row_get_control (EtudeParamRow *self);

G_END_DECLS
