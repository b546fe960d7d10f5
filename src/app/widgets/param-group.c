/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-group.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/choice-row.h"
#include "app/widgets/field.h"
#include "app/widgets/kinds-row.h"
#include "app/widgets/param-row.h"
#include "app/widgets/reset-button.h"

struct _EtudeParamGroup
{
  AdwPreferencesGroup parent_instance;

  EtudeSession *session;
  char *path;
  char *without;
  const EtudeParam *param;
  const EtudeKind *kind;
  GtkWidget *kind_row; /* NULL where there is nothing to choose */
  GHashTable *rows;    /* key: of the parameter, static; value: a child of this group */
};

enum
{
  ROWS_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeParamGroup, etude_param_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWidget *
create_inner_group (EtudeParamGroup *self, const char *path)
{
  GtkWidget *group = etude_param_group_new (self->session, path, NULL);

  gtk_widget_add_css_class (group, "inner");
  return group;
}

/* A kind is a group within the group; everything else has a row. */
static GtkWidget *
create_child (EtudeParamGroup *self, const EtudeParam *param)
{
  g_autofree char *path = g_strdup_printf ("%s.%s", self->path, param->key);

  if (g_strcmp0 (param->key, self->without) == 0)
    return NULL;
  if (param->type == ETUDE_PARAM_KINDS)
    return etude_kinds_row_new (self->session, path, NULL);
  if (param->type == ETUDE_PARAM_KIND)
    return create_inner_group (self, path);
  return etude_param_row_new (self->session, path);
}

static void
add_children (EtudeParamGroup *self, const EtudeParam *params)
{
  for (const EtudeParam *param = params; param != NULL && param->key != NULL; param++)
    {
      GtkWidget *child = create_child (self, param);

      if (child == NULL)
        continue;
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), child);
      g_hash_table_insert (self->rows, (gpointer) param->key, child);
    }
}

static void
fill (EtudeParamGroup *self)
{
  GHashTableIter iter;
  gpointer child;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &child))
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), child);
  g_hash_table_remove_all (self->rows);
  /* What makes the kind what it is stands before what all of them have. */
  if (self->kind != NULL)
    {
      add_children (self, self->kind->params);
      add_children (self, self->kind->common);
    }
  g_signal_emit (self, signals[ROWS_CHANGED], 0);
}

static void
follow (EtudeParamGroup *self)
{
  EtudePlace place;

  if (!etude_field_find (self->session, self->path, &place) || place.param != self->param)
    return;
  if (((EtudeObject *) place.field)->kind == self->kind)
    return;
  self->kind = ((EtudeObject *) place.field)->kind;
  fill (self);
}

static void
etude_param_group_finalize (GObject *object)
{
  EtudeParamGroup *self = ETUDE_PARAM_GROUP (object);

  g_clear_object (&self->session);
  g_hash_table_unref (self->rows);
  g_free (self->path);
  g_free (self->without);
  G_OBJECT_CLASS (etude_param_group_parent_class)->finalize (object);
}

static void
etude_param_group_class_init (EtudeParamGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_param_group_finalize;
  /* Emitted after the rows of another kind have come. */
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
etude_param_group_init (EtudeParamGroup *self)
{
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * etude_param_group_new:
 * @session: whose document is edited
 * @path: dotted path of a kind, such as “optimizer”
 * @without: (nullable): key of a parameter that is shown elsewhere
 *
 * The choice among the kinds of a group, a row for each parameter of the chosen kind, and a button
 * that resets all of them. A kind within the kind is a group below. Nothing here knows any kind.
 *
 * Returns: the group
 */
GtkWidget *
etude_param_group_new (EtudeSession *session, const char *path, const char *without)
{
  EtudeParamGroup *self = g_object_new (ETUDE_TYPE_PARAM_GROUP, NULL);
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), GTK_WIDGET (self));

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->without = g_strdup (without);
  self->param = place.param;
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _(self->param->label));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), etude_reset_button_new (session, path));
  if (!self->param->group->plain || self->param->nullable)
    {
      self->kind_row = etude_choice_row_new_for_kind (session, path);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->kind_row);
    }
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return GTK_WIDGET (self);
}

/**
 * etude_param_group_get_kind_row:
 * @self: a group
 *
 * Returns: (transfer none) (nullable): the row with the kinds, an EtudeChoiceRow
 */
GtkWidget *
etude_param_group_get_kind_row (EtudeParamGroup *self)
{
  return self->kind_row;
}

/**
 * etude_param_group_get_row:
 * @self: a group
 * @key: key of a parameter
 *
 * Returns: (transfer none) (nullable): its row, or the group of a kind, until the kind changes
 */
GtkWidget *
etude_param_group_get_row (EtudeParamGroup *self, const char *key)
{
  return g_hash_table_lookup (self->rows, key);
}
