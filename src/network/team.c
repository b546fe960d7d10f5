/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A few threads that share the work of one. Parts are taken one after the other by whoever is free, so that
 * a thread whose processor another program has taken away holds up no more than the part that it is at.
 */
#include "network/team.h"

#include <stdatomic.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "base/memory.h"

/* How often a thread looks again before it sleeps: 1 to 2 µs. Threads that spin longer take the processor
 * from those that could go on. */
#define PATIENCE 50

/* A ticket is what there is to do: the number of the work, before which part it ends, and which comes next. */
#define PART_BITS 12
#define MOST_PARTS ((1u << PART_BITS) - 1)

typedef struct
{
  EtudeTeam *team;
  GThread *thread;
  guint number;
} Member;

/*
 * @members: (owned): all but the first, which is the caller
 * @room: (owned) (nullable): that of @members
 * @control: how the caller rounds, and what it does with denormals
 * @n_left: parts that are not finished
 * @n_sleeping: members that wait for @has_work
 * @lock: only for those who sleep
 */
struct _EtudeTeam
{
  Member *members;
  guint n_members;
  EtudeReal *room;
  gsize n_room;
  EtudePartFunc func;
  gconstpointer data;
  unsigned control;
  _Atomic guint64 ticket;
  _Atomic gsize n_left;
  _Atomic guint n_sleeping;
  _Atomic gboolean is_waiting;
  _Atomic gboolean is_over;
  GMutex lock;
  GCond has_work;
  GCond is_done;
};

static inline void
pause_briefly (void)
{
#ifdef __SSE__
  _mm_pause ();
#elif defined(__aarch64__)
  __asm__ volatile ("yield");
#endif
}

static inline unsigned
get_control (void)
{
#ifdef __SSE__
  return _mm_getcsr ();
#else
  return 0;
#endif
}

static inline void
set_control (unsigned control)
{
#ifdef __SSE__
  if (_mm_getcsr () != control)
    _mm_setcsr (control);
#endif
}

static inline guint
ticket_next (guint64 ticket)
{
  return (guint) ticket & MOST_PARTS;
}

static inline guint
ticket_end (guint64 ticket)
{
  return (guint) (ticket >> PART_BITS) & MOST_PARTS;
}

static inline gboolean
has_part (guint64 ticket)
{
  return ticket_next (ticket) < ticket_end (ticket);
}

/* The caller takes from the front and the others from the back: the samples of a part are most likely those that
 * the same thread had in the layer before, and still in its cache. Until the part is finished nothing of the work
 * changes. */
static gboolean
take_part (EtudeTeam *self, guint member, gsize *part)
{
  guint64 ticket = atomic_load (&self->ticket);

  while (has_part (ticket))
    if (atomic_compare_exchange_weak (&self->ticket, &ticket,
                                      member == 0 ? ticket + 1 : ticket - (1u << PART_BITS)))
      {
        *part = member == 0 ? ticket_next (ticket) : ticket_end (ticket) - 1;
        return TRUE;
      }
  return FALSE;
}

