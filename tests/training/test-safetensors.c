/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "fixture.h"
#include "training/safetensors.h"

static char *folder;

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* A file of a header and as many bytes of data, each with its place as its value. */
static GByteArray *
make_file (const char *header, gsize n_header, gsize n_data)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE (n_header);

  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, (guint) n_header);
  for (gsize i = 0; i < n_data; i++)
    g_byte_array_append (file, (const guint8[]) { (guint8) i }, 1);
  return file;
}

#define A(dtype, shape, first, end) \
  "\"a\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #first "," #end "]}"
#define B(first, end) "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" #first "," #end "]}"

/* @n_data: bytes behind the header */
static const struct { const char *header; gsize n_data; const char *message; } refused[] = {
  { "", 0, "header: expected a brace as its first character" },
  { "[]", 0, "header: expected a brace as its first character" },
  { " {}", 0, "header: expected a brace as its first character" },
  { "{", 0, "header: line 1, column 2: found the end of the file, expected a text in double quotes" },
  { "{} x", 0, "header: line 1, column 4: found “x”, expected nothing after the value" },
  { "{\"\xff\":1}", 0, "header: line 1: found the byte 0xff, expected UTF-8 text" },
  { "{" A ("F32", "[1]", 0, 4) "," A ("F32", "[1]", 0, 4) "}", 4,
    "header: line 1, column 55: found “a” for the second time, expected each key once" },
  { "{\"a\":1}", 0, "“a”: expected an object of “dtype”, “shape” and “data_offsets”" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 0, "“a”: expected an object of “dtype”, “shape” and “data_offsets”" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
    "“a”: expected an object of “dtype”, “shape” and “data_offsets”" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"x\":[0,4]}}", 4,
    "“a”: data_offsets: expected two integers from 0, the second not below the first" },
  { "{" A ("U8", "[4]", 0, 4) "}", 4, "“a”: dtype: found “U8”, expected F64, F32, F16, BF16 or I64" },
  { "{\"a\":{\"dtype\":[7],\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "“a”: dtype: found “[7]”, expected F64, F32, F16, BF16 or I64" },
  { "{" A ("F32", "[-1]", 0, 4) "}", 4, "“a”: shape: expected integers from 0" },
  { "{" A ("F32", "[1.0]", 0, 4) "}", 4, "“a”: shape: expected integers from 0" },
  { "{" A ("F32", "[true]", 0, 4) "}", 4, "“a”: shape: expected integers from 0" },
  { "{" A ("F32", "1", 0, 4) "}", 4, "“a”: shape: expected at most 8 sizes" },
  { "{" A ("F32", "[1,1,1,1,1,1,1,1,1]", 0, 4) "}", 4, "“a”: shape: expected at most 8 sizes" },
  { "{" A ("F32", "[4294967296,4294967296]", 0, 4) "}", 4,
    "“a”: shape: found [4294967296, 4294967296], expected fewer numbers" },
  /* 2^62 numbers: their bytes do not fit; 2^52 of them would. */
  { "{" A ("F32", "[1073741824,4294967296]", 0, 0) "}", 0,
    "“a”: data_offsets: found 0 bytes, expected those of [1073741824, 4294967296] numbers of type F32" },
  { "{" A ("F32", "[2]", 0, 4) "}", 4, "“a”: data_offsets: found 4 bytes, expected those of [2] numbers of type F32" },
  { "{" A ("F32", "[1]", 4, 0) "}", 4, "“a”: data_offsets: expected two integers from 0, the second not below the first" },
  { "{" A ("F32", "[1]", -4, 0) "}", 4, "“a”: data_offsets: expected two integers from 0, the second not below the first" },
  { "{" A ("F32", "[1]", 0, 1e99) "}", 4, "“a”: data_offsets: expected two integers from 0, the second not below the first" },
  { "{" A ("F32", "[1]", 0, 99999999999999999) "}", 4,
    "header: line 1, column 51: found 99999999999999999, expected an integer up to 9007199254740991" },
  { "{" A ("F32", "[1]", 4, 8) "}", 8, "“a”: data_offsets: found byte 4 as its first, expected 0, where others end" },
  { "{" A ("F32", "[1]", 0, 4) "," B (8, 16) "}", 16, "“b”: data_offsets: found byte 8 as its first, expected 4, where others end" },
  { "{" A ("F32", "[1]", 0, 4) "," B (0, 8) "}", 8, "“b”: data_offsets: found byte 0 as its first, expected 4, where others end" },
  { "{" A ("F32", "[1]", 0, 4) "}", 5, "found 5 bytes of data, expected 4 as the header says" },
  { "{" A ("F32", "[1]", 0, 4) "}", 3, "found 3 bytes of data, expected 4 as the header says" },
  { "{" A ("F32", "[1125899906842624]", 0, 4503599627370496) "}", 4,
    "found 4 bytes of data, expected 4503599627370496 as the header says" },
  { "{\"__metadata__\":[]}", 0, "__metadata__: expected an object of texts" },
  { "{\"__metadata__\":{\"format\":1}}", 0, "__metadata__: expected an object of texts" },
};

static void
assert_refused (const guint8 *bytes, gsize length, const char *message)
{
  g_autofree char *expected = g_strdup_printf ("x: %s", message);
  g_autofree guint8 *copy = g_memdup2 (bytes, length); /* a sanitizer sees where it ends */
  g_autoptr (EtudeTensors) file = NULL;
  GError *error = NULL;

  file = etude_tensors_open_bytes (length > 0 ? (gconstpointer) copy : "", length, "x", &error);
  g_assert_null (file);
  g_assert_cmpstr (error->message, ==, expected);
  g_clear_error (&error);
}

static void
test_refuses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GByteArray) file = make_file (refused[i].header, strlen (refused[i].header), refused[i].n_data);

      assert_refused (file->data, file->len, refused[i].message);
    }
}

