/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trainer without a thread: which samples make which update, how long it goes on, how it ends. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/isa.h"
#include "dataset/batches.h"
#include "fixture.h"
#include "optim/optimizer.h"
#include "training/denormals-private.h"
#include "training/evaluate.h"

/* 700 samples to train on: 21 batches of 32, and one of 28. */
#define N_TRAIN 700

static const char *const small[] = { "training.epochs", "4", NULL };
static const char *const in_order[] = { "training.shuffle", "false", "training.epochs", "2", NULL };
static const char *const in_order_dropping[] = {
  "training.shuffle", "false", "training.drop_last", "true", "training.epochs", "2", NULL
};
static const char *const shuffled[] = { "training.seed", "5", "training.epochs", "2", NULL };
static const char *const with_test[] = {
  "dataset.test", "0.2", "dataset.validation", "0.2", "training.epochs", "2", NULL
};

static EtudeTrainer *
trainer_for (const EtudeExperiment *experiment, EtudePrepared *data)
{
  GError *error = NULL;
  EtudeTrainer *trainer = etude_trainer_new (experiment, data, &error);

  g_assert_no_error (error);
  return trainer;
}

/* All updates; the losses go to @losses where that is given. */
static char *
train (EtudeTrainer *trainer, double *losses)
{
  for (guint64 t = 0; t < etude_trainer_get_n_steps (trainer); t++)
    {
      EtudeRecord record;

      g_assert_cmpuint (etude_trainer_get_step (trainer), ==, t);
      etude_trainer_step (trainer, &record);
      g_assert_cmpint (record.type, ==, ETUDE_RECORD_STEP);
      g_assert_cmpuint (record.step, ==, t);
      if (losses != NULL)
        losses[t] = record.loss;
    }
  return etude_trainer_dup_weights_hash (trainer);
}

static char *
train_new (const char *const *settings, double *losses)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);

  return train (trainer, losses);
}

/* Same document, same bits, also with evaluations in between; another seed, others. */
static void
test_same_bits (void)
{
  static const char *const other_seed[] = { "training.epochs", "4", "training.seed", "2", NULL };
  double first[88], second[88], other[88];
  g_autofree char *a = train_new (small, first);
  g_autofree char *b = train_new (small, second);
  g_autofree char *c = train_new (other_seed, other);
  g_autofree char *d = NULL;
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  EtudeRecord record;

  g_assert_cmpstr (a, ==, b);
  g_assert_cmpmem (first, sizeof first, second, sizeof second);
  g_assert_cmpstr (a, !=, c);
  for (guint t = 0; t < 88; t++)
    {
      g_assert_cmpfloat (first[t], !=, other[t]);
      g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
      etude_trainer_step (trainer, &record);
    }
  d = etude_trainer_dup_weights_hash (trainer);
  g_assert_cmpstr (a, ==, d);
}

/* Every optimizer: the same bits with evaluations in between, and the rate that it chose, if it does. */
static void
test_optimizers (void)
{
  for (guint k = 0; etude_optimizer_group.kinds[k] != NULL; k++)
    {
      const EtudeKind *kind = etude_optimizer_group.kinds[k];
      const char *const settings[] = {
        "training.epochs", "3", "training.batch_size", "100", "optimizer", kind->id, NULL
      };
      g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
      g_autoptr (EtudeTrainer) trainer = NULL, other = NULL;
      g_autofree char *expected = NULL, *found = NULL;
      EtudeRecord record;
      double losses[21];

      if (g_str_equal (kind->id, "lbfgs"))
        etude_experiment_set (experiment, "optimizer.line_search_fn", "strong_wolfe", NULL);
      if (g_str_equal (kind->id, "asgd"))
        etude_experiment_set (experiment, "optimizer.t0", "2", NULL);
      trainer = make_trainer (experiment, NULL);
      other = make_trainer (experiment, NULL);
      expected = train (trainer, losses);
      for (guint t = 0; t < G_N_ELEMENTS (losses); t++)
        {
          g_assert_true (etude_trainer_evaluate (other, NULL, &record));
          g_assert_cmpint (isfinite (record.effective_lr) != 0, ==, t > 0 && ((const EtudeOptimizerKind *) kind)->rate != NULL);
          etude_trainer_step (other, &record);
          g_assert_cmpfloat (record.loss, ==, losses[t]);
          g_assert_cmpint (isfinite (record.effective_lr) != 0, ==, ((const EtudeOptimizerKind *) kind)->chooses_rate);
        }
      g_assert_false (etude_trainer_has_diverged (other));
      found = etude_trainer_dup_weights_hash (other);
      g_assert_cmpstr (found, ==, expected);
    }
}

