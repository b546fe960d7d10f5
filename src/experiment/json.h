/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

EtudeExperiment *etude_experiment_read (const char *text, gssize length, const char *file, GError **error);
EtudeExperiment *etude_experiment_load (const char *file, GError **error);
char *etude_experiment_write (const EtudeExperiment *self);
char *etude_experiment_write_compact (const EtudeExperiment *self);
gboolean etude_experiment_save (const EtudeExperiment *self, const char *file, GError **error);

G_END_DECLS
