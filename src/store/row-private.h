/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store-private.h"
#include "store/summary.h"

G_BEGIN_DECLS

/* The row of a run: between the columns of a statement and the fields of a struct. */
sqlite3_stmt *etude_row_prepare_insert (EtudeStore *store, const EtudeRun *run, const char *process, GError **error);
sqlite3_stmt *etude_row_prepare_update (EtudeStore *store, const EtudeRun *run, GError **error);
sqlite3_stmt *etude_row_prepare_select (EtudeStore *store, const char *clause, GError **error);
EtudeRunSummary *etude_row_read (sqlite3_stmt *statement);
void etude_row_read_rest (sqlite3_stmt *statement, EtudeRun *run);
const char *etude_row_get_process (sqlite3_stmt *statement);

G_END_DECLS
