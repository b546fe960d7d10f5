/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/runs-pane.h"

#include "app/window-fixture.h"

static GtkColumnView *
get_view (void)
{
  return GTK_COLUMN_VIEW (window_test_find (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW, NULL, NULL));
}

static GtkSelectionModel *
get_selection (void)
{
  return gtk_column_view_get_model (get_view ());
}

static guint
count_runs (void)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_runs ()));
}

static char *
dup_id (guint position)
{
  g_autoptr (EtudeRunItem) item = g_list_model_get_item (G_LIST_MODEL (get_runs ()), position);

  return g_strdup (etude_run_item_get_summary (item)->id);
}

/* The name as a row shows it: the program of all these tests has one store, which counts on. */
static char *
dup_shown_name (guint position)
{
  g_autoptr (EtudeRunItem) item = g_list_model_get_item (G_LIST_MODEL (get_runs ()), position);
  const EtudeRunSummary *summary = etude_run_item_get_summary (item);

  return etude_run_write_title (summary->name, summary->number);
}

/* How many lines of the charts have a name that begins so. */
static guint
count_lines (const char *name)
{
  g_autofree char *text = describe_chart ();
  g_auto (GStrv) parts = g_strsplit (text, name, -1);

  return g_strv_length (parts) - 1;
}

static gboolean
chart_has (const char *word)
{
  g_autofree char *text = describe_chart ();

  return strstr (text, word) != NULL;
}

static void
open_with_two_runs (void)
{
  open_window ();
  g_object_set (window_test_find (GTK_WIDGET (window), ETUDE_TYPE_RUNS_PANE, NULL, NULL), "open", TRUE, NULL);
  set ("training.epochs", "3");
  train_at_full_speed ();
  set ("optimizer.lr", "0.03");
  train_at_full_speed ();
  g_assert_cmpuint (count_runs (), >=, 2);
}

static void
test_lists_newest_first (void)
{
  g_autofree char *id = NULL, *name = NULL, *count = NULL;

  open_with_two_runs ();
  id = dup_id (0);
  name = dup_shown_name (0);
  count = g_strdup_printf ("%u", count_runs ());
  g_assert_cmpstr (id, ==, etude_session_get_run (session)->id);
  g_assert_true (g_str_has_prefix (name, "Moons "));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  g_assert_nonnull (find_label (name));
  g_assert_nonnull (find_label ("0.03"));
  g_assert_nonnull (find_label (count));
  window_test_close (GTK_WINDOW (window));
}

static void
test_selection_lies_over_the_run (void)
{
  g_autofree char *older = NULL, *shown = NULL;

  open_with_two_runs ();
  g_assert_cmpuint (count_lines ("Validation"), ==, 1);
  older = dup_shown_name (1);
  shown = g_strdup_printf ("“%s” shown", older);
  g_assert_null (find_label (shown));
  gtk_selection_model_select_item (get_selection (), 1, TRUE);
  g_assert_nonnull (find_label (shown));
  g_assert_cmpuint (count_lines ("Moons "), ==, 2);
  g_assert_true (chart_has (older));
  /* The run that is shown anyway is not drawn twice. */
  gtk_selection_model_select_item (get_selection (), 0, FALSE);
  g_assert_nonnull (find_label ("2 runs shown"));
  g_assert_cmpuint (count_lines ("Moons "), ==, 2);
  g_signal_emit_by_name (find_button ("Show None"), "clicked");
  g_assert_null (find_label ("2 runs shown"));
  g_assert_false (chart_has (older));
  window_test_close (GTK_WINDOW (window));
}

static void
test_overlay_before_a_run (void)
{
  open_with_two_runs ();
  activate ("reset");
  g_assert_nonnull (find_label ("Press Train to see the loss here"));
  gtk_selection_model_select_item (get_selection (), 1, TRUE);
  g_assert_null (find_label ("Press Train to see the loss here"));
  g_assert_cmpuint (count_lines ("Validation"), ==, 1);
  window_test_close (GTK_WINDOW (window));
}

