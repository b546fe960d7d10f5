/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/rate.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/error.h"
#include "optim/plateau.h"

/* Where a plateau finds its value in an evaluation; other numbers are positions of metrics. */
#define VALIDATION_LOSS (-1)
#define TRAIN_LOSS (-2)

/* The rate of a run: a schedule, which is pure, times what is not. Whatever changes the multiplier
 * becomes a mark of the run. */
struct _EtudeRate
{
  EtudeSchedule *schedule;
  double multiplier;
  gboolean has_plateau;
  EtudePlateau plateau;
  int watched;
};

static gboolean
find_watched (EtudeRate *self, const char *const *metric_ids, guint n_metrics, gboolean has_validation, GError **error)
{
  const char *metric = etude_plateau_get_metric (&self->plateau);
  g_autoptr (GString) known = g_string_new ("“train_loss”");

  self->watched = TRAIN_LOSS;
  if (g_str_equal (metric, "train_loss"))
    return TRUE;
  if (has_validation)
    g_string_append (known, ", “validation_loss”");
  for (guint i = 0; has_validation && i < n_metrics; i++)
    g_string_append_printf (known, ", “%s”", metric_ids[i]);
  self->watched = VALIDATION_LOSS;
  if (has_validation && g_str_equal (metric, "validation_loss"))
    return TRUE;
  for (guint i = 0; has_validation && i < n_metrics; i++)
    if (g_str_equal (metric, metric_ids[i]))
      {
        self->watched = (int) i;
        return TRUE;
      }
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("schedule.metric: found “%s”, expected one of %s"), metric,
               known->str);
  return FALSE;
}

/**
 * etude_rate_new:
 * @schedule: (transfer full): a schedule
 * @metric_ids: (array length=n_metrics): metrics of an evaluation, in the order of its record
 * @n_metrics: how many
 * @has_validation: whether there is a part of the data that they are measured on
 * @error: set when the schedule watches something that is not measured
 *
 * The rate of a run, before its first update. It is for one thread.
 *
 * Returns: (transfer full) (nullable): the rate
 */
EtudeRate *
etude_rate_new (EtudeSchedule *schedule, const char *const *metric_ids, guint n_metrics, gboolean has_validation,
                GError **error)
{
  g_autoptr (EtudeRate) self = g_new0 (EtudeRate, 1);

  self->schedule = schedule;
  self->multiplier = 1;
  self->has_plateau = etude_plateau_init (&self->plateau, etude_schedule_get_value (schedule));
  if (self->has_plateau && !find_watched (self, metric_ids, n_metrics, has_validation, error))
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

static double
get_watched (const EtudeRate *self, const EtudeRecord *evaluation)
{
  if (self->watched == TRAIN_LOSS)
    return evaluation->loss;
  return self->watched == VALIDATION_LOSS ? evaluation->validation_loss : evaluation->metrics[self->watched];
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
  factor = etude_plateau_see (&self->plateau, get_watched (self, evaluation), etude_rate_get (self, evaluation->step));
  if (factor == 1)
    return FALSE;
  self->multiplier *= factor;
  *mark = (EtudeRecord) {
    .type = ETUDE_RECORD_MARK, .code = ETUDE_MARK_PLATEAU, .step = evaluation->step, .lr = factor
  };
  return TRUE;
}
