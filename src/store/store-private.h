/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>

#include "store/lock-private.h"
#include "store/store.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* What tells our files from those of other programs that use SQLite: “Etud”. */
#define ETUDE_STORE_APPLICATION_ID 0x45747564

/* Deleted runs are kept so long, in seconds, before a start throws them away. */
#define ETUDE_STORE_KEEP_DELETED (24 * 60 * 60)

struct _EtudeStore
{
  sqlite3 *db;
  char *path; /* NULL in memory */
  char *shown;
  char *warning;
  gboolean is_read_only;
  guint busy_timeout;
  EtudeLock *lock;
};

EtudeStore *etude_store_new (const char *path);
EtudeStore *etude_store_new_of_version (int version);
gboolean etude_store_open_file (EtudeStore *self, GError **error);
gboolean etude_store_connect_read_only (EtudeStore *self, GError **error);
EtudeStore *etude_store_open_foreign (const char *path, GError **error);
EtudeStore *etude_store_create_export (const char *path, GError **error);
gboolean etude_store_is_damage (int code);
sqlite3 *etude_store_get_db (EtudeStore *self);
void etude_store_set_error (EtudeStore *self, GError **error);
void etude_store_set_damaged (EtudeStore *self, const char *place, GError **error);
sqlite3_stmt *etude_store_prepare (EtudeStore *self, const char *sql, GError **error);
gboolean etude_store_run (EtudeStore *self, sqlite3_stmt *statement, GError **error);
gboolean etude_store_row (EtudeStore *self, sqlite3_stmt *statement, gboolean *found, GError **error);
gboolean etude_store_query_text (EtudeStore *self, const char *sql, char **text, GError **error);
gboolean etude_store_query_number (EtudeStore *self, const char *sql, gint64 *number, GError **error);
gboolean etude_store_execute (EtudeStore *self, const char *sql, GError **error);
gboolean etude_store_begin (EtudeStore *self, GError **error);
gboolean etude_store_commit (EtudeStore *self, GError **error);
void etude_store_roll_back (EtudeStore *self);

const char *etude_store_get_process (EtudeStore *self, GError **error);
gboolean etude_store_is_process_alive (EtudeStore *self, const char *process);

G_END_DECLS
