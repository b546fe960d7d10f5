/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/network-private.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Rows that an evaluation takes at once where batches are smaller. */
#define LEAST_CAPACITY 64

/* Operations of a step from which on threads share it, about 1 ms of one thread: below, to wake them and to
 * wait for them costs more than they save. And of a stage, where it is some 10 µs. */
#define SHARE_ABOVE 80e6
#define SHARE_STAGE_ABOVE 1e6

/* A step goes forward once, and back with twice the work. */
#define PASSES_OF_STEP 3

/* Up to this many weights all gradients are made before one call updates them: they stay in the
 * first cache, and calls for each tile would cost more than the pass saved. */
#define FUSE_ABOVE 4096

/**
 * etude_network_new:
 * @layers: the layers of a document
 * @loss: its loss
 * @input: the shape of a sample
 * @goal: what the data ask for
 * @max_batch: samples of the largest mini-batch, at least 1
 * @error: set where layers, loss and data do not fit together, or the memory
 *
 * A network whose weights are all 0. Nothing of the arguments is kept. A network is used by one
 * thread at a time.
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
  if (self->n_outputs == 0 || !etude_network_build (self, layers, input, error))
    return NULL;
  self->loss = etude_loss_new (loss, goal, self->capacity, self->kernels, error);
  if (self->loss == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
etude_network_free (EtudeNetwork *self)
{
  if (self == NULL)
    return;
  etude_team_free (self->team);
  etude_loss_free (self->loss);
  etude_memory_free (self->block);
  etude_memory_free (self->labels);
  for (gsize i = 0; i < self->n_stages; i++)
    g_free (self->stages[i].name);
  g_free (self->stages);
  g_free (self->groups);
  etude_objects_clear (&self->layers);
  etude_objects_clear (&self->projections);
  g_free (self);
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

/* --- threads --------------------------------------------------------------------------------- */

static double
estimate_cost (const EtudeNetwork *self, gsize n)
{
  double cost = 0;

  for (gsize i = 0; i < self->n_stages; i++)
    cost += self->stages[i].cost;
  return cost * (double) n;
}

/* For tests, which set what is large enough. */
void
etude_network_share (EtudeNetwork *self, guint n_threads, double least_step, double least_stage)
{
  g_clear_pointer (&self->team, etude_team_free);
  self->least_step = least_step;
  self->least_stage = least_stage;
  if (n_threads > 1 && PASSES_OF_STEP * estimate_cost (self, self->capacity) >= least_step)
    self->team = etude_team_new (n_threads, self->n_scratch);
}

/**
 * etude_network_set_threads:
 * @self: a network
 * @n_threads: how many may work at a step, the caller among them; 1 at first
 *
 * Lets threads share those steps and evaluations that are large enough for it. No bit of any result depends
 * on it. What a step calls to update weights is called by all of them, each for ranges of its own.
 */
void
etude_network_set_threads (EtudeNetwork *self, guint n_threads)
{
  etude_network_share (self, n_threads, SHARE_ABOVE, SHARE_STAGE_ABOVE);
}

/* Decides whether @n samples, @n_passes times, are enough to share. */
static void
begin_passes (EtudeNetwork *self, gsize n, guint n_passes)
{
  self->shares = self->team != NULL && n_passes * estimate_cost (self, n) >= self->least_step;
}

