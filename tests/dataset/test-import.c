/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "dataset/generator.h"

static char *folder;

static void
write_file (const char *name, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

/* Loads @path of the test's folder; @set is “key=value” texts, ends with NULL. */
static EtudeDataset *
load_set_until (const char *path, const char *const *set, GCancellable *cancellable, GError **error)
{
  const EtudeKind *kind = etude_group_find (&etude_dataset_group, "file");
  EtudeDataset *dataset;
  EtudeObject object;

  etude_object_init (&object, kind);
  etude_param_read (etude_kind_find_param (kind, "path"), path,
                    etude_param_field (etude_kind_find_param (kind, "path"), object.data), NULL);
  for (; set != NULL && *set != NULL; set++)
    {
      g_auto (GStrv) parts = g_strsplit (*set, "=", 2);
      const EtudeParam *param = etude_kind_find_param (kind, parts[0]);

      g_assert_true (etude_param_read (param, parts[1], etude_param_field (param, object.data), NULL));
    }
  dataset = etude_dataset_load (&object, folder, cancellable, error);
  etude_object_clear (&object);
  return dataset;
}

static EtudeDataset *
load_set (const char *path, const char *const *set, GError **error)
{
  return load_set_until (path, set, NULL, error);
}

static EtudeDataset *
load_text (const char *text, const char *set)
{
  const char *sets[] = { set, NULL };
  g_autoptr (GError) error = NULL;
  EtudeDataset *dataset;

  write_file ("t.csv", text, -1);
  dataset = load_set ("t.csv", sets, &error);
  g_assert_no_error (error);
  return dataset;
}

static void
assert_warnings (const EtudeDataset *dataset, const char *const *expected)
{
  for (guint i = 0; i < dataset->warnings->len; i++)
    g_assert_cmpstr (dataset->warnings->pdata[i], ==, expected[i]);
  g_assert_null (expected[dataset->warnings->len]);
}

static void
test_plain (void)
{
  g_autoptr (EtudeDataset) dataset = load_text ("a,b,y\n1,2,u\n3,4.5,v\n5,-6e1,u\n", NULL);
  static const float inputs[] = { 1, 2, 3, 4.5f, 5, -60 };
  static const gint32 labels[] = { 0, 1, 0 };
  static const char *const warnings[] = {
    "the task is classification, since the target “y” holds 2 different texts", NULL
  };

  g_assert_cmpuint (dataset->n_samples, ==, 3);
  g_assert_cmpuint (dataset->n_inputs, ==, 2);
  g_assert_cmpint (dataset->task, ==, ETUDE_TASK_CLASSIFICATION);
  g_assert_cmpmem (dataset->inputs, sizeof inputs, inputs, sizeof inputs);
  g_assert_cmpmem (dataset->labels, sizeof labels, labels, sizeof labels);
  g_assert_cmpstr (dataset->class_names[0], ==, "u");
  g_assert_cmpstr (dataset->target, ==, "y");
  g_assert_cmpstr (dataset->path, ==, "t.csv");
  g_assert_cmpstr (dataset->sha256, ==, "d403a4bcec69d8f87abf8ae64c8f23fe53d4670889af581216aa9ee1a677e377");
  g_assert_cmpstr (dataset->columns[1].name, ==, "b");
  g_assert_cmpfloat (dataset->columns[1].min, ==, -60);
  g_assert_cmpfloat (dataset->columns[1].max, ==, 4.5);
  g_assert_cmpfloat_with_epsilon (dataset->columns[0].sd, sqrt (8.0 / 3), 1e-12);
  g_assert_cmpuint (dataset->columns[0].distinct, ==, 3);
  assert_warnings (dataset, warnings);
}

/* The same numbers, written in other ways. */
static void
test_dialects (void)
{
  static const char *const texts[] = {
    "a,b,y\n1.5,2,0.25\n3,4,-1\n",
    "\xef\xbb\xbf" "a,b,y\r\n1.5,2,0.25\r\n3,4,-1",
    "a;b;y\n1.5;2;0.25\n3;4;-1\n",
    "a;b;y\n1,5;2,0;0,25\n3,0;4,0;-1,0\n",
    "a\tb\ty\n1.5\t2\t0.25\n3\t4\t-1\n",
    "\"a\",\"b\",\"y\"\n\"1.5\",\"2\",\".25\"\n 3 ,+4,-1e0\n",
    "a,b,y\r1.5,2,0.25\r3,4,-1\r",
    "1.5,2,0.25\n\n3,4,-1\n",
    "\n\n1.5;2;0,25\n3;4;-1\n",
  };
  static const float inputs[] = { 1.5f, 2, 3, 4 };
  static const float targets[] = { 0.25f, -1 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (EtudeDataset) dataset = load_text (texts[i], NULL);
      gboolean has_header = strchr (texts[i], 'y') != NULL;

      g_assert_cmpint (dataset->task, ==, ETUDE_TASK_REGRESSION);
      g_assert_cmpuint (dataset->n_samples, ==, 2);
      g_assert_cmpmem (dataset->inputs, sizeof inputs, inputs, sizeof inputs);
      g_assert_cmpmem (dataset->targets, sizeof targets, targets, sizeof targets);
      g_assert_cmpstr (dataset->target, ==, has_header ? "y" : "column 3");
    }
}

static void
test_target (void)
{
  g_autoptr (EtudeDataset) dataset = load_text ("y,a,b\n1.5,2,u\n3,4,v\n", "target=y");
  static const float inputs[] = { 2, 1, 0, 4, 0, 1 };
  double number;

  g_assert_cmpstr (dataset->target, ==, "y");
  g_assert_cmpuint (dataset->n_inputs, ==, 3);
  g_assert_cmpmem (dataset->inputs, sizeof inputs, inputs, sizeof inputs);
  g_assert_cmpfloat (dataset->targets[1], ==, 3);
  g_assert_true (dataset->columns[0].is_target);
  g_assert_cmpuint (dataset->columns[2].n, ==, 2);
  g_assert_cmpstr (etude_dataset_get_cell (dataset, 1, 2, &number), ==, "v");
  g_assert_null (etude_dataset_get_cell (dataset, 0, 0, &number));
  g_assert_cmpfloat (number, ==, 1.5);
}

static void
test_task (void)
{
  static const struct { const char *text; const char *set; EtudeTask task; gsize n_classes; const char *reason; } cases[] = {
    { "a,y\n1,0\n2,1\n3,0\n4,1\n", NULL, ETUDE_TASK_CLASSIFICATION, 2,
      "the task is classification, since the target “y” holds only 2 different whole numbers" },
    { "a,y\n1,0.5\n2,1\n3,0.5\n4,1\n", NULL, ETUDE_TASK_REGRESSION, 0,
      "the task is regression, since the target “y” holds numbers with fractions" },
    { "a,y\n1,1\n2,2\n3,3\n4,1\n", NULL, ETUDE_TASK_REGRESSION, 0,
      "the task is regression, since the target “y” holds many different whole numbers" },
    { "a,y\n1,0\n2,1\n3,0\n4,1\n", "task=regression", ETUDE_TASK_REGRESSION, 0, NULL },
    { "a,y\n1,10\n2,9\n3,2.50\n4,2.5\n", "task=classification", ETUDE_TASK_CLASSIFICATION, 3, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeDataset) dataset = load_text (cases[i].text, cases[i].set);
      const char *warnings[] = { cases[i].reason, NULL };

      g_assert_cmpint (dataset->task, ==, cases[i].task);
      g_assert_cmpuint (dataset->n_classes, ==, cases[i].n_classes);
      assert_warnings (dataset, warnings);
      /* Numbers are put in order as numbers. */
      if (dataset->n_classes == 3)
        {
          g_assert_cmpstr (dataset->class_names[0], ==, "2.5");
          g_assert_cmpstr (dataset->class_names[2], ==, "10");
          g_assert_cmpint (dataset->labels[0], ==, 2);
          g_assert_cmpint (dataset->labels[3], ==, 0);
        }
    }
}

static void
test_missing (void)
{
  g_autoptr (EtudeDataset) dataset
    = load_text ("a,b,y\n1,NA,0.5\n,2,1\n3,4,2\nNaN,?,\n5,6,nan\n7,8,1.5\n", NULL);
  static const float inputs[] = { 3, 4, 7, 8 };
  static const char *const warnings[] = {
    "4 rows are left out because of missing cells in “a” (1 empty, 1 “nan”), “b” (1 “na”, 1 “?”), "
    "“y” (1 empty, 1 “nan”)",
    "the task is regression, since the target “y” holds numbers with fractions", NULL
  };

  g_assert_cmpuint (dataset->n_samples, ==, 2);
  g_assert_cmpmem (dataset->inputs, sizeof inputs, inputs, sizeof inputs);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (dataset->columns[i].missing, ==, 2);
  assert_warnings (dataset, warnings);
}

/* A text that only a left-out row has is no category. */
static void
test_categories (void)
{
  g_autoptr (GString) text = g_string_new ("id,c,d,x,y\n");
  g_autoptr (EtudeDataset) dataset = NULL;
  static const char *const warnings[] = {
    "1 row is left out because of missing cells in “x” (1 empty)",
    "the task is classification, since the target “y” holds 2 different texts",
    "column “id” is left out: its text is another one in every row",
    "column “d” has the same value in every row", NULL
  };
  double number;

  for (guint i = 0; i < 24; i++)
    g_string_append_printf (text, "n%u,%s,7,%u,%s\n", i, i % 3 == 0 ? "red" : "blue", i, i % 2 ? "p" : "q");
  g_string_append (text, "n99,green,7,,r\n");
  dataset = load_text (text->str, NULL);
  g_assert_cmpuint (dataset->n_samples, ==, 24);
  g_assert_cmpuint (dataset->n_inputs, ==, 4);
  g_assert_cmpuint (dataset->n_classes, ==, 2);
  g_assert_cmpint (dataset->columns[0].type, ==, ETUDE_COLUMN_IGNORED);
  g_assert_cmpint (dataset->columns[1].type, ==, ETUDE_COLUMN_CATEGORY);
  g_assert_cmpstr (dataset->columns[1].categories[0], ==, "blue");
  g_assert_cmpuint (dataset->columns[1].distinct, ==, 2);
  g_assert_cmpstr (etude_dataset_get_cell (dataset, 0, 1, &number), ==, "red");
  g_assert_null (etude_dataset_get_cell (dataset, 0, 0, &number));
  g_assert_true (isnan (number));
  assert_warnings (dataset, warnings);
}

static void
test_names (void)
{
  g_autoptr (EtudeDataset) dataset = load_text (",a,a,y\n0,1,2,3.5\n1,2,3,4.5\n", NULL);

  g_assert_cmpstr (dataset->columns[0].name, ==, "column 1");
  g_assert_cmpstr (dataset->columns[2].name, ==, "a (2)");
  g_assert_cmpstr (dataset->warnings->pdata[0], ==,
                   "more than one column is called “a”; the one in place 3 is called “a (2)” here");
}

static void
assert_refused (const char *path, const char *const *set, int code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeDataset) dataset = load_set (path, set, &error);

  g_assert_null (dataset);
  g_assert_error (error, ETUDE_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refused (void)
{
  static const struct { const char *text; const char *set; const char *message; } cases[] = {
    { "", NULL, "line 1: found an empty file, expected rows of cells" },
    { "\n\n", NULL, "line 1: found an empty file, expected rows of cells" },
    { "a,b,y\n", NULL, "line 1: found only a header, expected rows below it" },
    { "a,b,y\n1,2,3\n1,\"2\n", NULL,
      "line 3: found a quote that is not closed before the end of the file, expected the quote that ends the cell" },
    { "a,y\n1,\xe9\n", NULL, "line 2: found bytes that are not UTF-8 in cell 2, expected text in UTF-8" },
    { "a,b,c,y\n1,2,3,4\n\n1,2,3\n", NULL, "line 4: found 3 cells, expected 4 as in line 1" },
    { "a,b\n1,2\n3\n", NULL, "line 3: found 1 cell, expected 2 as in line 1" },
    { "a,b\n1,2\n3,4,5\n", NULL, "line 3: found 3 cells, expected 2 as in line 1" },
    { "a\n1\n2\n", NULL, "line 1: found one column, expected at least two: inputs and a target" },
    { "a,y\n1,2\ninf,3\n", NULL, "line 3, column “a”: found “inf”, expected a finite number below 3.4e38" },
    { "a,y\n1,2\n3,-1e400\n", NULL, "line 3, column “y”: found “-1e400”, expected a finite number below 3.4e38" },
    { "a,y\n1,2\n1e39,3\n", NULL, "line 3, column “a”: found “1e39”, expected a finite number below 3.4e38" },
    { "a,y\n1,u\n2,u\n", NULL, "column “y”: found only the class “u”, expected at least two classes" },
    { "a,y\n1,7\n2,7\n", NULL, "column “y”: found only the class “7”, expected at least two classes" },
    { "a,b,y\n1,2,3\n", "target=z", "line 1: found no column “z” for the target, expected one of “a”, “b”, “y”" },
    { "a,b,y\n1,,3\nNA,?,4\n", NULL,
      "column “b”: found 2 missing cells and no complete row among 2, expected at least one" },
    { "a,y\n1,u\n2,v\n", "task=regression", "line 2, column “y”: found “u”, expected a number" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *set[] = { cases[i].set, NULL };
      g_autofree char *message = g_strconcat ("bad.csv: ", cases[i].message, NULL);

      write_file ("bad.csv", cases[i].text, -1);
      assert_refused ("bad.csv", set, ETUDE_ERROR_FORMAT, message);
    }
  write_file ("bad.csv", "a,b\n1,\0\n", 9);
  assert_refused ("bad.csv", NULL, ETUDE_ERROR_FORMAT, "bad.csv: line 2: found a NUL byte, expected text");
}

/* One slip among many numbers is told with its line, and does not make a category of the column. */
static void
test_slip (void)
{
  g_autoptr (GString) text = g_string_new ("a,y\n");

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (text, i == 36 ? "1.2.3,%u\n" : "%u.5,1\n", i);
  write_file ("slip.csv", text->str, -1);
  assert_refused ("slip.csv", NULL, ETUDE_ERROR_FORMAT, "slip.csv: line 38, column “a”: found “1.2.3”, expected a number");
}

static void
test_places (void)
{
  g_autofree char *sub = g_build_filename (folder, "sub", NULL);
  g_autofree char *pipe_path = g_build_filename (folder, "pipe", NULL);
  g_autofree char *locked = g_build_filename (folder, "locked.csv", NULL);

  g_mkdir (sub, 0700);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  assert_refused ("", NULL, ETUDE_ERROR_VALUE, "dataset.path: found no path, expected the path of a CSV or IDX file");
  assert_refused ("sub", NULL, ETUDE_ERROR_IO, "sub: found a folder, expected a CSV or IDX file");
  assert_refused ("pipe", NULL, ETUDE_ERROR_IO, "pipe: found a device or pipe, expected a CSV or IDX file");
  assert_refused ("/dev/zero", NULL, ETUDE_ERROR_IO, "/dev/zero: found a device or pipe, expected a CSV or IDX file");
  assert_refused ("no.csv", NULL, ETUDE_ERROR_IO, "no.csv: found no such file, expected a CSV or IDX file");
  g_remove (pipe_path);
  g_rmdir (sub);
  if (geteuid () == 0)
    {
      g_test_message ("root may read every file: the case without permission is left out");
      return;
    }
  write_file ("locked.csv", "a,y\n1,2\n", -1);
  g_chmod (locked, 0);
  assert_refused ("locked.csv", NULL, ETUDE_ERROR_IO,
                  "locked.csv: found that it cannot be read (Permission denied), expected a CSV or IDX file");
}

/* The size is checked before a byte is read. */
static void
test_huge (void)
{
  g_autofree char *path = g_build_filename (folder, "huge.csv", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  g_assert_cmpint (ftruncate (fd, (off_t) 3 << 30), ==, 0);
  close (fd);
  etude_memory_set_limit ((gsize) 1 << 30);
  assert_refused ("huge.csv", NULL, ETUDE_ERROR_SIZE, "huge.csv: found a file of 3072 MiB, expected at most 1024 MiB");
  etude_memory_set_limit (0);
  g_remove (path);
}

static void
test_hash (void)
{
  g_autoptr (EtudeDataset) dataset = load_text ("a,y\n1,2.5\n3,4.5\n", NULL);
  g_autofree char *right = g_strdup_printf ("sha256=%s", dataset->sha256);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "a,y\n1,2.5\n3,4.5\n", -1);
  g_autoptr (EtudeDataset) again = load_text ("a,y\n1,2.5\n3,4.5\n", right);
  const char *wrong[] = { "sha256=00ff", NULL };
  g_autofree char *message = g_strdup_printf ("t.csv: found content with the SHA-256 %s, expected 00ff, "
                                              "which the experiment was made with", sum);

  g_assert_cmpstr (dataset->sha256, ==, sum);
  g_assert_cmpstr (again->sha256, ==, sum);
  assert_refused ("t.csv", wrong, ETUDE_ERROR_VALUE, message);
}

/* More than one buffer of text, and the hash of all of it. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("a,b,y\n");
  g_autoptr (EtudeDataset) dataset = NULL;
  g_autofree char *sum = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "%u,\"%u.25\",%u.5\n", i, i % 7, i);
  dataset = load_text (text->str, NULL);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
  g_assert_cmpstr (dataset->sha256, ==, sum);
  g_assert_cmpuint (dataset->n_samples, ==, 20000);
  for (guint i = 0; i < 20000; i++)
    {
      g_assert_cmpfloat (dataset->inputs[2 * i], ==, i);
      g_assert_cmpfloat (dataset->inputs[2 * i + 1], ==, i % 7 + 0.25f);
      g_assert_cmpfloat (dataset->targets[i], ==, i + 0.5f);
    }
  g_assert_cmpuint (dataset->columns[0].distinct, ==, 20000);
  g_assert_cmpuint (dataset->columns[1].distinct, ==, 7);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (5000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* A large file is given up soon after the word of another thread; on a busy machine that word may
 * come too late, so it gets several tries. */
static void
test_cancel (void)
{
  g_autoptr (GString) text = g_string_new ("a,b,y\n");
  g_autoptr (EtudeDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "1.25,2.5,3.5\n");
  write_file ("t.csv", text->str, (gssize) text->len);
  for (guint i = 0; i < 20 && error == NULL; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

      g_clear_pointer (&dataset, etude_dataset_unref);
      dataset = load_set_until ("t.csv", NULL, cancellable, &error);
      g_thread_join (thread);
    }
  g_assert_null (dataset);
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_CANCELLED);
  g_assert_cmpstr (error->message, ==, "Loading the data was cancelled");
}

/* Changed bytes give a whole data set or one sentence, never a crash. */
static void
test_mutations (void)
{
  static const char good[] = "a,b,c,y\n1,0.5,red,u\n2,1.5,\"blue\",v\n3,,red,u\n4,NA,blue,v\n5,1e3,red,u\n";
  static const char bytes[] = "\",;\t\r\n.e-\0\xff\xc3";
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC / 2;
  EtudeRandom random;

  etude_random_init (&random, 5, ETUDE_STREAM_SAMPLE);
  while (g_get_monotonic_time () < until)
    {
      char text[sizeof good];
      gsize length = sizeof good - 1;
      g_autoptr (EtudeDataset) dataset = NULL;
      g_autoptr (GError) error = NULL;

      memcpy (text, good, sizeof good);
      for (guint k = (guint) etude_random_below (&random, 5); k > 0; k--)
        text[etude_random_below (&random, length)]
          = etude_random_below (&random, 4) == 0 ? (char) etude_random_below (&random, 256)
                                                 : bytes[etude_random_below (&random, sizeof bytes - 1)];
      if (etude_random_below (&random, 4) == 0)
        length = etude_random_below (&random, length);
      write_file ("m.csv", text, (gssize) length);
      dataset = load_set ("m.csv", NULL, &error);
      g_assert_true ((dataset != NULL) == (error == NULL));
      if (error != NULL)
        {
          g_assert_true (g_str_has_prefix (error->message, "m.csv: "));
          g_assert_null (strchr (error->message, '\n'));
        }
      for (gsize i = 0; dataset != NULL && i < dataset->n_samples * dataset->n_inputs; i++)
        g_assert_true (isfinite (dataset->inputs[i]));
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "t.csv", "bad.csv", "slip.csv", "m.csv", "locked.csv" };
  int result;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("etude-import-XXXXXX", NULL);
  g_test_add_func ("/import/plain", test_plain);
  g_test_add_func ("/import/dialects", test_dialects);
  g_test_add_func ("/import/target", test_target);
  g_test_add_func ("/import/task", test_task);
  g_test_add_func ("/import/missing", test_missing);
  g_test_add_func ("/import/categories", test_categories);
  g_test_add_func ("/import/names", test_names);
  g_test_add_func ("/import/refused", test_refused);
  g_test_add_func ("/import/slip", test_slip);
  g_test_add_func ("/import/places", test_places);
  g_test_add_func ("/import/huge", test_huge);
  g_test_add_func ("/import/hash", test_hash);
  g_test_add_func ("/import/long", test_long);
  g_test_add_func ("/import/cancel", test_cancel);
  g_test_add_func ("/import/mutations", test_mutations);
  result = g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
  g_free (folder);
  return result;
}
