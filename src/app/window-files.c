/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/widgets/chooser-folder.h"
#include "experiment/json.h"
#include "experiment/path.h"

#define MIME_TYPE "application/x-etude-experiment+json"

/* How many files Open Recent offers. */
#define MAX_RECENT 8

static char *
dup_autosave_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "etude", "last.etude", NULL);
}

static void
set_text_setting (EtudeWindow *self, const char *key, const char *text)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings, key, text != NULL ? text : "");
}

static void
remember_file (EtudeWindow *self, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  GtkRecentData data = {
    .mime_type = (char *) MIME_TYPE,
    .app_name = (char *) "Etude",
    .app_exec = (char *) "etude %f",
  };

  set_text_setting (self, "last-experiment", uri);
  etude_chooser_remember_folder (file, self->settings, "experiment-folder");
  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
  etude_window_update_recent (self);
}

/* What was used last comes first. */
static int
compare_recent (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

/**
 * etude_window_update_recent:
 * @self: the window
 *
 * Fills the menu of files that were open before.
 */
void
etude_window_update_recent (EtudeWindow *self)
{
  GList *infos = g_list_sort (gtk_recent_manager_get_items (gtk_recent_manager_get_default ()), compare_recent);
  guint n = 0;

  g_menu_remove_all (self->recent_menu);
  for (GList *link = infos; link != NULL && n < MAX_RECENT; link = link->next)
    {
      const char *uri = gtk_recent_info_get_uri (link->data);
      g_autoptr (GMenuItem) item = NULL;

      if (!g_str_has_suffix (uri, ".etude") || !gtk_recent_info_exists (link->data))
        continue;
      item = g_menu_item_new (gtk_recent_info_get_display_name (link->data), NULL);
      g_menu_item_set_action_and_target (item, "win.open-recent", "s", uri);
      g_menu_append_item (self->recent_menu, item);
      n++;
    }
  /* Without an action it is insensitive. */
  if (n == 0)
    g_menu_append (self->recent_menu, _("No Files Yet"), "win.none");
  g_list_free_full (infos, (GDestroyNotify) gtk_recent_info_unref);
}

/**
 * etude_window_autosave:
 * @self: the window
 *
 * Keeps the document for the next start, whether it has a file or not. That this fails is no
 * trouble for the person before the window closes, so it is only logged.
 *
 * Returns: whether it is kept
 */
gboolean
etude_window_autosave (EtudeWindow *self)
{
  g_autofree char *path = dup_autosave_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) == 0
      && etude_experiment_save (etude_session_get_experiment (self->session), path, &error))
    return TRUE;
  g_info ("The experiment is not kept for the next start: %s", error != NULL ? error->message : folder);
  return FALSE;
}

/**
 * etude_window_restore:
 * @self: a window that has its session
 *
 * Brings back the experiment that was open last, with edits that were not saved.
 */
