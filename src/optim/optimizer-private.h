/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib/gi18n-lib.h>
#include <math.h>

#include "optim/optimizer.h"

G_BEGIN_DECLS

/* State blocks that are reached by name, and numbers of an update. */
#define ETUDE_OPTIMIZER_STATES 4
#define ETUDE_OPTIMIZER_NUMBERS 10

/* Sums run in so many lanes of doubles whatever the width of the vectors: the same bits everywhere. */
#define ETUDE_LANES 8

/**
 * EtudeOptimizerSetting:
 * @lr_scale: what the rate is multiplied by
 * @weight_decay: in place of that of the parameters; NaN for that one
 * @memory: (nullable): what the kind keeps for it
 * @numbers: made by the kind’s begin()
 *
 * How some of the weights are updated.
 */
typedef struct
{
  double lr_scale;
  double weight_decay;
  gpointer memory;
  EtudeReal numbers[ETUDE_OPTIMIZER_NUMBERS];
} EtudeOptimizerSetting;

/* Weights that lie side by side and have one setting; together the ranges are all weights but the frozen. */
typedef struct
{
  gsize first;
  gsize n;
  guint setting;
} EtudeOptimizerRange;

/**
 * EtudeOptimizer:
 * @object: (owned): kind and parameters
 * @isa: which clone of the loops runs
 * @weights: (not owned): [n]
 * @momentum: (nullable): the parameter in @object that a schedule may cycle
 * @own_momentum: what it was
 * @states: [n] each, the first of those in @block
 * @block: (owned): all states of the kind, one after the other
 * @memory: (nullable): what the kind keeps besides, zero at first: that of the present setting
 * @memories: (owned) (nullable): those of all settings
 * @weight_decay: (nullable): the parameter in @object that a setting may replace
 * @own_weight_decay: what it was
 * @settings: (owned): the first is that of weights which nothing is said of
 * @setting: whose numbers are in @numbers
 * @ranges: (owned): in order
 * @is_split: whether there is more than the one range of all weights
 * @shows_average: whether @weights and the average have changed places
 * @t: the update that is being made, 1 for the first
 * @lr: its rate
 * @effective_lr: the rate that the kind makes of it, where it chooses one
 * @powers: products that grow with each update, such as beta1^t
 * @numbers: what the loop of the kind needs, made by its begin()
 */
struct _EtudeOptimizer
{
  EtudeObject object;
  EtudeIsa isa;
  gsize n;
  EtudeReal *weights;
  double *momentum;
  double own_momentum;
  EtudeReal *states[ETUDE_OPTIMIZER_STATES];
  EtudeReal *block;
  gpointer memory;
  gpointer memories;
  double *weight_decay;
  double own_weight_decay;
  EtudeOptimizerSetting *settings;
  guint n_settings;
  guint setting;
  EtudeOptimizerRange *ranges;
  guint n_ranges;
  gboolean is_split;
  gboolean shows_average;
  guint64 t;
  double lr;
  double effective_lr;
  double powers[2];
  EtudeReal numbers[ETUDE_OPTIMIZER_NUMBERS];
};

void etude_optimizer_enter (EtudeOptimizer *self, const EtudeOptimizerRange *range);

/**
 * ETUDE_DEFINE_CLONES:
 * @type: what it returns
 * @name: the function to define
 * @body: an always-inlined function of the same type
 * @parameters: in brackets; the first is the optimizer, self
 * @arguments: their names, in brackets
 *
 * Compiles a loop for each instruction set. Without contraction every operation is rounded by
 * itself, so that all of them, ranges of any length and the double build follow the same rule.
 */
#if defined(__x86_64__) && !defined(ETUDE_DOUBLE)
#define ETUDE_DEFINE_CLONES(type, name, body, parameters, arguments) \
  static type \
  name##_baseline parameters \
  { \
    return body arguments; \
  } \
  __attribute__ ((target ("avx2,fma"))) static type \
  name##_v3 parameters \
  { \
    return body arguments; \
  } \
  __attribute__ ((target ("avx512f,avx512vl,avx512dq,prefer-vector-width=512"))) static type \
  name##_v4 parameters \
  { \
    return body arguments; \
  } \
  static type \
  name parameters \
  { \
    if (self->isa == ETUDE_ISA_V4) \
      return name##_v4 arguments; \
    if (self->isa == ETUDE_ISA_V3) \
      return name##_v3 arguments; \
    return name##_baseline arguments; \
  }
