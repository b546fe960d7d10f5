/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/run.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "optim/optimizer.h"

static const struct { const char *id, *label; } states[] = {
  [ETUDE_RUN_RUNNING] = { "running", N_("Running") },
  [ETUDE_RUN_DONE] = { "done", N_("Done") },
  [ETUDE_RUN_EARLY_STOPPED] = { "early_stopped", N_("Stopped Early") },
  [ETUDE_RUN_STOPPED] = { "stopped", N_("Stopped") },
  [ETUDE_RUN_DIVERGED] = { "diverged", N_("Diverged") },
  [ETUDE_RUN_INTERRUPTED] = { "interrupted", N_("Interrupted") },
  [ETUDE_RUN_FAILED] = { "failed", N_("Failed") },
};

static const char *const kinds[] = {
  [ETUDE_RUN_TRAIN] = "train", [ETUDE_RUN_FINDER] = "finder", [ETUDE_RUN_LADDER] = "ladder",
  [ETUDE_RUN_SWEEP] = "sweep", [ETUDE_RUN_TRIAL] = "trial",
};

static const char *const mark_kinds[] = {
  [ETUDE_MARK_RATE] = "rate", [ETUDE_MARK_PLATEAU] = "plateau",
  [ETUDE_MARK_CHECKPOINT] = "checkpoint", [ETUDE_MARK_DIVERGED] = "diverged",
};

static const EtudeRunState outcome_states[] = {
  [ETUDE_OUTCOME_DONE] = ETUDE_RUN_DONE,
  [ETUDE_OUTCOME_EARLY_STOPPED] = ETUDE_RUN_EARLY_STOPPED,
  [ETUDE_OUTCOME_STOPPED] = ETUDE_RUN_STOPPED,
  [ETUDE_OUTCOME_DIVERGED] = ETUDE_RUN_DIVERGED,
};

/**
 * etude_run_new:
 * @experiment: the document; it is copied
 * @seed: the seed that is trained with
 *
 * A run that has not begun, with a new id and the present time.
 *
 * Returns: (transfer full): the run
 */
EtudeRun *
etude_run_new (const EtudeExperiment *experiment, guint64 seed)
{
  EtudeRun *self = g_rc_box_new0 (EtudeRun);
  guint64 id = (guint64) g_random_int () << 32 | g_random_int ();

  self->id = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", id);
  self->name = etude_experiment_dup_title (experiment);
  self->seed = seed;
  self->hash = g_strdup ("");
  self->experiment = etude_experiment_copy (experiment);
  self->updates_per_epoch = 1;
  self->loss = etude_series_new ();
  self->lr = etude_series_new ();
  self->effective_lr = etude_series_new ();
  self->train_loss = etude_series_new ();
  self->validation_loss = etude_series_new ();
  self->marks = g_array_new (FALSE, FALSE, sizeof (EtudeMark));
  self->final = (EtudeRecord) { .type = ETUDE_RECORD_END, .lr = NAN, .loss = NAN, .validation_loss = NAN, .test_loss = NAN };
  for (guint i = 0; i < ETUDE_MAX_METRICS; i++)
    self->final.metrics[i] = NAN;
  self->final_train_loss = NAN;
  self->best_step = ETUDE_NO_STEP;
  self->best_validation_loss = NAN;
  self->diverged_at = ETUDE_NO_STEP;
  self->started = g_get_real_time () / G_USEC_PER_SEC;
  self->note = g_strdup ("");
  self->tags = g_ptr_array_new_with_free_func (g_free);
  self->colour = g_strdup ("#3584e4");
  return self;
}

EtudeRun *
etude_run_ref (EtudeRun *self)
{
  return g_rc_box_acquire (self);
}

