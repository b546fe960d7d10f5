/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "base/catalogue.h"

G_BEGIN_DECLS

void etude_help_set_topic (GtkWidget *widget, const char *topic);
void etude_help_set_kind (GtkWidget *widget, const EtudeKind *kind, const EtudeParam *param);
const char *etude_help_get_topic (GtkWidget *widget);
const char *etude_help_find_topic (GtkWidget *widget);

G_END_DECLS
