/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

/**
 * EtudeDifference:
 * @path: dotted path
 * @a: compact JSON of the value in the first document, NULL where it has none
 * @b: the same of the second
 */
typedef struct
{
  char *path;
  char *a;
  char *b;
} EtudeDifference;

GPtrArray *etude_experiment_compare (const EtudeExperiment *a, const EtudeExperiment *b);

G_END_DECLS
