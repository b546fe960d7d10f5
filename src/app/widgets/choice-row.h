/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_CHOICE_ROW (etude_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (EtudeChoiceRow, etude_choice_row, ETUDE, CHOICE_ROW, AdwComboRow)

GtkWidget *etude_choice_row_new (EtudeSession *session, const char *path);
GtkWidget *etude_choice_row_new_for_kind (EtudeSession *session, const char *path);
void etude_choice_row_set_note (EtudeChoiceRow *self, const char *note);
void etude_choice_row_set_problem (EtudeChoiceRow *self, const char *problem);

G_END_DECLS
