/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "../support/wait-until.h"
#include "base/ring.h"
#include "fixture.h"
#include "training/run.h"
#include "training/worker.h"

/* Waits for at most ten seconds of the test's own loop; nothing sleeps. */
#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  EtudeWake *wake;
  EtudeWorker *worker;
  EtudeRun *run;
  gboolean ended;
  guint n_wakes;
} Fixture;

static gboolean
drain (gint64 deadline, gpointer data)
{
  Fixture *self = data;
  EtudeRecord record;

  self->n_wakes++;
  while (self->worker != NULL && etude_worker_pop (self->worker, &record))
    {
      etude_run_add (self->run, &record);
      if (record.type == ETUDE_RECORD_END)
        self->ended = TRUE;
      if (g_get_monotonic_time () >= deadline)
        return TRUE;
    }
  return FALSE;
}

static void
start_with (Fixture *self, const EtudeExperiment *experiment, EtudeTrainer *trainer, EtudePrepared *data, guint speed)
{
  *self = (Fixture) { 0 };
  self->run = etude_run_new_of (experiment, trainer, data);
  self->wake = etude_wake_new (NULL, drain, self);
  self->worker = etude_worker_new (trainer, self->wake, speed);
}

static void
start (Fixture *self, const EtudeExperiment *experiment, guint speed)
{
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (experiment, &data);

  start_with (self, experiment, trainer, data, speed);
}

static void
finish (Fixture *self)
{
  etude_worker_free (self->worker);
  etude_wake_free (self->wake);
  etude_run_unref (self->run);
}

static const char *const small[] = { "training.epochs", "4", NULL };
/* A step of it costs next to nothing. */
static const char *const light[] = {
  "training.epochs", "100000", "training.batch_size", "1", "network.layers", "[\"dense\"]", NULL
};
static const char *const endless[] = { "training.epochs", "1000000", NULL };

/* The trainer alone, without a thread. */
static char *
train_directly (const EtudeExperiment *experiment, double *last_loss)
{
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, NULL);
  EtudeRecord record;

  while (etude_trainer_get_step (trainer) < etude_trainer_get_n_steps (trainer))
    etude_trainer_step (trainer, &record);
  *last_loss = record.loss;
  return etude_trainer_dup_weights_hash (trainer);
}

/* Thread, pace and pauses change nothing of what is computed. */
static void
test_same_bits (void)
{
  static const guint speeds[] = { ETUDE_FULL_SPEED, 2000 };
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  double last_loss;
  g_autofree char *expected = train_directly (experiment, &last_loss);

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    {
      Fixture self;
      g_autofree char *weights = NULL;

      start (&self, experiment, speeds[i]);
      etude_worker_step (self.worker);
      wait_until (self.run->steps == 1);
      etude_worker_epoch (self.worker);
      wait_until (self.run->steps == 22);
      etude_worker_resume (self.worker);
      wait_until (self.ended);
      weights = etude_trainer_dup_weights_hash (etude_worker_join (self.worker));
      g_assert_cmpstr (weights, ==, expected);
      g_assert_cmpfloat (self.run->final.loss, ==, last_loss);
      g_assert_cmpint (self.run->state, ==, ETUDE_RUN_DONE);
      g_assert_cmpuint (self.run->steps, ==, 88);
      g_assert_cmpuint (etude_series_get_n_points (self.run->loss), ==, 88);
      g_assert_cmpuint (etude_series_get_n_points (self.run->validation_loss), ==, 5);
      finish (&self);
    }
}

