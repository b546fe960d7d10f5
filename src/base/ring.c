/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ring.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

/* One producer, one consumer. Head and tail only grow; each is written by one side, and each has a
 * cache line of its own so that the two sides do not slow each other down. */
struct _EtudeRing
{
  _Alignas (ETUDE_ALIGNMENT) atomic_size_t head;
  _Alignas (ETUDE_ALIGNMENT) atomic_size_t tail;
  _Alignas (ETUDE_ALIGNMENT) atomic_bool stop;
  gsize record_size;
  guint8 *records;
};

/**
 * etude_ring_new:
 * @record_size: bytes of one record
 *
 * A ring for %ETUDE_RING_SIZE records from one thread to one other.
 *
 * Returns: (transfer full): the ring
 */
EtudeRing *
etude_ring_new (gsize record_size)
{
  EtudeRing *self = etude_memory_try_new (1, sizeof (EtudeRing), "a ring", NULL);

  g_assert (self != NULL);
  self->record_size = record_size;
  self->records = g_malloc_n (ETUDE_RING_SIZE, record_size);
  return self;
}

void
etude_ring_free (EtudeRing *self)
{
  if (self == NULL)
    return;
  g_free (self->records);
  etude_memory_free (self);
}

/**
 * etude_ring_push:
 * @self: a ring
 * @record: what is copied into it
 *
 * Producer. Waits while the ring is full, so that nothing is lost; returns at once when it is
 * told to stop.
 *
 * Returns: whether the record is in the ring; FALSE after etude_ring_stop() when it was full
 */
gboolean
etude_ring_push (EtudeRing *self, gconstpointer record)
{
  gsize head = atomic_load_explicit (&self->head, memory_order_relaxed);

  while (head - atomic_load_explicit (&self->tail, memory_order_acquire) == ETUDE_RING_SIZE)
    {
      if (atomic_load_explicit (&self->stop, memory_order_relaxed))
        return FALSE;
      g_usleep (200);
    }
  memcpy (self->records + head % ETUDE_RING_SIZE * self->record_size, record, self->record_size);
  atomic_store_explicit (&self->head, head + 1, memory_order_release);
  return TRUE;
}

/**
 * etude_ring_pop:
 * @self: a ring
 * @record: (out): the oldest record
 *
 * Consumer.
 *
 * Returns: whether there was one
 */
gboolean
etude_ring_pop (EtudeRing *self, gpointer record)
{
  gsize tail = atomic_load_explicit (&self->tail, memory_order_relaxed);

  if (tail == atomic_load_explicit (&self->head, memory_order_acquire))
    return FALSE;
  memcpy (record, self->records + tail % ETUDE_RING_SIZE * self->record_size, self->record_size);
  atomic_store_explicit (&self->tail, tail + 1, memory_order_release);
  return TRUE;
}

/**
 * etude_ring_stop:
 * @self: a ring
 *
 * Any thread. From now on a full ring refuses records instead of waiting.
 */
void
etude_ring_stop (EtudeRing *self)
{
  atomic_store_explicit (&self->stop, TRUE, memory_order_relaxed);
}
