/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of gradients before they move the weights: accumulation, penalty, clipping, averages. */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "network/network.h"
#include "training/average.h"
#include "training/update.h"

/* A network, its data and what trains it. */
typedef struct
{
  EtudeExperiment *experiment;
  EtudePrepared *data;
  EtudeNetwork *network;
  EtudeOptimizer *optimizer;
  EtudeUpdate update;
  EtudeReal *weights;
  EtudeReal *before;
  gsize n;
  guint32 rows[700];
} Bench;

static void
bench_init (Bench *self, const char *const *settings)
{
  const EtudeTrainingSection *training;
  EtudeGoal goal;
  EtudeShape input;
  GError *error = NULL;

  self->experiment = make_experiment (settings);
  self->data = make_data (self->experiment);
  training = etude_experiment_training (self->experiment);
  goal = (EtudeGoal) { self->data->dataset->n_classes, self->data->dataset->n_targets };
  input = (EtudeShape) { 1, { self->data->dataset->shape[0] } };
  self->network = etude_network_new (&etude_experiment_network (self->experiment)->layers,
                                     &etude_experiment_fields (self->experiment)->loss, &input, &goal, 700, &error);
  g_assert_no_error (error);
  etude_network_initialise (self->network, &etude_experiment_network (self->experiment)->initialiser, 1);
  self->weights = etude_network_get_weights (self->network, &self->n);
  self->before = g_memdup2 (self->weights, self->n * sizeof *self->weights);
  self->optimizer = etude_optimizer_new (&etude_experiment_fields (self->experiment)->optimizer, self->weights, self->n, &error);
  g_assert_no_error (error);
  g_assert_true (etude_update_init (&self->update, training, self->network, self->optimizer,
                                    (gsize) training->batch_size, &error));
  for (guint i = 0; i < 700; i++)
    self->rows[i] = i;
}

static void
bench_clear (Bench *self)
{
  etude_update_clear (&self->update);
  etude_optimizer_free (self->optimizer);
  etude_network_free (self->network);
  etude_prepared_unref (self->data);
  etude_experiment_free (self->experiment);
  g_free (self->before);
}

static double
make_update (Bench *self, gsize n)
{
  EtudeBatch batch = { .inputs = self->data->train.inputs, .labels = self->data->train.labels,
                       .targets = self->data->train.targets, .rows = self->rows, .n = n };

  etude_optimizer_begin (self->optimizer, 1);
  return etude_update_make (&self->update, &batch);
}

/* The largest change of a weight, and the length of the change. */
static double
find_change (Bench *self, double *length)
{
  double sum = 0, largest = 0;

  for (gsize i = 0; i < self->n; i++)
    {
      double change = fabs ((double) self->weights[i] - (double) self->before[i]);

      sum += change * change;
      largest = MAX (largest, change);
    }
  *length = sqrt (sum);
  return largest;
}

#define PLAIN_SGD "optimizer.momentum", "0"

/* Pieces of unequal size, weighed classes and sums: the gradient of one large batch. */
static void
test_accumulate (void)
{
  static const char *const losses[] = {
    "{\"kind\":\"cross_entropy\"}", "{\"kind\":\"cross_entropy\",\"class_weights\":[1,3]}",
    "{\"kind\":\"cross_entropy\",\"reduction\":\"sum\"}", "{\"kind\":\"hinge\"}", "{\"kind\":\"bce_with_logits\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    {
      const char *const whole[] = { PLAIN_SGD, "loss", losses[i], "training.batch_size", "300", NULL };
      const char *const pieces[] = {
        PLAIN_SGD, "loss", losses[i], "training.batch_size", "64", "training.accumulate", "5", NULL
      };
      Bench one, several;
      double a, b;

      bench_init (&one, whole);
      bench_init (&several, pieces);
      a = make_update (&one, 300);
      b = make_update (&several, 300);
      g_assert_cmpfloat_with_epsilon (a, b, 1e-5 * fabs (a));
      for (gsize k = 0; k < one.n; k++)
        g_assert_cmpfloat_with_epsilon ((double) one.weights[k], (double) several.weights[k], 1e-5 * (i == 2 ? 100 : 1));
      find_change (&several, &a);
      g_assert_cmpfloat (a, >, 0.1);
      bench_clear (&one);
      bench_clear (&several);
    }
}

