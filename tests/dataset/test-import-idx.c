/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "dataset/generator.h"

#define IMAGES "t-images-idx3-ubyte"
#define LABELS "t-labels-idx1-ubyte"

/* Three images of 2 by 3 pixels, and their labels. */
static const guint8 images[] = {
  0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 3,
  0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 250, 251, 252, 253, 254, 255,
};
static const guint8 labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 7 };

static char *folder;

static GBytes *
compress (gconstpointer data, gsize n)
{
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, n);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *packed = g_malloc (n + 1024);
  gsize n_packed = 0;
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (plain, gzip);

  g_input_stream_read_all (stream, packed, n + 1024, &n_packed, NULL, &error);
  g_assert_no_error (error);
  return g_bytes_new (packed, n_packed);
}

/* Compressed where the name says so. */
static void
write_file (const char *name, gconstpointer data, gsize n)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) packed = g_str_has_suffix (name, ".gz") ? compress (data, n) : g_bytes_new (data, n);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (packed, NULL), (gssize) g_bytes_get_size (packed), NULL));
}

static void
write_raw (const char *name, gconstpointer data, gsize n)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize) n, NULL));
}

static void
remove_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_remove (path), ==, 0);
}

/* @set: (nullable): one “key=value” */
static EtudeDataset *
load (const char *path, const char *set, GCancellable *cancellable, GError **error)
{
  const EtudeKind *kind = etude_group_find (&etude_dataset_group, "file");
  const EtudeParam *param = etude_kind_find_param (kind, "path");
  EtudeDataset *dataset;
  EtudeObject object;

  etude_object_init (&object, kind);
  etude_param_read (param, path, etude_param_field (param, object.data), NULL);
  if (set != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (set, "=", 2);

      param = etude_kind_find_param (kind, parts[0]);
      g_assert_true (etude_param_read (param, parts[1], etude_param_field (param, object.data), NULL));
    }
  dataset = etude_dataset_load (&object, folder, cancellable, error);
  etude_object_clear (&object);
  return dataset;
}

static void
assert_refused (const char *path, const char *set, EtudeError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeDataset) dataset = load (path, set, NULL, &error);

  g_assert_null (dataset);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_error (error, ETUDE_ERROR, (gint) code);
}

static void
assert_good (const char *path, const char *set)
{
  static const gint32 classes[] = { 1, 0, 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeDataset) dataset = load (path, set, NULL, &error);
  double number;

  g_assert_no_error (error);
  g_assert_cmpuint (dataset->n_samples, ==, 3);
  g_assert_cmpuint (dataset->n_inputs, ==, 6);
  g_assert_cmpuint (dataset->n_dims, ==, 3);
  g_assert_cmpuint (dataset->shape[0], ==, 1);
  g_assert_cmpuint (dataset->shape[1], ==, 2);
  g_assert_cmpuint (dataset->shape[2], ==, 3);
  for (guint i = 0; i < 18; i++)
    g_assert_cmpfloat (etude_dataset_get_input (dataset, 0, i), ==, images[16 + i]);
  g_assert_cmpint (dataset->task, ==, ETUDE_TASK_CLASSIFICATION);
  g_assert_cmpuint (dataset->n_classes, ==, 2);
  g_assert_cmpstr (dataset->class_names[0], ==, "2");
  g_assert_cmpstr (dataset->class_names[1], ==, "7");
  g_assert_null (dataset->class_names[2]);
  g_assert_cmpmem (dataset->labels, sizeof classes, classes, sizeof classes);
  g_assert_cmpstr (dataset->path, ==, path);
  g_assert_cmpstr (dataset->target, ==, "label");
  g_assert_cmpuint (dataset->n_columns, ==, 7);
  g_assert_cmpstr (dataset->columns[5].name, ==, "pixel_1_2");
  g_assert_cmpfloat (dataset->columns[5].max, ==, 255);
  g_assert_cmpstr (etude_dataset_get_cell (dataset, 1, 6, &number), ==, "2");
  g_assert_cmpuint (dataset->warnings->len, ==, 0);
}

