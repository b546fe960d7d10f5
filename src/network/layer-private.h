/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"
#include "network/kernels.h"
#include "network/layer.h"
#include "network/team.h"

G_BEGIN_DECLS

/* Blocks of numbers that a layer has at most. */
#define ETUDE_MAX_BLOCKS 4

/**
 * EtudeLayerCommon:
 *
 * What the parameters of every kind of layer begin with. A block of layers says it for those in it.
 */
typedef struct
{
  EtudeObject initialiser;
  double lr_scale;
  double weight_decay;
  gboolean frozen;
} EtudeLayerCommon;

extern const EtudeParam etude_layer_common_params[];

/* Which place they have among the parameters of a kind is said here for all kinds. */
#define ETUDE_LAYER_COMMON .common = etude_layer_common_params

/**
 * EtudeLayerKeys:
 * @initialiser: (nullable): NULL is that of the network
 * @lr_scale: of the layer and of the blocks around it, multiplied
 * @lr_scale_of: (nullable): the innermost of these that has another than 1
 * @weight_decay: NaN is that of the optimizer
 * @weight_decay_of: (nullable): who says so
 * @is_frozen: the layer, or a block around it
 *
 * What holds for a layer in its place.
 */
typedef struct
{
  const EtudeObject *initialiser;
  double lr_scale;
  const char *lr_scale_of;
  double weight_decay;
  const char *weight_decay_of;
  gboolean is_frozen;
} EtudeLayerKeys;

/**
 * EtudeSite:
 * @kind: of the layer
 * @params: its parameters
 * @path: where it is in the document
 * @input: the shape that it gets
 * @n_auto: outputs where the document says auto; 0 where it may not
 * @outer: (nullable): what the block around it says
 * @found: (nullable): is told what comes out; a layer hands it on to the layers within it
 * @user_data: for @found
 *
 * A layer in its place in a network.
 */
struct _EtudeSite
{
  const EtudeLayerKind *kind;
  gconstpointer params;
  const char *path;
  EtudeShape input;
  gsize n_auto;
  const EtudeLayerKeys *outer;
  EtudeLayerFound found;
  gpointer user_data;
};

/**
 * EtudeStart:
 * @ETUDE_START_DRAWN: drawn by the initialiser
 * @ETUDE_START_BIAS: behind a block that is drawn: drawn too where the initialiser does that, else 0
 *
 * What a block holds before training.
 */
typedef enum
{
  ETUDE_START_DRAWN,
  ETUDE_START_BIAS,
  ETUDE_START_ZERO,
  ETUDE_START_ONE,
} EtudeStart;

/**
 * EtudeBlock:
 * @name: as in PyTorch’s state_dict; NULL where the layer has no such block
 * @n_dims: how many of @dims there are
 * @dims: its shape as in PyTorch’s state_dict
 * @row: by how many rows one step along a dimension moves
 * @column: by how many columns
 * @n_rows: rows of the matrix in panels that holds it
 * @n_columns: columns, a multiple of %ETUDE_PAD
 * @fan_in: inputs of one output, for the initialiser
 * @fan_out: outputs of one input
 * @start: what it holds before training
 * @is_state: nothing is learned in it: it has no gradient and no optimizer sees it
 *
 * Some numbers of a layer: PyTorch’s shape, and where each element is in the matrix.
 */
struct _EtudeBlock
{
  const char *name;
  guint n_dims;
  gsize dims[4];
  gsize row[4];
  gsize column[4];
  gsize n_rows, n_columns;
  gsize fan_in, fan_out;
  EtudeStart start;
  gboolean is_state;
};

/**
 * EtudeLayout:
 * @is_image: samples are images, pixel after pixel with all channels; else a row of numbers
 * @height: 1 for a row
 * @width: 1 for a row
 * @channels: numbers of a pixel, or of the row
 * @pixel: from one pixel to the next; padded, except where a network gets its inputs
 * @stride: from one sample to the next
 *
 * How samples lie in memory. What is between the channels of a pixel and the next pixel holds no
 * information; in gradients it is zero.
 */
typedef struct
{
  gboolean is_image;
  gsize height, width, channels;
  gsize pixel;
  gsize stride;
} EtudeLayout;

