/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/kernels-private.h"

#include <math.h>

/* The curves and their slopes as plain functions, in double; see kernels-plain.c. Forms are chosen
 * that neither overflow nor cancel: with exp (−|x|), and the distribution from its own side. */

/* What both a curve and its slope are made of. */
typedef struct
{
  double value;
  double slope;
} Point;

static Point
gelu (double x)
{
  double share = 0.5 * erfc (-x * M_SQRT1_2);
  double density = exp (-0.5 * x * x) * (0.5 * M_SQRT1_2 * M_2_SQRTPI);

  return (Point) { x * share, share + x * density };
}

/* x σ(u) where u, and its slope, follow from x. */
static Point
gated (double x, double u, double slope)
{
  double tail = exp (-fabs (u));
  double larger = 1 / (1 + tail), smaller = tail / (1 + tail);
  double gate = u < 0 ? smaller : larger;

  return (Point) { x * gate, gate + x * larger * smaller * slope };
}

static Point
gelu_tanh (double x)
{
  double factor = M_2_SQRTPI * M_SQRT2;

  return gated (x, factor * (x + 0.044715 * x * x * x), factor * (1 + 3 * 0.044715 * x * x));
}

/* tanh (log (1 + e)) = (e² + 2 e) / (e² + 2 e + 2) */
static Point
mish (double x)
{
  double t = exp (-fabs (x));
  double above = x < 0 ? t * (t + 2) : 1 + 2 * t;
  double below = x < 0 ? t * (t + 2) + 2 : 1 + 2 * t * (1 + t);
  double gate = above / below;

  return (Point) { x * gate, gate + x * (4 * t * (1 + t) * (x < 0 ? 1 : t)) / (below * below) };
}

static Point
softplus (double x, double beta, double threshold)
{
  double b = beta * x;
  double tail = exp (-fabs (b));

  if (b > threshold)
    return (Point) { x, 1 };
  return (Point) { (fmax (b, 0) + log1p (tail)) / beta, (b < 0 ? tail : 1) / (1 + tail) };
}

/* NaN is not put in its place by the comparisons. */
static Point
clamp (const EtudeCurve *curve, double x)
{
  double u = x + curve->b;

  if (u <= curve->c || u >= curve->d)
    return (Point) { curve->a * (u <= curve->c ? curve->c : curve->d), 0 };
  return (Point) { curve->a * u, curve->a };
}

/* At 3 the slope is 1, as in PyTorch’s vectors; its single numbers have 1.5 there. */
static Point
hard_swish (double x)
{
  if (x < -3)
    return (Point) { 0, 0 };
  if (x >= 3)
    return (Point) { x, 1 };
  return (Point) { x * (x + 3) / 6, x / 3 + 0.5 };
}

static Point
find_point (const EtudeCurve *curve, double x)
{
  double a = curve->a, b = curve->b;

  switch (curve->shape)
    {
    case ETUDE_CURVE_LEAK:
      return x > 0 ? (Point) { x, 1 } : (Point) { a * x, a };
    case ETUDE_CURVE_EXPONENTIAL:
      return x > 0 ? (Point) { a * x, a } : (Point) { b * expm1 (x), b * exp (x) };
    case ETUDE_CURVE_CLAMP:
      return clamp (curve, x);
    case ETUDE_CURVE_HARD_SWISH:
      return hard_swish (x);
    case ETUDE_CURVE_GELU:
      return gelu (x);
    case ETUDE_CURVE_GELU_TANH:
      return gelu_tanh (x);
    case ETUDE_CURVE_SILU:
      return gated (x, x, 1);
    case ETUDE_CURVE_MISH:
      return mish (x);
    case ETUDE_CURVE_SOFTPLUS:
      return softplus (x, a, b);
    case ETUDE_CURVE_SOFTSIGN:
      return (Point) { x / (1 + fabs (x)), 1 / ((1 + fabs (x)) * (1 + fabs (x))) };
    }
  g_return_val_if_reached (((Point) { x, 1 }));
}

void
etude_kernels_plain_bend (const EtudeCurve *curve, gsize n, const EtudeReal *x, EtudeReal *y)
{
  for (gsize i = 0; i < n; i++)
    y[i] = (EtudeReal) find_point (curve, x[i]).value;
}

void
etude_kernels_plain_bend_back (const EtudeCurve *curve, gsize n, const EtudeReal *x, const EtudeReal *dy, EtudeReal *dx)
{
  for (gsize i = 0; i < n; i++)
    dx[i] = (EtudeReal) (dy[i] * find_point (curve, x[i]).slope);
}
