/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"

G_BEGIN_DECLS

extern const EtudeParam etude_schedule_common_params[];

extern const EtudeScheduleKind etude_schedule_constant;
extern const EtudeScheduleKind etude_schedule_step;
extern const EtudeScheduleKind etude_schedule_exponential;
extern const EtudeScheduleKind etude_schedule_polynomial;
extern const EtudeScheduleKind etude_schedule_cosine;

/* A length within the span of a schedule, in updates and never 0, so that it can divide. */
double etude_schedule_period (const EtudeLength *length, const EtudeScheduleSpan *span);

G_END_DECLS
