/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/rate.h"

#include "optim/plateau.h"

/* The rate of a run: a schedule, which is pure, times what is not. Whatever changes the multiplier
 * becomes a mark of the run. */
struct _EtudeRate
{
  EtudeSchedule *schedule;
  double multiplier;
  gboolean has_plateau;
  EtudePlateau plateau;
  EtudeWatch watch;
};

/**
 * etude_rate_new:
 * @schedule: (transfer full): a schedule
 * @measures: what the evaluations of the run measure
 * @error: set when the schedule watches something that is not measured
 *
 * The rate of a run, before its first update. It is for one thread.
 *
 * Returns: (transfer full) (nullable): the rate
 */
EtudeRate *
etude_rate_new (EtudeSchedule *schedule, const EtudeMeasures *measures, GError **error)
{
  g_autoptr (EtudeRate) self = g_new0 (EtudeRate, 1);

  self->schedule = schedule;
  self->multiplier = 1;
  self->has_plateau = etude_plateau_init (&self->plateau, etude_schedule_get_value (schedule));
  if (self->has_plateau
      && !etude_watch_init (&self->watch, "schedule.metric", etude_plateau_get_metric (&self->plateau), measures, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
etude_rate_free (EtudeRate *self)
{
  if (self == NULL)
    return;
  etude_schedule_free (self->schedule);
  g_free (self);
}

/**
 * etude_rate_get:
 * @self: a rate
 * @step: the update, 0 for the first
 *
 * Returns: the learning rate of the update, as things are
 */
double
etude_rate_get (const EtudeRate *self, guint64 step)
{
  return self->multiplier * etude_schedule_rate (self->schedule, step);
}

/**
 * etude_rate_get_momentum:
 * @self: a rate
 * @step: the update
 *
 * Returns: its momentum, NaN where the schedule leaves that to the optimizer
 */
double
etude_rate_get_momentum (const EtudeRate *self, guint64 step)
{
  return etude_schedule_momentum (self->schedule, step);
}

/**
 * etude_rate_see:
 * @self: a rate
 * @evaluation: an evaluation; that before the first update is not counted, as nobody trained yet
 * @mark: (out): set when the rate changes
 *
 * Lets a plateau reduce the rate, from the update after the evaluation on.
 *
 * Returns: whether it did
 */
gboolean
etude_rate_see (EtudeRate *self, const EtudeRecord *evaluation, EtudeRecord *mark)
{
  double factor;

  if (!self->has_plateau || evaluation->step == 0)
    return FALSE;
  factor = etude_plateau_see (&self->plateau, etude_watch_get (&self->watch, evaluation), etude_rate_get (self, evaluation->step));
  if (factor == 1)
    return FALSE;
  self->multiplier *= factor;
  *mark = (EtudeRecord) {
    .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_PLATEAU, .step = evaluation->step, .lr = factor
  };
  return TRUE;
}

void
etude_rate_keep (EtudeRate *self, EtudeSnapshot *snapshot)
{
  etude_snapshot_keep (snapshot, &self->multiplier, sizeof self->multiplier);
  etude_snapshot_keep (snapshot, &self->plateau.best, sizeof self->plateau.best);
  etude_snapshot_keep (snapshot, &self->plateau.n_bad, sizeof self->plateau.n_bad);
  etude_snapshot_keep (snapshot, &self->plateau.n_waiting, sizeof self->plateau.n_waiting);
}
