/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * https://github.com/huggingface/safetensors, “Format”: eight bytes for the length of the header, least
 * first; the header, a JSON object that has type, shape and place of each tensor by its name; then the
 * tensors, without a gap and without anything after the last. Nothing that a file says of its sizes is
 * believed before it has been compared with the size of the file.
 */
#include "training/safetensors.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "experiment/json-parse.h"

/* Numbers that are converted at once. */
#define PART 4096

/*
 * @fd: -1 where there are @bytes
 * @bytes: (not owned)
 * @length: of the whole file
 * @data: where the data start in the file
 * @tensors: in the order of their data
 * @names: (element-type utf8 EtudeTensor)
 */
struct _EtudeTensors
{
  char *file;
  int fd;
  const guint8 *bytes;
  gsize length;
  gsize data;
  GArray *tensors;
  GHashTable *names;
};

static gboolean refuse (EtudeTensors *self, const EtudeTensor *tensor, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/* @tensor: (nullable): where in the file */
static gboolean
refuse (EtudeTensors *self, const EtudeTensor *tensor, GError **error, const char *format, ...)
{
  g_autofree char *name = tensor != NULL ? etude_tensor_quote (tensor->name) : NULL;
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, "%s: %s%s%s", self->file, name != NULL ? name : "",
               name != NULL ? ": " : "", text);
  return FALSE;
}

/* @n bytes from byte @at of the file on, which must be in it. */
static gboolean
fetch (EtudeTensors *self, gsize at, gpointer to, gsize n, GError **error)
{
  if (self->bytes != NULL)
    memcpy (to, self->bytes + at, n);
  for (gsize done = 0; self->bytes == NULL && done < n;)
    {
      gssize part = pread (self->fd, (char *) to + done, n - done, (off_t) (at + done));

      if (part == 0)
        return refuse (self, NULL, error, _("found the end of the file at byte %zu, expected %zu bytes"), at + done, self->length);
      if (part < 0 && errno != EINTR)
        {
          g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, "%s: %s", self->file, g_strerror (errno));
          return FALSE;
        }
      done += (gsize) MAX (part, 0);
    }
  return TRUE;
}

/* --- the header ------------------------------------------------------------------------------ */

static gboolean
read_size (JsonArray *array, guint i, gsize *size)
{
  JsonNode *node = json_array_get_element (array, i);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return FALSE;
  *size = (gsize) json_node_get_int (node);
  return TRUE;
}

static JsonArray *
get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
read_type (EtudeTensors *self, JsonNode *node, EtudeTensor *tensor, GError **error)
{
  gboolean is_text = node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  g_autofree char *text = is_text ? json_node_dup_string (node) : node != NULL ? json_to_string (node, FALSE) : g_strdup ("");
  g_autofree char *found = etude_tensor_quote (text);

  for (guint i = 0; is_text && i < ETUDE_TENSOR_N_TYPES; i++)
    if (g_str_equal (etude_tensor_types[i].id, text))
      {
        tensor->type = (EtudeTensorType) i;
        return TRUE;
      }
  return refuse (self, tensor, error, _("dtype: found %s, expected F64, F32, F16, BF16 or I64"), found);
}

static gboolean
read_shape (EtudeTensors *self, JsonArray *array, EtudeTensor *tensor, GError **error)
{
  if (array == NULL || json_array_get_length (array) > ETUDE_TENSOR_MAX_DIMS)
    return refuse (self, tensor, error, _("shape: expected at most %d sizes"), ETUDE_TENSOR_MAX_DIMS);
  tensor->n_dims = json_array_get_length (array);
  tensor->n = 1;
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!read_size (array, i, &tensor->dims[i]))
      return refuse (self, tensor, error, _("shape: expected integers from 0"));
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!g_size_checked_mul (&tensor->n, tensor->n, tensor->dims[i]))
      {
        g_autofree char *shape = etude_tensor_show_shape (tensor);

        return refuse (self, tensor, error, _("shape: found %s, expected fewer numbers"), shape);
      }
  return TRUE;
}

