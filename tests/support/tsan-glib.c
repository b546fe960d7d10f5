/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linked into every program that is built with -fsanitize=thread. GLib is not instrumented and its
 * locks are futexes of its own: ThreadSanitizer sees no order in g_mutex_lock(), GAsyncQueue or
 * g_idle_add() and reports races that are none. These wrappers tell it the order, then call the
 * real functions. C11 atomics, pthreads and g_thread_join() need nothing. Not covered, to be added
 * in the same way when used: GRWLock, GRecMutex, GThreadPool, GTask, GOnce. */

#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

#define EXPORT __attribute__ ((visibility ("default"), no_sanitize ("thread")))

/* The library's own function of this name, looked up once, in `real`. */
#define REAL(name)                                                               \
  static __typeof__ (name) *real;                                                \
  if (__atomic_load_n (&real, __ATOMIC_ACQUIRE) == NULL)                         \
    __atomic_store_n (&real, (__typeof__ (name) *) dlsym (RTLD_NEXT, #name),     \
                      __ATOMIC_RELEASE)

/* Locks */

EXPORT void
(g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock);
  __tsan_mutex_pre_lock (mutex, 0);
  real (mutex);
  __tsan_mutex_post_lock (mutex, 0, 0);
}

EXPORT void
(g_mutex_unlock) (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_mutex_pre_unlock (mutex, 0);
  real (mutex);
  __tsan_mutex_post_unlock (mutex, 0);
}

EXPORT gboolean
(g_mutex_trylock) (GMutex *mutex)
{
  gboolean locked;

  REAL (g_mutex_trylock);
  __tsan_mutex_pre_lock (mutex, __tsan_mutex_try_lock);
  locked = real (mutex);
  __tsan_mutex_post_lock (mutex,
                          __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed), 0);
  return locked;
}

/* Conditions: waiting gives the lock up and takes it again. */

static void
released_by_wait (GMutex *mutex)
{
  __tsan_mutex_pre_unlock (mutex, 0);
  __tsan_mutex_post_unlock (mutex, 0);
}

static void
taken_by_wait (GMutex *mutex)
{
  __tsan_mutex_pre_lock (mutex, 0);
  __tsan_mutex_post_lock (mutex, 0, 0);
}

EXPORT void
(g_cond_wait) (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  released_by_wait (mutex);
  real (cond, mutex);
  taken_by_wait (mutex);
}

EXPORT gboolean
(g_cond_wait_until) (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  REAL (g_cond_wait_until);
  released_by_wait (mutex);
  signalled = real (cond, mutex, end_time);
  taken_by_wait (mutex);
  return signalled;
}

/* Queues: who pops has seen all that was done before the push. */

static gpointer
received (gpointer data)
{
  if (data != NULL)
    __tsan_acquire (data);
  return data;
}

EXPORT void
(g_async_queue_push) (GAsyncQueue *queue, gpointer data)
{
  REAL (g_async_queue_push);
  __tsan_release (data);
  real (queue, data);
}

EXPORT gpointer
(g_async_queue_pop) (GAsyncQueue *queue)
{
  REAL (g_async_queue_pop);
  return received (real (queue));
}

EXPORT gpointer
(g_async_queue_try_pop) (GAsyncQueue *queue)
{
  REAL (g_async_queue_try_pop);
  return received (real (queue));
}

EXPORT gpointer
(g_async_queue_timeout_pop) (GAsyncQueue *queue, guint64 timeout)
{
  REAL (g_async_queue_timeout_pop);
  return received (real (queue, timeout));
}

/* Work that is handed to another thread's main loop. */

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} Call;

static __attribute__ ((no_sanitize ("thread"))) gboolean
call_run (gpointer pointer)
{
  Call *call = pointer;
  gboolean again;

  __tsan_acquire (call);
  again = call->func (call->data);
  __tsan_release (call);
  return again;
}

static __attribute__ ((no_sanitize ("thread"))) void
call_free (gpointer pointer)
{
  Call *call = pointer;

  __tsan_acquire (call);
  if (call->notify != NULL)
    call->notify (call->data);
  g_free (call);
}

static __attribute__ ((no_sanitize ("thread"))) Call *
call_new (GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Call *call = g_new (Call, 1);

  *call = (Call) { func, data, notify };
  __tsan_release (call);
  return call;
}

EXPORT guint
(g_idle_add_full) (int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  REAL (g_idle_add_full);
  return real (priority, call_run, call_new (func, data, notify), call_free);
}

EXPORT guint
(g_idle_add) (GSourceFunc func, gpointer data)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, func, data, NULL);
}

EXPORT void
(g_main_context_invoke_full) (GMainContext *context,
                              int priority,
                              GSourceFunc func,
                              gpointer data,
                              GDestroyNotify notify)
{
  REAL (g_main_context_invoke_full);
  real (context, priority, call_run, call_new (func, data, notify), call_free);
}

EXPORT void
(g_main_context_invoke) (GMainContext *context, GSourceFunc func, gpointer data)
{
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, func, data, NULL);
}
