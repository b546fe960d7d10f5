/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/widgets/chart-crosshair.h"
#include "app/widgets/chart-explorer.h"

G_BEGIN_DECLS

/* chart-explorer.c has the widget, its keys and the crosshair; chart-zoom.c what the pointer does to the view. */
struct _EtudeChartExplorer
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  EtudeChartView *view;
  EtudeChartCrosshair *crosshair;
  GtkWidget *fit;

  EtudeView zoom;
  double x;             /* of the crosshair, NaN for none */
  gboolean by_keys;     /* it was put there by keys, and stays when the pointer leaves */

  double pointer_x;
  double pointer_y;
  EtudeView drag_from;
  gboolean is_panning;
};

void etude_chart_explorer_init_zoom (EtudeChartExplorer *self);
void etude_chart_explorer_apply (EtudeChartExplorer *self, const EtudeView *zoom);
void etude_chart_explorer_show_x (EtudeChartExplorer *self, double x, gboolean by_keys);

G_END_DECLS