static gboolean
read_place (EtudeTensors *self, JsonArray *array, EtudeTensor *tensor, GError **error)
{
  gsize size, end;

  if (array == NULL || json_array_get_length (array) != 2 || !read_size (array, 0, &tensor->first)
      || !read_size (array, 1, &end) || end < tensor->first)
    return refuse (self, tensor, error, _("data_offsets: expected two integers from 0, the second not below the first"));
  if (!g_size_checked_mul (&size, tensor->n, etude_tensor_types[tensor->type].size) || end - tensor->first != size)
    {
      g_autofree char *shape = etude_tensor_show_shape (tensor);

      return refuse (self, tensor, error, _("data_offsets: found %zu bytes, expected those of %s numbers of type %s"),
                     end - tensor->first, shape, etude_tensor_types[tensor->type].id);
    }
  return TRUE;
}

static gboolean
read_tensor (EtudeTensors *self, const char *name, JsonNode *node, GError **error)
{
  EtudeTensor tensor = { .name = (char *) name };
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (object == NULL || json_object_get_size (object) != 3)
    return refuse (self, &tensor, error, _("expected an object of “dtype”, “shape” and “data_offsets”"));
  if (!read_type (self, json_object_get_member (object, "dtype"), &tensor, error)
      || !read_shape (self, get_array (object, "shape"), &tensor, error)
      || !read_place (self, get_array (object, "data_offsets"), &tensor, error))
    return FALSE;
  tensor.name = g_strdup (name);
  g_array_append_val (self->tensors, tensor);
  return TRUE;
}

/* What others say of their files may be any text. */
static gboolean
check_metadata (EtudeTensors *self, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  JsonNode *value;
  gboolean is_good = JSON_NODE_HOLDS_OBJECT (node);

  if (is_good)
    json_object_iter_init (&iter, json_node_get_object (node));
  while (is_good && json_object_iter_next (&iter, NULL, &value))
    is_good = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING;
  return is_good || refuse (self, NULL, error, _("__metadata__: expected an object of texts"));
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const EtudeTensor *one = a, *other = b;

  if (one->first != other->first)
    return one->first < other->first ? -1 : 1;
  /* What is empty comes before what starts in the same place. */
  return one->n == other->n ? 0 : one->n < other->n ? -1 : 1;
}

/* Each tensor starts where the one before it ends, and the last ends with the file. */
static gboolean
check_places (EtudeTensors *self, GError **error)
{
  gsize at = 0;

  g_array_sort (self->tensors, compare_places);
  for (guint i = 0; i < self->tensors->len; i++)
    {
      EtudeTensor *tensor = &g_array_index (self->tensors, EtudeTensor, i);

      if (tensor->first != at)
        return refuse (self, tensor, error, _("data_offsets: found byte %zu as its first, expected %zu, where others end"),
                       tensor->first, at);
      /* Cannot overflow: each end is an integer of the header. */
      at += tensor->n * etude_tensor_types[tensor->type].size;
      g_hash_table_insert (self->names, tensor->name, tensor);
    }
  return at == self->length - self->data
         || refuse (self, NULL, error, _("found %zu bytes of data, expected %zu as the header says"), self->length - self->data, at);
}

static gboolean
read_header (EtudeTensors *self, const char *text, gsize length, GError **error)
{
  g_autofree char *place = g_strdup_printf (_("%s: header"), self->file);
  g_autoptr (JsonNode) root = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (length == 0 || *text != '{')
    return refuse (self, NULL, error, _("header: expected a brace as its first character"));
  root = etude_json_parse (text, length, place, error);
  if (root == NULL)
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    if (!(g_str_equal (name, "__metadata__") ? check_metadata (self, node, error) : read_tensor (self, name, node, error)))
      return FALSE;
  return check_places (self, error);
}

static gboolean
read_all (EtudeTensors *self, GError **error)
{
  g_autofree char *text = NULL;
  guint64 length;

  if (self->length < sizeof length)
    return refuse (self, NULL, error, _("found %zu bytes, expected at least 8, the length of the header"), self->length);
  if (!fetch (self, 0, &length, sizeof length, error))
    return FALSE;
  length = GUINT64_FROM_LE (length);
  if (length > MIN (self->length - sizeof length, ETUDE_TENSOR_MAX_HEADER))
    return refuse (self, NULL, error, _("found a header of %" PRIu64 " bytes, expected at most %zu"), length,
                   MIN (self->length - sizeof length, ETUDE_TENSOR_MAX_HEADER));
  self->data = sizeof length + (gsize) length;
  text = g_malloc (length + 1);
  text[length] = '\0';
  return fetch (self, sizeof length, text, length, error) && read_header (self, text, length, error);
}

