/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>
#include <sys/wait.h>

static char *folder;

typedef struct
{
  char *out;
  char *err;
  int status;
} Result;

/* Runs etude-cli with @arguments, separated by blanks, in the folder of the test. */
static Result
run (const char *locale, const char *arguments)
{
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  Result result = { NULL, NULL, 0 };
  GError *error = NULL;

  environment = g_environ_setenv (environment, "LC_ALL", locale, TRUE);
  g_ptr_array_add (argv, (gpointer) g_getenv ("ETUDE_CLI"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (folder, (char **) argv->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL, &result.out,
                &result.err, &result.status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (result.status));
  result.status = WEXITSTATUS (result.status);
  return result;
}

static void
clear (Result *result)
{
  g_free (result->out);
  g_free (result->err);
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_json (void)
{
  Result result = run ("C.UTF-8", "data t.csv --json --head 2 --set dataset.validation=0.25");

  g_assert_cmpstr (result.err, ==, "");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.out, ==,
                   "{\"kind\":\"file\",\"path\":\"t.csv\",\"samples\":4,\"inputs\":[3],"
                   "\"task\":\"classification\",\"target\":\"y\","
                   "\"classes\":[{\"name\":\"u\",\"count\":3},{\"name\":\"v\",\"count\":1}],"
                   "\"columns\":["
                   "{\"name\":\"a\",\"type\":\"number\",\"missing\":1,\"min\":-2.5,\"max\":4.5,"
                   "\"mean\":1.25,\"sd\":2.5124689052802225,\"distinct\":4},"
                   "{\"name\":\"b\",\"type\":\"category\",\"missing\":0,\"min\":null,\"max\":null,"
                   "\"mean\":null,\"sd\":null,\"distinct\":2},"
                   "{\"name\":\"y\",\"type\":\"category\",\"missing\":0,\"min\":null,\"max\":null,"
                   "\"mean\":null,\"sd\":null,\"distinct\":2}],"
                   "\"split\":{\"train\":3,\"validation\":1,\"test\":0},"
                   "\"warnings\":[\"1 row is left out because of missing cells in “a” (1 empty)\","
                   "\"the task is classification, since the target “y” holds 2 different texts\"],"
                   "\"rows\":[[1,\"red\",\"u\"],[-2.5,\"a,b\",\"v\"]]}\n");
  clear (&result);
}

/* The object of every kind is JSON with the keys that the contract names, in their order. */
static void
test_keys (void)
{
  static const char *const kinds[] = { "moons", "circles", "spiral", "xor", "blobs", "iris", "digits" };
  static const char *const keys[] = { "kind", "path", "samples", "inputs", "task", "target", "classes",
                                      "columns", "split", "warnings", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *arguments = g_strdup_printf ("data %s --json", kinds[i]);
      Result result = run ("C.UTF-8", arguments);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GList) members = NULL;
      JsonObject *root;
      guint k = 0;

      g_assert_cmpint (result.status, ==, 0);
      g_assert_true (json_parser_load_from_data (parser, result.out, -1, NULL));
      root = json_node_get_object (json_parser_get_root (parser));
      members = json_object_get_members (root);
      for (GList *l = members; l != NULL; l = l->next)
        g_assert_cmpstr (l->data, ==, keys[k++]);
      g_assert_null (keys[k]);
      g_assert_cmpstr (json_object_get_string_member (root, "kind"), ==, kinds[i]);
      clear (&result);
    }
}

static void
test_csv (void)
{
  Result result = run ("C.UTF-8", "data t.csv --csv");

  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.out, ==, "a,b,y\n1,red,u\n-2.5,\"a,b\",v\n4.5,red,u\n2,red,u\n");
  clear (&result);
}

static void
test_text (void)
{
  Result result = run ("C.UTF-8", "data ./t.csv --head 1");

  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.out, ==,
                   "./t.csv: classification of “y”\n"
                   "Samples: 4 (3 to train, 1 to validate, 0 to test)\n"
                   "Inputs: 3\n"
                   "Classes: “u” 3, “v” 1\n"
                   "Note: 1 row is left out because of missing cells in “a” (1 empty)\n"
                   "Note: the task is classification, since the target “y” holds 2 different texts\n"
                   "\n"
                   "Column  Type      Missing  Least  Largest  Mean  Deviation  Different\n"
                   "a       number    1        −2.5   4.5      1.25  2.5125     4\n"
                   "b       category  0        –      –        –     –          2\n"
                   "y       category  0        –      –        –     –          2\n"
                   "\n"
                   "a  b    y\n"
                   "1  red  u\n");
  clear (&result);
}

