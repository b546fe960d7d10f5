/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_KINDS_ROW (etude_kinds_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeKindsRow, etude_kinds_row, ETUDE, KINDS_ROW, AdwActionRow)

GtkWidget *etude_kinds_row_new (EtudeSession *session, const char *path);

G_END_DECLS
