/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "dataset/dataset-private.h"
#include "dataset/importer-private.h"
#include "dataset/unpack-private.h"

/* Format: http://yann.lecun.com/exdb/mnist/: 0, 0, type, dimensions; the size of each as 32 bits,
 * high byte first; the values. */
#define TYPE_BYTES 0x08
#define MAX_DIMS 3
#define MAX_HEADER (4 + 4 * MAX_DIMS)
#define BUFFER 65536

/* Each pixel is a column with a name and a summary. */
#define MAX_PIXELS ((gsize) 512 * 512)

/* One of the two files. */
typedef struct
{
  EtudeSource *source;
  EtudeUnpack *content;
  guint n_dims;
  gsize sizes[MAX_DIMS];
  gsize n;
} Idx;

static gboolean G_GNUC_PRINTF (4, 5)
fail_at (const Idx *self, guint64 at, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT,
               /* Translators: a file, a place in it, and what was found and expected there */
               etude_unpack_is_packed (self->content) ? _("%s: unpacked byte %" PRIu64 ": %s")
                                                      : _("%s: byte %" PRIu64 ": %s"),
               self->source->name, at, message);
  return FALSE;
}

/**
 * etude_idx_recognise:
 * @head: the first bytes of a file
 * @n: how many
 *
 * Returns: whether they are those of an IDX file or of a compressed file, which no other format reads
 */
gboolean
etude_idx_recognise (const guint8 *head, gsize n)
{
  return etude_unpack_recognise (head, n)
         || (n >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0e);
}

/* Returns: bytes read, fewer than @size at the end, or -1 */
static gssize
read_bytes (Idx *self, guint8 *bytes, gsize size, GError **error)
{
  gsize n = 0;

  while (n < size)
    {
      gssize more = etude_unpack_fill (self->content, (char *) bytes + n, size - n, error);

      if (more < 0)
        return -1;
      if (more == 0)
        break;
      n += (gsize) more;
    }
  return (gssize) n;
}

static gboolean
check_magic (const Idx *self, const guint8 *head, gsize n, GError **error)
{
  if (n < 4)
    return fail_at (self, n, error, _("found the end of the file, expected the header of an IDX file"));
  if (head[0] != 0 || head[1] != 0)
    return fail_at (self, 0, error, _("found the bytes %02x %02x, expected 00 00, the beginning of an IDX file"),
                    head[0], head[1]);
  if (head[2] != TYPE_BYTES)
    return fail_at (self, 2, error,
                    _("found values of the type 0x%02x, expected 0x08, bytes without a sign"), head[2]);
  if (head[3] != self->n_dims)
    return fail_at (self, 3, error,
                    self->n_dims == 1 ? _("found the number of dimensions %u, expected 1, labels")
                                      : _("found the number of dimensions %u, expected 3, images of rows and columns"), head[3]);
  return TRUE;
}

/* Reads the header and holds it against the size of the content: nothing is allocated on its word. */
static gboolean
read_header (Idx *self, GError **error)
{
  guint8 head[MAX_HEADER];
  gsize length = 4 + 4 * (gsize) self->n_dims;
  gssize n = read_bytes (self, head, length, error);
  guint64 size;

  if (n < 0 || !check_magic (self, head, (gsize) n, error))
    return FALSE;
  if ((gsize) n < length)
    return fail_at (self, (guint64) n, error, _("found the end of the file, expected a header of %zu bytes"), length);
  self->n = 1;
  for (guint i = 0; i < self->n_dims; i++)
    {
      guint32 big;

      memcpy (&big, head + 4 + 4 * i, sizeof big);
      self->sizes[i] = GUINT32_FROM_BE (big);
      if (self->sizes[i] == 0)
        return fail_at (self, 4 + 4 * i, error, _("found the size 0, expected at least 1"));
      if (!g_size_checked_mul (&self->n, self->n, self->sizes[i]) || self->n > G_MAXSIZE / 2)
        return fail_at (self, 4 + 4 * i, error,
                        _("found sizes whose product is too large to count, expected those of the values that follow"));
    }
  if (!etude_unpack_measure (self->content, &size, error))
    return FALSE;
  if (size < length + self->n)
    return fail_at (self, size, error,
                    _("found the end of the file, expected values up to byte %zu, as the header says"),
                    length + self->n);
  if (size > length + self->n)
    return fail_at (self, length + self->n, error,
                    _("found more bytes, expected the end of the file, as the header says"));
  return TRUE;
}

