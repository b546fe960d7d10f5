/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window-private.h"

#include <glib/gi18n-lib.h>

#include "app/export/figure-choices.h"
#include "app/export/figure-dialog.h"
#include "app/export/values-dialog.h"
#include "app/model/blame.h"
#include "base/number.h"

/* How long deleted runs can be brought back by the toast, in s. */
#define UNDO_SECONDS 10

static void
report_start (EtudeWindow *self, const GError *error)
{
  g_autofree char *words = NULL;

  if (error == NULL)
    return;
  words = etude_blame_explain (etude_session_get_experiment (self->session), error->message, NULL);
  etude_window_report (self, _("Could Not Train"), words);
}

/* The primary action: starts, pauses, goes on, or starts again. */
static void
activate_train (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  g_autoptr (GError) error = NULL;

  if (etude_session_get_state (self->session) == ETUDE_SESSION_RUNNING)
    etude_session_pause (self->session);
  else
    etude_session_train (self->session, &error);
  report_start (self, error);
}

static void
activate_train_again (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  etude_session_train_again (ETUDE_WINDOW (user_data)->session, &error);
  report_start (user_data, error);
}

static void
activate_pause (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_session_pause (ETUDE_WINDOW (user_data)->session);
}

static void
activate_step (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  etude_session_step (ETUDE_WINDOW (user_data)->session, &error);
  report_start (user_data, error);
}

static void
activate_epoch (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  etude_session_epoch (ETUDE_WINDOW (user_data)->session, &error);
  report_start (user_data, error);
}

static void
activate_stop (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_session_stop (ETUDE_WINDOW (user_data)->session);
}

static void
activate_reset (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_session_reset (ETUDE_WINDOW (user_data)->session);
}

/* After a divergence: a third of the rate, with what was made of it live, as an edit that can be undone, and off it goes. */
static void
activate_third_of_rate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  char number[ETUDE_NUMBER_SIZE];
  EtudeRun *run = etude_session_get_run (self->session);
  double third = *etude_experiment_rate (run->experiment) * etude_run_get_rate_factor (run) / 3;

  /* Two digits, so that the recipe shows a number that a person would have typed. */
  g_ascii_formatd (number, sizeof number, "%.1e", third);
  etude_number_write (number, g_ascii_strtod (number, NULL));
  etude_session_seal (self->session);
  if (etude_session_set (self->session, ETUDE_RATE_PATH, number, &error))
    etude_session_train_again (self->session, &error);
  report_start (self, error);
}

static void
activate_undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_session_undo (ETUDE_WINDOW (user_data)->session);
}

static void
activate_redo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_session_redo (ETUDE_WINDOW (user_data)->session);
}

static EtudeRecipe *
get_recipe (gpointer window)
{
  return etude_experiment_page_show_recipe (ETUDE_WINDOW (window)->page);
}

static void
activate_edit_rate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_recipe_focus_rate (get_recipe (user_data));
}

/* The parameter is the direction, 1 or -1, or twice that for one per cent. */
static void
activate_move_rate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  int move = g_variant_get_int32 (parameter);

  etude_recipe_step_rate (get_recipe (user_data), move > 0 ? 1 : -1, ABS (move) > 1);
}

static void
activate_new (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_new_experiment (user_data);
}

static void
activate_undo_replace (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_undo_replace (user_data);
}

static void
activate_open (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_choose_open (user_data);
}

static void
activate_open_recent (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  etude_window_open (user_data, file);
}

static void
activate_open_example (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_open_example (user_data, g_variant_get_string (parameter, NULL));
}

static void
activate_save (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_save (user_data);
}

static void
activate_save_as (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_choose_save (user_data);
}

static void
activate_export (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  EtudeFigure *figure = etude_live_charts_make_figure (etude_experiment_page_get_charts (self->page));
  const EtudeRun *run = etude_session_get_run (self->session);
  /* The recipe may be that of the next run by now. */
  const char *name = run != NULL ? run->name : etude_session_get_title (self->session);

  etude_figure_dialog_present (GTK_WINDOW (self), figure, name, self->settings, self->toasts);
}

static void
activate_copy_chart (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  g_autoptr (EtudeFigure) figure = etude_live_charts_make_figure (etude_experiment_page_get_charts (self->page));
  g_autoptr (GError) error = NULL;
  EtudeExport how;

  etude_export_recall (&how, self->settings);
  if (etude_figure_copy (figure, &how, gtk_widget_get_clipboard (GTK_WIDGET (self)), &error))
    etude_window_say (self, _("Chart copied"));
  else
    etude_window_say (self, error->message);
}

static void
activate_show_values (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  g_autoptr (EtudeFigure) figure = etude_live_charts_make_figure (etude_experiment_page_get_charts (self->page));

  etude_values_dialog_present (GTK_WINDOW (self), figure);
}

static void
activate_export_weights (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_choose_weights (user_data);
}

static void
activate_close (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (user_data);
}

static void
activate_say (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  etude_window_say (user_data, g_variant_get_string (parameter, NULL));
}

static void
activate_show_file (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = g_file_get_uri (folder != NULL ? folder : file);

  gtk_show_uri (user_data, uri, GDK_CURRENT_TIME);
}