static void
finish_part (EtudeTeam *self)
{
  if (atomic_fetch_sub (&self->n_left, 1) > 1 || !atomic_load (&self->is_waiting))
    return;
  g_mutex_lock (&self->lock);
  g_cond_signal (&self->is_done);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_wanted (EtudeTeam *self)
{
  return has_part (atomic_load (&self->ticket)) || atomic_load (&self->is_over);
}

/* Returns when there may be something to do. */
static void
await_work (EtudeTeam *self)
{
  for (guint i = 0; i < PATIENCE; i++)
    {
      if (is_wanted (self))
        return;
      pause_briefly ();
    }
  g_mutex_lock (&self->lock);
  atomic_fetch_add (&self->n_sleeping, 1);
  while (!is_wanted (self))
    g_cond_wait (&self->has_work, &self->lock);
  atomic_fetch_sub (&self->n_sleeping, 1);
  g_mutex_unlock (&self->lock);
}

static gpointer
work (gpointer data)
{
  Member *member = data;
  EtudeTeam *self = member->team;
  gsize part;

  while (!atomic_load (&self->is_over))
    {
      while (take_part (self, member->number, &part))
        {
          set_control (self->control);
          self->func (self->data, part, member->number);
          finish_part (self);
        }
      await_work (self);
    }
  return NULL;
}

/**
 * etude_team_new:
 * @n_members: threads that work, the caller among them
 * @n_room: numbers of which each has so many for itself
 *
 * Where the system gives fewer threads, or no memory for their room, there are fewer members: what is made
 * is the same with any number.
 *
 * Returns: (transfer full): a team that sleeps
 */
EtudeTeam *
etude_team_new (guint n_members, gsize n_room)
{
  EtudeTeam *self = g_new0 (EtudeTeam, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->has_work);
  g_cond_init (&self->is_done);
  self->n_members = 1;
  self->n_room = n_room;
  self->members = g_new0 (Member, n_members);
  self->room = etude_memory_try_new (n_members - 1, n_room * sizeof *self->room, "", NULL);
  for (guint i = 1; i < n_members && self->room != NULL; i++)
    {
      Member *member = &self->members[i - 1];

      *member = (Member) { self, NULL, i };
      member->thread = g_thread_try_new ("etude-part", work, member, NULL);
      if (member->thread == NULL)
        break;
      self->n_members++;
    }
  return self;
}

void
etude_team_free (EtudeTeam *self)
{
  if (self == NULL)
    return;
  atomic_store (&self->is_over, TRUE);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->has_work);
  g_mutex_unlock (&self->lock);
  for (guint i = 1; i < self->n_members; i++)
    g_thread_join (self->members[i - 1].thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->has_work);
  g_cond_clear (&self->is_done);
  etude_memory_free (self->room);
  g_free (self->members);
  g_free (self);
}

guint
etude_team_get_n_members (const EtudeTeam *self)
{
  return self->n_members;
}

/**
 * etude_team_get_room:
 * @self: a team
 * @member: not 0, for the caller has a room of its own
 *
 * Returns: (transfer none): memory of which no other member takes any
 */
EtudeReal *
etude_team_get_room (EtudeTeam *self, guint member)
{
  return self->room + (member - 1) * self->n_room;
}

/* The last part may be with another thread. */
static void
await_done (EtudeTeam *self)
{
  for (guint i = 0; i < PATIENCE; i++)
    {
      if (atomic_load (&self->n_left) == 0)
        return;
      pause_briefly ();
    }
  g_mutex_lock (&self->lock);
  atomic_store (&self->is_waiting, TRUE);
  while (atomic_load (&self->n_left) > 0)
    g_cond_wait (&self->is_done, &self->lock);
  atomic_store (&self->is_waiting, FALSE);
  g_mutex_unlock (&self->lock);
}

/**
 * etude_team_run:
 * @self: a team
 * @n_parts: parts of the work, below 2^12
 * @func: makes one
 * @data: handed to it
 *
 * Makes all parts, in no order that holds, and returns when they are made. Other threads round as the
 * caller does. Takes no memory, and no lock unless a thread sleeps.
 */
void
etude_team_run (EtudeTeam *self, gsize n_parts, EtudePartFunc func, gconstpointer data)
{
  guint64 number = (atomic_load_explicit (&self->ticket, memory_order_relaxed) >> (2 * PART_BITS)) + 1;
  gsize part;

  g_return_if_fail (n_parts <= MOST_PARTS);
  self->func = func;
  self->data = data;
  self->control = get_control ();
  atomic_store (&self->n_left, n_parts);
  atomic_store (&self->ticket, number << (2 * PART_BITS) | (guint64) n_parts << PART_BITS);
  if (atomic_load (&self->n_sleeping) > 0)
    {
      g_mutex_lock (&self->lock);
      g_cond_broadcast (&self->has_work);
      g_mutex_unlock (&self->lock);
    }
  while (take_part (self, 0, &part))
    {
      func (data, part, 0);
      finish_part (self);
    }
  await_done (self);
}
