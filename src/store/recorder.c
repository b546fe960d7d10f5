/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/recorder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/ring.h"
#include "store/checkpoints.h"
#include "store/keeper-private.h"
#include "store/runs.h"
#include "store/samples.h"
#include "store/store-private.h"
#include "training/checkpoint.h"

/* A little below a second, so that with draining and writing no record is older than a second
 * before it is stored. */
#define STORE_INTERVAL_MS 800

/* While the store refuses, it is asked again so patiently: the window must stay quick. */
#define TROUBLE_BUSY_MS 50

/* Records between two looks at the clock. */
#define RECORDS_A_LOOK 256

/**
 * Entry:
 * @worker: (owned) (nullable): NULL once it has ended
 * @is_known: the store has the run
 * @is_new: there is something that the store does not have
 * @has_changed: there were records since the last call of “changed”
 * @has_ended: the last record has been taken out, but nobody has been told yet
 * @running_since: monotonic time since when it has been seen at work, 0 while it is paused
 * @seconds_before: how long it had trained before it went on here
 * @keeper: of its checkpoints
 * @positions: how much of each series is stored
 *
 * One run.
 */
typedef struct
{
  EtudeWorker *worker;
  EtudeRun *run;
  gboolean is_known;
  gboolean is_new;
  gboolean has_changed;
  gboolean has_ended;
  gint64 running_since;
  double seconds_before;
  EtudeKeeper keeper;
  EtudeSamplesPosition positions[ETUDE_MAX_SERIES];
  EtudeSamplesPosition written[ETUDE_MAX_SERIES];
} Entry;

struct _EtudeRecorder
{
  EtudeStore *store;
  GMainContext *context;
  EtudeWake *wake;
  GSource *timer;
  GPtrArray *entries;
  guint64 n_added;
  char *trouble; /* the last sentence, NULL when all is well */
  guint patience; /* how long the store waited for others before the trouble, in ms */
  int acknowledge;
  gboolean is_closing;
  guint checkpoint_interval; /* in ms, 0 for no checkpoints */
  EtudeRecorderCallbacks callbacks;
  gpointer data;
};

static void
entry_free (gpointer data)
{
  Entry *self = data;

  etude_worker_free (self->worker);
  etude_run_unref (self->run);
  etude_keeper_clear (&self->keeper);
  g_free (self);
}

/* Storing. */

static gboolean
write_series (EtudeRecorder *self, Entry *entry, GError **error)
{
  g_auto (GStrv) names = etude_run_list_series (entry->run);

  memcpy (entry->written, entry->positions, sizeof entry->written);
  for (guint i = 0; names[i] != NULL && i < ETUDE_MAX_SERIES; i++)
    if (!etude_samples_write (self->store, entry->run->number, names[i],
                              etude_run_get_series (entry->run, names[i]), &entry->written[i], error))
      return FALSE;
  return TRUE;
}

/* What a run goes on from is stored with all its records up to there; a run that is complete needs none. */
static gboolean
write_checkpoint (EtudeRecorder *self, Entry *entry, GError **error)
{
  const EtudeRun *run = entry->run;

  if (run->state != ETUDE_RUN_RUNNING && run->state != ETUDE_RUN_STOPPED)
    return etude_checkpoints_remove (self->store, run->number, error);
  return entry->keeper.checkpoint == NULL
         || etude_checkpoints_write (self->store, run->number, entry->keeper.step, entry->keeper.checkpoint, error);
}

static gboolean
write_entry (EtudeRecorder *self, Entry *entry, GError **error)
{
  return (entry->is_known || etude_runs_insert (self->store, entry->run, error))
         && etude_runs_update (self->store, entry->run, error) && write_series (self, entry, error)
         && write_checkpoint (self, entry, error);
}

static gboolean
write_entries (EtudeRecorder *self, GError **error)
{
  if (!etude_store_begin (self->store, error))
    return FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];
      g_autoptr (GError) cause = NULL;

      if (!entry->is_new || write_entry (self, entry, &cause))
        continue;
      etude_store_roll_back (self->store);
      /* Somebody else took it out of the store; the next time it is stored again, whole. */
      if (g_error_matches (cause, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN))
        {
          entry->is_known = FALSE;
          memset (entry->positions, 0, sizeof entry->positions);
        }
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  return etude_store_commit (self->store, error);
}

/* One line for each run that the transaction had, in one write. */
static void
acknowledge (EtudeRecorder *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize done = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->is_new)
        g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", entry->run->id, entry->run->steps);
    }
  while (self->acknowledge >= 0 && done < text->len)
    {
      gssize n = write (self->acknowledge, text->str + done, text->len - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        self->acknowledge = -1;
      else
        done += (gsize) n;
    }
}

