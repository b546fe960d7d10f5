/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/wake.h"

#include <stdatomic.h>

/* Below input, above redraw: a window that is being used stays quick, and what is drawn is new. */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 5)

/* A frame, and how much of it draining may take. */
#define FRAME_US 16000
#define BUDGET_US 4000

typedef struct
{
  GSource source;
  EtudeWake *wake;
} WakeSource;

struct _EtudeWake
{
  GSource *source;
  EtudeWakeFunc func;
  gpointer data;
  gint64 pause_us;
  atomic_bool pending;
};

/* At most one wake-up is on its way. */
static void
wake_after (EtudeWake *self, gint64 us)
{
  if (!atomic_exchange_explicit (&self->pending, TRUE, memory_order_acq_rel))
    g_source_set_ready_time (self->source, g_get_monotonic_time () + us);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  EtudeWake *self = ((WakeSource *) source)->wake;

  g_source_set_ready_time (source, -1);
  /* Exchanged, not stored: whoever pushed before sees its record drained, whoever pushes after
   * finds FALSE and wakes again. */
  atomic_exchange_explicit (&self->pending, FALSE, memory_order_acq_rel);
  if (self->func (g_get_monotonic_time () + BUDGET_US, self->data))
    wake_after (self, self->pause_us);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { .dispatch = dispatch };

/**
 * etude_wake_new:
 * @context: (nullable): where @func is called, NULL for the main context of the thread
 * @func: drains the rings
 * @data: for @func
 *
 * The one source that brings a main loop to the rings, at most once a frame.
 *
 * Returns: (transfer full): the source
 */
EtudeWake *
etude_wake_new (GMainContext *context, EtudeWakeFunc func, gpointer data)
{
  EtudeWake *self = g_new0 (EtudeWake, 1);

  self->func = func;
  self->data = data;
  self->pause_us = FRAME_US;
  self->source = g_source_new (&funcs, sizeof (WakeSource));
  ((WakeSource *) self->source)->wake = self;
  g_source_set_name (self->source, "etude wake");
  g_source_set_priority (self->source, PRIORITY);
  g_source_attach (self->source, context);
  return self;
}

/**
 * etude_wake_free:
 * @self: a source whose workers have ended
 */
void
etude_wake_free (EtudeWake *self)
{
  if (self == NULL)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

/**
 * etude_wake_set_unpaused:
 * @self: a source
 *
 * Thread of the main loop. It has no frames to draw: what is left when the time for a frame is over is
 * drained as soon as all other sources have had their turn.
 */
void
etude_wake_set_unpaused (EtudeWake *self)
{
  self->pause_us = 0;
}

/**
 * etude_wake_notify:
 * @self: a source
 *
 * Any thread, after a push. At most one wake-up is on its way, however many steps a second.
 */
void
etude_wake_notify (EtudeWake *self)
{
  wake_after (self, FRAME_US);
}
