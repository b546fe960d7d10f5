/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/network.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/initialise.h"
#include "network/layer-private.h"
#include "network/loss.h"

/* Rows that an evaluation takes at once where batches are smaller. */
#define LEAST_CAPACITY 64

/* Up to this many weights all gradients are made before one call updates them: they stay in the
 * first cache, and calls for each tile would cost more than the pass saved. */
#define FUSE_ABOVE 4096

/**
 * Stage:
 * @kind: the layer
 * @activation: its own, or that of the layer behind it, which then has no stage
 * @curve: what a layer that is a function of one number computes
 * @n_inputs, @n_outputs: numbers of a sample before and after it
 * @stride: from one sample to the next in @output
 * @first: where its weights start in the block
 * @n_weights: [n_inputs, n_outputs padded] in panels; 0 without weights
 * @has_bias: whether [n_outputs padded] biases follow
 * @output: [capacity, stride]
 *
 * One pass over the activations.
 */
typedef struct
{
  const EtudeLayerKind *kind;
  EtudeActivation activation;
  EtudeCurve curve;
  gsize n_inputs, n_outputs;
  gsize stride;
  gsize first;
  gsize n_weights;
  gboolean has_bias;
  EtudeReal *output;
} Stage;

/*
 * @block: (owned): all of the following in one
 * @weights, @gradients: [n_weights]: each stage’s panels and biases, padding zero
 * @transposed: the weights of a stage the other way round
 * @inputs: [capacity, n_inputs]: the samples of a batch
 * @targets: [capacity, n_targets]
 * @slopes: two of [capacity, largest stride]: the gradients between two stages
 * @labels: (owned): [capacity]
 */
struct _EtudeNetwork
{
  const EtudeKernels *kernels;
  EtudeGoal goal;
  EtudeLoss *loss;
  Stage *stages;
  gsize n_stages;
  gsize n_inputs;
  gsize n_outputs;
  gsize n_weights;
  gsize n_parameters;
  gsize capacity;
  EtudeReal *block;
  EtudeReal *weights;
  EtudeReal *gradients;
  EtudeReal *transposed;
  EtudeReal *inputs;
  EtudeReal *targets;
  EtudeReal *slopes[2];
  gint32 *labels;
};

/* What hands the tiles of one stage over to the optimizer. */
typedef struct
{
  EtudeStepRange step;
  gpointer optimizer;
  gsize first;
} TileStep;

/* --- construction ---------------------------------------------------------------------------- */

/* Rows of activations are padded; a stride that is a multiple of 2 KiB would send them all to a few
 * sets of the first cache. */
static gsize
choose_stride (gsize n)
{
  gsize stride = etude_pad (n);

  return stride % 512 == 0 ? stride + ETUDE_PAD : stride;
}

static void
add_stage (EtudeNetwork *self, const EtudeObject *layer, gsize n_outputs)
{
  const EtudeLayerKind *kind = (const EtudeLayerKind *) layer->kind;
  Stage *before = self->n_stages > 0 ? &self->stages[self->n_stages - 1] : NULL;
  Stage *stage = &self->stages[self->n_stages];

  if (before != NULL && before->kind->has_weights && before->activation == ETUDE_ACTIVATION_NONE
      && kind->activation != ETUDE_ACTIVATION_NONE)
    {
      before->activation = kind->activation;
      return;
    }
  *stage = (Stage) {
    .kind = kind, .activation = kind->activation, .n_outputs = n_outputs, .stride = choose_stride (n_outputs),
    .n_inputs = before != NULL ? before->n_outputs : self->n_inputs, .first = self->n_weights,
  };
  if (kind->curve != NULL)
    stage->curve = kind->curve (layer->data);
  if (kind->has_weights)
    {
      stage->has_bias = kind->has_bias (layer->data);
      stage->n_weights = stage->n_inputs * etude_pad (n_outputs);
      self->n_weights += stage->n_weights + (stage->has_bias ? etude_pad (n_outputs) : 0);
    }
  self->n_stages++;
}

