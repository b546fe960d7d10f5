/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate of a run that is going on, moved from the window: undo, the flood of a slider, and the end. */
#include "../support/wait-until.h"
#include "app/model/session-private.h"

#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  EtudeRecorder *recorder;
  EtudeSession *session;
  guint64 until;
} Fixture;

static gboolean
is_loaded (Fixture *f)
{
  return !etude_session_get_loading (f->session);
}

static gboolean
is_ended (Fixture *f)
{
  return !etude_session_is_live (f->session);
}

static gboolean
has_steps (Fixture *f)
{
  return etude_session_get_run (f->session)->steps >= f->until;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->recorder = etude_recorder_new (NULL, NULL);
  f->session = etude_session_new (f->recorder);
  wait_until (is_loaded (f));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  wait_until (is_loaded (f));
  g_assert_finalize_object (f->session);
  etude_recorder_free (f->recorder);
}

static void
step_to (Fixture *f, guint64 steps)
{
  for (f->until = etude_session_get_run (f->session) != NULL ? etude_session_get_run (f->session)->steps + 1 : 1;
       f->until <= steps; f->until++)
    {
      g_assert_true (etude_session_step (f->session, NULL));
      wait_until (has_steps (f));
    }
}

static void
set_rate (Fixture *f, double rate)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (etude_session_set_rate (f->session, rate, &error));
  g_assert_no_error (error);
}

static double
get_document_rate (Fixture *f)
{
  return *etude_experiment_rate (etude_session_get_experiment (f->session));
}

static void
assert_mark (Fixture *f, guint i, guint64 step, double factor)
{
  GArray *marks = etude_session_get_run (f->session)->marks;

  g_assert_cmpuint (i, <, marks->len);
  g_assert_cmpint (g_array_index (marks, EtudeMark, i).kind, ==, ETUDE_MARK_RATE);
  g_assert_cmpuint (g_array_index (marks, EtudeMark, i).step, ==, step);
  g_assert_cmpfloat (g_array_index (marks, EtudeMark, i).factor, ==, factor);
}

static void
test_document_stays (Fixture *f, gconstpointer data)
{
  set_rate (f, 0.2); /* no run yet: the document */
  g_assert_cmpfloat (get_document_rate (f), ==, 0.2);
  step_to (f, 3);
  g_assert_true (etude_session_is_live (f->session));
  set_rate (f, 0.1);
  g_assert_cmpfloat (etude_session_get_rate (f->session), ==, 0.1);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 0.5);
  g_assert_cmpfloat (etude_session_get_base_rate (f->session), ==, 0.2);
  g_assert_cmpfloat (get_document_rate (f), ==, 0.2);
  g_assert_true (etude_session_is_run_current (f->session));
  step_to (f, 4);
  assert_mark (f, 0, 3, 0.5);
  g_assert_false (etude_session_set_rate (f->session, -1, NULL));
  g_assert_false (etude_session_set_rate (f->session, 1e9, NULL));
  g_assert_cmpfloat (etude_session_get_rate (f->session), ==, 0.1);
}

/* The first step may follow in the same frame: the worker must know before. */
static void
test_before_first_step (Fixture *f, gconstpointer data)
{
  step_to (f, 1);
  set_rate (f, 0.2);
  set_rate (f, 0.3);
  step_to (f, 2);
  assert_mark (f, 0, 1, 0.3 / 0.1);
}

