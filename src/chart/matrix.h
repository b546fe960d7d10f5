/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

void etude_panel_add_matrix (EtudePanel *self, const float *counts, gsize n, const char *const *names);

G_END_DECLS
