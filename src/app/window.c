/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window.h"

struct _EtudeWindow
{
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (EtudeWindow, etude_window, ADW_TYPE_APPLICATION_WINDOW)

static void
etude_window_class_init (EtudeWindowClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), ETUDE_RESOURCES "/ui/window.ui");
}

static void
etude_window_init (EtudeWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * etude_window_new:
 * @application: whose window it is
 *
 * Returns: (transfer none): a window, not yet shown, that belongs to GTK
 */
EtudeWindow *
etude_window_new (EtudeApplication *application)
{
  return g_object_new (ETUDE_TYPE_WINDOW, "application", application, NULL);
}
