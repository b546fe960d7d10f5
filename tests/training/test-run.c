/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run keeps of its records, and what the document of a run stands for. */
#include <glib/gstdio.h>
#include <math.h>

#include "base/series.h"
#include "fixture.h"
#include "training/resolve.h"
#include "training/run.h"

static const char *const defaults[] = { NULL };

static EtudeRun *
make_run (void)
{
  g_autoptr (EtudeExperiment) experiment = make_experiment (defaults);
  EtudeRun *run = etude_run_new (experiment, 7);

  etude_run_plan (run, 100, 22, (const char *const[]) { "accuracy", "f1" }, 2);
  return run;
}

static void
add_step (EtudeRun *run, guint64 step, double lr, double loss)
{
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_STEP, .step = step, .lr = lr, .loss = loss });
}

static void
add_evaluation (EtudeRun *run, guint64 step, double loss, double validation_loss, double accuracy)
{
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_EVALUATION, .step = step, .loss = loss,
                                       .validation_loss = validation_loss, .metrics = { accuracy, accuracy / 2 } });
}

static double
last_of (EtudeRun *run, const char *name)
{
  guint64 step;
  double value;

  g_assert_true (etude_series_get_last (etude_run_get_series (run, name), &step, &value));
  return value;
}

static void
test_new (void)
{
  g_autoptr (EtudeRun) run = make_run ();
  g_autoptr (EtudeRun) other = make_run ();

  g_assert_cmpuint (strlen (run->id), ==, 16);
  g_assert_cmpuint (strspn (run->id, "0123456789abcdef"), ==, 16);
  g_assert_cmpstr (run->id, !=, other->id);
  g_assert_cmpuint (run->seed, ==, 7);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_RUNNING);
  g_assert_cmpuint (run->steps, ==, 0);
  g_assert_cmpuint (run->diverged_at, ==, ETUDE_NO_STEP);
  g_assert_cmpuint (run->best_step, ==, ETUDE_NO_STEP);
  g_assert_true (isnan (run->final.loss) && isnan (run->final.validation_loss) && isnan (run->final.test_loss));
  g_assert_true (isnan (run->final.metrics[0]) && isnan (run->final_train_loss) && isnan (run->best_validation_loss));
}

/* The last numbers, and the best validation loss: the first of equals, never one that is not finite. */
static void
test_numbers (void)
{
  g_autoptr (EtudeRun) run = make_run ();

  add_evaluation (run, 0, 0.7, 0.8, 0.5);
  add_step (run, 0, 0.1, 0.69);
  add_step (run, 1, 0.09, 0.6);
  add_evaluation (run, 2, 0.5, 0.4, 0.9);
  add_evaluation (run, 3, 0.4, 0.4, 0.92);
  add_evaluation (run, 4, 0.3, NAN, 0.93);
  add_evaluation (run, 5, 0.2, -INFINITY, 0.93);
  add_evaluation (run, 6, 0.1, 0.6, 0.94);
  g_assert_cmpuint (run->best_step, ==, 2);
  g_assert_cmpfloat (run->best_validation_loss, ==, 0.4);
  g_assert_cmpfloat (run->final.loss, ==, 0.6);
  g_assert_cmpfloat (run->final.validation_loss, ==, 0.6);
  g_assert_cmpfloat (run->final_train_loss, ==, 0.1);
  g_assert_cmpfloat (run->final.metrics[0], ==, 0.94);
  g_assert_cmpfloat (run->final.metrics[1], ==, 0.47);
  g_assert_cmpuint (run->steps, ==, 2);
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_END, .train_loss = NAN, .validation_loss = NAN, .code = ETUDE_OUTCOME_DONE, .step = 2, .test_loss = 0.65 });
  g_assert_cmpint (run->state, ==, ETUDE_RUN_DONE);
  g_assert_cmpfloat (run->final.test_loss, ==, 0.65);
  g_assert_cmpfloat (run->final.loss, ==, 0.6);
}

/* A run whose optimizer chooses the rate has a series more. */
static void
test_effective_rate (void)
{
  static const char *const settings[] = { "optimizer", "prodigy", NULL };
  static const char *const expected[] = { "loss", "lr", "effective_lr", "train_loss", "validation_loss", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeRun) run = etude_run_new (experiment, 7);
  g_autoptr (EtudeRun) other = make_run ();
  g_auto (GStrv) names = etude_run_list_series (run);
  EtudeRecord record = { .type = ETUDE_RECORD_STEP, .lr = 1, .effective_lr = 0.04, .loss = 0.6 };
  EtudeSeries *series = etude_series_new ();

  etude_run_add (run, &record);
  etude_run_add (other, &record);
  g_assert_true (etude_run_chooses_rate (run));
  g_assert_true (g_strv_equal ((const char *const *) names, expected));
  g_assert_cmpfloat (last_of (run, "effective_lr"), ==, 0.04);
  g_assert_cmpfloat (last_of (run, "lr"), ==, 1);
  g_assert_false (etude_run_chooses_rate (other));
  g_assert_cmpuint (etude_series_get_n_points (etude_run_get_series (other, "effective_lr")), ==, 0);
  etude_run_take_series (run, "effective_lr", series);
  g_assert_true (etude_run_get_series (run, "effective_lr") == series);
  g_assert_null (etude_run_get_series (run, "f1"));
}

