/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"
#include "store/summary.h"
#include "training/run.h"

G_BEGIN_DECLS

const char *etude_runs_colour (guint64 number);

GPtrArray *etude_runs_list (EtudeStore *store, GError **error);
GPtrArray *etude_runs_list_deleted (EtudeStore *store, GError **error);
char *etude_runs_find (EtudeStore *store, const char *text, gboolean deleted, GError **error);
EtudeRun *etude_runs_load (EtudeStore *store, const char *id, GError **error);

gboolean etude_runs_insert (EtudeStore *store, EtudeRun *run, GError **error);
gboolean etude_runs_update (EtudeStore *store, const EtudeRun *run, GError **error);
gboolean etude_runs_reopen (EtudeStore *store, EtudeRun *run, GError **error);
gboolean etude_runs_save (EtudeStore *store, EtudeRun *run, GError **error);
gboolean etude_runs_rename (EtudeStore *store, const char *id, const char *name, GError **error);
gboolean etude_runs_set_note (EtudeStore *store, const char *id, const char *note, GError **error);
gboolean etude_runs_set_tags (EtudeStore *store, const char *id, const char *const *tags, GError **error);
gboolean etude_runs_set_colour (EtudeStore *store, const char *id, const char *colour, GError **error);
gboolean etude_runs_delete (EtudeStore *store, const char *id, GError **error);
gboolean etude_runs_restore (EtudeStore *store, const char *id, GError **error);

G_END_DECLS
