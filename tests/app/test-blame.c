/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/blame.h"

#include "experiment/path.h"

static EtudeExperiment *
make_document (void)
{
  EtudeExperiment *experiment = etude_experiment_new ();

  g_assert_true (etude_experiment_set (experiment, "network.layers",
                                       "[{\"kind\":\"conv2d\"},{\"kind\":\"residual\"},{\"kind\":\"dense\"}]", NULL));
  return experiment;
}

static void
test_find (void)
{
  static const struct { const char *message, *path, *words; } cases[] = {
    { "loss.class_weights: found 2 numbers", "loss.class_weights", "found 2 numbers" },
    { "loss.kind: mse needs numbers: none", "loss", "mse needs numbers: none" },
    { "network.layers.2 (dense): gets 2 values", "network.layers.2", "gets 2 values" },
    { "network.layers.0 (conv2d): kernel_size: too large", "network.layers.0.kernel_size", "too large" },
    { "network.layers.0 (conv2d): so it is: too large", "network.layers.0", "so it is: too large" },
    { "network.layers.3: not there", NULL, NULL },
    { "/srv/a.csv: line 3: no number", NULL, NULL },
    { "no place at all", NULL, NULL },
  };
  g_autoptr (EtudeExperiment) experiment = make_document ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = NULL;
      const char *words = NULL;

      g_assert_cmpint (etude_blame_find (experiment, cases[i].message, &path, &words), ==, cases[i].path != NULL);
      g_assert_cmpstr (path, ==, cases[i].path);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_within (void)
{
  g_assert_true (etude_blame_is_within ("network.layers.1", "network.layers.1"));
  g_assert_true (etude_blame_is_within ("network.layers.1.units", "network.layers.1"));
  g_assert_false (etude_blame_is_within ("network.layers.12", "network.layers.1"));
  g_assert_false (etude_blame_is_within ("network", "network.layers.1"));
}

static void
test_explain (void)
{
  static const struct { const char *message, *from, *expected; } cases[] = {
    { "loss.class_weights: found 2", NULL, "Class Weights: found 2" },
    { "loss.class_weights: found 2", "loss.class_weights", "found 2" },
    { "loss: found 2", NULL, "Loss: found 2" },
    { "network.layers: none", NULL, "Layers: none" },
    { "network.layers.2 (dense): gets 2", NULL, "Layer 3, Dense: gets 2" },
    { "network.layers.2.units: found 2", "network.layers.2", "Units: found 2" },
    { "network.layers.1.layers.0 (dense): gets 2", NULL, "Layer 2, Residual Block, Layer 1, Dense: gets 2" },
    { "network.layers.1.layers.0 (dense): gets 2", "network.layers.1", "Layer 1, Dense: gets 2" },
    { "network.layers.1.layers.0 (dense): gets 2", "network.layers.1.layers.0", "gets 2" },
    { "network.layers.2.units: found 2", "network.layers.1", "network.layers.2.units: found 2" },
    { "/srv/a.csv: line 3", NULL, "/srv/a.csv: line 3" },
  };
  g_autoptr (EtudeExperiment) experiment = make_document ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = etude_blame_explain (experiment, cases[i].message, cases[i].from);

      g_assert_cmpstr (words, ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blame/find", test_find);
  g_test_add_func ("/blame/within", test_within);
  g_test_add_func ("/blame/explain", test_explain);
  return g_test_run ();
}
