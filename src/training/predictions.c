/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network that is being trained says of its data, for a picture of it. */
#include "training/predictions.h"

#include <math.h>
#include <string.h>

/* Predictions are made at most so often, and take at most one part in so many of the time. */
#define EVERY_US 100000
#define SHARE 20

/* Places along each axis of the plane, and of the curve. */
#define AREA_SIDE 120
#define CURVE_SIDE 400

/* Samples that are compared with what was predicted; the first ones of a part, which is shuffled. */
#define MOST_SAMPLES 2000

/* Classes beyond which a table of them cannot be read. */
#define MOST_CLASSES 100

/* What the grid goes beyond the data, as a share of their range. */
#define MARGIN 0.1

/*
 * @data: counted
 * @batch: what the network is asked
 * @grid: (owned) (nullable): the inputs of @batch where they are places on a grid
 * @outputs: (owned): [batch.n, n_outputs]
 * @due: when it is time, by the monotonic clock
 * @next: (owned): what is being made
 * @lock: for what follows
 * @latest: (owned): what was made last
 * @is_new: nobody has taken it
 */
struct _EtudePredictor
{
  EtudePrepared *data;
  EtudeBatch batch;
  float *grid;
  EtudeReal *outputs;
  gsize n_outputs;
  gint64 due;
  EtudePredictions *next;

  GMutex lock;
  EtudePredictions *latest;
  gboolean is_new;
};

static EtudePredictionsKind
choose_kind (const EtudeDataset *dataset)
{
  gboolean is_table = dataset->n_dims == 1;

  if (is_table && dataset->n_inputs == 2)
    return ETUDE_PREDICTIONS_AREA;
  if (dataset->task == ETUDE_TASK_CLASSIFICATION)
    return ETUDE_PREDICTIONS_CONFUSION;
  return is_table && dataset->n_inputs == 1 ? ETUDE_PREDICTIONS_CURVE : ETUDE_PREDICTIONS_PAIRS;
}

static void
find_range (const EtudeDataset *dataset, gsize input, double *min, double *max)
{
  double margin;

  *min = INFINITY;
  *max = -INFINITY;
  for (gsize i = 0; i < dataset->n_samples; i++)
    {
      double value = etude_dataset_get_input (dataset, i, input);

      *min = fmin (*min, value);
      *max = fmax (*max, value);
    }
  margin = *max > *min ? MARGIN * (*max - *min) : 1;
  *min -= margin;
  *max += margin;
}

static const EtudePart *
choose_part (const EtudePrepared *data)
{
  return data->validation.n > 0 ? &data->validation : &data->train;
}

/* All but the memory. */
static EtudePredictions
describe (const EtudePrepared *data)
{
  const EtudeDataset *dataset = data->dataset;
  EtudePredictions self = { .kind = choose_kind (dataset), .n_columns = 1, .n_rows = 1,
                            .is_training = data->validation.n == 0 };

  switch (self.kind)
    {
    case ETUDE_PREDICTIONS_AREA:
      find_range (dataset, 0, &self.x_min, &self.x_max);
      find_range (dataset, 1, &self.y_min, &self.y_max);
      self.n_columns = self.n_rows = AREA_SIDE;
      break;
    case ETUDE_PREDICTIONS_CURVE:
      find_range (dataset, 0, &self.x_min, &self.x_max);
      self.n_columns = CURVE_SIDE;
      break;
    case ETUDE_PREDICTIONS_PAIRS:
      self.n_columns = 2;
      self.n_rows = MIN (choose_part (data)->n, MOST_SAMPLES);
      break;
    case ETUDE_PREDICTIONS_CONFUSION:
      self.n_columns = self.n_rows = dataset->n_classes;
      break;
    }
  return self;
}

static gboolean
has_classes (const EtudePredictions *self, const EtudeDataset *dataset)
{
  return self->kind == ETUDE_PREDICTIONS_AREA && dataset->task == ETUDE_TASK_CLASSIFICATION;
}

/**
 * etude_predictions_exist:
 * @data: what a network learns from
 *
 * Returns: whether there is something to be shown of it
 */