/* What the first eight bytes say is compared with the file before anything is done with it. */
static void
test_header_length (void)
{
  static const guint8 empty[1];

  assert_refused (empty, 0, "found 0 bytes, expected at least 8, the length of the header");
  for (guint bit = 2; bit < 64; bit++)
    {
      g_autoptr (GByteArray) file = make_file ("{}", 2, 1);
      g_autofree char *message = g_strdup_printf ("found a header of %" G_GUINT64_FORMAT " bytes, expected at most 3", G_GUINT64_CONSTANT (1) << bit);
      guint64 length = GUINT64_TO_LE (G_GUINT64_CONSTANT (1) << bit);

      memcpy (file->data, &length, sizeof length);
      assert_refused (file->data, file->len, message);
      assert_refused (file->data, 7, "found 7 bytes, expected at least 8, the length of the header");
    }
}

static void
test_no_file (void)
{
  g_autofree char *absent = path_of ("absent");
  g_autofree char *said = g_strdup_printf ("%s: No such file or directory", absent);
  g_autofree char *is_folder = g_strdup_printf ("%s: found a folder, expected a file", folder);
  g_autoptr (GError) error = NULL;

  g_assert_null (etude_tensors_open (absent, &error));
  g_assert_cmpstr (error->message, ==, said);
  g_clear_error (&error);
  g_assert_null (etude_tensors_open (folder, &error));
  g_assert_cmpstr (error->message, ==, is_folder);
}

/* Every part of a good file that is cut off is missed. */
static void
test_cut_short (void)
{
  const char *header = "{" A ("F32", "[1]", 0, 4) "," B (4, 12) "}";
  g_autoptr (GByteArray) file = make_file (header, strlen (header), 12);
  g_autoptr (EtudeTensors) whole = etude_tensors_open_bytes (file->data, file->len, "x", NULL);

  g_assert_nonnull (whole);
  for (guint n = 0; n < file->len; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeTensors) cut = etude_tensors_open_bytes (file->data, n, "x", &error);

      g_assert_null (cut);
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT);
    }
}

static void
assert_number (const char *type, guint64 bits, guint n_bytes, double expected)
{
  g_autofree char *header = g_strdup_printf ("{\"a\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,%u]}}", type, n_bytes);
  g_autoptr (GByteArray) bytes = make_file (header, strlen (header), n_bytes);
  g_autoptr (EtudeTensors) file = NULL;
  g_autoptr (GError) error = NULL;
  float number = NAN;

  for (guint i = 0; i < n_bytes; i++)
    bytes->data[bytes->len - n_bytes + i] = (guint8) (bits >> 8 * i);
  file = etude_tensors_open_bytes (bytes->data, bytes->len, "x", &error);
  g_assert_no_error (error);
  if (isfinite (expected))
    {
      g_assert_true (etude_tensors_read (file, etude_tensors_find (file, "a"), &number, &error));
      g_assert_cmpfloat ((double) number, ==, expected);
      g_assert_true (!signbit (number) == !signbit (expected));
    }
  else
    {
      g_assert_false (etude_tensors_read (file, etude_tensors_find (file, "a"), &number, &error));
      g_assert_true (g_str_has_suffix (error->message, "as number 0, expected a finite number below 3.4e38"));
    }
}

