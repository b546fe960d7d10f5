/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/run-list.h"
#include "app/model/session.h"
#include "chart/figure.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_LIVE_CHARTS (etude_live_charts_get_type ())
G_DECLARE_FINAL_TYPE (EtudeLiveCharts, etude_live_charts, ETUDE, LIVE_CHARTS, AdwBin)

void etude_live_charts_connect (EtudeLiveCharts *self, EtudeSession *session);
void etude_live_charts_set_overlay (EtudeLiveCharts *self, GPtrArray *runs);
gboolean etude_live_charts_has_overlay (EtudeLiveCharts *self);
EtudeFigure *etude_live_charts_make_figure (EtudeLiveCharts *self);

G_END_DECLS