/* Reads all values, to @pixels or to @labels, and the file to its end, which tells its hash. */
static gboolean
read_values (Idx *self, guint8 *pixels, gint32 *labels, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (BUFFER);
  gsize left = self->n;
  gssize n = read_bytes (self, bytes, 4 + 4 * (gsize) self->n_dims, error);

  while (n > 0)
    {
      n = read_bytes (self, bytes, MIN (left, BUFFER), error);
      for (gssize i = 0; i < n; i++)
        if (pixels != NULL)
          *pixels++ = bytes[i];
        else
          *labels++ = bytes[i];
      left -= (gsize) MAX (n, 0);
      if (left == 0)
        break;
    }
  if (n > 0)
    n = read_bytes (self, bytes, 1, error);
  if (n < 0)
    return FALSE;
  if (left > 0 || n > 0 || self->source->sha256 == NULL)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, _("%s: %s"), self->source->name,
                   _("found that it changed while it was read, expected a file at rest"));
      return FALSE;
    }
  return TRUE;
}

/* The labels that occur are the classes, in ascending order: 1 to 26 for letters. */
static gboolean
name_classes (const Idx *labels, EtudeDataset *dataset, GError **error)
{
  gint32 codes[256] = { 0 };

  for (gsize i = 0; i < dataset->n_samples; i++)
    codes[dataset->labels[i]] = 1;
  dataset->class_names = g_new0 (char *, G_N_ELEMENTS (codes) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i] != 0)
      {
        codes[i] = (gint32) dataset->n_classes;
        dataset->class_names[dataset->n_classes++] = g_strdup_printf ("%u", i);
      }
  for (gsize i = 0; i < dataset->n_samples; i++)
    dataset->labels[i] = codes[dataset->labels[i]];
  if (dataset->n_classes >= 2)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT,
               _("%s: found only the class “%s”, expected at least two classes"),
               labels->source->name, dataset->class_names[0]);
  return FALSE;
}

static void
name_pixels (EtudeDataset *dataset)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (gsize y = 0; y < dataset->shape[1]; y++)
    for (gsize x = 0; x < dataset->shape[2]; x++)
      g_ptr_array_add (names, g_strdup_printf ("pixel_%zu_%zu", y, x));
  etude_dataset_name_plain_columns (dataset, (const char *const *) names->pdata, "label");
}

static EtudeDataset *
fill_dataset (Idx *images, Idx *labels, GError **error)
{
  g_autoptr (EtudeDataset) dataset = etude_dataset_new ("file");
  gsize rows = images->sizes[1], columns = images->sizes[2];

  if (!etude_dataset_allocate_bytes (dataset, images->sizes[0], rows * columns, 0, error)
      || !read_values (images, dataset->bytes, NULL, error))
    return NULL;
  etude_source_follow (labels->source, images->source);
  if (!read_values (labels, NULL, dataset->labels, error) || !name_classes (labels, dataset, error))
    return NULL;
  dataset->n_dims = 3;
  dataset->shape[0] = 1;
  dataset->shape[1] = rows;
  dataset->shape[2] = columns;
  name_pixels (dataset);
  dataset->sha256 = g_strdup (labels->source->sha256);
  return g_steal_pointer (&dataset);
}

/* Whether both headers are sound and fit together. */
static gboolean
read_headers (Idx *images, Idx *labels, GError **error)
{
  gsize rows, columns;

  if (!read_header (images, error) || !read_header (labels, error))
    return FALSE;
  rows = images->sizes[1];
  columns = images->sizes[2];
  if (rows * columns > MAX_PIXELS)
    return fail_at (images, 8, error, _("found images of %zu by %zu pixels, expected at most %zu pixels"),
                    rows, columns, MAX_PIXELS);
  if (labels->n != images->sizes[0])
    return fail_at (labels, 4, error, _("found the number of labels %zu, expected %zu, one for each image of %s"),
                    labels->n, images->sizes[0], images->source->name);
  return TRUE;
}

