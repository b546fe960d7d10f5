/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate can be changed while a run trains, and the run can be made again with its marks. */
#include <math.h>

#include "../support/wait-until.h"
#include "fixture.h"
#include "training/checkpoint.h"
#include "training/run.h"
#include "training/worker.h"

#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  EtudeWake *wake;
  EtudeWorker *worker;
  EtudeRun *run;
  GArray *records;
  gboolean ended;
} Fixture;

static gboolean
drain (gint64 deadline, gpointer data)
{
  Fixture *self = data;
  EtudeRecord record;

  while (self->worker != NULL && etude_worker_pop (self->worker, &record))
    {
      etude_run_add (self->run, &record);
      g_array_append_val (self->records, record);
      self->ended = self->ended || record.type == ETUDE_RECORD_END;
    }
  return FALSE;
}

static void
start (Fixture *self, const EtudeExperiment *experiment, guint speed)
{
  g_autoptr (EtudePrepared) data = NULL;
  EtudeTrainer *trainer = make_trainer (experiment, &data);

  *self = (Fixture) { .records = g_array_new (FALSE, FALSE, sizeof (EtudeRecord)) };
  self->run = etude_run_new_of (experiment, trainer, data);
  self->wake = etude_wake_new (NULL, drain, self);
  self->worker = etude_worker_new (trainer, self->wake, speed);
}

static void
finish (Fixture *self)
{
  etude_worker_free (self->worker);
  etude_wake_free (self->wake);
  etude_run_unref (self->run);
  g_array_unref (self->records);
}

/* One update after another to @step, and there it waits. */
static void
go_to (Fixture *self, guint64 step)
{
  while (self->run->steps < step)
    {
      guint64 next = self->run->steps + 1;

      etude_worker_step (self->worker);
      wait_until (self->run->steps == next && etude_worker_get_state (self->worker) == ETUDE_WORKER_PAUSED);
    }
}

static const EtudeMark *
get_mark (const EtudeRun *run, guint i)
{
  g_assert_cmpuint (i, <, run->marks->len);
  return &g_array_index (run->marks, EtudeMark, i);
}

static void
assert_mark (const EtudeRun *run, guint i, guint64 step, EtudeMarkKind kind, double factor)
{
  g_assert_cmpuint (get_mark (run, i)->step, ==, step);
  g_assert_cmpint (get_mark (run, i)->kind, ==, kind);
  g_assert_cmpfloat (get_mark (run, i)->factor, ==, factor);
}

static double
rate_of (const Fixture *self, guint64 step)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      const EtudeRecord *record = &g_array_index (self->records, EtudeRecord, i);

      if (record->type == ETUDE_RECORD_STEP && record->step == step)
        return record->lr;
    }
  g_assert_not_reached ();
}

/* The same run, from document and marks, without a thread. */
static char *
make_again (const EtudeRun *run)
{
  g_autoptr (EtudeTrainer) trainer = make_trainer (run->experiment, NULL);
  EtudeRate *rate = etude_trainer_get_rate (trainer);
  EtudeRecord record;

  etude_rate_plan (rate, (const EtudeMark *) run->marks->data, run->marks->len);
  etude_trainer_evaluate (trainer, NULL, &record);
  while (etude_trainer_get_step (trainer) < run->steps)
    {
      etude_rate_begin (rate, etude_trainer_get_step (trainer), &record);
      etude_trainer_step (trainer, &record);
      if (etude_trainer_is_evaluation_due (trainer))
        etude_trainer_evaluate (trainer, NULL, &record);
    }
  return etude_trainer_dup_weights_hash (trainer);
}

static void
assert_same_again (Fixture *self)
{
  g_autofree char *expected = etude_trainer_dup_weights_hash (etude_worker_join (self->worker));
  g_autofree char *found = make_again (self->run);

  g_assert_cmpstr (found, ==, expected);
}

