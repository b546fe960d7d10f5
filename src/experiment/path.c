/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "experiment/json-private.h"
#include "experiment/json-scan.h"

/* Follows a path one part at a time. */
typedef struct
{
  const char *path;
  EtudeObject *object;      /* what the parts so far lead to, where that is an object */
  const EtudeGroup *group;  /* the group it belongs to */
  EtudePlace place;
  gboolean create;          /* whether a null or auto on the way comes into being */
} Follow;

static gboolean
unknown (Follow *self, const char *part, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < etude_kind_n_params (self->object->kind); i++)
    etude_error_list (known, etude_kind_get_param (self->object->kind, i)->key);
  if (!self->group->plain)
    etude_error_list (known, "kind");
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN, _("%s: found the key “%s”, expected one of %s"),
               self->path, part, known->str);
  return FALSE;
}

static gboolean
follow_index (Follow *self, const char *part, GError **error)
{
  EtudeObjects *list = self->place.field;
  guint64 index;

  if (!g_ascii_string_to_unsigned (part, 10, 0, G_MAXINT32, &index, NULL) || index >= list->n)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN,
                   _("%s: found the place “%s”, expected a number below %zu"), self->path, part, list->n);
      return FALSE;
    }
  self->place.index = (gssize) index;
  self->object = &list->items[index];
  self->group = self->place.param->group;
  return TRUE;
}

/* The first kind that has such a key, else the first. */
static const EtudeKind *
find_kind_with (const EtudeGroup *group, const char *key)
{
  for (guint i = 0; group->kinds[i] != NULL; i++)
    if (etude_kind_find_param (group->kinds[i], key) != NULL)
      return group->kinds[i];
  return group->kinds[0];
}

static gboolean
follow_key (Follow *self, const char *part, GError **error)
{
  const EtudeParam *param;

  if (self->object->kind == NULL && self->create)
    etude_object_init (self->object, find_kind_with (self->group, part));
  if (self->object->kind == NULL)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN,
                   self->place.param != NULL && self->place.param->automatic != NULL
                     ? _("%s: found auto before “%s”, expected an object")
                     : _("%s: found null before “%s”, expected an object"),
                   self->path, part);
      return FALSE;
    }
  param = etude_kind_find_param (self->object->kind, part);
  if (param == NULL)
    return unknown (self, part, error);
  self->place = (EtudePlace) { param, etude_param_field (param, self->object->data), self->object, -1 };
  self->object = param->type == ETUDE_PARAM_KIND ? self->place.field : NULL;
  self->group = param->group;
  return TRUE;
}

static gboolean
follow_part (Follow *self, const char *part, GError **error)
{
  if (self->object != NULL)
    return follow_key (self, part, error);
  if (self->place.param->type == ETUDE_PARAM_KINDS && self->place.index < 0)
    return follow_index (self, part, error);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN, _("%s: found “%s” after a value that has no keys"),
               self->path, part);
  return FALSE;
}

static gboolean
follow (Follow *self, const EtudeExperiment *experiment, const char *path, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, ".", -1);

  self->path = path;
  self->object = (EtudeObject *) &experiment->root;
  self->group = &etude_experiment_group;
  if (parts[0] == NULL)
    return follow_part (self, "", error);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      /* “optimizer.kind” is the object itself: to set it is to replace it. */
      if (parts[i + 1] == NULL && i > 0 && g_str_equal (parts[i], "kind") && self->object != NULL
          && !self->group->plain)
        return TRUE;
      if (!follow_part (self, parts[i], error))
        return FALSE;
    }
  return TRUE;
}

/**
 * etude_experiment_find:
 * @self: a document
 * @path: such as “optimizer.lr” or “network.layers.0.units”
 * @place: (out): where it leads
 * @error: set when it leads nowhere
 *
 * Returns: whether the document has such a place
 */
gboolean
etude_experiment_find (const EtudeExperiment *self, const char *path, EtudePlace *place, GError **error)
{
  Follow found = { 0 };

  if (!follow (&found, self, path, error))
    return FALSE;
  *place = found.place;
  return TRUE;
}

/* The value as JSON where it is JSON, as a text otherwise or where a text is wanted. */
static JsonNode *
parse_value (const EtudeParam *param, const char *value)
{
  gboolean wants_text = param->type == ETUDE_PARAM_TEXT || param->type == ETUDE_PARAM_FILE;
  JsonNode *node = NULL;

  if (etude_json_scan (value, strlen (value), "", NULL))
    node = etude_json_parse (value, strlen (value), "", NULL);
  if (node != NULL && (!wants_text || json_node_get_value_type (node) == G_TYPE_STRING))
    return node;
  g_clear_pointer (&node, json_node_unref);
  node = json_node_alloc ();
  return json_node_init_string (node, value);
}

/**
 * etude_experiment_set:
 * @self: a document
 * @path: such as “optimizer.lr”; “optimizer.kind” or “optimizer” replaces the whole by the defaults
 *   of a kind; a null on the way, such as “schedule.warmup”, or an auto becomes the first kind that
 *   has the key behind it
 * @value: JSON, or a plain text where it is not
 * @error: set to the path, what was found and what was expected; then the document is unchanged
 *
 * Returns: whether the value was set
 */
gboolean
etude_experiment_set (EtudeExperiment *self, const char *path, const char *value, GError **error)
{
  g_autoptr (EtudeExperiment) edited = NULL;
  g_autoptr (JsonNode) node = NULL;
  Follow found = { .create = TRUE };
  EtudeObject old;
  gboolean good;

  if (!g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("%s: found bytes that are not UTF-8, expected text"), path);
      return FALSE;
    }
  edited = etude_experiment_copy (self);
  if (!follow (&found, edited, path, error))
    return FALSE;
  node = parse_value (found.place.param, value);
  if (found.place.index >= 0)
    good = etude_json_read_element (found.place.param, node, found.object, path, error);
  else
    good = etude_json_read_field (found.place.param, node, found.place.field, path, error);
  if (!good)
    return FALSE;
  old = self->root;
  self->root = edited->root;
  edited->root = old;
  return TRUE;
}

/**
 * etude_experiment_get_text:
 * @self: a document
 * @path: a dotted path
 *
 * Returns: (transfer full) (nullable): the value there as compact JSON
 */
char *
etude_experiment_get_text (const EtudeExperiment *self, const char *path)
{
  EtudePlace place;

  if (!etude_experiment_find (self, path, &place, NULL))
    return NULL;
  if (place.index >= 0)
    {
      EtudeParam element = *place.param;

      element.type = ETUDE_PARAM_KIND;
      return etude_json_write_field (&element, &((EtudeObjects *) place.field)->items[place.index]);
    }
  return etude_json_write_field (place.param, place.field);
}

/**
 * etude_experiment_move:
 * @self: a document
 * @from: (nullable): the folder that its data path is relative to, NULL where that is not known
 * @to: the folder that it goes to
 *
 * Lets the path of the data lead to the same file from another folder: there it is absolute.
 */
void
etude_experiment_move (EtudeExperiment *self, const char *from, const char *to)
{
  g_autofree char *from_folder = g_canonicalize_filename (from != NULL ? from : to, NULL);
  g_autofree char *to_folder = g_canonicalize_filename (to, NULL);
  EtudePlace place;
  char **path;

  if (g_str_equal (from_folder, to_folder) || !etude_experiment_find (self, "dataset.path", &place, NULL))
    return;
  path = place.field;
  if (**path != '\0')
    {
      char *whole = g_canonicalize_filename (*path, from_folder);

      g_free (*path);
      *path = whole;
    }
}