/* Statistics are those of each mini-batch, and move with each. */
static void
test_batch_norm (void)
{
#define LAYERS "network.layers", "[{\"kind\":\"dense\",\"units\":8},\"batch_norm\",\"tanh\",\"dense\"]"
  static const char *const whole[] = { PLAIN_SGD, LAYERS, "training.batch_size", "64", NULL };
  static const char *const pieces[] = { PLAIN_SGD, LAYERS, "training.batch_size", "32", "training.accumulate", "2", NULL };
  Bench one, several, by_hand;
  EtudeReal *a, *b, *c;
  gsize n;

  bench_init (&one, whole);
  bench_init (&several, pieces);
  bench_init (&by_hand, pieces);
  make_update (&one, 64);
  make_update (&several, 64);
  for (guint i = 0; i < 2; i++)
    {
      EtudeBatch batch = { .inputs = by_hand.data->train.inputs, .labels = by_hand.data->train.labels,
                           .rows = by_hand.rows + 32 * i, .n = 32 };

      etude_network_step (by_hand.network, &batch, NULL, NULL);
    }
  a = etude_network_get_state (one.network, &n);
  b = etude_network_get_state (several.network, NULL);
  c = etude_network_get_state (by_hand.network, NULL);
  g_assert_cmpmem (b, n * sizeof *b, c, n * sizeof *c);
  g_assert_cmpint (memcmp (a, b, n * sizeof *a), !=, 0);
  bench_clear (&one);
  bench_clear (&several);
  bench_clear (&by_hand);
}

/* With a rate of 1 the weights move by the gradient. */
static void
test_clip (void)
{
  static const char *const norm[] = { PLAIN_SGD, "training.clip_norm", "0.01", NULL };
  static const char *const largest[] = { PLAIN_SGD, "training.clip_norm", "0.01", "training.clip_norm_type", "inf", NULL };
  static const char *const value[] = { PLAIN_SGD, "training.clip_value", "0.001", NULL };
  static const char *const none[] = { PLAIN_SGD, "training.clip_norm", "1e6", "training.clip_value", "1e6", NULL };
  static const char *const plain[] = { PLAIN_SGD, NULL };
  Bench benches[5];
  double length[5], most[5];
  const char *const *const settings[] = { norm, largest, value, none, plain };

  for (guint i = 0; i < 5; i++)
    {
      bench_init (&benches[i], settings[i]);
      make_update (&benches[i], 32);
      most[i] = find_change (&benches[i], &length[i]);
    }
  g_assert_cmpfloat_with_epsilon (length[0], 0.01, 1e-5);
  g_assert_cmpfloat_with_epsilon (most[1], 0.01, 1e-5);
  g_assert_cmpfloat_with_epsilon (most[2], 0.001, 1e-6);
  g_assert_cmpfloat (length[1], >, 0.01);
  g_assert_cmpfloat (length[4], >, 0.1);
  /* Pieces of the gradient in cache or all of it at once: the same bits. */
  g_assert_cmpmem (benches[3].weights, benches[3].n * sizeof (EtudeReal), benches[4].weights, benches[4].n * sizeof (EtudeReal));
  for (guint i = 0; i < 5; i++)
    bench_clear (&benches[i]);
}

/* A step towards zero of the same size for all weights; the loss that is told has no penalty. */
static void
test_l1 (void)
{
  static const char *const with[] = { PLAIN_SGD, "training.l1", "0.0625", NULL };
  static const char *const without[] = { PLAIN_SGD, NULL };
  Bench a, b;

  bench_init (&a, with);
  bench_init (&b, without);
  g_assert_cmpfloat (make_update (&a, 32), ==, make_update (&b, 32));
  for (gsize i = 0; i < a.n; i++)
    {
      double sign = (a.before[i] > 0) - (a.before[i] < 0);

      g_assert_cmpfloat_with_epsilon ((double) a.weights[i] - (double) b.weights[i], -0.0625 * sign, 1e-6);
    }
  bench_clear (&a);
  bench_clear (&b);
}

