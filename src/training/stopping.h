/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/real.h"
#include "base/snapshot.h"
#include "experiment/training.h"
#include "training/watch.h"

G_BEGIN_DECLS

/**
 * EtudeStopping:
 * @params: (not owned) (nullable): what the document says; NULL for a run that never stops early
 * @best: the best evaluation so far; its step counts
 * @best_value: the number in it that is watched
 * @n_bad: evaluations in a row since that were no better
 * @n: how many numbers a network keeps, learned or not
 * @numbers: [n] (owned) (nullable): those of the best evaluation
 *
 * Whether a run still gets better.
 */
typedef struct
{
  const EtudeEarlyStopping *params;
  EtudeWatch watch;
  EtudeRecord best;
  double best_value;
  guint64 n_bad;
  gboolean has_best;
  gsize n;
  EtudeReal *numbers;
} EtudeStopping;

gboolean etude_stopping_init (EtudeStopping *self, const EtudeObject *section, const EtudeMeasures *measures, gsize n,
                              GError **error);
void etude_stopping_clear (EtudeStopping *self);
gboolean etude_stopping_see (EtudeStopping *self, const EtudeRecord *evaluation);
gboolean etude_stopping_is_due (const EtudeStopping *self);
const EtudeReal *etude_stopping_get_best (const EtudeStopping *self, EtudeRecord *evaluation);
void etude_stopping_keep (EtudeStopping *self, EtudeSnapshot *snapshot);

G_END_DECLS