/**
 * EtudePass:
 * @params: the parameters of the layer
 * @training: not in an evaluation: statistics are those of the batch, and dropout drops
 * @random: (nullable): the stream of dropout
 * @n: samples
 * @n_inputs: numbers of a sample in memory, padding of pixels included
 * @n_outputs: likewise
 * @in: how @x lies; @x_stride is its stride
 * @out: how @y and @dy lie; @y_stride is its stride
 * @slope: how @dx lies: as @x, but with padding in any case; @dx_stride is its stride
 * @x: the input
 * @skip: (nullable): a second input, to be added, which lies as @x
 * @y: the output
 * @activation: the function at the end of the layer, its own or one it has taken over
 * @curve: the function that the layer is, where its kind has one
 * @blocks: (nullable): the blocks of the layer
 * @dy: gradient by what goes into @activation, its padding zero
 * @dx: (nullable): receives the gradient by what goes into the activation @before, whose output is
 *   @x, its padding zero
 * @is_left: (nullable): set where etude_pass_finish() is left to the caller, who measures it; else it is done
 * @dskip: (nullable): the gradient of the second input: where two ways meet it is left there, where
 *   they part it is found there
 * @dblocks: (nullable): receive the gradients of the blocks; the first unless there is @tile
 * @scratch: room during the call
 * @shared: that of the whole pass, where this one is a part of it; else @scratch
 * @memory: room from forward to backward
 * @n_memory: how much of it a sample has
 * @tile: (nullable): called for each finished piece of the gradient of the first block; by then @dx
 *   is done, so that the weights may change; any thread of @team may call it
 * @team: (nullable): who shares the work
 *
 * What a layer needs to go forward and backward once.
 */
struct _EtudePass
{
  const EtudeKernels *kernels;
  gconstpointer params;
  gboolean training;
  EtudeRandom *random;
  gsize n, n_inputs, n_outputs;
  EtudeLayout in, out, slope;
  const EtudeReal *x;
  gsize x_stride;
  const EtudeReal *skip;
  EtudeReal *y;
  gsize y_stride;
  EtudeActivation activation;
  EtudeCurve curve;
  EtudeReal *blocks[ETUDE_MAX_BLOCKS];
  const EtudeReal *dy;
  EtudeReal *dx;
  gsize dx_stride;
  EtudeReal *dskip;
  EtudeActivation before;
  gint *is_left;
  EtudeReal *dblocks[ETUDE_MAX_BLOCKS];
  EtudeReal *scratch;
  EtudeReal *shared;
  EtudeReal *memory;
  gsize n_memory;
  EtudeTileFunc tile;
  gpointer data;
  EtudeTeam *team;
};

typedef void (*EtudePassFunc) (const EtudePass *pass);

/* Every kind of layer, in the order of the menu: a new one is its file and its name here. */
#define ETUDE_LAYERS(X) \
  X (dense)             \
  X (tanh)              \
  X (relu)              \
  X (sigmoid)           \
  X (leaky_relu)        \
  X (elu)               \
  X (gelu)              \
  X (softplus)          \
  X (silu)              \
  X (mish)              \
  X (selu)              \
  X (softsign)          \
  X (relu6)             \
  X (hardtanh)          \
  X (hardsigmoid)       \
  X (hardswish)         \
  X (conv2d)            \
  X (max_pool2d)        \
  X (avg_pool2d)        \
  X (global_avg_pool2d) \
  X (flatten)           \
  X (batch_norm)        \
  X (layer_norm)        \
  X (dropout)           \
  X (residual)

#define ETUDE_DECLARE_LAYER(name) extern const EtudeLayerKind etude_layer_##name;

ETUDE_LAYERS (ETUDE_DECLARE_LAYER)

gboolean etude_site_refuse (const EtudeSite *site, int code, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean etude_site_needs_image (const EtudeSite *site, GError **error);
gboolean etude_site_kernel_fits (const EtudeSite *site, const EtudeExtent *kernel, const EtudeExtent *padding,
                                 GError **error);
gboolean etude_site_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error);
gboolean etude_block_fits (gsize n_rows, gsize n_columns);
gsize etude_block_count (const EtudeBlock *block);

EtudeLayerKeys etude_site_get_keys (const EtudeSite *site, const char *name);

gsize etude_pass_count_parts (const EtudePass *pass, gsize n);
void etude_pass_run (const EtudePass *pass, gsize n_parts, EtudePartFunc func, gconstpointer data);
EtudeReal *etude_pass_get_scratch (const EtudePass *pass, guint member);
void etude_pass_by_sample (const EtudePass *pass, EtudePassFunc func);

void etude_block_init_vector (EtudeBlock *self, const char *name, gsize n, EtudeStart start);

/* Where part @part of @n_parts begins, of @n things. */
static inline gsize
etude_part_start (gsize n, gsize n_parts, gsize part)
{
  return n * part / n_parts;
}

/* The end of a way back: the slope of the activation before, where the layer does not apply it itself. */
static inline void
etude_pass_finish (const EtudePass *pass)
{
  if (pass->before == ETUDE_ACTIVATION_NONE)
    return;
  if (G_UNLIKELY (pass->is_left != NULL))
    g_atomic_int_set (pass->is_left, TRUE);
  else
    pass->kernels->differentiate (pass->before, pass->n * pass->dx_stride, pass->dx, pass->x);
}

G_END_DECLS
