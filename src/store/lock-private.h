/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * EtudeLock:
 *
 * The sign that a process is alive, by which its runs are told from those that a crash cut off.
 */
typedef struct _EtudeLock EtudeLock;

EtudeLock *etude_lock_new (const char *store_path, GError **error);
void etude_lock_free (EtudeLock *self);
const char *etude_lock_get_name (EtudeLock *self);
gboolean etude_lock_is_held (const char *store_path, const char *name);
void etude_lock_sweep (const char *store_path);

int etude_lock_folder (const char *store_path, gboolean alone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeLock, etude_lock_free)

G_END_DECLS
