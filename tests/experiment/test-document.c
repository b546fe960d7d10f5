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

static guint
count_differences (const EtudeExperiment *a, const EtudeExperiment *b)
{
  g_autoptr (GPtrArray) differences = etude_experiment_compare (a, b);

  return differences->len;
}

static gboolean
has_same_text (const EtudeExperiment *a, const EtudeExperiment *b, const char *path)
{
  g_autofree char *mine = etude_experiment_get_text (a, path);
  g_autofree char *theirs = etude_experiment_get_text (b, path);

  g_assert_nonnull (mine);
  return g_strcmp0 (mine, theirs) == 0;
}

/* Two documents of the same kinds and different values. */
static void
make_pair (guint64 seed, EtudeExperiment **a, EtudeExperiment **b)
{
  *a = random_document (seed);
  *b = etude_experiment_copy (*a);
  randomise_values (*b, seed + 5000);
}

static void
set_from (EtudeExperiment *experiment, const EtudeExperiment *source, const char *path)
{
  g_autofree char *value = etude_experiment_get_text (source, path);
  GError *error = NULL;

  g_assert_nonnull (value);
  etude_experiment_set (experiment, path, value, &error);
  g_assert_no_error (error);
}

/* Every path can be read, and to set it is one difference less and no other: after the last, the two
 * are equal. */
static void
test_paths (void)
{
  guint n_different = 0;

  for (guint64 seed = 0; seed < 60; seed++)
    {
      g_autoptr (EtudeExperiment) a = NULL;
      g_autoptr (EtudeExperiment) b = NULL;
      g_autoptr (GPtrArray) paths = NULL;
      guint left;

      make_pair (seed, &a, &b);
      paths = list_paths (a);
      left = count_differences (a, b);
      for (guint i = 0; i < paths->len; i++)
        {
          const char *path = g_ptr_array_index (paths, i);
          gboolean same = has_same_text (a, b, path);

          set_from (b, a, path);
          g_assert_true (has_same_text (a, b, path));
          left -= !same;
          n_different += !same;
          g_assert_cmpuint (count_differences (a, b), ==, left);
        }
      g_assert_cmpuint (left, ==, 0);
      g_assert_true (etude_experiment_equal (a, b));
    }
  g_assert_cmpuint (n_different, >, 1000);
}

/* A copy shares nothing: whatever is done to it, the original stays, and the other way round. */
static void
test_copy (void)
{
  for (guint64 seed = 0; seed < 100; seed++)
    {
      g_autoptr (EtudeExperiment) a = random_document (seed);
      EtudeExperiment *copy = etude_experiment_copy (a);
      g_autoptr (EtudeExperiment) second = etude_experiment_copy (copy);
      g_autofree char *before = etude_experiment_write (a);
      g_autofree char *after = NULL, *of_second = NULL;
      EtudeObjects *layers = &etude_experiment_network (copy)->layers;

      randomise_values (copy, seed + 5000);
      etude_objects_remove (layers, 0);
      g_assert_false (etude_experiment_equal (a, copy));
      etude_experiment_free (copy);
      after = etude_experiment_write (a);
      of_second = etude_experiment_write (second);
      g_assert_cmpstr (before, ==, after);
      g_assert_cmpstr (before, ==, of_second);
    }
}

/* Any change is another document with another hash, but for the name and for where a file lies. */
static void
test_hash (void)
{
  for (guint64 seed = 0; seed < 60; seed++)
    {
      g_autoptr (EtudeExperiment) a = NULL;
      g_autoptr (EtudeExperiment) b = NULL;
      g_autoptr (GPtrArray) paths = NULL;
      g_autofree char *hash = NULL;

      make_pair (seed, &a, &b);
      hash = etude_experiment_hash (a, NULL);
      paths = list_paths (a);
      for (guint i = 0; i < paths->len; i++)
        {
          const char *path = g_ptr_array_index (paths, i);
          gboolean is_outside = g_str_equal (path, "name") || g_str_equal (path, "dataset.path");
          g_autoptr (EtudeExperiment) changed = etude_experiment_copy (a);
          g_autofree char *other = NULL;

          if (has_same_text (a, b, path))
            continue;
          set_from (changed, b, path);
          other = etude_experiment_hash (changed, NULL);
          g_assert_false (etude_experiment_equal (a, changed));
          g_assert_true (g_str_equal (hash, other) == is_outside);
        }
    }
}

/* The hash is that of the written text without the blanks between its parts and without its name. */
static void
test_hash_text (void)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  g_autofree char *hash = etude_experiment_hash (experiment, NULL);
  g_autofree char *text = etude_experiment_write (experiment);
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autofree char *expected = NULL;
  gboolean in_text = FALSE;

  for (const char *c = text; *c != '\0'; c++)
    {
      in_text = in_text != (*c == '"');
      if (in_text || !g_ascii_isspace (*c))
        g_string_append_c (plain, *c);
    }
  g_assert_cmpuint (g_string_replace (plain, "\"name\":\"\",", "", 0), ==, 1);
  expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, plain->str, -1);
  g_assert_cmpstr (hash, ==, expected);
}

