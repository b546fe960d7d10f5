/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/choice-row.h"

#include <glib/gi18n-lib.h>

#include "app/help/topic.h"
#include "app/widgets/field.h"
#include "app/widgets/param-words.h"
#include "app/widgets/reset-button.h"

/* What can be chosen: a choice, one of auto, off and on, or a kind. */
typedef struct
{
  const char *text; /* for etude_field_set(); NULL for a kind */
  const EtudeKind *kind;
  const char *label;
  const char *help;
} Item;

struct _EtudeChoiceRow
{
  AdwComboRow parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
  GArray *items;
  GtkWidget *reset; /* NULL for a kind: its group has one */
  char *note;
  char *problem;
  gboolean following;
};

G_DEFINE_FINAL_TYPE (EtudeChoiceRow, etude_choice_row, ADW_TYPE_COMBO_ROW)

static const EtudeChoice automatic_booleans[] = {
  { "auto", NC_ ("choice", "Auto"), NULL },
  { "false", NC_ ("choice", "Off"), NULL },
  { "true", NC_ ("choice", "On"), NULL },
  { NULL, NULL, NULL }
};

static void
add_item (EtudeChoiceRow *self, const char *text, const EtudeKind *kind, const char *label, const char *help)
{
  Item item = { text, kind, label, help };

  g_array_append_val (self->items, item);
}

static void
add_items (EtudeChoiceRow *self)
{
  const EtudeParam *param = self->param;

  if (param->type == ETUDE_PARAM_KIND)
    {
      if (param->automatic != NULL)
        add_item (self, NULL, NULL, C_("choice", "Automatic"), _(param->automatic));
      if (param->nullable)
        /* Translators: no warm-up, for example */
        add_item (self, NULL, NULL, C_("choice", "None"), NULL);
      for (guint i = 0; param->group->kinds[i] != NULL; i++)
        add_item (self, NULL, param->group->kinds[i], _(param->group->kinds[i]->label),
                  param->group->kinds[i]->help != NULL ? _(param->group->kinds[i]->help) : NULL);
    }
  else if (param->type == ETUDE_PARAM_CHOICE)
    for (const EtudeChoice *choice = param->choices; choice->id != NULL; choice++)
      add_item (self, choice->id, NULL, _(choice->label), choice->help != NULL ? _(choice->help) : NULL);
  else
    for (const EtudeChoice *choice = automatic_booleans; choice->id != NULL; choice++)
      add_item (self, choice->id, NULL, g_dpgettext2 (GETTEXT_PACKAGE, "choice", choice->label), NULL);
}

/* Of a kind that is chosen its own page; of none, what the kind around it says. */
static void
update_help (EtudeChoiceRow *self, const EtudeKind *chosen)
{
  EtudePlace place;

  if (chosen != NULL)
    etude_help_set_kind (GTK_WIDGET (self), chosen, NULL);
  else if (etude_field_find (self->session, self->path, &place))
    etude_help_set_kind (GTK_WIDGET (self), place.object->kind, self->param);
}

/* What is chosen stands at the end of the row in full: it is worth more than the words beside it. */

static void
on_setup_chosen (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
on_bind_chosen (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* In the list each has its help under it, and a tick where it is chosen. */

static void
on_setup_listed (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (NULL), *help = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (help), 0);
  gtk_label_set_wrap (GTK_LABEL (help), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (help), 32);
  gtk_widget_add_css_class (help, "caption");
  gtk_widget_add_css_class (help, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), label);
  gtk_box_append (GTK_BOX (words), help);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_list_item_set_child (item, box);
}

static void
show_tick (EtudeChoiceRow *self, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *tick = gtk_widget_get_last_child (gtk_list_item_get_child (item));

  gtk_widget_set_opacity (tick, gtk_list_item_get_position (item) == adw_combo_row_get_selected (ADW_COMBO_ROW (self)));
}

static void
on_bind_listed (EtudeChoiceRow *self, GtkListItem *item)
{
  GtkWidget *words = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  const Item *shown = &g_array_index (self->items, Item, gtk_list_item_get_position (item));
  GtkWidget *help = gtk_widget_get_last_child (words);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (words)), shown->label);
  gtk_label_set_text (GTK_LABEL (help), shown->help != NULL ? shown->help : "");
  gtk_widget_set_visible (help, shown->help != NULL);
  show_tick (self, NULL, item);
  g_signal_connect_object (self, "notify::selected", G_CALLBACK (show_tick), item, 0);
}

static void
on_unbind_listed (EtudeChoiceRow *self, GtkListItem *item)
{
  g_signal_handlers_disconnect_by_func (self, show_tick, item);
}

static void
set_factories (EtudeChoiceRow *self)
{
  g_autoptr (GtkListItemFactory) chosen = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) listed = gtk_signal_list_item_factory_new ();

  g_signal_connect (chosen, "setup", G_CALLBACK (on_setup_chosen), NULL);
  g_signal_connect (chosen, "bind", G_CALLBACK (on_bind_chosen), NULL);
  g_signal_connect (listed, "setup", G_CALLBACK (on_setup_listed), NULL);
  g_signal_connect_object (listed, "bind", G_CALLBACK (on_bind_listed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (listed, "unbind", G_CALLBACK (on_unbind_listed), self, G_CONNECT_SWAPPED);
  adw_combo_row_set_factory (ADW_COMBO_ROW (self), chosen);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self), listed);
}