/* Either file leads to the pair, whichever of the two is compressed. */
static void
test_pair (void)
{
  static const char *const names[][2] = {
    { IMAGES, LABELS }, { IMAGES ".gz", LABELS ".gz" }, { IMAGES ".gz", LABELS }, { IMAGES, LABELS ".gz" },
    { "t-images.idx3-ubyte", "t-labels.idx1-ubyte" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      write_file (names[i][0], images, sizeof images);
      write_file (names[i][1], labels, sizeof labels);
      for (guint k = 0; k < 2; k++)
        {
          assert_good (names[i][k], NULL);
          assert_good (names[i][k], "format=idx");
        }
      remove_file (names[i][0]);
      remove_file (names[i][1]);
    }
}

/* The hash is that of both files, images first: a label that changes makes other data. */
static void
test_hash (void)
{
  static const char *const names[] = { IMAGES, LABELS };
  g_autoptr (GChecksum) whole = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *set = NULL, *message = NULL;

  g_checksum_update (whole, images, sizeof images);
  g_checksum_update (whole, labels, sizeof labels);
  set = g_strconcat ("sha256=", g_checksum_get_string (whole), NULL);
  write_file (IMAGES, images, sizeof images);
  write_file (LABELS, labels, sizeof labels);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (EtudeDataset) dataset = load (names[i], set, NULL, NULL);

      g_assert_cmpstr (dataset->sha256, ==, g_checksum_get_string (whole));
      assert_good (names[i], set);
    }
  write_file (LABELS, "\0\0\x8\1\0\0\0\3\7\2\2", sizeof labels);
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (EtudeDataset) dataset = load (IMAGES, set, NULL, &error);

    g_assert_null (dataset);
    g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
    g_assert_true (g_str_has_prefix (error->message, IMAGES ": found content with the SHA-256 "));
  }
  remove_file (IMAGES);
  remove_file (LABELS);
}

static void
test_partner (void)
{
  write_file (IMAGES ".gz", images, sizeof images);
  assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_IO,
                  LABELS ".gz: found no such file, expected the labels of " IMAGES ".gz");
  assert_refused ("./" IMAGES ".gz", NULL, ETUDE_ERROR_IO,
                  "./" LABELS ".gz: found no such file, expected the labels of ./" IMAGES ".gz");
  remove_file (IMAGES ".gz");
  write_file (LABELS, labels, sizeof labels);
  assert_refused (LABELS, NULL, ETUDE_ERROR_IO, IMAGES ": found no such file, expected the images of " LABELS);
  remove_file (LABELS);
  write_file ("faces", images, sizeof images);
  assert_refused ("faces", NULL, ETUDE_ERROR_VALUE,
                  "faces: found a name without “images” or “labels”, expected an IDX file named as "
                  "t10k-images-idx3-ubyte, or a CSV file that is not compressed");
  remove_file ("faces");
  write_file ("table.csv.gz", "a,b\n1,2\n", 8);
  assert_refused ("table.csv.gz", NULL, ETUDE_ERROR_VALUE,
                  "table.csv.gz: found a name without “images” or “labels”, expected an IDX file named as "
                  "t10k-images-idx3-ubyte, or a CSV file that is not compressed");
  remove_file ("table.csv.gz");
}

static void
test_choices (void)
{
  write_file (IMAGES, images, sizeof images);
  write_file (LABELS, labels, sizeof labels);
  assert_refused (IMAGES, "task=regression", ETUDE_ERROR_VALUE,
                  IMAGES ": found regression asked for, expected classification, for labels are classes");
  assert_refused (IMAGES, "target=y", ETUDE_ERROR_VALUE,
                  IMAGES ": found another target asked for, expected “label”, the only one");
  assert_good (IMAGES, "target=label");
  assert_good (IMAGES, "task=classification");
  assert_refused (IMAGES, "format=csv", ETUDE_ERROR_FORMAT, IMAGES ": line 1: found a NUL byte, expected text");
  remove_file (IMAGES);
  remove_file (LABELS);
}

typedef struct
{
  const char *bytes;
  gsize n;
  const char *message;
} Bad;

#define BAD(bytes, message) { bytes, sizeof (bytes) - 1, message }

/* Each refused as it is and compressed, where the place is one of the unpacked bytes. */
static void
assert_each_refused (const char *name, const Bad *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *packed = g_strconcat (name, ".gz", NULL);
      g_autofree char *message = g_strdup_printf ("%s: %s", name, cases[i].message);
      g_autofree char *packed_message = g_strdup_printf ("%s: unpacked %s", packed, cases[i].message);

      write_file (name, cases[i].bytes, cases[i].n);
      assert_refused (name, "format=idx", ETUDE_ERROR_FORMAT, message);
      remove_file (name);
      write_file (packed, cases[i].bytes, cases[i].n);
      assert_refused (packed, NULL, ETUDE_ERROR_FORMAT, packed_message);
      remove_file (packed);
    }
}

