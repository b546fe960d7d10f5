/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"
#include "training/test-function.h"

G_BEGIN_DECLS

typedef struct _EtudeDescent EtudeDescent;

/**
 * EtudeDescentPoint:
 * @step: the update that comes from here
 * @x: where it is
 * @value: of the function there
 * @gradient: likewise
 * @lr: rate of the coming update; NaN where none comes
 */
typedef struct
{
  guint64 step;
  double x[ETUDE_FUNCTION_DIMS];
  double value;
  double gradient[ETUDE_FUNCTION_DIMS];
  double lr;
} EtudeDescentPoint;

EtudeDescent *etude_descent_new (const EtudeObject *function, const EtudeObject *optimizer, EtudeSchedule *schedule,
                                 const double *start, guint n_dims, GError **error);
void etude_descent_free (EtudeDescent *self);
gboolean etude_descent_next (EtudeDescent *self, EtudeDescentPoint *point);
double etude_descent_stable_rate (const EtudeObject *function, const EtudeObject *optimizer, guint n_dims);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeDescent, etude_descent_free)

G_END_DECLS
