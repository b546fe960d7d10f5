/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeFileWriter:
 *
 * A file that is being written, in bounded memory.
 */
typedef struct _EtudeFileWriter EtudeFileWriter;

int etude_file_open (const char *path, gsize max_bytes, gsize *length, GError **error);
gboolean etude_file_read (const char *path, gsize max_bytes, char **text, gsize *length, GError **error);
gboolean etude_file_replace (const char *path, gconstpointer bytes, gsize length, GError **error);
void etude_file_sync_folder (const char *path);

EtudeFileWriter *etude_file_writer_new (const char *path, GError **error);
void etude_file_writer_free (EtudeFileWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeFileWriter, etude_file_writer_free)
void etude_file_writer_add (EtudeFileWriter *self, gconstpointer bytes, gsize length);
gboolean etude_file_writer_finish (EtudeFileWriter *self, GError **error);

G_END_DECLS
