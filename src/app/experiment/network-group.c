/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/network-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/application.h"
#include "app/experiment/layer-row.h"
#include "app/widgets/param-group.h"
#include "app/widgets/reset-button.h"
#include "app/widgets/run-words.h"
#include "network/goal.h"
#include "network/loss.h"

#define NETWORK_PATH "network"
#define LAYERS_PATH "network.layers"

struct _EtudeNetworkGroup
{
  AdwPreferencesGroup parent_instance;

  EtudeSession *session;
  GtkWidget *header;
  GtkWidget *add;
  GtkWidget *input;
  GtkWidget *input_shape;
  GPtrArray *kinds; /* of the layers that have rows now */
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (EtudeNetworkGroup, etude_network_group, ADW_TYPE_PREFERENCES_GROUP)

static const EtudeObjects *
get_layers (EtudeNetworkGroup *self)
{
  return &etude_experiment_network (etude_session_get_experiment (self->session))->layers;
}

/* Edits of the list: each is an entry of undo by itself. */

static void
finish (EtudeNetworkGroup *self, const EtudeExperiment *value, guint focus)
{
  etude_session_seal (self->session);
  etude_session_edit (self->session, value, LAYERS_PATH);
  etude_session_seal (self->session);
  if (self->rows->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (self->rows, MIN (focus, self->rows->len - 1)));
}

static void
on_moved (EtudeNetworkGroup *self, guint from, guint to)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  EtudeObjects *layers = &etude_experiment_network (value)->layers;

  if (from >= layers->n || to >= layers->n)
    return;
  etude_objects_move (layers, from, to);
  finish (self, value, to);
}

static void
on_removed (EtudeNetworkGroup *self, guint at)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  EtudeObjects *layers = &etude_experiment_network (value)->layers;

  if (at >= layers->n || layers->n < 2)
    return;
  etude_objects_remove (layers, at);
  finish (self, value, at);
}

/* A number that only the last layer may leave open is taken from another layer of that kind, or
 * from the one of a new document. */
static void
close_open_numbers (EtudeObject *layer, const EtudeObjects *examples)
{
  for (const EtudeParam *param = layer->kind->params; param != NULL && param->key != NULL; param++)
    for (gsize i = 0; i < examples->n; i++)
      {
        gpointer field = etude_param_field (param, layer->data), example;

        if (examples->items[i].kind != layer->kind || !etude_param_is_number (param)
            || !etude_param_is_auto (param, field))
          continue;
        example = etude_param_field (param, examples->items[i].data);
        if (!etude_param_is_auto (param, example))
          {
            g_autofree char *text = etude_param_show (param, example);

            etude_param_read (param, text, field, NULL);
          }
      }
}

static gboolean
is_open (const EtudeObject *layer)
{
  for (const EtudeParam *param = layer->kind->params; param != NULL && param->key != NULL; param++)
    if (etude_param_is_number (param) && etude_param_is_auto (param, etude_param_field (param, layer->data)))
      return TRUE;
  return FALSE;
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EtudeNetworkGroup *self = ETUDE_NETWORK_GROUP (widget);
  const EtudeKind *kind = etude_group_find (&etude_layer_group, g_variant_get_string (parameter, NULL));
  const EtudeObjects *old = get_layers (self);
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  g_autoptr (EtudeExperiment) fresh = etude_experiment_new ();
  EtudeObjects *layers = &etude_experiment_network (value)->layers;
  gsize at = old->n;
  EtudeObject *layer;

  if (kind == NULL)
    return;
  /* The last layer makes as many outputs as the data need: it stays the last. */
  if (old->n > 0 && is_open (&old->items[old->n - 1]))
    at = old->n - 1;
  layer = etude_objects_insert (layers, at, kind);
  if (at < old->n)
    {
      close_open_numbers (layer, old);
      close_open_numbers (layer, &etude_experiment_network (fresh)->layers);
    }
  finish (self, value, (guint) at);
}

/* Showing. */

static gboolean
has_rows_of (EtudeNetworkGroup *self, const EtudeObjects *layers)
{
  if (layers->n != self->kinds->len)
    return FALSE;
  for (gsize i = 0; i < layers->n; i++)
    if (layers->items[i].kind != g_ptr_array_index (self->kinds, i))
      return FALSE;
  return TRUE;
}

static void
fill (EtudeNetworkGroup *self)
{
  const EtudeObjects *layers = get_layers (self);

  if (has_rows_of (self, layers))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->kinds, 0);
  for (guint i = 0; i < layers->n; i++)
    {
      GtkWidget *row = etude_layer_row_new (self->session, i, (guint) layers->n);

      g_signal_connect_object (row, "moved", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "removed", G_CALLBACK (on_removed), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
      g_ptr_array_add (self->kinds, (gpointer) layers->items[i].kind);
    }
}

/* The message names the layer by its path first, and the row is that place. */
static const char *
without_place (const char *message)
{
  const char *colon = strstr (message, ": ");

  return colon != NULL ? colon + 2 : message;
}

static void
show_total (EtudeNetworkGroup *self, guint64 n_parameters)
{
  g_autofree char *count = etude_words_count ((double) n_parameters);
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s parameter", "%s parameters",
                                                         (gulong) n_parameters), count);

  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), words);
}

