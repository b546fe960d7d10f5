/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curves with GCC’s vectors, compiled like kernels-vector.c once for each instruction set. The
 * forms are those of curves-plain.c. */
#include "network/kernels-private.h"
#include "network/vector-private.h"

typedef struct
{
  Vector value;
  Vector slope;
} Point;

/* Between −20 and 20, past which the functions below have reached their ends. */
ALWAYS_INLINE Vector
within_reach (Vector x)
{
  x = choose (x > 20.f, spread (20), x);
  return choose (x < -20.f, spread (-20), x);
}

/* The share of the distribution past |x| is exp (−x²/2) times a function without steep places, here
 * a polynomial in 1 / (1 + 0.3 |x|), 6e-8 relative. What the rounding of x²/2 took is put back. */
ALWAYS_INLINE Point
gelu (Vector x)
{
  Vector a = vector_magnitude (within_reach (x));
  Vector half = 0.5f * a, square = half * a;
  Vector density = vector_decay (square);
  Vector t = 1.f / multiply_add (a, spread (0.3f), spread (1));
  Vector p = spread (0.03831167847f);
  Vector share;

  density = multiply_add (multiply_add (half, a, -square), -density, density);
  p = multiply_add (p, t, spread (-0.1688418883f));
  p = multiply_add (p, t, spread (0.2279892885f));
  p = multiply_add (p, t, spread (-0.07573797004f));
  p = multiply_add (p, t, spread (0.1420036884f));
  p = multiply_add (p, t, spread (0.09491056266f));
  p = multiply_add (p, t, spread (0.1218621061f));
  p = multiply_add (p, t, spread (0.1194958761f));
  p = multiply_add (p, t, spread (6.686750118e-6f));
  share = density * p;
  share = choose (x < 0.f, share, 1.f - share);
  return (Point) { x * share, multiply_add (within_reach (x), density * 0.398942280401432678f, share) };
}

/* x σ(u); @slope is that of u. */
ALWAYS_INLINE Point
gated (Vector x, Vector u, Vector slope)
{
  Vector tail = vector_decay (u);
  Vector larger = 1.f / (1.f + tail), smaller = tail * larger;
  Vector gate = choose (u < 0.f, smaller, larger);

  return (Point) { x * gate, multiply_add (x * slope, larger * smaller, gate) };
}

ALWAYS_INLINE Point
gelu_tanh (Vector x)
{
  const float factor = 1.59576912160573071f;
  Vector near = within_reach (x), square = near * near;
  Vector u = factor * near * multiply_add (square, spread (0.044715f), spread (1));
  Point point = gated (near, u, factor * multiply_add (square, spread (3 * 0.044715f), spread (1)));

  point.value = choose (x > 20.f, x, point.value);
  return point;
}

ALWAYS_INLINE Point
mish (Vector x)
{
  Bits negative = x < 0.f;
  Vector t = vector_decay (x);
  Vector low = multiply_add (t, t, t + t), high = multiply_add (spread (2), t, spread (1));
  Vector below = choose (negative, low + 2.f, multiply_add (2.f * t, t, high));
  Vector inverse = 1.f / below;
  Vector gate = choose (negative, low, high) * inverse;
  Vector rise = 4.f * t * (1.f + t) * choose (negative, spread (1), t);

  return (Point) { x * gate, multiply_add (x, rise * inverse * inverse, gate) };
}

ALWAYS_INLINE Point
softplus (Vector x, float beta, float threshold)
{
  Vector b = beta * x;
  Vector tail = vector_decay (b);
  Vector bent = (vector_relu (b) + vector_log1p (tail)) / beta;
  Bits straight = b > threshold;

  return (Point) { choose (straight, x, bent),
                   choose (straight, spread (1), choose (b < 0.f, tail, spread (1)) / (1.f + tail)) };
}

