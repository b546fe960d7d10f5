/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/kinds-row.h"

#include <glib/gi18n-lib.h>

#include "app/help/topic.h"
#include "app/model/blame.h"
#include "app/widgets/field.h"
#include "app/widgets/menu-button.h"
#include "app/widgets/param-words.h"
#include "app/widgets/reset-button.h"

struct _EtudeKindsRow
{
  AdwExpanderRow parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
  EtudeKindNotes *notes;
  EtudeKindsList *list;
};

G_DEFINE_FINAL_TYPE (EtudeKindsRow, etude_kinds_row, ADW_TYPE_EXPANDER_ROW)

static char *
dup_kinds (const EtudeObjects *list)
{
  GString *words = g_string_new (NULL);

  for (gsize i = 0; i < list->n; i++)
    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "", _(list->items[i].kind->label));
  return g_string_free (words, FALSE);
}

/* What is wrong with an item stands here while no row of it is seen. */
static char *
dup_problem (EtudeKindsRow *self)
{
  const char *problem = etude_kind_notes_get_problem (self->notes, self->path);

  if (problem == NULL || adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return NULL;
  return etude_blame_explain (etude_session_get_experiment (self->session), problem, self->path);
}

static void
follow (EtudeKindsRow *self)
{
  g_autofree char *problem = NULL, *kinds = NULL;
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  problem = dup_problem (self);
  kinds = dup_kinds (place.field);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), problem != NULL ? problem : kinds);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "refused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "refused");
}

static void
on_problem (EtudeKindsRow *self)
{
  etude_kind_notes_set_problem (self->notes, etude_session_get_problem (self->session));
  etude_kind_notes_tell (self->notes);
}

static void
on_expanded (EtudeKindsRow *self)
{
  etude_kind_notes_set_open (self->notes, self->path, adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)));
}

static void
on_notes_changed (EtudeKindsRow *self)
{
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), etude_kind_notes_is_open (self->notes, self->path));
  follow (self);
}

/* “Add Layer to Residual Block”: there may be several of them. */
static GtkWidget *
create_add_button (EtudeKindsRow *self, const EtudeKind *kind)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenuModel) menu = etude_kinds_list_create_menu (self->list);
  g_autofree char *words = NULL;

  /* Translators: first what a list holds, such as “Layer”, then what has the list, such as “Residual Block” */
  words = g_strdup_printf (_("Add %s to %s"), _(self->param->group->label), _(kind->label));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "list-add-symbolic");
  etude_menu_button_set_list (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  etude_menu_button_set_words (GTK_MENU_BUTTON (button), words, words);
  return button;
}

static void
etude_kinds_row_dispose (GObject *object)
{
  g_clear_object (&ETUDE_KINDS_ROW (object)->list);
  G_OBJECT_CLASS (etude_kinds_row_parent_class)->dispose (object);
}

static void
etude_kinds_row_finalize (GObject *object)
{
  EtudeKindsRow *self = ETUDE_KINDS_ROW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->notes);
  g_free (self->path);
  G_OBJECT_CLASS (etude_kinds_row_parent_class)->finalize (object);
}

static void
etude_kinds_row_class_init (EtudeKindsRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = etude_kinds_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_kinds_row_finalize;
}

static void
etude_kinds_row_init (EtudeKindsRow *self)
{
}

static void
connect (EtudeKindsRow *self)
{
  g_signal_connect_object (self->session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (on_expanded), NULL);
  g_signal_connect_object (self->notes, "changed", G_CALLBACK (on_notes_changed), self, G_CONNECT_SWAPPED);
  on_notes_changed (self);
}

/**
 * etude_kinds_row_new:
 * @session: whose document is edited
 * @path: dotted path of a list of kinds
 * @notes: (nullable): those of the list around it; NULL where there is none: then an item says what
 *   the session says of it
 *
 * What a list holds, in its order; it opens to the rows of its items. See etude_kinds_list_new().
 *
 * Returns: the row
 */
GtkWidget *
etude_kinds_row_new (EtudeSession *session, const char *path, EtudeKindNotes *notes)
{
  EtudeKindsRow *self = g_object_new (ETUDE_TYPE_KINDS_ROW, "use-markup", FALSE, NULL);
  g_autofree char *tooltip = NULL;
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  self->notes = notes != NULL ? g_object_ref (notes) : etude_kind_notes_new (FALSE);
  self->list = etude_kinds_list_new (session, path, self->notes, GTK_WIDGET (self));
  tooltip = etude_param_words_tooltip (self->param, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(self->param->label));
  etude_help_set_kind (GTK_WIDGET (self), place.object->kind, place.param);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kinds");
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), create_add_button (self, place.object->kind));
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), etude_reset_button_new (session, path));
  if (notes != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "inner");
  else
    {
      g_signal_connect_object (session, "notify::problem", G_CALLBACK (on_problem), self, G_CONNECT_SWAPPED);
      on_problem (self);
    }
  connect (self);
  return GTK_WIDGET (self);
}

/**
 * etude_kinds_row_get_list:
 * @self: a row
 *
 * Returns: (transfer none): the list that it opens to
 */
EtudeKindsList *
etude_kinds_row_get_list (EtudeKindsRow *self)
{
  return self->list;
}
