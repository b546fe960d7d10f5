/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "experiment/json.h"
#include "experiment/path.h"
#include "network/layer.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "random-document.h"

static const struct { const char *text, *message; } documents[] = {
  { "", "a.etude: line 1, column 1: found the end of the file, expected a value" },
  { "{\"etude\":1", "a.etude: line 1, column 11: found the end of the file, expected a comma or a closing brace" },
  { "[1]", "a.etude: the document: found [1], expected an object" },
  { "{}", "a.etude: etude: found nothing, expected 1" },
  { "{\"etude\":\"1\"}", "a.etude: etude: found \"1\", expected 1" },
  { "{\"etude\":2}", "a.etude: etude: found format 2, expected 1: the file was written by a newer Etude" },
  { "{\"etude\":1,\"optimiser\":{}}",
    "a.etude: the document: found the key “optimiser”, expected one of “name”, “dataset”, “network”, “loss”, “optimizer”, “schedule”, “training”" },
  { "{\"etude\":1,\n\"optimizer\":{\"kind\":\"sgd\",\"lr\":-1}}",
    "a.etude: optimizer.lr: found -1, expected a number above 0 and at most 1000" },
  { "{\"etude\":1,\"optimizer\":{\"lr\":\"fast\"}}",
    "a.etude: optimizer.lr: found \"fast\", expected a number above 0 and at most 1000" },
  { "{\"etude\":1,\"optimizer\":\"sdg\"}", "a.etude: optimizer: found \"sdg\", expected one of the kinds OPTIMIZERS" },
  { "{\"etude\":1,\"training\":{\"seed\":1.5}}",
    "a.etude: training.seed: found 1.5, expected an integer from 0 to 9007199254740991" },
  { "{\"etude\":1,\"dataset\":{\"samples\":0.1}}", "a.etude: dataset.samples: found 0.1, expected an integer from 2 to 10000000" },
  { "{\"etude\":1,\"dataset\":{\"samples\":1e18}}", "a.etude: dataset.samples: found 1e18, expected an integer from 2 to 10000000" },
  { "{\"etude\":1,\"training\":{\"shuffle\":1}}", "a.etude: training.shuffle: found 1, expected true or false" },
  { "{\"etude\":1,\"training\":[]}", "a.etude: training: found [], expected an object" },
  { "{\"etude\":1,\"network\":{\"layers\":[]}}", "a.etude: network.layers: found 0 elements, expected from 1 to 1000" },
  { "{\"etude\":1,\"network\":{\"layers\":[{\"units\":3}]}}",
    "a.etude: network.layers.0: found {\"units\":3}, expected one of the kinds LAYERS" },
  { "{\"etude\":1,\"network\":{\"layers\":[{\"kind\":\"tanh\",\"units\":3}]}}",
    "a.etude: network.layers.0: found the key “units”, expected one of “initialiser”, “lr_scale”, “weight_decay”, “frozen”" },
  { "{\"etude\":1,\"etude\":1}", "a.etude: line 1, column 12: found “etude” for the second time, expected each key once" },
  { "{\"etude\":1,\"optimizer\":{\"lr\":NaN}}", "a.etude: line 1, column 30: found “N”, expected a value" },
  { "{\"etude\":1,\"optimizer\":{\"lr\":1e400}}", "a.etude: line 1, column 30: found 1e400, expected a finite number" },
  { "{\"etude\":1,\"training\":{\"seed\":9007199254740993}}",
    "a.etude: line 1, column 31: found 9007199254740993, expected an integer up to 9007199254740991" },
  { "{\"etude\":010}", "a.etude: line 1, column 11: found “1”, expected no digit after a leading zero" },
  { "{'etude':1}", "a.etude: line 1, column 2: found “'”, expected a text in double quotes" },
  { "{\"etude\":1} x", "a.etude: line 1, column 13: found “x”, expected nothing after the value" },
  { "{\"etude\":1,\"name\":\"a\\u0000b\"}",
    "a.etude: line 1, column 21: found \\u0000, expected a text without the character NUL" },
  { "{\"etude\":1,\"name\":\"\\ud83d\"}",
    "a.etude: line 1, column 26: found “\"”, expected the second half of a pair of escapes" },
  { "{\"etude\":1,\"name\":\"\\ud83d\\n\"}",
    "a.etude: line 1, column 26: found “\\”, expected the second half of a pair of escapes" },
  { "{\"etude\":1,\"name\":\"\\ud83d\\ud83d\"}",
    "a.etude: line 1, column 26: found “\\”, expected the second half of a pair of escapes" },
  { "{\"etude\":1,\"name\":\"\\ude00\"}",
    "a.etude: line 1, column 20: found “\\”, expected the first half of a pair of escapes before it" },
  { "{\"etude\":1,\"name\":\"\xff\"}", "a.etude: line 1: found the byte 0xff, expected UTF-8 text" },
};

static void
fill_in_group (GString *text, const char *word, const EtudeGroup *group)
{
  g_autoptr (GString) kinds = g_string_new (NULL);

  for (guint i = 0; group->kinds[i] != NULL; i++)
    g_string_append_printf (kinds, "%s“%s”", i > 0 ? ", " : "", group->kinds[i]->id);
  g_string_replace (text, word, kinds->str, 0);
}

