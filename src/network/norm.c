/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  EtudeLayerCommon common;
  double eps;
  double momentum;
  gboolean affine;
} Norm;

enum
{
  WEIGHT,
  BIAS,
  MEAN,
  VARIANCE,
};

#define EPS \
  { .key = "eps", .label = N_("Epsilon"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, \
    .min = 0, .min_open = TRUE, .max = 1, .initial = 1e-5, .offset = G_STRUCT_OFFSET (Norm, eps), \
    .help = N_("Is added to the variance, so that nothing is divided by zero") }
#define AFFINE \
  { .key = "affine", .label = N_("Scale and Shift"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE, \
    .offset = G_STRUCT_OFFSET (Norm, affine), .help = N_("Whether what comes out has a mean and a size that are learned") }

static const EtudeParam batch_params[] = {
  EPS,
  AFFINE,
  { .key = "momentum", .label = N_("Momentum"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .initial = 0.1,
    .offset = G_STRUCT_OFFSET (Norm, momentum),
    .help = N_("Share of the present mini-batch in the running mean and variance that an evaluation uses") },
  { .key = NULL }
};

static const EtudeParam layer_params[] = { EPS, AFFINE, { .key = NULL } };

static const EtudeReal *
pixel_at (const EtudeReal *from, const EtudeLayout *layout, gsize sample, gsize pixel)
{
  return from + sample * layout->stride + pixel * layout->pixel;
}

/* --- over the mini-batch, channel by channel ------------------------------------------------- */

static void
batch_declare (const EtudeSite *site, EtudeBlock *blocks)
{
  gsize n = site->input.n_dims == 3 ? site->input.size[0] : etude_shape_count (&site->input);

  if (((const Norm *) site->params)->affine)
    {
      etude_block_init_vector (&blocks[WEIGHT], "weight", n, ETUDE_START_ONE);
      etude_block_init_vector (&blocks[BIAS], "bias", n, ETUDE_START_ZERO);
    }
  etude_block_init_vector (&blocks[MEAN], "running_mean", n, ETUDE_START_ZERO);
  etude_block_init_vector (&blocks[VARIANCE], "running_var", n, ETUDE_START_ONE);
  blocks[MEAN].is_state = blocks[VARIANCE].is_state = TRUE;
}

/* Sums in double, for there may be many numbers in one; a double is at most two of ours. And the
 * mean and inverse deviation of each channel as they were used. */
typedef struct
{
  double *first, *second;
  EtudeReal *mean, *inverse;
} BatchRoom;

static gsize
batch_scratch (const EtudePass *pass)
{
  return 4 * etude_pad (pass->out.channels);
}

/* Kept from forward to backward; a sample each has more than enough for one set of channels. */
static gsize
batch_memory (const EtudePass *pass)
{
  return 2 * etude_pad (pass->out.channels);
}

static BatchRoom
batch_room (const EtudePass *pass)
{
  gsize n = etude_pad (pass->out.channels);
  double *sums = (double *) pass->scratch;

  return (BatchRoom) { sums, sums + n, pass->memory, pass->memory + n };
}

/* Mean, then variance around it: in two passes nothing cancels. Returns how many numbers a channel has. */
static gsize
measure (const EtudePass *pass, const BatchRoom *room)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;
  gsize n = pass->n * n_pixels;

  memset (room->first, 0, channels * sizeof *room->first);
  memset (room->second, 0, channels * sizeof *room->second);
  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      for (gsize c = 0; c < channels; c++)
        room->first[c] += (double) pixel_at (pass->x, &pass->in, i, p)[c];
  for (gsize c = 0; c < channels; c++)
    room->first[c] /= (double) n;
  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      for (gsize c = 0; c < channels; c++)
        {
          double away = (double) pixel_at (pass->x, &pass->in, i, p)[c] - room->first[c];

          room->second[c] += away * away;
        }
  for (gsize c = 0; c < channels; c++)
    room->second[c] /= (double) n;
  return n;
}

/* PyTorch’s running variance is the unbiased one. One number has none: then nothing is learned of it. */
static void
remember (const EtudePass *pass, const BatchRoom *room, gsize n)
{
  double share = ((const Norm *) pass->params)->momentum;

  for (gsize c = 0; c < pass->in.channels && n > 1; c++)
    {
      EtudeReal *mean = &pass->blocks[MEAN][c], *variance = &pass->blocks[VARIANCE][c];

      *mean = (EtudeReal) ((1 - share) * (double) *mean + share * room->first[c]);
      *variance = (EtudeReal) ((1 - share) * (double) *variance
                               + share * room->second[c] * (double) n / (double) (n - 1));
    }
}

static void
batch_normalise (const EtudePass *pass, const BatchRoom *room)
{
  const EtudeReal *weight = pass->blocks[WEIGHT], *bias = pass->blocks[BIAS];
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        const EtudeReal *x = pixel_at (pass->x, &pass->in, i, p);
        EtudeReal *y = pass->y + i * pass->y_stride + p * pass->out.pixel;

        for (gsize c = 0; c < channels; c++)
          y[c] = (x[c] - room->mean[c]) * room->inverse[c];
        for (gsize c = 0; c < channels && weight != NULL; c++)
          y[c] = y[c] * weight[c] + bias[c];
      }
}

static void
batch_forward (const EtudePass *pass)
{
  double eps = ((const Norm *) pass->params)->eps;
  BatchRoom room = batch_room (pass);
  gsize channels = pass->in.channels;

  if (pass->training)
    remember (pass, &room, measure (pass, &room));
  for (gsize c = 0; c < channels; c++)
    {
      double variance = pass->training ? room.second[c] : (double) pass->blocks[VARIANCE][c];

      room.mean[c] = pass->training ? (EtudeReal) room.first[c] : pass->blocks[MEAN][c];
      room.inverse[c] = (EtudeReal) (1 / sqrt (variance + eps));
    }
  batch_normalise (pass, &room);
}

/* sums[c] of dy and of dy x̂, which are the gradients of bias and weight */
static void
batch_sum (const EtudePass *pass, const BatchRoom *room)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  memset (room->first, 0, channels * sizeof *room->first);
  memset (room->second, 0, channels * sizeof *room->second);
  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        const EtudeReal *x = pixel_at (pass->x, &pass->in, i, p), *dy = pixel_at (pass->dy, &pass->out, i, p);

        for (gsize c = 0; c < channels; c++)
          {
            room->first[c] += (double) dy[c];
            room->second[c] += (double) dy[c] * (double) ((x[c] - room->mean[c]) * room->inverse[c]);
          }
      }
}

