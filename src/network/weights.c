/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of a network in the order and shapes of PyTorch’s state_dict. */
#include "network/network-private.h"

#include <string.h>

#include "network/initialise.h"

/* Calls @each with the place of every number of a block, in PyTorch’s order. */
typedef void (*PlaceFunc) (gpointer data, const EtudeStage *stage, guint block, gsize place);

static void
visit_block (const EtudeStage *stage, guint b, PlaceFunc each, gpointer data)
{
  const EtudeBlock *block = &stage->blocks[b];
  gsize n = etude_block_count (block);
  gsize at[4] = { 0 };

  for (gsize i = 0; i < n; i++)
    {
      gsize row = 0, column = 0;

      for (guint d = 0; d < block->n_dims; d++)
        {
          row += at[d] * block->row[d];
          column += at[d] * block->column[d];
        }
      each (data, stage, b, stage->places[b] + etude_panel_index (block->n_rows, block->n_columns, row, column));
      for (guint d = block->n_dims; d > 0 && ++at[d - 1] == block->dims[d - 1]; d--)
        at[d - 1] = 0;
    }
}

static void
visit_places (const EtudeNetwork *self, PlaceFunc each, gpointer data)
{
  for (gsize i = 0; i < self->n_stages; i++)
    for (guint b = 0; b < ETUDE_MAX_BLOCKS; b++)
      visit_block (&self->stages[i], b, each, data);
}

/* Numbers that are not learned have a memory of their own; without @state they are left out. */
typedef struct
{
  EtudeReal *outside;
  EtudeReal *learned;
  EtudeReal *state;
  gsize at;
} Copy;

static EtudeReal *
find_inside (Copy *copy, const EtudeStage *stage, guint block, gsize place)
{
  return stage->blocks[block].is_state ? copy->state != NULL ? copy->state + place : NULL : copy->learned + place;
}

static void
copy_out (gpointer data, const EtudeStage *stage, guint block, gsize place)
{
  Copy *copy = data;
  const EtudeReal *inside = find_inside (copy, stage, block, place);

  if (inside != NULL)
    copy->outside[copy->at++] = *inside;
}

static void
copy_in (gpointer data, const EtudeStage *stage, guint block, gsize place)
{
  Copy *copy = data;
  EtudeReal *inside = find_inside (copy, stage, block, place);

  if (inside != NULL)
    *inside = copy->outside[copy->at++];
}

/**
 * etude_network_export_weights:
 * @self: a network
 * @weights: (out caller-allocates) (array): etude_network_get_n_numbers() numbers: for each layer
 *   its blocks, as PyTorch’s state_dict has them: for a dense layer its weights [n_outputs, n_inputs],
 *   then its biases [n_outputs]; for batch norm weight, bias, running_mean, running_var
 */
void
etude_network_export_weights (const EtudeNetwork *self, EtudeReal *weights)
{
  visit_places (self, copy_out, &(Copy) { weights, self->weights, self->state, 0 });
}

/**
 * etude_network_export_gradients:
 * @self: a network
 * @gradients: (out caller-allocates) (array): etude_network_get_n_parameters() numbers in the order
 *   of etude_network_export_weights(), without those that are not learned
 *
 * Valid after etude_network_step() without a step function.
 */
void
etude_network_export_gradients (const EtudeNetwork *self, EtudeReal *gradients)
{
  visit_places (self, copy_out, &(Copy) { gradients, self->gradients, NULL, 0 });
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
  visit_places (self, copy_in, &(Copy) { (EtudeReal *) weights, self->weights, self->state, 0 });
}

/**
 * etude_network_get_n_numbers:
 * @self: a network
 *
 * Returns: what etude_network_export_weights() writes: parameters and what is kept but not learned
 */
gsize
etude_network_get_n_numbers (const EtudeNetwork *self)
{
  gsize n = 0;

  for (gsize i = 0; i < self->n_stages; i++)
    for (guint b = 0; b < ETUDE_MAX_BLOCKS; b++)
      n += etude_block_count (&self->stages[i].blocks[b]);
  return n;
}

/**
 * etude_network_get_blocks:
 * @self: a network
 *
 * Returns: (transfer full) (element-type EtudeNetworkBlock): the blocks in the order of
 *   etude_network_export_weights(), with the names and shapes of PyTorch’s state_dict
 */
GArray *
etude_network_get_blocks (const EtudeNetwork *self)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (EtudeNetworkBlock));

  for (gsize i = 0; i < self->n_stages; i++)
    for (guint b = 0; b < ETUDE_MAX_BLOCKS; b++)
      {
        const EtudeBlock *block = &self->stages[i].blocks[b];
        EtudeNetworkBlock item = { .layer = self->stages[i].name, .name = block->name, .n_dims = block->n_dims,
                                   .is_learned = !block->is_state };

        memcpy (item.dims, block->dims, sizeof item.dims);
        if (block->name != NULL)
          g_array_append_val (list, item);
      }
  return list;
}

/**
 * etude_network_get_groups:
 * @self: a network
 * @n: (out): how many
 *
 * Returns: (transfer none) (nullable) (array length=n): how the layers are updated, in the order of
 *   etude_network_get_weights(); NULL where all are updated alike
 */
