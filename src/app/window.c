/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window-private.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/menu-button.h"

/* How long after an edit the document is kept for the next start, in ms. */
#define AUTOSAVE_MS 1500

G_DEFINE_FINAL_TYPE (EtudeWindow, etude_window, ADW_TYPE_APPLICATION_WINDOW)

/**
 * etude_window_say:
 * @self: the window
 * @text: one sentence
 *
 * Says something that needs no answer, in a toast.
 */
void
etude_window_say (EtudeWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/**
 * etude_window_report:
 * @self: the window
 * @heading: what failed
 * @message: why
 *
 * Says that something the person asked for has failed.
 */
void
etude_window_report (EtudeWindow *self, const char *heading, const char *message)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Says once, when there is a window to say it over, what was found and done as the store was opened. */
static void
on_map (EtudeWindow *self)
{
  const char *warning = self->store != NULL ? etude_store_get_warning (self->store) : NULL;

  g_signal_handlers_disconnect_by_func (self, on_map, NULL);
  if (warning != NULL)
    etude_window_report (self, _("Store of Runs Was Damaged"), warning);
}

static void
update_title (EtudeWindow *self)
{
  const char *name = etude_session_get_title (self->session);
  /* Translators: the title of a document that is not saved */
  g_autofree char *marked = etude_session_get_modified (self->session) && etude_session_get_file (self->session) != NULL
                              ? g_strdup_printf (_("%s, edited"), name) : g_strdup (name);
  /* Translators: the title of the window: the document, then the program */
  g_autofree char *title = g_strdup_printf (_("%s – Etude"), marked);
  gboolean folded;

  g_object_get (self->page, "folded", &folded, NULL);
  gtk_label_set_text (self->document_label, marked);
  gtk_widget_set_visible (GTK_WIDGET (self->document_label), !folded);
  gtk_widget_set_visible (self->document_icon, folded);
  adw_window_title_set_title (self->window_title, folded ? marked : "");
  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* The desktop shall not sleep while something trains. */
static void
update_inhibit (EtudeWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  gboolean running = etude_session_get_state (self->session) == ETUDE_SESSION_RUNNING;

  if (application == NULL || running == (self->inhibited != 0))
    return;
  if (running)
    self->inhibited = gtk_application_inhibit (application, GTK_WINDOW (self), GTK_APPLICATION_INHIBIT_SUSPEND,
                                               _("A network is training"));
  else
    {
      gtk_application_uninhibit (application, self->inhibited);
      self->inhibited = 0;
    }
}

static void
on_state (EtudeWindow *self)
{
  etude_window_update_actions (self);
  update_inhibit (self);
  etude_window_notice_end (self);
}

static gboolean
on_autosave (gpointer user_data)
{
  EtudeWindow *self = user_data;

  self->autosave = 0;
  etude_window_autosave (self);
  return G_SOURCE_REMOVE;
}

static void
on_experiment_changed (EtudeWindow *self)
{
  if (self->autosave == 0)
    self->autosave = g_timeout_add (AUTOSAVE_MS, on_autosave, self);
  update_title (self);
}

static void
on_run_recorded (EtudeWindow *self, EtudeRun *run)
{
  etude_run_list_record (self->runs, run);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  return etude_window_drop (user_data, g_value_get_boxed (value));
}

static void
remember_window (EtudeWindow *self)
{
  gboolean runs_open;
  int width, height;

  if (self->settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_object_get (self->page, "runs-shown", &runs_open, NULL);
  g_settings_set_boolean (self->settings, "runs-open", runs_open);
  g_settings_set_int (self->settings, "speed", (int) etude_session_get_speed (self->session));
}

static void
recall_window (EtudeWindow *self)
{
  if (self->settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_object_set (self->page, "runs-shown", g_settings_get_boolean (self->settings, "runs-open"), NULL);
  etude_session_set_speed (self->session, (guint) g_settings_get_int (self->settings, "speed"));
}

static void
close_now (gpointer user_data)
{
  g_autoptr (EtudeWindow) self = user_data;

  gtk_window_close (GTK_WINDOW (self));
}

static void
on_stop_response (EtudeWindow *self, const char *response)
{
  g_clear_weak_pointer (&self->question);
  if (g_strcmp0 (response, "stop") != 0)
    return;
  self->stops = TRUE;
  /* Later, for the dialog that says this goes away with the window. */
  g_idle_add_once (close_now, g_object_ref (self));
}

static void
on_edits_response (EtudeWindow *self, const char *response)
{
  g_clear_weak_pointer (&self->question);
  if (g_strcmp0 (response, "save") == 0)
    etude_window_choose_save (self);
  if (g_strcmp0 (response, "discard") != 0)
    return;
  self->discards = TRUE;
  g_idle_add_once (close_now, g_object_ref (self));
}

/* One question at a time, however often the window is told to close. */
static void
ask (EtudeWindow *self, AdwMessageDialog *dialog, const char *suggested, GCallback on_response)
{
  adw_message_dialog_set_default_response (dialog, suggested);
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_response_appearance (dialog, suggested, ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", on_response, self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->question, dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_to_stop (EtudeWindow *self)
{
  gboolean paused = etude_session_get_state (self->session) == ETUDE_SESSION_PAUSED;
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Stop Training?"),
                                              _("The run is not done. What it has recorded so far is kept."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel",
                                    paused ? _("_Cancel") : _("_Go On Training"),
                                    "stop", _("_Keep Results and Stop"), NULL);
  ask (self, ADW_MESSAGE_DIALOG (dialog), "stop", G_CALLBACK (on_stop_response));
}

static void
ask_about_edits (EtudeWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save Edits?"),
                                              _("The experiment has edits, and they could not be kept for the next start."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "discard", _("Close _Without Saving"), "save", _("_Save…"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  ask (self, ADW_MESSAGE_DIALOG (dialog), "save", G_CALLBACK (on_edits_response));
}

static gboolean
is_on_its_way (EtudeWindow *self)
{
  EtudeSessionState state = etude_session_get_state (self->session);

  return state == ETUDE_SESSION_RUNNING || state == ETUDE_SESSION_PAUSED;
}

/* Edits that are not saved need no question: they are there again at the next start. */
static gboolean
etude_window_close_request (GtkWindow *window)
{
  EtudeWindow *self = ETUDE_WINDOW (window);

  if (self->question != NULL)
    {
      gtk_window_present (self->question);
      return GDK_EVENT_STOP;
    }
  if (!self->stops && is_on_its_way (self))
    {
      ask_to_stop (self);
      return GDK_EVENT_STOP;
    }
  if (!etude_window_autosave (self) && etude_session_get_modified (self->session) && !self->discards)
    {
      ask_about_edits (self);
      return GDK_EVENT_STOP;
    }
  remember_window (self);
  etude_session_close (self->session);
  return GTK_WINDOW_CLASS (etude_window_parent_class)->close_request (window);
}

static void
etude_window_dispose (GObject *object)
{
  EtudeWindow *self = ETUDE_WINDOW (object);

  g_clear_handle_id (&self->autosave, g_source_remove);
  g_clear_weak_pointer (&self->question);
  if (self->session != NULL)
    etude_session_close (self->session);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->replaced, etude_experiment_free);
  g_clear_object (&self->replaced_file);
  G_OBJECT_CLASS (etude_window_parent_class)->dispose (object);
}

static void
etude_window_finalize (GObject *object)
{
  EtudeWindow *self = ETUDE_WINDOW (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->recorder, etude_recorder_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->runs);
  G_OBJECT_CLASS (etude_window_parent_class)->finalize (object);
}

static void
etude_window_class_init (EtudeWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = etude_window_close_request;

  g_type_ensure (ETUDE_TYPE_EXPERIMENT_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, header);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, document_button);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, document_label);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, document_icon);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, page);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, EtudeWindow, examples_menu);

  /* Not accelerators of the application: an entry that has the focus shall get these keys first. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo", NULL);
}

static void
etude_window_init (EtudeWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (etude_window_withdraw_notice), NULL);
  g_signal_connect_object (drop, "drop", G_CALLBACK (on_drop), self, 0);
  /* Before a text field takes the name of a file for text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drop), GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

/* How the charts are looked at is remembered, for all experiments. */
static void
bind_charts (EtudeWindow *self)
{
  EtudeLiveCharts *charts = etude_experiment_page_get_charts (self->page);

  if (self->settings == NULL)
    return;
  g_settings_bind (self->settings, "loss-scale", charts, "loss-scale", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "chart-x", charts, "x-axis", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "smoothing", charts, "smoothing", G_SETTINGS_BIND_DEFAULT);
}

static void
connect_session (EtudeWindow *self)
{
  g_signal_connect_object (self->session, "notify::title", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::modified", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::can-undo", G_CALLBACK (etude_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::can-redo", G_CALLBACK (etude_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::has-weights", G_CALLBACK (etude_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "run-changed", G_CALLBACK (etude_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "experiment-changed", G_CALLBACK (on_experiment_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "adapted", G_CALLBACK (etude_window_say), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "run-recorded", G_CALLBACK (on_run_recorded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->page, "notify::folded", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
}

/**
 * etude_window_new:
 * @application: whose window it is; it has started
 *
 * A window with the experiment that was open last, or the first one.
 *
 * Returns: (transfer none): a window, not yet shown, that belongs to GTK
 */
EtudeWindow *
etude_window_new (EtudeApplication *application)
{
  EtudeWindow *self = g_object_new (ETUDE_TYPE_WINDOW, "application", application, NULL);
  GSettings *settings = etude_application_get_settings (application);
  const char *problem = etude_application_get_store_problem (application);

  self->settings = settings == NULL ? NULL : g_object_ref (settings);
  self->store = etude_application_get_store (application);
  self->runs = g_object_ref (etude_application_get_runs (application));
  self->recorder = etude_recorder_new (self->store, NULL);
  self->session = etude_session_new (self->recorder);
  etude_window_restore (self);
  etude_window_add_actions (self);
  etude_experiment_page_connect (self->page, self->session, self->runs);
  bind_charts (self);
  connect_session (self);
  recall_window (self);
  update_title (self);
  etude_window_update_actions (self);
  etude_window_update_recent (self);
  etude_window_add_examples (self);
  etude_menu_button_keep_focus (GTK_MENU_BUTTON (self->document_button));
  if (problem != NULL)
    g_signal_emit_by_name (self->session, "store-trouble", problem);
  return self;
}

/**
 * etude_window_end:
 * @self: the window
 *
 * Closes it without a question: what is going on is stopped, and kept.
 */
void
etude_window_end (EtudeWindow *self)
{
  self->stops = TRUE;
  self->discards = TRUE;
  if (self->question != NULL)
    gtk_window_destroy (self->question);
  gtk_window_close (GTK_WINDOW (self));
}

/**
 * etude_window_get_session:
 * @self: the window
 *
 * Returns: (transfer none): what it shows
 */
EtudeSession *
etude_window_get_session (EtudeWindow *self)
{
  return self->session;
}