static gboolean
is_told (gpointer data)
{
  const EtudeRun *run = etude_session_get_run (session);
  EtudeRunItem *item = etude_run_list_find (get_runs (), run->id);

  return run->steps == 3 && item != NULL && etude_run_item_get_summary (item)->steps == 3;
}

/* The list says little while a run goes on, but where it has paused it says all. */
static void
test_paused_run (void)
{
  open_window ();
  for (guint i = 0; i < 3; i++)
    activate ("step");
  g_assert_true (window_test_wait_until (is_told, NULL, PATIENCE_MS));
  activate ("stop");
  wait_for_end ();
  window_test_close (GTK_WINDOW (window));
}

static void
test_delete_several (void)
{
  g_autofree char *first = NULL, *second = NULL;
  guint n;

  open_with_two_runs ();
  n = count_runs ();
  first = dup_id (0);
  second = dup_id (1);
  activate ("delete-runs"); /* nothing is selected */
  g_assert_cmpuint (count_runs (), ==, n);
  gtk_selection_model_select_item (get_selection (), 0, TRUE);
  gtk_selection_model_select_item (get_selection (), 1, FALSE);
  activate ("delete-runs");
  g_assert_cmpuint (count_runs (), ==, n - 2);
  g_assert_nonnull (find_label ("2 runs deleted"));
  /* What was shown is gone, and with it what the run bar says of it. */
  g_assert_null (etude_session_get_run (session));
  g_assert_nonnull (find_label ("3 epochs, 66 steps"));
  bring_back ((const char *[]) { second, NULL });
  g_assert_cmpuint (count_runs (), ==, n - 1);
  g_assert_null (etude_run_list_find (get_runs (), first));
  bring_back ((const char *[]) { first, second, NULL }); /* the second one is back already */
  g_assert_cmpuint (count_runs (), ==, n);
  g_assert_nonnull (etude_run_list_find (get_runs (), first));
  g_assert_nonnull (etude_run_list_find (get_runs (), second));
  window_test_close (GTK_WINDOW (window));
}

static gboolean
has_focus_in_pane (gpointer data)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

  return focus != NULL && gtk_widget_get_ancestor (focus, ETUDE_TYPE_RUNS_PANE) != NULL;
}

static void
test_focus_stays_after_delete (void)
{
  open_with_two_runs ();
  while (count_runs () > 0)
    {
      gtk_selection_model_select_item (get_selection (), 0, TRUE);
      activate ("delete-runs");
      g_assert_true (window_test_wait_until (has_focus_in_pane, NULL, PATIENCE_MS));
    }
  g_assert_nonnull (find_label ("No Runs Yet"));
  window_test_close (GTK_WINDOW (window));
}

static void
test_running_is_kept (void)
{
  guint n;

  open_window ();
  set ("training.epochs", "100000");
  activate ("train");
  n = count_runs ();
  g_assert_cmpuint (n, >, 0);
  gtk_selection_model_select_item (get_selection (), 0, TRUE);
  activate ("delete-runs");
  g_assert_cmpuint (count_runs (), ==, n);
  g_assert_nonnull (find_label ("A run that goes on cannot be deleted: stop it first"));
  activate ("stop");
  wait_for_end ();
  window_test_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/runs-pane/lists-newest-first", test_lists_newest_first);
  g_test_add_func ("/runs-pane/selection-lies-over-the-run", test_selection_lies_over_the_run);
  g_test_add_func ("/runs-pane/overlay-before-a-run", test_overlay_before_a_run);
  g_test_add_func ("/runs-pane/paused-run", test_paused_run);
  g_test_add_func ("/runs-pane/delete-several", test_delete_several);
  g_test_add_func ("/runs-pane/focus-stays-after-delete", test_focus_stays_after_delete);
  g_test_add_func ("/runs-pane/running-is-kept", test_running_is_kept);
  return window_test_run (G_APPLICATION (etude_application_new ()));
}
