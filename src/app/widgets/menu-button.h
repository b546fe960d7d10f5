/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

void etude_menu_button_set_words (GtkMenuButton *button, const char *name, const char *tooltip);
void etude_menu_button_keep_focus (GtkMenuButton *button);
void etude_menu_button_set_list (GtkMenuButton *button, GMenuModel *menu);

G_END_DECLS