static guint
find_selected (EtudeChoiceRow *self)
{
  g_autofree char *text = NULL;
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return GTK_INVALID_LIST_POSITION;
  if (self->param->type != ETUDE_PARAM_KIND)
    text = etude_field_show (self->session, self->path);
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);

      if (text != NULL ? g_strcmp0 (item->text, text) == 0 : item->kind == ((EtudeObject *) place.field)->kind)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
update_subtitle (EtudeChoiceRow *self, guint selected)
{
  g_autofree char *blame = etude_field_dup_problem (self->session, self->path, FALSE);
  const char *problem = blame != NULL ? blame : self->problem;
  const char *words = problem != NULL ? problem
                      : self->note != NULL ? self->note : g_array_index (self->items, Item, selected).help;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), words != NULL ? words : "");
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "refused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "refused");
}

static void
follow (EtudeChoiceRow *self)
{
  guint selected = find_selected (self);

  if (selected == GTK_INVALID_LIST_POSITION)
    return;
  self->following = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  self->following = FALSE;
  update_subtitle (self, selected);
  if (self->param->type == ETUDE_PARAM_KIND)
    update_help (self, g_array_index (self->items, Item, selected).kind);
  if (self->reset != NULL)
    etude_reset_button_update (ETUDE_RESET_BUTTON (self->reset));
}

static void
on_selected (EtudeChoiceRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));
  const Item *item;

  if (self->following || selected >= self->items->len)
    return;
  item = &g_array_index (self->items, Item, selected);
  if (self->param->type == ETUDE_PARAM_KIND)
    etude_field_set_kind (self->session, self->path, item->kind);
  else
    {
      etude_session_seal (self->session);
      etude_field_set (self->session, self->path, item->text, NULL);
      etude_session_seal (self->session);
    }
}

static void
etude_choice_row_finalize (GObject *object)
{
  EtudeChoiceRow *self = ETUDE_CHOICE_ROW (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->items, g_array_unref);
  g_free (self->path);
  g_free (self->note);
  g_free (self->problem);
  G_OBJECT_CLASS (etude_choice_row_parent_class)->finalize (object);
}

static void
etude_choice_row_class_init (EtudeChoiceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_choice_row_finalize;
}

static void
etude_choice_row_init (EtudeChoiceRow *self)
{
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
}

static EtudeChoiceRow *
create (EtudeSession *session, const char *path)
{
  EtudeChoiceRow *self = g_object_new (ETUDE_TYPE_CHOICE_ROW, NULL);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), self);

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  add_items (self);
  for (guint i = 0; i < self->items->len; i++)
    gtk_string_list_append (labels, g_array_index (self->items, Item, i).label);
  set_factories (self);
  self->following = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (labels));
  self->following = FALSE;
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::problem", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * etude_choice_row_new:
 * @session: whose document is edited
 * @path: dotted path of a choice, or of a boolean that may be auto
 *
 * A row with everything that can be chosen, from the catalogue.
 *
 * Returns: the row
 */
GtkWidget *
etude_choice_row_new (EtudeSession *session, const char *path)
{
  EtudeChoiceRow *self = create (session, path);
  g_autofree char *tooltip = etude_param_words_tooltip (self->param, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(self->param->label));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  self->reset = etude_reset_button_new (session, path);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->reset);
  follow (self);
  return GTK_WIDGET (self);
}

/**
 * etude_choice_row_new_for_kind:
 * @session: whose document is edited
 * @path: dotted path of a kind
 *
 * A row with all kinds of a group. It is read aloud by the name of the group, which stands above it
 * and is not repeated in the row.
 *
 * Returns: the row
 */
GtkWidget *
etude_choice_row_new_for_kind (EtudeSession *session, const char *path)
{
  EtudeChoiceRow *self = create (session, path);

  /* Translators: what sort of optimizer, schedule, loss or data */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), C_("row", "Kind"));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->param->label), -1);
  if (self->param->help != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _(self->param->help));
  follow (self);
  return GTK_WIDGET (self);
}

/**
 * etude_choice_row_set_note:
 * @self: a row
 * @note: (nullable): what stands under the title; NULL for the help of what is chosen
 */
void
etude_choice_row_set_note (EtudeChoiceRow *self, const char *note)
{
  if (g_strcmp0 (note, self->note) == 0)
    return;
  g_free (self->note);
  self->note = g_strdup (note);
  follow (self);
}

/**
 * etude_choice_row_set_problem:
 * @self: a row
 * @problem: (nullable): what is wrong with what is chosen, beside what the session says of it
 */
void
etude_choice_row_set_problem (EtudeChoiceRow *self, const char *problem)
{
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  follow (self);
}