static void
test_bad_images (void)
{
  static const Bad cases[] = {
    BAD ("", "byte 0: found the end of the file, expected the header of an IDX file"),
    BAD ("\0\0\x8", "byte 3: found the end of the file, expected the header of an IDX file"),
    BAD ("a,b\n1,2\n", "byte 0: found the bytes 61 2c, expected 00 00, the beginning of an IDX file"),
    BAD ("\0\0\xd\3", "byte 2: found values of the type 0x0d, expected 0x08, bytes without a sign"),
    BAD ("\0\0\x8\1\0\0\0\1\1", "byte 3: found the number of dimensions 1, expected 3, images of rows and columns"),
    BAD ("\0\0\x8\3\0\0\0\1\0\0", "byte 10: found the end of the file, expected a header of 16 bytes"),
    BAD ("\0\0\x8\3\0\0\0\1\0\0\0\0\0\0\0\1", "byte 8: found the size 0, expected at least 1"),
    BAD ("\0\0\x8\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
         "byte 8: found sizes whose product is too large to count, expected those of the values that follow"),
    BAD ("\0\0\x8\3\x80\0\0\0\x80\0\0\0\0\0\0\2",
         "byte 12: found sizes whose product is too large to count, expected those of the values that follow"),
    BAD ("\0\0\x8\3\0\xff\xff\xff\0\0\0\x1c\0\0\0\x1c" "abc",
         "byte 19: found the end of the file, expected values up to byte 13153336576, as the header says"),
    BAD ("\0\0\x8\3\0\0\0\1\0\0\0\1\0\0\0\2" "a",
         "byte 17: found the end of the file, expected values up to byte 18, as the header says"),
    BAD ("\0\0\x8\3\0\0\0\1\0\0\0\1\0\0\0\2" "abcd",
         "byte 18: found more bytes, expected the end of the file, as the header says"),
  };

  write_file (LABELS, labels, sizeof labels);
  assert_each_refused (IMAGES, cases, G_N_ELEMENTS (cases));
  remove_file (LABELS);
}

static void
test_bad_labels (void)
{
  static const Bad cases[] = {
    BAD ("\0\0\x8\3\0\0\0\1\0\0\0\1\0\0\0\1" "a", "byte 3: found the number of dimensions 3, expected 1, labels"),
    BAD ("\0\0\x8\1\0\0\0\2\1\2", "byte 4: found the number of labels 2, expected 3, one for each image of " IMAGES),
    BAD ("\0\0\x8\1\0\0\0\3\1\2", "byte 10: found the end of the file, expected values up to byte 11, as the header says"),
    BAD ("\0\0\x8\1\0\0\0\3\1\2\3\4", "byte 11: found more bytes, expected the end of the file, as the header says"),
  };

  write_file (IMAGES, images, sizeof images);
  assert_each_refused (LABELS, cases, G_N_ELEMENTS (cases));
  write_file (LABELS, "\0\0\x8\1\0\0\0\3\5\5\5", 11);
  assert_refused (LABELS, NULL, ETUDE_ERROR_FORMAT, LABELS ": found only the class “5”, expected at least two classes");
  remove_file (IMAGES);
  remove_file (LABELS);
}

/* Every cut, and every byte that is another, is a sentence or the same data, never a crash. */
static void
test_damaged_gzip (void)
{
  g_autoptr (GBytes) packed = compress (images, sizeof images);
  gsize n;
  const guint8 *whole = g_bytes_get_data (packed, &n);
  g_autofree guint8 *bytes = g_malloc (n + 3);
  g_autofree char *more = NULL;

  write_file (LABELS, labels, sizeof labels);
  for (gsize i = 2; i < n; i++)
    {
      g_autofree char *message
        = g_strdup_printf (IMAGES ".gz: byte %zu: found the end of the file, expected more of its gzip data", i);

      write_raw (IMAGES ".gz", whole, i);
      assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_FORMAT, message);
    }
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeDataset) dataset = NULL;

      memcpy (bytes, whole, n);
      bytes[i] ^= 0x55;
      write_raw (IMAGES ".gz", bytes, n);
      dataset = load (IMAGES ".gz", "format=idx", NULL, &error);
      if (dataset != NULL)
        g_assert_cmpfloat (etude_dataset_get_input (dataset, 0, 17), ==, 255);
      else
        g_assert_true (g_str_has_prefix (error->message, IMAGES ".gz: "));
      /* What is checked by a sum is never taken. */
      g_assert_true (dataset == NULL || i < 10);
    }
  memcpy (bytes, whole, n);
  memcpy (bytes + n, "abc", 3);
  write_raw (IMAGES ".gz", bytes, n + 3);
  more = g_strdup_printf (IMAGES ".gz: byte %zu: found more bytes, expected the end of the file after its gzip data", n);
  assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_FORMAT, more);
  bytes[n - 6] ^= 1;
  write_raw (IMAGES ".gz", bytes, n);
  assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_FORMAT,
                  IMAGES ".gz: byte 0: found damaged gzip data, expected data that can be unpacked");
  remove_file (IMAGES ".gz");
  remove_file (LABELS);
}

