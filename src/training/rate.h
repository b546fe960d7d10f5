/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"
#include "training/record.h"

G_BEGIN_DECLS

typedef struct _EtudeRate EtudeRate;

EtudeRate *etude_rate_new (EtudeSchedule *schedule, const char *const *metric_ids, guint n_metrics,
                           gboolean has_validation, GError **error);
void etude_rate_free (EtudeRate *self);
double etude_rate_get (const EtudeRate *self, guint64 step);
double etude_rate_get_momentum (const EtudeRate *self, guint64 step);
gboolean etude_rate_see (EtudeRate *self, const EtudeRecord *evaluation, EtudeRecord *mark);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRate, etude_rate_free)

G_END_DECLS
