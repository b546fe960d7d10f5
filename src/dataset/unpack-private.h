/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/source-private.h"

G_BEGIN_DECLS

/**
 * EtudeUnpack:
 *
 * The content of a file that may be compressed by gzip, which is told from its first bytes. It is
 * read from front to back, several times if need be.
 */
typedef struct _EtudeUnpack EtudeUnpack;

gboolean etude_unpack_recognise (const guint8 *head, gsize n);
EtudeUnpack *etude_unpack_new (EtudeSource *source, GError **error);
void etude_unpack_free (EtudeUnpack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeUnpack, etude_unpack_free)
gboolean etude_unpack_is_packed (const EtudeUnpack *self);
gboolean etude_unpack_rewind (EtudeUnpack *self, GError **error);
gssize etude_unpack_fill (gpointer unpack, char *buffer, gsize size, GError **error);
gboolean etude_unpack_measure (EtudeUnpack *self, guint64 *size, GError **error);

G_END_DECLS
