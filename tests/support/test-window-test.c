/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The helpers themselves: a window is shown, drawn light and dark, searched, and goes away. */

#include "support/window-test.h"

static GtkWindow *
make_window (void)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *area = gtk_drawing_area_new ();

  gtk_widget_set_vexpand (area, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("One"));
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("Two"));
  gtk_box_append (GTK_BOX (box), area);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 400);
  return GTK_WINDOW (window);
}

static void
test_style (void)
{
  GtkWindow *window = make_window ();

  window_test_show (window);
  window_test_set_dark (window, FALSE);
  window_test_save_picture (GTK_WIDGET (window), "support-light.png");
  g_assert_cmpuint (window_test_get_pixel (GTK_WIDGET (window), 0.5, 0.8) & 0xff, >, 0xe0);
  window_test_set_dark (window, TRUE);
  g_assert_cmpuint (window_test_get_pixel (GTK_WIDGET (window), 0.5, 0.8) & 0xff, <, 0x40);
  window_test_close (window);
}

static void
test_find (void)
{
  GtkWindow *window = make_window ();
  GtkWidget *two = window_test_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "label", "Two");

  g_assert_nonnull (two);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (two)), ==, "Two");
  g_assert_null (window_test_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "label", "Three"));
  g_assert_null (window_test_find (GTK_WIDGET (window), GTK_TYPE_SWITCH, NULL, NULL));
  window_test_show (window);
  window_test_close (window);
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

static void
test_guard (void)
{
  g_assert_false (window_test_wait_until (never, NULL, 20));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/window-test/style", test_style);
  g_test_add_func ("/window-test/find", test_find);
  g_test_add_func ("/window-test/guard", test_guard);
  return window_test_run (NULL);
}
