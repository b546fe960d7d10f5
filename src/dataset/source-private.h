/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * EtudeSource:
 * @name: what messages call the file
 * @size: its bytes when it was opened
 * @sha256: (nullable): hash of its bytes, once they have all been read, and of those of the source
 *   that it follows
 *
 * A plain file that is read from front to back, several times if need be. It is never read beyond
 * the size that it had at first.
 */
typedef struct
{
  char *name;
  guint64 size;
  char *sha256;
  int fd;
  guint64 at;
  GChecksum *checksum;
  GCancellable *cancellable;
} EtudeSource;

EtudeSource *etude_source_open (const char *path, const char *name, const char *expected,
                                GCancellable *cancellable, GError **error);
void etude_source_free (EtudeSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeSource, etude_source_free)
gboolean etude_source_rewind (EtudeSource *self, GError **error);
void etude_source_follow (EtudeSource *self, const EtudeSource *first);
gssize etude_source_fill (gpointer source, char *buffer, gsize size, GError **error);

G_END_DECLS
