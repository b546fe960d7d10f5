/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json-writer.h"

#include <math.h>

#include "base/number.h"

struct _EtudeJsonWriter
{
  GString *text;
  gboolean indented;
  guint depth;
  gboolean is_first; /* nothing has been written since the innermost bracket was opened */
  gboolean after_key;
};

/**
 * etude_json_writer_new:
 * @indented: whether each value of an object or array has a line of its own, indented by two
 *   blanks a level; otherwise there is no blank and no line break at all
 *
 * Returns: (transfer full): a writer that has written nothing
 */
EtudeJsonWriter *
etude_json_writer_new (gboolean indented)
{
  EtudeJsonWriter *self = g_new0 (EtudeJsonWriter, 1);

  self->text = g_string_new (NULL);
  self->indented = indented;
  self->is_first = TRUE;
  return self;
}

void
etude_json_writer_free (EtudeJsonWriter *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_free (self);
}

static void
break_line (EtudeJsonWriter *self)
{
  if (!self->indented)
    return;
  g_string_append_c (self->text, '\n');
  for (guint i = 0; i < self->depth; i++)
    g_string_append (self->text, "  ");
}

/* Comma and line break in front of a value or key, as its place wants them. */
static void
separate (EtudeJsonWriter *self)
{
  if (!self->after_key && self->depth > 0)
    {
      if (!self->is_first)
        g_string_append_c (self->text, ',');
      break_line (self);
    }
  self->after_key = FALSE;
  self->is_first = FALSE;
}

static void
begin (EtudeJsonWriter *self, char bracket)
{
  separate (self);
  g_string_append_c (self->text, bracket);
  self->depth++;
  self->is_first = TRUE;
}

static void
end (EtudeJsonWriter *self, char bracket)
{
  g_return_if_fail (self->depth > 0 && !self->after_key);

  self->depth--;
  if (!self->is_first)
    break_line (self);
  g_string_append_c (self->text, bracket);
  self->is_first = FALSE;
}

/**
 * etude_json_writer_begin_object:
 * @self: a writer
 *
 * Opens an object: keys, each followed by one value, until etude_json_writer_end_object().
 */
void
etude_json_writer_begin_object (EtudeJsonWriter *self)
{
  begin (self, '{');
}

void
etude_json_writer_end_object (EtudeJsonWriter *self)
{
  end (self, '}');
}

/**
 * etude_json_writer_begin_array:
 * @self: a writer
 *
 * Opens an array: values until etude_json_writer_end_array().
 */
void
etude_json_writer_begin_array (EtudeJsonWriter *self)
{
  begin (self, '[');
}

void
etude_json_writer_end_array (EtudeJsonWriter *self)
{
  end (self, ']');
}

static void
append_escaped (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value; *c != '\0'; c++)
    switch (*c)
      {
      case '"':
        g_string_append (text, "\\\"");
        break;
      case '\\':
        g_string_append (text, "\\\\");
        break;
      case '\b':
        g_string_append (text, "\\b");
        break;
      case '\f':
        g_string_append (text, "\\f");
        break;
      case '\n':
        g_string_append (text, "\\n");
        break;
      case '\r':
        g_string_append (text, "\\r");
        break;
      case '\t':
        g_string_append (text, "\\t");
        break;
      default:
        if ((guchar) *c < 0x20)
          g_string_append_printf (text, "\\u%04x", (guint) (guchar) *c);
        else
          g_string_append_c (text, *c);
      }
  g_string_append_c (text, '"');
}

static gboolean
is_plain (char c)
{
  return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* Most are names, which go in as they are. */
static void
append_string (GString *text, const char *value)
{
  gsize n = 0;

  while (is_plain (value[n]))
    n++;
  if (value[n] == '\0')
    {
      g_string_append_c (text, '"');
      g_string_append_len (text, value, (gssize) n);
      g_string_append_c (text, '"');
    }
  else if (g_utf8_validate (value, -1, NULL))
    append_escaped (text, value);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      append_escaped (text, valid);
    }
}

/**
 * etude_json_writer_key:
 * @self: a writer, inside an object
 * @key: the name of the value that is written next
 */
void
etude_json_writer_key (EtudeJsonWriter *self, const char *key)
{
  g_return_if_fail (self->depth > 0 && !self->after_key);

  separate (self);
  append_string (self->text, key);
  g_string_append_c (self->text, ':');
  if (self->indented)
    g_string_append_c (self->text, ' ');
  self->after_key = TRUE;
}

/**
 * etude_json_writer_string:
 * @self: a writer
 * @value: (nullable): a text; what is not UTF-8 in it is replaced; NULL is written as null
 */
void
etude_json_writer_string (EtudeJsonWriter *self, const char *value)
{
  separate (self);
  if (value == NULL)
    g_string_append (self->text, "null");
  else
    append_string (self->text, value);
}

/**
 * etude_json_writer_number:
 * @self: a writer
 * @value: written in the shortest form that reads back equal; null where it is not finite
 */
void
etude_json_writer_number (EtudeJsonWriter *self, double value)
{
  separate (self);
  if (isfinite (value))
    etude_number_append (self->text, value);
  else
    g_string_append (self->text, "null");
}

/**
 * etude_json_writer_integer:
 * @self: a writer
 * @value: written with all its digits
 */
void
etude_json_writer_integer (EtudeJsonWriter *self, gint64 value)
{
  separate (self);
  etude_number_append_integer (self->text, value);
}

void
etude_json_writer_boolean (EtudeJsonWriter *self, gboolean value)
{
  separate (self);
  g_string_append (self->text, value ? "true" : "false");
}

void
etude_json_writer_null (EtudeJsonWriter *self)
{
  separate (self);
  g_string_append (self->text, "null");
}

/**
 * etude_json_writer_raw:
 * @self: a writer
 * @json: one value as JSON text, put in as it is
 */
void
etude_json_writer_raw (EtudeJsonWriter *self, const char *json)
{
  separate (self);
  g_string_append (self->text, json);
}

/**
 * etude_json_writer_add_string:
 * @self: a writer in an object
 * @key: a key
 * @value: (nullable): its value, NULL for null
 *
 * A key with its value; likewise the two that follow.
 */
void
etude_json_writer_add_string (EtudeJsonWriter *self, const char *key, const char *value)
{
  etude_json_writer_key (self, key);
  etude_json_writer_string (self, value);
}

void
etude_json_writer_add_number (EtudeJsonWriter *self, const char *key, double value)
{
  etude_json_writer_key (self, key);
  etude_json_writer_number (self, value);
}

void
etude_json_writer_add_integer (EtudeJsonWriter *self, const char *key, gint64 value)
{
  etude_json_writer_key (self, key);
  etude_json_writer_integer (self, value);
}

/**
 * etude_json_writer_get_text:
 * @self: a writer
 *
 * Returns: (transfer none): what has been written, without a final line break, until the next call
 */
const char *
etude_json_writer_get_text (EtudeJsonWriter *self)
{
  return self->text->str;
}

/**
 * etude_json_writer_dup_text:
 * @self: a writer
 *
 * Returns: (transfer full): what has been written, without a final line break
 */
char *
etude_json_writer_dup_text (EtudeJsonWriter *self)
{
  return g_strndup (self->text->str, self->text->len);
}

/**
 * etude_json_writer_reset:
 * @self: a writer
 *
 * Forgets what has been written and keeps the memory, for one line after another.
 */
void
etude_json_writer_reset (EtudeJsonWriter *self)
{
  g_string_truncate (self->text, 0);
  self->depth = 0;
  self->is_first = TRUE;
  self->after_key = FALSE;
}