/* Averages that set in earlier leave the training alone, and change what evaluation and hash see. */
static void
test_average (void)
{
  static const char *const from[] = { "1000000", "0" };
  char *hashes[2];
  double losses[2][44], ends[2];

  for (guint i = 0; i < 2; i++)
    {
      const char *const settings[] = {
        "training.epochs", "2", "optimizer", "asgd", "optimizer.lr", "0.1", "optimizer.t0", from[i], NULL
      };
      g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
      g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
      EtudeRecord record;

      hashes[i] = train (trainer, losses[i]);
      g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
      ends[i] = record.loss;
    }
  g_assert_cmpmem (losses[0], sizeof losses[0], losses[1], sizeof losses[1]);
  g_assert_cmpstr (hashes[0], !=, hashes[1]);
  /* The mean of all weights on the way is still higher. */
  g_assert_cmpfloat (ends[1], >, ends[0]);
  g_free (hashes[0]);
  g_free (hashes[1]);
}

static gboolean
has_same_inputs (EtudePrepared *data, const char *const *settings)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) other = make_data (experiment);

  g_assert_cmpuint (other->train.n, ==, data->train.n);
  return memcmp (data->train.inputs, other->train.inputs, data->train.n * data->n_inputs * sizeof (float)) == 0;
}

/* The seed of the training draws weights and order, and leaves the data alone. */
static void
test_data_seed (void)
{
  static const char *const other_seed[] = { "training.seed", "2", NULL };
  static const char *const other_data[] = { "dataset.seed", "2", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  g_autoptr (EtudePrepared) data = make_data (experiment);

  g_assert_cmpuint (data->train.n, ==, N_TRAIN);
  g_assert_true (has_same_inputs (data, other_seed));
  g_assert_false (has_same_inputs (data, other_data));
}

/* With sets that multiply and add in one, equal bits; without, close. */
static void
test_isa (void)
{
  EtudeIsa best = etude_isa_get ();
  double losses[ETUDE_ISA_V4 + 1][88];
  g_autofree char *v3 = NULL, *v4 = NULL;

  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      g_autofree char *weights = NULL;

      if (!etude_isa_is_supported (isa))
        continue;
      etude_isa_set (isa);
      weights = train_new (small, losses[isa]);
      for (guint t = 0; t < 88; t++)
        g_assert_cmpfloat_with_epsilon (losses[isa][t], losses[ETUDE_ISA_PLAIN][t], 1e-5);
      if (isa == ETUDE_ISA_V3)
        v3 = g_strdup (weights);
      if (isa == ETUDE_ISA_V4)
        v4 = g_strdup (weights);
    }
  etude_isa_set (best);
  if (v4 == NULL)
    {
      g_test_skip ("this processor has no AVX-512");
      return;
    }
  g_assert_cmpstr (v3, ==, v4);
  g_assert_cmpmem (losses[ETUDE_ISA_V3], sizeof losses[0], losses[ETUDE_ISA_V4], sizeof losses[0]);
}

