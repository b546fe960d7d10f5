/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/window-test.h"

/* How long a window may take to be mapped or to go away; far more than it needs. */
#define PATIENCE_MS 10000

static gboolean
expire (gpointer expired)
{
  *(gboolean *) expired = TRUE;
  return G_SOURCE_REMOVE;
}

/**
 * window_test_wait_until:
 * @condition: what is waited for
 * @data: its argument
 * @milliseconds: the longest wait
 *
 * Turns the main loop until @condition holds.
 *
 * Returns: whether it holds
 */
gboolean
window_test_wait_until (WindowTestCondition condition, gpointer data, guint milliseconds)
{
  gboolean expired = FALSE;
  guint guard = g_timeout_add (milliseconds, expire, &expired);

  while (!condition (data) && !expired)
    g_main_context_iteration (NULL, TRUE);
  if (!expired)
    g_source_remove (guard);
  return condition (data);
}

/**
 * window_test_is_null:
 * @pointer: the address of a weak pointer
 *
 * A condition: the object behind the weak pointer is gone.
 *
 * Returns: whether it is
 */
gboolean
window_test_is_null (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

/**
 * window_test_show:
 * @window: a window
 *
 * Presents @window and waits until it is drawn.
 */
void
window_test_show (GtkWindow *window)
{
  gtk_window_present (window);
  g_assert_true (window_test_wait_until (is_mapped, window, PATIENCE_MS));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

/**
 * window_test_close:
 * @window: (transfer full): a window
 *
 * Destroys @window and fails the test when it is not finalised: somebody kept a reference.
 */
void
window_test_close (GtkWindow *window)
{
  gpointer watch = window;

  g_object_add_weak_pointer (G_OBJECT (window), &watch);
  gtk_window_destroy (window);
  g_assert_true (window_test_wait_until (window_test_is_null, &watch, PATIENCE_MS));
}

/**
 * window_test_set_dark:
 * @window: a window that is shown
 * @dark: dark or light
 *
 * Changes the style of the program and waits until @window is drawn in it.
 */
void
window_test_set_dark (GtkWindow *window, gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

static gboolean
has_text (GtkWidget *widget, const char *property, const char *value)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (widget), property);
  g_autofree char *text = NULL;

  if (pspec == NULL || !G_IS_PARAM_SPEC_STRING (pspec))
    return FALSE;
  g_object_get (widget, property, &text, NULL);
  return g_strcmp0 (text, value) == 0;
}

/**
 * window_test_find:
 * @top: where to begin
 * @type: the type that is looked for, or one of its parents
 * @property: (nullable): a property with text
 * @value: (nullable): what it must be
 *
 * Looks through @top and everything inside it, in the order of the widgets.
 *
 * Returns: (transfer none) (nullable): the first that fits
 */
GtkWidget *
window_test_find (GtkWidget *top, GType type, const char *property, const char *value)
{
  if (g_type_is_a (G_OBJECT_TYPE (top), type) && (property == NULL || has_text (top, property, value)))
    return top;
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = window_test_find (child, type, property, value);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * window_test_render:
 * @widget: a widget in a window that is shown
 *
 * Draws @widget aside, also when it is larger than the screen or half scrolled away.
 *
 * Returns: (transfer full) (nullable): the picture, NULL when it draws nothing
 */
GdkTexture *
window_test_render (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GskRenderNode) node = NULL;
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return NULL;
  return gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node, NULL);
}

/**
 * window_test_get_pixel:
 * @widget: a widget in a window that is shown, which draws something
 * @x: share of the width, from 0 to 1
 * @y: share of the height
 *
 * Returns: the colour there, 0xAARRGGBB
 */
guint32
window_test_get_pixel (GtkWidget *widget, double x, double y)
{
  g_autoptr (GdkTexture) texture = window_test_render (widget);
  g_autofree guint32 *pixels = NULL;
  int width, height, column, row;

  g_assert_nonnull (texture);
  width = gdk_texture_get_width (texture);
  height = gdk_texture_get_height (texture);
  column = CLAMP ((int) (x * width), 0, width - 1);
  row = CLAMP ((int) (y * height), 0, height - 1);
  pixels = g_new (guint32, (gsize) width * (gsize) height);
  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * sizeof *pixels);
  return pixels[(gsize) row * (gsize) width + (gsize) column];
}

/**
 * window_test_save_picture:
 * @widget: a widget in a window that is shown
 * @name: the name of a PNG file
 *
 * Keeps a picture of @widget in the folder that ETUDE_TEST_PICTURES names; without it does nothing.
 */
void
window_test_save_picture (GtkWidget *widget, const char *name)
{
  const char *folder = g_getenv ("ETUDE_TEST_PICTURES");
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return;
  texture = window_test_render (widget);
  g_assert_nonnull (texture);
  path = g_build_filename (folder, name, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

/**
 * window_test_init:
 * @argc: of main()
 * @argv: of main()
 *
 * Opens the display and makes each warning end the program.
 */
void
window_test_init (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
}

static gboolean
run_tests (gpointer status)
{
  *(int *) status = g_test_run ();
  g_application_release (g_application_get_default ());
  return G_SOURCE_REMOVE;
}

/* In place of the application's own activation, which would open a window before the first test. */
static void
on_activate (GApplication *application, gpointer status)
{
  g_signal_stop_emission_by_name (application, "activate");
  g_signal_handlers_disconnect_by_func (application, on_activate, status);
  g_application_hold (application);
  g_idle_add (run_tests, status);
}

/**
 * window_test_run:
 * @application: (transfer full) (nullable): the application of the tests; NULL for a plain one
 *
 * Runs all tests inside g_application_run(). Outside of it GIO warns at the end that the
 * application did not unregister from the bus, and a warning ends a test.
 *
 * Returns: the exit status of main()
 */
int
window_test_run (GApplication *application)
{
  int status = 1;

  if (application == NULL)
    application = G_APPLICATION (adw_application_new (NULL, G_APPLICATION_NON_UNIQUE));
  g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &status);
  g_application_run (application, 0, NULL);
  g_object_unref (application);
  return status;
}
