/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/widgets/chart-view.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_CHART_EXPLORER (etude_chart_explorer_get_type ())
G_DECLARE_FINAL_TYPE (EtudeChartExplorer, etude_chart_explorer, ETUDE, CHART_EXPLORER, GtkWidget)

GtkWidget *etude_chart_explorer_new (const char *label);
void etude_chart_explorer_take_figure (EtudeChartExplorer *self, EtudeFigure *figure);
void etude_chart_explorer_changed (EtudeChartExplorer *self);
void etude_chart_explorer_set_minimum (EtudeChartExplorer *self, int width, int height);
const EtudeView *etude_chart_explorer_get_zoom (EtudeChartExplorer *self);
void etude_chart_explorer_set_zoom (EtudeChartExplorer *self, const EtudeView *zoom);
double etude_chart_explorer_get_x (EtudeChartExplorer *self);

G_END_DECLS
