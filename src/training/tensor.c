/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/tensor.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json-writer.h"

/* Of a name in a message. */
#define MAX_SHOWN 80

const EtudeTensorTypeInfo etude_tensor_types[ETUDE_TENSOR_N_TYPES] = {
  [ETUDE_TENSOR_F64] = { "F64", 8 }, [ETUDE_TENSOR_F32] = { "F32", 4 }, [ETUDE_TENSOR_F16] = { "F16", 2 },
  [ETUDE_TENSOR_BF16] = { "BF16", 2 }, [ETUDE_TENSOR_I64] = { "I64", 8 },
};

static float
float_of_bits (guint32 bits)
{
  union { guint32 bits; float number; } u = { bits };

  return u.number;
}

/* IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
static double
double_of_half (guint16 bits)
{
  int exponent = bits >> 10 & 31;
  double fraction = bits & 1023;
  double size = exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                : exponent == 0 ? ldexp (fraction, -24) : ldexp (1024 + fraction, exponent - 25);

  return bits >> 15 ? -size : size;
}

/**
 * etude_tensor_convert:
 * @type: how it is stored
 * @from: the bytes of one number, aligned or not
 *
 * Returns: the number
 */
double
etude_tensor_convert (EtudeTensorType type, const guint8 *from)
{
  union { guint64 bits; double number; gint64 integer; } wide;
  guint32 word;
  guint16 half;

  switch (type)
    {
    case ETUDE_TENSOR_F32:
      memcpy (&word, from, sizeof word);
      return float_of_bits (GUINT32_FROM_LE (word));
    case ETUDE_TENSOR_F16:
      memcpy (&half, from, sizeof half);
      return double_of_half (GUINT16_FROM_LE (half));
    case ETUDE_TENSOR_BF16:
      memcpy (&half, from, sizeof half);
      return float_of_bits ((guint32) GUINT16_FROM_LE (half) << 16);
    case ETUDE_TENSOR_F64:
    case ETUDE_TENSOR_I64:
    default:
      memcpy (&wide, from, sizeof wide);
      wide.bits = GUINT64_FROM_LE (wide.bits);
      return type == ETUDE_TENSOR_F64 ? wide.number : (double) wide.integer;
    }
}

static void
clear (gpointer data)
{
  g_free (((EtudeTensor *) data)->name);
}

/**
 * etude_tensor_list_new:
 *
 * Returns: (transfer full) (element-type EtudeTensor): an empty list, which frees the names of what it gets
 */
GArray *
etude_tensor_list_new (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (EtudeTensor));

  g_array_set_clear_func (list, clear);
  return list;
}

/**
 * etude_tensor_quote:
 * @name: of a tensor
 *
 * Returns: (transfer full): the name in quotes, for a message; the end of a long one is left out
 */
char *
etude_tensor_quote (const char *name)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (name, -1) <= MAX_SHOWN)
    return g_strdup_printf (_("“%s”"), name);
  start = g_utf8_substring (name, 0, MAX_SHOWN);
  return g_strdup_printf (_("“%s…”"), start);
}

/**
 * etude_tensor_show_shape:
 * @self: a tensor
 *
 * Returns: (transfer full): its shape as PyTorch shows it, such as “[32, 2]”
 */
char *
etude_tensor_show_shape (const EtudeTensor *self)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < self->n_dims; i++)
    g_string_append_printf (text, "%s%zu", i > 0 ? ", " : "", self->dims[i]);
  g_string_append_c (text, ']');
  return g_strdup (text->str);
}

static void
write_entry (EtudeJsonWriter *json, const EtudeTensor *tensor, gsize first)
{
  etude_json_writer_key (json, tensor->name);
  etude_json_writer_begin_object (json);
  etude_json_writer_add_string (json, "dtype", etude_tensor_types[tensor->type].id);
  etude_json_writer_key (json, "shape");
  etude_json_writer_begin_array (json);
  for (guint i = 0; i < tensor->n_dims; i++)
    etude_json_writer_integer (json, (gint64) tensor->dims[i]);
  etude_json_writer_end_array (json);
  etude_json_writer_key (json, "data_offsets");
  etude_json_writer_begin_array (json);
  etude_json_writer_integer (json, (gint64) first);
  etude_json_writer_integer (json, (gint64) (first + tensor->n * etude_tensor_types[tensor->type].size));
  etude_json_writer_end_array (json);
  etude_json_writer_end_object (json);
}

/**
 * etude_tensors_write:
 * @out: an empty file, which is left to be finished
 * @tensors: (array length=n): with their @data; those of eight bytes come first, so that all are aligned
 * @n: how many
 * @error: set when there are more than a header can hold
 *
 * The same tensors give the same bytes.
 *
 * Returns: whether they were written
 */
gboolean
etude_tensors_write (EtudeFileWriter *out, const EtudeTensor *tensors, gsize n, GError **error)
{
  g_autoptr (EtudeJsonWriter) json = etude_json_writer_new (FALSE);
  g_autoptr (GString) header = NULL;
  guint64 length;
  gsize first = 0;

  etude_json_writer_begin_object (json);
  etude_json_writer_key (json, "__metadata__");
  etude_json_writer_begin_object (json);
  etude_json_writer_add_string (json, "format", "pt");
  etude_json_writer_add_string (json, "etude", ETUDE_VERSION);
  etude_json_writer_end_object (json);
  for (gsize i = 0; i < n; i++)
    {
      write_entry (json, &tensors[i], first);
      first += tensors[i].n * etude_tensor_types[tensors[i].type].size;
    }
  etude_json_writer_end_object (json);
  header = g_string_new (etude_json_writer_get_text (json));
  while (header->len % sizeof length != 0)
    g_string_append_c (header, ' ');
  if (header->len > ETUDE_TENSOR_MAX_HEADER)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE, _("The names of %zu tensors need %zu bytes, more than the limit of %zu"),
                   n, header->len, ETUDE_TENSOR_MAX_HEADER);
      return FALSE;
    }
  length = GUINT64_TO_LE (header->len);
  etude_file_writer_add (out, &length, sizeof length);
  etude_file_writer_add (out, header->str, header->len);
  for (gsize i = 0; i < n; i++)
    etude_file_writer_add (out, tensors[i].data, tensors[i].n * etude_tensor_types[tensors[i].type].size);
  return TRUE;
}
