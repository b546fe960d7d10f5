/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

#include "chart/export.h"

G_BEGIN_DECLS

guint etude_theme_get_place (const EtudeTheme *theme);
void etude_export_recall (EtudeExport *how, GSettings *settings);
void etude_export_remember (const EtudeExport *how, GSettings *settings);
gboolean etude_figure_copy (const EtudeFigure *figure, const EtudeExport *how, GdkClipboard *clipboard, GError **error);

G_END_DECLS
