/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"
#include "optim/schedule.h"

G_BEGIN_DECLS

guint64 etude_training_updates_per_epoch (const EtudeTrainingSection *training, gsize n_train);
guint64 etude_training_n_steps (const EtudeTrainingSection *training, guint64 updates_per_epoch);
guint64 etude_training_evaluate_every (const EtudeTrainingSection *training, guint64 updates_per_epoch,
                                       guint64 n_steps);
EtudeSchedule *etude_experiment_plan_schedule (const EtudeExperiment *self, gsize n_train, GError **error);

G_END_DECLS