static void
run_clear (gpointer data)
{
  EtudeRun *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->hash);
  g_free (self->parent);
  g_free (self->group);
  etude_experiment_free (self->experiment);
  etude_series_free (self->loss);
  etude_series_free (self->lr);
  etude_series_free (self->effective_lr);
  etude_series_free (self->train_loss);
  etude_series_free (self->validation_loss);
  for (guint i = 0; i < self->n_metrics; i++)
    {
      g_free (self->metric_ids[i]);
      etude_series_free (self->metrics[i]);
    }
  g_array_unref (self->marks);
  g_free (self->weights);
  g_free (self->note);
  g_ptr_array_unref (self->tags);
  g_free (self->colour);
}

void
etude_run_unref (EtudeRun *self)
{
  g_rc_box_release_full (self, run_clear);
}

/**
 * etude_run_plan:
 * @self: a run that has not begun
 * @n_steps: updates planned
 * @updates_per_epoch: at least 1
 * @metric_ids: (array length=n_metrics): ids of kinds of etude_metric_group
 * @n_metrics: at most %ETUDE_MAX_METRICS
 *
 * Says what records will come.
 */
void
etude_run_plan (EtudeRun *self, guint64 n_steps, guint64 updates_per_epoch,
                const char *const *metric_ids, guint n_metrics)
{
  g_return_if_fail (self->n_metrics == 0 && n_metrics <= ETUDE_MAX_METRICS);

  self->n_steps = n_steps;
  self->updates_per_epoch = updates_per_epoch;
  self->n_metrics = n_metrics;
  for (guint i = 0; i < n_metrics; i++)
    {
      self->metric_ids[i] = g_strdup (metric_ids[i]);
      self->metrics[i] = etude_series_new ();
    }
}

static const EtudeOptimizerKind *
get_optimizer (const EtudeRun *self)
{
  return (const EtudeOptimizerKind *) etude_experiment_fields (self->experiment)->optimizer.kind;
}

static void
add_evaluation (EtudeRun *self, const EtudeRecord *record)
{
  etude_series_append (self->train_loss, record->step, record->loss);
  self->final_train_loss = record->loss;
  if (record->step > 0 && etude_run_measures_rate (self))
    etude_series_append (self->effective_lr, record->step, record->effective_lr);
  if (isnan (record->validation_loss) && etude_series_get_n_points (self->validation_loss) == 0)
    return;
  etude_series_append (self->validation_loss, record->step, record->validation_loss);
  self->final.validation_loss = record->validation_loss;
  for (guint i = 0; i < self->n_metrics; i++)
    {
      etude_series_append (self->metrics[i], record->step, record->metrics[i]);
      self->final.metrics[i] = record->metrics[i];
    }
  if (isfinite (record->validation_loss)
      && (isnan (self->best_validation_loss) || record->validation_loss < self->best_validation_loss))
    {
      self->best_validation_loss = record->validation_loss;
      self->best_step = record->step;
    }
}

/* The network that is left may be that of an earlier evaluation. A run may end before its first one. */
static void
add_end (EtudeRun *self, const EtudeRecord *record)
{
  self->final.test_loss = record->test_loss;
  if (isnan (record->train_loss) && isnan (record->validation_loss))
    return;
  self->final_train_loss = record->train_loss;
  self->final.validation_loss = record->validation_loss;
  for (guint i = 0; i < self->n_metrics; i++)
    self->final.metrics[i] = record->metrics[i];
}

/**
 * etude_run_new_of:
 * @experiment: the document; it is copied
 * @trainer: made from it, not started yet
 * @data: its data
 *
 * A run that is about to begin, with all that is known beforehand.
 *
 * Returns: (transfer full): the run
 */
EtudeRun *
etude_run_new_of (const EtudeExperiment *experiment, EtudeTrainer *trainer, const EtudePrepared *data)
{
  EtudeRun *self = etude_run_new (experiment, etude_experiment_training (experiment)->seed);
  guint n_metrics;
  const char *const *ids = etude_trainer_get_metric_ids (trainer, &n_metrics);

  etude_run_plan (self, etude_trainer_get_n_steps (trainer), etude_trainer_get_updates_per_epoch (trainer), ids, n_metrics);
  g_free (self->hash);
  self->hash = etude_experiment_hash (experiment, data->dataset->sha256);
  return self;
}

