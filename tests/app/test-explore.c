/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/experiment/live-charts.h"
#include "app/export/values-dialog.h"
#include "app/widgets/chart-explorer.h"
#include "app/widgets/chart-legend.h"
#include "app/window-fixture.h"

static EtudeChartExplorer *explorer;

/* A key as the widget has bound it; what is bound to an action is activated as such. */
static gboolean
press (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key
              && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == modifiers)
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                 gtk_shortcut_get_arguments (shortcut));
        }
    }
  g_error ("key %u is not bound", key);
}

static void
open_trained (void)
{
  open_window ();
  set ("training.epochs", "4");
  train_at_full_speed ();
  explorer = ETUDE_CHART_EXPLORER (window_test_find (GTK_WIDGET (window), ETUDE_TYPE_CHART_EXPLORER, NULL, NULL));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

static EtudeLiveCharts *
get_charts (void)
{
  return ETUDE_LIVE_CHARTS (window_test_find (GTK_WIDGET (window), ETUDE_TYPE_LIVE_CHARTS, NULL, NULL));
}

static gboolean
is_zoomed (void)
{
  gboolean zoomed;

  g_object_get (explorer, "zoomed", &zoomed, NULL);
  return zoomed;
}

static void
test_crosshair (void)
{
  GtkWidget *widget;
  double x;

  open_trained ();
  widget = GTK_WIDGET (explorer);
  g_assert_true (isnan (etude_chart_explorer_get_x (explorer)));
  press (widget, GDK_KEY_End, 0);
  g_assert_cmpfloat_with_epsilon (etude_chart_explorer_get_x (explorer), 4, 1e-9);
  gtk_test_accessible_assert_property (explorer, GTK_ACCESSIBLE_PROPERTY_LABEL, "Loss and learning rate");
  press (widget, GDK_KEY_Home, 0);
  g_assert_cmpfloat (etude_chart_explorer_get_x (explorer), ==, 0);
  press (widget, GDK_KEY_Right, 0);
  x = etude_chart_explorer_get_x (explorer);
  g_assert_cmpfloat_with_epsilon (x, 1 / 22.0, 1e-9);
  press (widget, GDK_KEY_Right, GDK_SHIFT_MASK);
  g_assert_cmpfloat_with_epsilon (etude_chart_explorer_get_x (explorer), 11 / 22.0, 1e-9);
  press (widget, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_cmpfloat_with_epsilon (etude_chart_explorer_get_x (explorer), x, 1e-9);
  window_test_save_picture (GTK_WIDGET (window), "crosshair");
  g_assert_true (press (widget, GDK_KEY_Escape, 0));
  g_assert_true (isnan (etude_chart_explorer_get_x (explorer)));
  /* A second one is for others. */
  g_assert_false (press (widget, GDK_KEY_Escape, 0));
  window_test_close (GTK_WINDOW (window));
}

static void
test_zoom (void)
{
  GtkWidget *fit;
  double from;

  open_trained ();
  fit = window_test_find (GTK_WIDGET (explorer), GTK_TYPE_BUTTON, "label", "Fit");
  g_assert_false (gtk_widget_get_visible (fit));
  press (GTK_WIDGET (explorer), GDK_KEY_plus, 0);
  g_assert_true (is_zoomed ());
  g_assert_true (gtk_widget_get_visible (fit));
  g_assert_cmpfloat_with_epsilon (etude_chart_explorer_get_zoom (explorer)->x.min, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (etude_chart_explorer_get_zoom (explorer)->x.max, 3, 1e-9);
  /* The crosshair takes the view along. */
  press (GTK_WIDGET (explorer), GDK_KEY_End, 0);
  from = etude_chart_explorer_get_zoom (explorer)->x.min;
  g_assert_cmpfloat (from, >, 1.5);
  /* Another scale, another look, and what is exported stay with the view; a new run does not. */
  g_action_group_activate_action (G_ACTION_GROUP (window), "loss-scale", g_variant_new_string ("log"));
  g_assert_cmpfloat (etude_chart_explorer_get_zoom (explorer)->x.min, ==, from);
  activate ("train-again");
  wait_for_end ();
  g_assert_false (is_zoomed ());
  press (GTK_WIDGET (explorer), GDK_KEY_plus, 0);
  press (GTK_WIDGET (explorer), GDK_KEY_0, 0);
  g_assert_false (is_zoomed ());
  g_assert_false (gtk_widget_get_visible (fit));
  g_action_group_activate_action (G_ACTION_GROUP (window), "loss-scale", g_variant_new_string ("linear"));
  window_test_close (GTK_WINDOW (window));
}

static void
assert_set (const char *scale, const char *x)
{
  g_autofree char *scale_now = NULL, *x_now = NULL;

  g_object_get (get_charts (), "loss-scale", &scale_now, "x-axis", &x_now, NULL);
  g_assert_cmpstr (scale_now, ==, scale);
  g_assert_cmpstr (x_now, ==, x);
}

/* L and X go through all that there is, and the next window begins with what was chosen. */
static void
test_choices (void)
{
  GtkWidget *charts;
  double smoothing;

  open_trained ();
  charts = GTK_WIDGET (get_charts ());
  assert_set ("linear", "epochs");
  press (charts, GDK_KEY_l, 0);
  assert_set ("log", "epochs");
  press (charts, GDK_KEY_l, 0);
  press (charts, GDK_KEY_x, 0);
  assert_set ("symlog", "steps");
  press (GTK_WIDGET (explorer), GDK_KEY_End, 0);
  g_assert_cmpfloat (etude_chart_explorer_get_x (explorer), ==, 88);
  g_object_set (charts, "smoothing", 0.9, NULL);
  g_assert_nonnull (find_label ("Smoothing 0.9"));
  window_test_close (GTK_WINDOW (window));

  open_trained ();
  charts = GTK_WIDGET (get_charts ());
  assert_set ("symlog", "steps");
  g_object_get (charts, "smoothing", &smoothing, NULL);
  g_assert_cmpfloat_with_epsilon (smoothing, 0.9, 1e-12);
  press (charts, GDK_KEY_l, 0);
  press (charts, GDK_KEY_x, 0);
  assert_set ("linear", "samples");
  press (charts, GDK_KEY_x, 0);
  g_object_set (charts, "smoothing", 0.0, NULL);
  assert_set ("linear", "epochs");
  window_test_close (GTK_WINDOW (window));
}

/* Runs that lie over each other have a legend, which hides and shows them. */
static void
test_legend (void)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (EtudeRun) first = NULL;
  g_autofree char *both = NULL, *one = NULL, *again = NULL, *title = NULL;
  GtkWidget *legend, *button;

  open_trained ();
  legend = window_test_find (GTK_WIDGET (window), ETUDE_TYPE_CHART_LEGEND, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (legend));
  first = etude_run_ref (etude_session_get_run (session));
  activate ("train-again");
  wait_for_end ();
  g_ptr_array_add (runs, first);
  etude_live_charts_set_overlay (get_charts (), runs);
  g_assert_true (gtk_widget_get_visible (legend));
  both = describe_chart ();
  title = etude_run_write_title (first->name, first->number);
  g_assert_nonnull (strstr (both, title));
  button = gtk_widget_get_ancestor (window_test_find (legend, GTK_TYPE_LABEL, "label", title), GTK_TYPE_TOGGLE_BUTTON);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  one = describe_chart ();
  g_assert_null (strstr (one, title));
  g_assert_cmpuint (strlen (one), >, 10);
  /* The same button, which still has the focus if it had it. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  again = describe_chart ();
  g_assert_cmpstr (again, ==, both);
  window_test_close (GTK_WINDOW (window));
}

static gboolean
has_values (gpointer data)
{
  return find_toplevel (ETUDE_TYPE_VALUES_DIALOG) != NULL;
}

static void
test_values (void)
{
  GtkWidget *dialog, *view;
  GListModel *columns;
  g_autoptr (GtkColumnViewColumn) x = NULL;

  open_trained ();
  activate ("show-values");
  g_assert_true (window_test_wait_until (has_values, NULL, PATIENCE_MS));
  dialog = find_toplevel (ETUDE_TYPE_VALUES_DIALOG);
  gtk_test_widget_wait_for_draw (dialog);
  view = window_test_find (dialog, GTK_TYPE_COLUMN_VIEW, NULL, NULL);
  columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (view));
  /* x, mini-batches, training, validation and rate. */
  g_assert_cmpuint (g_list_model_get_n_items (columns), ==, 5);
  x = g_list_model_get_item (columns, 0);
  g_assert_cmpstr (gtk_column_view_column_get_title (x), ==, "epoch");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)))), ==, 89);
  window_test_close (GTK_WINDOW (dialog));
  window_test_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/explore/crosshair", test_crosshair);
  g_test_add_func ("/explore/zoom", test_zoom);
  g_test_add_func ("/explore/choices", test_choices);
  g_test_add_func ("/explore/legend", test_legend);
  g_test_add_func ("/explore/values", test_values);
  return window_test_run (G_APPLICATION (etude_application_new ()));
}
