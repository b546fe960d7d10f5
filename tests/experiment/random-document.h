/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"
#include "experiment/experiment.h"

/* A document in which every value is drawn at random, within its bounds. */
EtudeExperiment *random_document (guint64 seed);

/* Another document of the same kinds. */
void randomise_values (EtudeExperiment *experiment, guint64 seed);
