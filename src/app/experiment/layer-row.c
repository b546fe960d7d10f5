/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/layer-row.h"

#include <glib/gi18n-lib.h>

#include "app/application.h"
#include "app/widgets/field.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/param-group.h"
#include "app/widgets/param-row.h"
#include "app/widgets/param-words.h"
#include "app/widgets/run-words.h"

struct _EtudeLayerRow
{
  AdwActionRow parent_instance;

  EtudeSession *session;
  guint index;
  const EtudeKind *kind;
  const EtudeParam *first; /* the number that stands in the row itself, or NULL */
  GtkWidget *handle;
  GtkWidget *size;
  GtkWidget *shape;
  GtkMenuButton *menu;
  GtkWidget *options;
  char *words;   /* how many parameters it has, or why it cannot be here */
  gboolean fits; /* it can be here */
};

enum
{
  MOVED,
  REMOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeLayerRow, etude_layer_row, ADW_TYPE_ACTION_ROW)

static char *
dup_path (EtudeLayerRow *self, const EtudeParam *param)
{
  return g_strdup_printf ("network.layers.%u.%s", self->index, param->key);
}

/* What makes one layer of a kind another than the next comes first among its own parameters. */
static const EtudeParam *
find_first (const EtudeKind *kind)
{
  for (const EtudeParam *param = kind->params; param != NULL && param->key != NULL; param++)
    if (etude_param_is_number (param))
      return param;
  return NULL;
}

static void
update_subtitle (EtudeLayerRow *self)
{
  GtkWidget *entry = adw_bin_get_child (ADW_BIN (self->size));
  const char *problem = entry != NULL ? etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (entry)) : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), problem != NULL ? problem : self->words != NULL ? self->words : "");
  if (problem != NULL || !self->fits)
    gtk_widget_add_css_class (GTK_WIDGET (self), "refused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "refused");
}

static void
add_size (EtudeLayerRow *self)
{
  g_autofree char *path = NULL;
  g_autofree char *tooltip = NULL;
  GtkWidget *entry;

  if (self->first == NULL)
    return;
  path = dup_path (self, self->first);
  tooltip = etude_param_words_tooltip (self->first, NULL);
  entry = etude_param_entry_new (self->session, path);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 4);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 4);
  gtk_editable_set_alignment (GTK_EDITABLE (entry), 1);
  gtk_widget_set_tooltip_text (entry, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _(self->first->label), -1);
  g_signal_connect_object (entry, "notify::problem", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self->size), entry);
}

/* Once: an expander takes rows only, so that a kind, which is a group, comes after it. */
static void
on_expanded (EtudeLayerRow *self, GParamSpec *pspec, GtkWidget *advanced)
{
  g_signal_handlers_disconnect_by_func (advanced, on_expanded, self);
  for (const EtudeParam *param = self->kind->common; param != NULL && param->key != NULL; param++)
    {
      g_autofree char *path = dup_path (self, param);
      GtkWidget *child;

      if (param->type == ETUDE_PARAM_KIND)
        {
          child = etude_param_group_new (self->session, path, NULL);
          gtk_widget_add_css_class (child, "inner");
          adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options), child);
          g_object_bind_property (advanced, "expanded", child, "visible", G_BINDING_SYNC_CREATE);
        }
      else
        {
          child = etude_param_row_new (self->session, path);
          adw_expander_row_add_row (ADW_EXPANDER_ROW (advanced), child);
        }
    }
}

/* What every layer has is behind a row of its own, and made when it is asked for: few people change it. */
static void
add_common (EtudeLayerRow *self)
{
  GtkWidget *advanced = g_object_new (ADW_TYPE_EXPANDER_ROW, "title", _("Advanced"), NULL);

  g_signal_connect_object (advanced, "notify::expanded", G_CALLBACK (on_expanded), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options), advanced);
}

static void
add_options (EtudeLayerRow *self)
{
  for (const EtudeParam *param = self->kind->params; param != NULL && param->key != NULL; param++)
    {
      g_autofree char *path = dup_path (self, param);

      if (param == self->first || param->type == ETUDE_PARAM_KINDS)
        continue;
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->options),
                                 param->type == ETUDE_PARAM_KIND
                                   ? etude_param_group_new (self->session, path, NULL)
                                   : etude_param_row_new (self->session, path));
    }
  add_common (self);
}

