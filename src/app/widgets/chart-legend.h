/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "chart/figure.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_CHART_LEGEND (etude_chart_legend_get_type ())
G_DECLARE_FINAL_TYPE (EtudeChartLegend, etude_chart_legend, ETUDE, CHART_LEGEND, GtkWidget)

GtkWidget *etude_chart_legend_new (void);
void etude_chart_legend_update (EtudeChartLegend *self, const EtudeFigure *figure);

G_END_DECLS
