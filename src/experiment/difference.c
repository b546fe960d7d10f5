/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/difference.h"

#include "experiment/json-private.h"

typedef struct
{
  EtudeVisitor visitor;
  GPtrArray *found;
} Compare;

static void
difference_free (EtudeDifference *self)
{
  g_free (self->path);
  g_free (self->a);
  g_free (self->b);
  g_free (self);
}

static void
add (Compare *self, const char *key, char *a, char *b)
{
  EtudeDifference *difference = g_new (EtudeDifference, 1);
  const char *path = self->visitor.path->str;

  *difference = (EtudeDifference) { key != NULL ? g_strconcat (path, ".", key, NULL) : g_strdup (path), a, b };
  g_ptr_array_add (self->found, difference);
}

static void
compare_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  if (!etude_leaf_equal (param, field, other))
    add ((Compare *) visitor, NULL, etude_json_write_field (param, field), etude_json_write_field (param, other));
}

/* What makes the object one of its kind when it is set; the one kind of a plain group has no name. */
static char *
show_kind (const EtudeParam *param, const EtudeObject *object)
{
  if (object->kind == NULL)
    return g_strdup (param->automatic != NULL ? "\"auto\"" : "null");
  if (param->group->plain)
    return g_strdup ("{}");
  return g_strdup_printf ("\"%s\"", object->kind->id);
}

/* Two objects of different kinds: the kinds, then each key of either, beside the same key of the
 * other where it has one. */
static void
compare_kinds (Compare *self, const EtudeParam *param, EtudeObject *a, EtudeObject *b)
{
  EtudeObject *sides[] = { a, b };

  add (self, param->group->plain ? NULL : "kind", show_kind (param, a), show_kind (param, b));
  for (guint side = 0; side < 2; side++)
    for (guint i = 0; sides[side]->kind != NULL && i < etude_kind_n_params (sides[side]->kind); i++)
      {
        const EtudeParam *own = etude_kind_get_param (sides[side]->kind, i);
        EtudeObject *other = sides[!side];
        const EtudeParam *twin = other->kind != NULL ? etude_kind_find_param (other->kind, own->key) : NULL;
        g_autofree char *mine = etude_json_write_field (own, etude_param_field (own, sides[side]->data));
        g_autofree char *theirs = twin != NULL ? etude_json_write_field (twin, etude_param_field (twin, other->data)) : NULL;

        if ((side == 1 && twin != NULL) || g_strcmp0 (mine, theirs) == 0)
          continue;
        if (side == 0)
          add (self, own->key, g_steal_pointer (&mine), g_steal_pointer (&theirs));
        else
          add (self, own->key, NULL, g_steal_pointer (&mine));
      }
}

static gboolean
compare_enter (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  if (object->kind == other->kind)
    return object->kind != NULL;
  compare_kinds ((Compare *) visitor, param, object, other);
  return FALSE;
}

static gboolean
compare_enter_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  if (list->n == other->n)
    return TRUE;
  add ((Compare *) visitor, NULL, etude_json_write_field (param, list), etude_json_write_field (param, other));
  return FALSE;
}

/**
 * etude_experiment_compare:
 * @a: a document
 * @b: another
 *
 * Only what differs, in the order of the written document.
 *
 * Returns: (transfer full) (element-type EtudeDifference): the differences
 */
GPtrArray *
etude_experiment_compare (const EtudeExperiment *a, const EtudeExperiment *b)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Compare self = {
    { .leaf = compare_leaf, .enter = compare_enter, .enter_list = compare_enter_list, .path = path },
    g_ptr_array_new_with_free_func ((GDestroyNotify) difference_free)
  };
  EtudeObject first = a->root, second = b->root;

  etude_object_walk (&first, &second, &self.visitor);
  return self.found;
}
