/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

/* In place of a class: what has none, and takes the colour of labels. */
#define ETUDE_NO_CLASS G_MAXUINT

void etude_panel_add_scatter (EtudePanel *self, double x, double y, guint class, gboolean is_ring);
void etude_panel_add_scatter_value (EtudePanel *self, double x, double y, double value, gboolean is_ring);
void etude_figure_add_key (EtudeFigure *self, const char *label, guint class, gboolean is_ring);

G_END_DECLS
