/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

void etude_chooser_recall_folder (GtkFileChooser *chooser, GSettings *settings, const char *key);
void etude_chooser_remember_folder (GFile *file, GSettings *settings, const char *key);

G_END_DECLS
