/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/isa.h"
#include "base/real.h"
#include "base/snapshot.h"
#include "base/value.h"
#include "base/weight-group.h"

G_BEGIN_DECLS

typedef struct _EtudeOptimizer EtudeOptimizer;

/**
 * EtudeObjective:
 * @loss: of the mini-batch at the weights before the update
 * @gradient: (array): likewise, for all weights; @evaluate writes a new one into it
 * @evaluate: (nullable): the loss of the same mini-batch at the weights as they are now
 * @data: handed to @evaluate
 *
 * What an optimizer that sees all weights at once makes smaller.
 */
typedef struct
{
  double loss;
  const EtudeReal *gradient;
  double (*evaluate) (gpointer data);
  gpointer data;
} EtudeObjective;

/**
 * EtudeOptimizerKind:
 * @chooses_rate: whether it makes a rate of its own out of the schedule's; begin() sets it
 * @average: 1 + the state that is used in place of the weights by who does not train; 0 is none
 * @check: (nullable): whether the parameters make sense together
 * @n_states: how many values it keeps for each weight
 * @memory_size: (nullable): bytes that it keeps besides
 * @start: (nullable): fills its states before the first update, where they are not 0
 * @begin: (nullable): computes the numbers of the coming update
 * @step: updates a range; element-wise; NULL where the kind needs sums over all weights
 * @whole: (nullable): updates all weights, in place of @step; then they have one rate
 * @rate: (nullable): what the mean gradient of a weight was multiplied by in the update before; NaN
 *   where the weight has had no gradient yet
 * @stable_rate: (nullable): the rate above which it leaves a quadratic of this curvature for ever
 *
 * One kind of optimizer: a row of the catalogue with its functions.
 */
typedef struct
{
  EtudeKind kind;
  gboolean chooses_rate;
  guint average;
  gboolean (*check) (gconstpointer params, GError **error);
  guint (*n_states) (gconstpointer params);
  gsize (*memory_size) (gconstpointer params);
  void (*start) (EtudeOptimizer *self);
  void (*begin) (EtudeOptimizer *self);
  void (*step) (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient);
  void (*whole) (EtudeOptimizer *self, const EtudeObjective *objective);
  double (*rate) (const EtudeOptimizer *self, gsize i);
  double (*stable_rate) (gconstpointer params, double curvature);
} EtudeOptimizerKind;

extern const EtudeGroup etude_optimizer_group;

EtudeOptimizer *etude_optimizer_new (const EtudeObject *kind, EtudeReal *weights, gsize n, GError **error);
gboolean etude_optimizer_set_groups (EtudeOptimizer *self, const EtudeWeightGroup *groups, gsize n, GError **error);
void etude_optimizer_free (EtudeOptimizer *self);
const EtudeParam *etude_optimizer_find_momentum (const EtudeObject *optimizer);
void etude_optimizer_set_momentum (EtudeOptimizer *self, double momentum);
void etude_optimizer_begin (EtudeOptimizer *self, double lr);
void etude_optimizer_step_range (gpointer optimizer, gsize first, gsize n, const EtudeReal *gradient);
gboolean etude_optimizer_is_whole (const EtudeOptimizer *self);
void etude_optimizer_step_whole (EtudeOptimizer *self, const EtudeObjective *objective);
void etude_optimizer_show_average (EtudeOptimizer *self, gboolean show);
double etude_optimizer_get_effective_rate (const EtudeOptimizer *self);
double etude_optimizer_measure_rate (EtudeOptimizer *self);
guint64 etude_optimizer_get_n_updates (const EtudeOptimizer *self);
void etude_optimizer_keep (EtudeOptimizer *self, EtudeSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeOptimizer, etude_optimizer_free)

G_END_DECLS