static inline EtudeTeam *
choose_team (EtudeNetwork *self, const EtudeStage *stage, gsize n)
{
  return self->shares && stage->cost * (double) n >= self->least_stage ? self->team : NULL;
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

/* As gather(), of bytes that are scaled here. */
static void
gather_bytes (EtudeNetwork *self, const EtudeBatch *batch, gsize first, gsize n)
{
  for (gsize i = 0; i < n; i++)
    self->kernels->scale_bytes (self->n_inputs, batch->bytes + row_at (batch, first + i) * self->n_inputs, batch->offset,
                                batch->factor, self->inputs + i * self->n_inputs);
}

static void
gather_images_of_bytes (EtudeNetwork *self, const EtudeBatch *batch, gsize first, gsize n)
{
  gsize n_pixels = self->input.height * self->input.width;

  for (gsize i = 0; i < n; i++)
    {
      const guint8 *row = batch->bytes + row_at (batch, first + i) * self->n_inputs;
      EtudeReal *to = self->inputs + i * self->input.stride;

      for (gsize k = 0; k < self->n_inputs; k++)
        to[k % n_pixels * self->input.pixel + k / n_pixels]
          = (EtudeReal) etude_scale_input (row[k], batch->offset[k], batch->factor[k]);
    }
}

/* Images come channel after channel, and get all channels of a pixel side by side. */
static void
gather_images (EtudeNetwork *self, const float *from, const EtudeBatch *batch, gsize first, gsize n)
{
  gsize n_pixels = self->input.height * self->input.width, channels = self->input.channels;

  for (gsize i = 0; i < n; i++)
    {
      const float *row = from + row_at (batch, first + i) * self->n_inputs;
      EtudeReal *to = self->inputs + i * self->input.stride;

      for (gsize c = 0; c < channels; c++)
        for (gsize p = 0; p < n_pixels; p++)
          to[p * self->input.pixel + c] = row[c * n_pixels + p];
    }
}

static void
load_inputs (EtudeNetwork *self, const EtudeBatch *batch, gsize first, gsize n)
{
  gboolean is_spread = self->input.is_image && self->input.pixel > 1;

  if (batch->bytes != NULL && is_spread)
    gather_images_of_bytes (self, batch, first, n);
  else if (batch->bytes != NULL)
    gather_bytes (self, batch, first, n);
  else if (is_spread)
    gather_images (self, batch->inputs, batch, first, n);
  else
    gather (self->inputs, batch->inputs, self->n_inputs, batch, first, n);
}

/* Brings samples @first to @first + @n - 1 of @batch into the network's own memory. */
static void
load (EtudeNetwork *self, const EtudeBatch *batch, gsize first, gsize n)
{
  load_inputs (self, batch, first, n);
  if (batch->targets != NULL)
    gather (self->targets, batch->targets, self->goal.n_targets, batch, first, n);
  if (batch->labels != NULL)
    for (gsize i = 0; i < n; i++)
      self->labels[i] = batch->labels[row_at (batch, first + i)];
}

static inline void
tell (EtudeNetwork *self, EtudeMoment moment, gsize stage)
{
  if (G_UNLIKELY (self->watch != NULL))
    self->watch (self->watch_data, moment, stage);
}

static void
forward (EtudeNetwork *self, gsize n, gboolean training)
{
  self->n_passes += training;
  for (gsize i = 0; i < self->n_stages; i++)
    {
      const EtudeLayerKind *kind = self->stages[i].kind;
      EtudePass *pass = &self->stages[i].pass;

      pass->n = n;
      pass->training = training;
      pass->team = choose_team (self, &self->stages[i], n);
      if (kind->forward_by_sample)
        etude_pass_by_sample (pass, kind->forward);
      else
        kind->forward (pass);
      tell (self, ETUDE_MOMENT_FORWARD, i);
    }
}

static EtudeLossBatch
make_loss_batch (EtudeNetwork *self, gsize n, gboolean has_labels)
{
  const EtudeStage *last = &self->stages[self->n_stages - 1];

  return (EtudeLossBatch) {
    .n = n, .stride = last->pass.y_stride, .outputs = last->pass.y,
    .labels = has_labels ? self->labels : NULL, .targets = has_labels ? NULL : self->targets,
  };
}

static void
step_tile (gpointer data, gsize first, gsize n, const EtudeReal *values)
{
  const EtudeTileStep *tile = data;

  tile->step (tile->optimizer, tile->first + first, n, values);
}

/* With @step the weights of a stage change while its gradient is in cache. */
static void
backward_stage (EtudeNetwork *self, EtudeStage *stage, gboolean needs_dx, EtudeStepRange step, gpointer optimizer)
{
  stage->pass.dx = needs_dx ? stage->dx : NULL;
  stage->pass.tile = step != NULL && stage->n_tiled > 0 ? step_tile : NULL;
  stage->tile = (EtudeTileStep) { step, optimizer, stage->first };
  if (stage->kind->backward_by_sample)
    etude_pass_by_sample (&stage->pass, stage->kind->backward);
  else
    stage->kind->backward (&stage->pass);
  if (step != NULL && stage->n_weights > stage->n_tiled && !stage->keys.is_frozen)
    step (optimizer, stage->first + stage->n_tiled, stage->n_weights - stage->n_tiled,
          self->gradients + stage->first + stage->n_tiled);
}

/* The slope of an activation is work of the layer that has taken it over, not of the one behind it, which
 * applies it. */
static void
backward_watched (EtudeNetwork *self, gsize i, gboolean needs_dx)
{
  EtudeStage *stage = &self->stages[i];
  gint is_left = FALSE;

  stage->pass.is_left = &is_left;
  backward_stage (self, stage, needs_dx, NULL, NULL);
  stage->pass.is_left = NULL;
  tell (self, ETUDE_MOMENT_BACKWARD, i);
  if (!is_left)
    return;
  etude_pass_finish (&stage->pass);
  tell (self, ETUDE_MOMENT_BACKWARD, stage->from);
}

static void
backward (EtudeNetwork *self, gsize n, gboolean all, EtudeStepRange step, gpointer optimizer)
{
  const EtudePass *last = &self->stages[self->n_stages - 1].pass;
  EtudeStepRange fused = self->n_weights > FUSE_ABOVE && self->watch == NULL ? step : NULL;

  if (last->activation != ETUDE_ACTIVATION_NONE)
    self->kernels->differentiate (last->activation, n * last->y_stride, self->slope, last->y);
  for (gsize i = self->n_stages; i > (all ? 0 : self->lowest); i--)
    {
      gboolean needs_dx = all || self->stages[i - 1].needs_dx;

      if (G_UNLIKELY (self->watch != NULL))
        backward_watched (self, i - 1, needs_dx);
      else
        backward_stage (self, &self->stages[i - 1], needs_dx, fused, optimizer);
    }
  if (step != NULL && fused == NULL)
    step (optimizer, 0, self->n_weights, self->gradients);
}

/**
 * etude_network_weigh:
 * @self: a network
 * @batch: any number of samples
 *
 * Returns: what the mean of their losses divides by
 */
double
etude_network_weigh (const EtudeNetwork *self, const EtudeBatch *batch)
{
  double weight = 0;

  for (gsize i = 0; i < batch->n; i++)
    weight += etude_loss_weigh (self->loss, batch->labels != NULL ? batch->labels[row_at (batch, i)] : 0);
  return weight;
}

/**
 * etude_network_step:
 * @self: a network
 * @batch: a mini-batch, at most as large as said when the network was made
 * @step: (nullable): called with ranges of the gradient as they get ready
 * @optimizer: handed to @step
 *
 * Forward, loss, backward and, with @step, the update. Without, the gradients stay in
 * etude_network_get_gradients(). Takes no memory or time of day, and no lock but that of threads that sleep.
 *
 * Returns: the loss of the batch before the update
 */
double
etude_network_step (EtudeNetwork *self, const EtudeBatch *batch, EtudeStepRange step, gpointer optimizer)
{
  EtudeLossBatch loss = make_loss_batch (self, batch->n, batch->labels != NULL);
  double value;

  g_return_val_if_fail (batch->n >= 1 && batch->n <= self->capacity, NAN);
  begin_passes (self, batch->n, PASSES_OF_STEP);
  tell (self, ETUDE_MOMENT_START, 0);
  load (self, batch, 0, batch->n);
  tell (self, ETUDE_MOMENT_LOAD, 0);
  forward (self, batch->n, TRUE);
  loss.gradient = self->slope;
  loss.weight = batch->weight;
  value = etude_loss_run (self->loss, &loss);
  tell (self, ETUDE_MOMENT_LOSS, 0);
  backward (self, batch->n, FALSE, step, optimizer);
  return value;
}

gsize
etude_network_get_n_stages (const EtudeNetwork *self)
{
  return self->n_stages;
}

static void
append_activation (GString *title, const EtudeStage *stage)
{
  const EtudeKind *const *kinds = etude_layer_group.kinds;

  if (stage->pass.activation == ETUDE_ACTIVATION_NONE || stage->kind->activation == stage->pass.activation)
    return;
  while (((const EtudeLayerKind *) *kinds)->activation != stage->pass.activation)
    kinds++;
  g_string_append_printf (title, " + %s", (*kinds)->id);
}

/**
 * etude_network_dup_stage_title:
 * @self: a network
 * @stage: below etude_network_get_n_stages()
 *
 * Returns: (transfer full): where the stage is in the list of layers and what it does, with an activation
 *   that it has taken over, such as “0 dense + tanh”
 */
char *
etude_network_dup_stage_title (const EtudeNetwork *self, gsize stage)
{
  GString *title = g_string_new (self->stages[stage].name);

  g_string_append_printf (title, " %s", self->stages[stage].kind->kind.id);
  append_activation (title, &self->stages[stage]);
  return g_string_free (title, FALSE);
}

/**
 * etude_network_watch:
 * @self: a network
 * @func: (nullable): told of each part of etude_network_step(); NULL to end that
 * @data: handed to it
 *
 * For measurements: a step that is watched comes to the same weights, but makes all gradients before the
 * first is handed over, and costs a little more.
 */
void
etude_network_watch (EtudeNetwork *self, EtudeMomentFunc func, gpointer data)
{
  self->watch = func;
  self->watch_data = data;
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

      begin_passes (self, n, 1);
      load (self, batch, first, n);
      forward (self, n, FALSE);
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
  const EtudeStage *last = &self->stages[self->n_stages - 1];

  for (gsize first = 0; first < batch->n; first += self->capacity)
    {
      gsize n = MIN (batch->n - first, self->capacity);

      begin_passes (self, n, 1);
      load_inputs (self, batch, first, n);
      forward (self, n, FALSE);
      for (gsize i = 0; i < n; i++)
        memcpy (outputs + (first + i) * self->n_outputs, last->pass.y + i * last->pass.y_stride,
                self->n_outputs * sizeof *outputs);
    }
}

/**
 * etude_network_forward:
 * @self: a network
 * @n: samples, at most as many as said when the network was made
 * @training: whether as in etude_network_step(), else as in an evaluation
 * @inputs: (array): [n, n_inputs]: samples in PyTorch’s order
 * @outputs: (out caller-allocates) (array): [n, n_outputs]
 *
 * For what looks inside a network, and for tests.
 */
void
etude_network_forward (EtudeNetwork *self, gsize n, gboolean training, const EtudeReal *inputs, EtudeReal *outputs)
{
  const EtudePass *last = &self->stages[self->n_stages - 1].pass;
  gsize n_pixels = self->input.height * self->input.width, channels = self->input.channels;

  g_return_if_fail (n >= 1 && n <= self->capacity);
  begin_passes (self, n, PASSES_OF_STEP);
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < channels; c++)
      for (gsize p = 0; p < n_pixels; p++)
        self->inputs[i * self->input.stride + p * self->input.pixel + c] = 
          inputs[i * self->n_inputs + c * n_pixels + p];
  forward (self, n, training);
  for (gsize i = 0; i < n; i++)
    memcpy (outputs + i * self->n_outputs, last->y + i * last->y_stride, self->n_outputs * sizeof *outputs);
}

/**
 * etude_network_backward:
 * @self: a network after etude_network_forward()
 * @n: as many samples
 * @outputs: (array): [n, n_outputs]: the gradient of something by the outputs
 * @inputs: (out caller-allocates) (array): [n, n_inputs]: its gradient by the inputs, in PyTorch’s order
 *
 * The gradients of the weights are in etude_network_get_gradients() afterwards.
 */
void
etude_network_backward (EtudeNetwork *self, gsize n, const EtudeReal *outputs, EtudeReal *inputs)
{
  const EtudePass *first = &self->stages[0].pass, *last = &self->stages[self->n_stages - 1].pass;
  gsize n_pixels = self->input.height * self->input.width, channels = self->input.channels;

  memset (self->slope, 0, n * last->y_stride * sizeof *self->slope);
  for (gsize i = 0; i < n; i++)
    memcpy (self->slope + i * last->y_stride, outputs + i * self->n_outputs, self->n_outputs * sizeof *outputs);
  backward (self, n, TRUE, NULL, NULL);
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < channels; c++)
      for (gsize p = 0; p < n_pixels; p++)
        inputs[i * self->n_inputs + c * n_pixels + p] = first->dx[i * first->dx_stride + p * first->slope.pixel + c];
}
