/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/snapshot.h"
#include "optim/schedule.h"
#include "training/watch.h"

G_BEGIN_DECLS

typedef struct _EtudeRate EtudeRate;

EtudeRate *etude_rate_new (EtudeSchedule *schedule, const EtudeMeasures *measures, GError **error);
void etude_rate_free (EtudeRate *self);
double etude_rate_get (const EtudeRate *self, guint64 step);
double etude_rate_get_momentum (const EtudeRate *self, guint64 step);
void etude_rate_ask (EtudeRate *self, double factor);
void etude_rate_plan (EtudeRate *self, const EtudeMark *marks, gsize n);
gboolean etude_rate_begin (EtudeRate *self, guint64 step, EtudeRecord *mark);
gboolean etude_rate_see (EtudeRate *self, const EtudeRecord *evaluation, EtudeRecord *mark);
void etude_rate_keep (EtudeRate *self, EtudeSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRate, etude_rate_free)

G_END_DECLS