/**
 * etude_run_chooses_rate:
 * @self: a run
 *
 * Returns: whether its optimizer makes a rate of its own out of the schedule’s, so that it has a
 *   series of them
 */
gboolean
etude_run_chooses_rate (const EtudeRun *self)
{
  return get_optimizer (self)->chooses_rate;
}

/**
 * etude_run_measures_rate:
 * @self: a run
 *
 * Returns: whether the weights of its optimizer have rates of their own, so that it has a series of
 *   their mean at each evaluation
 */
gboolean
etude_run_measures_rate (const EtudeRun *self)
{
  return get_optimizer (self)->rate != NULL;
}

static gboolean
has_mark (const EtudeRun *self, const EtudeRecord *record)
{
  for (guint i = self->marks->len; i-- > 0;)
    {
      const EtudeMark *mark = &g_array_index (self->marks, EtudeMark, i);

      if (mark->step < record->step)
        return FALSE;
      if (mark->step == record->step && mark->kind == (EtudeMarkKind) record->code && mark->factor == record->lr)
        return TRUE;
    }
  return FALSE;
}

/**
 * etude_run_has:
 * @self: a run that goes on
 * @record: what its worker says
 *
 * A run that goes on from a checkpoint comes first to where it was, and says all of it a second time.
 *
 * Returns: whether the run has the record already
 */
gboolean
etude_run_has (const EtudeRun *self, const EtudeRecord *record)
{
  guint64 step;
  double value;

  switch (record->type)
    {
    case ETUDE_RECORD_STEP:
      return record->step < self->steps;
    case ETUDE_RECORD_EVALUATION:
      return etude_series_get_last (self->train_loss, &step, &value) && record->step <= step;
    case ETUDE_RECORD_MARK:
      return has_mark (self, record);
    case ETUDE_RECORD_END:
    default:
      return FALSE;
    }
}

/**
 * etude_run_reopen:
 * @self: a run that was interrupted or stopped
 *
 * Takes back what its end has said.
 */
void
etude_run_reopen (EtudeRun *self)
{
  self->state = ETUDE_RUN_RUNNING;
  self->final.test_loss = NAN;
  g_clear_pointer (&self->weights, g_free);
}

/**
 * etude_run_add:
 * @self: a run
 * @record: what a worker says
 *
 * Enters one record into the series, marks and final numbers.
 */
void
etude_run_add (EtudeRun *self, const EtudeRecord *record)
{
  EtudeMark mark;

  switch (record->type)
    {
    case ETUDE_RECORD_STEP:
      etude_series_append (self->loss, record->step, record->loss);
      etude_series_append (self->lr, record->step, record->lr);
      if (etude_run_chooses_rate (self))
        etude_series_append (self->effective_lr, record->step, record->effective_lr);
      self->final.loss = record->loss;
      self->steps = record->step + 1;
      break;
    case ETUDE_RECORD_EVALUATION:
      add_evaluation (self, record);
      break;
    case ETUDE_RECORD_MARK:
      mark = (EtudeMark) { record->step, (EtudeMarkKind) record->code, record->lr };
      g_array_append_val (self->marks, mark);
      if (mark.kind == ETUDE_MARK_DIVERGED)
        self->diverged_at = mark.step;
      break;
    case ETUDE_RECORD_END:
      self->state = outcome_states[record->code];
      /* Stopped before it was where it had been: the end of then stands. */
      if (record->step < self->steps)
        break;
      self->steps = record->step;
      add_end (self, record);
      break;
    }
}

/**
 * etude_run_get_rate_factor:
 * @self: a run
 *
 * Returns: what its schedule was multiplied by last, by hand: 1 where nobody did
 */
