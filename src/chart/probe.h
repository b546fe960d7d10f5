/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

/**
 * EtudeProbe:
 * @panel: which panel, 0 for the uppermost
 * @label: (nullable): of the line
 * @name: (nullable): what it is called where there are no colours: the label, else the description
 * @colour: as in #EtudeLine
 * @x: of the point next to what was asked for
 * @value: there; the mean where the point stands for several
 * @min: least value of them
 * @max: largest
 * @place_x: where it is drawn
 * @place_y: likewise, at the edge of the panel where it is outside
 *
 * One line at one place.
 */
typedef struct
{
  guint panel;
  const char *label;
  const char *name;
  const char *colour;
  EtudeLineStyle style;
  double x;
  double value;
  double min;
  double max;
  double place_x;
  double place_y;
} EtudeProbe;

GArray *etude_figure_probe (const EtudeFigure *self, double width, double height, double x);
gboolean etude_figure_find_x (const EtudeFigure *self, double width, double height, double place_x, double *x);
gboolean etude_figure_snap_x (const EtudeFigure *self, double width, double height, double place_x, double *x);
gboolean etude_figure_step_x (const EtudeFigure *self, double width, double height, int steps, double *x);
gboolean etude_figure_find_end (const EtudeFigure *self, gboolean is_last, double *x);
char *etude_figure_describe_at (const EtudeFigure *self, double x);
char *etude_figure_write_x (const EtudeFigure *self, double x);

G_END_DECLS
