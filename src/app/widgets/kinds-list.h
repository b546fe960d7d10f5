/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"
#include "app/widgets/kind-notes.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_KINDS_LIST (etude_kinds_list_get_type ())
G_DECLARE_FINAL_TYPE (EtudeKindsList, etude_kinds_list, ETUDE, KINDS_LIST, GObject)

EtudeKindsList *etude_kinds_list_new (EtudeSession *session, const char *path, EtudeKindNotes *notes, GtkWidget *host);
GMenuModel *etude_kinds_list_create_menu (EtudeKindsList *self);
guint etude_kinds_list_get_n_rows (EtudeKindsList *self);
GtkWidget *etude_kinds_list_get_row (EtudeKindsList *self, guint i);

G_END_DECLS
