/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

/**
 * EtudePlace:
 * @param: the parameter
 * @field: (not owned): its field in the document, until the document changes
 * @object: (not owned): the object that has the field
 * @index: position in the list when @param is a list and the path names an element, else -1
 *
 * Where a dotted path leads.
 */
typedef struct
{
  const EtudeParam *param;
  gpointer field;
  EtudeObject *object;
  gssize index;
} EtudePlace;

gboolean etude_experiment_find (const EtudeExperiment *self, const char *path, EtudePlace *place, GError **error);
gboolean etude_experiment_set (EtudeExperiment *self, const char *path, const char *value, GError **error);
void etude_experiment_move (EtudeExperiment *self, const char *from, const char *to);
char *etude_experiment_get_text (const EtudeExperiment *self, const char *path);

G_END_DECLS
