/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"
#include "base/real.h"
#include "network/goal.h"
#include "network/ranking.h"

G_BEGIN_DECLS

/**
 * EtudeTally:
 * @n: samples so far
 * @loss: sum of their losses
 * @weight: what @loss is divided by for the mean; 1 where losses are summed
 * @classes: (owned) (nullable): counts for each class
 * @ranking: (owned) (nullable): in which order the outputs put the samples
 * @columns: (owned) (nullable): sums for each column of numbers
 *
 * What an evaluation has seen. Samples are added one after the other, in double, so the result
 * does not depend on the slices in which they came.
 */
typedef struct _EtudeTallyClass EtudeTallyClass;
typedef struct _EtudeTallyColumn EtudeTallyColumn;

typedef struct
{
  EtudeGoal goal;
  guint64 n;
  double loss;
  double weight;
  EtudeTallyClass *classes;
  EtudeRanking *ranking;
  EtudeTallyColumn *columns;
} EtudeTally;

extern const EtudeGroup etude_metric_group;

const char *const *etude_metric_ids (const EtudeGoal *goal, guint *n);
gboolean etude_metric_rises (const char *id);

void etude_tally_init (EtudeTally *self, const EtudeGoal *goal, gboolean with_metrics);
void etude_tally_reset (EtudeTally *self);
void etude_tally_clear (EtudeTally *self);
void etude_tally_add_class (EtudeTally *self, const EtudeReal *outputs, gsize n_outputs, gint32 label);
void etude_tally_add_numbers (EtudeTally *self, const EtudeReal *found, const EtudeReal *targets);
double etude_tally_get_loss (const EtudeTally *self);
double etude_tally_get_metric (const EtudeTally *self, const char *id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EtudeTally, etude_tally_clear)

G_END_DECLS
