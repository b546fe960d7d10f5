/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"
#include "optim/schedule.h"

G_BEGIN_DECLS

void etude_cli_warn_of_schedule (const EtudeSchedule *schedule);
void etude_cli_warn_before (const EtudeExperiment *experiment, gsize n_train);
void etude_cli_hint_diverged (const EtudeExperiment *experiment, gsize n_train);

G_END_DECLS
