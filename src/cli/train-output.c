/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/train-output.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json-writer.h"
#include "base/number.h"
#include "cli/run-csv.h"
#include "cli/run-json.h"
#include "experiment/json.h"
#include "training/resolve.h"

/* What “train” prints of one seed. It grows in memory, so that seeds that train at the same time
 * are printed one after the other. */
struct _EtudeTrainOutput
{
  EtudeTrainFormat format;
  guint64 every;
  const EtudeRun *run;
  GString *text;
  EtudeJsonWriter *json;
  EtudeRecord row; /* CSV: the step that waits for the evaluation that may follow it */
  gboolean has_row;
  gboolean cycles_momentum;
  double rate; /* of the last step */
};

/**
 * etude_train_output_new:
 * @format: what is printed
 * @every: one step in so many is printed, at least 1
 * @run: (not owned): the run, which must outlive the output
 *
 * Returns: (transfer full): the output, empty
 */
EtudeTrainOutput *
etude_train_output_new (EtudeTrainFormat format, guint64 every, const EtudeRun *run)
{
  EtudeTrainOutput *self = g_new0 (EtudeTrainOutput, 1);

  self->format = format;
  self->every = every;
  self->run = run;
  self->text = g_string_new (NULL);
  self->json = etude_json_writer_new (FALSE);
  return self;
}

void
etude_train_output_free (EtudeTrainOutput *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  etude_json_writer_free (self->json);
  g_free (self);
}

/**
 * etude_train_output_get_text:
 * @self: an output
 *
 * Returns: (transfer none): whole lines; the caller may take them out
 */
GString *
etude_train_output_get_text (EtudeTrainOutput *self)
{
  return self->text;
}

static double
epoch_of (const EtudeTrainOutput *self, guint64 step)
{
  return (double) step / (double) self->run->updates_per_epoch;
}

/* JSON lines. */

static void
begin_line (EtudeTrainOutput *self, const char *type)
{
  etude_json_writer_reset (self->json);
  etude_json_writer_begin_object (self->json);
  etude_json_writer_add_string (self->json, "type", type);
}

static void
end_line (EtudeTrainOutput *self)
{
  etude_json_writer_end_object (self->json);
  g_string_append (self->text, etude_json_writer_get_text (self->json));
  g_string_append_c (self->text, '\n');
}

static void
write_counts (EtudeTrainOutput *self, const EtudePrepared *data)
{
  EtudeJsonWriter *out = self->json;

  etude_json_writer_key (out, "samples");
  etude_json_writer_begin_object (out);
  etude_json_writer_add_integer (out, "train", (gint64) data->train.n);
  etude_json_writer_add_integer (out, "validation", (gint64) data->validation.n);
  etude_json_writer_add_integer (out, "test", (gint64) data->test.n);
  etude_json_writer_end_object (out);
  etude_json_writer_key (out, "inputs");
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < data->dataset->n_dims; i++)
    etude_json_writer_integer (out, (gint64) data->dataset->shape[i]);
  etude_json_writer_end_array (out);
}

static void
start_json (EtudeTrainOutput *self, EtudeTrainer *trainer, const EtudePrepared *data, gboolean is_stored)
{
  const EtudeRun *run = self->run;
  g_autoptr (EtudeExperiment) resolved = NULL;
  g_autofree char *document = NULL;

  resolved = etude_experiment_resolve (run->experiment, data, etude_trainer_get_n_outputs (trainer), run->n_steps);
  document = etude_experiment_write_compact (resolved);
  begin_line (self, "start");
  etude_json_writer_add_integer (self->json, "etude", ETUDE_FORMAT);
  etude_json_writer_add_string (self->json, "version", ETUDE_VERSION);
  etude_json_writer_add_string (self->json, "run", is_stored ? run->id : NULL);
  etude_json_writer_add_integer (self->json, "seed", (gint64) run->seed);
  etude_json_writer_add_string (self->json, "hash", run->hash);
  write_counts (self, data);
  etude_json_writer_add_integer (self->json, "outputs", (gint64) etude_trainer_get_n_outputs (trainer));
  etude_json_writer_add_integer (self->json, "parameters", (gint64) etude_trainer_get_n_parameters (trainer));
  etude_json_writer_add_integer (self->json, "updates_per_epoch", (gint64) run->updates_per_epoch);
  etude_json_writer_add_integer (self->json, "steps", (gint64) run->n_steps);
  etude_json_writer_key (self->json, "document");
  etude_json_writer_raw (self->json, document);
  end_line (self);
}