/* t10k-images-idx3-ubyte for t10k-labels-idx1-ubyte and the reverse, in the same folder. */
static char *
swap_name (const char *path, gboolean has_images)
{
  const char *slash = strrchr (path, G_DIR_SEPARATOR);
  gsize n_folder = slash != NULL ? (gsize) (slash + 1 - path) : 0;
  g_autoptr (GString) name = g_string_new (path + n_folder);

  g_string_replace (name, has_images ? "images" : "labels", has_images ? "labels" : "images", 0);
  g_string_replace (name, has_images ? "idx3" : "idx1", has_images ? "idx1" : "idx3", 0);
  g_string_prepend_len (name, path, (gssize) n_folder);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
swap_suffix (char **path)
{
  char *other = g_str_has_suffix (*path, ".gz") ? g_strndup (*path, strlen (*path) - 3)
                                                : g_strconcat (*path, ".gz", NULL);

  g_free (*path);
  *path = other;
}

/* Opens the file that belongs to @given, compressed as that one or not. */
static EtudeSource *
open_partner (const EtudeSource *given, const EtudeImportHow *how, gboolean has_images, GError **error)
{
  g_autofree char *path = swap_name (how->path, has_images);
  g_autofree char *name = swap_name (how->name, has_images);
  g_autofree char *other = g_strdup (path);
  g_autofree char *expected = NULL;

  swap_suffix (&other);
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && g_file_test (other, G_FILE_TEST_EXISTS))
    {
      swap_suffix (&path);
      swap_suffix (&name);
    }
  expected = g_strdup_printf (has_images ? _("the labels of %s") : _("the images of %s"), given->name);
  return etude_source_open (path, name, expected, given->cancellable, error);
}

static gboolean
check_how (const EtudeSource *source, const EtudeImportHow *how, gboolean has_images, GError **error)
{
  g_autofree char *name = g_path_get_basename (how->name);
  const char *message = NULL;

  if (!has_images && strstr (name, "labels") == NULL)
    message = _("found a name without “images” or “labels”, expected an IDX file named as t10k-images-idx3-ubyte, "
                "or a CSV file that is not compressed");
  else if (how->task == ETUDE_TASK_CHOICE_REGRESSION)
    message = _("found regression asked for, expected classification, for labels are classes");
  else if (how->target != NULL && !g_str_equal (how->target, "label"))
    message = _("found another target asked for, expected “label”, the only one");
  else
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("%s: %s"), source->name, message);
  return FALSE;
}

/**
 * etude_import_idx:
 * @source: the images or the labels; the other file is found by its name
 * @how: path and name, which lead to the other file
 * @error: set to file, place, what was found and what was expected
 *
 * Reads images of bytes, [n, height, width], and their labels, [n], either compressed by gzip or
 * not. The inputs are numbers from 0 to 255 of the shape [1, height, width]. The hash is that of
 * the bytes of both files, images first, as they are in the folder. A compressed file is unpacked
 * twice rather than kept: the memory is that of the samples.
 *
 * Returns: (transfer full) (nullable): the data set, not yet described
 */
EtudeDataset *
etude_import_idx (EtudeSource *source, const EtudeImportHow *how, GError **error)
{
  g_autofree char *name = g_path_get_basename (how->name);
  gboolean has_images = strstr (name, "images") != NULL;
  g_autoptr (EtudeSource) partner = NULL;
  Idx images = { .n_dims = 3 }, labels = { .n_dims = 1 };
  EtudeDataset *dataset = NULL;

  if (!check_how (source, how, has_images, error)
      || (partner = open_partner (source, how, has_images, error)) == NULL)
    return NULL;
  images.source = has_images ? source : partner;
  labels.source = has_images ? partner : source;
  images.content = etude_unpack_new (images.source, error);
  if (images.content != NULL)
    labels.content = etude_unpack_new (labels.source, error);
  if (labels.content != NULL && read_headers (&images, &labels, error))
    dataset = fill_dataset (&images, &labels, error);
  g_clear_pointer (&images.content, etude_unpack_free);
  g_clear_pointer (&labels.content, etude_unpack_free);
  return dataset;
}