static void
settle (EtudeRecorder *self, gint64 stored_in)
{
  acknowledge (self);
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->is_new)
        memcpy (entry->positions, entry->written, sizeof entry->positions);
      entry->is_known = TRUE;
      entry->is_new = FALSE;
      etude_keeper_settle (&entry->keeper, stored_in);
    }
}

static void
end_trouble (EtudeRecorder *self)
{
  if (self->trouble == NULL)
    return;
  g_clear_pointer (&self->trouble, g_free);
  etude_store_set_busy_timeout (self->store, self->patience);
  if (self->callbacks.trouble_over != NULL)
    self->callbacks.trouble_over (self->data);
}

static void
begin_trouble (EtudeRecorder *self, const char *message)
{
  if (g_strcmp0 (self->trouble, message) == 0)
    return;
  if (self->trouble == NULL)
    {
      self->patience = etude_store_get_busy_timeout (self->store);
      etude_store_set_busy_timeout (self->store, MIN (self->patience, TROUBLE_BUSY_MS));
    }
  g_free (self->trouble);
  self->trouble = g_strdup (message);
  if (self->callbacks.trouble != NULL)
    self->callbacks.trouble (message, self->data);
}

/* After a transaction that failed, runs that it inserted have no number. Checkpoints are large, and there
 * will be others: the records may find room without them. */
static void
forget_failed (EtudeRecorder *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (!entry->is_known)
        entry->run->number = 0;
      etude_keeper_clear (&entry->keeper);
    }
}

static gboolean
has_new (EtudeRecorder *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (((Entry *) self->entries->pdata[i])->is_new)
      return TRUE;
  return FALSE;
}

/* All that is new, in one transaction. */
static gboolean
store_new (EtudeRecorder *self)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (self->store == NULL || !has_new (self))
    return TRUE;
  if (write_entries (self, &error))
    {
      settle (self, g_get_monotonic_time () - began);
      end_trouble (self);
      return TRUE;
    }
  forget_failed (self);
  begin_trouble (self, error->message);
  return FALSE;
}

/* Draining. */

/* Takes records out until the ring is empty, the time is over, or so many were taken. */
static gboolean
drain_entry (EtudeRecorder *self, Entry *entry, gint64 deadline, guint max_records)
{
  EtudeRecord record;

  for (guint n = 0; n < max_records; n++)
    {
      if (n % RECORDS_A_LOOK == RECORDS_A_LOOK - 1 && g_get_monotonic_time () >= deadline)
        return FALSE;
      if (!etude_worker_pop (entry->worker, &record))
        return TRUE;
      if (etude_run_has (entry->run, &record))
        continue;
      etude_run_add (entry->run, &record);
      entry->has_changed = entry->is_new = TRUE;
      if (self->callbacks.record != NULL)
        self->callbacks.record (entry->run, &record, self->data);
    }
  return FALSE;
}

/* The worker knows its time only when it pauses or ends; in between it is counted here. */
static void
count_time (Entry *entry)
{
  gint64 now = g_get_monotonic_time ();
  gboolean is_running = etude_worker_get_state (entry->worker) == ETUDE_WORKER_RUNNING;

  if (entry->running_since != 0)
    entry->run->seconds += (double) (now - entry->running_since) / G_USEC_PER_SEC;
  entry->running_since = is_running ? now : 0;
}

static void
end_entry (Entry *entry)
{
  EtudeTrainer *trainer = etude_worker_join (entry->worker);

  entry->run->seconds = entry->seconds_before + etude_worker_get_seconds (entry->worker);
  g_clear_pointer (&entry->run->weights, g_free);
  if (etude_trainer_get_step (trainer) == entry->run->steps)
    entry->run->weights = etude_trainer_dup_weights_hash (trainer);
  if (entry->run->state == ETUDE_RUN_STOPPED)
    etude_keeper_end (&entry->keeper, trainer);
  entry->has_ended = entry->has_changed = entry->is_new = TRUE;
}

static void
tell_changed (EtudeRecorder *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (!entry->has_changed)
        continue;
      entry->has_changed = FALSE;
      if (self->callbacks.changed != NULL)
        self->callbacks.changed (entry->run, self->data);
    }
}