static void
begin_place (EtudeTrainOutput *self, const char *type, guint64 step)
{
  begin_line (self, type);
  etude_json_writer_add_integer (self->json, "seed", (gint64) self->run->seed);
  etude_json_writer_add_integer (self->json, "step", (gint64) step);
}

static void
record_json (EtudeTrainOutput *self, const EtudeRecord *record)
{
  switch (record->type)
    {
    case ETUDE_RECORD_STEP:
      if (record->step % self->every != 0)
        return;
      begin_place (self, "step", record->step);
      etude_json_writer_add_number (self->json, "epoch", epoch_of (self, record->step));
      etude_json_writer_add_number (self->json, "lr", record->lr);
      if (etude_run_chooses_rate (self->run))
        etude_json_writer_add_number (self->json, "effective_lr", record->effective_lr);
      if (self->cycles_momentum)
        etude_json_writer_add_number (self->json, "momentum", record->momentum);
      etude_json_writer_add_number (self->json, "loss", record->loss);
      break;
    case ETUDE_RECORD_EVALUATION:
      begin_place (self, "evaluation", record->step);
      etude_json_writer_add_number (self->json, "epoch", epoch_of (self, record->step));
      if (etude_run_measures_rate (self->run))
        etude_json_writer_add_number (self->json, "effective_lr", record->effective_lr);
      etude_json_writer_add_number (self->json, "train_loss", record->loss);
      etude_json_writer_add_number (self->json, "validation_loss", record->validation_loss);
      etude_cli_add_metrics (self->json, (const char *const *) self->run->metric_ids, record->metrics, self->run->n_metrics);
      break;
    case ETUDE_RECORD_MARK:
      begin_place (self, "mark", record->step);
      etude_cli_add_mark (self->json, (EtudeMarkKind) record->code, record->lr);
      break;
    case ETUDE_RECORD_END:
      return;
    }
  end_line (self);
}

static void
end_json (EtudeTrainOutput *self)
{
  const EtudeRun *run = self->run;
  EtudeJsonWriter *out = self->json;

  begin_line (self, "end");
  etude_json_writer_add_integer (out, "seed", (gint64) run->seed);
  etude_json_writer_add_string (out, "outcome", etude_run_state_id (run->state));
  etude_json_writer_add_integer (out, "steps", (gint64) run->steps);
  etude_json_writer_add_number (out, "epochs", epoch_of (self, run->steps));
  etude_json_writer_add_number (out, "loss", run->final.loss);
  etude_json_writer_add_number (out, "train_loss", run->final_train_loss);
  etude_json_writer_add_number (out, "validation_loss", run->final.validation_loss);
  etude_json_writer_add_number (out, "test_loss", run->final.test_loss);
  etude_cli_add_metrics (out, (const char *const *) run->metric_ids, run->final.metrics, run->n_metrics);
  etude_cli_add_best (out, run->best_step, run->best_validation_loss);
  etude_cli_add_step (out, "diverged_at", run->diverged_at);
  etude_json_writer_add_string (out, "weights", run->weights);
  etude_json_writer_key (out, "time");
  etude_json_writer_begin_object (out);
  etude_json_writer_add_number (out, "seconds", run->seconds);
  etude_json_writer_add_number (out, "steps_per_second", run->seconds > 0 ? (double) run->steps / run->seconds : NAN);
  etude_json_writer_end_object (out);
  end_line (self);
}

/* CSV rows. */

static void
flush_row (EtudeTrainOutput *self, const EtudeRecord *evaluation)
{
  EtudeRunRow row = { .step = self->row.step, .lr = self->row.lr, .has_loss = TRUE, .loss = self->row.loss };
  const EtudeRun *run = self->run;
  gboolean is_shown = self->has_row && (evaluation != NULL || row.step % self->every == 0);

  self->has_row = FALSE;
  if (!is_shown)
    return;
  if (evaluation != NULL)
    {
      row.is_evaluated = TRUE;
      row.validation_loss = evaluation->validation_loss;
      memcpy (row.metrics, evaluation->metrics, sizeof row.metrics);
    }
  etude_run_csv_row (self->text, run, (const char *const *) run->metric_ids, run->n_metrics, &row);
}

/* An evaluation belongs into the row of the update before it, and the first one into none; where
 * there is no validation part nothing was measured. */