void
etude_window_restore (EtudeWindow *self)
{
  g_autofree char *path = dup_autosave_path ();
  g_autofree char *last = self->settings == NULL ? NULL : g_settings_get_string (self->settings, "last-experiment");
  g_autoptr (EtudeExperiment) kept = NULL;

  if (last != NULL && *last != '\0')
    {
      g_autoptr (GFile) file = g_file_new_for_uri (last);

      etude_session_open (self->session, file, NULL);
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  kept = etude_experiment_load (path, NULL);
  if (kept == NULL)
    return;
  if (etude_session_get_file (self->session) != NULL)
    etude_session_edit (self->session, kept, NULL);
  else
    etude_session_take (self->session, g_steal_pointer (&kept), NULL);
}

/* Keeps the document that another one replaces, and says so with an Undo, if it is not in its file. */
static void
offer_undo (EtudeWindow *self, EtudeExperiment *before, GFile *file_before, gboolean was_modified)
{
  AdwToast *toast;

  g_clear_pointer (&self->replaced, etude_experiment_free);
  g_clear_object (&self->replaced_file);
  if (!was_modified)
    {
      etude_experiment_free (before);
      return;
    }
  self->replaced = before;
  g_set_object (&self->replaced_file, file_before);
  toast = adw_toast_new (_("Edits that were not saved are gone"));
  adw_toast_set_button_label (toast, _("_Bring Back"));
  adw_toast_set_action_name (toast, "win.undo-replace");
  adw_toast_set_timeout (toast, 10);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * etude_window_undo_replace:
 * @self: the window
 *
 * Brings back the document that the last New or Open replaced.
 */
void
etude_window_undo_replace (EtudeWindow *self)
{
  g_autoptr (EtudeExperiment) replaced = g_steal_pointer (&self->replaced);

  if (replaced == NULL)
    return;
  if (self->replaced_file == NULL || !etude_session_open (self->session, self->replaced_file, NULL))
    etude_session_take (self->session, etude_experiment_new (), NULL);
  etude_session_edit (self->session, replaced, NULL);
  etude_experiment_page_show_example (self->page, NULL);
  g_clear_object (&self->replaced_file);
}

/* Another document that has no file yet. */
static void
take_untitled (EtudeWindow *self, EtudeExperiment *experiment, const EtudeExample *example)
{
  EtudeExperiment *before = etude_experiment_copy (etude_session_get_experiment (self->session));
  g_autoptr (GFile) file_before = NULL;
  gboolean was_modified = etude_session_get_modified (self->session);

  g_set_object (&file_before, etude_session_get_file (self->session));
  etude_session_take (self->session, experiment, NULL);
  set_text_setting (self, "last-experiment", NULL);
  etude_experiment_page_show_example (self->page, example);
  offer_undo (self, before, file_before, was_modified);
}

/**
 * etude_window_new_experiment:
 * @self: the window
 *
 * Begins with the first experiment.
 */
void
etude_window_new_experiment (EtudeWindow *self)
{
  take_untitled (self, etude_experiment_new (), NULL);
}

/**
 * etude_window_open_example:
 * @self: the window
 * @id: of an #EtudeExample
 *
 * Opens an experiment that comes with the program, and says what to look at.
 */
void
etude_window_open_example (EtudeWindow *self, const char *id)
{
  const EtudeExample *example = etude_example_find (id);
  g_autoptr (GError) error = NULL;
  EtudeExperiment *experiment = example == NULL ? NULL : etude_example_load (example, &error);

  if (experiment != NULL)
    take_untitled (self, experiment, example);
  else if (error != NULL)
    etude_window_report (self, _("Could Not Open Experiment"), error->message);
}

/**
 * etude_window_add_examples:
 * @self: the window
 *
 * Fills the menu of the experiments that come with the program.
 */
void
etude_window_add_examples (EtudeWindow *self)
{
  for (const EtudeExample *example = etude_examples; example->id != NULL; example++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(example->title), NULL);

      g_menu_item_set_action_and_target (item, "win.open-example", "s", example->id);
      g_menu_append_item (self->examples_menu, item);
    }
}

/**
 * etude_window_open:
 * @self: the window
 * @file: an experiment
 *
 * Opens a file, or says why it cannot be; what was open stays then.
 */
void
etude_window_open (EtudeWindow *self, GFile *file)
{
  EtudeExperiment *before = etude_experiment_copy (etude_session_get_experiment (self->session));
  g_autoptr (GFile) file_before = NULL;
  gboolean was_modified = etude_session_get_modified (self->session);
  g_autoptr (GError) error = NULL;

  g_set_object (&file_before, etude_session_get_file (self->session));
  if (!etude_session_open (self->session, file, &error))
    {
      etude_window_report (self, _("Could Not Open Experiment"), error->message);
      etude_experiment_free (before);
      return;
    }
  remember_file (self, file);
  etude_experiment_page_show_example (self->page, NULL);
  offer_undo (self, before, file_before, was_modified);
}

static void
save_to (EtudeWindow *self, GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!etude_session_save (self->session, file, &error))
    {
      etude_window_report (self, _("Could Not Save Experiment"), error->message);
      return;
    }
  remember_file (self, file);
  /* Translators: %s is the name of an experiment */
  text = g_strdup_printf (_("“%s” saved"), etude_session_get_title (self->session));
  etude_window_say (self, text);
}

/**
 * etude_window_save:
 * @self: the window
 *
 * Saves the document to its file, or asks for one.
 */
void
etude_window_save (EtudeWindow *self)
{
  GFile *file = etude_session_get_file (self->session);

  if (file == NULL)
    etude_window_choose_save (self);
  else
    save_to (self, file);
}

