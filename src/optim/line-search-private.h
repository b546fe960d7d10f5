/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/optimizer-private.h"

G_BEGIN_DECLS

/**
 * EtudeLineEnd:
 * @t: how far along the direction
 * @loss: there
 * @slope: there, along the direction
 * @gradient: [n]: there
 */
typedef struct
{
  double t;
  double loss;
  double slope;
  EtudeReal *gradient;
} EtudeLineEnd;

/**
 * EtudeLine:
 * @optimizer: whose weights are moved
 * @objective: what is to become smaller
 * @direction: [n]: where to
 * @start: [n]: room for the weights at t = 0
 * @gradient: [n]: at t = 0
 * @loss, @slope: likewise
 * @tolerance: the search ends when it knows t so well
 * @ends: two places with the length that is sought between them; the room for their gradients is
 *   the caller's
 * @n_evaluations: how often the loss was asked for
 */
typedef struct
{
  EtudeOptimizer *optimizer;
  const EtudeObjective *objective;
  const EtudeReal *direction;
  EtudeReal *start;
  const EtudeReal *gradient;
  double loss;
  double slope;
  double tolerance;
  EtudeLineEnd ends[2];
  guint n_evaluations;
} EtudeLine;

double etude_optimizer_dot (EtudeOptimizer *self, const EtudeReal *a, const EtudeReal *b);
void etude_optimizer_add_scaled (EtudeOptimizer *self, EtudeReal *to, EtudeReal factor, const EtudeReal *what);
const EtudeLineEnd *etude_optimizer_search (EtudeLine *self, double t);

G_END_DECLS
