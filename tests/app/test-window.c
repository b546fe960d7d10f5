/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app/widgets/chart-view.h"
#include "app/window-fixture.h"

static gboolean
has_steps (gpointer data)
{
  return etude_session_get_run (session)->steps >= 5;
}

static gboolean
is_paused (gpointer data)
{
  return etude_session_get_state (session) == ETUDE_SESSION_PAUSED;
}

static gboolean
is_stopped (gpointer data)
{
  return etude_session_get_state (session) == ETUDE_SESSION_STOPPED;
}

static void
test_opens_and_goes (void)
{
  open_window ();
  g_assert_nonnull (find_label ("30 epochs, 660 steps"));
  g_assert_nonnull (find_label ("Train"));
  window_test_close (GTK_WINDOW (window));
}

static void
test_actions (void)
{
  open_window ();
  assert_enabled ("+-++--");
  activate ("train");
  assert_enabled ("++++++");
  g_assert_nonnull (find_label ("Pause"));
  activate ("pause");
  assert_enabled ("+-++++");
  g_assert_nonnull (find_label ("Resume"));
  activate ("train");
  activate ("stop");
  wait_for_end ();
  assert_enabled ("+-++-+");
  g_assert_nonnull (find_label ("Train Again"));
  activate ("reset");
  assert_enabled ("+-++--");

  set ("training.epochs", "2");
  train_at_full_speed ();
  assert_enabled ("+----+");
  g_assert_nonnull (find_label ("Done at step 44"));

  set ("network.layers", "[{\"kind\":\"dense\",\"units\":7}]");
  assert_enabled ("-----+");
  window_test_close (GTK_WINDOW (window));
}

static void
assert_run_bar (const char *label, gboolean suggested, const char *status)
{
  GtkWidget *primary = find_button (label);

  g_assert_nonnull (primary);
  g_assert_cmpint (gtk_widget_has_css_class (primary, "suggested-action"), ==, suggested);
  if (status != NULL)
    g_assert_nonnull (find_label (status));
}

/* The primary action and the words of each state; which actions are on is tested above. */
static void
test_run_bar (void)
{
  open_window ();
  assert_run_bar ("Train", TRUE, "30 epochs, 660 steps");
  activate ("train");
  assert_run_bar ("Pause", TRUE, NULL);
  activate ("pause");
  assert_run_bar ("Resume", TRUE, NULL);
  activate ("stop");
  wait_for_end ();
  g_assert_true (window_test_wait_until (is_stopped, NULL, PATIENCE_MS));
  assert_run_bar ("Train Again", TRUE, NULL);
  activate ("reset");
  set ("training.epochs", "2");
  assert_run_bar ("Train", TRUE, "2 epochs, 44 steps");
  train_at_full_speed ();
  assert_run_bar ("Train Again", TRUE, "Done at step 44");
  /* After an edit the next training is of another recipe. */
  set ("training.epochs", "3");
  assert_run_bar ("Train", TRUE, "3 epochs, 66 steps");
  g_assert_nonnull (find_label ("The recipe has changed: Train starts a new run"));
  set ("network.layers", "[{\"kind\":\"dense\",\"units\":7}]");
  assert_run_bar ("Train", TRUE, "Layer 1, Dense: gives 7 outputs, but data and loss need 2 (or auto)");
  g_assert_false (gtk_widget_is_sensitive (find_button ("Train")));
  window_test_close (GTK_WINDOW (window));
}

static void
test_undo_action (void)
{
  open_window ();
  g_assert_false (is_enabled ("undo"));
  set ("optimizer.lr", "0.2");
  g_assert_true (is_enabled ("undo"));
  activate ("undo");
  g_assert_false (is_enabled ("undo"));
  g_assert_true (is_enabled ("redo"));
  window_test_close (GTK_WINDOW (window));
}

