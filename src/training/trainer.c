/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/trainer-private.h"

#include <math.h>

#include "experiment/plan.h"
#include "training/denormals-private.h"
#include "training/evaluate.h"

static void
forget (EtudeRecord *record, EtudeRecordType type, guint64 step)
{
  *record = (EtudeRecord) { .type = type, .step = step, .lr = NAN, .effective_lr = NAN, .momentum = NAN, .loss = NAN,
                            .train_loss = NAN, .validation_loss = NAN, .test_loss = NAN };
  for (guint i = 0; i < ETUDE_MAX_METRICS; i++)
    record->metrics[i] = NAN;
}

static EtudeGoal
goal_of (const EtudeDataset *dataset)
{
  return (EtudeGoal) { dataset->n_classes, dataset->n_targets };
}

static gboolean
make_network (EtudeTrainer *self, const EtudeExperiment *experiment, GError **error)
{
  const EtudeDataset *dataset = self->data->dataset;
  const EtudeTrainingSection *training = etude_experiment_training (experiment);
  const EtudeNetworkSection *section = etude_experiment_network (experiment);
  EtudeShape input = { dataset->n_dims, { dataset->shape[0], dataset->shape[1], dataset->shape[2] } };
  EtudeGoal goal = goal_of (dataset);
  gsize batch = (gsize) MIN (training->batch_size, self->data->train.n);
  const EtudeWeightGroup *groups;
  EtudeReal *weights;
  gsize n, n_groups;

  self->slice = MAX (batch, MIN (ETUDE_EVALUATION_SLICE, dataset->n_samples));
  self->network = etude_network_new (&section->layers, &etude_experiment_fields (experiment)->loss, &input,
                                     &goal, self->slice, error);
  if (self->network == NULL)
    return FALSE;
  etude_network_initialise (self->network, &section->initialiser, training->seed);
  etude_tally_init (&self->tally, &goal, TRUE);
  etude_tally_init (&self->losses, &goal, FALSE);
  weights = etude_network_get_weights (self->network, &n);
  self->optimizer = etude_optimizer_new (&etude_experiment_fields (experiment)->optimizer, weights, n, error);
  groups = etude_network_get_groups (self->network, &n_groups);
  return self->optimizer != NULL && etude_optimizer_set_groups (self->optimizer, groups, n_groups, error)
         && etude_update_init (&self->update, self->training.data, self->network, self->optimizer, batch, error)
         && etude_average_init (&self->average, training->ema, weights, n, error);
}

/* When it is measured and when it ends. */
static gboolean
make_evaluation (EtudeTrainer *self, const EtudeMeasures *measures, GError **error)
{
  const EtudeTrainingSection *training = self->training.data;

  self->evaluate_every = etude_training_evaluate_every (training, self->updates_per_epoch, self->n_steps);
  return etude_stopping_init (&self->stopping, &training->early_stopping, measures,
                              etude_network_get_n_numbers (self->network), error);
}

static gboolean
make_rate (EtudeTrainer *self, const EtudeExperiment *experiment, const EtudeMeasures *measures, GError **error)
{
  EtudeSchedule *schedule = etude_experiment_plan_schedule (experiment, self->data->train.n, error);

  if (schedule == NULL)
    return FALSE;
  self->n_steps = etude_schedule_get_n_steps (schedule);
  self->cycles_momentum = etude_schedule_cycles_momentum (schedule)
                          && etude_optimizer_find_momentum (&etude_experiment_fields (experiment)->optimizer) != NULL;
  self->rate = etude_rate_new (schedule, measures, error);
  return self->rate != NULL;
}

/**
 * etude_trainer_new:
 * @experiment: the document; what is needed of it is copied
 * @data: its data, prepared; counted
 * @error: set when layers, data and loss do not fit, sizes are too large, or there is nothing to do
 *
 * A network with fresh weights, ready for its first update. It belongs to one thread at a time.
 *
 * Returns: (transfer full) (nullable): the trainer
 */
