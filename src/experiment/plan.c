/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/plan.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "base/error.h"
#include "dataset/batches.h"

/**
 * etude_training_updates_per_epoch:
 * @training: the section of a document
 * @n_train: samples of the training part
 *
 * Returns: optimizer updates in one epoch; 0 when the only batch is left out since it is not full
 */
guint64
etude_training_updates_per_epoch (const EtudeTrainingSection *training, gsize n_train)
{
  gsize n = etude_batches_per_epoch (n_train, (gsize) training->batch_size, training->drop_last);

  return n / training->accumulate + (n % training->accumulate != 0);
}

/**
 * etude_training_n_steps:
 * @training: the section of a document
 * @updates_per_epoch: see etude_training_updates_per_epoch()
 *
 * The one place that says how long a run is.
 *
 * Returns: optimizer updates in the whole run
 */
guint64
etude_training_n_steps (const EtudeTrainingSection *training, guint64 updates_per_epoch)
{
  if (training->steps != ETUDE_AUTO_INTEGER)
    return training->steps;
  return training->epochs * updates_per_epoch;
}

/**
 * etude_training_evaluate_every:
 * @training: the section of a document
 * @updates_per_epoch: see etude_training_updates_per_epoch()
 * @n_steps: see etude_training_n_steps()
 *
 * Returns: updates from one evaluation to the next, at least 1
 */
guint64
etude_training_evaluate_every (const EtudeTrainingSection *training, guint64 updates_per_epoch, guint64 n_steps)
{
  return etude_length_to_updates (&training->evaluate_every, (double) updates_per_epoch, n_steps);
}

/**
 * etude_experiment_plan_schedule:
 * @self: a document
 * @n_train: samples of the training part
 * @error: set when there is no update to make, or the warm-up is too long
 *
 * The schedule as the trainer follows it, for the preview and the trainer alike.
 *
 * Returns: (transfer full) (nullable): the schedule
 */
EtudeSchedule *
etude_experiment_plan_schedule (const EtudeExperiment *self, gsize n_train, GError **error)
{
  const EtudeTrainingSection *training = etude_experiment_training (self);
  guint64 updates_per_epoch = etude_training_updates_per_epoch (training, n_train);

  if (updates_per_epoch == 0)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   n_train == 0 ? _("dataset: found no training sample, expected at least one")
                                : _("training.batch_size: found %" PRIu64 ", expected at most %zu, the training samples, since a batch that is not full is dropped"),
                   training->batch_size, n_train);
      return NULL;
    }
  return etude_schedule_new (&etude_experiment_fields (self)->schedule, *etude_experiment_rate (self),
                             etude_training_n_steps (training, updates_per_epoch),
                             (double) updates_per_epoch, error);
}
