/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"

G_BEGIN_DECLS

/**
 * EtudePlateau:
 * @schedule: (not owned): of the kind “plateau”
 * @best: the best value so far
 * @n_bad: evaluations in a row that were no better
 * @n_waiting: evaluations that do not count yet, after a reduction
 *
 * What a plateau remembers of the evaluations: the one thing about a rate that no step tells.
 */
typedef struct
{
  const EtudeObject *schedule;
  double best;
  guint64 n_bad;
  guint64 n_waiting;
} EtudePlateau;

gboolean etude_plateau_init (EtudePlateau *self, const EtudeObject *schedule);
const char *etude_plateau_get_metric (const EtudePlateau *self);
double etude_plateau_see (EtudePlateau *self, double value, double lr);

G_END_DECLS
