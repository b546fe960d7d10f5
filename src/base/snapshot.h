/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeSnapshot:
 *
 * The state of something as bytes in the order of this machine. What writes it also reads it back: each
 * part has one function that calls etude_snapshot_keep() for all that it is made of.
 */
typedef struct _EtudeSnapshot EtudeSnapshot;

EtudeSnapshot *etude_snapshot_new (void);
EtudeSnapshot *etude_snapshot_new_from (GBytes *bytes);
EtudeSnapshot *etude_snapshot_new_measuring (void);
void etude_snapshot_free (EtudeSnapshot *self);
gboolean etude_snapshot_is_reading (const EtudeSnapshot *self);
void etude_snapshot_keep (EtudeSnapshot *self, gpointer data, gsize size);
gsize etude_snapshot_get_size (const EtudeSnapshot *self);
GBytes *etude_snapshot_end (EtudeSnapshot *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeSnapshot, etude_snapshot_free)

G_END_DECLS
