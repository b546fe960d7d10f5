/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/experiment/live-charts.h"
#include "app/experiment/recipe.h"
#include "app/experiment/runs-pane.h"
#include "app/model/examples.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_EXPERIMENT_PAGE (etude_experiment_page_get_type ())
G_DECLARE_FINAL_TYPE (EtudeExperimentPage, etude_experiment_page, ETUDE, EXPERIMENT_PAGE, GtkWidget)

/* Properties: “folded” (read only), whether recipe and charts are shown one at a time;
 * “recipe-shown”, “runs-shown”, and “log”, whether the loss is on a log axis. */

void etude_experiment_page_connect (EtudeExperimentPage *self, EtudeSession *session, EtudeRunList *runs);
EtudeLiveCharts *etude_experiment_page_get_charts (EtudeExperimentPage *self);
EtudeRunsPane *etude_experiment_page_get_runs (EtudeExperimentPage *self);
EtudeRecipe *etude_experiment_page_show_recipe (EtudeExperimentPage *self);
void etude_experiment_page_show_example (EtudeExperimentPage *self, const EtudeExample *example);

G_END_DECLS
