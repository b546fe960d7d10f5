/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/rate.h"

#include <math.h>

#include "optim/plateau.h"

/* The rate of a run: a schedule, which is pure, times what is not. Whatever changes a factor
 * becomes a mark of the run.
 *
 * @live: what somebody has made of the schedule
 * @asked: what somebody wants from the next update on
 * @planned: (element-type EtudeMark): what somebody did in the run that this one repeats
 * @n_done: how many of these are behind
 * @reduced: what a plateau has made of it
 */
struct _EtudeRate
{
  EtudeSchedule *schedule;
  double live;
  double asked;
  GArray *planned;
  guint64 n_done;
  double reduced;
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
  self->live = self->asked = self->reduced = 1;
  self->planned = g_array_new (FALSE, FALSE, sizeof (EtudeMark));
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
  g_array_unref (self->planned);
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
  return self->live * self->reduced * etude_schedule_rate (self->schedule, step);
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
 * etude_rate_ask:
 * @self: a rate
 * @factor: above 0; 1 is the rate of the document
 *
 * From the next update on the schedule is multiplied by @factor, whatever it was multiplied by before.
 */
void
etude_rate_ask (EtudeRate *self, double factor)
{
  g_return_if_fail (isfinite (factor) && factor > 0);

  self->asked = factor;
}

/**
 * etude_rate_plan:
 * @self: a rate before its first update, or that of a checkpoint
 * @marks: (array length=n): of a run, in the order in which they were made; none before the next update
 * @n: how many
 *
 * Asks for what was asked for in that run, at the same updates, and for nothing that was planned before. Marks of other kinds come about by
 * themselves.
 */
void
etude_rate_plan (EtudeRate *self, const EtudeMark *marks, gsize n)
{
  g_array_set_size (self->planned, 0);
  self->n_done = 0;
  for (gsize i = 0; i < n; i++)
    if (marks[i].kind == ETUDE_MARK_RATE)
      g_array_append_val (self->planned, marks[i]);
}

/**
 * etude_rate_begin:
 * @self: a rate
 * @step: the update that comes
 * @mark: (out): set when its rate is changed by what was asked for
 *
 * Right before an update: what was asked for meanwhile holds from here on. Allocates nothing.
 *
 * Returns: whether the rate changes
 */
gboolean
etude_rate_begin (EtudeRate *self, guint64 step, EtudeRecord *mark)
{
  for (; self->n_done < self->planned->len && g_array_index (self->planned, EtudeMark, self->n_done).step <= step; self->n_done++)
    self->asked = g_array_index (self->planned, EtudeMark, self->n_done).factor;
  if (self->asked == self->live)
    return FALSE;
  self->live = self->asked;
  *mark = (EtudeRecord) { .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_RATE, .step = step, .lr = self->live };
  return TRUE;
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
  self->reduced *= factor;
  *mark = (EtudeRecord) {
    .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_PLATEAU, .step = evaluation->step, .lr = factor
  };
  return TRUE;
}

void
etude_rate_keep (EtudeRate *self, EtudeSnapshot *snapshot)
{
  etude_snapshot_keep (snapshot, &self->live, sizeof self->live);
  etude_snapshot_keep (snapshot, &self->asked, sizeof self->asked);
  etude_snapshot_keep (snapshot, &self->n_done, sizeof self->n_done);
  etude_snapshot_keep (snapshot, &self->reduced, sizeof self->reduced);
  etude_snapshot_keep (snapshot, &self->plateau.best, sizeof self->plateau.best);
  etude_snapshot_keep (snapshot, &self->plateau.n_bad, sizeof self->plateau.n_bad);
  etude_snapshot_keep (snapshot, &self->plateau.n_waiting, sizeof self->plateau.n_waiting);
}
