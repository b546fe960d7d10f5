/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/kind-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/application.h"
#include "app/help/help-window.h"
#include "app/help/topic.h"
#include "app/model/blame.h"
#include "app/widgets/field.h"
#include "app/widgets/menu-button.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-group.h"
#include "app/widgets/param-row.h"
#include "app/widgets/param-words.h"

struct _EtudeKindRow
{
  AdwActionRow parent_instance;

  EtudeSession *session;
  EtudeKindNotes *notes;
  char *list; /* path of the list */
  char *path; /* of this item */
  guint index;
  const EtudeKind *kind;
  const EtudeParam *first; /* the value that stands in the row itself, or NULL */
  GtkWidget *handle;
  GtkWidget *size;
  GtkWidget *shape;
  GtkMenuButton *menu;
  GtkWidget *options;
  GtkWidget *scrolled;
  GtkWidget *advanced; /* NULL where the kinds have nothing in common */
};

enum
{
  MOVED,
  REMOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeKindRow, etude_kind_row, ADW_TYPE_ACTION_ROW)

static char *
dup_path (EtudeKindRow *self, const EtudeParam *param)
{
  return g_strdup_printf ("%s.%s", self->path, param->key);
}

/* What only the last may leave open, else the first number of its own: what makes one item of a kind
 * another than the next. */
static const EtudeParam *
find_first (const EtudeKind *kind)
{
  for (guint i = 0; i < etude_kind_n_params (kind); i++)
    if (etude_kind_get_param (kind, i)->last_auto)
      return etude_kind_get_param (kind, i);
  for (const EtudeParam *param = kind->params; param != NULL && param->key != NULL; param++)
    if (etude_param_is_number (param))
      return param;
  return NULL;
}

static gboolean
is_option (EtudeKindRow *self, const EtudeParam *param)
{
  return param != self->first && param->type != ETUDE_PARAM_KINDS;
}

/* What is folded away is marked where it is folded. */
static void
update_advanced (EtudeKindRow *self)
{
  g_autofree char *problem = NULL;

  if (self->advanced == NULL)
    return;
  for (const EtudeParam *param = self->kind->common; param->key != NULL && problem == NULL; param++)
    {
      g_autofree char *path = dup_path (self, param);

      if (is_option (self, param) && etude_kind_notes_get_problem (self->notes, path) != NULL)
        problem = etude_blame_explain (etude_session_get_experiment (self->session),
                                       etude_kind_notes_get_problem (self->notes, path), self->path);
    }
  if (problem != NULL && adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->advanced)))
    g_clear_pointer (&problem, g_free);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self->advanced), problem != NULL ? problem : "");
  if (problem != NULL)
    gtk_widget_add_css_class (self->advanced, "refused");
  else
    gtk_widget_remove_css_class (self->advanced, "refused");
}

static void
update (EtudeKindRow *self)
{
  GtkWidget *entry = adw_bin_get_child (ADW_BIN (self->size));
  const char *refused = entry != NULL ? etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (entry)) : NULL;
  const char *problem = etude_kind_notes_get_problem (self->notes, self->path);
  const char *size = etude_kind_notes_get_size (self->notes, self->path);
  const char *words = etude_kind_notes_get_words (self->notes, self->path);
  g_autofree char *subtitle = NULL;

  if (refused == NULL && problem != NULL)
    subtitle = etude_blame_explain (etude_session_get_experiment (self->session), problem, self->path);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               refused != NULL ? refused : subtitle != NULL ? subtitle : words != NULL ? words : "");
  gtk_label_set_text (GTK_LABEL (self->shape), size != NULL ? size : "");
  if (refused != NULL || problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "refused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "refused");
  update_advanced (self);
}

static void
add_size (EtudeKindRow *self)
{
  g_autofree char *path = NULL;
  g_autofree char *tooltip = NULL;
  GtkWidget *entry;

  if (self->first == NULL)
    return;
  path = dup_path (self, self->first);
  tooltip = etude_param_words_tooltip (self->first, NULL);
  entry = etude_param_entry_new (self->session, path);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), etude_param_is_number (self->first) ? 4 : 8);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), etude_param_is_number (self->first) ? 4 : 8);
  gtk_editable_set_alignment (GTK_EDITABLE (entry), 1);
  gtk_widget_set_tooltip_text (entry, tooltip);
  etude_help_set_kind (entry, self->kind, self->first);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->first->label), -1);
  g_signal_connect_object (entry, "notify::problem", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self->size), entry);
}

static GtkWidget *
create_option (EtudeKindRow *self, const EtudeParam *param)
{
  g_autofree char *path = dup_path (self, param);

  return param->type == ETUDE_PARAM_KIND ? etude_param_group_new (self->session, path, NULL)
                                         : etude_param_row_new (self->session, path);
}

/* Once: an expander takes rows only, so that a kind, which is a group, comes after it. */
static void
on_expanded (EtudeKindRow *self, GParamSpec *pspec, GtkWidget *advanced)
{
  g_signal_handlers_disconnect_by_func (advanced, on_expanded, self);
  for (const EtudeParam *param = self->kind->common; param->key != NULL; param++)
    {
      GtkWidget *child;

      if (!is_option (self, param))
        continue;
      child = create_option (self, param);
      if (param->type != ETUDE_PARAM_KIND)
        {
          adw_expander_row_add_row (ADW_EXPANDER_ROW (advanced), child);
          continue;
        }
      gtk_widget_add_css_class (child, "inner");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options), child);
      g_object_bind_property (advanced, "expanded", child, "visible", G_BINDING_SYNC_CREATE);
    }
}

