/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

void etude_png_set_resolution (GByteArray *png, double dpi);
GByteArray *etude_svg_finish (const GByteArray *svg, const char *title, const char *description, const GString *texts);
GByteArray *etude_figure_write_csv (const EtudeFigure *figure);

G_END_DECLS
