/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"
#include "base/real.h"
#include "base/value.h"

G_BEGIN_DECLS

/**
 * EtudeInitialiserKind:
 * @normal: drawn from a normal distribution, else from a uniform one
 * @biases: whether biases are drawn as the weights are; else they are 0
 * @orthogonal: whether the weights of the outputs, or of the inputs where there are fewer of those, are
 *   made orthogonal to each other; @deviation is their length then
 * @deviation: the standard deviation for a layer with @fan_in inputs and @fan_out outputs
 *
 * One kind of initialiser: a row of the catalogue with its function.
 */
typedef struct
{
  EtudeKind kind;
  gboolean normal;
  gboolean biases;
  gboolean orthogonal;
  double (*deviation) (gconstpointer params, gsize fan_in, gsize fan_out);
} EtudeInitialiserKind;

extern const EtudeGroup etude_initialiser_group;

/**
 * EtudeInitialiser:
 *
 * An initialiser made ready for one layer. A plain value.
 */
typedef struct
{
  const EtudeInitialiserKind *kind;
  double deviation;
} EtudeInitialiser;

void etude_initialiser_init (EtudeInitialiser *self, const EtudeObject *initialiser, gsize fan_in, gsize fan_out);
void etude_initialiser_fill (const EtudeInitialiser *self, EtudeRandom *random, gsize n_rows, gsize n_columns,
                             EtudeReal *weights);
double etude_initialiser_draw_bias (const EtudeInitialiser *self, EtudeRandom *random);

G_END_DECLS