gboolean
etude_predictions_exist (const EtudePrepared *data)
{
  return data->dataset->n_classes <= MOST_CLASSES;
}

/**
 * etude_predictions_new:
 * @data: of which etude_predictions_exist()
 *
 * Returns: (transfer full): room for what can be shown of it
 */
EtudePredictions *
etude_predictions_new (const EtudePrepared *data)
{
  EtudePredictions *self = g_new (EtudePredictions, 1);
  gsize n;

  *self = describe (data);
  n = self->n_columns * self->n_rows;
  self->values = g_new0 (float, n);
  if (has_classes (self, data->dataset))
    self->classes = g_new0 (guint16, n);
  return self;
}

void
etude_predictions_free (EtudePredictions *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self->classes);
  g_free (self);
}

/* --- asking ---------------------------------------------------------------------------------- */

static double
place (double min, double max, gsize i, gsize n)
{
  return min + (max - min) * ((double) i + 0.5) / (double) n;
}

static float
scale (const EtudePrepared *data, gsize input, double value)
{
  return etude_scale_input (value, data->offset[input], data->factor[input]);
}

static void
make_grid (EtudePredictor *self)
{
  const EtudePredictions *shape = self->next;
  gsize n_inputs = self->data->n_inputs;

  self->batch.n = shape->n_columns * shape->n_rows;
  self->grid = g_new (float, self->batch.n * n_inputs);
  self->batch.inputs = self->grid;
  for (gsize i = 0; i < self->batch.n; i++)
    {
      gsize column = i % shape->n_columns, row = i / shape->n_columns;

      self->grid[i * n_inputs] = scale (self->data, 0, place (shape->x_min, shape->x_max, column, shape->n_columns));
      if (n_inputs == 2)
        self->grid[i * n_inputs + 1] = scale (self->data, 1, place (shape->y_min, shape->y_max, row, shape->n_rows));
    }
}

/**
 * etude_predictor_new:
 * @data: of which etude_predictions_exist(); counted
 * @n_outputs: of the network
 *
 * Returns: (transfer full): what asks a network for predictions
 */
EtudePredictor *
etude_predictor_new (EtudePrepared *data, gsize n_outputs)
{
  EtudePredictor *self = g_new0 (EtudePredictor, 1);
  const EtudePart *part = choose_part (data);

  self->data = etude_prepared_ref (data);
  self->next = etude_predictions_new (data);
  self->latest = etude_predictions_new (data);
  self->n_outputs = n_outputs;
  g_mutex_init (&self->lock);
  if (self->next->kind == ETUDE_PREDICTIONS_AREA || self->next->kind == ETUDE_PREDICTIONS_CURVE)
    make_grid (self);
  else
    self->batch = (EtudeBatch) { .inputs = part->inputs, .bytes = part->bytes, .offset = part->offset,
                                 .factor = part->factor, .n = MIN (part->n, MOST_SAMPLES) };
  self->outputs = g_new (EtudeReal, self->batch.n * n_outputs);
  return self;
}

void
etude_predictor_free (EtudePredictor *self)
{
  if (self == NULL)
    return;
  g_mutex_clear (&self->lock);
  etude_predictions_free (self->next);
  etude_predictions_free (self->latest);
  etude_prepared_unref (self->data);
  g_free (self->grid);
  g_free (self->outputs);
  g_free (self);
}

/* --- reading the answers --------------------------------------------------------------------- */

/* The class and how probable it is, by softmax; one output says how much is for class 1 against 0. */
static gsize
find_class (const EtudeReal *outputs, gsize n, float *probability)
{
  gsize best = 0;
  double sum = 0;

  if (n == 1)
    {
      *probability = (float) (1 / (1 + exp (-fabs ((double) outputs[0]))));
      return outputs[0] > 0;
    }
  for (gsize i = 1; i < n; i++)
    if (outputs[i] > outputs[best])
      best = i;
  for (gsize i = 0; i < n; i++)
    sum += exp ((double) outputs[i] - (double) outputs[best]);
  *probability = (float) (1 / sum);
  return best;
}

