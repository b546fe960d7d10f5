/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/isa.h"
#include "base/real.h"

G_BEGIN_DECLS

/**
 * EtudeNorm:
 *
 * How long a vector is: by the squares of its numbers, or by the largest of them.
 */
typedef enum
{
  ETUDE_NORM_2,
  ETUDE_NORM_INF,
} EtudeNorm;

/**
 * EtudeFlat:
 * @isa: which clone of the loops runs
 * @n: how many numbers
 * @values: [n]: not owned
 *
 * All gradients, or all weights, of a network as one vector, padding (which is zero) included.
 */
typedef struct
{
  EtudeIsa isa;
  gsize n;
  EtudeReal *values;
} EtudeFlat;

void etude_flat_add (EtudeFlat *self, const EtudeReal *other);
void etude_flat_approach (EtudeFlat *self, double share, const EtudeReal *other);
double etude_flat_norm (EtudeFlat *self, EtudeNorm norm);
double etude_flat_sum_sizes (EtudeFlat *self);
void etude_flat_add_signs (EtudeFlat *self, double factor, const EtudeReal *other);
double etude_flat_clip_norm (EtudeFlat *self, double most, EtudeNorm norm);
void etude_flat_clip_value (EtudeFlat *self, double most);

G_END_DECLS
