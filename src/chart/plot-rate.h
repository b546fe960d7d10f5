/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/series.h"
#include "chart/figure.h"
#include "optim/schedule.h"

G_BEGIN_DECLS

/**
 * EtudePlotRate:
 * @in_steps: x counts updates, else epochs
 * @scale: (nullable): scale of the rate; linear if %NULL
 * @colour: (nullable): such as #3584e4
 * @has_step: a run is at @step: a dot stands there, and what follows is dotted
 * @step: the update that comes next
 * @past: (nullable): the rates that the run had; as the schedule has them if %NULL
 * @multiplier: what live changes have made of the rate; 0 counts as 1
 *
 * What the figure of a schedule shows.
 */
typedef struct
{
  gboolean in_steps;
  const EtudeAxisScale *scale;
  const char *colour;
  gboolean has_step;
  guint64 step;
  const EtudeSeries *past;
  double multiplier;
} EtudePlotRate;

EtudeFigure *etude_plot_rate (const EtudeSchedule *schedule, const EtudePlotRate *how);
void etude_plot_add_rate (EtudePanel *panel, const EtudeSchedule *schedule, guint64 from, guint64 to, double x_factor,
                          double multiplier, EtudeLineStyle style, const char *colour);
char *etude_plot_write_factor (double factor);

G_END_DECLS
