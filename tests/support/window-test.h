/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of widgets and windows in one process share. A test program reads:
 *
 *   int
 *   main (int argc, char **argv)
 *   {
 *     window_test_init (&argc, &argv);
 *     g_test_add_func ("/window/opens", test_opens);
 *     return window_test_run (NULL);
 *   }
 *
 * and is registered with with_display in front of it. No test sleeps: it waits for a condition. */

#pragma once

#include <adwaita.h>

typedef gboolean (*WindowTestCondition) (gpointer data);

void window_test_init (int *argc, char ***argv);
int window_test_run (GApplication *application);

gboolean window_test_wait_until (WindowTestCondition condition, gpointer data, guint milliseconds);
gboolean window_test_is_null (gpointer pointer);

void window_test_show (GtkWindow *window);
void window_test_close (GtkWindow *window);
void window_test_set_dark (GtkWindow *window, gboolean dark);

GtkWidget *window_test_find (GtkWidget *top, GType type, const char *property, const char *value);

GdkTexture *window_test_render (GtkWidget *widget);
guint32 window_test_get_pixel (GtkWidget *widget, double x, double y);
void window_test_save_picture (GtkWidget *widget, const char *name);
