/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RESET_BUTTON (etude_reset_button_get_type ())
G_DECLARE_FINAL_TYPE (EtudeResetButton, etude_reset_button, ETUDE, RESET_BUTTON, GtkButton)

GtkWidget *etude_reset_button_new (EtudeSession *session, const char *path);
void etude_reset_button_update (EtudeResetButton *self);

G_END_DECLS
