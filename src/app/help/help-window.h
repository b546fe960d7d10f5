/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

G_BEGIN_DECLS

#define ETUDE_TYPE_HELP_WINDOW (etude_help_window_get_type ())
G_DECLARE_FINAL_TYPE (EtudeHelpWindow, etude_help_window, ETUDE, HELP_WINDOW, AdwWindow)

void etude_help_present (GtkApplication *application, const char *topic);
void etude_help_close (GtkApplication *application);
void etude_help_bind_key (GtkWidgetClass *widget_class);

const char *etude_help_window_get_topic (EtudeHelpWindow *self);

G_END_DECLS
