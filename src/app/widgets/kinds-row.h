/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/widgets/kinds-list.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_KINDS_ROW (etude_kinds_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeKindsRow, etude_kinds_row, ETUDE, KINDS_ROW, AdwExpanderRow)

GtkWidget *etude_kinds_row_new (EtudeSession *session, const char *path, EtudeKindNotes *notes);
EtudeKindsList *etude_kinds_row_get_list (EtudeKindsRow *self);

G_END_DECLS