/* A row that is removed with its menu open leaves the keyboard to a surface that is gone. */
static void
close_menu (EtudeLayerRow *self)
{
  gtk_menu_button_popdown (self->menu);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  close_menu (ETUDE_LAYER_ROW (widget));
  g_signal_emit (widget, signals[MOVED], 0, ETUDE_LAYER_ROW (widget)->index,
                 ETUDE_LAYER_ROW (widget)->index + (g_str_equal (name, "layer.up") ? -1 : 1));
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  close_menu (ETUDE_LAYER_ROW (widget));
  g_signal_emit (widget, signals[REMOVED], 0, ETUDE_LAYER_ROW (widget)->index);
}

static GdkContentProvider *
on_prepare (EtudeLayerRow *self)
{
  return gdk_content_provider_new_typed (ETUDE_TYPE_LAYER_ROW, self);
}

static void
on_drag_begin (EtudeLayerRow *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static gboolean
on_drop (EtudeLayerRow *self, const GValue *value)
{
  EtudeLayerRow *dragged = g_value_get_object (value);

  if (dragged == NULL || dragged == self || dragged->session != self->session)
    return FALSE;
  g_signal_emit (self, signals[MOVED], 0, dragged->index, self->index);
  return TRUE;
}

static void
etude_layer_row_dispose (GObject *object)
{
  g_clear_object (&ETUDE_LAYER_ROW (object)->session);
  G_OBJECT_CLASS (etude_layer_row_parent_class)->dispose (object);
}

static void
etude_layer_row_finalize (GObject *object)
{
  g_free (ETUDE_LAYER_ROW (object)->words);
  G_OBJECT_CLASS (etude_layer_row_parent_class)->finalize (object);
}

static void
etude_layer_row_class_init (EtudeLayerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_layer_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_layer_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/layer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeLayerRow, handle);
  gtk_widget_class_bind_template_child (widget_class, EtudeLayerRow, size);
  gtk_widget_class_bind_template_child (widget_class, EtudeLayerRow, shape);
  gtk_widget_class_bind_template_child (widget_class, EtudeLayerRow, menu);
  gtk_widget_class_bind_template_child (widget_class, EtudeLayerRow, options);
  gtk_widget_class_install_action (widget_class, "layer.up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "layer.down", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "layer.remove", NULL, remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "layer.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "layer.down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "layer.remove", NULL);
  /* Asks for a layer to be moved, or removed: two places or one. */
  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
etude_layer_row_init (EtudeLayerRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (ETUDE_TYPE_LAYER_ROW, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (on_prepare), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  gtk_widget_add_controller (self->handle, GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * etude_layer_row_new:
 * @session: whose document is edited
 * @index: which layer
 * @n_layers: how many there are
 *
 * A layer: what makes it large or small, what comes out of it, and what can be done with it. The
 * signals “moved” and “removed” ask for changes of the list.
 *
 * Returns: the row, for as long as the layer at this place is of this kind
 */
GtkWidget *
etude_layer_row_new (EtudeSession *session, guint index, guint n_layers)
{
  EtudeLayerRow *self = g_object_new (ETUDE_TYPE_LAYER_ROW, NULL);
  EtudeNetworkSection *network = etude_experiment_network (etude_session_get_experiment (session));

  g_return_val_if_fail (index < network->layers.n, GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->index = index;
  self->kind = network->layers.items[index].kind;
  self->first = find_first (self->kind);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(self->kind->label));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _(self->kind->help));
  add_size (self);
  add_options (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.up", index > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.down", index + 1 < n_layers);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "layer.remove", n_layers > 1);
  return GTK_WIDGET (self);
}

/**
 * etude_layer_row_set_shape:
 * @self: a row
 * @shape: (nullable): what comes out of the layer; NULL where that is not known
 */
void
etude_layer_row_set_shape (EtudeLayerRow *self, const EtudeLayerShape *shape)
{
  g_autofree char *size = shape != NULL ? etude_shape_show (&shape->shape) : NULL;
  g_autofree char *count = shape != NULL ? etude_words_count ((double) shape->n_parameters) : NULL;

  g_clear_pointer (&self->words, g_free);
  self->fits = TRUE;
  if (shape != NULL && shape->n_parameters > 0)
    self->words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s parameter", "%s parameters",
                                                (gulong) shape->n_parameters), count);
  gtk_label_set_text (GTK_LABEL (self->shape), size != NULL ? size : "");
  gtk_widget_set_tooltip_text (self->shape, size != NULL ? _("Values that come out of the layer") : NULL);
  update_subtitle (self);
}

/**
 * etude_layer_row_set_problem:
 * @self: a row
 * @problem: why the network cannot have this layer here
 */
void
etude_layer_row_set_problem (EtudeLayerRow *self, const char *problem)
{
  g_free (self->words);
  self->words = g_strdup (problem);
  self->fits = FALSE;
  gtk_label_set_text (GTK_LABEL (self->shape), "");
  update_subtitle (self);
}
