/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "experiment/json-private.h"
#include "experiment/json-scan.h"

/* Reading: a visitor that carries the JSON object or array beside the value it fills. */

typedef struct
{
  JsonObject *object; /* NULL: the kind was given by its id alone */
  JsonArray *array;
  guint next;
} Frame;

typedef struct
{
  EtudeVisitor visitor;
  GArray *frames;
  GError *error;
} Read;

static char *
show_node (JsonNode *node)
{
  g_autofree char *text = NULL;
  char number[ETUDE_NUMBER_SIZE];

  /* json-glib would show 0.1 as 0.10000000000000001 and 1e18 as 1e+18.0. */
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    return g_strdup (etude_number_write (number, json_node_get_double (node)));
  text = json_to_string (node, FALSE);
  if (g_utf8_strlen (text, -1) > 60)
    {
      g_autofree char *start = g_utf8_substring (text, 0, 57);

      return g_strconcat (start, "…", NULL);
    }
  return g_steal_pointer (&text);
}

static gboolean
refuse (GError **error, const char *path, JsonNode *node, const char *expected)
{
  g_autofree char *found = show_node (node);

  if (error == NULL || *error == NULL)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("%s: found %s, expected %s"), path, found, expected);
  return FALSE;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && (json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

static gboolean
is_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
is_boolean (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
}

static gboolean
read_length (JsonNode *node, EtudeLength *length)
{
  double value;

  if (is_text (node))
    return etude_length_read (json_node_get_string (node), length);
  if (!is_number (node))
    return FALSE;
  value = json_node_get_double (node);
  if (value < 0 || value != floor (value))
    return FALSE;
  *length = (EtudeLength) { value, ETUDE_LENGTH_STEPS };
  return TRUE;
}

static gboolean
read_one_length (const EtudeParam *param, JsonNode *node, EtudeLength *length)
{
  EtudeLength read;

  if (!read_length (node, &read) || !etude_param_check_length (param, &read))
    return FALSE;
  *length = read;
  return TRUE;
}

static gboolean
read_reals (const EtudeParam *param, JsonNode *node, EtudeReals *reals)
{
  JsonArray *array;
  guint n;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  for (guint i = 0; i < n; i++)
    if (!is_number (json_array_get_element (array, i))
        || !etude_param_check_number (param, json_array_get_double_element (array, i)))
      return FALSE;
  g_free (reals->values);
  *reals = (EtudeReals) { g_new (double, n), n };
  for (guint i = 0; i < n; i++)
    reals->values[i] = json_array_get_double_element (array, i);
  return TRUE;
}

static gboolean
read_lengths (JsonNode *node, EtudeLengths *lengths)
{
  g_autofree EtudeLength *values = NULL;
  JsonArray *array;
  guint n;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  values = g_new (EtudeLength, n);
  for (guint i = 0; i < n; i++)
    if (!read_length (json_array_get_element (array, i), &values[i]))
      return FALSE;
  g_free (lengths->values);
  *lengths = (EtudeLengths) { g_steal_pointer (&values), n };
  return TRUE;
}

static gboolean
read_extent (const EtudeParam *param, JsonNode *node, EtudeExtent *extent)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  double numbers[2];

  if (array != NULL ? json_array_get_length (array) != 2 : !is_number (node))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      JsonNode *one = array != NULL ? json_array_get_element (array, i) : node;

      if (!is_number (one))
        return FALSE;
      numbers[i] = json_node_get_double (one);
      if (!etude_param_check_number (param, numbers[i]))
        return FALSE;
    }
  *extent = (EtudeExtent) { (guint64) numbers[0], (guint64) numbers[1] };
  return TRUE;
}

static gboolean
read_points (const EtudeParam *param, JsonNode *node, EtudePoints *points)
{
  JsonArray *array;
  guint n;
  g_autofree EtudePoint *values = NULL;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  values = g_new (EtudePoint, n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *pair = json_array_get_element (array, i);
      JsonArray *two = JSON_NODE_HOLDS_ARRAY (pair) ? json_node_get_array (pair) : NULL;

      if (two == NULL || json_array_get_length (two) != 2 || !is_number (json_array_get_element (two, 1))
          || !etude_param_check_number (param, json_array_get_double_element (two, 1))
          || !read_length (json_array_get_element (two, 0), &values[i].at))
        return FALSE;
      values[i].value = json_array_get_double_element (two, 1);
    }
  g_free (points->values);
  *points = (EtudePoints) { g_steal_pointer (&values), n };
  return TRUE;
}