static void
test_undo (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  step_to (f, 2);
  set_rate (f, 0.02); /* one drag */
  set_rate (f, 0.03);
  set_rate (f, 0.05);
  etude_session_seal (f->session);
  step_to (f, 3);
  set_rate (f, 0.2); /* and another */
  etude_session_seal (f->session);
  etude_session_set (f->session, "training.epochs", "7", &error); /* for the next run */
  g_assert_no_error (error);
  step_to (f, 4);
  g_assert_true (etude_session_get_can_undo (f->session));

  /* In the order in which they were made. */
  etude_session_undo (f->session);
  g_assert_cmpuint (etude_experiment_training (etude_session_get_experiment (f->session))->epochs, ==, 30);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 2);
  etude_session_undo (f->session);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 0.5);
  step_to (f, 5);
  etude_session_undo (f->session);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 1);
  g_assert_false (etude_session_get_can_undo (f->session));
  g_assert_true (etude_session_get_can_redo (f->session));
  step_to (f, 6);
  etude_session_redo (f->session);
  etude_session_redo (f->session);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 2);
  etude_session_redo (f->session);
  g_assert_cmpuint (etude_experiment_training (etude_session_get_experiment (f->session))->epochs, ==, 7);
  g_assert_false (etude_session_get_can_redo (f->session));
  etude_session_undo (f->session);
  etude_session_undo (f->session);
  set_rate (f, 0.07); /* what was undone is gone, of the rate */
  g_assert_cmpuint (f->session->rate_changes->len, ==, 2);
  step_to (f, 7);
  assert_mark (f, 0, 2, 0.5);
  assert_mark (f, 1, 3, 2);
  assert_mark (f, 2, 4, 0.5);
  assert_mark (f, 3, 5, 1);
  assert_mark (f, 4, 6, 0.07 / 0.1);
}

/* A hand on the slider: each place is shown at once, the worker hears of one a frame, and of the last. */
static void
test_flood (Fixture *f, gconstpointer data)
{
  gint64 begin;
  guint n = 0, before;

  etude_session_set_speed (f->session, 1000);
  g_assert_true (etude_session_set (f->session, "training.epochs", "100000", NULL));
  g_assert_true (etude_session_train (f->session, NULL));
  f->until = 1;
  wait_until (has_steps (f));
  before = f->session->n_rate_commands;
  for (begin = g_get_monotonic_time (); g_get_monotonic_time () - begin < 200000; n++)
    {
      set_rate (f, 0.1 + 1e-6 * n);
      g_assert_cmpfloat_with_epsilon (etude_session_get_rate (f->session), 0.1 + 1e-6 * n, 1e-12);
      g_main_context_iteration (NULL, FALSE);
    }
  n = f->session->n_rate_commands - before;
  g_test_message ("%u commands", n);
  g_assert_cmpuint (n, <=, (guint) ((g_get_monotonic_time () - begin) / 16667) + 2);
  set_rate (f, 0.25);
  f->until = etude_session_get_run (f->session)->steps + 200;
  wait_until (has_steps (f));
  g_assert_cmpfloat (etude_run_get_rate_factor (etude_session_get_run (f->session)), ==, 2.5);
  etude_session_undo (f->session);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 1);
}

/* The document’s rate stands when the run has ended; the last one can be taken into it. */
static void
test_keep (Fixture *f, gconstpointer data)
{
  double last;

  g_assert_true (etude_session_set (f->session, "training.epochs", "3", NULL));
  etude_session_set_speed (f->session, ETUDE_FULL_SPEED);
  step_to (f, 2);
  set_rate (f, 0.03);
  g_assert_false (etude_session_find_last_rate (f->session, &last));
  g_assert_true (etude_session_train (f->session, NULL));
  wait_until (is_ended (f));
  g_assert_cmpfloat (etude_session_get_rate (f->session), ==, 0.1);
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 1);
  g_assert_true (etude_session_find_last_rate (f->session, &last));
  g_assert_cmpfloat (last, ==, 0.03);
  etude_session_keep_rate (f->session);
  g_assert_cmpfloat (get_document_rate (f), ==, 0.03);
  g_assert_false (etude_session_find_last_rate (f->session, &last));
  etude_session_undo (f->session);
  g_assert_cmpfloat (get_document_rate (f), ==, 0.1);
  g_assert_true (etude_session_find_last_rate (f->session, &last));
  /* A new run begins with the rate of the document. */
  step_to (f, 0);
  g_assert_true (etude_session_train_again (f->session, NULL));
  g_assert_cmpfloat (etude_session_get_rate_factor (f->session), ==, 1);
  wait_until (is_ended (f));
  g_assert_cmpuint (etude_session_get_run (f->session)->marks->len, ==, 0);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/session-rate/document-stays", test_document_stays);
  add ("/session-rate/before-first-step", test_before_first_step);
  add ("/session-rate/undo", test_undo);
  add ("/session-rate/flood", test_flood);
  add ("/session-rate/keep", test_keep);
  return g_test_run ();
}
