/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* The version of the tables that this program writes; older ones are brought up to it. */
#define ETUDE_STORE_VERSION 2

/* How long another process may keep the store locked before that is an error, in ms. */
#define ETUDE_STORE_BUSY_MS 5000

/**
 * EtudeStore:
 *
 * The file that keeps all runs, or a store in memory that is used where there can be no file. One
 * for a process; main thread only. No read transaction is left open between two calls.
 */
typedef struct _EtudeStore EtudeStore;

char *etude_store_dup_default_path (void);
EtudeStore *etude_store_open (const char *path, GError **error);
EtudeStore *etude_store_open_or_memory (const char *path, char **problem);
EtudeStore *etude_store_new_in_memory (void);
void etude_store_free (EtudeStore *self);

const char *etude_store_get_path (EtudeStore *self);
const char *etude_store_get_warning (EtudeStore *self);
gboolean etude_store_is_read_only (EtudeStore *self);
gboolean etude_store_is_in_memory (EtudeStore *self);
guint etude_store_get_busy_timeout (EtudeStore *self);
void etude_store_set_busy_timeout (EtudeStore *self, guint milliseconds);

const char *etude_store_get_sqlite_version (void);
GStrv etude_store_check (EtudeStore *self, GError **error);
gboolean etude_store_vacuum (EtudeStore *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeStore, etude_store_free)

G_END_DECLS
