/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a run is evaluated, when it ends early, and which weights it leaves. */
#include <math.h>

#include "fixture.h"
#include "training/stopping.h"
#include "training/worker.h"

static const char *const metrics[] = { "accuracy", "rmse" };
static const EtudeMeasures all = { metrics, 2, TRUE };
static const EtudeMeasures no_validation = { metrics, 2, FALSE };

static EtudeObject
make_section (const char *text)
{
  const char *const settings[] = { "training.early_stopping", text, NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  EtudeObject section;

  etude_object_copy (&section, &etude_experiment_training (experiment)->early_stopping);
  return section;
}

/* @n: how many evaluations until it is due, 0 for never. */
static void
check (const char *text, const double *values, guint n_values, gsize offset, guint n, guint64 best)
{
  EtudeObject section = make_section (text);
  EtudeStopping stopping;
  EtudeRecord record = { .type = ETUDE_RECORD_EVALUATION };
  GError *error = NULL;
  guint due = 0;

  g_assert_true (etude_stopping_init (&stopping, &section, &all, 1, &error));
  for (guint i = 0; i < n_values && due == 0; i++)
    {
      record.step = i + 1;
      G_STRUCT_MEMBER (double, &record, offset) = values[i];
      etude_stopping_see (&stopping, &record);
      due = etude_stopping_is_due (&stopping) ? i + 1 : 0;
    }
  g_assert_cmpuint (due, ==, n);
  g_assert_nonnull (etude_stopping_get_best (&stopping, &record));
  g_assert_cmpuint (record.step, ==, best);
  etude_stopping_clear (&stopping);
  etude_object_clear (&section);
}

static void
test_patience (void)
{
  static const double falls[] = { 3, 2, 1, 1, 1, 1 }, rises[] = { 0.1, 0.5, 0.6, 0.59, 0.6 };
  static const double holes[] = { 3, NAN, 2.95, 2.9, NAN, NAN };

#define VALIDATION G_STRUCT_OFFSET (EtudeRecord, validation_loss)
  check ("{\"patience\":2}", falls, 6, VALIDATION, 5, 3);
  check ("{\"patience\":1}", falls, 6, VALIDATION, 4, 3);
  check ("{\"patience\":0}", falls, 6, VALIDATION, 4, 3);
  check ("{\"patience\":4}", falls, 6, VALIDATION, 0, 3);
  check ("{\"patience\":2,\"min_delta\":1.5}", falls, 6, VALIDATION, 5, 3);
  check ("{\"patience\":2,\"metric\":\"train_loss\"}", falls, 6, G_STRUCT_OFFSET (EtudeRecord, loss), 5, 3);
  check ("{\"patience\":2,\"metric\":\"accuracy\"}", rises, 5, G_STRUCT_OFFSET (EtudeRecord, metrics), 5, 3);
  check ("{\"patience\":2,\"metric\":\"rmse\"}", rises, 5, G_STRUCT_OFFSET (EtudeRecord, metrics[1]), 3, 1);
  check ("{\"patience\":2}", holes, 6, VALIDATION, 6, 4);
}

static void
test_refused (void)
{
  static const struct { const char *text, *words; } cases[] = {
    { "{}", "training.early_stopping.metric: found “validation_loss”, "
      "but the data have no validation part (dataset.validation); expected “train_loss”" },
    { "{\"metric\":\"accuracy\"}", "training.early_stopping.metric: found “accuracy”, "
      "but the data have no validation part (dataset.validation); expected “train_loss”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeObject section = make_section (cases[i].text);
      EtudeStopping stopping;
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_stopping_init (&stopping, &section, &no_validation, 1, &error));
      g_assert_cmpstr (error->message, ==, cases[i].words);
      etude_stopping_clear (&stopping);
      etude_object_clear (&section);
    }
}

static void
test_evaluate_every (void)
{
  static const struct { const char *every; guint n; } cases[] = {
    { "1 epochs", 3 }, { "7 steps", 10 }, { "50%", 2 }, { "1000", 1 }, { "0.5 epochs", 6 }, { "0.01%", 66 },
  };
  g_autoptr (EtudeExperiment) bad = etude_experiment_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const settings[] = { "training.epochs", "3", "training.evaluate_every", cases[i].every, NULL };
      g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
      g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
      EtudeRecord record;
      guint n = 0;

      while (etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
        {
          etude_trainer_step (trainer, &record);
          n += etude_trainer_is_evaluation_due (trainer) != FALSE;
        }
      g_assert_cmpuint (n, ==, cases[i].n);
    }
  g_assert_false (etude_experiment_set (bad, "training.evaluate_every", "0", &error));
  g_assert_true (g_str_has_prefix (error->message, "training.evaluate_every: found 0, expected a length above 0"));
}

/* All that a worker says of a run; returns the last record. */
static EtudeRecord
run (const char *const *settings, guint *n_evaluations, EtudeRecord *best, char **weights)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  EtudeWake *wake = etude_wake_new (NULL, NULL, NULL);
  EtudeWorker *worker = etude_worker_new (make_trainer (experiment, NULL), wake, ETUDE_FULL_SPEED);
  EtudeRecord record = { 0 };

  *n_evaluations = 0;
  best->validation_loss = INFINITY;
  etude_worker_resume (worker);
  while (record.type != ETUDE_RECORD_END)
    {
      if (!etude_worker_pop (worker, &record))
        {
          g_usleep (100);
          continue;
        }
      if (record.type != ETUDE_RECORD_EVALUATION || record.step == 0)
        continue;
      (*n_evaluations)++;
      if (record.validation_loss < best->validation_loss)
        *best = record;
    }
  *weights = etude_trainer_dup_weights_hash (etude_worker_join (worker));
  etude_worker_free (worker);
  etude_wake_free (wake);
  return record;
}

/* The run ends before its time with the network of its best evaluation: that which ends there by itself. */
static void
test_restore (void)
{
  static const char *const settings[] = {
    "training.epochs", "400", "training.early_stopping.patience", "5", "optimizer.lr", "1", "schedule", "constant",
    "dataset.samples", "200", "dataset.noise", "0.4", "dataset.test", "0.2", NULL
  };
  guint n, n_short;
  EtudeRecord best, ignored;
  g_autofree char *weights = NULL, *expected = NULL;
  EtudeRecord end = run (settings, &n, &best, &weights);
  g_autofree char *epochs = g_strdup_printf ("%u", n - 5);
  const char *const until_best[] = {
    "training.epochs", epochs, "optimizer.lr", "1", "schedule", "constant", "dataset.samples", "200", "dataset.noise", "0.4",
    "dataset.test", "0.2", NULL
  };
  EtudeRecord end_of_best = run (until_best, &n_short, &ignored, &expected);

  g_assert_cmpint (end.code, ==, ETUDE_OUTCOME_EARLY_STOPPED);
  g_assert_cmpuint (n, <, 400);
  g_assert_cmpuint (end.step, ==, best.step / (n - 5) * n);
  g_assert_cmpfloat (end.validation_loss, ==, best.validation_loss);
  g_assert_cmpfloat (end.train_loss, ==, best.loss);
  g_assert_cmpfloat (end.metrics[0], ==, best.metrics[0]);
  g_assert_cmpstr (weights, ==, expected);
  g_assert_cmpfloat (end.test_loss, ==, end_of_best.test_loss);
  g_assert_true (isfinite (end.test_loss));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stopping/patience", test_patience);
  g_test_add_func ("/stopping/refused", test_refused);
  g_test_add_func ("/stopping/evaluate-every", test_evaluate_every);
  g_test_add_func ("/stopping/restore", test_restore);
  return g_test_run ();
}