/* Frozen weights stay, and do not count in the length of the gradient. */
static void
test_frozen (void)
{
#define FROZEN "[{\"kind\":\"dense\",\"units\":32,\"frozen\":true},\"tanh\",\"dense\"]"
  static const char *const settings[] = {
    PLAIN_SGD, "network.layers", FROZEN, "training.l1", "10", "training.clip_norm", "0.01", "training.accumulate", "2", NULL
  };
  Bench self;
  double length;
  const EtudeWeightGroup *groups;
  gsize n;

  bench_init (&self, settings);
  groups = etude_network_get_groups (self.network, &n);
  g_assert_true (etude_optimizer_set_groups (self.optimizer, groups, n, NULL));
  g_assert_true (groups[0].is_frozen);
  make_update (&self, 64);
  find_change (&self, &length);
  g_assert_cmpfloat_with_epsilon (length, 0.01, 1e-5);
  g_assert_cmpmem (self.weights, groups[0].n * sizeof (EtudeReal), self.before, groups[0].n * sizeof (EtudeReal));
  bench_clear (&self);
}

/* A kind that evaluates several times sees the same gradients, in pieces too, and the penalty in the loss. */
static void
test_whole_optimizer (void)
{
  static const char *const whole[] = {
    "optimizer", "{\"kind\":\"lbfgs\",\"line_search_fn\":\"strong_wolfe\"}", "training.batch_size", "700", "training.l1", "0.001", NULL
  };
  static const char *const pieces[] = {
    "optimizer", "{\"kind\":\"lbfgs\",\"line_search_fn\":\"strong_wolfe\"}", "training.batch_size", "100",
    "training.accumulate", "7", "training.l1", "0.001", NULL
  };
  Bench one, several;
  double first, second, last[2];

  bench_init (&one, whole);
  bench_init (&several, pieces);
  first = make_update (&one, 700);
  second = make_update (&several, 700);
  g_assert_cmpfloat_with_epsilon (first, second, 1e-6);
  last[0] = make_update (&one, 700);
  last[1] = make_update (&several, 700);
  g_assert_cmpfloat (last[0], <, first / 2);
  g_assert_cmpfloat_with_epsilon (last[0], last[1], 0.02);
  bench_clear (&one);
  bench_clear (&several);
}

/* The first weights, then a share of each; shown and taken back without a trace. */
static void
test_average (void)
{
  EtudeReal weights[3] = { 1, 2, 3 };
  EtudeAverage average;

  g_assert_true (etude_average_init (&average, 0.75, weights, 3, NULL));
  etude_average_show (&average, TRUE);
  g_assert_cmpfloat (weights[0], ==, 1);
  weights[0] = 4;
  etude_average_see (&average);
  weights[0] = 8;
  etude_average_see (&average);
  etude_average_show (&average, TRUE);
  g_assert_cmpfloat (weights[0], ==, 5);
  g_assert_cmpfloat (weights[2], ==, 3);
  etude_average_show (&average, FALSE);
  g_assert_cmpfloat (weights[0], ==, 8);
  etude_average_clear (&average);
}

/* What does not change is its own average, to the bit, however slow the average is. */
static void
test_average_of_still (void)
{
  static const double keeps[] = { 0.9, 0.9999, 0.99999 };

  for (guint k = 0; k < G_N_ELEMENTS (keeps); k++)
    {
      EtudeReal weights[2] = { 0.1f, -3.7e-5f };
      EtudeAverage average;

      g_assert_true (etude_average_init (&average, keeps[k], weights, 2, NULL));
      for (guint i = 0; i < 100000; i++)
        etude_average_see (&average);
      g_assert_cmpmem (average.values.values, sizeof weights, weights, sizeof weights);
      etude_average_clear (&average);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/update/accumulate", test_accumulate);
  g_test_add_func ("/update/batch-norm", test_batch_norm);
  g_test_add_func ("/update/clip", test_clip);
  g_test_add_func ("/update/l1", test_l1);
  g_test_add_func ("/update/frozen", test_frozen);
  g_test_add_func ("/update/whole-optimizer", test_whole_optimizer);
  g_test_add_func ("/update/average", test_average);
  g_test_add_func ("/update/average-of-still", test_average_of_still);
  return g_test_run ();
}
