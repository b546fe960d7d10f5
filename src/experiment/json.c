/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/json.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json-writer.h"
#include "experiment/json-private.h"
#include "experiment/json-scan.h"

/* Writing: a visitor that puts each part into the writer. */

typedef struct
{
  EtudeVisitor visitor;
  EtudeJsonWriter *out;
  gboolean without_name;
} Write;

static void
write_length (EtudeJsonWriter *out, const EtudeLength *length)
{
  g_autofree char *text = NULL;

  if (length->unit == ETUDE_LENGTH_STEPS)
    {
      etude_json_writer_number (out, length->value);
      return;
    }
  text = etude_length_write (length);
  etude_json_writer_string (out, text);
}

static void
write_reals (EtudeJsonWriter *out, const EtudeReals *reals)
{
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < reals->n; i++)
    etude_json_writer_number (out, reals->values[i]);
  etude_json_writer_end_array (out);
}

static void
write_lengths (EtudeJsonWriter *out, const EtudeLengths *lengths)
{
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < lengths->n; i++)
    write_length (out, &lengths->values[i]);
  etude_json_writer_end_array (out);
}

static void
write_points (EtudeJsonWriter *out, const EtudePoints *points)
{
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < points->n; i++)
    {
      etude_json_writer_begin_array (out);
      write_length (out, &points->values[i].at);
      etude_json_writer_number (out, points->values[i].value);
      etude_json_writer_end_array (out);
    }
  etude_json_writer_end_array (out);
}

static void
write_extent (EtudeJsonWriter *out, const EtudeExtent *extent)
{
  if (extent->height == extent->width)
    {
      etude_json_writer_integer (out, (gint64) extent->height);
      return;
    }
  etude_json_writer_begin_array (out);
  etude_json_writer_integer (out, (gint64) extent->height);
  etude_json_writer_integer (out, (gint64) extent->width);
  etude_json_writer_end_array (out);
}

static void
write_value (EtudeJsonWriter *out, const EtudeParam *param, gconstpointer field)
{
  if (etude_param_is_auto (param, field))
    {
      etude_json_writer_string (out, "auto");
      return;
    }
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      etude_json_writer_number (out, *(const double *) field);
      break;
    case ETUDE_PARAM_INTEGER:
      etude_json_writer_integer (out, (gint64) * (const guint64 *) field);
      break;
    case ETUDE_PARAM_BOOLEAN:
      etude_json_writer_boolean (out, *(const gboolean *) field);
      break;
    case ETUDE_PARAM_CHOICE:
      etude_json_writer_string (out, param->choices[*(const guint *) field].id);
      break;
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      etude_json_writer_string (out, *(char *const *) field);
      break;
    case ETUDE_PARAM_LENGTH:
      write_length (out, field);
      break;
    case ETUDE_PARAM_EXTENT:
      write_extent (out, field);
      break;
    case ETUDE_PARAM_REALS:
      write_reals (out, field);
      break;
    case ETUDE_PARAM_LENGTHS:
      write_lengths (out, field);
      break;
    case ETUDE_PARAM_POINTS:
      write_points (out, field);
      break;
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      g_assert_not_reached ();
    }
}

static void
write_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  Write *self = (Write *) visitor;

  if (self->without_name && g_str_equal (self->visitor.path->str, "name"))
    return;
  etude_json_writer_key (self->out, param->key);
  write_value (self->out, param, field);
}

/* Elements of a list have no key of their own: their parameter is the list's. */
static gboolean
write_enter (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  Write *self = (Write *) visitor;

  if (param->type == ETUDE_PARAM_KIND)
    etude_json_writer_key (self->out, param->key);
  if (object->kind == NULL && param->automatic != NULL)
    etude_json_writer_string (self->out, "auto");
  else if (object->kind == NULL)
    etude_json_writer_null (self->out);
  if (object->kind == NULL)
    return FALSE;
  etude_json_writer_begin_object (self->out);
  if (!param->group->plain)
    {
      etude_json_writer_key (self->out, "kind");
      etude_json_writer_string (self->out, object->kind->id);
    }
  return TRUE;
}

static void
write_leave (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  etude_json_writer_end_object (((Write *) visitor)->out);
}