/* What was asked for holds from the next update on, once, whatever was asked for before it. */
static void
test_acts_at_next_update (void)
{
  static const char *const settings[] = { "training.epochs", "2", "schedule", "constant", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  etude_worker_set_rate_factor (self.worker, 4);
  etude_worker_set_rate_factor (self.worker, 0.5);
  go_to (&self, 3);
  etude_worker_set_rate_factor (self.worker, 2);
  etude_worker_set_rate_factor (self.worker, 0.5); /* back to what it was: no mark */
  go_to (&self, 5);
  etude_worker_set_rate_factor (self.worker, 1);
  etude_worker_resume (self.worker);
  wait_until (self.ended);
  g_assert_cmpuint (self.run->marks->len, ==, 2);
  assert_mark (self.run, 0, 0, ETUDE_MARK_RATE, 0.5);
  assert_mark (self.run, 1, 5, ETUDE_MARK_RATE, 1);
  g_assert_cmpfloat (rate_of (&self, 0), ==, 0.05);
  g_assert_cmpfloat (rate_of (&self, 4), ==, 0.05);
  g_assert_cmpfloat (rate_of (&self, 5), ==, 0.1);
  g_assert_cmpfloat (rate_of (&self, 43), ==, 0.1);
  g_assert_cmpfloat (*etude_experiment_rate (self.run->experiment), ==, 0.1);
  assert_same_again (&self);
  finish (&self);
}

/* Its mark stands in front of the update that it holds for, after the evaluation before that. */
static void
test_order (void)
{
  static const char *const settings[] = { "training.epochs", "2", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  go_to (&self, 22);
  etude_worker_set_rate_factor (self.worker, 3);
  go_to (&self, 23);
  for (guint i = 0; i < self.records->len; i++)
    {
      const EtudeRecord *record = &g_array_index (self.records, EtudeRecord, i);

      if (record->type != ETUDE_RECORD_MARK)
        continue;
      g_assert_cmpint (record[-1].type, ==, ETUDE_RECORD_EVALUATION);
      g_assert_cmpuint (record[-1].step, ==, 22);
      g_assert_cmpint (record[1].type, ==, ETUDE_RECORD_STEP);
      g_assert_cmpuint (record[1].step, ==, record->step);
    }
  assert_mark (self.run, 0, 22, ETUDE_MARK_RATE, 3);
  finish (&self);
}

static const char *const kinds[][13] = {
  { "schedule", "cosine", "training.epochs", "20", NULL },
  { "schedule", "{\"kind\":\"plateau\",\"patience\":0,\"factor\":0.5,\"threshold\":0.2}", "training.epochs", "20", NULL },
  { "training.accumulate", "3", "optimizer", "adamw", "training.epochs", "60", NULL },
  { "schedule", "{\"kind\":\"one_cycle\"}", "training.ema", "0.9", "training.epochs", "20", "optimizer.momentum", "0.9", NULL },
  { "optimizer", "prodigy", "training.epochs", "20", NULL },
};

/* From outside, at moments that nobody knows before: the marks know them. */
static void
test_in_flight (void)
{
  static const double factors[] = { 0.3, 1.7, 1e-3, 1 / 3.0, 0.1 / 0.30000000000000004, 1 };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (EtudeExperiment) experiment = make_experiment (kinds[k]);
      guint n_changes = 0;
      Fixture self;

      start (&self, experiment, 3000);
      etude_worker_resume (self.worker);
      for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
        {
          guint64 before = self.run->steps;

          etude_worker_set_rate_factor (self.worker, factors[i]);
          wait_until (self.run->steps > before + 2 || self.ended);
        }
      etude_worker_set_speed (self.worker, ETUDE_FULL_SPEED);
      wait_until (self.ended);
      for (guint i = 0; i < self.run->marks->len; i++)
        n_changes += get_mark (self.run, i)->kind == ETUDE_MARK_RATE ? 1 : 0;
      g_assert_cmpuint (n_changes, >=, 3);
      g_test_message ("%s: %u changes, %u marks", kinds[k][1], n_changes, self.run->marks->len);
      assert_same_again (&self);
      finish (&self);
    }
}

/* A plateau multiplies what a hand has made of the rate. */
static void
test_plateau (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (kinds[1]);
  double factor = 1;
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  go_to (&self, 30);
  etude_worker_set_rate_factor (self.worker, 0.25);
  go_to (&self, 31);
  etude_worker_resume (self.worker);
  wait_until (self.ended);
  for (guint i = 0; i < self.run->marks->len; i++)
    if (get_mark (self.run, i)->kind == ETUDE_MARK_PLATEAU)
      factor *= get_mark (self.run, i)->factor;
  g_assert_cmpfloat (factor, <, 1);
  g_assert_cmpfloat_with_epsilon (rate_of (&self, self.run->steps - 1), 0.1 * 0.25 * factor, 1e-12);
  assert_same_again (&self);
  finish (&self);
}

/* At one step a second a hand on the slider does not hurry it. */
static void
test_keeps_pace (void)
{
  static const char *const settings[] = { "training.epochs", "4", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  Fixture self;

  start (&self, experiment, 1);
  etude_worker_resume (self.worker);
  wait_until (self.run->steps == 1);
  for (guint i = 0; i < 200; i++)
    {
      etude_worker_set_rate_factor (self.worker, 1 + i * 0.01);
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  g_assert_cmpuint (self.run->steps, <=, 2);
  finish (&self);
}

/* Several steps asked for in a row are made, with the rate changed among them. */
static void
test_among_steps (void)
{
  static const char *const settings[] = { "training.epochs", "4", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  Fixture self;

  start (&self, experiment, ETUDE_FULL_SPEED);
  etude_worker_step (self.worker);
  etude_worker_set_rate_factor (self.worker, 2);
  etude_worker_step (self.worker);
  etude_worker_step (self.worker);
  wait_until (self.run->steps == 3);
  wait_until (etude_worker_get_state (self.worker) == ETUDE_WORKER_PAUSED);
  g_assert_cmpuint (self.run->steps, ==, 3);
  finish (&self);
}

/* As far as a run had come that was stopped, in the middle, at its start and at its end. */
static void
test_stop_at (void)
{
  static const char *const settings[] = { "training.epochs", "2", "training.early_stopping.patience", "5", NULL };
  static const guint64 steps[] = { 0, 17, 44 };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      Fixture self;

      start (&self, experiment, ETUDE_FULL_SPEED);
      etude_worker_stop_at (self.worker, steps[i]);
      etude_worker_resume (self.worker);
      wait_until (self.ended);
      g_assert_cmpint (self.run->state, ==, ETUDE_RUN_STOPPED);
      g_assert_cmpuint (self.run->steps, ==, steps[i]);
      assert_same_again (&self);
      finish (&self);
    }
}

static char *
go_on (EtudeTrainer *trainer, guint64 until)
{
  EtudeRecord record;

  while (etude_trainer_get_step (trainer) < until)
    {
      etude_rate_begin (etude_trainer_get_rate (trainer), etude_trainer_get_step (trainer), &record);
      etude_trainer_step (trainer, &record);
    }
  return etude_trainer_dup_weights_hash (trainer);
}

/* A checkpoint has the factor, what was asked for and not begun yet, and how much of the marks is behind. */
static void
test_checkpoint (void)
{
  static const char *const settings[] = { "training.epochs", "4", NULL };
  static const EtudeMark marks[] = { { 3, ETUDE_MARK_RATE, 0.5 }, { 10, ETUDE_MARK_RATE, 2 }, { 60, ETUDE_MARK_RATE, 0.1 } };
  static const guint64 stops[] = { 2, 3, 10, 59, 61 };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (stops); i++)
    {
      g_autoptr (EtudeTrainer) first = make_trainer (experiment, NULL), second = make_trainer (experiment, NULL);
      guint64 stop = stops[i / 2];
      g_autofree char *before = NULL, *a = NULL, *b = NULL, *away = NULL;
      g_autoptr (GBytes) checkpoint = NULL;

      etude_rate_plan (etude_trainer_get_rate (first), marks, G_N_ELEMENTS (marks));
      etude_rate_plan (etude_trainer_get_rate (second), marks, G_N_ELEMENTS (marks));
      before = go_on (first, stop);
      if (i % 2 == 1)
        etude_rate_ask (etude_trainer_get_rate (first), 0.7);
      checkpoint = etude_checkpoint_take (first, NULL);
      away = go_on (second, 80);
      g_assert_true (etude_checkpoint_restore (second, checkpoint, NULL));
      a = go_on (first, 88);
      b = go_on (second, 88);
      g_assert_cmpstr (a, ==, b);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate/acts-at-next-update", test_acts_at_next_update);
  g_test_add_func ("/rate/order", test_order);
  g_test_add_func ("/rate/in-flight", test_in_flight);
  g_test_add_func ("/rate/plateau", test_plateau);
  g_test_add_func ("/rate/keeps-pace", test_keeps_pace);
  g_test_add_func ("/rate/among-steps", test_among_steps);
  g_test_add_func ("/rate/stop-at", test_stop_at);
  g_test_add_func ("/rate/checkpoint", test_checkpoint);
  return g_test_run ();
}
