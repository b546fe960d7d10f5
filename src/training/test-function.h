/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"

G_BEGIN_DECLS

/* Coordinates that a function may have at most. */
#define ETUDE_FUNCTION_DIMS 2

/**
 * EtudeTestFunction:
 * @least_dims: coordinates that it has at least; where that is 1 it may have one or two
 * @start: where a descent starts if nobody says
 * @minimum: a lowest point
 * @value: of a point with @n coordinates
 * @gradient: likewise; 0 where a kink has none
 * @curvature: (nullable): the largest eigenvalue of the Hessian, where that is the same everywhere
 *
 * A function whose descent can be followed by eye: a row of the catalogue with its derivatives.
 */
typedef struct
{
  EtudeKind kind;
  guint least_dims;
  double start[ETUDE_FUNCTION_DIMS];
  double minimum[ETUDE_FUNCTION_DIMS];
  double (*value) (gconstpointer params, const double *x, guint n);
  void (*gradient) (gconstpointer params, const double *x, guint n, double *gradient);
  double (*curvature) (gconstpointer params, guint n);
} EtudeTestFunction;

extern const EtudeGroup etude_function_group;

G_END_DECLS
