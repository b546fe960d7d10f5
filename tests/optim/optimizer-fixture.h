/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/optimizer.h"

/**
 * Bowl:
 * @weights: [n]
 * @curvature: [n]
 * @noise: (nullable): [n]: added to the gradient
 * @gradient: [n]: room
 * @n_evaluations: how often it was asked for
 *
 * f = sum of (curvature w² / 2 + noise w), for an optimizer to go down.
 */
typedef struct
{
  gsize n;
  EtudeReal *weights;
  const EtudeReal *curvature;
  const EtudeReal *noise;
  EtudeReal *gradient;
  guint n_evaluations;
} Bowl;

double bowl_evaluate (gpointer data);
void bowl_update (Bowl *self, EtudeOptimizer *optimizer, double lr);

void make_object (EtudeObject *object, const char *kind, const char *settings);
EtudeOptimizer *make_optimizer (const char *kind, const char *settings, EtudeReal *weights, gsize n);
double get_rate (const EtudeObject *object);
