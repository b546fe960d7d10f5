/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/model/run-item.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RUN_LIST (etude_run_list_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRunList, etude_run_list, ETUDE, RUN_LIST, GObject)

EtudeRunList *etude_run_list_new (EtudeStore *store);
gboolean etude_run_list_reload (EtudeRunList *self, GError **error);
void etude_run_list_record (EtudeRunList *self, EtudeRun *run);
EtudeRunItem *etude_run_list_find (EtudeRunList *self, const char *id);
EtudeRun *etude_run_list_load (EtudeRunList *self, EtudeRunItem *item, GError **error);
gboolean etude_run_list_delete (EtudeRunList *self, EtudeRunItem *item, GError **error);
gboolean etude_run_list_restore (EtudeRunList *self, const char *id, GError **error);

G_END_DECLS
