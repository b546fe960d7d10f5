/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <math.h>

#include "optim/optimizer.h"

G_BEGIN_DECLS

/* State blocks that a kind may have at most, and numbers of an update. */
#define ETUDE_OPTIMIZER_STATES 3
#define ETUDE_OPTIMIZER_NUMBERS 8

/**
 * EtudeOptimizer:
 * @object: (owned): kind and parameters
 * @isa: which clone of the loops runs
 * @weights: (not owned): [n]
 * @states: [n] each, as many as the kind has
 * @t: the update that is being made, 1 for the first
 * @lr: its rate
 * @powers: products that grow with each update, such as beta1^t
 * @numbers: what the loop of the kind needs, made by its begin()
 */
struct _EtudeOptimizer
{
  EtudeObject object;
  EtudeIsa isa;
  gsize n;
  EtudeReal *weights;
  EtudeReal *states[ETUDE_OPTIMIZER_STATES];
  EtudeReal *block;
  guint64 t;
  double lr;
  double powers[2];
  EtudeReal numbers[ETUDE_OPTIMIZER_NUMBERS];
};

/**
 * ETUDE_DEFINE_STEP:
 * @name: the function to define
 * @body: an always-inlined function of the same type
 *
 * Compiles a loop for each instruction set. Without contraction every operation is rounded by
 * itself, so that all of them, ranges of any length and the double build follow the same rule.
 */
#if defined(__x86_64__) && !defined(ETUDE_DOUBLE)
#define ETUDE_DEFINE_STEP(name, body) \
  static void \
  name##_baseline (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient) \
  { \
    body (self, first, n, gradient); \
  } \
  __attribute__ ((target ("avx2,fma"))) static void \
  name##_v3 (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient) \
  { \
    body (self, first, n, gradient); \
  } \
  __attribute__ ((target ("avx512f,avx512vl,avx512dq,prefer-vector-width=512"))) static void \
  name##_v4 (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient) \
  { \
    body (self, first, n, gradient); \
  } \
  static void \
  name (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient) \
  { \
    if (self->isa == ETUDE_ISA_V4) \
      name##_v4 (self, first, n, gradient); \
    else if (self->isa == ETUDE_ISA_V3) \
      name##_v3 (self, first, n, gradient); \
    else \
      name##_baseline (self, first, n, gradient); \
  }
#else
#define ETUDE_DEFINE_STEP(name, body) \
  static void \
  name (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient) \
  { \
    body (self, first, n, gradient); \
  }
#endif

#define ETUDE_STEP_BODY static inline __attribute__ ((always_inline)) void

static inline __attribute__ ((always_inline)) EtudeReal
etude_sqrt (EtudeReal x)
{
#ifdef ETUDE_DOUBLE
  return sqrt (x);
#else
  return __builtin_sqrtf (x);
#endif
}

extern const EtudeOptimizerKind etude_optimizer_sgd;
extern const EtudeOptimizerKind etude_optimizer_adam;

G_END_DECLS