/* An id may look like a number, and then a person writes one. */
static gboolean
read_choice (const EtudeParam *param, JsonNode *node, gpointer field)
{
  g_autofree char *id = is_text (node) ? json_node_dup_string (node) : is_number (node) ? show_node (node) : NULL;

  return id != NULL && etude_param_read (param, id, field, NULL);
}

static gboolean
read_leaf_value (const EtudeParam *param, JsonNode *node, gpointer field)
{
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      if (!is_number (node) || !etude_param_check_number (param, json_node_get_double (node)))
        return FALSE;
      *(double *) field = json_node_get_double (node);
      return TRUE;
    case ETUDE_PARAM_INTEGER:
      if (!is_number (node) || !etude_param_check_number (param, json_node_get_double (node)))
        return FALSE;
      *(guint64 *) field = (guint64) json_node_get_double (node);
      return TRUE;
    case ETUDE_PARAM_BOOLEAN:
      if (!is_boolean (node))
        return FALSE;
      *(gboolean *) field = json_node_get_boolean (node);
      return TRUE;
    case ETUDE_PARAM_CHOICE:
      return read_choice (param, node, field);
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      return is_text (node) && etude_param_read (param, json_node_get_string (node), field, NULL);
    case ETUDE_PARAM_LENGTH:
      return read_one_length (param, node, field);
    case ETUDE_PARAM_EXTENT:
      return read_extent (param, node, field);
    case ETUDE_PARAM_REALS:
      return read_reals (param, node, field);
    case ETUDE_PARAM_LENGTHS:
      return read_lengths (node, field);
    case ETUDE_PARAM_POINTS:
      return read_points (param, node, field);
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      break;
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
read_leaf_node (const EtudeParam *param, JsonNode *node, gpointer field, const char *path, GError **error)
{
  g_autofree char *expected = NULL;

  if (is_text (node) && g_str_equal (json_node_get_string (node), "auto") && param->automatic != NULL
      && etude_param_read (param, "auto", field, NULL))
    return TRUE;
  if (read_leaf_value (param, node, field))
    return TRUE;
  expected = etude_param_describe (param);
  return refuse (error, path, node, expected);
}

static const char *
path_or_top (Read *self)
{
  return self->visitor.path->len > 0 ? self->visitor.path->str : _("the document");
}

/* The first key of a JSON object that its kind does not have. */
static gboolean
check_keys (Read *self, const EtudeParam *param, JsonObject *object, const EtudeKind *kind)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    {
      g_autoptr (GString) known = NULL;

      if (etude_kind_find_param (kind, l->data) != NULL
          || (!param->group->plain && g_str_equal (l->data, "kind"))
          || (self->visitor.path->len == 0 && g_str_equal (l->data, "etude")))
        continue;
      known = g_string_new (NULL);
      for (guint i = 0; i < etude_kind_n_params (kind); i++)
        etude_error_list (known, etude_kind_get_param (kind, i)->key);
      if (known->len > 0)
        g_set_error (&self->error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN, _("%s: found the key “%s”, expected one of %s"),
                     path_or_top (self), (char *) l->data, known->str);
      else
        g_set_error (&self->error, ETUDE_ERROR, ETUDE_ERROR_UNKNOWN, _("%s: found the key “%s”, expected none"),
                     path_or_top (self), (char *) l->data);
      return FALSE;
    }
  return TRUE;
}

