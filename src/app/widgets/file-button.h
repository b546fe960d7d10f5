/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_FILE_BUTTON (etude_file_button_get_type ())
G_DECLARE_FINAL_TYPE (EtudeFileButton, etude_file_button, ETUDE, FILE_BUTTON, GtkButton)

GtkWidget *etude_file_button_new (EtudeSession *session, const char *path);

G_END_DECLS