/* Zero has one form: a document with -0 is the same, and has the same text and hash. */
static void
test_negative_zero (void)
{
  static const char *const paths[] = { "optimizer.weight_decay", "schedule.warmup.length", "loss.class_weights" };
  static const char *const values[][4] = {
    { "-0.0", "-0", "0", "-0e3" }, { "-0.0", "-0.0%", "0", "-0.0 epochs" }, { "[-0.0]", "[-0]", "[0]", "[-0e3]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    for (guint k = 0; k < 4; k++)
      {
        g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
        g_autoptr (EtudeExperiment) back = NULL;
        g_autofree char *text = NULL, *again = NULL, *value = NULL;
        GError *error = NULL;

        etude_experiment_set (experiment, paths[i], values[i][k], &error);
        g_assert_no_error (error);
        value = etude_experiment_get_text (experiment, paths[i]);
        g_assert_null (strchr (value, '-'));
        text = etude_experiment_write (experiment);
        back = etude_experiment_read (text, -1, "a", &error);
        g_assert_no_error (error);
        again = etude_experiment_write (back);
        g_assert_cmpstr (text, ==, again);
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

/* Seen from the other side the same places differ, with the two values exchanged. */
static void
test_difference_sides (void)
{
  for (guint64 seed = 0; seed < 100; seed++)
    {
      g_autoptr (EtudeExperiment) a = NULL;
      g_autoptr (EtudeExperiment) b = NULL;
      g_autoptr (GPtrArray) one = NULL, two = NULL;

      make_pair (seed, &a, &b);
      one = etude_experiment_compare (a, b);
      two = etude_experiment_compare (b, a);
      g_assert_cmpuint (one->len, ==, two->len);
      for (guint i = 0; i < one->len; i++)
        {
          EtudeDifference *x = g_ptr_array_index (one, i), *y = g_ptr_array_index (two, i);

          g_assert_cmpstr (x->path, ==, y->path);
          g_assert_cmpstr (x->a, ==, y->b);
          g_assert_cmpstr (x->b, ==, y->a);
          g_assert_cmpstr (x->a, !=, x->b);
        }
    }
}

/* One value of the document, or one kind with all that is in it, becomes another. */
static void
edit_at_random (EtudeExperiment *experiment, EtudeRandom *random)
{
  static const char *const sections[] = { "dataset", "loss", "optimizer", "schedule", "schedule.warmup", "network.layers" };
  g_autoptr (EtudeExperiment) other = NULL;

  if (etude_random_below (random, 3) == 0)
    {
      other = random_document (etude_random_below (random, 10000));
      set_from (experiment, other, sections[etude_random_below (random, G_N_ELEMENTS (sections))]);
    }
  else
    {
      g_autoptr (GPtrArray) paths = list_paths (experiment);

      other = etude_experiment_copy (experiment);
      randomise_values (other, etude_random_below (random, 10000));
      set_from (experiment, other, g_ptr_array_index (paths, etude_random_below (random, paths->len)));
    }
}

/* A hundred random edits, all undone, leave the document with which it began, hash included; and each
 * step of the way back is the document that was there. */
static void
test_edits (void)
{
  for (guint64 seed = 0; seed < 10; seed++)
    {
      g_autoptr (EtudeExperiment) experiment = random_document (seed);
      g_autoptr (EtudeHistory) history = etude_history_new (experiment);
      g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
      EtudeRandom random;

      etude_random_init (&random, seed, ETUDE_STREAM_NOISE);
      g_ptr_array_add (hashes, etude_experiment_hash (experiment, NULL));
      while (hashes->len <= 100)
        {
          edit_at_random (experiment, &random);
          if (etude_history_push (history, experiment, NULL))
            g_ptr_array_add (hashes, etude_experiment_hash (experiment, NULL));
        }
      for (guint i = 100; i > 0; i--)
        {
          g_autofree char *hash = etude_experiment_hash (etude_history_get_current (history), NULL);

          g_assert_cmpstr (hash, ==, g_ptr_array_index (hashes, i));
          g_assert_true (etude_history_undo (history));
        }
      g_assert_false (etude_history_can_undo (history));
      g_ptr_array_add (hashes, etude_experiment_hash (etude_history_get_current (history), NULL));
      g_assert_cmpstr (g_ptr_array_index (hashes, 101), ==, g_ptr_array_index (hashes, 0));
    }
}

/* A hundred random documents, all undone, leave the document with which it began; all redone, the last. */
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

#define LAYER_COMMON "\"initialiser\":\"auto\",\"lr_scale\":1,\"weight_decay\":\"auto\",\"frozen\":false"
#define TANH_LAYER "{\"kind\":\"tanh\"," LAYER_COMMON "}"
#define RELU_LAYER "{\"kind\":\"relu\"," LAYER_COMMON "}"

static void
test_default (void)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  g_autoptr (EtudeExperiment) empty = etude_experiment_read ("{\"etude\":1}", -1, "a", NULL);
  static const struct { const char *path, *value; } facts[] = {
    { "dataset.kind", NULL }, { "dataset.samples", "1000" }, { "dataset.noise", "0.2" },
    { "dataset.validation", "0.3" }, { "dataset.scaling", "\"standard\"" },
    { "network.layers.0.units", "32" }, { "network.layers.1", TANH_LAYER },
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
    { "network.layers.0.lr_scale", "0.5", "network.layers.0.lr_scale", "0.5" },
    { "network.layers.0.weight_decay", "0", "network.layers.0.weight_decay", "0" },
    { "network.layers.0.weight_decay", "auto", "network.layers.0.weight_decay", "\"auto\"" },
    { "network.layers.0.initialiser", "xavier_normal", "network.layers.0.initialiser", "{\"kind\":\"xavier_normal\",\"gain\":1}" },
    { "network.layers.0.initialiser", "{\"kind\":\"orthogonal\",\"gain\":3}", "network.layers.0.initialiser.gain", "3" },
    { "network.layers.0.initialiser", "auto", "network.layers.0.initialiser", "\"auto\"" },
    { "network.layers.0.initialiser.gain", "2", "network.layers.0.initialiser", "{\"kind\":\"xavier_uniform\",\"gain\":2}" },
    { "network.layers.0.initialiser.kind", "auto", "network.layers.0.initialiser", "\"auto\"" },
    { "network.layers.0.initialiser.mode", "fan_out", "network.layers.0.initialiser",
      "{\"kind\":\"kaiming_uniform\",\"mode\":\"fan_out\",\"nonlinearity\":\"relu\",\"a\":0}" },
    /* Another kind has its own defaults. */
    { "network.layers.0.kind", "dense", "network.layers.0.initialiser", "\"auto\"" },
    { "network.layers.1", "relu", "network.layers.1", RELU_LAYER },
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

/* A kind that is auto in one document, and in two. */
static void
test_automatic_kind (void)
{
  static const char *const values[] = { "auto", "{\"kind\":\"xavier_uniform\",\"gain\":2}", "zeros" };
  static const char *const lines[3][3] = {
    { "", "\"auto\" to \"xavier_uniform\", none to 2", "\"auto\" to \"zeros\"" },
    { "\"xavier_uniform\" to \"auto\", 2 to none", "", "\"xavier_uniform\" to \"zeros\", 2 to none" },
    { "\"zeros\" to \"auto\"", "\"zeros\" to \"xavier_uniform\", none to 2", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint j = 0; j < G_N_ELEMENTS (values); j++)
      {
        g_autoptr (EtudeExperiment) a = etude_experiment_new (), b = etude_experiment_new ();
        g_autoptr (GPtrArray) differences = NULL;
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree char *of_a = NULL, *of_b = NULL;

        etude_experiment_set (a, "network.layers.0.initialiser", values[i], NULL);
        etude_experiment_set (b, "network.layers.0.initialiser", values[j], NULL);
        differences = etude_experiment_compare (a, b);
        for (guint k = 0; k < differences->len; k++)
          {
            const EtudeDifference *one = differences->pdata[k];

            g_assert_true (g_str_has_prefix (one->path, "network.layers.0.initialiser."));
            g_string_append_printf (text, "%s%s to %s", k > 0 ? ", " : "", one->a != NULL ? one->a : "none",
                                    one->b != NULL ? one->b : "none");
          }
        g_assert_cmpstr (text->str, ==, lines[i][j]);
        of_a = etude_experiment_hash (a, NULL);
        of_b = etude_experiment_hash (b, NULL);
        g_assert_true (etude_experiment_equal (a, b) == (i == j));
        g_assert_true (g_str_equal (of_a, of_b) == (i == j));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/default", test_default);
  g_test_add_func ("/document/round-trip", test_round_trip);
  g_test_add_func ("/document/copy", test_copy);
  g_test_add_func ("/document/paths", test_paths);
  g_test_add_func ("/document/hash", test_hash);
  g_test_add_func ("/document/hash-text", test_hash_text);
  g_test_add_func ("/document/negative-zero", test_negative_zero);
  g_test_add_func ("/document/difference", test_difference);
  g_test_add_func ("/document/set", test_set);
  g_test_add_func ("/document/automatic-kind", test_automatic_kind);
  g_test_add_func ("/document/difference-sides", test_difference_sides);
  g_test_add_func ("/document/edits", test_edits);
  g_test_add_func ("/document/history", test_history);
  g_test_add_func ("/document/coalescing", test_coalescing);
  return g_test_run ();
}