static void
record_csv (EtudeTrainOutput *self, const EtudeRecord *record)
{
  if (record->type == ETUDE_RECORD_STEP)
    {
      flush_row (self, NULL);
      self->row = *record;
      self->has_row = TRUE;
    }
  else if (record->type == ETUDE_RECORD_EVALUATION && etude_series_get_n_points (self->run->validation_loss) > 0)
    flush_row (self, record);
}

/* A summary for a person. */

/* What was measured before is nothing that the run came to. */
static void
end_diverged (EtudeTrainOutput *self)
{
  const EtudeRun *run = self->run;
  g_autofree char *rate = etude_number_show (self->rate, 4);

  g_string_append_printf (self->text,
                          /* Translators: such as “Seed 1: Diverged at step 12 of 660, learning rate 10” */
                          _("Seed %" PRIu64 ": %s at step %" PRIu64 " of %" PRIu64 ", learning rate %s\n"),
                          run->seed, etude_run_state_label (run->state), run->diverged_at, run->n_steps, rate);
}

static void
end_summary (EtudeTrainOutput *self, guint64 restored)
{
  const EtudeRun *run = self->run;
  g_autofree char *loss = etude_number_show (run->final_train_loss, 4);
  g_autofree char *validation = etude_number_show (run->final.validation_loss, 4);

  /* Translators: such as “Seed 1: Done after 660 of 660 steps” */
  g_string_append_printf (self->text, _("Seed %" PRIu64 ": %s after %" PRIu64 " of %" PRIu64 " steps"),
                          run->seed, etude_run_state_label (run->state), run->steps, run->n_steps);
  if (restored != ETUDE_NO_STEP && restored != run->steps)
    g_string_append_printf (self->text, _(", restored the weights of step %" PRIu64), restored);
  g_string_append_printf (self->text, _(", training loss %s, validation loss %s"), loss, validation);
  for (guint i = 0; i < run->n_metrics; i++)
    {
      g_autofree char *value = etude_number_show (run->final.metrics[i], 4);

      g_string_append_printf (self->text, ", %s %s", run->metric_ids[i], value);
    }
  if (run->best_step != ETUDE_NO_STEP)
    {
      g_autofree char *best = etude_number_show (run->best_validation_loss, 4);

      g_string_append_printf (self->text, _(", least validation loss %s at step %" PRIu64), best, run->best_step);
    }
  g_string_append_c (self->text, '\n');
}

/**
 * etude_train_output_header:
 * @self: the output of the first seed
 *
 * What stands once in front of all seeds.
 */
void
etude_train_output_header (EtudeTrainOutput *self)
{
  if (self->format != ETUDE_TRAIN_OUTPUT_CSV)
    return;
  etude_run_csv_header (self->text, (const char *const *) self->run->metric_ids, self->run->n_metrics);
}

/**
 * etude_train_output_start:
 * @self: an output
 * @trainer: what will train, not started yet
 * @data: its data
 * @is_stored: whether the run is kept
 */
void
etude_train_output_start (EtudeTrainOutput *self, EtudeTrainer *trainer, const EtudePrepared *data,
                          gboolean is_stored)
{
  self->cycles_momentum = etude_trainer_cycles_momentum (trainer);
  if (self->format == ETUDE_TRAIN_OUTPUT_JSON)
    start_json (self, trainer, data, is_stored);
}

/**
 * etude_train_output_record:
 * @self: an output
 * @record: what the worker says, already entered into the run
 */
void
etude_train_output_record (EtudeTrainOutput *self, const EtudeRecord *record)
{
  if (record->type == ETUDE_RECORD_STEP)
    self->rate = record->lr;
  if (self->format == ETUDE_TRAIN_OUTPUT_JSON)
    record_json (self, record);
  else if (self->format == ETUDE_TRAIN_OUTPUT_CSV)
    record_csv (self, record);
}

/**
 * etude_train_output_end:
 * @self: an output whose run has ended
 * @trainer: what trained
 */
void
etude_train_output_end (EtudeTrainOutput *self, EtudeTrainer *trainer)
{
  if (self->format == ETUDE_TRAIN_OUTPUT_JSON)
    end_json (self);
  else if (self->format == ETUDE_TRAIN_OUTPUT_CSV)
    flush_row (self, NULL);
  else if (self->run->state == ETUDE_RUN_DIVERGED)
    end_diverged (self);
  else
    end_summary (self, etude_trainer_get_restored_step (trainer));
}
