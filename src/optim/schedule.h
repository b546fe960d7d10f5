/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"

G_BEGIN_DECLS

/**
 * EtudeScheduleSpan:
 * @base: the rate of the optimizer
 * @n_steps: updates in the span of the schedule, at least 1; percentages are shares of it
 * @updates_per_epoch: above 0; not whole where only the number of steps is known
 *
 * What a schedule is stretched over.
 */
typedef struct
{
  double base;
  guint64 n_steps;
  double updates_per_epoch;
} EtudeScheduleSpan;

/**
 * EtudeScheduleKind:
 * @rate: the rate of update @t, 0 for the first; pure, any thread
 * @cycles: (nullable): whether it says anything of the momentum
 * @momentum: (nullable): the momentum of that update, NaN where it leaves the optimizer its own; pure
 * @check: (nullable): whether the parameters make sense in the span; @path is where they stand
 * @warn: (nullable): adds to a list what makes sense but has no effect in the span
 *
 * One kind of schedule: a row of the catalogue with its functions.
 */
typedef struct
{
  EtudeKind kind;
  double (*rate) (gconstpointer params, const EtudeScheduleSpan *span, guint64 t);
  gboolean (*cycles) (gconstpointer params);
  double (*momentum) (gconstpointer params, const EtudeScheduleSpan *span, guint64 t);
  gboolean (*check) (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GError **error);
  void (*warn) (gconstpointer params, const EtudeScheduleSpan *span, const char *path, GPtrArray *warnings);
} EtudeScheduleKind;

/**
 * EtudeWarmupKind:
 * @factor: the share of the full rate after the share @done, in [0, 1), of the warm-up
 */
typedef struct
{
  EtudeKind kind;
  double (*factor) (double start_factor, double done);
} EtudeWarmupKind;

/**
 * EtudeCooldownKind:
 * @factor: the share of the last rate after the share @done, in [0, 1), of the cool-down
 */
typedef struct
{
  EtudeKind kind;
  double (*factor) (double end_factor, double done);
} EtudeCooldownKind;

/**
 * EtudeScheduleCommon:
 * @warmup: null, or what comes before or over the beginning
 * @cooldown: null, or what comes after the schedule
 * @length: how long it lasts as a part of a sequence; auto is what the others leave
 *
 * What every schedule has; the first member of the struct of each kind.
 */
typedef struct
{
  EtudeObject warmup;
  EtudeObject cooldown;
  EtudeLength length;
} EtudeScheduleCommon;

extern const EtudeGroup etude_schedule_group;
extern const EtudeGroup etude_warmup_group;
extern const EtudeGroup etude_cooldown_group;

typedef struct _EtudeSchedule EtudeSchedule;

EtudeSchedule *etude_schedule_new (const EtudeObject *schedule, double lr, guint64 n_steps,
                                   double updates_per_epoch, GError **error);
void etude_schedule_free (EtudeSchedule *self);
double etude_schedule_rate (const EtudeSchedule *self, guint64 step);
gboolean etude_schedule_cycles_momentum (const EtudeSchedule *self);
double etude_schedule_momentum (const EtudeSchedule *self, guint64 step);
GPtrArray *etude_schedule_list_warnings (const EtudeSchedule *self);
const EtudeObject *etude_schedule_get_value (const EtudeSchedule *self);
guint64 etude_schedule_get_n_steps (const EtudeSchedule *self);
double etude_schedule_get_updates_per_epoch (const EtudeSchedule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeSchedule, etude_schedule_free)

G_END_DECLS
