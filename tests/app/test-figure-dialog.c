/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export/figure-dialog.h"

#include "app/window-fixture.h"

static GtkWidget *dialog;

static GtkWidget *
find (GType type, const char *property, const char *value)
{
  return window_test_find (dialog, type, property, value);
}

static const char *
get_facts (void)
{
  GtkWidget *stack = find (GTK_TYPE_STACK, NULL, NULL);

  return gtk_label_get_text (GTK_LABEL (gtk_widget_get_next_sibling (stack)));
}

static gboolean
facts_begin (gpointer text)
{
  return g_str_has_prefix (get_facts (), text);
}

static void
choose (const char *format)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find (GTK_TYPE_TOGGLE_BUTTON, "label", format)), TRUE);
}

static gboolean
shows_page (gpointer name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (find (GTK_TYPE_STACK, NULL, NULL))), name) == 0;
}

static void
open_dialog (void)
{
  open_window ();
  set ("training.epochs", "2");
  train_at_full_speed ();
  activate ("export");
  dialog = find_toplevel (ETUDE_TYPE_FIGURE_DIALOG);
  g_assert_nonnull (dialog);
  gtk_test_widget_wait_for_draw (dialog);
}

static void
close_all (void)
{
  window_test_close (GTK_WINDOW (dialog));
  window_test_close (GTK_WINDOW (window));
}

static void
test_formats (void)
{
  GtkWidget *width;

  open_dialog ();
  choose ("PNG");
  g_assert_true (window_test_wait_until (facts_begin, (gpointer) "1,440 × 900 pixels, 19.1 cm wide", PATIENCE_MS));
  g_assert_true (shows_page ((gpointer) "picture"));
  width = find (GTK_TYPE_SPIN_BUTTON, NULL, NULL);
  g_assert_true (gtk_widget_is_sensitive (width));
  /* A table has no size and no look; its first lines are seen. */
  choose ("CSV");
  g_assert_true (window_test_wait_until (shows_page, (gpointer) "text", PATIENCE_MS));
  g_assert_false (gtk_widget_is_sensitive (width));
  g_assert_null (strstr (get_facts (), "pixels"));
  choose ("SVG");
  g_assert_true (window_test_wait_until (shows_page, (gpointer) "picture", PATIENCE_MS));
  g_assert_true (gtk_widget_is_sensitive (width));
  close_all ();
}

static void
test_table_is_cut_at_a_line (void)
{
  GtkTextBuffer *buffer;
  g_autofree char *text = NULL;

  open_dialog ();
  choose ("CSV");
  g_assert_true (window_test_wait_until (shows_page, (gpointer) "text", PATIENCE_MS));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find (GTK_TYPE_TEXT_VIEW, NULL, NULL)));
  g_object_get (buffer, "text", &text, NULL);
  g_assert_true (g_str_has_prefix (text, "panel,line,epoch,value\n"));
  g_assert_true (g_str_has_suffix (text, "\n"));
  g_assert_cmpuint (strlen (text), >, 1000);
  g_assert_cmpuint (strlen (text), <=, 4000);
  close_all ();
}

static gboolean
is_refused (gpointer button)
{
  return !gtk_widget_is_sensitive (button);
}

static gboolean
is_allowed (gpointer button)
{
  return gtk_widget_is_sensitive (button);
}

/* More pixels an inch than there are pixels: the picture is too small for its words. */
static void
test_impossible_size (void)
{
  GtkWidget *export_button, *width, *resolution;

  open_dialog ();
  choose ("PNG");
  export_button = find (GTK_TYPE_BUTTON, "label", "Export");
  width = find (GTK_TYPE_SPIN_BUTTON, NULL, NULL);
  resolution = gtk_widget_get_ancestor (find (GTK_TYPE_LABEL, "label", "Resolution"), ADW_TYPE_ACTION_ROW);
  resolution = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (resolution));
  g_assert_true (gtk_widget_is_sensitive (export_button));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (width), 320);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (resolution), 768);
  g_assert_true (window_test_wait_until (is_refused, export_button, PATIENCE_MS));
  g_assert_nonnull (strstr (get_facts (), "expected at least"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (resolution), 48);
  g_assert_true (window_test_wait_until (is_allowed, export_button, PATIENCE_MS));
  close_all ();
}

/* The figure of the dialog is its own: it stays while the window goes on. */
static void
test_outlives_the_run (void)
{
  open_dialog ();
  choose ("PNG");
  activate ("reset");
  set ("training.epochs", "3");
  train_at_full_speed ();
  choose ("SVG");
  gtk_editable_set_text (GTK_EDITABLE (find (ADW_TYPE_ENTRY_ROW, NULL, NULL)), "a<b & c");
  g_assert_true (window_test_wait_until (facts_begin, (gpointer) "1,440 × 900 pixels", PATIENCE_MS));
  close_all ();
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/figure-dialog/formats", test_formats);
  g_test_add_func ("/figure-dialog/table-is-cut-at-a-line", test_table_is_cut_at_a_line);
  g_test_add_func ("/figure-dialog/impossible-size", test_impossible_size);
  g_test_add_func ("/figure-dialog/outlives-the-run", test_outlives_the_run);
  return window_test_run (G_APPLICATION (etude_application_new ()));
}