#else
#define ETUDE_DEFINE_CLONES(type, name, body, parameters, arguments) \
  static type \
  name parameters \
  { \
    return body arguments; \
  }
#endif

#define ETUDE_DEFINE_STEP(name, body) \
  ETUDE_DEFINE_CLONES (void, name, body, \
                       (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient), \
                       (self, first, n, gradient))

#define ETUDE_BODY(type) static inline __attribute__ ((always_inline)) type
#define ETUDE_STEP_BODY ETUDE_BODY (void)

ETUDE_BODY (EtudeReal)
etude_sqrt (EtudeReal x)
{
#ifdef ETUDE_DOUBLE
  return sqrt (x);
#else
  return __builtin_sqrtf (x);
#endif
}

ETUDE_BODY (EtudeReal)
etude_abs (EtudeReal x)
{
#ifdef ETUDE_DOUBLE
  return __builtin_fabs (x);
#else
  return __builtin_fabsf (x);
#endif
}

/* 1, -1, or 0 for 0. */
ETUDE_BODY (EtudeReal)
etude_sign (EtudeReal x)
{
  return (EtudeReal) ((x > 0) - (x < 0));
}

/* The lanes of a sum, always in the same order. */
ETUDE_BODY (double)
etude_sum_lanes (const double lanes[ETUDE_LANES])
{
  double sum = 0;

  for (guint i = 0; i < ETUDE_LANES; i++)
    sum += lanes[i];
  return sum;
}

/* Rows of the catalogue that several kinds have, each with its own default. */
#define ETUDE_RATE_PARAM(Type, value, words) \
  { .key = "lr", .label = N_("Learning Rate"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .min_open = TRUE, .max = 1000, .initial = value, .offset = G_STRUCT_OFFSET (Type, lr), .help = words }
#define ETUDE_BETA1_PARAM(Type, value) \
  { .key = "beta1", .label = N_("Beta 1"), .type = ETUDE_PARAM_REAL, \
    .min = 0, .max = 1, .max_open = TRUE, .initial = value, .offset = G_STRUCT_OFFSET (Type, beta1), \
    .help = N_("How long the mean of the gradients remembers") }
#define ETUDE_BETA2_PARAM(Type, value) \
  { .key = "beta2", .label = N_("Beta 2"), .type = ETUDE_PARAM_REAL, \
    .min = 0, .max = 1, .max_open = TRUE, .initial = value, .offset = G_STRUCT_OFFSET (Type, beta2), \
    .help = N_("How long the mean of their squares remembers") }
#define ETUDE_EPS_PARAM(Type, value) \
  { .key = "eps", .label = N_("Epsilon"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .min_open = TRUE, .max = 1, .initial = value, .offset = G_STRUCT_OFFSET (Type, eps), \
    .help = N_("Keeps the division finite where gradients vanish") }
#define ETUDE_DECAY_PARAM(Type) \
  { .key = "weight_decay", .label = N_("Weight Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .max = 1000, .offset = G_STRUCT_OFFSET (Type, weight_decay), \
    .help = N_("Adds this share of the weights to the gradient") }
/* The rate multiplies it, so a search over rates also searches over decays. */
#define ETUDE_DECOUPLED_DECAY_PARAM(Type, value) \
  { .key = "weight_decay", .label = N_("Weight Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .max = 1000, .initial = value, .offset = G_STRUCT_OFFSET (Type, weight_decay), \
    .help = N_("Takes the rate times this share off the weights at each step") }

/* Every kind of optimizer, in the order of the menu: a new one is its file and its name here. */
#define ETUDE_OPTIMIZERS(X) \
  X (sgd)                   \
  X (adam)                  \
  X (adamw)                 \
  X (nadam)                 \
  X (radam)                 \
  X (adamax)                \
  X (rmsprop)               \
  X (adagrad)               \
  X (adadelta)              \
  X (asgd)                  \
  X (rprop)                 \
  X (lion)                  \
  X (lbfgs)                 \
  X (schedule_free_sgd)     \
  X (schedule_free_adamw)   \
  X (prodigy)

#define ETUDE_DECLARE_OPTIMIZER(name) extern const EtudeOptimizerKind etude_optimizer_##name;

ETUDE_OPTIMIZERS (ETUDE_DECLARE_OPTIMIZER)

G_END_DECLS