static void
test_numbers (void)
{
  assert_number ("F32", 0x3f800001, 4, 1.00000011920928955078125);
  assert_number ("F32", 0x80000000, 4, -0.0);
  assert_number ("F32", 1, 4, ldexp (1, -149));
  assert_number ("F32", 0x7f800000, 4, INFINITY);
  assert_number ("F32", 0x7fc00000, 4, NAN);
  assert_number ("F64", 0xbff8000000000000, 8, -1.5);
  assert_number ("F64", 0x7fefffffffffffff, 8, INFINITY); /* beyond a float */
  assert_number ("F16", 0x3c00, 2, 1);
  assert_number ("F16", 0xc248, 2, -3.140625);
  assert_number ("F16", 0x7bff, 2, 65504);
  assert_number ("F16", 0x0001, 2, ldexp (1, -24));
  assert_number ("F16", 0x8000, 2, -0.0);
  assert_number ("F16", 0xfc00, 2, INFINITY);
  assert_number ("F16", 0x7e00, 2, NAN);
  assert_number ("BF16", 0x3fc0, 2, 1.5);
  assert_number ("BF16", 0xff80, 2, INFINITY);
  assert_number ("I64", 0xfffffffffffffffe, 8, -2);
}

/* In any order in the header, with what others write too. */
static void
test_order (void)
{
  const char *header = "{" B (4, 12) ",\"__metadata__\":{\"format\":\"np\",\"x\":\"\\u00e9\"},"
                       "\"empty\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[4,4]}," A ("F16", "[2,1]", 0, 4) "}      ";
  g_autoptr (GByteArray) bytes = make_file (header, strlen (header), 12);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeTensors) file = etude_tensors_open_bytes (bytes->data, bytes->len, "x", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (etude_tensors_get_n (file), ==, 3);
  g_assert_cmpstr (etude_tensors_get (file, 0)->name, ==, "a");
  g_assert_cmpstr (etude_tensors_get (file, 1)->name, ==, "empty");
  g_assert_cmpstr (etude_tensors_get (file, 2)->name, ==, "b");
  g_assert_true (etude_tensors_find (file, "b") == etude_tensors_get (file, 2));
  g_assert_null (etude_tensors_find (file, "__metadata__"));
}

/* --- weights --------------------------------------------------------------------------------- */

static const char *const plain[] = { NULL };
static const char *const averaged[] = { "optimizer", "schedule_free_adamw", NULL };
static const char *const images[] = {
  "dataset", "digits", "training.batch_size", "256", "network.layers",
  "[{\"kind\":\"conv2d\",\"out_channels\":6,\"kernel_size\":[3,2]},\"batch_norm\",\"relu\","
  "{\"kind\":\"residual\",\"layers\":[{\"kind\":\"conv2d\",\"out_channels\":5,\"padding\":1,\"groups\":1},\"batch_norm\"]},"
  "{\"kind\":\"residual\",\"layers\":[{\"kind\":\"batch_norm\",\"affine\":false},\"relu\"]},\"max_pool2d\",\"flatten\",\"layer_norm\",\"dense\"]", NULL
};

static void
write_weights (EtudeTrainer *trainer, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeFileWriter) out = etude_file_writer_new (path, &error);

  g_assert_no_error (error);
  etude_trainer_write_weights (trainer, out, &error);
  g_assert_no_error (error);
  etude_file_writer_finish (out, &error);
  g_assert_no_error (error);
}

static EtudeTensors *
open_weights (const char *path)
{
  g_autoptr (GError) error = NULL;
  EtudeTensors *file = etude_tensors_open (path, &error);

  g_assert_no_error (error);
  return file;
}

static EtudeTrainer *
make_trained (const char *const *settings, guint n_steps)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  EtudeTrainer *trainer = make_trainer (experiment, NULL);
  EtudeRecord record;

  for (guint i = 0; i < n_steps; i++)
    etude_trainer_step (trainer, &record);
  return trainer;
}

