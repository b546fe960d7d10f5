/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct _EtudeWake EtudeWake;

/**
 * EtudeWakeFunc:
 * @deadline: monotonic time in µs by which to return
 *
 * Main thread: there is something in the rings.
 *
 * Returns: whether something was left for the next turn
 */
typedef gboolean (*EtudeWakeFunc) (gint64 deadline, gpointer data);

EtudeWake *etude_wake_new (GMainContext *context, EtudeWakeFunc func, gpointer data);
void etude_wake_free (EtudeWake *self);
void etude_wake_set_unpaused (EtudeWake *self);
void etude_wake_notify (EtudeWake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeWake, etude_wake_free)

G_END_DECLS
