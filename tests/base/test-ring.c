/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread to one other: the ring that carries the records, and the source that wakes the reader. */
#include <stdatomic.h>

#include "base/ring.h"
#include "base/wake.h"

/* Several times round, so that the places are used again. */
#define N_RECORDS (5 * ETUDE_RING_SIZE + 7)

#define PATIENCE_US (20 * G_USEC_PER_SEC)

/* Of an odd size, and its parts must arrive together. */
typedef struct
{
  guint64 number;
  guint64 twin;
  guint8 more;
} Record;

typedef struct
{
  EtudeRing *ring;
  EtudeWake *wake;
  guint64 n;
  atomic_size_t n_pushed;
  gboolean refused;
} Producer;

static void
producer_init (Producer *self, guint64 n)
{
  *self = (Producer) { .ring = etude_ring_new (sizeof (Record)), .n = n };
}

static gpointer
produce (gpointer data)
{
  Producer *self = data;

  for (guint64 i = 0; i < self->n && !self->refused; i++)
    {
      Record record = { i, ~i, (guint8) i };

      self->refused = !etude_ring_push (self->ring, &record);
      if (self->refused)
        break;
      atomic_fetch_add (&self->n_pushed, 1);
      if (self->wake != NULL)
        etude_wake_notify (self->wake);
    }
  return NULL;
}

static void
check_record (const Record *record, guint64 number)
{
  g_assert_cmpuint (record->number, ==, number);
  g_assert_cmpuint (record->twin, ==, ~number);
  g_assert_cmpuint (record->more, ==, (guint8) number);
}

static void
wait_for_pushes (Producer *producer, gsize n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE_US;

  while (atomic_load (&producer->n_pushed) < n && g_get_monotonic_time () < limit)
    g_thread_yield ();
  g_assert_cmpuint (atomic_load (&producer->n_pushed), ==, n);
}

/* Nothing is lost, doubled or torn, and the order stays. */
static void
test_order (void)
{
  Producer producer;
  GThread *thread;
  Record record;
  guint64 n = 0;

  producer_init (&producer, N_RECORDS);
  g_assert_false (etude_ring_pop (producer.ring, &record));
  thread = g_thread_new ("produce", produce, &producer);
  while (n < N_RECORDS)
    if (etude_ring_pop (producer.ring, &record))
      check_record (&record, n++);
    else
      g_thread_yield ();
  g_thread_join (thread);
  g_assert_false (etude_ring_pop (producer.ring, &record));
  g_assert_false (producer.refused);
  etude_ring_free (producer.ring);
}

/* A full ring holds the producer up; one free place lets one record in. */
static void
test_full (void)
{
  Producer producer;
  GThread *thread;
  Record record;

  producer_init (&producer, ETUDE_RING_SIZE + 3);
  thread = g_thread_new ("produce", produce, &producer);
  wait_for_pushes (&producer, ETUDE_RING_SIZE);
  for (guint64 i = 0; i < 3; i++)
    {
      g_assert_true (etude_ring_pop (producer.ring, &record));
      check_record (&record, i);
      wait_for_pushes (&producer, ETUDE_RING_SIZE + i + 1);
    }
  g_thread_join (thread);
  for (guint64 i = 3; i < ETUDE_RING_SIZE + 3; i++)
    {
      g_assert_true (etude_ring_pop (producer.ring, &record));
      check_record (&record, i);
    }
  etude_ring_free (producer.ring);
}

/* Told to stop, a producer that is held up goes away, and what it had pushed is still there. */
static void
test_stop (void)
{
  Producer producer;
  GThread *thread;
  Record record;
  guint64 n = 0;

  producer_init (&producer, G_MAXUINT64);
  thread = g_thread_new ("produce", produce, &producer);
  wait_for_pushes (&producer, ETUDE_RING_SIZE);
  etude_ring_stop (producer.ring);
  g_thread_join (thread);
  g_assert_true (producer.refused);
  while (etude_ring_pop (producer.ring, &record))
    check_record (&record, n++);
  g_assert_cmpuint (n, ==, ETUDE_RING_SIZE);
  etude_ring_free (producer.ring);
}

