/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "experiment/difference.h"
#include "experiment/history.h"
#include "experiment/json.h"
#include "experiment/path.h"
#include "random-document.h"

#define N_DOCUMENTS 300

static void
test_round_trip (void)
{
  for (guint64 seed = 0; seed < N_DOCUMENTS; seed++)
    {
      g_autoptr (EtudeExperiment) a = random_document (seed);
      g_autoptr (EtudeExperiment) copy = etude_experiment_copy (a);
      g_autofree char *text = etude_experiment_write (a);
      GError *error = NULL;
      g_autoptr (EtudeExperiment) b = etude_experiment_read (text, -1, "a", &error);
      g_autofree char *again = NULL;
      g_autofree char *hash_a = etude_experiment_hash (a, NULL);
      g_autofree char *hash_b = NULL;

      g_assert_no_error (error);
      again = etude_experiment_write (b);
      hash_b = etude_experiment_hash (b, NULL);
      g_assert_cmpstr (text, ==, again);
      g_assert_cmpstr (hash_a, ==, hash_b);
      g_assert_true (etude_experiment_equal (a, b));
      g_assert_true (etude_experiment_equal (a, copy));
    }
}

/* Collects the dotted path of every leaf. */
typedef struct
{
  EtudeVisitor visitor;
  GPtrArray *paths;
} Collect;

static void
collect_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  g_ptr_array_add (((Collect *) visitor)->paths, g_strdup (visitor->path->str));
}

static GPtrArray *
list_paths (EtudeExperiment *experiment)
{
  Collect collect = {
    { .leaf = collect_leaf, .path = g_string_new (NULL) }, g_ptr_array_new_with_free_func (g_free)
  };

  etude_object_walk (&experiment->root, NULL, &collect.visitor);
  g_string_free (collect.visitor.path, TRUE);
  return collect.paths;
}

/* Every leaf of one document, set in another by its path, makes the two equal there. */
static void
test_paths (void)
{
  for (guint64 seed = 0; seed < 60; seed++)
    {
      g_autoptr (EtudeExperiment) a = random_document (seed);
      g_autoptr (EtudeExperiment) b = etude_experiment_copy (a);
      g_autoptr (GPtrArray) paths = list_paths (a);

      for (guint i = 0; i < paths->len; i++)
        {
          const char *path = g_ptr_array_index (paths, i);
          g_autofree char *value = etude_experiment_get_text (a, path);
          GError *error = NULL;

          g_assert_nonnull (value);
          etude_experiment_set (b, path, value, &error);
          g_assert_no_error (error);
        }
      g_assert_true (etude_experiment_equal (a, b));
    }
}

static void
apply (EtudeExperiment *experiment, GPtrArray *differences)
{
  for (guint i = 0; i < differences->len; i++)
    {
      EtudeDifference *difference = g_ptr_array_index (differences, i);
      GError *error = NULL;

      if (difference->b == NULL)
        continue;
      etude_experiment_set (experiment, difference->path, difference->b, &error);
      g_assert_no_error (error);
    }
}

/* What the list of differences names, set in the first document, makes it the second. A new kind
 * brings its defaults, also where the two did not differ: hence the second time. */
static void
test_difference (void)
{
  for (guint64 seed = 0; seed < N_DOCUMENTS; seed++)
    {
      g_autoptr (EtudeExperiment) a = random_document (seed);
      g_autoptr (EtudeExperiment) b = random_document (seed + 1000);
      g_autoptr (GPtrArray) same = etude_experiment_compare (a, a);
      g_autoptr (GPtrArray) differences = etude_experiment_compare (a, b);

      g_assert_cmpuint (same->len, ==, 0);
      apply (a, differences);
      for (guint again = 0; again < 2; again++)
        {
          g_ptr_array_unref (g_steal_pointer (&differences));
          differences = etude_experiment_compare (a, b);
          apply (a, differences);
        }
      g_assert_cmpuint (differences->len, ==, 0);
      g_assert_true (etude_experiment_equal (a, b));
    }
}

/* A hundred random edits, all undone, leave the document with which it began; all redone, the last. */
static void
test_history (void)
{
  g_autoptr (EtudeExperiment) first = random_document (1);
  g_autoptr (EtudeExperiment) last = NULL;
  g_autoptr (EtudeHistory) history = etude_history_new (first);

  for (guint64 seed = 2; seed < 102; seed++)
    {
      g_clear_pointer (&last, etude_experiment_free);
      last = random_document (seed);
      g_assert_true (etude_history_push (history, last, NULL));
      g_assert_false (etude_history_push (history, last, NULL));
    }
  while (etude_history_undo (history))
    ;
  g_assert_true (etude_experiment_equal (etude_history_get_current (history), first));
  while (etude_history_redo (history))
    ;
  g_assert_true (etude_experiment_equal (etude_history_get_current (history), last));
}