/* What is read is to the last bit what evaluation saw, also where that is an average; and training goes on
 * from it as before. */
static void
test_round_trip (gconstpointer settings)
{
  g_autoptr (EtudeTrainer) trained = make_trained (settings, 3);
  g_autoptr (EtudeTrainer) fresh = make_trained (settings, 0);
  g_autofree char *path = path_of ("weights");
  g_autofree char *before = etude_trainer_dup_weights_hash (trained);
  g_autofree char *drawn = etude_trainer_dup_weights_hash (fresh);
  g_autofree char *after = NULL, *still = NULL;
  g_autoptr (EtudeTensors) file = NULL;
  g_autoptr (GError) error = NULL;

  write_weights (trained, path);
  still = etude_trainer_dup_weights_hash (trained);
  g_assert_cmpstr (still, ==, before);
  file = open_weights (path);
  etude_trainer_read_weights (fresh, file, &error);
  g_assert_no_error (error);
  after = etude_trainer_dup_weights_hash (fresh);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpstr (after, !=, drawn);
}

static void
test_names (void)
{
  static const struct { const char *name, *shape; } expected[] = {
    { "1.num_batches_tracked", "[]" }, { "3.layers.1.num_batches_tracked", "[]" }, { "4.layers.0.num_batches_tracked", "[]" },
    { "0.weight", "[6, 1, 3, 2]" }, { "0.bias", "[6]" },
    { "1.weight", "[6]" }, { "1.bias", "[6]" }, { "1.running_mean", "[6]" }, { "1.running_var", "[6]" },
    { "3.layers.0.weight", "[5, 6, 3, 3]" }, { "3.layers.0.bias", "[5]" },
    { "3.layers.1.weight", "[5]" }, { "3.layers.1.bias", "[5]" },
    { "3.layers.1.running_mean", "[5]" }, { "3.layers.1.running_var", "[5]" },
    { "3.projection.weight", "[5, 6, 1, 1]" }, { "4.layers.0.running_mean", "[5]" }, { "4.layers.0.running_var", "[5]" },
    { "7.weight", "[45]" }, { "7.bias", "[45]" }, { "8.weight", "[10, 45]" }, { "8.bias", "[10]" },
  };
  g_autoptr (EtudeTrainer) trainer = make_trained (images, 2);
  g_autofree char *path = path_of ("names");
  g_autoptr (EtudeTensors) file = NULL;
  float count;

  write_weights (trainer, path);
  file = open_weights (path);
  g_assert_cmpuint (etude_tensors_get_n (file), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const EtudeTensor *tensor = etude_tensors_get (file, i);
      g_autofree char *shape = etude_tensor_show_shape (tensor);

      g_assert_cmpstr (tensor->name, ==, expected[i].name);
      g_assert_cmpstr (shape, ==, expected[i].shape);
      g_assert_cmpint (tensor->type, ==, i < 3 ? ETUDE_TENSOR_I64 : ETUDE_TENSOR_F32);
    }
  g_assert_true (etude_tensors_read (file, etude_tensors_get (file, 0), &count, NULL));
  g_assert_cmpfloat ((double) count, ==, 2);
}

#define MLP(first, last) \
  "{" first "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}," \
  "\"1.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[8,24]}" last "}"
#define WEIGHT(shape, end) ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[24," #end "]}"