/* One whose weights have rates of their own has their mean at each evaluation but the first. */
static void
test_measured_rate (void)
{
  static const char *const settings[] = { "optimizer", "adam", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeRun) run = etude_run_new (experiment, 7);
  g_auto (GStrv) names = etude_run_list_series (run);
  EtudeRecord step = { .type = ETUDE_RECORD_STEP, .lr = 1, .effective_lr = NAN, .loss = 0.6 };
  EtudeRecord evaluation = { .type = ETUDE_RECORD_EVALUATION, .effective_lr = NAN, .loss = 0.5 };

  g_assert_true (g_strv_contains ((const char *const *) names, "effective_lr"));
  g_assert_true (etude_run_measures_rate (run) && !etude_run_chooses_rate (run));
  etude_run_add (run, &evaluation);
  etude_run_add (run, &step);
  g_assert_cmpuint (etude_series_get_n_points (run->effective_lr), ==, 0);
  evaluation.step = 1;
  evaluation.effective_lr = 0.03;
  etude_run_add (run, &evaluation);
  g_assert_cmpuint (etude_series_get_n_points (run->effective_lr), ==, 1);
  g_assert_cmpfloat (last_of (run, "effective_lr"), ==, 0.03);
}

/* Each series has its points, under the name that list-series tells. */
static void
test_series (void)
{
  static const char *const expected[] = { "loss", "lr", "train_loss", "validation_loss", "accuracy", "f1", NULL };
  g_autoptr (EtudeRun) run = make_run ();
  g_auto (GStrv) names = etude_run_list_series (run);

  add_step (run, 0, 0.1, 0.69);
  add_step (run, 1, 0.09, 0.6);
  add_evaluation (run, 2, 0.5, 0.4, 0.9);
  g_assert_true (g_strv_equal ((const char *const *) names, expected));
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_cmpuint (etude_series_get_n_points (etude_run_get_series (run, names[i])), ==, i < 2 ? 2 : 1);
  g_assert_cmpfloat (last_of (run, "loss"), ==, 0.6);
  g_assert_cmpfloat (last_of (run, "lr"), ==, 0.09);
  g_assert_cmpfloat (last_of (run, "train_loss"), ==, 0.5);
  g_assert_cmpfloat (last_of (run, "validation_loss"), ==, 0.4);
  g_assert_cmpfloat (last_of (run, "accuracy"), ==, 0.9);
  g_assert_cmpfloat (last_of (run, "f1"), ==, 0.45);
  g_assert_null (etude_run_get_series (run, "mae"));
}

/* Without a validation part there is nothing in its series; one that was finite leaves a gap. */
static void
test_without_validation (void)
{
  g_autoptr (EtudeRun) run = make_run ();

  add_evaluation (run, 0, 0.7, NAN, NAN);
  add_evaluation (run, 22, 0.6, NAN, NAN);
  g_assert_cmpuint (etude_series_get_n_points (run->train_loss), ==, 2);
  g_assert_cmpuint (etude_series_get_n_points (run->validation_loss), ==, 0);
  g_assert_cmpuint (etude_series_get_n_points (run->metrics[0]), ==, 0);
  g_assert_cmpuint (run->best_step, ==, ETUDE_NO_STEP);
  add_evaluation (run, 44, 0.5, 0.5, 1);
  add_evaluation (run, 66, 0.5, NAN, NAN);
  g_assert_cmpuint (etude_series_get_n_points (run->validation_loss), ==, 2);
  g_assert_cmpuint (run->best_step, ==, 44);
}

static void
test_marks (void)
{
  g_autoptr (EtudeRun) run = make_run ();
  const EtudeMark *marks;

  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_RATE, .step = 40, .lr = 0.5 });
  g_assert_cmpuint (run->diverged_at, ==, ETUDE_NO_STEP);
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_DIVERGED, .step = 55, .lr = 1 });
  etude_run_add (run, &(EtudeRecord) { .type = ETUDE_RECORD_END, .train_loss = NAN, .validation_loss = NAN, .code = ETUDE_OUTCOME_DIVERGED, .step = 56, .test_loss = NAN });
  marks = (const EtudeMark *) run->marks->data;
  g_assert_cmpuint (run->marks->len, ==, 2);
  g_assert_cmpuint (marks[0].step, ==, 40);
  g_assert_cmpfloat (marks[0].factor, ==, 0.5);
  g_assert_cmpstr (etude_mark_kind_id (marks[0].kind), ==, "rate");
  g_assert_cmpstr (etude_mark_kind_id (marks[1].kind), ==, "diverged");
  g_assert_cmpuint (run->diverged_at, ==, 55);
  g_assert_cmpuint (run->steps, ==, 56);
  g_assert_cmpint (run->state, ==, ETUDE_RUN_DIVERGED);
}

