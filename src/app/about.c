/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/about.h"

#include <glib/gi18n-lib.h>

/* What somebody who looks for a mistake needs to know; not translated, for it is read by others. */
static char *
dup_debug_info (EtudeStore *store)
{
  GString *text = g_string_new (NULL);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  const char *path = store == NULL ? NULL : etude_store_get_path (store);

  g_string_append_printf (text, "Etude %s\n", ETUDE_VERSION);
  g_string_append_printf (text, "GTK %u.%u.%u\n", gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version ());
  g_string_append_printf (text, "libadwaita %u.%u.%u\n", adw_get_major_version (), adw_get_minor_version (),
                          adw_get_micro_version ());
  g_string_append_printf (text, "GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "unknown");
  g_string_append_printf (text, "Processors: %u\n", g_get_num_processors ());
  g_string_append_printf (text, "Runs: %s\n", path != NULL ? path : "in memory");
  return g_string_free (text, FALSE);
}

/**
 * etude_about_present:
 * @parent: (nullable): the window it belongs to
 * @store: (nullable): whose place is named
 *
 * Shows what the program is.
 */
void
etude_about_present (GtkWindow *parent, EtudeStore *store)
{
  GtkWidget *about = adw_about_window_new ();
  g_autofree char *debug_info = dup_debug_info (store);

  g_object_set (about,
                "transient-for", parent,
                "modal", TRUE,
                "application-name", _("Etude"),
                "application-icon", ETUDE_APP_ID,
                "version", ETUDE_VERSION,
                "comments", _("See what the learning rate does"),
                "developer-name", _("The Etude developers"),
                "license-type", GTK_LICENSE_GPL_3_0,
                "debug-info", debug_info,
                "debug-info-filename", "etude-debug-info.txt",
                NULL);
  gtk_window_present (GTK_WINDOW (about));
}
