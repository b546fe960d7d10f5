/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/session-private.h"

#include <math.h>

#include "base/number.h"
#include "experiment/path.h"

/* A hand on the slider moves faster than anybody sees: one command a frame is enough. */
#define FRAME_US 16667

/* A change of the rate of the run that is going on, for undo. @place is how many edits of the document
 * were behind it, so that both are undone in the order in which they were made. */
typedef struct
{
  double before;
  double after;
  guint place;
} Change;

static Change *
get_change (EtudeSession *self, guint i)
{
  return &g_array_index (self->rate_changes, Change, i);
}

GArray *
etude_session_rate_changes_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Change));
}

/* Another history counts its edits anew. */
void
etude_session_forget_rate_changes (EtudeSession *self)
{
  self->rate_sealed = TRUE;
  self->n_rate_changes = 0;
  g_array_set_size (self->rate_changes, 0);
}

static void
flush (EtudeSession *self)
{
  g_clear_handle_id (&self->rate_timer, g_source_remove);
  if (self->worker == NULL || self->rate_sent == self->rate_factor)
    return;
  etude_worker_set_rate_factor (self->worker, self->rate_factor);
  self->rate_sent = self->rate_factor;
  self->rate_sent_at = g_get_monotonic_time ();
  self->n_rate_commands++;
}

