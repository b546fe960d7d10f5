/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-row.h"

#include <glib/gi18n-lib.h>

#include "app/help/topic.h"
#include "app/widgets/choice-row.h"
#include "app/widgets/field.h"
#include "app/widgets/file-button.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-words.h"
#include "app/widgets/reset-button.h"

struct _EtudeParamRow
{
  AdwActionRow parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
  GtkWidget *control; /* an EtudeParamEntry, a GtkSwitch or an EtudeFileButton */
  char *note;
  gboolean following;
};

G_DEFINE_FINAL_TYPE (EtudeParamRow, etude_param_row, ADW_TYPE_ACTION_ROW)

static gboolean
is_auto (EtudeParamRow *self)
{
  EtudePlace place;

  return etude_field_find (self->session, self->path, &place) && place.param == self->param
         && etude_param_is_auto (self->param, place.field);
}

static char *
dup_problem (EtudeParamRow *self)
{
  if (ETUDE_IS_PARAM_ENTRY (self->control))
    return g_strdup (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (self->control)));
  return etude_field_dup_problem (self->session, self->path, FALSE);
}

static void
update_subtitle (EtudeParamRow *self)
{
  g_autofree char *problem = dup_problem (self);
  const char *subtitle = "";

  if (problem != NULL)
    subtitle = problem;
  else if (self->note != NULL)
    subtitle = self->note;
  else if (is_auto (self))
    subtitle = _(self->param->automatic);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "refused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "refused");
}

static void
follow (EtudeParamRow *self)
{
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  if (GTK_IS_SWITCH (self->control))
    {
      self->following = TRUE;
      gtk_switch_set_active (GTK_SWITCH (self->control), *(gboolean *) place.field);
      self->following = FALSE;
    }
  update_subtitle (self);
}

static void
on_switched (EtudeParamRow *self)
{
  if (self->following)
    return;
  etude_session_seal (self->session);
  etude_field_set (self->session, self->path,
                   gtk_switch_get_active (GTK_SWITCH (self->control)) ? "true" : "false", NULL);
  etude_session_seal (self->session);
}

static GtkWidget *
create_switch (EtudeParamRow *self)
{
  GtkWidget *control = gtk_switch_new ();

  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  g_signal_connect_object (control, "notify::active", G_CALLBACK (on_switched), self, G_CONNECT_SWAPPED);
  return control;
}

static GtkWidget *
create_entry (EtudeParamRow *self)
{
  GtkWidget *control = etude_param_entry_new (self->session, self->path);
  gboolean is_short = etude_param_is_number (self->param) || self->param->type == ETUDE_PARAM_LENGTH
                      || self->param->type == ETUDE_PARAM_EXTENT;

  gtk_editable_set_width_chars (GTK_EDITABLE (control), is_short ? 8 : 12);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (control), is_short ? 8 : 12);
  gtk_editable_set_alignment (GTK_EDITABLE (control), is_short ? 1 : 0);
  g_signal_connect_object (control, "notify::problem", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  return control;
}

static void
etude_param_row_finalize (GObject *object)
{
  EtudeParamRow *self = ETUDE_PARAM_ROW (object);

  g_clear_object (&self->session);
  g_free (self->path);
  g_free (self->note);
  G_OBJECT_CLASS (etude_param_row_parent_class)->finalize (object);
}

static void
etude_param_row_class_init (EtudeParamRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_param_row_finalize;
}

static void
etude_param_row_init (EtudeParamRow *self)
{
}

static GtkWidget *
create (EtudeSession *session, const char *path, const EtudeParam *param)
{
  EtudeParamRow *self = g_object_new (ETUDE_TYPE_PARAM_ROW, "use-markup", FALSE, "title", _(param->label), NULL);
  g_autofree char *initial = etude_field_show_default (session, path);
  g_autofree char *tooltip = etude_param_words_tooltip (param, param->type == ETUDE_PARAM_BOOLEAN ? NULL : initial);

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = param;
  if (param->type == ETUDE_PARAM_BOOLEAN)
    self->control = create_switch (self);
  else if (param->type == ETUDE_PARAM_FILE)
    self->control = etude_file_button_new (session, path);
  else
    self->control = create_entry (self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), etude_reset_button_new (session, path));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->control);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  if (!ETUDE_IS_PARAM_ENTRY (self->control))
    g_signal_connect_object (session, "notify::problem", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  follow (self);
  return GTK_WIDGET (self);
}

/**
 * etude_param_row_new:
 * @session: whose document is edited
 * @path: dotted path of a value that holds no kinds
 *
 * The row of one parameter, made from what the catalogue says of it. It follows the document.
 *
 * Returns: an EtudeParamRow, or an EtudeChoiceRow where there are a few values to choose from
 */
GtkWidget *
etude_param_row_new (EtudeSession *session, const char *path)
{
  EtudePlace place;
  GtkWidget *row;

  g_return_val_if_fail (etude_field_find (session, path, &place), NULL);

  if (place.param->type == ETUDE_PARAM_CHOICE
      || (place.param->type == ETUDE_PARAM_BOOLEAN && place.param->automatic != NULL))
    row = etude_choice_row_new (session, path);
  else
    row = create (session, path, place.param);
  etude_help_set_kind (row, place.object->kind, place.param);
  return row;
}

/**
 * etude_param_row_set_note:
 * @self: a row
 * @note: (nullable): what stands under the title while nothing is wrong
 */
void
etude_param_row_set_note (EtudeParamRow *self, const char *note)
{
  if (g_strcmp0 (note, self->note) == 0)
    return;
  g_free (self->note);
  self->note = g_strdup (note);
  update_subtitle (self);
}

/**
 * etude_param_row_get_control:
 * @self: a row
 *
 * Returns: (transfer none): the entry, switch or button at its end
 */
GtkWidget *
etude_param_row_get_control (EtudeParamRow *self)
{
  return self->control;
}