static void
show_deleted_toast (EtudeWindow *self, GPtrArray *ids, const char *name)
{
  g_autofree char *text = NULL, *escaped = NULL;
  AdwToast *toast;

  if (ids->len == 1)
    text = g_strdup_printf (_("“%s” deleted"), name);
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u run deleted", "%u runs deleted", ids->len), ids->len);
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _("_Undo"));
  /* A toast can come back after a later one: each brings back its own. */
  adw_toast_set_action_name (toast, "win.restore-runs");
  adw_toast_set_action_target_value (toast, g_variant_new_strv ((const char *const *) ids->pdata, (gssize) ids->len));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  /* At once, not after those that wait: a toast before it may stay for long. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
activate_delete_runs (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  EtudeRun *shown = etude_session_get_run (self->session);
  g_autoptr (GPtrArray) items = etude_runs_pane_get_selected (etude_experiment_page_get_runs (self->page));
  g_autoptr (GPtrArray) deleted = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = NULL;

  for (guint i = 0; i < items->len; i++)
    {
      EtudeRunItem *item = g_ptr_array_index (items, i);
      const EtudeRunSummary *summary = etude_run_item_get_summary (item);
      g_autofree char *id = g_strdup (summary->id);
      g_autoptr (GError) error = NULL;

      if (summary->state == ETUDE_RUN_RUNNING)
        {
          etude_window_say (self, _("A run that goes on cannot be deleted: stop it first"));
          continue;
        }
      g_free (name);
      name = etude_run_write_title (summary->name, summary->number);
      if (!etude_run_list_delete (self->runs, item, &error))
        {
          etude_window_report (self, _("Could Not Delete Run"), error->message);
          break;
        }
      if (shown != NULL && g_str_equal (shown->id, id))
        etude_session_reset (self->session);
      shown = etude_session_get_run (self->session);
      g_ptr_array_add (deleted, g_steal_pointer (&id));
    }
  if (deleted->len == 0)
    return;
  etude_runs_pane_focus (etude_experiment_page_get_runs (self->page));
  show_deleted_toast (self, deleted, name);
}

static void
activate_restore_runs (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EtudeWindow *self = user_data;
  g_autofree const char **ids = g_variant_get_strv (parameter, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; ids[i] != NULL; i++)
    etude_run_list_restore (self->runs, ids[i], error == NULL ? &error : NULL);
  if (error != NULL)
    etude_window_report (self, _("Could Not Bring Run Back"), error->message);
}

static const GActionEntry entries[] = {
  { .name = "train", .activate = activate_train },
  { .name = "train-again", .activate = activate_train_again },
  { .name = "pause", .activate = activate_pause },
  { .name = "step", .activate = activate_step },
  { .name = "epoch", .activate = activate_epoch },
  { .name = "stop", .activate = activate_stop },
  { .name = "reset", .activate = activate_reset },
  { .name = "third-of-rate", .activate = activate_third_of_rate },
  { .name = "edit-rate", .activate = activate_edit_rate },
  { .name = "move-rate", .activate = activate_move_rate, .parameter_type = "i" },
  { .name = "undo", .activate = activate_undo },
  { .name = "redo", .activate = activate_redo },
  { .name = "new", .activate = activate_new },
  { .name = "undo-replace", .activate = activate_undo_replace },
  { .name = "open", .activate = activate_open },
  { .name = "open-recent", .activate = activate_open_recent, .parameter_type = "s" },
  { .name = "open-example", .activate = activate_open_example, .parameter_type = "s" },
  { .name = "save", .activate = activate_save },
  { .name = "save-as", .activate = activate_save_as },
  { .name = "export", .activate = activate_export },
  { .name = "copy-chart", .activate = activate_copy_chart },
  { .name = "show-values", .activate = activate_show_values },
  { .name = "export-weights", .activate = activate_export_weights },
  { .name = "close", .activate = activate_close },
  { .name = "say", .activate = activate_say, .parameter_type = "s" },
  { .name = "show-file", .activate = activate_show_file, .parameter_type = "s" },
  { .name = "delete-runs", .activate = activate_delete_runs },
  { .name = "restore-runs", .activate = activate_restore_runs, .parameter_type = "as" },
};

static void
add_property_action (EtudeWindow *self, const char *name, gpointer object, const char *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
}

/**
 * etude_window_add_actions:
 * @self: a window that has its session
 *
 * What menus, buttons, keys and other programs can ask the window to do.
 */
void
etude_window_add_actions (EtudeWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_property_action (self, "speed", self->session, "speed");
  add_property_action (self, "toggle-recipe", self->page, "recipe-shown");
  add_property_action (self, "toggle-runs", self->page, "runs-shown");
  add_property_action (self, "loss-scale", etude_experiment_page_get_charts (self->page), "loss-scale");
  add_property_action (self, "x-axis", etude_experiment_page_get_charts (self->page), "x-axis");
}

static void
enable (EtudeWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/**
 * etude_window_update_actions:
 * @self: the window
 *
 * Enables what the state of the session allows, as the run bar has it.
 */
void
etude_window_update_actions (EtudeWindow *self)
{
  EtudeSessionState state = etude_session_get_state (self->session);
  gboolean goes = state == ETUDE_SESSION_RUNNING || state == ETUDE_SESSION_PAUSED;
  gboolean can_begin = state == ETUDE_SESSION_READY || state == ETUDE_SESSION_STOPPED;
  gboolean possible = etude_session_get_problem (self->session) == NULL;
  gboolean has_run = etude_session_get_run (self->session) != NULL;

  enable (self, "train", goes || state != ETUDE_SESSION_NOT_POSSIBLE);
  enable (self, "train-again", has_run && possible);
  enable (self, "pause", state == ETUDE_SESSION_RUNNING);
  enable (self, "step", goes || can_begin);
  enable (self, "epoch", goes || can_begin);
  enable (self, "stop", goes);
  enable (self, "reset", has_run);
  enable (self, "export-weights", etude_session_has_weights (self->session));
  enable (self, "third-of-rate", state == ETUDE_SESSION_DIVERGED);
  enable (self, "undo", etude_session_get_can_undo (self->session));
  enable (self, "redo", etude_session_get_can_redo (self->session));
}
