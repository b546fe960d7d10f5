/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Vectors of ETUDE_LANES floats and the functions of one number, for kernels-vector.c, which is
 * compiled once for each instruction set.
 */
#include "network/curve.h"

#if ETUDE_LANES > 4
#include <immintrin.h>
#endif

#define LANES ETUDE_LANES

typedef float Vector __attribute__ ((vector_size (LANES * 4)));
typedef gint32 Bits __attribute__ ((vector_size (LANES * 4)));

/* A vector anywhere in memory. */
typedef float Memory __attribute__ ((vector_size (LANES * 4), aligned (4), may_alias));

#define ALWAYS_INLINE static inline __attribute__ ((always_inline))
#define UNROLL _Pragma ("GCC unroll 16")

/* Kernels that are in another file than their table. */
#define KERNEL_JOIN(table, name) table##_##name
#define KERNEL_NAME(table, name) KERNEL_JOIN (table, name)
#define KERNEL(name) KERNEL_NAME (ETUDE_KERNELS, name)

void KERNEL (bend) (const EtudeCurve *curve, gsize n, const float *x, float *y);
void KERNEL (bend_back) (const EtudeCurve *curve, gsize n, const float *x, const float *dy, float *dx);
void KERNEL (pool) (const EtudePooling *p, const float *x, float *y, guint32 *source, guint32 first);
void KERNEL (pool_back) (const EtudePooling *p, const float *x, const float *dy, const guint32 *source, guint32 first,
                         float *dx);

ALWAYS_INLINE Vector
load (const float *from)
{
  return *(const Memory *) from;
}

ALWAYS_INLINE void
store (float *to, Vector v)
{
  *(Memory *) to = v;
}

ALWAYS_INLINE Vector
spread (float x)
{
  return x - (Vector) { 0 };
}

/* The ?: of vectors is C++ only. */
ALWAYS_INLINE Vector
choose (Bits condition, Vector a, Vector b)
{
  return (Vector) (((Bits) a & condition) | ((Bits) b & ~condition));
}

/* a b + c, rounded once where the processor can. Contraction is off, for which product of a sum the
 * compiler would contract is its own choice, and may differ from one instruction set to the next. */
ALWAYS_INLINE Vector
multiply_add (Vector a, Vector b, Vector c)
{
#if LANES == 16
  return (Vector) _mm512_fmadd_ps ((__m512) a, (__m512) b, (__m512) c);
#elif LANES == 8
  return (Vector) _mm256_fmadd_ps ((__m256) a, (__m256) b, (__m256) c);
#else
  return a * b + c;
#endif
}

/* --- elementary functions; all hand on NaN ---------------------------------------------------- */

/* exp as Cephes’ expf has it: x = n log 2 + r; returns exp r − 1, a polynomial in r, and @n. Past the
 * bounds it is that of the bound. */
ALWAYS_INLINE Vector
vector_exp_reduced (Vector x, Bits *n)
{
  Vector shifted, y;

  x = choose (x < -87.3f, spread (-87.3f), x);
  x = choose (x > 88.3f, spread (88.3f), x);
  /* Adding 1.5 * 2^23 rounds to an integer. */
  shifted = multiply_add (x, spread (1.44269504088896341f), spread (12582912.f)) - 12582912.f;
  *n = __builtin_convertvector (shifted, Bits);
  x = multiply_add (shifted, spread (-0.693359375f), x);
  x = multiply_add (shifted, spread (2.12194440e-4f), x);
  y = spread (1.9875691500e-4f);
  y = multiply_add (y, x, spread (1.3981999507e-3f));
  y = multiply_add (y, x, spread (8.3334519073e-3f));
  y = multiply_add (y, x, spread (4.1665795894e-2f));
  y = multiply_add (y, x, spread (1.6666665459e-1f));
  y = multiply_add (y, x, spread (5.0000001201e-1f));
  return multiply_add (y, x * x, x);
}

/* exp, 1e-7 relative between the bounds. */
ALWAYS_INLINE Vector
vector_exp (Vector x)
{
  Bits n;
  Vector y = vector_exp_reduced (x, &n);

  return (Vector) ((Bits) (y + 1.f) + (n << 23));
}

/* exp x − 1 for x up to 0, without losing x near 0. */
ALWAYS_INLINE Vector
vector_expm1 (Vector x)
{
  Bits n;
  Vector y = vector_exp_reduced (x, &n);
  Vector power = (Vector) ((n + 127) << 23);

  return multiply_add (y, power, power - 1.f);
}

