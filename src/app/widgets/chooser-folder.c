/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/chooser-folder.h"

/**
 * etude_chooser_recall_folder:
 * @chooser: a file chooser that is not shown yet
 * @settings: (nullable): the settings
 * @key: the setting that has the address of the folder
 *
 * Lets the chooser begin where something was chosen last, if that is still there.
 */
void
etude_chooser_recall_folder (GtkFileChooser *chooser, GSettings *settings, const char *key)
{
  g_autofree char *uri = settings == NULL ? NULL : g_settings_get_string (settings, key);
  g_autoptr (GFile) folder = NULL;

  if (uri == NULL || *uri == '\0')
    return;
  folder = g_file_new_for_uri (uri);
  if (g_file_query_file_type (folder, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    gtk_file_chooser_set_current_folder (chooser, folder, NULL);
}

/**
 * etude_chooser_remember_folder:
 * @file: what was chosen
 * @settings: (nullable): the settings
 * @key: as for etude_chooser_recall_folder()
 *
 * An address, for the name of a file may be no text at all.
 */
void
etude_chooser_remember_folder (GFile *file, GSettings *settings, const char *key)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = folder == NULL ? NULL : g_file_get_uri (folder);

  if (settings != NULL && uri != NULL)
    g_settings_set_string (settings, key, uri);
}
