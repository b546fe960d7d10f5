/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

gboolean etude_file_read (const char *path, gsize max_bytes, char **text, gsize *length, GError **error);
gboolean etude_file_replace (const char *path, gconstpointer bytes, gsize length, GError **error);

G_END_DECLS