static EtudeTensors *
open_any (int fd, const guint8 *bytes, gsize length, const char *file, GError **error)
{
  g_autoptr (EtudeTensors) self = g_new0 (EtudeTensors, 1);

  self->file = g_strdup (file);
  self->fd = fd;
  self->bytes = bytes;
  self->length = length;
  self->tensors = etude_tensor_list_new ();
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  return read_all (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * etude_tensors_open:
 * @path: a file
 * @error: set to the file, the tensor, what was found and what was expected
 *
 * Reads and checks the header. However large the file is or says it is, only the header is in memory.
 *
 * Returns: (transfer full) (nullable): the file
 */
EtudeTensors *
etude_tensors_open (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  gsize length;
  int fd = etude_file_open (path, G_MAXSSIZE, &length, error);

  return fd >= 0 ? open_any (fd, NULL, length, shown, error) : NULL;
}

/**
 * etude_tensors_open_bytes:
 * @bytes: (not nullable): what would be in the file; it must outlive what is returned
 * @length: how many
 * @file: what to call them in a message
 * @error: as for etude_tensors_open()
 *
 * Returns: (transfer full) (nullable): the file
 */
EtudeTensors *
etude_tensors_open_bytes (gconstpointer bytes, gsize length, const char *file, GError **error)
{
  return open_any (-1, bytes, length, file, error);
}

void
etude_tensors_free (EtudeTensors *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->names);
  g_array_unref (self->tensors);
  g_free (self->file);
  g_free (self);
}

const char *
etude_tensors_get_file (EtudeTensors *self)
{
  return self->file;
}

gsize
etude_tensors_get_n (EtudeTensors *self)
{
  return self->tensors->len;
}

/**
 * etude_tensors_get:
 * @self: a file
 * @i: below etude_tensors_get_n()
 *
 * Returns: (transfer none): a tensor; they are in the order of their data
 */
const EtudeTensor *
etude_tensors_get (EtudeTensors *self, gsize i)
{
  return &g_array_index (self->tensors, EtudeTensor, i);
}

/**
 * etude_tensors_find:
 * @self: a file
 * @name: of a tensor
 *
 * Returns: (transfer none) (nullable): the tensor
 */
const EtudeTensor *
etude_tensors_find (EtudeTensors *self, const char *name)
{
  return g_hash_table_lookup (self->names, name);
}

/* --- numbers --------------------------------------------------------------------------------- */

/**
 * etude_tensors_read:
 * @self: a file
 * @tensor: one of its tensors
 * @values: (out caller-allocates) (array): its n numbers, row-major
 * @error: set when they cannot be read, or one is not finite as a float
 *
 * Returns: whether they were read
 */
gboolean
etude_tensors_read (EtudeTensors *self, const EtudeTensor *tensor, float *values, GError **error)
{
  gsize size = etude_tensor_types[tensor->type].size;
  guint8 part[PART * sizeof (guint64)];

  for (gsize first = 0; first < tensor->n; first += PART)
    {
      gsize n = MIN (tensor->n - first, PART);

      if (!fetch (self, self->data + tensor->first + first * size, part, n * size, error))
        return FALSE;
      for (gsize i = 0; i < n; i++)
        {
          double number = etude_tensor_convert (tensor->type, part + i * size);

          if (!(fabs (number) <= (double) G_MAXFLOAT))
            return refuse (self, tensor, error, _("found %g as number %zu, expected a finite number below 3.4e38"), number, first + i);
          values[first + i] = (float) number;
        }
    }
  return TRUE;
}

/**
 * etude_tensors_dup_sha256:
 * @self: a file
 * @error: set when it cannot be read
 *
 * Returns: (transfer full) (nullable): SHA-256 of the whole file, in hexadecimal
 */
char *
etude_tensors_dup_sha256 (EtudeTensors *self, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 part[65536];

  for (gsize at = 0; at < self->length; at += sizeof part)
    {
      gsize n = MIN (self->length - at, sizeof part);

      if (!fetch (self, at, part, n, error))
        return NULL;
      g_checksum_update (checksum, part, (gssize) n);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

