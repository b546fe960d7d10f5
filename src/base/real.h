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