/* The update in which a sample first takes part is the one whose loss it spoils. */
static guint64
find_update (const char *const *settings, gsize row)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = make_data (experiment);
  g_autoptr (EtudeTrainer) trainer = NULL;
  EtudeRecord record;

  data->train.inputs[row * data->n_inputs] = NAN;
  trainer = trainer_for (experiment, data);
  while (!etude_trainer_has_diverged (trainer) && etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
    etude_trainer_step (trainer, &record);
  if (etude_trainer_has_diverged (trainer))
    {
      g_assert_true (isnan (record.loss));
      g_assert_cmpuint (record.step, ==, etude_trainer_get_diverged_at (trainer));
    }
  return etude_trainer_get_diverged_at (trainer);
}

static void
test_batches (void)
{
  static const gsize rows[] = { 0, 31, 32, 500, 671, 672, 699 };
  guint64 update[N_TRAIN];
  EtudeBatches batches;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpuint (find_update (in_order, rows[i]), ==, rows[i] / 32);
      /* Without shuffling, what is left out is always the same. */
      g_assert_cmpuint (find_update (in_order_dropping, rows[i]), ==, rows[i] < 672 ? rows[i] / 32 : G_MAXUINT64);
    }
  g_assert_true (etude_batches_init (&batches, N_TRAIN, 32, 1, TRUE, FALSE, 5, NULL));
  for (guint64 t = 0; t < 22; t++)
    {
      gsize n;
      const guint32 *batch = etude_batches_next (&batches, &n);

      for (gsize i = 0; i < n; i++)
        update[batch[i]] = t;
    }
  etude_batches_clear (&batches);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (find_update (shuffled, rows[i]), ==, update[rows[i]]);
}

