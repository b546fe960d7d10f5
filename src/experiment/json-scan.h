/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* What is refused before any parser sees it. */
#define ETUDE_JSON_MAX_BYTES ((gsize) 8 << 20)
#define ETUDE_JSON_MAX_DEPTH 64

gboolean etude_json_scan (const char *text, gsize length, const char *file, GError **error);

G_END_DECLS
