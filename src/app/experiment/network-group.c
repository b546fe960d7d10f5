/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/network-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/application.h"
#include "app/model/blame.h"
#include "app/widgets/kinds-list.h"
#include "app/widgets/menu-button.h"
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
  EtudeKindNotes *notes;
  EtudeKindsList *list;
};

G_DEFINE_FINAL_TYPE (EtudeNetworkGroup, etude_network_group, ADW_TYPE_PREFERENCES_GROUP)

static char *
describe_parameters (guint64 n)
{
  g_autofree char *count = etude_words_count ((double) n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s parameter", "%s parameters", (gulong) n), count);
}

typedef struct
{
  EtudeNetworkGroup *group;
  guint64 n_parameters;
} Survey;

static void
on_found (const char *path, const EtudeLayerShape *out, gpointer user_data)
{
  Survey *survey = user_data;
  g_autofree char *size = etude_shape_show (&out->shape);
  g_autofree char *words = out->n_parameters > 0 ? describe_parameters (out->n_parameters) : NULL;

  etude_kind_notes_add (survey->group->notes, path, size, words);
  /* Those of an inner layer are counted in the one around it. */
  if (strchr (path + strlen (LAYERS_PATH "."), '.') == NULL)
    survey->n_parameters += out->n_parameters;
}

/* Follows the shape of @data through the layers; @error is set where they, or the loss after them, do not fit. */
static guint64
survey_layers (EtudeNetworkGroup *self, const EtudeDataset *data, const EtudeShape *shape, GError **error)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (self->session);
  EtudeGoal goal = { data->n_classes, data->n_targets };
  Survey survey = { self, 0 };
  gsize n_outputs = etude_loss_n_outputs (&etude_experiment_fields (experiment)->loss, &goal, error);

  if (n_outputs > 0)
    etude_layers_survey (&etude_experiment_network (experiment)->layers, shape, n_outputs, on_found, &survey, error);
  return survey.n_parameters;
}

/* What stands under the title: the rows say what is wrong with a layer, the loss what is wrong with itself. */
static char *
describe_problem (EtudeNetworkGroup *self, const char *problem)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (self->session);
  g_autofree char *path = NULL;
  const char *words;

  if (!etude_blame_find (experiment, problem, &path, &words) || !g_str_has_prefix (path, LAYERS_PATH "."))
    return etude_blame_explain (experiment, problem, NULL);
  return g_strdup (_("These layers do not fit together"));
}

/* What is wrong in the network without any data is what the session says. */
static const char *
find_problem (EtudeNetworkGroup *self)
{
  const char *problem = etude_session_get_problem (self->session);
  g_autofree char *path = NULL;
  const char *words;

  if (problem == NULL || !etude_blame_find (etude_session_get_experiment (self->session), problem, &path, &words)
      || !etude_blame_is_within (path, NETWORK_PATH))
    return NULL;
  return problem;
}

static void
update_shapes (EtudeNetworkGroup *self)
{
  EtudePrepared *data = etude_session_get_data (self->session);
  const char *problem = find_problem (self);
  g_autofree char *input = NULL;
  g_autofree char *description = NULL;
  g_autoptr (GError) error = NULL;
  EtudeShape shape = { 0 };

  etude_kind_notes_clear (self->notes);
  if (data != NULL)
    {
      shape.n_dims = data->dataset->n_dims;
      memcpy (shape.size, data->dataset->shape, sizeof shape.size);
      input = etude_shape_show (&shape);
      description = describe_parameters (survey_layers (self, data->dataset, &shape, &error));
    }
  if (error != NULL)
    problem = error->message;
  if (problem != NULL)
    {
      g_free (description);
      description = describe_problem (self, problem);
    }
  etude_kind_notes_set_problem (self->notes, problem);
  gtk_label_set_text (GTK_LABEL (self->input_shape), input != NULL ? input : "");
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description != NULL ? description : "");
  etude_kind_notes_tell (self->notes);
}

static void
etude_network_group_dispose (GObject *object)
{
  g_clear_object (&ETUDE_NETWORK_GROUP (object)->list);
  g_clear_object (&ETUDE_NETWORK_GROUP (object)->session);
  G_OBJECT_CLASS (etude_network_group_parent_class)->dispose (object);
}

static void
etude_network_group_finalize (GObject *object)
{
  g_object_unref (ETUDE_NETWORK_GROUP (object)->notes);
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
}

static void
etude_network_group_init (EtudeNetworkGroup *self)
{
  self->notes = etude_kind_notes_new (TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));
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
  g_autoptr (GMenuModel) menu = NULL;
  GtkWidget *initialiser;

  self->session = g_object_ref (session);
  self->list = etude_kinds_list_new (session, LAYERS_PATH, self->notes, GTK_WIDGET (self));
  menu = etude_kinds_list_create_menu (self->list);
  etude_menu_button_set_list (GTK_MENU_BUTTON (self->add), menu);
  etude_menu_button_set_words (GTK_MENU_BUTTON (self->add), _("Add Layer"),
                               _("Put another layer before the last one"));
  gtk_box_prepend (GTK_BOX (self->header), etude_reset_button_new (session, NETWORK_PATH));
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (update_shapes), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "data-changed", G_CALLBACK (update_shapes), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::problem", G_CALLBACK (update_shapes), self, G_CONNECT_SWAPPED);
  update_shapes (self);
  initialiser = etude_param_group_new (session, NETWORK_PATH ".initialiser", NULL);
  gtk_widget_add_css_class (initialiser, "inner");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), initialiser);
  return GTK_WIDGET (self);
}

guint
etude_network_group_get_n_rows (EtudeNetworkGroup *self)
{
  return etude_kinds_list_get_n_rows (self->list);
}

/**
 * etude_network_group_get_row:
 * @self: a group
 * @i: below etude_network_group_get_n_rows()
 *
 * Returns: (transfer none): the row of layer @i, an EtudeKindRow
 */
GtkWidget *
etude_network_group_get_row (EtudeNetworkGroup *self, guint i)
{
  return etude_kinds_list_get_row (self->list, i);
}