static void
save_weights_to (EtudeWindow *self, GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *text = NULL;

  if (!etude_session_save_weights (self->session, file, &error))
    {
      etude_window_report (self, _("Could Not Export Weights"), error->message);
      return;
    }
  etude_chooser_remember_folder (file, self->settings, "weights-folder");
  /* Translators: %s is the name of a file */
  text = g_strdup_printf (_("Weights written to “%s”"), shown);
  etude_window_say (self, text);
}

static void
on_weights_chosen (EtudeWindow *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file != NULL)
    save_weights_to (self, file);
}

/**
 * etude_window_choose_weights:
 * @self: a window whose session has weights
 *
 * Asks where the weights of the run that is shown go, and writes them.
 */
void
etude_window_choose_weights (EtudeWindow *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autofree char *name = NULL;

  if (self->chooser != NULL)
    return;
  name = g_strdup_printf ("%s.safetensors", etude_session_get_run (self->session)->name);
  self->chooser = gtk_file_chooser_native_new (_("Export Weights"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _("_Export"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (filter, _("Weights (safetensors)"));
  gtk_file_filter_add_pattern (filter, "*.safetensors");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  etude_chooser_recall_folder (GTK_FILE_CHOOSER (self->chooser), self->settings, "weights-folder");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), g_strdelimit (name, "/", '-'));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_weights_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_chosen (EtudeWindow *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file == NULL)
    return;
  if (gtk_file_chooser_get_action (GTK_FILE_CHOOSER (chooser)) == GTK_FILE_CHOOSER_ACTION_OPEN)
    etude_window_open (self, file);
  else
    save_to (self, file);
}

static void
choose (EtudeWindow *self, GtkFileChooserAction action, const char *title, const char *accept)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (filter, _("Experiments"));
  gtk_file_filter_add_pattern (filter, "*.etude");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  etude_chooser_recall_folder (GTK_FILE_CHOOSER (self->chooser), self->settings, "experiment-folder");
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    {
      g_autofree char *name = g_strdup_printf ("%s.etude", etude_session_get_title (self->session));

      gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), g_strdelimit (name, "/", '-'));
    }
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
etude_window_choose_open (EtudeWindow *self)
{
  choose (self, GTK_FILE_CHOOSER_ACTION_OPEN, _("Open Experiment"), _("_Open"));
}

void
etude_window_choose_save (EtudeWindow *self)
{
  choose (self, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save Experiment"), _("_Save"));
}

/* A file as the data set, as an edit that can be undone. */
static void
take_data (EtudeWindow *self, const char *path)
{
  g_autoptr (EtudeExperiment) edited = etude_experiment_copy (etude_session_get_experiment (self->session));
  g_autoptr (GError) error = NULL;

  if (etude_experiment_set (edited, "dataset.kind", "file", &error)
      && etude_experiment_set (edited, "dataset.path", path, &error))
    etude_session_edit (self->session, edited, NULL);
  else
    etude_window_report (self, _("Could Not Load Dataset"), error->message);
}

static gboolean
is_data (const char *name)
{
  static const char *const ends[] = { ".csv", ".tsv", ".txt", ".data", ".idx", "-ubyte", "-ubyte.gz" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (name, ends[i]))
      return TRUE;
  return FALSE;
}

/**
 * etude_window_drop:
 * @self: the window
 * @files: (element-type GFile): what was dropped on it
 *
 * Opens an experiment, takes a file as data, or says why it can do neither.
 *
 * Returns: whether there was anything
 */
gboolean
etude_window_drop (EtudeWindow *self, GSList *files)
{
  g_autofree char *path = files == NULL ? NULL : g_file_get_path (files->data);
  g_autofree char *name = files == NULL ? NULL : g_file_get_basename (files->data);
  g_autofree char *shown = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *text = NULL;

  if (name == NULL)
    return FALSE;
  shown = g_filename_display_name (name);
  lower = g_ascii_strdown (name, -1);
  if (g_str_has_suffix (lower, ".etude"))
    etude_window_open (self, files->data);
  else if (path != NULL && is_data (lower))
    take_data (self, path);
  else
    {
      text = g_strdup_printf (_("“%s”: expected an experiment (.etude) or data (CSV or IDX)"), shown);
      etude_window_say (self, text);
      return TRUE;
    }
  if (files->next == NULL)
    return TRUE;
  /* Translators: %s is the name of a file */
  text = g_strdup_printf (_("One file at a time: “%s” was taken"), shown);
  etude_window_say (self, text);
  return TRUE;
}
