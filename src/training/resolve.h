/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/prepare.h"
#include "experiment/experiment.h"

G_BEGIN_DECLS

EtudeExperiment *etude_experiment_resolve (const EtudeExperiment *experiment, const EtudePrepared *data,
                                           gsize n_outputs, guint64 n_steps);

G_END_DECLS