/* log of a positive, normal number, Cephes’ logf: mantissa in [√½, √2) and exponent. */
ALWAYS_INLINE Vector
vector_log (Vector x)
{
  Bits exponent = (((Bits) x >> 23) & 255) - 126;
  Vector mantissa = (Vector) (((Bits) x & 0x007fffff) | 0x3f000000);
  Bits low = mantissa < 0.707106781186547524f;
  Vector m = choose (low, mantissa + mantissa, mantissa) - 1.f;
  Vector e = __builtin_convertvector (exponent + low, Vector);
  Vector square = m * m;
  Vector y = spread (7.0376836292e-2f);

  y = multiply_add (y, m, spread (-1.1514610310e-1f));
  y = multiply_add (y, m, spread (1.1676998740e-1f));
  y = multiply_add (y, m, spread (-1.2420140846e-1f));
  y = multiply_add (y, m, spread (1.4249322787e-1f));
  y = multiply_add (y, m, spread (-1.6668057665e-1f));
  y = multiply_add (y, m, spread (2.0000714765e-1f));
  y = multiply_add (y, m, spread (-2.4999993993e-1f));
  y = multiply_add (y, m, spread (3.3333331174e-1f));
  y = y * (m * square);
  y = multiply_add (e, spread (-2.12194440e-4f), y);
  y = multiply_add (square, spread (-0.5f), y);
  y = multiply_add (e, spread (0.693359375f), m + y);
  return choose (x == x, y, x);
}

/* log (1 + x) for x in [0, 1]: near 0 the series, where 1 + x would lose x. */
ALWAYS_INLINE Vector
vector_log1p (Vector x)
{
  return choose (x < 0x1p-12f, multiply_add (x * x, spread (-0.5f), x), vector_log (1.f + x));
}

/* tanh as the rational function of Eigen: 13th over 6th degree, 1e-7 relative. */
ALWAYS_INLINE Vector
vector_tanh (Vector x)
{
  const float bound = 7.90531110763549805f;
  Vector square, p, q;

  x = choose (x > bound, spread (bound), x);
  x = choose (x < -bound, spread (-bound), x);
  square = x * x;
  p = spread (-2.76076847742355e-16f);
  p = multiply_add (p, square, spread (2.00018790482477e-13f));
  p = multiply_add (p, square, spread (-8.60467152213735e-11f));
  p = multiply_add (p, square, spread (5.12229709037114e-08f));
  p = multiply_add (p, square, spread (1.48572235717979e-05f));
  p = multiply_add (p, square, spread (6.37261928875436e-04f));
  p = multiply_add (p, square, spread (4.89352455891786e-03f));
  q = spread (1.19825839466702e-06f);
  q = multiply_add (q, square, spread (1.18534705686654e-04f));
  q = multiply_add (q, square, spread (2.26843463243900e-03f));
  q = multiply_add (q, square, spread (4.89352518554385e-03f));
  return p * x / q;
}

/* exp (-|x|), from which sigmoid and softplus of x and -x follow without overflow. */
ALWAYS_INLINE Vector
vector_tail (Vector x)
{
  return vector_exp ((Vector) ((Bits) x | G_MININT32));
}

ALWAYS_INLINE Vector
vector_magnitude (Vector x)
{
  return (Vector) ((Bits) x & G_MAXINT32);
}

/* The same, and 0 past the bound of exp: times a large number that stays nothing. */
ALWAYS_INLINE Vector
vector_decay (Vector x)
{
  return (Vector) ((Bits) vector_tail (x) & ~(vector_magnitude (x) > 87.3f));
}

ALWAYS_INLINE Vector
vector_sigmoid (Vector x)
{
  Vector tail = vector_tail (x);
  Vector larger = 1.f / (1.f + tail);

  return choose (x < 0.f, tail * larger, larger);
}

ALWAYS_INLINE Vector
vector_relu (Vector x)
{
  return choose (x < 0.f, spread (0), x);
}

/* The derivative as a function of the output. */
ALWAYS_INLINE Vector
apply_slope (EtudeActivation activation, Vector gradient, Vector outputs)
{
  switch (activation)
    {
    case ETUDE_ACTIVATION_RELU:
      return (Vector) ((Bits) gradient & (outputs > 0.f));
    case ETUDE_ACTIVATION_TANH:
      return gradient * multiply_add (-outputs, outputs, spread (1));
    case ETUDE_ACTIVATION_SIGMOID:
      return gradient * (outputs * (1.f - outputs));
    case ETUDE_ACTIVATION_NONE:
      break;
    }
  return gradient;
}
