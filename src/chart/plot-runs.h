/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"
#include "training/run.h"

G_BEGIN_DECLS

/**
 * EtudePlotX:
 * @ETUDE_PLOT_EPOCHS: passes through the training part
 * @ETUDE_PLOT_STEPS: updates
 * @ETUDE_PLOT_SAMPLES: samples that the updates were made from, with a last batch of an epoch that is
 *   not full counted as a full one
 *
 * What the x axis counts.
 */
typedef enum
{
  ETUDE_PLOT_EPOCHS,
  ETUDE_PLOT_STEPS,
  ETUDE_PLOT_SAMPLES,
} EtudePlotX;

#define ETUDE_N_PLOT_X 3

/**
 * EtudePlotRuns:
 * @x: what the x axis counts
 * @loss_scale: (nullable): scale of the loss; linear if %NULL
 * @smoothing: of the losses of mini-batches, from 0 to %ETUDE_MAX_SMOOTHING, see etude_smoothed_new();
 *   what is smoothed stays behind it; 0 is off
 * @hides_raw: no losses of single mini-batches
 * @hides_rate: no rate under the loss
 * @hides_marks: no marks of rate changes
 * @hidden: (nullable): names of lines, or of runs where there are several, that are not drawn
 * @legend_elsewhere: see etude_figure_set_legend_elsewhere()
 * @view: what part is looked at
 * @title: (nullable): written above
 *
 * How a figure of runs is made, whether for the window or a file. All zero is what the window shows at
 * first.
 */
typedef struct
{
  EtudePlotX x;
  const EtudeAxisScale *loss_scale;
  double smoothing;
  gboolean hides_raw;
  gboolean hides_rate;
  gboolean hides_marks;
  const char *const *hidden;
  gboolean legend_elsewhere;
  EtudeView view;
  const char *title;
} EtudePlotRuns;

const char *etude_plot_x_id (EtudePlotX x);
const char *etude_plot_x_label (EtudePlotX x);
gboolean etude_plot_x_from_id (const char *id, EtudePlotX *x);
EtudeFigure *etude_plot_plan (const EtudeExperiment *experiment, const EtudePrepared *data, const EtudePlotRuns *how);
EtudeFigure *etude_plot_runs (EtudeRun *const *runs, gsize n, const EtudePlotRuns *how);

G_END_DECLS
