/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/application.h"

#include "app/window.h"

#include <glib/gi18n-lib.h>

struct _EtudeApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (EtudeApplication, etude_application, ADW_TYPE_APPLICATION)

static void
etude_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (etude_window_new (ETUDE_APPLICATION (application)));
  gtk_window_present (window);
}

static void
etude_application_class_init (EtudeApplicationClass *klass)
{
  G_APPLICATION_CLASS (klass)->activate = etude_application_activate;
}

static void
etude_application_init (EtudeApplication *self)
{
}

/**
 * etude_application_new:
 *
 * The whole program: its runs, its windows and what its menu does.
 *
 * Returns: (transfer full): the application
 */
EtudeApplication *
etude_application_new (void)
{
  return g_object_new (ETUDE_TYPE_APPLICATION,
                       "application-id", ETUDE_APP_ID,
                       "resource-base-path", ETUDE_RESOURCES,
                       NULL);
}
