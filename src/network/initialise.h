/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"
#include "base/value.h"

G_BEGIN_DECLS

/**
 * EtudeInitialiserKind:
 * @normal: drawn from a normal distribution, else from a uniform one
 * @deviation: the standard deviation for a layer with @fan_in inputs and @fan_out outputs
 *
 * One kind of initialiser: a row of the catalogue with its function.
 */
typedef struct
{
  EtudeKind kind;
  gboolean normal;
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
  gboolean normal;
  double deviation;
} EtudeInitialiser;

void etude_initialiser_init (EtudeInitialiser *self, const EtudeObject *initialiser, gsize fan_in, gsize fan_out);
double etude_initialiser_draw (const EtudeInitialiser *self, EtudeRandom *random);

G_END_DECLS