/* A small file that unpacks to much: by its ratio, and by what the memory may hold. */
static void
test_bomb (void)
{
  gsize n = 16 + 1000 * 2 * 1600;
  g_autofree guint8 *zeros = g_malloc0 (n);
  static const guint8 head[16] = { 0, 0, 8, 3, 0, 0, 3, 232, 0, 0, 0, 2, 0, 0, 6, 64 };

  memcpy (zeros, head, sizeof head);
  write_file (LABELS, labels, sizeof labels);
  write_file (IMAGES ".gz", zeros, n);
  assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_SIZE,
                  IMAGES ".gz: found more than 200 times its size once unpacked, expected at most that");
  etude_memory_set_limit (1 << 20);
  assert_refused (IMAGES ".gz", NULL, ETUDE_ERROR_SIZE,
                  IMAGES ".gz: found more than 1 MiB once unpacked, expected at most that");
  etude_memory_set_limit (0);
  remove_file (IMAGES ".gz");
  remove_file (LABELS);
}

static void
test_many_pixels (void)
{
  gsize n = 16 + 2 * 512 * 513;
  g_autofree guint8 *zeros = g_malloc0 (n);
  static const guint8 head[16] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0, 2, 1 };

  memcpy (zeros, head, sizeof head);
  write_file (IMAGES, zeros, n);
  write_file (LABELS, "\0\0\x8\1\0\0\0\2\1\2", 10);
  assert_refused (IMAGES, NULL, ETUDE_ERROR_FORMAT,
                  IMAGES ": byte 8: found images of 512 by 513 pixels, expected at most 262144 pixels");
  remove_file (IMAGES);
  remove_file (LABELS);
}

static void
test_places (void)
{
  g_autofree char *path = g_build_filename (folder, LABELS, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_file (IMAGES, images, sizeof images);
  g_mkdir (path, 0700);
  assert_refused (IMAGES, NULL, ETUDE_ERROR_IO, LABELS ": found a folder, expected the labels of " IMAGES);
  g_rmdir (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_refused (IMAGES, NULL, ETUDE_ERROR_IO, LABELS ": found a device or pipe, expected the labels of " IMAGES);
  remove_file (LABELS);
  write_file (LABELS, labels, sizeof labels);
  g_cancellable_cancel (cancellable);
  g_assert_null (load (IMAGES, NULL, cancellable, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_CANCELLED);
  remove_file (IMAGES);
  remove_file (LABELS);
}

/* The 10,000 test images of MNIST, where ETUDE_TEST_MNIST names their folder. */
static void
test_mnist (void)
{
  static const gsize expected[] = { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 };
  const char *mnist = g_getenv ("ETUDE_TEST_MNIST");
  g_autofree char *path = NULL;
  g_autoptr (EtudeDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  gsize counts[10];

  if (mnist == NULL)
    {
      g_test_skip ("ETUDE_TEST_MNIST does not name a folder with t10k-images-idx3-ubyte.gz");
      return;
    }
  path = g_build_filename (mnist, "t10k-images-idx3-ubyte.gz", NULL);
  dataset = load (path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dataset->n_samples, ==, 10000);
  g_assert_cmpuint (dataset->n_inputs, ==, 784);
  g_assert_cmpuint (dataset->n_classes, ==, 10);
  etude_dataset_count_classes (dataset, counts);
  g_assert_cmpmem (counts, sizeof counts, expected, sizeof expected);
}

int
main (int argc, char **argv)
{
  int result;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("etude-test-XXXXXX", NULL);
  g_test_add_func ("/import-idx/pair", test_pair);
  g_test_add_func ("/import-idx/hash", test_hash);
  g_test_add_func ("/import-idx/partner", test_partner);
  g_test_add_func ("/import-idx/choices", test_choices);
  g_test_add_func ("/import-idx/bad-images", test_bad_images);
  g_test_add_func ("/import-idx/bad-labels", test_bad_labels);
  g_test_add_func ("/import-idx/damaged-gzip", test_damaged_gzip);
  g_test_add_func ("/import-idx/bomb", test_bomb);
  g_test_add_func ("/import-idx/many-pixels", test_many_pixels);
  g_test_add_func ("/import-idx/places", test_places);
  g_test_add_func ("/import-idx/mnist", test_mnist);
  result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