ALWAYS_INLINE Point
clamp (const EtudeCurve *curve, Vector x)
{
  Vector u = x + curve->b;
  Bits low = u <= curve->c, high = u >= curve->d;
  Vector cut = choose (high, spread (curve->d), choose (low, spread (curve->c), u));

  return (Point) { curve->a * cut, choose (low | high, spread (0), spread (curve->a)) };
}

ALWAYS_INLINE Point
hard_swish (Vector x)
{
  Bits low = x < -3.f, high = x >= 3.f;
  Vector value = choose (high, x, x * (x + 3.f) / 6.f), slope = choose (high, spread (1), x / 3.f + 0.5f);

  return (Point) { choose (low, spread (0), value), choose (low, spread (0), slope) };
}

ALWAYS_INLINE Point
exponential (const EtudeCurve *curve, Vector x)
{
  Bits up = x > 0.f;
  Vector less = vector_expm1 (-vector_magnitude (x));

  return (Point) { choose (up, curve->a * x, curve->b * less),
                   choose (up, spread (curve->a), curve->b * vector_decay (x)) };
}

ALWAYS_INLINE Point
softsign (Vector x)
{
  Vector inverse = 1.f / (1.f + vector_magnitude (x));

  return (Point) { x * inverse, inverse * inverse };
}

/* With the shape known, what is not asked for is left out. */
ALWAYS_INLINE Point
find_point (EtudeCurveShape shape, const EtudeCurve *curve, Vector x)
{
  switch (shape)
    {
    case ETUDE_CURVE_LEAK:
      return (Point) { choose (x > 0.f, x, curve->a * x), choose (x > 0.f, spread (1), spread (curve->a)) };
    case ETUDE_CURVE_EXPONENTIAL:
      return exponential (curve, x);
    case ETUDE_CURVE_CLAMP:
      return clamp (curve, x);
    case ETUDE_CURVE_HARD_SWISH:
      return hard_swish (x);
    case ETUDE_CURVE_GELU:
      return gelu (x);
    case ETUDE_CURVE_GELU_TANH:
      return gelu_tanh (x);
    case ETUDE_CURVE_SILU:
      return gated (x, x, spread (1));
    case ETUDE_CURVE_MISH:
      return mish (x);
    case ETUDE_CURVE_SOFTPLUS:
      return softplus (x, curve->a, curve->b);
    case ETUDE_CURVE_SOFTSIGN:
      return softsign (x);
    }
  return (Point) { x, spread (1) };
}

#define EACH_SHAPE(WORK) \
  WORK (ETUDE_CURVE_LEAK) WORK (ETUDE_CURVE_EXPONENTIAL) WORK (ETUDE_CURVE_CLAMP) WORK (ETUDE_CURVE_HARD_SWISH) \
  WORK (ETUDE_CURVE_GELU) WORK (ETUDE_CURVE_GELU_TANH) WORK (ETUDE_CURVE_SILU) WORK (ETUDE_CURVE_MISH) \
  WORK (ETUDE_CURVE_SOFTPLUS) WORK (ETUDE_CURVE_SOFTSIGN)

#define BEND(SHAPE) \
  case SHAPE: \
    for (gsize i = 0; i < n; i += LANES) \
      store (y + i, find_point (SHAPE, &c, load (x + i)).value); \
    break;

#define BEND_BACK(SHAPE) \
  case SHAPE: \
    for (gsize i = 0; i < n; i += LANES) \
      store (dx + i, load (dy + i) * find_point (SHAPE, &c, load (x + i)).slope); \
    break;

void
KERNEL (bend) (const EtudeCurve *curve, gsize n, const float *x, float *y)
{
  EtudeCurve c = *curve;

  switch (c.shape)
    {
      EACH_SHAPE (BEND)
    }
}

void
KERNEL (bend_back) (const EtudeCurve *curve, gsize n, const float *x, const float *dy, float *dx)
{
  EtudeCurve c = *curve;

  switch (c.shape)
    {
      EACH_SHAPE (BEND_BACK)
    }
}