/* @message with all kinds of a group of the catalogue in place of a word. */
static char *
fill_in (const char *message)
{
  GString *text = g_string_new (message);

  fill_in_group (text, "LAYERS", &etude_layer_group);
  fill_in_group (text, "OPTIMIZERS", &etude_optimizer_group);
  fill_in_group (text, "SCHEDULES", &etude_schedule_group);
  return g_string_free (text, FALSE);
}

static void
test_documents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autofree char *message = fill_in (documents[i].message);
      GError *error = NULL;

      g_assert_null (etude_experiment_read (documents[i].text, -1, "a.etude", &error));
      g_assert_cmpstr (error->message, ==, message);
      g_clear_error (&error);
    }
}

static void
test_nesting (void)
{
  g_autofree char *brackets = g_strnfill (100000, '[');
  g_autofree char *big = g_strnfill (9 << 20, ' ');
  GError *error = NULL;

  g_assert_null (etude_experiment_read (brackets, -1, "deep", &error));
  g_assert_cmpstr (error->message, ==,
                   "deep: line 1, column 65: found one more level of brackets, expected at most 64");
  g_clear_error (&error);
  g_assert_null (etude_experiment_read (big, -1, "big", &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
  g_clear_error (&error);
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("etude-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a.etude", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autoptr (EtudeExperiment) experiment = random_document (3);
  g_autoptr (EtudeExperiment) back = NULL;
  GError *error = NULL;

  g_assert_null (etude_experiment_load (folder, &error));
  g_assert_true (g_str_has_suffix (error->message, ": found a folder, expected a file"));
  g_clear_error (&error);
  g_assert_null (etude_experiment_load (file, &error));
  g_assert_true (g_str_has_suffix (error->message, ": No such file or directory"));
  g_clear_error (&error);
  g_assert_null (etude_experiment_load ("/dev/zero", &error));
  g_assert_cmpstr (error->message, ==, "/dev/zero: found a device or pipe, expected a file");
  g_clear_error (&error);
  g_assert_true (etude_experiment_save (experiment, file, &error));
  back = etude_experiment_load (file, &error);
  g_assert_no_error (error);
  g_assert_true (etude_experiment_equal (experiment, back));
  g_assert_false (etude_experiment_save (experiment, folder, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_IO);
  g_clear_error (&error);
  g_unlink (file);
  g_unlink (fifo);
  g_rmdir (folder);
}

static void
test_set (void)
{
  static const struct { const char *path, *value, *message; } cases[] = {
    { "optimizer.rate", "1", "optimizer.rate: found the key “rate”, expected one of “lr”, “momentum”, “dampening”, “nesterov”, “weight_decay”, “kind”" },
    { "optimizer.lr", "0", "optimizer.lr: found 0, expected a number above 0 and at most 1000" },
    { "optimizer.lr", "nan", "optimizer.lr: found \"nan\", expected a number above 0 and at most 1000" },
    { "optimizer.lr.x", "1", "optimizer.lr.x: found “x” after a value that has no keys" },
    { "network.layers.9.units", "1", "network.layers.9.units: found the place “9”, expected a number below 3" },
    { "schedule.kind", "coseno", "schedule.kind: found \"coseno\", expected one of the kinds SCHEDULES" },
    { "", "1", ": found the key “”, expected one of “name”, “dataset”, “network”, “loss”, “optimizer”, “schedule”, “training”" },
    { "optimizer", "null", "optimizer: found null, expected one of the kinds OPTIMIZERS" },
  };
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  g_autoptr (EtudeExperiment) before = etude_experiment_copy (experiment);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message = fill_in (cases[i].message);
      GError *error = NULL;

      g_assert_false (etude_experiment_set (experiment, cases[i].path, cases[i].value, &error));
      g_assert_cmpstr (error->message, ==, message);
      g_assert_true (etude_experiment_equal (experiment, before));
      g_clear_error (&error);
    }
}

/* Good documents with a few bytes changed, cut or doubled: read or refused, never a crash. */
static void
test_mutations (void)
{
  EtudeRandom random;

  etude_random_init (&random, 5, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (EtudeExperiment) good = random_document (i % 50);
      g_autofree char *text = etude_experiment_write (good);
      gsize length = strlen (text);
      g_autoptr (EtudeExperiment) read = NULL;
      GError *error = NULL;

      for (guint64 n = etude_random_below (&random, 4); n > 0; n--)
        text[etude_random_below (&random, length)] = (char) etude_random_next (&random);
      if (etude_random_below (&random, 4) == 0)
        length = etude_random_below (&random, length);
      read = etude_experiment_read (text, (gssize) length, "a", &error);
      g_assert_true ((read == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-input/documents", test_documents);
  g_test_add_func ("/bad-input/nesting", test_nesting);
  g_test_add_func ("/bad-input/files", test_files);
  g_test_add_func ("/bad-input/set", test_set);
  g_test_add_func ("/bad-input/mutations", test_mutations);
  return g_test_run ();
}