typedef struct
{
  Producer *producer;
  guint64 n_popped;
  guint n_calls;
  guint at_most;
} Consumer;

static gboolean
consume (gint64 deadline, gpointer data)
{
  Consumer *self = data;
  Record record;

  g_assert_cmpint (deadline, >, g_get_monotonic_time () - PATIENCE_US);
  self->n_calls++;
  for (guint i = 0; i < self->at_most; i++)
    {
      if (!etude_ring_pop (self->producer->ring, &record))
        return FALSE;
      check_record (&record, self->n_popped++);
    }
  return TRUE;
}

/* The last record is taken out however the two threads meet, also when each call leaves some for
 * the next; and far fewer calls than records. */
static void
test_wake (gconstpointer at_most)
{
  Producer producer;
  Consumer consumer = { .producer = &producer, .at_most = GPOINTER_TO_UINT (at_most) };
  g_autoptr (GMainContext) context = g_main_context_new ();
  gint64 limit = g_get_monotonic_time () + PATIENCE_US;
  GThread *thread;

  producer_init (&producer, 2 * ETUDE_RING_SIZE);
  producer.wake = etude_wake_new (context, consume, &consumer);
  thread = g_thread_new ("produce", produce, &producer);
  while (consumer.n_popped < producer.n && g_get_monotonic_time () < limit)
    g_main_context_iteration (context, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (consumer.n_popped, ==, producer.n);
  g_assert_cmpuint (consumer.n_calls, <, 2000);
  etude_wake_free (producer.wake);
  etude_ring_free (producer.ring);
}

/* One notification is one call, a frame later and not before; none is none. */
static void
test_frame (void)
{
  Producer producer;
  Consumer consumer = { .producer = &producer, .at_most = 10 };
  g_autoptr (GMainContext) context = g_main_context_new ();
  gint64 begin = g_get_monotonic_time ();

  producer_init (&producer, 0);
  producer.wake = etude_wake_new (context, consume, &consumer);
  g_assert_false (g_main_context_iteration (context, FALSE));
  for (guint round = 1; round <= 3; round++)
    {
      for (guint i = 0; i < 1000; i++)
        etude_wake_notify (producer.wake);
      while (consumer.n_calls < round)
        g_main_context_iteration (context, TRUE);
      g_assert_false (g_main_context_iteration (context, FALSE));
      g_assert_cmpint (g_get_monotonic_time () - begin, >=, round * 15000);
    }
  g_assert_cmpuint (consumer.n_calls, ==, 3);
  etude_wake_free (producer.wake);
  etude_ring_free (producer.ring);
}

/* Without pauses there is one frame before the first call, and none between the others. */
static void
test_unpaused (void)
{
  Producer producer;
  Consumer consumer = { .producer = &producer, .at_most = 1 };
  g_autoptr (GMainContext) context = g_main_context_new ();
  gint64 begin = g_get_monotonic_time ();

  producer_init (&producer, 500);
  produce (&producer);
  producer.wake = etude_wake_new (context, consume, &consumer);
  etude_wake_set_unpaused (producer.wake);
  etude_wake_notify (producer.wake);
  while (consumer.n_popped < producer.n)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 15000);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 250 * 16000);
  etude_wake_free (producer.wake);
  etude_ring_free (producer.ring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/order", test_order);
  g_test_add_func ("/ring/full", test_full);
  g_test_add_func ("/ring/stop", test_stop);
  g_test_add_data_func ("/ring/wake/all", GUINT_TO_POINTER (G_MAXUINT), test_wake);
  g_test_add_data_func ("/ring/wake/in-part", GUINT_TO_POINTER (2000), test_wake);
  g_test_add_func ("/ring/frame", test_frame);
  g_test_add_func ("/ring/unpaused", test_unpaused);
  return g_test_run ();
}