static void
show_shapes (EtudeNetworkGroup *self, const EtudeLayerShape *shapes, const GError *error)
{
  guint64 n_parameters = 0;
  gboolean is_told = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      EtudeLayerRow *row = g_ptr_array_index (self->rows, i);
      gboolean is_known = shapes != NULL && shapes[i].shape.n_dims > 0;

      /* What follows the layer that does not fit has no shape either: only the first is to blame. */
      if (error != NULL && shapes != NULL && !is_told && (!is_known || i + 1 == self->rows->len))
        {
          etude_layer_row_set_problem (row, without_place (error->message));
          is_told = TRUE;
        }
      else
        etude_layer_row_set_shape (row, is_known ? &shapes[i] : NULL);
      n_parameters += is_known ? shapes[i].n_parameters : 0;
    }
  if (error != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                           shapes == NULL ? without_place (error->message)
                                                          : _("These layers do not fit together"));
  else if (shapes != NULL)
    show_total (self, n_parameters);
  else
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), "");
}

static void
update_shapes (EtudeNetworkGroup *self)
{
  const EtudeExperimentFields *fields = etude_experiment_fields (etude_session_get_experiment (self->session));
  const EtudeObjects *layers = get_layers (self);
  EtudePrepared *data = etude_session_get_data (self->session);
  g_autofree EtudeLayerShape *shapes = g_new0 (EtudeLayerShape, layers->n);
  g_autofree char *input = NULL;
  g_autoptr (GError) error = NULL;
  EtudeShape shape = { 0 };
  EtudeGoal goal;
  gsize n_outputs;

  if (data == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->input_shape), "");
      show_shapes (self, NULL, NULL);
      return;
    }
  shape.n_dims = data->dataset->n_dims;
  memcpy (shape.size, data->dataset->shape, sizeof shape.size);
  input = etude_shape_show (&shape);
  gtk_label_set_text (GTK_LABEL (self->input_shape), input);
  goal = (EtudeGoal) { data->dataset->n_classes, data->dataset->n_targets };
  n_outputs = etude_loss_n_outputs (&fields->loss, &goal, &error);
  if (n_outputs == 0)
    {
      show_shapes (self, NULL, error);
      return;
    }
  etude_layers_infer (layers, &shape, n_outputs, shapes, &error);
  show_shapes (self, shapes, error);
}

static void
follow (EtudeNetworkGroup *self)
{
  fill (self);
  update_shapes (self);
}

static GMenuModel *
create_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; etude_layer_group.kinds[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(etude_layer_group.kinds[i]->label), NULL);

      g_menu_item_set_action_and_target (item, "network.add", "s", etude_layer_group.kinds[i]->id);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

static void
etude_network_group_dispose (GObject *object)
{
  g_clear_object (&ETUDE_NETWORK_GROUP (object)->session);
  G_OBJECT_CLASS (etude_network_group_parent_class)->dispose (object);
}

static void
etude_network_group_finalize (GObject *object)
{
  EtudeNetworkGroup *self = ETUDE_NETWORK_GROUP (object);

  g_ptr_array_unref (self->kinds);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (etude_network_group_parent_class)->finalize (object);
}

static void
etude_network_group_class_init (EtudeNetworkGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_network_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = etude_network_group_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, ETUDE_RESOURCES "/ui/experiment/network-group.ui");
  gtk_widget_class_bind_template_child (widget_class, EtudeNetworkGroup, header);
  gtk_widget_class_bind_template_child (widget_class, EtudeNetworkGroup, add);
  gtk_widget_class_bind_template_child (widget_class, EtudeNetworkGroup, input);
  gtk_widget_class_bind_template_child (widget_class, EtudeNetworkGroup, input_shape);
  gtk_widget_class_install_action (widget_class, "network.add", "s", add_action);
}

static void
etude_network_group_init (EtudeNetworkGroup *self)
{
  g_autoptr (GMenuModel) menu = create_menu ();

  self->kinds = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->add), menu);
}

/**
 * etude_network_group_new:
 * @session: whose document is edited
 *
 * The layers in their order, with what comes out of each: added, moved by hand or Alt and arrows,
 * removed. Layers that do not fit together say which one, and why.
 *
 * Returns: the group
 */
GtkWidget *
etude_network_group_new (EtudeSession *session)
{
  EtudeNetworkGroup *self = g_object_new (ETUDE_TYPE_NETWORK_GROUP, NULL);
  GtkWidget *initialiser;

  self->session = g_object_ref (session);
  gtk_box_prepend (GTK_BOX (self->header), etude_reset_button_new (session, NETWORK_PATH));
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (update_shapes), self, G_CONNECT_SWAPPED);
  follow (self);
  initialiser = etude_param_group_new (session, NETWORK_PATH ".initialiser", NULL);
  gtk_widget_add_css_class (initialiser, "inner");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), initialiser);
  return GTK_WIDGET (self);
}

guint
etude_network_group_get_n_rows (EtudeNetworkGroup *self)
{
  return self->rows->len;
}

/**
 * etude_network_group_get_row:
 * @self: a group
 * @i: below etude_network_group_get_n_rows()
 *
 * Returns: (transfer none): the row of layer @i, an EtudeLayerRow
 */
GtkWidget *
etude_network_group_get_row (EtudeNetworkGroup *self, guint i)
{
  return g_ptr_array_index (self->rows, i);
}
