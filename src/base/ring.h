/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Several frames at full speed. */
#define ETUDE_RING_SIZE 65536

typedef struct _EtudeRing EtudeRing;

EtudeRing *etude_ring_new (gsize record_size);
void etude_ring_free (EtudeRing *self);
gboolean etude_ring_push (EtudeRing *self, gconstpointer record);
gboolean etude_ring_pop (EtudeRing *self, gpointer record);
void etude_ring_stop (EtudeRing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRing, etude_ring_free)

G_END_DECLS
