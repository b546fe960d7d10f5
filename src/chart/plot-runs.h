/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"
#include "training/run.h"

G_BEGIN_DECLS

/**
 * EtudePlotRuns:
 * @in_steps: x counts updates, else epochs
 * @loss_scale: (nullable): scale of the loss; linear if %NULL
 * @hides_raw: no losses of single mini-batches
 * @hides_rate: no rate under the loss
 * @hides_marks: no marks of rate changes
 * @title: (nullable): written above
 *
 * What a figure of runs shows. All zero is the figure of the window.
 */
typedef struct
{
  gboolean in_steps;
  const EtudeAxisScale *loss_scale;
  gboolean hides_raw;
  gboolean hides_rate;
  gboolean hides_marks;
  const char *title;
} EtudePlotRuns;

EtudeFigure *etude_plot_plan (const EtudeExperiment *experiment, const EtudePrepared *data, const EtudePlotRuns *how);
EtudeFigure *etude_plot_runs (EtudeRun *const *runs, gsize n, const EtudePlotRuns *how);

G_END_DECLS
