/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/help/markdown.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_HELP_VIEW (etude_help_view_get_type ())
G_DECLARE_FINAL_TYPE (EtudeHelpView, etude_help_view, ETUDE, HELP_VIEW, GtkWidget)

GtkWidget *etude_help_view_new (void);
void etude_help_view_show (EtudeHelpView *self, const EtudeMarkdown *text, const char *anchor);
GtkWidget *etude_help_view_find (EtudeHelpView *self, const char *anchor);
double etude_help_view_get_top (EtudeHelpView *self, const char *anchor);

G_END_DECLS
