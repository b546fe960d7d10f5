/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

void etude_escape_closes (GtkRevealer *revealer);

G_END_DECLS