/* dx = w / σ (dy − mean of dy − x̂ mean of dy x̂); in an evaluation the statistics do not depend on x */
static void
batch_slopes (const EtudePass *pass, const BatchRoom *room)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;
  double share = pass->training ? 1 / (double) (pass->n * n_pixels) : 0;

  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        const EtudeReal *x = pixel_at (pass->x, &pass->in, i, p), *dy = pixel_at (pass->dy, &pass->out, i, p);
        EtudeReal *dx = pass->dx + i * pass->dx_stride + p * pass->slope.pixel;

        for (gsize c = 0; c < channels; c++)
          {
            double normal = (double) ((x[c] - room->mean[c]) * room->inverse[c]);
            double slope = (double) dy[c] - share * room->first[c] - normal * share * room->second[c];
            double weight = pass->blocks[WEIGHT] != NULL ? (double) pass->blocks[WEIGHT][c] : 1;

            dx[c] = (EtudeReal) (weight * (double) room->inverse[c] * slope);
          }
        memset (dx + channels, 0, (pass->slope.pixel - channels) * sizeof *dx);
      }
}

static void
batch_backward (const EtudePass *pass)
{
  BatchRoom room = batch_room (pass);

  batch_sum (pass, &room);
  if (pass->dx != NULL)
    {
      batch_slopes (pass, &room);
      etude_pass_finish (pass);
    }
  for (gsize c = 0; c < pass->in.channels && pass->dblocks[WEIGHT] != NULL; c++)
    {
      pass->dblocks[WEIGHT][c] = (EtudeReal) room.second[c];
      pass->dblocks[BIAS][c] = (EtudeReal) room.first[c];
    }
}

/* --- over each sample ------------------------------------------------------------------------ */

static void
layer_declare_one (const EtudeSite *site, EtudeBlock *block, const char *name, EtudeStart start)
{
  const EtudeShape *shape = &site->input;
  gsize pixel = etude_pad (shape->size[0]);

  if (shape->n_dims != 3)
    {
      etude_block_init_vector (block, name, etude_shape_count (shape), start);
      return;
    }
  *block = (EtudeBlock) {
    .name = name, .n_dims = 3, .dims = { shape->size[0], shape->size[1], shape->size[2] },
    .column = { 1, shape->size[2] * pixel, pixel }, .n_rows = 1, .n_columns = shape->size[1] * shape->size[2] * pixel,
    .start = start,
  };
}

static void
layer_declare (const EtudeSite *site, EtudeBlock *blocks)
{
  if (!((const Norm *) site->params)->affine)
    return;
  layer_declare_one (site, &blocks[WEIGHT], "weight", ETUDE_START_ONE);
  layer_declare_one (site, &blocks[BIAS], "bias", ETUDE_START_ZERO);
}

/* Mean and inverse deviation of each sample. */
static gsize
layer_memory (const EtudePass *pass)
{
  return 2;
}

static void
layer_measure (const EtudePass *pass, gsize sample, EtudeReal *mean, EtudeReal *inverse)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;
  double sum = 0, squares = 0, n = (double) (n_pixels * channels);

  for (gsize p = 0; p < n_pixels; p++)
    for (gsize c = 0; c < channels; c++)
      sum += (double) pixel_at (pass->x, &pass->in, sample, p)[c];
  for (gsize p = 0; p < n_pixels; p++)
    for (gsize c = 0; c < channels; c++)
      {
        double away = (double) pixel_at (pass->x, &pass->in, sample, p)[c] - sum / n;

        squares += away * away;
      }
  *mean = (EtudeReal) (sum / n);
  *inverse = (EtudeReal) (1 / sqrt (squares / n + ((const Norm *) pass->params)->eps));
}

