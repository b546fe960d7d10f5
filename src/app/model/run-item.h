/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

#include "store/runs.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RUN_ITEM (etude_run_item_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRunItem, etude_run_item, ETUDE, RUN_ITEM, GObject)

/* Properties, all only to be read, for views and sorters: “id”, “number” (uint64), “name”, “outcome”
 * (in words), “best-loss” and “rate” (double, NaN where there is none), “seconds” (double),
 * “colour”. They are notified together, by “changed”. */

EtudeRunItem *etude_run_item_new (EtudeRunSummary *summary);
void etude_run_item_take_summary (EtudeRunItem *self, EtudeRunSummary *summary);
const EtudeRunSummary *etude_run_item_get_summary (EtudeRunItem *self);
void etude_run_item_set_run (EtudeRunItem *self, EtudeRun *run);
EtudeRun *etude_run_item_get_run (EtudeRunItem *self);

char *etude_run_item_dup_outcome (EtudeRunItem *self);

G_END_DECLS
