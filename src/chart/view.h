/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

/**
 * EtudeSpot:
 * @panel: the panel there, or the nearest one
 * @place_x: 0 at the start of the x axis, 1 at its end, beyond them outside
 * @place_y: 0 at the foot of the panel, 1 at its top
 *
 * Where a pointer is.
 */
typedef struct
{
  guint panel;
  double place_x;
  double place_y;
} EtudeSpot;

gboolean etude_view_is_whole (const EtudeView *self);
gboolean etude_figure_find_spot (const EtudeFigure *self, double width, double height, double x, double y,
                                 EtudeSpot *spot);
double etude_figure_place_x (const EtudeFigure *self, double x);
void etude_view_zoom_x (EtudeView *self, const EtudeFigure *figure, double place, double factor);
void etude_view_zoom_y (EtudeView *self, const EtudeFigure *figure, guint panel, double width, double height,
                        double place, double factor);
void etude_view_pan (EtudeView *self, const EtudeFigure *figure, guint panel, double by_x, double by_y);
void etude_view_select_x (EtudeView *self, const EtudeFigure *figure, double from, double to);
void etude_view_select_y (EtudeView *self, const EtudeFigure *figure, guint panel, double width, double height,
                          double from, double to);
gboolean etude_view_follow (EtudeView *self, const EtudeFigure *figure, double x);

G_END_DECLS