/* Those who are told may use the recorder, so nothing of the entry is touched after that. */
static void
tell_ended (EtudeRecorder *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];
      g_autoptr (EtudeWorker) worker = NULL;
      g_autoptr (EtudeRun) run = NULL;

      if (!entry->has_ended)
        continue;
      entry->has_ended = FALSE;
      worker = g_steal_pointer (&entry->worker);
      run = etude_run_ref (entry->run);
      if (self->callbacks.finished != NULL)
        self->callbacks.finished (run, self->data);
      /* From the beginning: the entries may be others now. */
      i = G_MAXUINT;
    }
}

/* Runs that have ended stay until they are stored. */
static void
drop_stored (EtudeRecorder *self)
{
  for (guint i = self->entries->len; i-- > 0;)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->worker == NULL && (self->store == NULL || !entry->is_new))
        g_ptr_array_remove_index (self->entries, i);
    }
  if (self->entries->len == 0 && self->timer != NULL)
    {
      g_source_destroy (self->timer);
      g_clear_pointer (&self->timer, g_source_unref);
    }
}

/* Whether something was left. A worker says that it has finished after its last record, so the
 * state is read before the ring. */
static gboolean
drain (EtudeRecorder *self, gint64 deadline, guint max_records)
{
  gboolean is_left = FALSE, any_ended = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];
      gboolean is_finished, is_empty;

      if (entry->worker == NULL || entry->has_ended)
        continue;
      is_finished = etude_worker_get_state (entry->worker) == ETUDE_WORKER_FINISHED;
      is_empty = drain_entry (self, entry, deadline, max_records);
      is_left |= !is_empty;
      if (is_finished && is_empty)
        {
          end_entry (entry);
          any_ended = TRUE;
        }
    }
  /* Whoever was drained last comes first the next time, so that no run waits for another. */
  if (is_left && self->entries->len > 1)
    g_ptr_array_insert (self->entries, 0, g_ptr_array_steal_index (self->entries, self->entries->len - 1));
  tell_changed (self);
  if (any_ended)
    {
      store_new (self);
      tell_ended (self);
      drop_stored (self);
    }
  return is_left;
}

static gboolean
on_wake (gint64 deadline, gpointer data)
{
  return drain (data, deadline, G_MAXUINT);
}

static void
follow_checkpoints (EtudeRecorder *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->worker != NULL && !entry->has_ended && etude_keeper_follow (&entry->keeper, entry->worker))
        entry->is_new = TRUE;
    }
}

static gboolean
on_timer (gpointer data)
{
  EtudeRecorder *self = data;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->worker != NULL)
        count_time (entry);
    }
  follow_checkpoints (self);
  store_new (self);
  drop_stored (self);
  return self->timer != NULL;
}

static void
start_timer (EtudeRecorder *self)
{
  if (self->timer != NULL)
    return;
  self->timer = g_timeout_source_new (STORE_INTERVAL_MS);
  g_source_set_name (self->timer, "etude store");
  g_source_set_priority (self->timer, G_PRIORITY_HIGH_IDLE);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

/**
 * etude_recorder_new:
 * @store: (nullable): where runs are kept, for as long as the recorder lives; NULL keeps them in
 *   memory only
 * @context: (nullable): where everything happens, NULL for the main context of the program
 *
 * Returns: (transfer full): a recorder without runs
 */
EtudeRecorder *
etude_recorder_new (EtudeStore *store, GMainContext *context)
{
  EtudeRecorder *self = g_new0 (EtudeRecorder, 1);

  self->store = store;
  self->context = context != NULL ? g_main_context_ref (context) : NULL;
  self->wake = etude_wake_new (context, on_wake, self);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->acknowledge = -1;
  self->checkpoint_interval = ETUDE_CHECKPOINT_INTERVAL;
  return self;
}

/**
 * etude_recorder_free:
 * @self: (nullable): a recorder; it is closed before, without telling anybody
 */
void
etude_recorder_free (EtudeRecorder *self)
{
  if (self == NULL)
    return;
  memset (&self->callbacks, 0, sizeof self->callbacks);
  etude_recorder_close (self);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_ptr_array_unref (self->entries);
  etude_wake_free (self->wake);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->trouble);
  g_free (self);
}

/**
 * etude_recorder_set_callbacks:
 * @self: a recorder
 * @callbacks: (nullable): copied; NULL for none
 * @data: for them
 */
void
etude_recorder_set_callbacks (EtudeRecorder *self, const EtudeRecorderCallbacks *callbacks, gpointer data)
{
  self->callbacks = callbacks != NULL ? *callbacks : (EtudeRecorderCallbacks) { NULL };
  self->data = data;
}