static void
layer_forward (const EtudePass *pass)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  for (gsize i = 0; i < pass->n; i++)
    {
      EtudeReal *of = pass->memory + 2 * i;

      layer_measure (pass, i, &of[0], &of[1]);
      for (gsize p = 0; p < n_pixels; p++)
        {
          const EtudeReal *x = pixel_at (pass->x, &pass->in, i, p);
          EtudeReal *y = pass->y + i * pass->y_stride + p * pass->out.pixel;

          for (gsize c = 0; c < channels; c++)
            y[c] = (x[c] - of[0]) * of[1];
          for (gsize c = 0; c < channels && pass->blocks[WEIGHT] != NULL; c++)
            y[c] = y[c] * pass->blocks[WEIGHT][p * pass->out.pixel + c] + pass->blocks[BIAS][p * pass->out.pixel + c];
        }
    }
}

static void
layer_add_weights (const EtudePass *pass, gsize sample)
{
  const EtudeReal *of = pass->memory + 2 * sample;
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  for (gsize p = 0; p < n_pixels; p++)
    {
      const EtudeReal *x = pixel_at (pass->x, &pass->in, sample, p), *dy = pixel_at (pass->dy, &pass->out, sample, p);
      EtudeReal *weight = pass->dblocks[WEIGHT] + p * pass->out.pixel, *bias = pass->dblocks[BIAS] + p * pass->out.pixel;

      for (gsize c = 0; c < channels; c++)
        {
          weight[c] += dy[c] * ((x[c] - of[0]) * of[1]);
          bias[c] += dy[c];
        }
    }
}

/* dx = 1 / σ (g − mean of g − x̂ mean of g x̂), g = w dy */
static void
layer_slopes (const EtudePass *pass, gsize sample)
{
  const EtudeReal *of = pass->memory + 2 * sample;
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;
  double sums[2] = { 0 }, n = (double) (n_pixels * channels);

  for (guint round = 0; round < 2; round++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        const EtudeReal *x = pixel_at (pass->x, &pass->in, sample, p), *dy = pixel_at (pass->dy, &pass->out, sample, p);
        EtudeReal *dx = pass->dx + sample * pass->dx_stride + p * pass->slope.pixel;

        for (gsize c = 0; c < channels; c++)
          {
            double normal = (double) ((x[c] - of[0]) * of[1]);
            double slope = (double) dy[c];

            if (pass->blocks[WEIGHT] != NULL)
              slope *= (double) pass->blocks[WEIGHT][p * pass->out.pixel + c];
            if (round == 1)
              dx[c] = (EtudeReal) ((double) of[1] * (slope - sums[0] / n - normal * sums[1] / n));
            else
              {
                sums[0] += slope;
                sums[1] += slope * normal;
              }
          }
        if (round == 1)
          memset (dx + channels, 0, (pass->slope.pixel - channels) * sizeof *dx);
      }
}

static void
layer_backward (const EtudePass *pass)
{
  gsize n = pass->out.height * pass->out.width * pass->out.pixel;

  for (guint b = WEIGHT; b <= BIAS && pass->dblocks[WEIGHT] != NULL; b++)
    memset (pass->dblocks[b], 0, n * sizeof *pass->dblocks[b]);
  for (gsize i = 0; i < pass->n; i++)
    {
      if (pass->dx != NULL)
        layer_slopes (pass, i);
      if (pass->dblocks[WEIGHT] != NULL)
        layer_add_weights (pass, i);
    }
  if (pass->dx != NULL)
    etude_pass_finish (pass);
}

const EtudeLayerKind etude_layer_batch_norm = {
  .kind = { .id = "batch_norm", .label = N_("Batch Norm"),
            .help = N_("Gives each column or channel mean 0 and deviation 1 over the mini-batch"),
            .source = "torch/nn/modules/batchnorm.py BatchNorm1d, BatchNorm2d", .formula = "y = (x − mean) / √(variance + eps) · w + b",
            ETUDE_LAYER_COMMON, .params = batch_params, .size = sizeof (Norm) },
  .takes = ETUDE_TAKES_BOTH, .declare = batch_declare, .scratch = batch_scratch, .memory = batch_memory,
  .forward = batch_forward, .backward = batch_backward,
};

const EtudeLayerKind etude_layer_layer_norm = {
  .kind = { .id = "layer_norm", .label = N_("Layer Norm"), .help = N_("Gives all values of a sample together mean 0 and deviation 1"),
            .source = "torch/nn/modules/normalization.py LayerNorm", .formula = "y = (x − mean) / √(variance + eps) · w + b",
            ETUDE_LAYER_COMMON, .params = layer_params, .size = sizeof (Norm) },
  .takes = ETUDE_TAKES_BOTH, .declare = layer_declare, .memory = layer_memory,
  .forward_by_sample = TRUE, .forward = layer_forward, .backward = layer_backward,
};
