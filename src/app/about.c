/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/about.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/isa.h"

/* What the processor calls itself, where the system tells. */
static char *
dup_processor (void)
{
  g_autofree char *text = NULL;
  const char *found;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) || (found = strstr (text, "model name")) == NULL
      || (found = strchr (found, ':')) == NULL)
    return g_strdup ("unknown");
  found += 1 + strspn (found + 1, " ");
  return g_strndup (found, strcspn (found, "\n"));
}

/* The sets that the processor has, the one that is used first. */
static void
append_instructions (GString *text)
{
  EtudeIsa used = etude_isa_get ();

  g_string_append_printf (text, "Instructions: %s", etude_isa_to_string (used));
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    if (isa != used && etude_isa_is_supported (isa))
      g_string_append_printf (text, ", %s", etude_isa_to_string (isa));
  g_string_append_c (text, '\n');
}

/* What somebody who looks for a mistake needs to know; not translated, for it is read by others. */
static char *
dup_debug_info (GtkWindow *parent, EtudeStore *store)
{
  GString *text = g_string_new (NULL);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  g_autofree char *processor = dup_processor ();
  GdkDisplay *display = gdk_display_get_default ();
  GskRenderer *renderer = parent == NULL ? NULL : gtk_native_get_renderer (GTK_NATIVE (parent));
  const char *path = store == NULL ? NULL : etude_store_get_path (store);

  g_string_append_printf (text, "Etude %s\n", ETUDE_VERSION);
  g_string_append_printf (text, "GTK %u.%u.%u\n", gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version ());
  g_string_append_printf (text, "libadwaita %u.%u.%u\n", adw_get_major_version (), adw_get_minor_version (),
                          adw_get_micro_version ());
  g_string_append_printf (text, "GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  g_string_append_printf (text, "SQLite %s\n", etude_store_get_sqlite_version ());
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "unknown");
  g_string_append_printf (text, "Language: %s\n", g_get_language_names ()[0]);
  g_string_append_printf (text, "Display: %s, %s\n", G_OBJECT_TYPE_NAME (display),
                          renderer != NULL ? G_OBJECT_TYPE_NAME (renderer) : "no renderer");
  g_string_append_printf (text, "Processor: %s\n", processor);
  g_string_append_printf (text, "Threads: %u\n", g_get_num_processors ());
  append_instructions (text);
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
  g_autofree char *debug_info = dup_debug_info (parent, store);

  g_object_set (about,
                "transient-for", parent,
                "modal", TRUE,
                "application-name", _("Etude"),
                "application-icon", ETUDE_APP_ID,
                "version", ETUDE_VERSION,
                "comments", _("See what the learning rate does"),
                "website", ETUDE_HOMEPAGE,
                "issue-url", ETUDE_HOMEPAGE "/issues",
                "developer-name", _("The Etude developers"),
                "license-type", GTK_LICENSE_GPL_3_0,
                "debug-info", debug_info,
                "debug-info-filename", "etude-debug-info.txt",
                NULL);
  gtk_window_present (GTK_WINDOW (about));
}
