/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/export-npz.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* A .npz file is a ZIP archive (APPNOTE 6.3, here without compression) of .npy files (NEP 1). */

#define LOCAL_HEADER 0x04034b50u
#define CENTRAL_HEADER 0x02014b50u
#define END_OF_DIRECTORY 0x06054b50u
#define ZIP_VERSION 20
#define FIRST_DAY 0x21 /* 1980-01-01: the same data give the same bytes on any day */
#define NPY_ALIGNMENT 64

#define BYTE_ORDER_SIGN (G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>')

typedef struct
{
  EtudeFileWriter *out;
  guint32 crc_table[256];
  GByteArray *directory;
  guint16 n_entries;
  guint64 offset;
} Archive;

static void
make_crc_table (guint32 table[256])
{
  for (guint32 i = 0; i < 256; i++)
    {
      table[i] = i;
      for (guint bit = 0; bit < 8; bit++)
        table[i] = (table[i] >> 1) ^ (0xedb88320u & (0u - (table[i] & 1)));
    }
}

static guint32
add_to_crc (const Archive *self, guint32 crc, const guint8 *bytes, gsize n)
{
  crc = ~crc;
  for (gsize i = 0; i < n; i++)
    crc = (crc >> 8) ^ self->crc_table[(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

/* @size bytes of @value, the lowest first. */
static void
put (GByteArray *to, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    {
      guint8 byte = (guint8) (value >> (8 * i));

      g_byte_array_append (to, &byte, 1);
    }
}

/* What a local header and the directory both say of an entry. */
static void
put_entry (GByteArray *to, guint32 crc, guint64 size, const char *name)
{
  put (to, ZIP_VERSION, 2);
  put (to, 0, 2); /* flags */
  put (to, 0, 2); /* stored */
  put (to, 0, 2); /* time */
  put (to, FIRST_DAY, 2);
  put (to, crc, 4);
  put (to, size, 4);
  put (to, size, 4);
  put (to, strlen (name), 2);
  put (to, 0, 2); /* no extra field */
}

static void
add_directory (Archive *self, guint32 crc, guint64 size, const char *name)
{
  put (self->directory, CENTRAL_HEADER, 4);
  put (self->directory, ZIP_VERSION, 2);
  put_entry (self->directory, crc, size, name);
  put (self->directory, 0, 2); /* no comment */
  put (self->directory, 0, 2); /* first disk */
  put (self->directory, 0, 2); /* attributes */
  put (self->directory, 0, 4);
  put (self->directory, self->offset, 4);
  g_byte_array_append (self->directory, (const guint8 *) name, (guint) strlen (name));
  self->n_entries++;
}

static void
add_bytes (Archive *self, gconstpointer bytes, gsize n)
{
  etude_file_writer_add (self->out, bytes, n);
  self->offset += n;
}

static GByteArray *
make_npy_header (const char *type, const gsize *shape, guint n_dims)
{
  static const guint8 magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  GByteArray *header = g_byte_array_new ();

  g_string_append_printf (text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", BYTE_ORDER_SIGN, type);
  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%zu%s", i > 0 ? ", " : "", shape[i], n_dims == 1 ? "," : "");
  g_string_append (text, "), }");
  while ((sizeof magic + 2 + text->len + 1) % NPY_ALIGNMENT != 0)
    g_string_append_c (text, ' ');
  g_string_append_c (text, '\n');
  g_byte_array_append (header, magic, sizeof magic);
  put (header, text->len, 2);
  g_byte_array_append (header, (const guint8 *) text->str, (guint) text->len);
  return header;
}

static void
add_array (Archive *self, const char *name, const char *type, const gsize *shape, guint n_dims, gconstpointer data, gsize size)
{
  g_autofree char *file = g_strconcat (name, ".npy", NULL);
  g_autoptr (GByteArray) header = make_npy_header (type, shape, n_dims);
  g_autoptr (GByteArray) local = g_byte_array_new ();
  guint32 crc = add_to_crc (self, 0, header->data, header->len);

  crc = add_to_crc (self, crc, data, size);
  put (local, LOCAL_HEADER, 4);
  put_entry (local, crc, header->len + size, file);
  g_byte_array_append (local, (const guint8 *) file, (guint) strlen (file));
  add_directory (self, crc, header->len + size, file);
  add_bytes (self, local->data, local->len);
  add_bytes (self, header->data, header->len);
  add_bytes (self, data, size);
}

static void
add_end (Archive *self)
{
  g_autoptr (GByteArray) end = g_byte_array_new ();

  put (end, END_OF_DIRECTORY, 4);
  put (end, 0, 4); /* this disk, first disk */
  put (end, self->n_entries, 2);
  put (end, self->n_entries, 2);
  put (end, self->directory->len, 4);
  put (end, self->offset, 4);
  put (end, 0, 2); /* no comment */
  add_bytes (self, self->directory->data, self->directory->len);
  add_bytes (self, end->data, end->len);
}

static gboolean
add_labels (Archive *self, const char *name, const EtudePart *part, GError **error)
{
  gint64 *labels = etude_memory_try_new (MAX (part->n, 1), sizeof (gint64), _("the classes"), error);

  if (labels == NULL)
    return FALSE;
  for (gsize i = 0; i < part->n; i++)
    labels[i] = part->labels[i];
  add_array (self, name, "i8", &part->n, 1, labels, part->n * sizeof (gint64));
  etude_memory_free (labels);
  return TRUE;
}

/* Bytes are scaled for the file. */
static gboolean
add_inputs (Archive *self, const char *name, const EtudePrepared *data, const EtudePart *part, GError **error)
{
  const EtudeDataset *dataset = data->dataset;
  gsize shape[1 + G_N_ELEMENTS (dataset->shape)] = { part->n };
  gsize n = part->n * data->n_inputs;
  float *scaled = part->bytes != NULL ? etude_memory_try_new (MAX (n, 1), sizeof (float), _("the inputs"), error) : NULL;

  if (part->bytes != NULL && scaled == NULL)
    return FALSE;
  for (gsize i = 0; scaled != NULL && i < part->n; i++)
    etude_prepared_get_inputs (data, part, i, scaled + i * data->n_inputs);
  memcpy (shape + 1, dataset->shape, sizeof dataset->shape);
  add_array (self, name, "f4", shape, 1 + dataset->n_dims, scaled != NULL ? scaled : part->inputs, n * sizeof (float));
  etude_memory_free (scaled);
  return TRUE;
}

static gboolean
add_part (Archive *self, const EtudePrepared *data, const EtudePart *part, const char *name, GError **error)
{
  const EtudeDataset *dataset = data->dataset;
  g_autofree char *x = g_strconcat ("x_", name, NULL);
  g_autofree char *y = g_strconcat ("y_", name, NULL);
  gsize target_shape[] = { part->n, dataset->n_targets };

  if (!add_inputs (self, x, data, part, error))
    return FALSE;
  if (dataset->task == ETUDE_TASK_CLASSIFICATION)
    return add_labels (self, y, part, error);
  add_array (self, y, "f4", target_shape, dataset->n_targets > 1 ? 2 : 1, part->targets,
             part->n * dataset->n_targets * sizeof (float));
  return TRUE;
}

static gboolean
check_size (const EtudePrepared *self, const char *file, GError **error)
{
  const EtudeDataset *dataset = self->dataset;
  double size = (double) dataset->n_samples * ((double) self->n_inputs * sizeof (float)
                                               + (double) MAX (dataset->n_targets, 1) * sizeof (gint64));
  g_autofree char *shown = NULL;

  if (size < (double) G_MAXUINT32 - 65536)
    return TRUE;
  shown = g_filename_display_name (file);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE, _("%s: found more than 4 GiB of data, expected less"), shown);
  return FALSE;
}

/**
 * etude_prepared_save_npz:
 * @self: data that are split and scaled
 * @file: the file that is made or replaced, whole or not at all
 * @error: set when it cannot be written, or when there are more than 4 GiB
 *
 * Writes the arrays x_train, y_train, x_validation, y_validation, x_test and y_test for NumPy: the
 * inputs [n, …] float32, the classes [n] int64, numbers that are predicted [n] or [n, targets]
 * float32.
 *
 * Returns: whether it was written
 */
gboolean
etude_prepared_save_npz (const EtudePrepared *self, const char *file, GError **error)
{
  g_autoptr (EtudeFileWriter) out = NULL;
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  Archive archive = { .directory = directory };

  if (!check_size (self, file, error))
    return FALSE;
  out = archive.out = etude_file_writer_new (file, error);
  make_crc_table (archive.crc_table);
  if (out == NULL || !add_part (&archive, self, &self->train, "train", error)
      || !add_part (&archive, self, &self->validation, "validation", error)
      || !add_part (&archive, self, &self->test, "test", error))
    return FALSE;
  add_end (&archive);
  return etude_file_writer_finish (out, error);
}
