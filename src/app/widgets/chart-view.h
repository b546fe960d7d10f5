/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "chart/figure.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_CHART_VIEW (etude_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (EtudeChartView, etude_chart_view, ETUDE, CHART_VIEW, GtkWidget)

GtkWidget *etude_chart_view_new (void);
void etude_chart_view_take_figure (EtudeChartView *self, EtudeFigure *figure);
EtudeFigure *etude_chart_view_get_figure (EtudeChartView *self);
void etude_chart_view_set_minimum (EtudeChartView *self, int width, int height);
void etude_chart_view_changed (EtudeChartView *self);
const EtudeTheme *etude_chart_view_get_theme (void);

G_END_DECLS