static gboolean
write_enter_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  etude_json_writer_key (((Write *) visitor)->out, param->key);
  etude_json_writer_begin_array (((Write *) visitor)->out);
  return TRUE;
}

static void
write_leave_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  etude_json_writer_end_array (((Write *) visitor)->out);
}

static const EtudeVisitor write_visitor = {
  .leaf = write_leaf,
  .enter = write_enter,
  .leave = write_leave,
  .enter_list = write_enter_list,
  .leave_list = write_leave_list,
};

static char *
write_document (const EtudeExperiment *experiment, gboolean indented, gboolean without_name)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (indented);
  g_autoptr (GString) path = g_string_new (NULL);
  Write self = { write_visitor, out, without_name };
  EtudeObject root = experiment->root;

  self.visitor.path = path;
  etude_json_writer_begin_object (out);
  etude_json_writer_key (out, "etude");
  etude_json_writer_integer (out, ETUDE_FORMAT);
  etude_object_walk (&root, NULL, &self.visitor);
  etude_json_writer_end_object (out);
  return indented ? g_strconcat (etude_json_writer_get_text (out), "\n", NULL)
                  : etude_json_writer_dup_text (out);
}

/**
 * etude_experiment_write:
 * @self: a document
 *
 * The canonical text: every key of every section, two blanks a level, one line break at the end.
 *
 * Returns: (transfer full): the text
 */
char *
etude_experiment_write (const EtudeExperiment *self)
{
  return write_document (self, TRUE, FALSE);
}

/**
 * etude_experiment_write_compact:
 * @self: a document
 *
 * Returns: (transfer full): the canonical text without blanks and line breaks
 */
char *
etude_experiment_write_compact (const EtudeExperiment *self)
{
  return write_document (self, FALSE, FALSE);
}

/* The text whose hash names the experiment. */
char *
etude_experiment_write_for_hash (const EtudeExperiment *self)
{
  return write_document (self, FALSE, TRUE);
}

/**
 * etude_json_write_field:
 * @param: a parameter of any type
 * @field: its field
 *
 * One value as compact JSON, such as “0.1” or “{"kind":"tanh"}”.
 *
 * Returns: (transfer full): the text
 */
char *
etude_json_write_field (const EtudeParam *param, gpointer field)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);
  g_autoptr (GString) path = g_string_new (param->key);
  Write self = { write_visitor, out, FALSE };
  EtudeObjects *list = field;
  EtudeParam element = *param;

  self.visitor.path = path;
  /* Without the key that a member of an object would have. */
  element.type = ETUDE_PARAM_KINDS;
  if (param->type == ETUDE_PARAM_KIND)
    {
      if (write_enter (&self.visitor, &element, field, NULL))
        {
          etude_object_walk (field, NULL, &self.visitor);
          write_leave (&self.visitor, &element, field, NULL);
        }
    }
  else if (param->type == ETUDE_PARAM_KINDS)
    {
      etude_json_writer_begin_array (out);
      for (gsize i = 0; i < list->n; i++)
        {
          write_enter (&self.visitor, &element, &list->items[i], NULL);
          etude_object_walk (&list->items[i], NULL, &self.visitor);
          write_leave (&self.visitor, &element, &list->items[i], NULL);
        }
      etude_json_writer_end_array (out);
    }
  else
    write_value (out, param, field);
  return etude_json_writer_dup_text (out);
}

/* Files. */

/**
 * etude_experiment_load:
 * @file: path of a document
 * @error: set to the file, the place, what was found and what was expected
 *
 * Returns: (transfer full) (nullable): the document
 */
EtudeExperiment *
etude_experiment_load (const char *file, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!etude_file_read (file, ETUDE_JSON_MAX_BYTES, &text, &length, error))
    return NULL;
  return etude_experiment_read (text, (gssize) length, file, error);
}

/**
 * etude_experiment_save:
 * @self: a document
 * @file: where it goes
 * @error: set when it cannot be written; then what was there is untouched
 *
 * Replaces the file whole or not at all.
 *
 * Returns: whether it was written
 */
gboolean
etude_experiment_save (const EtudeExperiment *self, const char *file, GError **error)
{
  g_autofree char *text = etude_experiment_write (self);

  return etude_file_replace (file, text, strlen (text), error);
}