/* Updates in an epoch and in the run: epochs, or steps where they are given. */
static void
test_length (void)
{
  static const struct { const char *batch_size, *drop_last, *epochs, *steps; guint64 per_epoch, n_steps; } cases[] = {
    { "32", "false", "30", "\"auto\"", 22, 660 },
    { "32", "true", "30", "\"auto\"", 21, 630 },
    { "700", "true", "3", "\"auto\"", 1, 3 },
    { "699", "false", "3", "\"auto\"", 2, 6 },
    { "5000", "false", "3", "\"auto\"", 1, 3 },
    { "1", "false", "1", "\"auto\"", 700, 700 },
    { "32", "false", "30", "5", 22, 5 },
    { "32", "false", "1", "1000", 22, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const settings[] = {
        "training.batch_size", cases[i].batch_size, "training.drop_last", cases[i].drop_last,
        "training.epochs", cases[i].epochs, "training.steps", cases[i].steps, NULL
      };
      g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
      g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
      guint64 n_evaluations = 0;
      EtudeRecord record;

      g_assert_cmpuint (etude_trainer_get_updates_per_epoch (trainer), ==, cases[i].per_epoch);
      g_assert_cmpuint (etude_trainer_get_n_steps (trainer), ==, cases[i].n_steps);
      while (etude_trainer_get_step (trainer) < cases[i].n_steps)
        {
          double share = (double) etude_trainer_get_step (trainer) / (double) cases[i].n_steps;

          etude_trainer_step (trainer, &record);
          /* The cosine is stretched over what is really done. */
          g_assert_cmpfloat_with_epsilon (record.lr, 0.05 * (1 + cos (G_PI * share)), 1e-15);
          n_evaluations += etude_trainer_is_evaluation_due (trainer);
        }
      g_assert_cmpuint (n_evaluations, ==, (cases[i].n_steps + cases[i].per_epoch - 1) / cases[i].per_epoch);
    }
}

/* A batch larger than the data is all of them, and its loss that of the whole part. */
static void
test_large_batch (void)
{
  static const char *const all[] = { "training.batch_size", "700", "training.epochs", "3", NULL };
  static const char *const more[] = { "training.batch_size", "1000000", "training.epochs", "3", NULL };
  double losses[3];
  g_autofree char *a = train_new (all, losses);
  g_autofree char *b = train_new (more, NULL);
  g_autoptr (EtudeExperiment) experiment = make_experiment (more);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  EtudeRecord record;

  g_assert_cmpstr (a, ==, b);
  g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
  g_assert_cmpfloat_with_epsilon (record.loss, losses[0], 1e-6);
}

/* Infinity ends a run as NaN does, and an evaluation that is not finite marks the update before it. */
static void
test_not_finite (void)
{
  static const char *const numbers[] = { "loss", "mse", "training.shuffle", "false", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (numbers);
  g_autoptr (EtudePrepared) data = make_data (experiment);
  g_autoptr (EtudePrepared) other = make_data (experiment);
  g_autoptr (EtudeTrainer) trainer = NULL;
  EtudeRecord record;

  etude_experiment_set (experiment, "network.layers", "[\"dense\"]", NULL);
  data->train.inputs[2 * 40] = 1e30f;
  trainer = trainer_for (experiment, data);
  etude_trainer_step (trainer, &record);
  g_assert_false (etude_trainer_has_diverged (trainer));
  etude_trainer_step (trainer, &record);
  g_assert_true (isinf (record.loss));
  g_assert_cmpuint (etude_trainer_get_diverged_at (trainer), ==, 1);
  etude_trainer_free (g_steal_pointer (&trainer));

  other->validation.inputs[0] = NAN;
  trainer = trainer_for (experiment, other);
  for (guint t = 0; t < 3; t++)
    etude_trainer_step (trainer, &record);
  g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
  g_assert_true (isfinite (record.loss) && isnan (record.validation_loss));
  g_assert_cmpuint (etude_trainer_get_diverged_at (trainer), ==, 2);
}

/* The end says the last of everything, and the loss of the test part of a run that is done. */
static void
test_finish (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (with_test);
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, &data);
  EtudeRecord step, evaluation, end;
  guint n_metrics;
  gint cancelled = TRUE;

  etude_trainer_finish (trainer, ETUDE_OUTCOME_STOPPED, NULL, &end);
  g_assert_true (isnan (end.loss) && isnan (end.validation_loss) && isnan (end.metrics[0]) && isnan (end.test_loss));
  while (etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
    etude_trainer_step (trainer, &step);
  g_assert_false (etude_trainer_evaluate (trainer, &cancelled, &evaluation));
  g_assert_true (etude_trainer_evaluate (trainer, NULL, &evaluation));
  g_assert_cmpuint (evaluation.step, ==, etude_trainer_get_n_steps (trainer));
  g_assert_cmpstr (etude_trainer_get_metric_ids (trainer, &n_metrics)[0], ==, "accuracy");
  g_assert_cmpuint (n_metrics, ==, 4);
  g_assert_cmpfloat (evaluation.metrics[0], >, 0.5);
  etude_trainer_finish (trainer, ETUDE_OUTCOME_STOPPED, NULL, &end);
  g_assert_true (isnan (end.test_loss));
  etude_trainer_finish (trainer, ETUDE_OUTCOME_DONE, &cancelled, &end);
  g_assert_true (isnan (end.test_loss));
  etude_trainer_finish (trainer, ETUDE_OUTCOME_DONE, NULL, &end);
  g_assert_cmpint (end.type, ==, ETUDE_RECORD_END);
  g_assert_cmpint (end.code, ==, ETUDE_OUTCOME_DONE);
  g_assert_cmpuint (end.step, ==, etude_trainer_get_n_steps (trainer));
  g_assert_cmpfloat (end.loss, ==, step.loss);
  g_assert_cmpfloat (end.validation_loss, ==, evaluation.validation_loss);
  g_assert_cmpfloat (end.metrics[0], ==, evaluation.metrics[0]);
  g_assert_cmpuint (data->test.n, ==, 200);
  g_assert_true (isfinite (end.test_loss) && end.test_loss != end.validation_loss);
}

/* Whether numbers too small for a full mantissa are zero in this thread. */
static gboolean
are_denormals_flushed (void)
{
  volatile float smallest = FLT_MIN;

  return smallest / 2 == 0;
}

/* They are while a network computes, and whoever calls the trainer has them back afterwards. */
static void
test_denormals (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (with_test);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  EtudeRecord record;

  g_assert_false (are_denormals_flushed ());
  etude_trainer_step (trainer, &record);
  g_assert_false (are_denormals_flushed ());
  g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
  g_assert_false (are_denormals_flushed ());
  etude_trainer_finish (trainer, ETUDE_OUTCOME_DONE, NULL, &record);
  g_assert_false (are_denormals_flushed ());
}

/* In a thread that has them flushed already they stay so, and the bits are the same: weights of
 * 1e-37 make gradients below what a float holds in full. */
static void
test_denormal_updates (void)
{
#ifdef __SSE__
  static const char *const tiny[] = {
    "optimizer.momentum", "0", "schedule", "constant", "training.epochs", "1", "loss", "mse",
    "network.initialiser", "{\"kind\":\"xavier_uniform\",\"gain\":1e-37}", "network.layers.0.units", "8",
    NULL
  };
  g_autofree char *expected = train_new (tiny, NULL);
  unsigned before = etude_denormals_flush ();
  g_autofree char *found = NULL;

  g_assert_true (are_denormals_flushed ());
  found = train_new (tiny, NULL);
  g_assert_true (are_denormals_flushed ());
  etude_denormals_restore (before);
  g_assert_false (are_denormals_flushed ());
  g_assert_cmpstr (found, ==, expected);
#else
  g_test_skip ("this processor has no such switch");
#endif
}

static void
test_evaluate (void)
{
  static const gsize slices[] = { 1, 7, 64, 256, 100000 };
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, &data);
  EtudeGoal goal = { 2, 0 };
  g_auto (EtudeTally) tally;
  g_autoptr (EtudeNetwork) network
    = etude_network_new (&etude_experiment_network (experiment)->layers, &etude_experiment_fields (experiment)->loss,
                         &(EtudeShape) { 1, { 2 } }, &goal, 256, NULL);
  gint cancelled = TRUE;
  EtudePart nothing = { 0 };
  EtudeRecord record;

  etude_tally_init (&tally, &goal, TRUE);
  etude_network_initialise (network, &etude_experiment_network (experiment)->initialiser, 1);
  g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
  for (guint i = 0; i < G_N_ELEMENTS (slices); i++)
    {
      g_assert_true (etude_evaluate (network, &data->validation, slices[i], NULL, &tally));
      g_assert_cmpfloat (etude_tally_get_loss (&tally), ==, record.validation_loss);
      g_assert_cmpfloat (etude_tally_get_metric (&tally, "accuracy"), ==, record.metrics[0]);
    }
  g_assert_false (etude_evaluate (network, &data->validation, 256, &cancelled, &tally));
  cancelled = FALSE;
  g_assert_true (etude_evaluate (network, &data->validation, 256, &cancelled, &tally));
  g_assert_cmpfloat (etude_tally_get_loss (&tally), ==, record.validation_loss);
  g_assert_true (etude_evaluate (network, &nothing, 256, NULL, &tally));
  g_assert_true (isnan (etude_tally_get_loss (&tally)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/same-bits", test_same_bits);
  g_test_add_func ("/trainer/optimizers", test_optimizers);
  g_test_add_func ("/trainer/average", test_average);
  g_test_add_func ("/trainer/data-seed", test_data_seed);
  g_test_add_func ("/trainer/isa", test_isa);
  g_test_add_func ("/trainer/batches", test_batches);
  g_test_add_func ("/trainer/length", test_length);
  g_test_add_func ("/trainer/large-batch", test_large_batch);
  g_test_add_func ("/trainer/not-finite", test_not_finite);
  g_test_add_func ("/trainer/finish", test_finish);
  g_test_add_func ("/trainer/denormals", test_denormals);
  g_test_add_func ("/trainer/denormal-updates", test_denormal_updates);
  g_test_add_func ("/trainer/evaluate", test_evaluate);
  return g_test_run ();
}