static gboolean
add_stages (EtudeNetwork *self, const EtudeObjects *layers, const EtudeShape *input, GError **error)
{
  g_autofree EtudeLayerShape *shapes = g_new (EtudeLayerShape, MAX (layers->n, 1));

  if (!etude_layers_infer (layers, input, self->n_outputs, shapes, error))
    return FALSE;
  self->n_inputs = etude_shape_count (input);
  self->stages = g_new0 (Stage, layers->n);
  for (gsize i = 0; i < layers->n; i++)
    {
      add_stage (self, &layers->items[i], etude_shape_count (&shapes[i].shape));
      self->n_parameters += shapes[i].n_parameters;
    }
  return TRUE;
}

/* Adds room for @rows * @columns values; stays at G_MAXSIZE once that is reached. */
static gsize
reserve (gsize *total, gsize rows, gsize columns)
{
  gsize at = *total;
  gsize n;

  if (!g_size_checked_mul (&n, rows, columns) || n > G_MAXSIZE / 16
      || !g_size_checked_add (total, at, etude_pad (n)))
    *total = G_MAXSIZE;
  return at;
}

static gboolean
allocate (EtudeNetwork *self, GError **error)
{
  gsize total = 0, most_transposed = 0, most_stride = 0;
  gsize gradients, transposed, inputs, targets, slopes;

  for (gsize i = 0; i < self->n_stages; i++)
    {
      most_stride = MAX (most_stride, self->stages[i].stride);
      if (i > 0 && self->stages[i].n_weights > 0)
        most_transposed = MAX (most_transposed, etude_pad (self->stages[i].n_inputs) * self->stages[i].n_outputs);
    }
  reserve (&total, self->n_weights, 1);
  gradients = reserve (&total, self->n_weights, 1);
  transposed = reserve (&total, most_transposed, 1);
  inputs = reserve (&total, self->capacity, self->n_inputs);
  targets = reserve (&total, self->capacity, self->goal.n_targets);
  slopes = reserve (&total, self->capacity, 2 * most_stride);
  for (gsize i = 0; i < self->n_stages; i++)
    reserve (&total, self->capacity, self->stages[i].stride);
  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the network with its activations"), error);
  if (self->block == NULL)
    return FALSE;
  self->weights = self->block;
  self->gradients = self->block + gradients;
  self->transposed = self->block + transposed;
  self->inputs = self->block + inputs;
  self->targets = self->block + targets;
  self->slopes[0] = self->block + slopes;
  self->slopes[1] = self->slopes[0] + self->capacity * most_stride;
  total = slopes + 2 * self->capacity * most_stride;
  for (gsize i = 0; i < self->n_stages; i++)
    self->stages[i].output = self->block + reserve (&total, self->capacity, self->stages[i].stride);
  self->labels = etude_memory_try_new (self->capacity, sizeof (gint32), _("the labels of a batch"), error);
  return self->labels != NULL;
}

/**
 * etude_network_new:
 * @layers: the layers of a document
 * @loss: its loss
 * @input: the shape of a sample
 * @goal: what the data ask for
 * @max_batch: samples of the largest mini-batch, at least 1
 * @error: set where layers, loss and data do not fit together, or the memory
 *
 * A network whose weights are all 0. Nothing of the arguments is kept. A network is for one thread.
 *
 * Returns: (transfer full) (nullable): the network
 */
