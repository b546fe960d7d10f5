/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/run-list.h"

G_BEGIN_DECLS

/* Runs that are laid over each other at most: more cannot be told apart, and loading takes its time. */
#define ETUDE_MAX_OVERLAY 20

#define ETUDE_TYPE_RUNS_PANE (etude_runs_pane_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRunsPane, etude_runs_pane, ETUDE, RUNS_PANE, GtkWidget)

/* Signal “selection-changed”, without arguments: other runs are selected. Properties: “open”,
 * whether the list is seen, and “folded”, whether there is room for a few columns only. */

void etude_runs_pane_connect (EtudeRunsPane *self, EtudeRunList *list);
GPtrArray *etude_runs_pane_get_selected (EtudeRunsPane *self);
void etude_runs_pane_unselect_all (EtudeRunsPane *self);
void etude_runs_pane_focus (EtudeRunsPane *self);

G_END_DECLS
