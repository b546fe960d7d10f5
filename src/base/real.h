/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/**
 * EtudeReal:
 *
 * What weights, gradients and activations are made of: float, and double in the build of the same
 * sources that serves gradient checks (ETUDE_DOUBLE).
 */
#ifdef ETUDE_DOUBLE
typedef double EtudeReal;
#define ETUDE_REAL_EPSILON 0x1p-52
#else
typedef float EtudeReal;
#define ETUDE_REAL_EPSILON 0x1p-23f
#endif

#ifdef __FAST_MATH__
#error "Etude needs NaN, infinity and a fixed order of sums: build without -ffast-math"
#endif

/* What a network gets of an input, the same to the last bit whether it is scaled once or at each pass. */
static inline float
etude_scale_input (double value, double offset, double factor)
{
  return (float) ((value - offset) * factor);
}