static void
read_places (const EtudePredictor *self, EtudePredictions *predictions)
{
  for (gsize i = 0; i < self->batch.n; i++)
    {
      const EtudeReal *outputs = self->outputs + i * self->n_outputs;

      if (predictions->classes != NULL)
        predictions->classes[i] = (guint16) find_class (outputs, self->n_outputs, &predictions->values[i]);
      else
        predictions->values[i] = (float) outputs[0];
    }
}

/* Of several targets the first one is shown. */
static void
read_pairs (const EtudePredictor *self, EtudePredictions *predictions)
{
  const float *targets = choose_part (self->data)->targets;

  for (gsize i = 0; i < self->batch.n; i++)
    {
      predictions->values[2 * i] = targets[i * self->data->dataset->n_targets];
      predictions->values[2 * i + 1] = (float) self->outputs[i * self->n_outputs];
    }
}

static void
read_confusion (const EtudePredictor *self, EtudePredictions *predictions)
{
  const gint32 *labels = choose_part (self->data)->labels;
  float probability;

  memset (predictions->values, 0, predictions->n_columns * predictions->n_rows * sizeof *predictions->values);
  for (gsize i = 0; i < self->batch.n; i++)
    {
      gsize class = find_class (self->outputs + i * self->n_outputs, self->n_outputs, &probability);

      predictions->values[(gsize) labels[i] * predictions->n_columns + class]++;
    }
}

static void
read_answers (EtudePredictor *self)
{
  switch (self->next->kind)
    {
    case ETUDE_PREDICTIONS_AREA:
    case ETUDE_PREDICTIONS_CURVE:
      read_places (self, self->next);
      break;
    case ETUDE_PREDICTIONS_PAIRS:
      read_pairs (self, self->next);
      break;
    case ETUDE_PREDICTIONS_CONFUSION:
      read_confusion (self, self->next);
      break;
    }
}

/**
 * etude_predictor_is_due:
 * @self: what asks for predictions
 *
 * Returns: whether there may be new ones without taking too much of the time of the thread that makes them
 */
gboolean
etude_predictor_is_due (EtudePredictor *self)
{
  return g_get_monotonic_time () >= self->due;
}

/**
 * etude_predictor_run:
 * @self: made for the data and outputs of @trainer
 * @trainer: between two updates; nothing of what comes changes
 * @cancelled: (nullable): read atomically between slices
 *
 * Makes predictions, which etude_predictor_take() has from then on. Takes no memory.
 *
 * Returns: FALSE when it was cancelled; then the latest are as before
 */
gboolean
etude_predictor_run (EtudePredictor *self, EtudeTrainer *trainer, const gint *cancelled)
{
  gint64 start = g_get_monotonic_time (), end;
  EtudePredictions *made = self->next;

  if (!etude_trainer_predict (trainer, &self->batch, cancelled, self->outputs))
    return FALSE;
  made->step = etude_trainer_get_step (trainer);
  read_answers (self);
  end = g_get_monotonic_time ();
  self->due = MAX (start + EVERY_US, end + (SHARE - 1) * (end - start));
  g_mutex_lock (&self->lock);
  self->next = self->latest;
  self->latest = made;
  self->is_new = TRUE;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/**
 * etude_predictor_take:
 * @self: what asks for predictions
 * @predictions: (inout) (transfer full): those that are no longer needed, of the same data; exchanged for the latest
 *
 * From any thread.
 *
 * Returns: whether there are some that were not taken before; otherwise nothing is exchanged
 */
gboolean
etude_predictor_take (EtudePredictor *self, EtudePredictions **predictions)
{
  gboolean is_new;

  g_mutex_lock (&self->lock);
  is_new = self->is_new;
  if (is_new)
    {
      EtudePredictions *latest = self->latest;

      self->latest = *predictions;
      *predictions = latest;
    }
  self->is_new = FALSE;
  g_mutex_unlock (&self->lock);
  return is_new;
}