/* The command comes while the untrained network is still being measured, before the worker has ever paused. */
static void
test_early_command (void)
{
  static const char *const large[] = { "dataset.samples", "300000", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (large);
  Fixture self;

  start (&self, experiment, 10);
  etude_worker_resume (self.worker);
  wait_until (self.run->steps >= 2);
  g_assert_cmpint (etude_worker_get_state (self.worker), ==, ETUDE_WORKER_RUNNING);
  finish (&self);
}

/* Nor does a pace that changes in flight, with pauses at any moment. */
static void
test_changing_speed (void)
{
  static const guint speeds[] = { 5000, 1, ETUDE_FULL_SPEED, 20000, 3000 };
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  double last_loss;
  g_autofree char *expected = train_directly (experiment, &last_loss);
  g_autofree char *weights = NULL;
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    {
      guint64 before = self.run->steps;

      etude_worker_set_speed (self.worker, speeds[i]);
      etude_worker_resume (self.worker);
      wait_until (self.run->steps > before || self.ended);
      etude_worker_pause (self.worker);
      wait_until (etude_worker_get_state (self.worker) != ETUDE_WORKER_RUNNING);
    }
  etude_worker_set_speed (self.worker, ETUDE_FULL_SPEED);
  etude_worker_resume (self.worker);
  wait_until (self.ended);
  weights = etude_trainer_dup_weights_hash (etude_worker_join (self.worker));
  g_assert_cmpstr (weights, ==, expected);
  g_assert_cmpuint (etude_series_get_n_points (self.run->loss), ==, 88);
  finish (&self);
}

/* Steps given in a row are made one by one, and then it waits. */
static void
test_steps (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (endless);
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  wait_until (etude_series_get_n_points (self.run->train_loss) == 1);
  for (guint i = 0; i < 7; i++)
    etude_worker_step (self.worker);
  wait_until (self.run->steps == 7 && etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  etude_worker_epoch (self.worker);
  wait_until (self.run->steps == 22 && etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  etude_worker_epoch (self.worker);
  wait_until (self.run->steps == 44 && etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  g_assert_cmpuint (self.run->steps, ==, 44);
  etude_worker_resume (self.worker);
  wait_until (self.run->steps > 100);
  etude_worker_pause (self.worker);
  wait_until (etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  finish (&self);
}

/* Stop ends the run within a step, from full flight, from a slow pace and from a pause. */
static void
test_stop (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (endless);

  for (guint i = 0; i < 3; i++)
    {
      Fixture self;

      start (&self, experiment, i == 1 ? 1 : ETUDE_FULL_SPEED);
      if (i != 2)
        etude_worker_resume (self.worker);
      wait_until (i == 2 || self.run->steps > 0);
      etude_worker_stop (self.worker);
      wait_until (self.ended);
      g_assert_cmpint (self.run->state, ==, ETUDE_RUN_STOPPED);
      g_assert_cmpuint (self.run->steps, ==, etude_series_get_n_points (self.run->loss));
      finish (&self);
    }
}

/* As MNIST: images of 784 bytes, batches of 128; the second with an evaluation after every update, so that it
 * is stopped in the middle of one. */
static const char *const mnist[][13] = {
  { "dataset", "blobs", "dataset.features", "784", "dataset.classes", "10", "dataset.samples", "4000",
    "training.batch_size", "128", "network.layers", "[{\"kind\":\"dense\",\"units\":512},\"relu\",\"dense\"]", NULL },
  { "dataset", "blobs", "dataset.features", "784", "dataset.classes", "10", "dataset.samples", "4000",
    "training.evaluate_every", "1", "network.layers", "[{\"kind\":\"dense\",\"units\":512},\"relu\",\"dense\"]", NULL },
};

/* How long one update takes here, at best: what a stop waits for. */
static gint64
measure_update (const EtudeExperiment *experiment, EtudePrepared *data)
{
  g_autoptr (EtudeTrainer) trainer = etude_trainer_new (experiment, data, NULL);
  gint64 best = G_MAXINT64;
  EtudeRecord record;

  for (guint i = 0; i < 10; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      etude_trainer_step (trainer, &record);
      best = MIN (best, g_get_monotonic_time () - begin);
    }
  return best;
}

/* From the command to the end of the thread, in a run that goes at full speed. The best of several: whatever
 * else the machine does makes it later, never earlier. */
static void
test_stop_is_quick (void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  g_test_skip ("a sanitizer makes an update take as long");
  return;
#endif
  for (guint i = 0; i < G_N_ELEMENTS (mnist); i++)
    {
      g_autoptr (EtudeExperiment) experiment = make_experiment (mnist[i]);
      g_autoptr (EtudePrepared) data = make_data (experiment);
      gint64 update = measure_update (experiment, data), best = G_MAXINT64, worst = 0;

      for (guint trial = 0; trial < 10; trial++)
        {
          gint64 begin, taken;
          Fixture self;

          start_with (&self, experiment, etude_trainer_new (experiment, data, NULL), data, ETUDE_FULL_SPEED);
          etude_worker_resume (self.worker);
          wait_until (self.run->steps > trial);
          begin = g_get_monotonic_time ();
          etude_worker_stop (self.worker);
          while (etude_worker_get_state (self.worker) != ETUDE_WORKER_FINISHED)
            g_thread_yield ();
          taken = g_get_monotonic_time () - begin;
          wait_until (self.ended);
          g_assert_cmpint (self.run->state, ==, ETUDE_RUN_STOPPED);
          best = MIN (best, taken);
          worst = MAX (worst, taken);
          finish (&self);
        }
      g_test_message ("an update takes %.1f ms, a stop %.1f to %.1f ms", (double) update / 1e3, (double) best / 1e3,
                      (double) worst / 1e3);
      g_assert_cmpint (best, <, 20000);
    }
}

/* A main thread that does not drain holds the worker up; it is freed all the same, before, while and
 * after its ring is full. */
static void
test_full_ring (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (light);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (EtudeTrainer) ahead = make_trainer (experiment, NULL);
      EtudeRecord record;
      Fixture self;

      start (&self, experiment, ETUDE_FULL_SPEED);
      etude_worker_resume (self.worker);
      /* The same steps made here take as long as the worker needs to fill its ring, half or twice. */
      while (etude_trainer_get_step (ahead) < (guint64) i * ETUDE_RING_SIZE)
        etude_trainer_step (ahead, &record);
      finish (&self);
    }
}

/* However many steps a second, the main loop is woken at most once a frame or so. */
static void
test_wakes (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (endless);
  Fixture self;
  gint64 begin;

  start (&self, experiment, ETUDE_FULL_SPEED);
  etude_worker_resume (self.worker);
  begin = g_get_monotonic_time ();
  while (g_get_monotonic_time () - begin < G_USEC_PER_SEC)
    g_main_context_iteration (NULL, FALSE);
  g_test_message ("%u wakes, %" G_GUINT64_FORMAT " steps", self.n_wakes, self.run->steps);
  g_assert_cmpuint (self.run->steps, >, self.n_wakes);
  g_assert_cmpuint (self.n_wakes, <=, 70);
  finish (&self);
}

/* A loss that overflows ends the run, marks the place and keeps the records. */
static void
test_diverged (void)
{
  static const char *const wild[] = {
    "network.layers", "[\"dense\"]", "optimizer.lr", "1000", "optimizer.weight_decay", "1",
    "schedule", "constant", "training.epochs", "50", NULL,
  };
  g_autoptr (EtudeExperiment) experiment = make_experiment (wild);
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  etude_worker_resume (self.worker);
  wait_until (self.ended);
  g_assert_cmpint (self.run->state, ==, ETUDE_RUN_DIVERGED);
  g_assert_cmpuint (self.run->diverged_at, <, self.run->n_steps);
  g_assert_cmpuint (self.run->marks->len, ==, 1);
  g_assert_cmpuint (g_array_index (self.run->marks, EtudeMark, 0).step, ==, self.run->diverged_at);
  g_assert_cmpuint (etude_series_get_n_points (self.run->loss), ==, self.run->steps);
  finish (&self);
}

/* Where the untrained network is not finite already, no update is made, and the evaluation is kept. */
static void
test_diverged_at_once (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (small);
  g_autoptr (EtudePrepared) data = make_data (experiment);
  Fixture self;

  data->train.inputs[0] = NAN;
  start_with (&self, experiment, etude_trainer_new (experiment, data, NULL), data, ETUDE_FULL_SPEED);
  etude_worker_resume (self.worker);
  wait_until (self.ended);
  g_assert_cmpint (self.run->state, ==, ETUDE_RUN_DIVERGED);
  g_assert_cmpuint (self.run->steps, ==, 0);
  g_assert_cmpuint (self.run->diverged_at, ==, 0);
  g_assert_cmpuint (etude_series_get_n_points (self.run->loss), ==, 0);
  g_assert_cmpuint (etude_series_get_n_points (self.run->train_loss), ==, 1);
  g_assert_true (isnan (self.run->final_train_loss) && isfinite (self.run->final.validation_loss));
  finish (&self);
}

/* What is drawn for the data depends on the seed of the data alone. */
static void
test_seeds (void)
{
  g_autoptr (EtudeExperiment) a = make_experiment (small);
  g_autoptr (EtudeExperiment) b = make_experiment (small);
  double loss;
  g_autofree char *first = train_directly (a, &loss);
  g_autofree char *second = train_directly (a, &loss);
  g_autofree char *other = NULL;

  g_assert_cmpstr (first, ==, second);
  etude_experiment_training (b)->seed = 2;
  other = train_directly (b, &loss);
  g_assert_cmpstr (first, !=, other);
}

static void
test_bad (void)
{
  static const struct { const char *path, *value, *message; } cases[] = {
    { "training.batch_size", "1000", "training.batch_size: found 1000, expected at most 700, the training samples, since a batch that is not full is dropped" },
    { "schedule.warmup.length", "5000", "schedule.warmup.length: found 5000 updates, expected at most the 660 of the run" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const settings[] = { cases[i].path, cases[i].value, "training.drop_last", i == 0 ? "true" : "false", NULL };
      g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
      EtudeObject *section = &etude_experiment_fields (experiment)->dataset;
      g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, NULL, NULL, NULL);
      g_autoptr (EtudePrepared) prepared = etude_prepare (dataset, section->data, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (etude_trainer_new (experiment, prepared, &error));
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* --- predictions ------------------------------------------------------------------------------ */

static const char *const predicting[] = {
  "training.epochs", "40", "training.ema", "0.9", "network.layers", "[{\"kind\":\"dense\",\"units\":16},\"tanh\",\"dropout\",\"dense\"]",
  NULL
};

/* Looking at a network changes nothing of what becomes of it, and the last look is at its result. */
static void
test_predictions (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (predicting);
  g_autoptr (EtudePrepared) data = make_data (experiment);
  g_autoptr (EtudePredictions) predictions = etude_predictions_new (data);
  char *weights[2] = { NULL };
  EtudeReal outputs[2];
  Fixture self;

  for (int look = 0; look < 2; look++)
    {
      start (&self, experiment, 10000);
      if (look)
        etude_worker_show_predictions (self.worker, data);
      etude_worker_resume (self.worker);
      wait_until (self.ended);
      g_assert_true (etude_worker_take_predictions (self.worker, &predictions) == look);
      weights[look] = etude_trainer_dup_weights_hash (etude_worker_join (self.worker));
      if (look)
        {
          double x = predictions->x_min + (predictions->x_max - predictions->x_min) * 10.5 / (double) predictions->n_columns;
          double y = predictions->y_min + (predictions->y_max - predictions->y_min) * 20.5 / (double) predictions->n_rows;
          float middle[] = { (float) ((x - data->offset[0]) * data->factor[0]),
                             (float) ((y - data->offset[1]) * data->factor[1]) };
          EtudeBatch batch = { .inputs = middle, .n = 1 };

          g_assert_false (etude_worker_take_predictions (self.worker, &predictions));
          g_assert_cmpuint (predictions->step, ==, self.run->steps);
          g_assert_true (etude_trainer_predict (etude_worker_join (self.worker), &batch, NULL, outputs));
          g_assert_cmpuint (predictions->classes[20 * predictions->n_columns + 10], ==, outputs[1] > outputs[0]);
          g_assert_cmpfloat_with_epsilon (predictions->values[20 * predictions->n_columns + 10],
                                          1 / (1 + exp (-fabs (outputs[1] - outputs[0]))), 1e-4);
        }
      finish (&self);
    }
  g_assert_cmpstr (weights[0], ==, weights[1]);
  g_free (weights[0]);
  g_free (weights[1]);
}

/* A worker that waits makes them too, and one that is told to stop makes no more. */
static void
test_predictions_paused (void)
{
  static const char *const settings[] = { "dataset", "iris", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudePrepared) data = make_data (experiment);
  g_autoptr (EtudePredictions) predictions = etude_predictions_new (data);
  Fixture self;
  gboolean is_taken = FALSE;
  double sum = 0;

  start (&self, experiment, ETUDE_FULL_SPEED);
  etude_worker_show_predictions (self.worker, data);
  wait_until (is_taken || (is_taken = etude_worker_take_predictions (self.worker, &predictions)));
  g_assert_cmpint (predictions->kind, ==, ETUDE_PREDICTIONS_CONFUSION);
  g_assert_cmpuint (predictions->step, ==, 0);
  for (guint i = 0; i < 9; i++)
    sum += predictions->values[i];
  g_assert_cmpfloat (sum, ==, data->validation.n);
  etude_worker_step (self.worker);
  wait_until (etude_worker_take_predictions (self.worker, &predictions) || predictions->step == 1);
  etude_worker_hide_predictions (self.worker);
  etude_worker_step (self.worker);
  wait_until (self.run->steps == 2 && etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  g_assert_false (etude_worker_take_predictions (self.worker, &predictions));
  finish (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/same-bits", test_same_bits);
  g_test_add_func ("/worker/changing-speed", test_changing_speed);
  g_test_add_func ("/worker/early-command", test_early_command);
  g_test_add_func ("/worker/steps", test_steps);
  g_test_add_func ("/worker/stop", test_stop);
  g_test_add_func ("/worker/stop-is-quick", test_stop_is_quick);
  g_test_add_func ("/worker/full-ring", test_full_ring);
  g_test_add_func ("/worker/wakes", test_wakes);
  g_test_add_func ("/worker/diverged", test_diverged);
  g_test_add_func ("/worker/diverged-at-once", test_diverged_at_once);
  g_test_add_func ("/worker/seeds", test_seeds);
  g_test_add_func ("/worker/bad", test_bad);
  g_test_add_func ("/worker/predictions", test_predictions);
  g_test_add_func ("/worker/predictions-paused", test_predictions_paused);
  return g_test_run ();
}
