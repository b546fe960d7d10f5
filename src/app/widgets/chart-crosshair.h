/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/widgets/chart-view.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_CHART_CROSSHAIR (etude_chart_crosshair_get_type ())
G_DECLARE_FINAL_TYPE (EtudeChartCrosshair, etude_chart_crosshair, ETUDE, CHART_CROSSHAIR, GtkWidget)

GtkWidget *etude_chart_crosshair_new (EtudeChartView *view);
void etude_chart_crosshair_set_x (EtudeChartCrosshair *self, double x);
void etude_chart_crosshair_set_box (EtudeChartCrosshair *self, const graphene_rect_t *box);

G_END_DECLS