const EtudeWeightGroup *
etude_network_get_groups (const EtudeNetwork *self, gsize *n)
{
  *n = self->n_groups;
  return self->groups;
}

/*
 * @drawn: the numbers of the present block in PyTorch’s order
 * @at: how many of them have found their place
 */
typedef struct
{
  EtudeNetwork *network;
  const EtudeObject *initialiser;
  EtudeInitialiser current;
  const EtudeBlock *block;
  EtudeReal *drawn;
  gsize at;
  EtudeRandom random;
} Drawing;

/* As a matrix that has a row for each output. */
static void
draw_block (Drawing *drawing, const EtudeStage *stage, const EtudeBlock *block)
{
  const EtudeObject *own = stage->keys.initialiser;
  gsize n_rows = block->dims[0];

  etude_initialiser_init (&drawing->current, own != NULL ? own : drawing->initialiser, block->fan_in, block->fan_out);
  etude_initialiser_fill (&drawing->current, &drawing->random, n_rows, etude_block_count (block) / n_rows, drawing->drawn);
  drawing->block = block;
  drawing->at = 0;
}

static void
draw_weight (gpointer data, const EtudeStage *stage, guint b, gsize place)
{
  Drawing *drawing = data;
  const EtudeBlock *block = &stage->blocks[b];
  EtudeReal *number = (block->is_state ? drawing->network->state : drawing->network->weights) + place;

  switch (block->start)
    {
    case ETUDE_START_DRAWN:
      if (block != drawing->block)
        draw_block (drawing, stage, block);
      *number = drawing->drawn[drawing->at++];
      break;
    case ETUDE_START_BIAS:
      *number = (EtudeReal) etude_initialiser_draw_bias (&drawing->current, &drawing->random);
      break;
    case ETUDE_START_ZERO:
      *number = 0;
      break;
    case ETUDE_START_ONE:
      *number = 1;
      break;
    }
}

static gsize
find_largest_block (const EtudeNetwork *self)
{
  gsize most = 1;

  for (gsize i = 0; i < self->n_stages; i++)
    for (guint b = 0; b < ETUDE_MAX_BLOCKS; b++)
      most = MAX (most, etude_block_count (&self->stages[i].blocks[b]));
  return most;
}

/**
 * etude_network_initialise:
 * @self: a network
 * @initialiser: of a kind of #etude_initialiser_group; a layer may have one of its own
 * @seed: the seed of the training
 *
 * Draws all weights, in the order of PyTorch's state_dict; biases are 0 unless the kind draws them too.
 * Dropout and the count of passes start over.
 */
void
etude_network_initialise (EtudeNetwork *self, const EtudeObject *initialiser, guint64 seed)
{
  Drawing drawing = { .network = self, .initialiser = initialiser };
  g_autofree EtudeReal *room = g_try_new (EtudeReal, find_largest_block (self));

  /* Memory of its own is given back at once; that of the gradients, where there is no other, would stay in use. */
  drawing.drawn = room != NULL ? room : self->gradients;
  etude_random_init (&drawing.random, seed, ETUDE_STREAM_INITIALISE);
  etude_random_init (&self->random, seed, ETUDE_STREAM_DROPOUT);
  self->n_passes = 0;
  visit_places (self, draw_weight, &drawing);
  if (room == NULL)
    memset (self->gradients, 0, self->n_weights * sizeof *self->gradients);
}

/**
 * etude_network_get_random:
 * @self: a network
 *
 * Returns: (transfer none): the stream of its dropout layers, which a checkpoint keeps
 */
EtudeRandom *
etude_network_get_random (EtudeNetwork *self)
{
  return &self->random;
}

/**
 * etude_network_get_passes:
 * @self: a network
 *
 * Returns: (transfer none): how often it has gone forward in training mode, which PyTorch counts where running
 *   statistics are kept: each mini-batch of an update, and each time that a line search tries
 */
guint64 *
etude_network_get_passes (EtudeNetwork *self)
{
  return &self->n_passes;
}

/**
 * etude_network_get_weights:
 * @self: a network
 * @n: (out) (optional): length of the block, padding included
 *
 * Returns: (transfer none): what is learned, as the kernels have it; the padding must stay zero
 */
EtudeReal *
etude_network_get_weights (EtudeNetwork *self, gsize *n)
{
  if (n != NULL)
    *n = self->n_weights;
  return self->weights;
}

/**
 * etude_network_get_state:
 * @self: a network
 * @n: (out) (optional): length of the block, padding included
 *
 * Returns: (transfer none): what a training changes but does not learn: running statistics
 */
EtudeReal *
etude_network_get_state (EtudeNetwork *self, gsize *n)
{
  if (n != NULL)
    *n = self->n_state;
  return self->state;
}

/**
 * etude_network_get_gradients:
 * @self: a network
 *
 * Returns: (transfer none): the gradients of the last etude_network_step() without a step function,
 *   laid out like the weights; the next step writes them anew
 */
EtudeReal *
etude_network_get_gradients (EtudeNetwork *self)
{
  return self->gradients;
}
