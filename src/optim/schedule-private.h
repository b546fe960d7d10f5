/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"

G_BEGIN_DECLS

/* Every kind of schedule that is a pure function of the update, in the order of the menu: a new one
 * is its file and its name here. Only these can be parts of another. */
#define ETUDE_SCHEDULES(X) \
  X (constant)             \
  X (step)                 \
  X (multistep)            \
  X (exponential)          \
  X (polynomial)           \
  X (cosine)               \
  X (linear)               \
  X (cosine_restarts)      \
  X (cyclic)               \
  X (one_cycle)            \
  X (inverse_time)         \
  X (inverse_sqrt)         \
  X (tanh)                 \
  X (sigmoid)              \
  X (piecewise)            \
  X (sequence)             \
  X (chained)

/**
 * ETUDE_DEFINE_SCHEDULE:
 * @name: one of ETUDE_SCHEDULES
 * @Type: its struct, which begins with #EtudeScheduleCommon
 * @...: the rest of its #EtudeScheduleKind
 *
 * Defines a kind twice: as a schedule, and as a part of a sequence, which has a length besides.
 */
#define ETUDE_DEFINE_SCHEDULE(name, Type, ...)                                               \
  const EtudeScheduleKind etude_schedule_##name = {                                          \
    .kind.common = etude_schedule_common_params, .kind.common_last = TRUE,                   \
    .kind.size = sizeof (Type), __VA_ARGS__                                                  \
  };                                                                                         \
  const EtudeScheduleKind etude_schedule_part_##name = {                                     \
    .kind.common = etude_schedule_part_params, .kind.common_last = TRUE,                     \
    .kind.size = sizeof (Type), __VA_ARGS__                                                  \
  };

#define ETUDE_DECLARE_SCHEDULE(name)                  \
  extern const EtudeScheduleKind etude_schedule_##name; \
  extern const EtudeScheduleKind etude_schedule_part_##name;

ETUDE_SCHEDULES (ETUDE_DECLARE_SCHEDULE)
extern const EtudeScheduleKind etude_schedule_plateau;

extern const EtudeParam etude_schedule_common_params[];
extern const EtudeParam etude_schedule_warmup_params[];
extern const EtudeParam etude_schedule_part_params[];

/* What a sequence and a product are made of. */
extern const EtudeGroup etude_schedule_part_group;
extern const EtudeGroup etude_schedule_factor_group;

/* A length within the span of a schedule, in updates. */
guint64 etude_schedule_updates (const EtudeLength *length, const EtudeScheduleSpan *span);

/* The same, never 0, so that it can divide. */
double etude_schedule_period (const EtudeLength *length, const EtudeScheduleSpan *span);

/* A schedule with its warm-up and cool-down, stretched over a span. */
gboolean etude_schedule_check (const EtudeObject *schedule, const EtudeScheduleSpan *span, const char *path,
                               GError **error);
void etude_schedule_warn (const EtudeObject *schedule, const EtudeScheduleSpan *span, const char *path,
                          GPtrArray *warnings);
double etude_schedule_rate_at (const EtudeObject *schedule, const EtudeScheduleSpan *span, guint64 t);
gboolean etude_schedule_cycles_at (const EtudeObject *schedule);
double etude_schedule_momentum_at (const EtudeObject *schedule, const EtudeScheduleSpan *span, guint64 t);

G_END_DECLS