static gboolean
on_rate_timer (gpointer user_data)
{
  EtudeSession *self = user_data;

  self->rate_timer = 0;
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
take_factor (EtudeSession *self, double factor)
{
  gint64 wait = self->rate_sent_at + FRAME_US - g_get_monotonic_time ();

  self->rate_factor = factor;
  if (wait <= 0)
    flush (self);
  else if (self->rate_timer == 0)
    self->rate_timer = g_timeout_add ((guint) (wait / 1000) + 1, on_rate_timer, self);
  etude_session_update_undo (self);
  g_signal_emit (self, etude_session_signals[RATE_CHANGED], 0);
}

/* What was changed while nobody let go of the slider is one entry. */
static void
push_change (EtudeSession *self, double after)
{
  Change change = { self->rate_factor, after, etude_history_get_place (self->history) };
  guint n = self->n_rate_changes;

  if (!self->rate_sealed && n > 0 && n == self->rate_changes->len && get_change (self, n - 1)->place == change.place)
    {
      get_change (self, n - 1)->after = after;
      return;
    }
  /* The next edit is one of its own: undo takes back first what came last. */
  etude_history_seal (self->history);
  g_array_set_size (self->rate_changes, n);
  g_array_append_val (self->rate_changes, change);
  self->n_rate_changes++;
  self->rate_sealed = FALSE;
}

/* Before the worker is told to make steps, so that none is made with the rate from before. */
void
etude_session_flush_rate (EtudeSession *self)
{
  flush (self);
}

/* A run begins or ends: its rate is that of the document. */
void
etude_session_forget_rate (EtudeSession *self)
{
  g_clear_handle_id (&self->rate_timer, g_source_remove);
  self->rate_factor = self->rate_sent = 1;
  self->rate_sent_at = 0;
  etude_session_forget_rate_changes (self);
  etude_session_update_undo (self);
  g_signal_emit (self, etude_session_signals[RATE_CHANGED], 0);
}

/* An edit of the document: what was undone of the rate cannot be redone. */
void
etude_session_forget_rate_redo (EtudeSession *self)
{
  g_array_set_size (self->rate_changes, self->n_rate_changes);
  self->rate_sealed = TRUE;
}

/* Whether the last thing that was done, or undone, is a change of the rate. */
gboolean
etude_session_undo_rate (EtudeSession *self)
{
  guint n = self->n_rate_changes;

  if (n == 0 || get_change (self, n - 1)->place < etude_history_get_place (self->history))
    return FALSE;
  self->n_rate_changes--;
  self->rate_sealed = TRUE;
  take_factor (self, get_change (self, n - 1)->before);
  return TRUE;
}

gboolean
etude_session_redo_rate (EtudeSession *self)
{
  guint n = self->n_rate_changes;

  if (n == self->rate_changes->len || get_change (self, n)->place > etude_history_get_place (self->history))
    return FALSE;
  self->n_rate_changes++;
  self->rate_sealed = TRUE;
  take_factor (self, get_change (self, n)->after);
  return TRUE;
}

/**
 * etude_session_is_live:
 * @self: a session
 *
 * Returns: whether a run is going on or paused, so that etude_session_set_rate() changes its rate and not
 *   the document
 */
gboolean
etude_session_is_live (EtudeSession *self)
{
  return self->worker != NULL;
}

/**
 * etude_session_get_base_rate:
 * @self: a session
 *
 * Returns: the rate in the document of the run that is going on, else in the one that is edited
 */
double
etude_session_get_base_rate (EtudeSession *self)
{
  return *etude_experiment_rate (self->worker != NULL ? self->run->experiment : etude_session_get_experiment (self));
}

/**
 * etude_session_get_rate:
 * @self: a session
 *
 * Returns: the base rate times what has been made of it live
 */
double
etude_session_get_rate (EtudeSession *self)
{
  return etude_session_get_base_rate (self) * self->rate_factor;
}

/**
 * etude_session_get_rate_factor:
 * @self: a session
 *
 * Returns: what the schedule of the run is multiplied by; 1 where no run is going on
 */
double
etude_session_get_rate_factor (EtudeSession *self)
{
  return self->rate_factor;
}

/**
 * etude_session_set_rate:
 * @self: a session
 * @rate: a learning rate
 * @error: set when the optimizer does not take it; then nothing has changed
 *
 * Changes the rate of the run that is going on, from its next update on, and leaves the document alone;
 * without one, edits the document. It can be undone; changes in a row are one entry until
 * etude_session_seal(), and the worker hears of at most one a frame.
 *
 * Returns: whether it was accepted
 */
gboolean
etude_session_set_rate (EtudeSession *self, double rate, GError **error)
{
  g_autoptr (EtudeExperiment) trial = NULL;
  char text[ETUDE_NUMBER_SIZE];
  double factor;

  etude_number_write (text, rate);
  if (self->worker == NULL)
    return etude_session_set (self, ETUDE_RATE_PATH, text, error);
  trial = etude_experiment_copy (self->run->experiment);
  if (!etude_experiment_set (trial, ETUDE_RATE_PATH, text, error))
    return FALSE;
  factor = rate / etude_session_get_base_rate (self);
  if (factor == self->rate_factor || !isfinite (factor) || factor <= 0)
    return TRUE;
  push_change (self, factor);
  take_factor (self, factor);
  return TRUE;
}

/**
 * etude_session_find_last_rate:
 * @self: a session
 * @rate: (out): the base rate of the run that is shown, times what had been made of it at its end
 *
 * Returns: whether the run has ended but not diverged, is of the document as it is now, and had another rate at its end
 */
gboolean
etude_session_find_last_rate (EtudeSession *self, double *rate)
{
  double factor = self->run != NULL ? etude_run_get_rate_factor (self->run) : 1;
  char text[ETUDE_NUMBER_SIZE];

  if (factor == 1 || self->worker != NULL || self->run->state == ETUDE_RUN_DIVERGED || !etude_session_is_run_current (self))
    return FALSE;
  /* Without the last digits, which come from having multiplied. */
  g_ascii_formatd (text, sizeof text, "%.12g", factor * *etude_experiment_rate (self->run->experiment));
  *rate = g_ascii_strtod (text, NULL);
  return TRUE;
}

/**
 * etude_session_keep_rate:
 * @self: a session
 *
 * Takes the rate that the run had at its end into the document, as an edit by itself.
 */
void
etude_session_keep_rate (EtudeSession *self)
{
  double rate;

  if (!etude_session_find_last_rate (self, &rate))
    return;
  etude_session_seal (self);
  etude_session_set_rate (self, rate, NULL);
  etude_session_seal (self);
}
