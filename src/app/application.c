/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "app/about.h"
#include "app/help/help-window.h"
#include "app/help/topic.h"
#include "app/window.h"

/* The window waits for another process that writes no longer than nobody notices; the recorder tries
 * again each second. */
#define BUSY_MS 100

struct _EtudeApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  EtudeStore *store;
  char *store_problem;
  EtudeRunList *runs;
};

G_DEFINE_FINAL_TYPE (EtudeApplication, etude_application, ADW_TYPE_APPLICATION)

typedef struct
{
  const char *action;
  const char *accels[3];
} Accels;

static const Accels accels[] = {
  { "app.quit", { "<Control>q" } },
  { "app.help", { "F1" } },
  { "app.shortcuts", { "<Control>question" } },
  { "win.close", { "<Control>w" } },
  { "win.new", { "<Control>n" } },
  { "win.open", { "<Control>o" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "win.export", { "<Control>e" } },
  { "win.copy-chart", { "<Control><Shift>c" } },
  { "win.show-values", { "<Control>t" } },
  { "win.train", { "<Control>Return", "<Control>KP_Enter" } },
  { "win.train-again", { "<Control><Shift>r" } },
  { "win.step", { "F8" } },
  { "win.epoch", { "<Shift>F8" } },
  { "win.stop", { "<Control><Shift>Return", "<Control><Shift>KP_Enter" } },
  { "win.reset", { "<Control>r" } },
  { "win.edit-rate", { "<Control>l" } },
  { "win.move-rate(1)", { "<Control>Up" } },
  { "win.move-rate(-1)", { "<Control>Down" } },
  { "win.move-rate(2)", { "<Control><Shift>Up" } },
  { "win.move-rate(-2)", { "<Control><Shift>Down" } },
  { "win.toggle-runs", { "<Control>j" } },
  { "win.toggle-recipe", { "F9" } },
};

static EtudeWindow *
get_window (EtudeApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *link = windows; link != NULL; link = link->next)
    if (ETUDE_IS_WINDOW (link->data))
      return link->data;
  return etude_window_new (self);
}

/* Each may ask first, and stay. */
static void
activate_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  if (windows == NULL)
    g_application_quit (user_data);
  for (GList *link = windows; link != NULL; link = link->next)
    if (ETUDE_IS_WINDOW (link->data))
      gtk_window_close (link->data);
}

/* The desktop or the system ends the program: there is no time for a question. */
static gboolean
on_signal (gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *link = windows; link != NULL; link = link->next)
    if (ETUDE_IS_WINDOW (link->data))
      etude_window_end (link->data);
  g_application_quit (user_data);
  return G_SOURCE_CONTINUE;
}

/* Help and the like do not stay behind when the last window is closed. */
static void
etude_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (etude_application_parent_class)->window_removed (application, window);
  for (GList *link = gtk_application_get_windows (application); link != NULL; link = link->next)
    if (ETUDE_IS_WINDOW (link->data))
      return;
  if (!ETUDE_IS_WINDOW (window))
    return;
  etude_help_close (application);
  g_application_quit (G_APPLICATION (application));
}

static void
activate_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_about_present (gtk_application_get_active_window (user_data), ETUDE_APPLICATION (user_data)->store);
}

static void
activate_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL);
}

/* The page of what has the focus, or the first one. */
static void
activate_help (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);
  GtkWidget *focus = window != NULL ? gtk_window_get_focus (window) : NULL;

  etude_help_present (user_data, etude_help_find_topic (focus));
}

static const GActionEntry entries[] = {
  { .name = "quit", .activate = activate_quit },
  { .name = "about", .activate = activate_about },
  { .name = "help", .activate = activate_help },
  { .name = "shortcuts", .activate = activate_shortcuts },
};

/* The settings, or NULL where their schema is not installed: the program works without. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source == NULL ? NULL
                                       : g_settings_schema_source_lookup (source, ETUDE_APP_ID, TRUE);

  return schema == NULL ? NULL : g_settings_new_full (schema, NULL, NULL);
}

static void
etude_application_startup (GApplication *application)
{
  EtudeApplication *self = ETUDE_APPLICATION (application);
  g_autofree char *path = etude_store_dup_default_path ();
  g_autoptr (GError) error = NULL;

  G_APPLICATION_CLASS (etude_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (ETUDE_APP_ID);
  self->settings = open_settings ();
  self->store = etude_store_open_or_memory (path, &self->store_problem);
  etude_store_set_busy_timeout (self->store, BUSY_MS);
  self->runs = etude_run_list_new (self->store);
  if (!etude_run_list_reload (self->runs, &error) && self->store_problem == NULL)
    self->store_problem = g_strdup (error->message);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_unix_signal_add (SIGTERM, on_signal, self);
  g_unix_signal_add (SIGINT, on_signal, self);
  g_unix_signal_add (SIGHUP, on_signal, self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].accels);
}

static int
etude_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("etude %s\n", ETUDE_VERSION);
  return 0;
}

static void
etude_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (ETUDE_APPLICATION (application))));
}

static void
etude_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  EtudeWindow *window = get_window (ETUDE_APPLICATION (application));

  gtk_window_present (GTK_WINDOW (window));
  if (n_files > 0)
    etude_window_open (window, files[0]);
}

static void
etude_application_finalize (GObject *object)
{
  EtudeApplication *self = ETUDE_APPLICATION (object);

  g_clear_object (&self->runs);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->store, etude_store_free);
  g_free (self->store_problem);
  G_OBJECT_CLASS (etude_application_parent_class)->finalize (object);
}

static void
etude_application_class_init (EtudeApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_application_finalize;
  GTK_APPLICATION_CLASS (klass)->window_removed = etude_application_window_removed;
  G_APPLICATION_CLASS (klass)->startup = etude_application_startup;
  G_APPLICATION_CLASS (klass)->handle_local_options = etude_application_handle_local_options;
  G_APPLICATION_CLASS (klass)->activate = etude_application_activate;
  G_APPLICATION_CLASS (klass)->open = etude_application_open;
}

static void
etude_application_init (EtudeApplication *self)
{
  g_application_add_main_option (G_APPLICATION (self), "version", 'v', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 N_("Print the version and exit"), NULL);
}

/**
 * etude_application_new:
 *
 * The whole program: its store, its runs, its window and what its menu does.
 *
 * Returns: (transfer full): the application
 */
EtudeApplication *
etude_application_new (void)
{
  return g_object_new (ETUDE_TYPE_APPLICATION,
                       "application-id", ETUDE_APP_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", ETUDE_RESOURCES,
                       NULL);
}

/**
 * etude_application_get_store:
 * @self: the program
 *
 * Returns: (transfer none): where runs are kept, in memory if there can be no file
 */
EtudeStore *
etude_application_get_store (EtudeApplication *self)
{
  return self->store;
}

/**
 * etude_application_get_store_problem:
 * @self: the program
 *
 * Returns: (transfer none) (nullable): why runs are not kept in a file, as one sentence
 */
const char *
etude_application_get_store_problem (EtudeApplication *self)
{
  return self->store_problem;
}

/**
 * etude_application_get_runs:
 * @self: the program
 *
 * Returns: (transfer none): all runs
 */
EtudeRunList *
etude_application_get_runs (EtudeApplication *self)
{
  return self->runs;
}

/**
 * etude_application_get_settings:
 * @self: the program
 *
 * Returns: (transfer none) (nullable): the settings
 */
GSettings *
etude_application_get_settings (EtudeApplication *self)
{
  return self->settings;
}