static const EtudeKind *
read_kind (Read *self, const EtudeParam *param, JsonNode *node, const EtudeKind *present)
{
  g_autofree char *expected = NULL;
  const EtudeKind *kind = NULL;
  JsonNode *id = node;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      if (param->group->plain)
        return param->group->kinds[0];
      id = json_object_get_member (json_node_get_object (node), "kind");
      if (id == NULL && present != NULL)
        return present;
    }
  if (id != NULL && is_text (id) && !param->group->plain)
    kind = etude_group_find (param->group, json_node_get_string (id));
  if (kind != NULL)
    return kind;
  expected = etude_param_describe (param);
  if (param->type == ETUDE_PARAM_KINDS)
    {
      EtudeParam element = *param;

      element.type = ETUDE_PARAM_KIND;
      g_free (expected);
      expected = etude_param_describe (&element);
    }
  refuse (&self->error, path_or_top (self), id != NULL ? id : node, expected);
  return NULL;
}

/* Makes the object what the node says, and pushes the frame from which its inside is read. */
static gboolean
begin_object (Read *self, const EtudeParam *param, JsonNode *node, EtudeObject *object)
{
  const EtudeKind *kind;
  Frame frame = { 0 };

  if (JSON_NODE_HOLDS_NULL (node) && param->nullable)
    {
      etude_object_clear (object);
      return FALSE;
    }
  if (param->automatic != NULL && is_text (node) && g_str_equal (json_node_get_string (node), "auto"))
    {
      etude_object_clear (object);
      return FALSE;
    }
  kind = read_kind (self, param, node, object->kind);
  if (kind == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_OBJECT (node))
    frame.object = json_node_get_object (node);
  if (frame.object != NULL && !check_keys (self, param, frame.object, kind))
    return FALSE;
  etude_object_clear (object);
  etude_object_init (object, kind);
  g_array_append_val (self->frames, frame);
  return TRUE;
}

static gboolean
begin_list (Read *self, const EtudeParam *param, JsonNode *node, EtudeObjects *list)
{
  g_autofree char *expected = NULL;
  Frame frame = { 0 };
  guint n;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      expected = etude_param_describe (param);
      return refuse (&self->error, path_or_top (self), node, expected);
    }
  frame.array = json_node_get_array (node);
  n = json_array_get_length (frame.array);
  if (n < param->min || n > param->max)
    {
      g_set_error (&self->error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("%s: found %u elements, expected from %g to %g"), path_or_top (self), n, param->min, param->max);
      return FALSE;
    }
  etude_objects_clear (list);
  *list = (EtudeObjects) { g_new0 (EtudeObject, n), n };
  g_array_append_val (self->frames, frame);
  return TRUE;
}

static void
end (Read *self)
{
  g_array_set_size (self->frames, self->frames->len - 1);
}

/* What the JSON has for a parameter: an element of the array, or a member of the object. */
static JsonNode *
get_node (Read *self, const EtudeParam *param, gboolean is_element)
{
  Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

  if (self->error != NULL)
    return NULL;
  if (is_element)
    return json_array_get_element (frame->array, frame->next++);
  return frame->object != NULL ? json_object_get_member (frame->object, param->key) : NULL;
}

static void
read_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  Read *self = (Read *) visitor;
  JsonNode *node = get_node (self, param, FALSE);

  if (node != NULL)
    read_leaf_node (param, node, field, self->visitor.path->str, &self->error);
}

static gboolean
read_enter (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  Read *self = (Read *) visitor;
  JsonNode *node = get_node (self, param, param->type == ETUDE_PARAM_KINDS);

  return node != NULL && begin_object (self, param, node, object);
}

static void
read_leave (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  end ((Read *) visitor);
}

static gboolean
read_enter_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  Read *self = (Read *) visitor;
  JsonNode *node = get_node (self, param, FALSE);

  return node != NULL && begin_list (self, param, node, list);
}

static void
read_leave_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  end ((Read *) visitor);
}

static void
read_init (Read *self, const char *path)
{
  *self = (Read) {
    .visitor = { .leaf = read_leaf, .enter = read_enter, .leave = read_leave,
                 .enter_list = read_enter_list, .leave_list = read_leave_list,
                 .path = g_string_new (path) },
    .frames = g_array_new (FALSE, FALSE, sizeof (Frame)),
  };
}

static gboolean
read_finish (Read *self, GError **error)
{
  g_string_free (self->visitor.path, TRUE);
  g_array_unref (self->frames);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, self->error);
  return FALSE;
}

