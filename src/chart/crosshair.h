/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

typedef struct _EtudeCrosshair EtudeCrosshair;

EtudeCrosshair *etude_crosshair_new (const EtudeFigure *figure, double width, double height, double x,
                                     const EtudeTheme *theme, double scale);
void etude_crosshair_free (EtudeCrosshair *self);
gboolean etude_crosshair_get_bounds (const EtudeCrosshair *self, double *x, double *y, double *width, double *height);
void etude_crosshair_draw (const EtudeCrosshair *self, cairo_t *cr);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeCrosshair, etude_crosshair_free)

G_END_DECLS
