/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <math.h>

#include "app/model/examples.h"
#include "dataset/prepare.h"
#include "experiment/json.h"
#include "training/trainer.h"

/* A document that is not as it would be written now is made anew by “etude-cli train --save”. */
static void
test_is_canonical (gconstpointer data)
{
  const EtudeExample *example = data;
  g_autofree char *path = g_strdup_printf ("/org/etude/Etude/examples/%s.etude", example->id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_autoptr (EtudeExperiment) experiment = NULL;
  g_autofree char *found = NULL, *written = NULL;

  g_assert_no_error (error);
  found = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  experiment = etude_experiment_read (found, -1, path, &error);
  g_assert_no_error (error);
  written = etude_experiment_write (experiment);
  g_assert_cmpstr (found, ==, written);
  g_assert_cmpstr (etude_experiment_fields (experiment)->name, ==, example->title);
}

/* The loss over the last batch of so many steps. */
static double
train (const EtudeExample *example, guint64 n_steps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeExperiment) experiment = etude_example_load (example, &error);
  g_autoptr (EtudeDataset) dataset = NULL;
  g_autoptr (EtudePrepared) prepared = NULL;
  g_autoptr (EtudeTrainer) trainer = NULL;
  EtudeRecord record = { .loss = NAN };
  EtudeObject *section;

  g_assert_no_error (error);
  section = &etude_experiment_fields (experiment)->dataset;
  dataset = etude_dataset_load (section, NULL, NULL, &error);
  g_assert_no_error (error);
  prepared = etude_prepare (dataset, section->data, &error);
  g_assert_no_error (error);
  trainer = etude_trainer_new (experiment, prepared, &error);
  g_assert_no_error (error);
  for (guint64 i = 0; i < n_steps; i++)
    etude_trainer_step (trainer, &record);
  g_assert_cmpuint (etude_trainer_get_step (trainer), ==, n_steps);
  return record.loss;
}

static void
test_trains (gconstpointer data)
{
  g_assert_true (isfinite (train (data, 5)));
}

/* What the three rates are called after, in the same number of steps. */
static void
test_shows_the_rate (void)
{
  double begin = train (etude_example_find ("good-rate"), 1);
  double small = train (etude_example_find ("rate-too-small"), 121);
  double good = train (etude_example_find ("good-rate"), 121);
  double large = train (etude_example_find ("rate-too-large"), 121);

  g_assert_cmpfloat (good, <, begin / 3);
  g_assert_cmpfloat (small, >, begin / 2);
  g_assert_cmpfloat (small, <, begin * 1.5);
  g_assert_cmpfloat (large, >, 3 * begin);
}

static void
test_finds (void)
{
  g_assert_cmpstr (etude_example_find ("digits")->title, ==, "Digits");
  g_assert_null (etude_example_find ("none"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const EtudeExample *example = etude_examples; example->id != NULL; example++)
    {
      g_autofree char *canonical = g_strdup_printf ("/examples/canonical/%s", example->id);
      g_autofree char *trains = g_strdup_printf ("/examples/trains/%s", example->id);

      g_test_add_data_func (canonical, example, test_is_canonical);
      g_test_add_data_func (trains, example, test_trains);
    }
  g_test_add_func ("/examples/shows-the-rate", test_shows_the_rate);
  g_test_add_func ("/examples/finds", test_finds);
  return g_test_run ();
}
