/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "base/real.h"

G_BEGIN_DECLS

/**
 * EtudeCurveShape:
 * @ETUDE_CURVE_LEAK: x > 0: x, else a x
 * @ETUDE_CURVE_EXPONENTIAL: x > 0: a x, else b (exp x − 1)
 * @ETUDE_CURVE_CLAMP: a times x + b, cut off at c and d
 * @ETUDE_CURVE_HARD_SWISH: x times x + 3 cut off at 0 and 6, / 6
 * @ETUDE_CURVE_GELU: x Φ(x), Φ the normal distribution
 * @ETUDE_CURVE_GELU_TANH: x (1 + tanh (√(2/π) (x + 0.044715 x³))) / 2
 * @ETUDE_CURVE_SILU: x σ(x)
 * @ETUDE_CURVE_MISH: x tanh (log (1 + exp x))
 * @ETUDE_CURVE_SOFTPLUS: log (1 + exp (a x)) / a; x where a x > b
 * @ETUDE_CURVE_SOFTSIGN: x / (1 + |x|)
 */
typedef enum
{
  ETUDE_CURVE_LEAK,
  ETUDE_CURVE_EXPONENTIAL,
  ETUDE_CURVE_CLAMP,
  ETUDE_CURVE_HARD_SWISH,
  ETUDE_CURVE_GELU,
  ETUDE_CURVE_GELU_TANH,
  ETUDE_CURVE_SILU,
  ETUDE_CURVE_MISH,
  ETUDE_CURVE_SOFTPLUS,
  ETUDE_CURVE_SOFTSIGN,
} EtudeCurveShape;

#define ETUDE_N_CURVES (ETUDE_CURVE_SOFTSIGN + 1)

/**
 * EtudeCurve:
 * @shape: which function
 * @a, @b, @c, @d: its numbers, where it has some
 *
 * A function of one number whose slope is taken at what goes in, not at what comes out as that of
 * an #EtudeActivation. So it cannot be taken over by the layer before it, which keeps no sums.
 */
typedef struct
{
  EtudeCurveShape shape;
  EtudeReal a, b, c, d;
} EtudeCurve;

G_END_DECLS