/* Pixels are one line; the JSON has a column for each. */
static void
test_images (void)
{
  Result result = run ("C.UTF-8", "data digits");

  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.out, ==,
                   "digits: classification of “digit”\n"
                   "Samples: 1797 (1258 to train, 539 to validate, 0 to test)\n"
                   "Inputs: 64, images of 1 × 8 × 8, 0 to 16\n"
                   "Classes: “0” 178, “1” 182, “2” 177, “3” 183, “4” 181, “5” 182, “6” 181, “7” 179, “8” 174, “9” 180\n"
                   "\n"
                   "Column  Type      Missing  Least  Largest  Mean  Deviation  Different\n"
                   "digit   category  0        –      –        –     –          10\n");
  clear (&result);
  result = run ("C.UTF-8", "data digits --json");
  g_assert_nonnull (strstr (result.out, "{\"name\":\"pixel_7_7\","));
  clear (&result);
}

static void
test_refused (void)
{
  static const struct { const char *arguments; int status; const char *message; } cases[] = {
    { "data", 2, "found no argument, expected a kind of data set or a file" },
    { "data iris moons", 2, "found the argument “moons”, expected a kind of data set or a file" },
    { "data iris --json --csv", 2, "found both --csv and --json, expected one of them" },
    { "data iris --head=-1", 2, "--head: found -1, expected a number of samples from 0" },
    { "data moons --set dataset.samples=1", 2,
      "--set: dataset.samples: found 1, expected an integer from 2 to 10000000" },
    { "data moons --set samples", 2, "--set: found “samples”, expected PATH=VALUE" },
    { "data ./moons", 1, "./moons: found no such file, expected a CSV or IDX file" },
    { "data .", 1, ".: found a folder, expected a CSV or IDX file" },
    { "data bad.csv", 1, "bad.csv: line 3: found 1 cell, expected 2 as in line 1" },
    { "data file", 1, "dataset.path: found no path, expected the path of a CSV or IDX file" },
    { "data iris --set dataset.validation=0.6 --set dataset.test=0.5", 1,
      "dataset.validation: found 0.6 and a test share of 0.5, expected shares that leave at least one of the "
      "150 samples to train on" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Result result = run ("C.UTF-8", cases[i].arguments);
      g_autofree char *line = g_strdup_printf ("etude-cli: %s\n", cases[i].message);

      g_assert_cmpstr (result.err, ==, line);
      g_assert_cmpstr (result.out, ==, "");
      g_assert_cmpint (result.status, ==, cases[i].status);
      clear (&result);
    }
}

/* What is printed for programs is the same under a decimal comma. */
static void
test_locale (void)
{
  static const char *const arguments[] = { "data iris --json --head 5", "data t.csv --csv", "data moons --csv" };

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("the locale de_DE.UTF-8 is not there");
      return;
    }
  setlocale (LC_NUMERIC, "C");
  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++)
    {
      Result plain = run ("C.UTF-8", arguments[i]);
      Result comma = run ("de_DE.UTF-8", arguments[i]);

      g_assert_cmpstr (plain.out, ==, comma.out);
      clear (&plain);
      clear (&comma);
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "t.csv", "bad.csv" };
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("etude-data-XXXXXX", NULL);
  write_file ("t.csv", "a,b,y\n1,red,u\n-2.5,\"a,b\",v\n4.5,red,u\n2e0,red,u\n,red,u\n");
  write_file ("bad.csv", "a,b\n1,2\n3\n");
  g_test_add_func ("/data/json", test_json);
  g_test_add_func ("/data/keys", test_keys);
  g_test_add_func ("/data/csv", test_csv);
  g_test_add_func ("/data/text", test_text);
  g_test_add_func ("/data/images", test_images);
  g_test_add_func ("/data/refused", test_refused);
  g_test_add_func ("/data/locale", test_locale);
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