static void
test_diverged_banner (void)
{
  GtkWidget *banner;

  open_window ();
  set ("network.layers", "[{\"kind\":\"dense\",\"units\":16},{\"kind\":\"relu\"},{\"kind\":\"dense\"}]");
  set ("optimizer.lr", "1000");
  etude_session_set_speed (session, ETUDE_FULL_SPEED);
  g_assert_false (is_enabled ("third-of-rate"));
  activate ("train");
  wait_for_end ();
  assert_enabled ("+----+");
  assert_run_bar ("Train Again", FALSE, NULL);
  g_assert_true (is_enabled ("third-of-rate"));
  banner = gtk_widget_get_ancestor (find_button ("Try a Third of the Rate"), GTK_TYPE_REVEALER);
  g_assert_true (gtk_revealer_get_reveal_child (GTK_REVEALER (banner)));
  g_assert_true (gtk_widget_activate_action (banner, "experiment.close-banner", NULL));
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (banner)));
  activate ("third-of-rate");
  g_assert_cmpfloat (*etude_experiment_rate (etude_session_get_experiment (session)), ==, 330);
  g_assert_cmpuint (etude_session_get_state (session), ==, ETUDE_SESSION_RUNNING);
  activate ("undo");
  g_assert_cmpfloat (*etude_experiment_rate (etude_session_get_experiment (session)), ==, 1000);
  window_test_close (GTK_WINDOW (window));
}

static gboolean
chart_describes (const char *word)
{
  g_autofree char *text = describe_chart ();

  return strstr (text, word) != NULL;
}

static void
test_chart_follows (void)
{
  open_window ();
  g_assert_false (chart_describes ("Validation"));
  train_at_full_speed ();
  g_assert_true (chart_describes ("Validation"));
  window_test_set_dark (GTK_WINDOW (window), TRUE);
  g_assert_true (etude_chart_view_get_theme () == &etude_theme_dark);
  window_test_set_dark (GTK_WINDOW (window), FALSE);
  g_assert_true (etude_chart_view_get_theme () == &etude_theme_light);
  window_test_close (GTK_WINDOW (window));
}

static void
test_delete_and_restore (void)
{
  EtudeRunList *runs = get_runs ();
  g_autoptr (EtudeRunItem) item = NULL;
  g_autofree char *id = NULL;
  GtkColumnView *view;
  guint n;

  open_window ();
  train_at_full_speed ();
  n = g_list_model_get_n_items (G_LIST_MODEL (runs));
  g_assert_cmpuint (n, >, 0);
  item = g_list_model_get_item (G_LIST_MODEL (runs), 0);
  id = g_strdup (etude_run_item_get_summary (item)->id);
  g_assert_cmpstr (id, ==, etude_session_get_run (session)->id);

  view = GTK_COLUMN_VIEW (window_test_find (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW, NULL, NULL));
  gtk_selection_model_select_item (gtk_column_view_get_model (view), 0, TRUE);
  activate ("delete-runs");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (runs)), ==, n - 1);
  g_assert_null (etude_run_list_find (runs, id));
  bring_back ((const char *[]) { id, NULL });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (runs)), ==, n);
  g_assert_true (etude_run_list_find (runs, id) == item);
  window_test_close (GTK_WINDOW (window));
}

static void
test_close_asks_while_running (void)
{
  AdwMessageDialog *dialog;
  gpointer watch;

  open_window ();
  etude_session_set_speed (session, 100);
  activate ("train");
  g_assert_true (window_test_wait_until (has_steps, NULL, PATIENCE_MS));
  activate ("close");
  /* It is still there, and asks. */
  g_assert_cmpuint (etude_session_get_state (session), ==, ETUDE_SESSION_RUNNING);
  dialog = find_toplevel (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  watch = window;
  g_object_add_weak_pointer (G_OBJECT (window), &watch);
  g_assert_cmpstr (adw_message_dialog_get_default_response (dialog), ==, "stop");
  adw_message_dialog_response (dialog, "stop");
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
}

static gboolean
has_notice (gpointer text)
{
  return g_strcmp0 (notice, text) == 0;
}

static void
test_notice (void)
{
  open_window ();
  /* Without a window manager it may be active or not; this way it is not seen. */
  gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  set ("training.epochs", "2");
  train_at_full_speed ();
  g_assert_true (window_test_wait_until (has_notice, "“Moons” is done at step 44", PATIENCE_MS));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "“Moons” is done at step 44");
  /* Whoever stops a run knows of it. */
  g_clear_pointer (&notice, g_free);
  etude_session_set_speed (session, 100);
  activate ("train-again");
  activate ("stop");
  wait_for_end ();
  g_assert_null (notice);
  /* It tells of a run whose recipe is another one by now. */
  etude_session_set_speed (session, ETUDE_FULL_SPEED);
  set ("optimizer.lr", "0.2");
  set ("training.epochs", "400");
  activate ("train");
  set ("name", "Other");
  wait_for_end ();
  g_assert_true (window_test_wait_until (has_notice, "“Moons” is done at step 8,800", PATIENCE_MS));
  window_test_close (GTK_WINDOW (window));
  g_clear_pointer (&notice, g_free);
}

