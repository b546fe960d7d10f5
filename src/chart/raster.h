/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

void etude_panel_add_classes (EtudePanel *self, const guint16 *classes, const float *probabilities, gsize n_columns,
                              gsize n_rows, gsize n_classes);
void etude_panel_add_heat (EtudePanel *self, const float *values, gsize n_columns, gsize n_rows, double low, double high);

G_END_DECLS
