/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/isa.h"
#include "base/real.h"
#include "base/value.h"

G_BEGIN_DECLS

typedef struct _EtudeOptimizer EtudeOptimizer;

/**
 * EtudeOptimizerKind:
 * @check: (nullable): whether the parameters make sense together
 * @n_states: how many values it keeps for each weight
 * @begin: (nullable): computes the numbers of the coming update
 * @step: updates a range; element-wise
 *
 * One kind of optimizer: a row of the catalogue with its functions.
 */
typedef struct
{
  EtudeKind kind;
  gboolean (*check) (gconstpointer params, GError **error);
  guint (*n_states) (gconstpointer params);
  void (*begin) (EtudeOptimizer *self);
  void (*step) (EtudeOptimizer *self, gsize first, gsize n, const EtudeReal *gradient);
} EtudeOptimizerKind;

extern const EtudeGroup etude_optimizer_group;

EtudeOptimizer *etude_optimizer_new (const EtudeObject *kind, EtudeReal *weights, gsize n, GError **error);
void etude_optimizer_free (EtudeOptimizer *self);
void etude_optimizer_begin (EtudeOptimizer *self, double lr);
void etude_optimizer_step_range (gpointer optimizer, gsize first, gsize n, const EtudeReal *gradient);
guint64 etude_optimizer_get_n_updates (const EtudeOptimizer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeOptimizer, etude_optimizer_free)

G_END_DECLS