/* What does not fit is named, and the trainer keeps what it had. */
static void
test_other_networks (void)
{
  static const char *const settings[] = { "network.layers", "[{\"kind\":\"dense\",\"units\":2},{\"kind\":\"dense\",\"bias\":false}]", NULL };
  static const struct { const char *header; gsize n_data; const char *message; } files[] = {
    { "{}", 0, "“0.weight”: found no such tensor, expected one of shape [2, 2]" },
    { MLP ("", ""), 24, "“0.weight”: found no such tensor, expected one of shape [2, 2]" },
    { MLP ("", WEIGHT ("[4]", 40)), 40, "“0.weight”: found the shape [4], expected [2, 2]" },
    { MLP ("", WEIGHT ("[2,3]", 48)), 48, "“0.weight”: found the shape [2, 3], expected [2, 2]" },
    { MLP ("", WEIGHT ("[2,2]", 40) ",\"1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[40,48]}"), 48,
      "“1.bias”: found a tensor of shape [2], expected only those of the network, “0.weight” to “1.weight”" },
    { MLP ("", WEIGHT ("[2,2]", 40) ",\"0.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[40,48]}"), 48,
      "“0.num_batches_tracked”: found a tensor of shape [], expected only those of the network, “0.weight” to “1.weight”" },
    { MLP ("", ",\"0.weight\":{\"dtype\":\"I64\",\"shape\":[2,2],\"data_offsets\":[24,56]}"), 56,
      "“0.weight”: found numbers of type I64, expected F32" },
    { MLP ("\"__metadata__\":{},", WEIGHT ("[2,2]", 40)), 40, NULL },
  };
  g_autoptr (EtudeTrainer) trainer = make_trained (settings, 0);
  g_autofree char *before = etude_trainer_dup_weights_hash (trainer);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GByteArray) bytes = make_file (files[i].header, strlen (files[i].header), files[i].n_data);
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeTensors) file = etude_tensors_open_bytes (bytes->data, bytes->len, "x", &error);
      g_autofree char *expected = g_strdup_printf ("x: %s", files[i].message);
      g_autofree char *after = NULL;

      g_assert_no_error (error);
      g_assert_true (etude_trainer_read_weights (trainer, file, &error) == (files[i].message == NULL));
      if (files[i].message != NULL)
        g_assert_cmpstr (error->message, ==, expected);
      after = etude_trainer_dup_weights_hash (trainer);
      g_assert_true (g_str_equal (after, before) == (files[i].message != NULL));
    }
}

/* A number that is not finite is found after others have been read. */
static void
test_not_finite (void)
{
  g_autoptr (EtudeTrainer) trained = make_trained (plain, 1);
  g_autoptr (EtudeTrainer) fresh = make_trained (plain, 0);
  g_autofree char *path = path_of ("nan");
  g_autofree char *before = etude_trainer_dup_weights_hash (fresh);
  g_autofree char *bytes = NULL, *after = NULL;
  g_autoptr (EtudeTensors) file = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  write_weights (trained, path);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  memset (bytes + length - 4, 0xff, 4);
  file = etude_tensors_open_bytes (bytes, length, "x", NULL);
  g_assert_false (etude_trainer_read_weights (fresh, file, &error));
  g_assert_true (g_str_has_prefix (error->message, "x: “2.bias”: found "));
  after = etude_trainer_dup_weights_hash (fresh);
  g_assert_cmpstr (after, ==, before);
}

/* The file shrinks after its header was read. */
static void
test_shrinks (void)
{
  g_autoptr (EtudeTrainer) trainer = make_trained (plain, 1);
  g_autofree char *path = path_of ("shrinks");
  g_autoptr (EtudeTensors) file = NULL;
  g_autoptr (GError) error = NULL;
  FILE *stream;

  write_weights (trainer, path);
  file = open_weights (path);
  stream = g_fopen (path, "w");
  fclose (stream);
  g_assert_null (etude_tensors_dup_sha256 (file, &error));
  g_assert_nonnull (strstr (error->message, "shrinks: found the end of the file at byte 0, expected "));
}

static void
remove_folder (void)
{
  static const char *const names[] = { "weights", "names", "nan", "shrinks" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (names[i]);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("etude-weights-XXXXXX", NULL);
  g_test_add_func ("/safetensors/refuses", test_refuses);
  g_test_add_func ("/safetensors/header-length", test_header_length);
  g_test_add_func ("/safetensors/no-file", test_no_file);
  g_test_add_func ("/safetensors/cut-short", test_cut_short);
  g_test_add_func ("/safetensors/numbers", test_numbers);
  g_test_add_func ("/safetensors/order", test_order);
  g_test_add_data_func ("/weights/round-trip/plain", plain, test_round_trip);
  g_test_add_data_func ("/weights/round-trip/averaged", averaged, test_round_trip);
  g_test_add_data_func ("/weights/round-trip/images", images, test_round_trip);
  g_test_add_func ("/weights/names", test_names);
  g_test_add_func ("/weights/other-networks", test_other_networks);
  g_test_add_func ("/weights/not-finite", test_not_finite);
  g_test_add_func ("/weights/shrinks", test_shrinks);
  status = g_test_run ();
  remove_folder ();
  return status;
}