static void
edit (EtudeHistory *history, const char *value, const char *what)
{
  g_autoptr (EtudeExperiment) edited = etude_experiment_copy (etude_history_get_current (history));

  etude_experiment_set (edited, "optimizer.lr", value, NULL);
  etude_history_push (history, edited, what);
}

/* Typing in one row is one entry; leaving the row or typing elsewhere begins another. */
static void
test_coalescing (void)
{
  g_autoptr (EtudeExperiment) first = etude_experiment_new ();
  g_autoptr (EtudeHistory) history = etude_history_new (first);

  edit (history, "0.2", "optimizer.lr");
  edit (history, "0.25", "optimizer.lr");
  etude_history_seal (history);
  edit (history, "0.3", "optimizer.lr");
  g_assert_true (etude_history_undo (history));
  g_assert_cmpfloat (*etude_experiment_rate (etude_history_get_current (history)), ==, 0.25);
  g_assert_true (etude_history_undo (history));
  g_assert_cmpfloat (*etude_experiment_rate (etude_history_get_current (history)), ==, 0.1);
  g_assert_false (etude_history_undo (history));
  edit (history, "0.4", "optimizer.lr");
  g_assert_false (etude_history_can_redo (history));
}

static void
test_default (void)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  g_autoptr (EtudeExperiment) empty = etude_experiment_read ("{\"etude\":1}", -1, "a", NULL);
  static const struct { const char *path, *value; } facts[] = {
    { "dataset.kind", NULL }, { "dataset.samples", "1000" }, { "dataset.noise", "0.2" },
    { "dataset.validation", "0.3" }, { "dataset.scaling", "\"standard\"" },
    { "network.layers.0.units", "32" }, { "network.layers.1", "{\"kind\":\"tanh\"}" },
    { "network.layers.2.units", "\"auto\"" }, { "network.initialiser", "{\"kind\":\"xavier_uniform\",\"gain\":1}" },
    { "optimizer.lr", "0.1" }, { "optimizer.momentum", "0.9" }, { "schedule.t_max", "\"100%\"" },
    { "schedule.warmup", "null" }, { "training.batch_size", "32" }, { "training.epochs", "30" },
    { "training.seed", "1" }, { "training.steps", "\"auto\"" },
  };

  g_assert_true (etude_experiment_equal (experiment, empty));
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree char *value = etude_experiment_get_text (experiment, facts[i].path);

      if (facts[i].value != NULL)
        g_assert_cmpstr (value, ==, facts[i].value);
    }
}

static void
test_set (void)
{
  static const struct { const char *path, *value, *read, *result; } cases[] = {
    { "optimizer.kind", "adam", "optimizer.lr", "0.001" },
    { "optimizer", "sgd", "optimizer.momentum", "0" },
    { "optimizer", "{\"kind\":\"sgd\",\"lr\":0.5}", "optimizer.lr", "0.5" },
    { "schedule.warmup.length", "10%", "schedule.warmup", "{\"kind\":\"linear\",\"length\":\"10%\",\"start_factor\":0.1,\"prefix\":true}" },
    { "schedule.warmup.kind", "exponential", "schedule.warmup.start_factor", "0.1" },
    { "schedule.warmup", "null", "schedule.warmup", "null" },
    { "network.layers.0.units", "8", "network.layers.0.units", "8" },
    { "network.layers.1", "relu", "network.layers.1", "{\"kind\":\"relu\"}" },
    { "network.layers", "[\"dense\"]", "network.layers.0.units", "\"auto\"" },
    { "schedule.t_max", "5 epochs", "schedule.t_max", "\"5 epochs\"" },
    { "schedule.t_max", "12 steps", "schedule.t_max", "12" },
    { "name", "5", "name", "\"5\"" },
    { "training.shuffle", "false", "training.shuffle", "false" },
  };
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = NULL;
      GError *error = NULL;

      etude_experiment_set (experiment, cases[i].path, cases[i].value, &error);
      g_assert_no_error (error);
      value = etude_experiment_get_text (experiment, cases[i].read);
      g_assert_cmpstr (value, ==, cases[i].result);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/default", test_default);
  g_test_add_func ("/document/round-trip", test_round_trip);
  g_test_add_func ("/document/paths", test_paths);
  g_test_add_func ("/document/difference", test_difference);
  g_test_add_func ("/document/set", test_set);
  g_test_add_func ("/document/history", test_history);
  g_test_add_func ("/document/coalescing", test_coalescing);
  return g_test_run ();
}