/**
 * etude_recorder_set_acknowledge:
 * @self: a recorder
 * @fd: an open file, or -1 for none; it is not closed
 *
 * After each commit a line with the id of a run and how many of its updates are stored is written
 * there, for each run that was in it: “0123456789abcdef 1200”. What is in such a line survives the
 * death of the program. For tests; etude-cli train takes the number from ETUDE_ACKNOWLEDGE_FD.
 */
void
etude_recorder_set_acknowledge (EtudeRecorder *self, int fd)
{
  self->acknowledge = fd;
}

/**
 * etude_recorder_set_checkpoints:
 * @self: a recorder
 * @interval: so long between two checkpoints of a run at least, in ms; 0 for no checkpoints of those that are
 *   added from now on, which cannot go on when the program dies; %ETUDE_CHECKPOINT_INTERVAL at first
 */
void
etude_recorder_set_checkpoints (EtudeRecorder *self, guint interval)
{
  self->checkpoint_interval = interval;
}

/**
 * etude_recorder_get_wake:
 * @self: a recorder
 *
 * Returns: (transfer none): what workers that are given to the recorder are made with
 */
EtudeWake *
etude_recorder_get_wake (EtudeRecorder *self)
{
  return self->wake;
}

static void
begin_checkpoints (EtudeRecorder *self, Entry *entry)
{
  gsize n_bytes = etude_worker_get_checkpoint_size (entry->worker);
  g_autofree char *size = NULL, *text = NULL;

  if (n_bytes <= ETUDE_CHECKPOINT_MAX)
    {
      etude_keeper_begin (&entry->keeper, entry->worker, self->checkpoint_interval * (gint64) 1000);
      return;
    }
  if (self->callbacks.too_large == NULL)
    return;
  size = g_format_size (n_bytes);
  /* Translators: %s is a size, such as “96 MB” */
  text = g_strdup_printf (_("The state of the run is too large to be kept (%s): if it is interrupted, it cannot go on"), size);
  self->callbacks.too_large (entry->run, text, self->data);
}

/**
 * etude_recorder_add:
 * @self: a recorder
 * @worker: (transfer full): made with the recorder’s wake; the caller may give it commands until
 *   “finished” has returned
 * @run: the run that the worker trains, planned; it is given its number and colour, unless it has them
 *   because it goes on: see etude_runs_reopen()
 *
 * Stores the run and records it from now on. Where the store refuses, the number stays 0 until it
 * no longer does.
 */
void
etude_recorder_add (EtudeRecorder *self, EtudeWorker *worker, EtudeRun *run)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->worker = worker;
  entry->run = etude_run_ref (run);
  entry->is_known = run->number > 0;
  entry->seconds_before = run->seconds;
  entry->is_new = TRUE;
  if (self->store != NULL && self->checkpoint_interval > 0)
    begin_checkpoints (self, entry);
  if (self->is_closing)
    etude_worker_stop (worker);
  g_ptr_array_add (self->entries, entry);
  self->n_added++;
  store_new (self);
  if (!entry->is_known)
    {
      g_free (run->colour);
      run->colour = g_strdup (etude_runs_colour (self->n_added));
    }
  start_timer (self);
  etude_wake_notify (self->wake);
}

/**
 * etude_recorder_get_n_active:
 * @self: a recorder
 *
 * Returns: how many of its runs have not ended
 */
guint
etude_recorder_get_n_active (EtudeRecorder *self)
{
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    n += ((Entry *) self->entries->pdata[i])->worker != NULL ? 1 : 0;
  return n;
}

/**
 * etude_recorder_flush:
 * @self: a recorder
 *
 * Takes out what is in the rings now and stores it, now.
 *
 * Returns: whether everything is stored; TRUE also where there is no store
 */
gboolean
etude_recorder_flush (EtudeRecorder *self)
{
  drain (self, G_MAXINT64, ETUDE_RING_SIZE);
  return store_new (self);
}

/**
 * etude_recorder_close:
 * @self: a recorder
 *
 * Stops all workers, also those that are added meanwhile, takes out all their records, joins them and
 * stores everything. Nothing that was recorded is lost unless the store still refuses.
 */
void
etude_recorder_close (EtudeRecorder *self)
{
  self->is_closing = TRUE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->worker != NULL)
        etude_worker_stop (entry->worker);
    }
  while (etude_recorder_get_n_active (self) > 0)
    if (!drain (self, G_MAXINT64, ETUDE_RING_SIZE))
      g_usleep (200);
  self->is_closing = FALSE;
  store_new (self);
  drop_stored (self);
}