static guint
count_questions (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  guint n = 0;

  for (GList *link = windows; link != NULL; link = link->next)
    n += ADW_IS_MESSAGE_DIALOG (link->data);
  return n;
}

/* However often it is told to close, and also while the run waits. */
static void
test_close_asks_once (void)
{
  gpointer watch;

  open_window ();
  activate ("step");
  g_assert_true (window_test_wait_until (is_paused, NULL, PATIENCE_MS));
  activate ("close");
  activate ("close");
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "quit", NULL);
  g_assert_cmpuint (count_questions (), ==, 1);
  watch = find_toplevel (ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_response (watch, "cancel");
  gtk_window_destroy (watch);
  g_assert_cmpuint (etude_session_get_state (session), ==, ETUDE_SESSION_PAUSED);
  activate ("close");
  g_assert_cmpuint (count_questions (), ==, 1);
  /* Whoever ends the program does not wait for an answer. */
  watch = window;
  g_object_add_weak_pointer (watch, &watch);
  etude_window_end (window);
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
  g_assert_cmpuint (count_questions (), ==, 0);
}

/* Edits are there again at the next start, and only where they could not be kept there is a question. */
static void
test_close_with_edits (void)
{
  g_autofree char *state = g_build_filename (g_get_user_state_dir (), "etude", NULL);
  g_autofree char *aside = g_strconcat (state, ".aside", NULL);
  gpointer watch;

  open_window ();
  set ("optimizer.lr", "0.25");
  watch = window;
  g_object_add_weak_pointer (watch, &watch);
  activate ("close");
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
  g_assert_cmpint (g_rename (state, aside), ==, 0);
  g_assert_true (g_file_set_contents (state, "", -1, NULL));

  open_window ();
  set ("optimizer.lr", "0.25");
  watch = window;
  g_object_add_weak_pointer (watch, &watch);
  activate ("close");
  g_assert_cmpuint (count_questions (), ==, 1);
  adw_message_dialog_response (find_toplevel (ADW_TYPE_MESSAGE_DIALOG), "discard");
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
  g_assert_cmpint (g_unlink (state), ==, 0);
  g_assert_cmpint (g_rename (aside, state), ==, 0);
}

static void
test_closing_half_way_joins (void)
{
  open_window ();
  set ("training.epochs", "100000");
  etude_session_set_speed (session, ETUDE_FULL_SPEED);
  activate ("train");
  g_assert_true (window_test_wait_until (has_steps, NULL, PATIENCE_MS));
  window_test_close (GTK_WINDOW (window));
}

static void
test_fits_small_screen (void)
{
  int minimum;

  open_window ();
  /* Without the border that a desktop draws around it. */
  gtk_widget_measure (adw_application_window_get_content (ADW_APPLICATION_WINDOW (window)),
                      GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  window_test_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/window/opens-and-goes", test_opens_and_goes);
  g_test_add_func ("/window/actions", test_actions);
  g_test_add_func ("/window/run-bar", test_run_bar);
  g_test_add_func ("/window/undo-action", test_undo_action);
  g_test_add_func ("/window/diverged-banner", test_diverged_banner);
  g_test_add_func ("/window/chart-follows", test_chart_follows);
  g_test_add_func ("/window/delete-and-restore", test_delete_and_restore);
  g_test_add_func ("/window/close-asks-while-running", test_close_asks_while_running);
  g_test_add_func ("/window/notice", test_notice);
  g_test_add_func ("/window/close-asks-once", test_close_asks_once);
  g_test_add_func ("/window/close-with-edits", test_close_with_edits);
  g_test_add_func ("/window/closing-half-way-joins", test_closing_half_way_joins);
  g_test_add_func ("/window/fits-small-screen", test_fits_small_screen);
  return window_test_run (G_APPLICATION (etude_application_new ()));
}
