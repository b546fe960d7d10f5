/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics of classes: against scikit-learn, against pairs counted one by one, and at the edges. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "network/metric.h"
#include "training/record.h"

static double
measure (EtudeTally *tally, const char *id)
{
  return etude_tally_get_metric (tally, id);
}

static void
check_case (JsonObject *json)
{
  static const char *const ids[] = { "accuracy", "balanced_accuracy", "f1", "auc" };
  EtudeGoal goal = { (gsize) json_object_get_int_member (json, "n_classes"), 0 };
  gsize n_outputs = (gsize) json_object_get_int_member (json, "n_outputs");
  JsonArray *outputs = json_object_get_array_member (json, "outputs");
  JsonArray *labels = json_object_get_array_member (json, "labels");
  g_auto (EtudeTally) tally = { 0 };

  etude_tally_init (&tally, &goal, TRUE);
  for (guint i = 0; i < json_array_get_length (labels); i++)
    {
      EtudeReal z[6];

      for (gsize c = 0; c < n_outputs; c++)
        z[c] = (EtudeReal) json_array_get_double_element (outputs, i * (guint) n_outputs + (guint) c);
      etude_tally_add_class (&tally, z, n_outputs, (gint32) json_array_get_int_element (labels, i));
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpfloat_with_epsilon (measure (&tally, ids[i]), json_object_get_double_member (json, ids[i]), 1e-14);
}

static void
test_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "reference", "metrics.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  cases = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (cases), >, 5);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    check_case (json_array_get_object_element (cases, i));
}

/* Numbers of all sizes, and many equals. */
static EtudeReal
draw_score (EtudeRandom *random)
{
  switch (etude_random_below (random, 4))
    {
    case 0:
      return (EtudeReal) etude_random_below (random, 3) - 1;
    case 1:
      return etude_random_below (random, 2) == 0 ? (EtudeReal) 0.0 : (EtudeReal) -0.0;
    case 2:
      return (EtudeReal) (etude_random_normal (random) * pow (10, 60 * etude_random_uniform (random) - 30));
    default:
      return (EtudeReal) etude_random_normal (random);
    }
}

static void
test_pairs (void)
{
  const EtudeGoal goal = { 2, 0 };
  g_auto (EtudeTally) tally = { 0 };
  EtudeReal scores[300];
  gint32 labels[300];
  EtudeRandom random;

  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  etude_tally_init (&tally, &goal, TRUE);
  for (guint round = 0; round < 100; round++)
    {
      gsize n = 2 + etude_random_below (&random, 299);
      double above = 0, pairs = 0;

      etude_tally_reset (&tally);
      for (gsize i = 0; i < n; i++)
        {
          scores[i] = draw_score (&random);
          labels[i] = i < 2 ? (gint32) i : (gint32) etude_random_below (&random, 2);
          etude_tally_add_class (&tally, &scores[i], 1, labels[i]);
        }
      for (gsize i = 0; i < n; i++)
        for (gsize j = 0; j < n; j++)
          if (labels[i] == 1 && labels[j] == 0)
            {
              above += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
              pairs++;
            }
      g_assert_cmpfloat (measure (&tally, "auc"), ==, above / pairs);
    }
}

/* Of classes so sure that their share rounds to 1, the surer one still ranks higher. */
static void
test_sure (void)
{
  static const EtudeReal outputs[][3] = { { 200, 0, 0 }, { 300, 0, 0 }, { 100, 0, 0 }, { 90, 0, 0 } };
  const EtudeGoal goal = { 3, 0 };
  g_auto (EtudeTally) tally = { 0 };

  etude_tally_init (&tally, &goal, TRUE);
  for (guint i = 0; i < 4; i++)
    etude_tally_add_class (&tally, outputs[i], 3, i < 2 ? 0 : 1);
  g_assert_cmpfloat (measure (&tally, "auc"), ==, (1.0 + 1.0) / 2);
}

static void
test_edges (void)
{
  const EtudeGoal two = { 2, 0 }, three = { 3, 0 };
  static const EtudeReal sure[3] = { 3, 1, 0 }, wrong[3] = { NAN, 1, 0 };
  g_auto (EtudeTally) a = { 0 };
  g_auto (EtudeTally) b = { 0 };
  g_auto (EtudeTally) loss = { 0 };

  etude_tally_init (&a, &two, TRUE);
  etude_tally_init (&b, &three, TRUE);
  etude_tally_init (&loss, &three, FALSE);
  g_assert_true (isnan (measure (&a, "accuracy")) && isnan (measure (&b, "auc")));
  for (guint i = 0; i < 3; i++)
    {
      etude_tally_add_class (&a, sure, 2, 0);
      etude_tally_add_class (&b, sure, 3, 0);
      etude_tally_add_class (&loss, sure, 3, 0);
    }
  g_assert_cmpuint (loss.n, ==, 3);
  /* one class alone: nothing to rank, nothing of the second to find */
  g_assert_true (isnan (measure (&a, "auc")) && isnan (measure (&b, "auc")));
  g_assert_cmpfloat (measure (&a, "f1"), ==, 0);
  g_assert_cmpfloat (measure (&b, "f1"), ==, 1);
  g_assert_cmpfloat (measure (&a, "balanced_accuracy"), ==, 1);
  etude_tally_add_class (&b, wrong, 3, 1);
  g_assert_true (isnan (measure (&b, "auc")));
  etude_tally_reset (&b);
  etude_tally_add_class (&b, sure, 3, 1);
  etude_tally_add_class (&b, sure, 3, 0);
  g_assert_cmpfloat (measure (&b, "auc"), ==, 0.5);
  g_assert_cmpfloat (measure (&b, "accuracy"), ==, 0.5);
}

/* All of the catalogue, each for one sort of data, and no more than a record has room for. */
static void
test_ids (void)
{
  const EtudeGoal goals[] = { { 2, 0 }, { 0, 1 } };
  guint n_all = 0;

  for (guint i = 0; i < 2; i++)
    {
      guint n;
      const char *const *ids = etude_metric_ids (&goals[i], &n);

      g_assert_cmpuint (n, <=, ETUDE_MAX_METRICS);
      g_assert_cmpstr (ids[0], ==, i == 0 ? "accuracy" : "mae");
      for (guint k = 0; k < n; k++)
        g_assert_true (ids[k] == etude_metric_group.kinds[n_all++]->id);
    }
  g_assert_null (etude_metric_group.kinds[n_all]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/reference", test_reference);
  g_test_add_func ("/metric/pairs", test_pairs);
  g_test_add_func ("/metric/sure", test_sure);
  g_test_add_func ("/metric/edges", test_edges);
  g_test_add_func ("/metric/ids", test_ids);
  return g_test_run ();
}
