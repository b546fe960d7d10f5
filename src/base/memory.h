/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Every block starts at a multiple of this many bytes: a cache line, and the widest vector. */
#define ETUDE_ALIGNMENT 64

gpointer etude_memory_try_new (gsize n, gsize size, const char *what, GError **error);
void etude_memory_free (gpointer block);
void etude_memory_set_limit (gsize bytes);
gsize etude_memory_get_limit (void);

G_END_DECLS
