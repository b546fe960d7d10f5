/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "chart/figure.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_FIGURE_DIALOG (etude_figure_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EtudeFigureDialog, etude_figure_dialog, ETUDE, FIGURE_DIALOG, AdwWindow)

void etude_figure_dialog_present (GtkWindow *parent, EtudeFigure *figure, const char *name, GSettings *settings,
                                  AdwToastOverlay *toasts);

G_END_DECLS