EtudeNetwork *
etude_network_new (const EtudeObjects *layers, const EtudeObject *loss, const EtudeShape *input,
                   const EtudeGoal *goal, gsize max_batch, GError **error)
{
  g_autoptr (EtudeNetwork) self = g_new0 (EtudeNetwork, 1);

  g_return_val_if_fail (max_batch >= 1, NULL);
  self->kernels = etude_kernels_get (etude_isa_get ());
  self->goal = *goal;
  self->capacity = MAX (max_batch, LEAST_CAPACITY);
  self->n_outputs = etude_loss_n_outputs (loss, goal, error);
  if (self->n_outputs == 0 || !add_stages (self, layers, input, error))
    return NULL;
  self->loss = etude_loss_new (loss, goal, self->capacity, self->kernels, error);
  if (self->loss == NULL || !allocate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
etude_network_free (EtudeNetwork *self)
{
  if (self == NULL)
    return;
  etude_loss_free (self->loss);
  etude_memory_free (self->block);
  etude_memory_free (self->labels);
  g_free (self->stages);
  g_free (self);
}

/* --- weights --------------------------------------------------------------------------------- */

/* Calls @each with the place of every weight in the block, in the order of PyTorch's state_dict. */
typedef void (*PlaceFunc) (gpointer data, gsize stage, gsize place, gboolean is_bias);

static void
visit_places (const EtudeNetwork *self, PlaceFunc each, gpointer data)
{
  for (gsize i = 0; i < self->n_stages; i++)
    {
      const Stage *stage = &self->stages[i];

      if (stage->n_weights == 0)
        continue;
      for (gsize o = 0; o < stage->n_outputs; o++)
        for (gsize k = 0; k < stage->n_inputs; k++)
          each (data, i, stage->first + etude_panel_index (stage->n_inputs, etude_pad (stage->n_outputs), k, o), FALSE);
      for (gsize o = 0; o < stage->n_outputs && stage->has_bias; o++)
        each (data, i, stage->first + stage->n_weights + o, TRUE);
    }
}

typedef struct
{
  const EtudeReal *from;
  EtudeReal *to;
  gsize at;
} Copy;

static void
copy_out (gpointer data, gsize stage, gsize place, gboolean is_bias)
{
  Copy *copy = data;

  copy->to[copy->at++] = copy->from[place];
}

static void
copy_in (gpointer data, gsize stage, gsize place, gboolean is_bias)
{
  Copy *copy = data;

  copy->to[place] = copy->from[copy->at++];
}

/**
 * etude_network_export_weights:
 * @self: a network
 * @weights: (out caller-allocates) (array): n_parameters numbers: for each dense layer its weights
 *   [n_outputs, n_inputs], then its biases [n_outputs], as in PyTorch's state_dict
 */
void
etude_network_export_weights (const EtudeNetwork *self, EtudeReal *weights)
{
  visit_places (self, copy_out, &(Copy) { self->weights, weights, 0 });
}

/**
 * etude_network_export_gradients:
 * @self: a network
 * @gradients: (out caller-allocates) (array): in the order of etude_network_export_weights()
 *
 * Valid after etude_network_step() without a step function.
 */
void
etude_network_export_gradients (const EtudeNetwork *self, EtudeReal *gradients)
{
  visit_places (self, copy_out, &(Copy) { self->gradients, gradients, 0 });
}

/**
 * etude_network_import_weights:
 * @self: a network
 * @weights: (array): in the order of etude_network_export_weights()
 */
void
etude_network_import_weights (EtudeNetwork *self, const EtudeReal *weights)
{
  memset (self->weights, 0, self->n_weights * sizeof *self->weights);
  visit_places (self, copy_in, &(Copy) { weights, self->weights, 0 });
}

/*
 * @drawn: the weights of the current stage, [n_outputs, n_inputs]: the gradients lend their memory
 * @at: how many of them have found their place
 */
typedef struct
{
  EtudeNetwork *network;
  const EtudeObject *initialiser;
  EtudeInitialiser current;
  EtudeReal *drawn;
  gsize stage;
  gsize at;
  EtudeRandom random;
} Drawing;

static void
draw_stage (Drawing *drawing, gsize i)
{
  const Stage *stage = &drawing->network->stages[i];

  etude_initialiser_init (&drawing->current, drawing->initialiser, stage->n_inputs, stage->n_outputs);
  etude_initialiser_fill (&drawing->current, &drawing->random, stage->n_outputs, stage->n_inputs, drawing->drawn);
  drawing->stage = i;
  drawing->at = 0;
}

static void
draw_weight (gpointer data, gsize stage, gsize place, gboolean is_bias)
{
  Drawing *drawing = data;
  EtudeReal *weight = &drawing->network->weights[place];

  if (stage != drawing->stage)
    draw_stage (drawing, stage);
  if (is_bias)
    *weight = (EtudeReal) etude_initialiser_draw_bias (&drawing->current, &drawing->random);
  else
    *weight = drawing->drawn[drawing->at++];
}

/**
 * etude_network_initialise:
 * @self: a network
 * @initialiser: of a kind of #etude_initialiser_group
 * @seed: the seed of the training
 *
 * Draws all weights, in the order of PyTorch's state_dict; biases are 0 unless the kind draws them too.
 */
void
etude_network_initialise (EtudeNetwork *self, const EtudeObject *initialiser, guint64 seed)
{
  Drawing drawing = { .network = self, .initialiser = initialiser, .drawn = self->gradients, .stage = G_MAXSIZE };

  etude_random_init (&drawing.random, seed, ETUDE_STREAM_INITIALISE);
  visit_places (self, draw_weight, &drawing);
  memset (self->gradients, 0, self->n_weights * sizeof *self->gradients);
}

/**
 * etude_network_get_weights:
 * @self: a network
 * @n: (out) (optional): length of the block, padding included
 *
 * Returns: (transfer none): the weights as the kernels have them; the padding must stay zero
 */
EtudeReal *
etude_network_get_weights (EtudeNetwork *self, gsize *n)
{
  if (n != NULL)
    *n = self->n_weights;
  return self->weights;
}

/**
 * etude_network_get_gradients:
 * @self: a network
 *
 * Returns: (transfer none): the gradients of the last etude_network_step() without a step function,
 *   laid out like the weights
 */
const EtudeReal *
etude_network_get_gradients (EtudeNetwork *self)
{
  return self->gradients;
}

/**
 * etude_network_get_n_parameters:
 * @self: a network
 *
 * Returns: weights and biases, without padding
 */
gsize
etude_network_get_n_parameters (const EtudeNetwork *self)
{
  return self->n_parameters;
}

gsize
etude_network_get_n_outputs (const EtudeNetwork *self)
{
  return self->n_outputs;
}

/* --- passes ---------------------------------------------------------------------------------- */

static inline gsize
row_at (const EtudeBatch *batch, gsize i)
{
  return batch->rows != NULL ? batch->rows[i] : batch->first + i;
}

static void
gather (EtudeReal *to, const float *from, gsize n_columns, const EtudeBatch *batch, gsize first, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      const float *row = from + row_at (batch, first + i) * n_columns;

      for (gsize c = 0; c < n_columns; c++)
        to[i * n_columns + c] = row[c];
    }
}

/* Brings samples @first to @first + @n - 1 of @batch into the network's own memory. */
static void
load (EtudeNetwork *self, const EtudeBatch *batch, gsize first, gsize n)
{
  gather (self->inputs, batch->inputs, self->n_inputs, batch, first, n);
  if (batch->targets != NULL)
    gather (self->targets, batch->targets, self->goal.n_targets, batch, first, n);
  if (batch->labels != NULL)
    for (gsize i = 0; i < n; i++)
      self->labels[i] = batch->labels[row_at (batch, first + i)];
}

static EtudePass
make_pass (EtudeNetwork *self, gsize i, gsize n)
{
  const Stage *stage = &self->stages[i];
  const Stage *before = i > 0 ? stage - 1 : NULL;

  return (EtudePass) {
    .kernels = self->kernels, .n = n, .n_inputs = stage->n_inputs, .n_outputs = stage->n_outputs,
    .x = before != NULL ? before->output : self->inputs,
    .x_stride = before != NULL ? before->stride : self->n_inputs,
    .before = before != NULL ? before->activation : ETUDE_ACTIVATION_NONE,
    .y = stage->output, .y_stride = stage->stride, .activation = stage->activation, .curve = &stage->curve,
    .weights = self->weights + stage->first,
    .bias = stage->has_bias ? self->weights + stage->first + stage->n_weights : NULL,
  };
}

static void
forward (EtudeNetwork *self, gsize n)
{
  for (gsize i = 0; i < self->n_stages; i++)
    {
      EtudePass pass = make_pass (self, i, n);

      self->stages[i].kind->forward (&pass);
    }
}

static EtudeLossBatch
make_loss_batch (EtudeNetwork *self, gsize n, gboolean has_labels)
{
  const Stage *last = &self->stages[self->n_stages - 1];

  return (EtudeLossBatch) {
    .n = n, .stride = last->stride, .outputs = last->output,
    .labels = has_labels ? self->labels : NULL, .targets = has_labels ? NULL : self->targets,
  };
}

static void
step_tile (gpointer data, gsize first, gsize n, const EtudeReal *values)
{
  const TileStep *tile = data;

  tile->step (tile->optimizer, tile->first + first, n, values);
}

/* With @step the weights of a stage change while its gradient is in cache. */
static void
backward_stage (EtudeNetwork *self, gsize i, gsize n, EtudeStepRange step, gpointer optimizer)
{
  const Stage *stage = &self->stages[i];
  TileStep tile = { step, optimizer, stage->first };
  EtudePass pass = make_pass (self, i, n);

  pass.dy = self->slopes[i % 2];
  pass.dx = i > 0 ? self->slopes[(i + 1) % 2] : NULL;
  pass.transposed = self->transposed;
  pass.dweights = self->gradients + stage->first;
  pass.dbias = stage->has_bias ? pass.dweights + stage->n_weights : NULL;
  pass.tile = step != NULL ? step_tile : NULL;
  pass.data = &tile;
  stage->kind->backward (&pass);
  if (step != NULL && stage->has_bias)
    step (optimizer, stage->first + stage->n_weights, etude_pad (stage->n_outputs), pass.dbias);
}

static void
backward (EtudeNetwork *self, gsize n, EtudeStepRange step, gpointer optimizer)
{
  gsize last = self->n_stages - 1;
  EtudeStepRange fused = self->n_weights > FUSE_ABOVE ? step : NULL;

  if (self->stages[last].activation != ETUDE_ACTIVATION_NONE)
    self->kernels->differentiate (self->stages[last].activation, n * self->stages[last].stride,
                                  self->slopes[last % 2], self->stages[last].output);
  for (gsize i = self->n_stages; i > 0; i--)
    backward_stage (self, i - 1, n, fused, optimizer);
  if (step != NULL && fused == NULL)
    step (optimizer, 0, self->n_weights, self->gradients);
}

/**
 * etude_network_step:
 * @self: a network
 * @batch: a mini-batch, at most as large as said when the network was made
 * @step: (nullable): called with ranges of the gradient as they get ready
 * @optimizer: handed to @step
 *
 * Forward, loss, backward and, with @step, the update. Without, the gradients stay in
 * etude_network_get_gradients(). Takes no lock, memory or time of day.
 *
 * Returns: the loss of the batch before the update
 */
double
etude_network_step (EtudeNetwork *self, const EtudeBatch *batch, EtudeStepRange step, gpointer optimizer)
{
  EtudeLossBatch loss = make_loss_batch (self, batch->n, batch->labels != NULL);
  double value;

  g_return_val_if_fail (batch->n >= 1 && batch->n <= self->capacity, NAN);
  load (self, batch, 0, batch->n);
  forward (self, batch->n);
  loss.gradient = self->slopes[(self->n_stages - 1) % 2];
  value = etude_loss_run (self->loss, &loss);
  backward (self, batch->n, step, optimizer);
  return value;
}

/**
 * etude_network_evaluate:
 * @self: a network
 * @batch: any number of samples
 * @tally: of the same goal; what is found is added to it
 *
 * In evaluation mode. Samples are added one after the other, so a part may be evaluated in slices
 * of any size, with the same result.
 */
void
etude_network_evaluate (EtudeNetwork *self, const EtudeBatch *batch, EtudeTally *tally)
{
  for (gsize first = 0; first < batch->n; first += self->capacity)
    {
      gsize n = MIN (batch->n - first, self->capacity);
      EtudeLossBatch loss = make_loss_batch (self, n, batch->labels != NULL);

      load (self, batch, first, n);
      forward (self, n);
      etude_loss_tally (self->loss, &loss, tally);
    }
}

/**
 * etude_network_predict:
 * @self: a network
 * @batch: any number of samples; only inputs are looked at
 * @outputs: (out caller-allocates) (array): [n, n_outputs]: what goes into the loss
 */
void
etude_network_predict (EtudeNetwork *self, const EtudeBatch *batch, EtudeReal *outputs)
{
  const Stage *last = &self->stages[self->n_stages - 1];

  for (gsize first = 0; first < batch->n; first += self->capacity)
    {
      gsize n = MIN (batch->n - first, self->capacity);

      gather (self->inputs, batch->inputs, self->n_inputs, batch, first, n);
      forward (self, n);
      for (gsize i = 0; i < n; i++)
        memcpy (outputs + (first + i) * self->n_outputs, last->output + i * last->stride,
                self->n_outputs * sizeof *outputs);
    }
}