double
etude_run_get_rate_factor (const EtudeRun *self)
{
  for (guint i = self->marks->len; i-- > 0;)
    if (g_array_index (self->marks, EtudeMark, i).kind == ETUDE_MARK_RATE)
      return g_array_index (self->marks, EtudeMark, i).factor;
  return 1;
}

static EtudeSeries **
find_series (EtudeRun *self, const char *name)
{
  const struct { const char *name; EtudeSeries **series; } fields[] = {
    { "loss", &self->loss },
    { "lr", &self->lr },
    { "effective_lr", &self->effective_lr },
    { "train_loss", &self->train_loss },
    { "validation_loss", &self->validation_loss },
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (fields) + ETUDE_MAX_METRICS == ETUDE_MAX_SERIES);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, name))
      return fields[i].series;
  for (guint i = 0; i < self->n_metrics; i++)
    if (g_str_equal (self->metric_ids[i], name))
      return &self->metrics[i];
  return NULL;
}

/**
 * etude_run_get_series:
 * @self: a run
 * @name: “loss”, “lr”, “effective_lr”, “train_loss”, “validation_loss” or the id of a metric
 *
 * Returns: (transfer none) (nullable): the series
 */
EtudeSeries *
etude_run_get_series (const EtudeRun *self, const char *name)
{
  EtudeSeries **series = find_series ((EtudeRun *) self, name);

  return series != NULL ? *series : NULL;
}

/**
 * etude_run_take_series:
 * @self: a run
 * @name: of a series that it has
 * @series: (transfer full): what replaces it
 */
void
etude_run_take_series (EtudeRun *self, const char *name, EtudeSeries *series)
{
  EtudeSeries **field = find_series (self, name);

  etude_series_free (*field);
  *field = series;
}

/**
 * etude_run_list_series:
 * @self: a run
 *
 * Returns: (transfer full): the names of the series that the run has
 */
GStrv
etude_run_list_series (const EtudeRun *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_strv_builder_add_many (names, "loss", "lr", NULL);
  if (etude_run_chooses_rate (self) || etude_run_measures_rate (self))
    g_strv_builder_add (names, "effective_lr");
  g_strv_builder_add_many (names, "train_loss", "validation_loss", NULL);
  for (guint i = 0; i < self->n_metrics; i++)
    g_strv_builder_add (names, self->metric_ids[i]);
  return g_strv_builder_end (names);
}

/**
 * etude_run_write_title:
 * @name: of a run
 * @number: of it, 0 while it is not stored
 *
 * Returns: (transfer full): what tells the run apart from others of the same name
 */
char *
etude_run_write_title (const char *name, guint64 number)
{
  return number == 0 ? g_strdup (name) : g_strdup_printf ("%s %" G_GUINT64_FORMAT, name, number);
}

const char *
etude_run_state_id (EtudeRunState state)
{
  return states[state].id;
}

/**
 * etude_run_state_label:
 * @state: a state
 *
 * Returns: (transfer none): its name in the language of the user
 */
const char *
etude_run_state_label (EtudeRunState state)
{
  return _(states[state].label);
}

gboolean
etude_run_state_from_id (const char *id, EtudeRunState *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].id, id))
      {
        *state = (EtudeRunState) i;
        return TRUE;
      }
  return FALSE;
}

const char *
etude_run_kind_id (EtudeRunKind kind)
{
  return kinds[kind];
}

gboolean
etude_run_kind_from_id (const char *id, EtudeRunKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i], id))
      {
        *kind = (EtudeRunKind) i;
        return TRUE;
      }
  return FALSE;
}

const char *
etude_mark_kind_id (EtudeMarkKind kind)
{
  return mark_kinds[kind];
}

const char *
etude_outcome_id (EtudeOutcome outcome)
{
  return states[outcome_states[outcome]].id;
}