/* What all kinds of the list have is behind a row of its own, and made when it is asked for: few people
 * change it. */
static void
add_common (EtudeKindRow *self)
{
  self->advanced = g_object_new (ADW_TYPE_EXPANDER_ROW, "title", _("Advanced"), "use-markup", FALSE, NULL);
  g_signal_connect_object (self->advanced, "notify::expanded", G_CALLBACK (on_expanded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->advanced, "notify::expanded", G_CALLBACK (update_advanced), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options), self->advanced);
}

static void
add_options (EtudeKindRow *self)
{
  guint n_options = 0;

  for (const EtudeParam *param = self->kind->params; param != NULL && param->key != NULL; param++)
    if (is_option (self, param))
      {
        adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options), create_option (self, param));
        n_options++;
      }
  if (self->kind->common != NULL)
    add_common (self);
  gtk_widget_set_visible (self->scrolled, n_options > 0 || self->kind->common != NULL);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_kind_row_close (ETUDE_KIND_ROW (widget));
  g_signal_emit (widget, signals[MOVED], 0, ETUDE_KIND_ROW (widget)->index,
                 ETUDE_KIND_ROW (widget)->index + (g_str_equal (name, "kind.up") ? -1 : 1));
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_kind_row_close (ETUDE_KIND_ROW (widget));
  g_signal_emit (widget, signals[REMOVED], 0, ETUDE_KIND_ROW (widget)->index);
}

static void
help_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  etude_kind_row_close (ETUDE_KIND_ROW (widget));
  etude_help_present (GTK_APPLICATION (g_application_get_default ()), etude_help_get_topic (widget));
}

static GdkContentProvider *
on_prepare (EtudeKindRow *self)
{
  return gdk_content_provider_new_typed (ETUDE_TYPE_KIND_ROW, self);
}

static void
on_drag_begin (EtudeKindRow *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static gboolean
on_drop (EtudeKindRow *self, const GValue *value)
{
  EtudeKindRow *dragged = g_value_get_object (value);

  if (dragged == NULL || dragged == self || dragged->session != self->session
      || !g_str_equal (dragged->list, self->list))
    return FALSE;
  g_signal_emit (self, signals[MOVED], 0, dragged->index, self->index);
  return TRUE;
}

static void
etude_kind_row_dispose (GObject *object)
{
  g_clear_object (&ETUDE_KIND_ROW (object)->session);
  G_OBJECT_CLASS (etude_kind_row_parent_class)->dispose (object);
}

static void
etude_kind_row_finalize (GObject *object)
{
  EtudeKindRow *self = ETUDE_KIND_ROW (object);

  g_clear_object (&self->notes);
  g_free (self->list);
  g_free (self->path);
  G_OBJECT_CLASS (etude_kind_row_parent_class)->finalize (object);
}

static void
etude_kind_row_class_init (EtudeKindRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_kind_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_kind_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/widgets/kind-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, handle);
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, size);
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, shape);
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, menu);
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, options);
  gtk_widget_class_bind_template_child (widget_class, EtudeKindRow, scrolled);
  gtk_widget_class_install_action (widget_class, "kind.up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "kind.down", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "kind.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "kind.help", NULL, help_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "kind.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "kind.down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "kind.remove", NULL);
  /* Asks for the item to be moved, or removed: two places or one. */
  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
etude_kind_row_init (EtudeKindRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (ETUDE_TYPE_KIND_ROW, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (on_prepare), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  gtk_widget_add_controller (self->handle, GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
name_menu (EtudeKindRow *self)
{
  /* Translators: %s is the title of a row, such as “Dense” */
  g_autofree char *words = g_strdup_printf (_("Options of %s"), _(self->kind->label));

  etude_menu_button_set_words (self->menu, words, words);
}

/**
 * etude_kind_row_new:
 * @session: whose document is edited
 * @list: dotted path of a list of kinds
 * @index: which item
 * @notes: what is known of it
 *
 * An item of a list: what makes it large or small, what is known of it, and what can be done with it.
 * The signals “moved” and “removed” ask for changes of the list. Lists within the item are not shown.
 *
 * Returns: the row, for as long as the item at this place is of this kind
 */
GtkWidget *
etude_kind_row_new (EtudeSession *session, const char *list, guint index, EtudeKindNotes *notes)
{
  EtudeKindRow *self = g_object_new (ETUDE_TYPE_KIND_ROW, NULL);
  const EtudeObjects *items;
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, list, &place), GTK_WIDGET (self));
  items = place.field;
  g_return_val_if_fail (index < items->n, GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->notes = g_object_ref (notes);
  self->list = g_strdup (list);
  self->path = g_strdup_printf ("%s.%u", list, index);
  self->index = index;
  self->kind = items->items[index].kind;
  self->first = find_first (self->kind);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(self->kind->label));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _(self->kind->help));
  gtk_widget_set_visible (self->shape, etude_kind_notes_has_sizes (notes));
  etude_help_set_kind (GTK_WIDGET (self), self->kind, NULL);
  name_menu (self);
  add_size (self);
  add_options (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "kind.up", index > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "kind.down", index + 1 < items->n);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "kind.remove", (double) items->n > place.param->min);
  /* A button in a popover hears of an action only when something is said of it. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "kind.help", TRUE);
  g_signal_connect_object (notes, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * etude_kind_row_close:
 * @self: a row
 *
 * Closes the menu, before the row goes.
 */
void
etude_kind_row_close (EtudeKindRow *self)
{
  gtk_menu_button_popdown (self->menu);
}
