/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/path.h"
#include "training/trainer.h"

/* What the tests of training share. @settings: paths and values in turn, ends with NULL. */
EtudeExperiment *make_experiment (const char *const *settings);
EtudePrepared *make_data (const EtudeExperiment *experiment);
EtudeTrainer *make_trainer (const EtudeExperiment *experiment, EtudePrepared **data);