static void
read_object (Read *self, const EtudeParam *param, JsonNode *node, EtudeObject *object)
{
  if (!begin_object (self, param, node, object))
    return;
  etude_object_walk (object, NULL, &self->visitor);
  end (self);
}

/* Reads one value of any type; on an error the field may be half read. */
gboolean
etude_json_read_field (const EtudeParam *param, JsonNode *node, gpointer field, const char *path, GError **error)
{
  EtudeObjects *list = field;
  Read self;

  if (param->type != ETUDE_PARAM_KIND && param->type != ETUDE_PARAM_KINDS)
    return read_leaf_node (param, node, field, path, error);
  read_init (&self, path);
  if (param->type == ETUDE_PARAM_KIND)
    {
      /* The object is replaced whole, so what it was says nothing of the kind that is meant. */
      read_object (&self, param, node, field);
    }
  else if (begin_list (&self, param, node, list))
    {
      for (gsize i = 0; i < list->n && self.error == NULL; i++)
        {
          gsize length = self.visitor.path->len;

          g_string_append_printf (self.visitor.path, ".%" G_GSIZE_FORMAT, i);
          read_object (&self, param, get_node (&self, param, TRUE), &list->items[i]);
          g_string_truncate (self.visitor.path, length);
        }
      end (&self);
    }
  return read_finish (&self, error);
}

/* Reads one element of a list. */
gboolean
etude_json_read_element (const EtudeParam *param, JsonNode *node, EtudeObject *element, const char *path,
                         GError **error)
{
  Read self;

  read_init (&self, path);
  read_object (&self, param, node, element);
  return read_finish (&self, error);
}

/* Parses what has passed the scan. */
JsonNode *
etude_json_parse (const char *text, gsize length, const char *file, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (!etude_json_scan (text, length, file, error))
    return NULL;
  if (!json_parser_load_from_data (parser, text, (gssize) length, error))
    {
      g_prefix_error (error, "%s: ", file);
      return NULL;
    }
  return json_node_ref (json_parser_get_root (parser));
}

static gboolean
check_format (JsonNode *root, const char *file, GError **error)
{
  JsonNode *format;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_autofree char *found = show_node (root);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: the document: found %s, expected an object"), file, found);
      return FALSE;
    }
  format = json_object_get_member (json_node_get_object (root), "etude");
  if (format != NULL && is_number (format) && json_node_get_double (format) > ETUDE_FORMAT
      && json_node_get_double (format) == floor (json_node_get_double (format)))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT,
                   _("%s: etude: found format %g, expected %d: the file was written by a newer Etude"),
                   file, json_node_get_double (format), ETUDE_FORMAT);
      return FALSE;
    }
  if (format == NULL || !is_number (format) || json_node_get_double (format) != ETUDE_FORMAT)
    {
      g_autofree char *found = format != NULL ? show_node (format) : g_strdup (_("nothing"));

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: etude: found %s, expected %d"), file, found, ETUDE_FORMAT);
      return FALSE;
    }
  return TRUE;
}

/**
 * etude_experiment_read:
 * @text: a document as JSON
 * @length: bytes of it, or -1 where it ends with NUL
 * @file: what to call it in a message
 * @error: set to the file, the path in the document, what was found and what was expected
 *
 * Missing sections and keys take their defaults.
 *
 * Returns: (transfer full) (nullable): the document
 */
EtudeExperiment *
etude_experiment_read (const char *text, gssize length, const char *file, GError **error)
{
  g_autoptr (EtudeExperiment) experiment = NULL;
  g_autoptr (JsonNode) root = etude_json_parse (text, length < 0 ? strlen (text) : (gsize) length, file, error);
  const EtudeParam top = { .key = "", .type = ETUDE_PARAM_KIND, .group = &etude_experiment_group };

  if (root == NULL || !check_format (root, file, error))
    return NULL;
  experiment = etude_experiment_new ();
  if (!etude_json_read_field (&top, root, &experiment->root, "", error))
    {
      g_prefix_error (error, "%s: ", file);
      return NULL;
    }
  return g_steal_pointer (&experiment);
}
