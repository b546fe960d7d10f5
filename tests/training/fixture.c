/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

EtudeExperiment *
make_experiment (const char *const *settings)
{
  EtudeExperiment *experiment = etude_experiment_new ();
  GError *error = NULL;

  for (guint i = 0; settings[i] != NULL; i += 2)
    {
      etude_experiment_set (experiment, settings[i], settings[i + 1], &error);
      g_assert_no_error (error);
    }
  return experiment;
}

EtudePrepared *
make_data (const EtudeExperiment *experiment)
{
  EtudeObject *section = &etude_experiment_fields (experiment)->dataset;
  GError *error = NULL;
  g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, NULL, NULL, &error);
  EtudePrepared *prepared;

  g_assert_no_error (error);
  prepared = etude_prepare (dataset, section->data, &error);
  g_assert_no_error (error);
  return prepared;
}

/* @data: (out) (nullable): its data too. */
EtudeTrainer *
make_trainer (const EtudeExperiment *experiment, EtudePrepared **data)
{
  g_autoptr (EtudePrepared) prepared = make_data (experiment);
  GError *error = NULL;
  EtudeTrainer *trainer = etude_trainer_new (experiment, prepared, &error);

  g_assert_no_error (error);
  if (data != NULL)
    *data = etude_prepared_ref (prepared);
  return trainer;
}
