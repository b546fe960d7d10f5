/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that goes on from a checkpoint is the run that never stopped, to the last bit. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "fixture.h"
#include "optim/optimizer.h"
#include "training/checkpoint.h"

/* Everything that remembers: statistics, dropout, order, averages, early stopping. */
#define ALL_AT_ONCE \
  "network.layers", \
    "[{\"kind\":\"dense\",\"units\":8,\"frozen\":true},{\"kind\":\"dense\",\"units\":8},\"batch_norm\",\"tanh\",{\"kind\":\"dropout\",\"p\":0.3},\"dense\"]", \
    "dataset.samples", "100", "training.batch_size", "8", "training.accumulate", "2", "training.epochs", "8", \
    "training.evaluate_every", "3", "training.early_stopping.patience", "1000", "training.clip_norm", "0.5", \
    "training.l1", "1e-4"

static void
go_on (EtudeTrainer *trainer, guint64 until, GArray *records)
{
  while (etude_trainer_get_step (trainer) < until)
    {
      EtudeRecord record = { 0 }; /* a step leaves alone what it does not say */

      etude_trainer_step (trainer, &record);
      g_array_append_val (records, record);
      if (!etude_trainer_is_evaluation_due (trainer))
        continue;
      g_assert_true (etude_trainer_evaluate (trainer, NULL, &record));
      g_array_append_val (records, record);
      if (etude_trainer_take_mark (trainer, &record))
        g_array_append_val (records, record);
    }
}

static char *
finish (EtudeTrainer *trainer, GArray *records)
{
  EtudeRecord record;

  go_on (trainer, etude_trainer_get_n_steps (trainer), records);
  etude_trainer_finish (trainer, ETUDE_OUTCOME_DONE, NULL, &record);
  g_array_append_val (records, record);
  return etude_trainer_dup_weights_hash (trainer);
}

static gboolean
is_same (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static void
assert_equal (GArray *a, GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    {
      const EtudeRecord *x = &g_array_index (a, EtudeRecord, i), *y = &g_array_index (b, EtudeRecord, i);

      g_assert_true (x->type == y->type && x->step == y->step && is_same (x->lr, y->lr) && is_same (x->loss, y->loss)
                     && is_same (x->validation_loss, y->validation_loss) && is_same (x->metrics[0], y->metrics[0]) && is_same (x->effective_lr, y->effective_lr)
                     && is_same (x->momentum, y->momentum) && is_same (x->train_loss, y->train_loss)
                     && is_same (x->test_loss, y->test_loss) && x->code == y->code);
    }
}

/* Stops at @stop and goes on in another trainer, which has made updates of its own. */
static void
check (const char *const *settings, guint64 stop)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeTrainer) straight = make_trainer (experiment, NULL);
  g_autoptr (EtudeTrainer) first = make_trainer (experiment, NULL);
  g_autoptr (EtudeTrainer) second = make_trainer (experiment, NULL);
  g_autoptr (GArray) expected = g_array_new (FALSE, TRUE, sizeof (EtudeRecord));
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (EtudeRecord));
  g_autoptr (GArray) ignored = g_array_new (FALSE, TRUE, sizeof (EtudeRecord));
  g_autoptr (GBytes) checkpoint = NULL;
  g_autofree char *a = finish (straight, expected), *b = NULL;
  GError *error = NULL;
  EtudeRecord before, after;

  g_test_message ("%s, stopped at %u", settings[1], (guint) stop);
  go_on (first, stop, found);
  checkpoint = etude_checkpoint_take (first, NULL);
  go_on (second, 5, ignored);
  g_assert_true (etude_checkpoint_restore (second, checkpoint, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (etude_trainer_get_step (second), ==, stop);
  /* What is measured is the same too. */
  g_assert_true (etude_trainer_evaluate (first, NULL, &before));
  g_assert_true (etude_trainer_evaluate (second, NULL, &after));
  g_assert_true (is_same (before.loss, after.loss) && is_same (before.effective_lr, after.effective_lr));
  g_assert_true (etude_checkpoint_restore (second, checkpoint, &error));
  b = finish (second, found);
  assert_equal (expected, found);
  g_assert_cmpstr (a, ==, b);
}

static void
test_optimizers (void)
{
  for (guint k = 0; etude_optimizer_group.kinds[k] != NULL; k++)
    for (guint i = 0; i < 3; i++)
      {
        static const guint64 stops[] = { 0, 17, 31 };
        const char *const settings[] = {
          "optimizer", etude_optimizer_group.kinds[k]->id, ALL_AT_ONCE, "training.ema", i == 1 ? "0.9" : "0", NULL
        };

        check (settings, stops[i]);
      }
}

/* Each group of weights remembers for itself. */
static void
test_groups (void)
{
  static const char *const kinds[] = { "sgd", "adam", "schedule_free_sgd", "schedule_free_adamw" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *const settings[] = {
        "optimizer", kinds[i], ALL_AT_ONCE, "network.layers.1.lr_scale", "0.3", "network.layers.5.weight_decay", "0.01", NULL
      };

      check (settings, 20);
    }
}

static void
test_schedules (void)
{
  static const char *const schedules[] = {
    "{\"kind\":\"plateau\",\"patience\":0,\"factor\":0.5}", "{\"kind\":\"one_cycle\"}",
    "{\"kind\":\"cosine_restarts\",\"warmup\":{\"kind\":\"linear\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (schedules); i++)
    {
      const char *const settings[] = { "schedule", schedules[i], ALL_AT_ONCE, NULL };

      check (settings, 20);
    }
}

static void
assert_refused (EtudeTrainer *trainer, const guint8 *bytes, gsize n, const char *words)
{
  g_autoptr (GBytes) checkpoint = g_bytes_new (bytes, n);
  g_autofree char *before = etude_trainer_dup_weights_hash (trainer), *after = NULL;
  GError *error = NULL;

  g_assert_false (etude_checkpoint_restore (trainer, checkpoint, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, words));
  g_error_free (error);
  after = etude_trainer_dup_weights_hash (trainer);
  g_assert_cmpstr (before, ==, after);
}

static void
test_damage (void)
{
  static const char *const settings[] = { ALL_AT_ONCE, NULL };
  static const char *const other_settings[] = { ALL_AT_ONCE, "optimizer.lr", "0.2", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeExperiment) other = make_experiment (other_settings);
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  g_autoptr (EtudeTrainer) stranger = make_trainer (other, NULL);
  g_autoptr (GBytes) checkpoint = etude_checkpoint_take (trainer, NULL);
  gsize n;
  const guint8 *bytes = g_bytes_get_data (checkpoint, &n);
  g_autofree guint8 *damaged = g_memdup2 (bytes, n);

  assert_refused (trainer, bytes, 0, "damaged");
  assert_refused (trainer, bytes, 100, "damaged");
  assert_refused (trainer, bytes, n - 1, "damaged");
  assert_refused (stranger, bytes, n, "another experiment");
  damaged[n / 2] ^= 1;
  assert_refused (trainer, damaged, n, "damaged");
  damaged[n / 2] ^= 1;
  damaged[2] ^= 1;
  assert_refused (trainer, damaged, n, "no checkpoint");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/optimizers", test_optimizers);
  g_test_add_func ("/checkpoint/groups", test_groups);
  g_test_add_func ("/checkpoint/schedules", test_schedules);
  g_test_add_func ("/checkpoint/damage", test_damage);
  return g_test_run ();
}