/* What is written into the store and into JSON reads back. */
static void
test_ids (void)
{
  static const char *const outcomes[] = { "done", "early_stopped", "stopped", "diverged" };
  EtudeRunState state;
  EtudeRunKind kind;

  for (EtudeRunState i = ETUDE_RUN_RUNNING; i <= ETUDE_RUN_FAILED; i++)
    {
      g_assert_true (etude_run_state_from_id (etude_run_state_id (i), &state));
      g_assert_cmpint (state, ==, i);
      g_assert_cmpuint (strlen (etude_run_state_label (i)), >, 0);
    }
  for (EtudeRunKind i = ETUDE_RUN_TRAIN; i <= ETUDE_RUN_TRIAL; i++)
    {
      g_assert_true (etude_run_kind_from_id (etude_run_kind_id (i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    g_assert_cmpstr (etude_outcome_id ((EtudeOutcome) i), ==, outcomes[i]);
  g_assert_false (etude_run_state_from_id ("asleep", &state));
  g_assert_false (etude_run_kind_from_id ("walk", &kind));
}

static void
assert_text (const EtudeExperiment *experiment, const char *path, const char *expected)
{
  g_autofree char *text = etude_experiment_get_text (experiment, path);

  g_assert_cmpstr (text, ==, expected);
}

/* Every “auto” is replaced, in a copy; what was said stays. */
static void
test_resolve (void)
{
  static const char *const settings[] = {
    "dataset", "iris", "loss", "auto", "loss.reduction", "sum", "network.layers", "[{\"kind\":\"dense\",\"units\":5},\"relu\",\"dense\"]",
    "training.epochs", "3", NULL
  };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeExperiment) before = etude_experiment_copy (experiment);
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, &data);
  g_autoptr (EtudeExperiment) resolved
    = etude_experiment_resolve (experiment, data, etude_trainer_get_n_outputs (trainer), etude_trainer_get_n_steps (trainer));

  assert_text (resolved, "loss.reduction", "\"sum\"");
  assert_text (resolved, "loss", "{\"kind\":\"cross_entropy\",\"reduction\":\"sum\",\"label_smoothing\":0,\"class_weights\":[]}");
  assert_text (resolved, "network.layers.0.units", "5");
  assert_text (resolved, "network.layers.2.units", "3");
  assert_text (resolved, "training.steps", "12");
  assert_text (resolved, "training.epochs", "3");
  g_assert_true (etude_experiment_equal (experiment, before));
}

static void
test_resolve_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("etude-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
  const char *const settings[] = { "dataset", "file", "dataset.path", path, "loss", "auto", NULL };
  g_autoptr (EtudeExperiment) experiment = make_experiment (settings);
  g_autoptr (EtudeExperiment) resolved = NULL;
  g_autoptr (EtudePrepared) data = NULL;
  g_autoptr (EtudeTrainer) trainer = NULL;
  g_autoptr (GString) text = g_string_new ("x,height\n");
  g_autofree char *quoted = NULL, *sha256 = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "%u,%u.5\n", i, 3 * i);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  trainer = make_trainer (experiment, &data);
  resolved = etude_experiment_resolve (experiment, data, 1, 100);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
  quoted = g_strdup_printf ("\"%s\"", sha256);
  assert_text (resolved, "dataset.sha256", quoted);
  assert_text (resolved, "dataset.format", "\"csv\"");
  assert_text (resolved, "dataset.target", "\"height\"");
  assert_text (resolved, "dataset.task", "\"regression\"");
  assert_text (resolved, "loss", "{\"kind\":\"mse\",\"reduction\":\"mean\"}");
  assert_text (resolved, "network.layers.2.units", "1");
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/new", test_new);
  g_test_add_func ("/run/numbers", test_numbers);
  g_test_add_func ("/run/series", test_series);
  g_test_add_func ("/run/effective-rate", test_effective_rate);
  g_test_add_func ("/run/measured-rate", test_measured_rate);
  g_test_add_func ("/run/without-validation", test_without_validation);
  g_test_add_func ("/run/marks", test_marks);
  g_test_add_func ("/run/ids", test_ids);
  g_test_add_func ("/run/resolve", test_resolve);
  g_test_add_func ("/run/resolve-file", test_resolve_file);
  return g_test_run ();
}