EtudeTrainer *
etude_trainer_new (const EtudeExperiment *experiment, EtudePrepared *data, GError **error)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);
  g_autoptr (EtudeTrainer) self = g_new0 (EtudeTrainer, 1);
  EtudeMeasures measures = { .has_validation = data->validation.n > 0 };

  self->data = etude_prepared_ref (data);
  self->hash = etude_experiment_hash (experiment, data->dataset->sha256);
  etude_object_copy (&self->training, &etude_experiment_fields (experiment)->training);
  measures.metric_ids = etude_trainer_get_metric_ids (self, &measures.n_metrics);
  self->diverged_at = G_MAXUINT64;
  self->evaluated_at = G_MAXUINT64;
  self->restored_at = G_MAXUINT64;
  self->last_loss = NAN;
  forget (&self->last_evaluation, ETUDE_RECORD_EVALUATION, 0);
  if (!make_rate (self, experiment, &measures, error))
    return NULL;
  self->updates_per_epoch = etude_training_updates_per_epoch (training, data->train.n);
  if (!make_network (self, experiment, error) || !make_evaluation (self, &measures, error)
      || !etude_batches_init (&self->batches, data->train.n, (gsize) MIN (training->batch_size, data->train.n),
                              training->accumulate, training->shuffle, training->drop_last, training->seed, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
etude_trainer_free (EtudeTrainer *self)
{
  if (self == NULL)
    return;
  etude_batches_clear (&self->batches);
  etude_stopping_clear (&self->stopping);
  etude_average_clear (&self->average);
  etude_update_clear (&self->update);
  etude_tally_clear (&self->tally);
  etude_tally_clear (&self->losses);
  etude_optimizer_free (self->optimizer);
  etude_network_free (self->network);
  etude_rate_free (self->rate);
  etude_prepared_unref (self->data);
  etude_object_clear (&self->training);
  g_free (self->hash);
  g_free (self);
}

/**
 * etude_trainer_set_threads:
 * @self: a trainer
 * @n_threads: how many may work at an update or an evaluation, the caller among them; 1 at first
 *
 * They do where that is large enough, with the same result to the last bit.
 */
void
etude_trainer_set_threads (EtudeTrainer *self, guint n_threads)
{
  etude_network_set_threads (self->network, n_threads);
}

static void
diverge (EtudeTrainer *self, guint64 at)
{
  if (self->diverged_at == G_MAXUINT64)
    self->diverged_at = at;
}

/* Puts what evaluations see in the place of the weights, and afterwards these back. The average that the
 * document asks for goes before the optimizer’s own. */
void
etude_trainer_show_result (EtudeTrainer *self, gboolean show)
{
  if (self->has_result)
    return;
  if (self->average.keep > 0)
    etude_average_show (&self->average, show);
  else
    etude_optimizer_show_average (self->optimizer, show);
}

/**
 * etude_trainer_step:
 * @self: a trainer that has updates left
 * @record: (out): the update, its rates, and the mini-batch loss before it
 *
 * One update: batch, forward, loss, backward, optimizer. Allocates nothing.
 */
void
etude_trainer_step (EtudeTrainer *self, EtudeRecord *record)
{
  const EtudePart *part = &self->data->train;
  EtudeBatch batch = { .inputs = part->inputs, .bytes = part->bytes, .offset = part->offset, .factor = part->factor,
                       .labels = part->labels, .targets = part->targets };
  unsigned denormals = etude_denormals_flush ();

  record->type = ETUDE_RECORD_STEP;
  record->step = self->step;
  record->lr = etude_rate_get (self->rate, self->step);
  record->momentum = self->cycles_momentum ? etude_rate_get_momentum (self->rate, self->step) : NAN;
  batch.rows = etude_batches_next (&self->batches, &batch.n);
  if (self->cycles_momentum)
    etude_optimizer_set_momentum (self->optimizer, record->momentum);
  etude_optimizer_begin (self->optimizer, record->lr);
  record->effective_lr = etude_optimizer_get_effective_rate (self->optimizer);
  record->loss = etude_update_make (&self->update, &batch);
  etude_average_see (&self->average);
  etude_denormals_restore (denormals);
  self->last_loss = record->loss;
  if (!isfinite (record->loss))
    diverge (self, self->step);
  self->step++;
}

/**
 * etude_trainer_is_evaluation_due:
 * @self: a trainer
 *
 * Returns: whether it is time, or the run is complete, and it has not been done at this step
 */
gboolean
etude_trainer_is_evaluation_due (EtudeTrainer *self)
{
  return self->evaluated_at != self->step
         && (self->step % self->evaluate_every == 0 || self->step == self->n_steps);
}

/**
 * etude_trainer_is_stop_due:
 * @self: a trainer
 *
 * Returns: whether the evaluations say that it no longer gets better, where the document asks
 */
gboolean
etude_trainer_is_stop_due (EtudeTrainer *self)
{
  return etude_stopping_is_due (&self->stopping);
}

/**
 * etude_trainer_evaluate:
 * @self: a trainer
 * @cancelled: (nullable): read atomically between slices
 * @record: (out): loss over the training part, loss and metrics over the validation part
 *
 * Measures the network as it is, at the weights that its optimizer gives as the result. Nothing of what
 * comes changes but, where the schedule is a plateau, the rate: then etude_trainer_take_mark() has it;
 * and early stopping counts it. A second evaluation at the same step changes nothing.
 *
 * Returns: FALSE when it was cancelled; then @record says nothing
 */
gboolean
etude_trainer_evaluate (EtudeTrainer *self, const gint *cancelled, EtudeRecord *record)
{
  unsigned denormals = etude_denormals_flush ();
  guint n_metrics;
  const char *const *ids = etude_trainer_get_metric_ids (self, &n_metrics);
  gboolean is_new = self->evaluated_at != self->step;
  gboolean done;

  forget (record, ETUDE_RECORD_EVALUATION, self->step);
  record->effective_lr = etude_optimizer_measure_rate (self->optimizer);
  etude_trainer_show_result (self, TRUE);
  done = etude_evaluate (self->network, &self->data->train, self->slice, cancelled, &self->losses);
  record->loss = etude_tally_get_loss (&self->losses);
  if (done && self->data->validation.n > 0)
    {
      done = etude_evaluate (self->network, &self->data->validation, self->slice, cancelled, &self->tally);
      record->validation_loss = etude_tally_get_loss (&self->tally);
      for (guint i = 0; i < n_metrics; i++)
        record->metrics[i] = etude_tally_get_metric (&self->tally, ids[i]);
    }
  if (done && is_new && etude_stopping_see (&self->stopping, record))
    {
      etude_network_export_weights (self->network, self->stopping.numbers);
      self->best_passes = *etude_network_get_passes (self->network);
    }
  etude_trainer_show_result (self, FALSE);
  etude_denormals_restore (denormals);
  if (!done)
    return FALSE;
  if (!isfinite (record->loss) || (self->data->validation.n > 0 && !isfinite (record->validation_loss)))
    diverge (self, self->step > 0 ? self->step - 1 : 0);
  self->last_evaluation = *record;
  self->evaluated_at = self->step;
  if (is_new && self->step < self->n_steps && etude_rate_see (self->rate, record, &self->mark))
    self->has_mark = TRUE;
  return TRUE;
}

/**
 * etude_trainer_predict:
 * @self: a trainer
 * @batch: any number of samples, one after the other: no @rows
 * @cancelled: (nullable): read atomically between slices
 * @outputs: (out caller-allocates) (array): [n, n_outputs]: what goes into the loss, at the weights that an
 *   evaluation sees
 *
 * Changes nothing of what comes.
 *
 * Returns: FALSE when it was cancelled in the middle
 */
gboolean
etude_trainer_predict (EtudeTrainer *self, const EtudeBatch *batch, const gint *cancelled, EtudeReal *outputs)
{
  unsigned denormals = etude_denormals_flush ();
  gsize n_outputs = etude_network_get_n_outputs (self->network);
  gsize first = 0;

  etude_trainer_show_result (self, TRUE);
  while (first < batch->n && (cancelled == NULL || !g_atomic_int_get (cancelled)))
    {
      EtudeBatch slice = *batch;

      slice.first = batch->first + first;
      slice.n = MIN (self->slice, batch->n - first);
      etude_network_predict (self->network, &slice, outputs + first * n_outputs);
      first += slice.n;
    }
  etude_trainer_show_result (self, FALSE);
  etude_denormals_restore (denormals);
  return first == batch->n;
}

/**
 * etude_trainer_take_mark:
 * @self: a trainer
 * @mark: (out): what the last evaluation changed
 *
 * Returns: whether there is something that was not taken yet
 */
gboolean
etude_trainer_take_mark (EtudeTrainer *self, EtudeRecord *mark)
{
  gboolean had_mark = self->has_mark;

  if (had_mark)
    *mark = self->mark;
  self->has_mark = FALSE;
  return had_mark;
}

/**
 * etude_trainer_cycles_momentum:
 * @self: a trainer
 *
 * Returns: whether the schedule changes a momentum that the optimizer has
 */
gboolean
etude_trainer_cycles_momentum (EtudeTrainer *self)
{
  return self->cycles_momentum;
}

/* What evaluations saw when it was best becomes the result. */
static void
restore_best (EtudeTrainer *self)
{
  const EtudeReal *numbers = etude_stopping_get_best (&self->stopping, &self->last_evaluation);

  if (numbers == NULL)
    return;
  etude_network_import_weights (self->network, numbers);
  *etude_network_get_passes (self->network) = self->best_passes;
  self->has_result = TRUE;
  self->restored_at = self->last_evaluation.step;
}

/**
 * etude_trainer_finish:
 * @self: a trainer that will make no more updates
 * @outcome: how it ended
 * @cancelled: (nullable): read atomically between slices
 * @record: (out): the end: last mini-batch loss, losses and metrics of the last evaluation, or of the best
 *   where that is restored, and the loss over the test part when the run is complete and has one
 */
void
etude_trainer_finish (EtudeTrainer *self, EtudeOutcome outcome, const gint *cancelled, EtudeRecord *record)
{
  gboolean is_complete = outcome == ETUDE_OUTCOME_DONE || outcome == ETUDE_OUTCOME_EARLY_STOPPED;
  unsigned denormals;

  if (is_complete)
    restore_best (self);
  *record = self->last_evaluation;
  record->type = ETUDE_RECORD_END;
  record->code = (int) outcome;
  record->step = self->step;
  record->train_loss = self->last_evaluation.loss;
  record->loss = self->last_loss;
  if (!is_complete || self->data->test.n == 0)
    return;
  denormals = etude_denormals_flush ();
  etude_trainer_show_result (self, TRUE);
  if (etude_evaluate (self->network, &self->data->test, self->slice, cancelled, &self->losses))
    record->test_loss = etude_tally_get_loss (&self->losses);
  etude_trainer_show_result (self, FALSE);
  etude_denormals_restore (denormals);
}

guint64
etude_trainer_get_step (EtudeTrainer *self)
{
  return self->step;
}

guint64
etude_trainer_get_n_steps (EtudeTrainer *self)
{
  return self->n_steps;
}

guint64
etude_trainer_get_updates_per_epoch (EtudeTrainer *self)
{
  return self->updates_per_epoch;
}

gsize
etude_trainer_get_n_parameters (EtudeTrainer *self)
{
  return etude_network_get_n_parameters (self->network);
}

gsize
etude_trainer_get_n_outputs (EtudeTrainer *self)
{
  return etude_network_get_n_outputs (self->network);
}

/**
 * etude_trainer_get_metric_ids:
 * @self: a trainer
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): ids of the metrics that suit the data, in the order of
 *   the records
 */
const char *const *
etude_trainer_get_metric_ids (EtudeTrainer *self, guint *n)
{
  EtudeGoal goal = goal_of (self->data->dataset);

  return etude_metric_ids (&goal, n);
}

gboolean
etude_trainer_has_diverged (EtudeTrainer *self)
{
  return self->diverged_at != G_MAXUINT64;
}

/**
 * etude_trainer_get_diverged_at:
 * @self: a trainer
 *
 * Returns: the first update whose loss was not finite, or after which an evaluation was not;
 *   G_MAXUINT64 where there is none
 */
guint64
etude_trainer_get_diverged_at (EtudeTrainer *self)
{
  return self->diverged_at;
}

/**
 * etude_trainer_get_restored_step:
 * @self: a trainer that has been finished
 *
 * Returns: after how many updates the network was as it is now, where an earlier one was restored;
 *   G_MAXUINT64 where none was
 */
guint64
etude_trainer_get_restored_step (EtudeTrainer *self)
{
  return self->restored_at;
}

/**
 * etude_trainer_get_network:
 * @self: a trainer
 *
 * Returns: (transfer none): what it trains
 */
EtudeNetwork *
etude_trainer_get_network (EtudeTrainer *self)
{
  return self->network;
}

/**
 * etude_trainer_get_rate:
 * @self: a trainer
 *
 * Returns: (transfer none): what it multiplies its schedule by; whoever makes the updates begins each with
 *   etude_rate_begin()
 */
EtudeRate *
etude_trainer_get_rate (EtudeTrainer *self)
{
  return self->rate;
}

const char *
etude_trainer_get_document_hash (EtudeTrainer *self)
{
  return self->hash;
}
