/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"
#include "app/widgets/kind-notes.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_KIND_ROW (etude_kind_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeKindRow, etude_kind_row, ETUDE, KIND_ROW, AdwActionRow)

GtkWidget *etude_kind_row_new (EtudeSession *session, const char *list, guint index, EtudeKindNotes *notes);
void etude_kind_row_close (EtudeKindRow *self);

G_END_DECLS
