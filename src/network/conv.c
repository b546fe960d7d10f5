/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Convolution as a product whose left side is never written out: a row of output pixels is a tile
 * of rows that start a stride apart in the image. The image of one sample is copied with its
 * padding around it first, all channels of a pixel side by side, so that no tile has to look where
 * it is, and a row of the kernel is one run of numbers.
 */
#include "network/conv-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static const EtudeParam conv_params[] = {
  { .key = "out_channels", .label = N_("Channels"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1000000, .initial = 16, .offset = G_STRUCT_OFFSET (EtudeConv, out_channels),
    .help = N_("How many images come out, each with a kernel of its own") },
  { .key = "kernel_size", .label = N_("Kernel Size"), .type = ETUDE_PARAM_EXTENT, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 10000, .initial = 3, .offset = G_STRUCT_OFFSET (EtudeConv, kernel_size),
    .help = N_("Height and width of the window that an output sees") },
  { .key = "stride", .label = N_("Stride"), .type = ETUDE_PARAM_EXTENT, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 10000, .initial = 1, .offset = G_STRUCT_OFFSET (EtudeConv, stride),
    .help = N_("How far it is from one window to the next") },
  { .key = "padding", .label = N_("Padding"), .type = ETUDE_PARAM_EXTENT, .min = 0, .max = 10000,
    .offset = G_STRUCT_OFFSET (EtudeConv, padding), .help = N_("How many zeros are put around the image") },
  { .key = "dilation", .label = N_("Dilation"), .type = ETUDE_PARAM_EXTENT, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 10000, .initial = 1, .offset = G_STRUCT_OFFSET (EtudeConv, dilation),
    .help = N_("How far it is from one pixel of a window to the next") },
  { .key = "groups", .label = N_("Groups"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1000000, .initial = 1, .offset = G_STRUCT_OFFSET (EtudeConv, groups),
    .help = N_("In how many parts channels are divided that do not see each other") },
  { .key = "bias", .label = N_("Bias"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (EtudeConv, bias), .help = N_("Adds a number of its own to each channel") },
  { .key = NULL }
};

/* How far a window reaches. */
static EtudeExtent
reach (const EtudeConv *self)
{
  return (EtudeExtent) { (self->kernel_size.height - 1) * self->dilation.height + 1,
                         (self->kernel_size.width - 1) * self->dilation.width + 1 };
}

static gboolean
conv_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  const EtudeConv *self = site->params;
  EtudeExtent window = reach (self);
  gsize channels = site->input.size[0];
  gsize depth;

  if (!etude_site_needs_image (site, error))
    return FALSE;
  if (channels % self->groups != 0 || self->out_channels % self->groups != 0)
    return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                              _("groups: found %zu, expected a divisor of the %zu channels that it gets and the %zu that it gives"),
                              (gsize) self->groups, channels, (gsize) self->out_channels);
  if (!etude_site_kernel_fits (site, &window, &self->padding, error))
    return FALSE;
  depth = channels / (gsize) self->groups;
  if (!g_size_checked_mul (&depth, depth, (gsize) (self->kernel_size.height * self->kernel_size.width))
      || !etude_block_fits (depth, (gsize) self->out_channels))
    {
      g_autofree char *most = g_format_size_full (etude_memory_get_limit (), G_FORMAT_SIZE_IEC_UNITS);

      return etude_site_refuse (site, ETUDE_ERROR_SIZE, error,
                                _("%zu channels with %zu inputs need more memory for their weights than the limit of %s"),
                                (gsize) self->out_channels, depth, most);
    }
  out->shape = (EtudeShape) { 3, {
    (gsize) self->out_channels,
    (site->input.size[1] + (gsize) (2 * self->padding.height - window.height)) / (gsize) self->stride.height + 1,
    (site->input.size[2] + (gsize) (2 * self->padding.width - window.width)) / (gsize) self->stride.width + 1,
  } };
  return TRUE;
}

static void
conv_declare (const EtudeSite *site, EtudeBlock *blocks)
{
  const EtudeConv *self = site->params;
  gsize n = site->input.size[0] / (gsize) self->groups;
  gsize height = (gsize) self->kernel_size.height, width = (gsize) self->kernel_size.width;

  blocks[0] = (EtudeBlock) {
    .name = "weight", .n_dims = 4, .dims = { (gsize) self->out_channels, n, height, width },
    .row = { 0, 1, width * n, n }, .column = { 1 },
    .n_rows = height * width * n, .n_columns = etude_pad ((gsize) self->out_channels),
    .fan_in = height * width * n, .fan_out = height * width * (gsize) self->out_channels,
  };
  if (self->bias)
    etude_block_init_vector (&blocks[1], "bias", (gsize) self->out_channels, ETUDE_START_BIAS);
}

/* --- room ------------------------------------------------------------------------------------ */

/* A picture in the room between calls: one sample with zeros around it, channels side by side. */
typedef struct
{
  gsize height, width, channels;
  EtudeReal *numbers;
} Picture;

static gsize
picture_size (const Picture *picture)
{
  return etude_pad (picture->height * picture->width * picture->channels);
}

/* The input with its padding; the gradient of the output as an input of the way back: apart by the
 * stride, with as much around it as the kernel reaches; the kernel that leads back, which those who share a
 * pass have in common. */
typedef struct
{
  Picture input, slope;
  EtudeReal *kernel;
  gsize n_kernel;
} Room;

static Room
make_room (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  EtudeExtent window = reach (self);
  Room room = {
    .input = { pass->in.height + 2 * (gsize) self->padding.height, pass->in.width + 2 * (gsize) self->padding.width,
               pass->in.channels, pass->scratch },
    .slope = { pass->in.height + (gsize) window.height - 1, pass->in.width + (gsize) window.width - 1,
               pass->out.channels, NULL },
    .n_kernel = (gsize) (self->kernel_size.height * self->kernel_size.width) * pass->out.channels
                * etude_pad (pass->in.channels),
  };

  /* While the room is only measured there is none yet. */
  if (pass->scratch != NULL)
    {
      room.slope.numbers = pass->scratch + picture_size (&room.input);
      room.kernel = pass->shared + picture_size (&room.input) + picture_size (&room.slope);
    }
  return room;
}

static gsize
conv_scratch (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  Room room = make_room (pass);

  return self->groups > 1 ? 0 : picture_size (&room.input) + picture_size (&room.slope) + room.n_kernel;
}

/* --- forward --------------------------------------------------------------------------------- */

/* Sample @i as a picture; what is around it is zero already. */
static const EtudeReal *
place_input (const EtudePass *pass, const Picture *picture, gsize i)
{
  const EtudeConv *self = pass->params;
  const EtudeReal *x = pass->x + i * pass->x_stride;
  EtudeReal *to = picture->numbers
                  + ((gsize) self->padding.height * picture->width + (gsize) self->padding.width) * picture->channels;

  if (picture->height == pass->in.height && picture->width == pass->in.width && pass->in.pixel == pass->in.channels)
    return x;
  for (gsize row = 0; row < pass->in.height; row++, to += picture->width * picture->channels)
    if (pass->in.pixel == pass->in.channels)
      memcpy (to, x + row * pass->in.width * pass->in.pixel, pass->in.width * pass->in.pixel * sizeof *to);
    else
      for (gsize column = 0; column < pass->in.width; column++)
        memcpy (to + column * picture->channels, x + (row * pass->in.width + column) * pass->in.pixel,
                picture->channels * sizeof *to);
  return picture->numbers;
}

/* One row of a convolution over @picture; pixels that are not side by side are as many runs. */
static void
convolve_row (const EtudeKernels *kernels, EtudeConvolution p, const EtudeConv *self, const Picture *picture)
{
  gsize height = (gsize) self->kernel_size.height, width = (gsize) self->kernel_size.width;
  gsize line = picture->width * picture->channels * (gsize) self->dilation.height;
  gboolean is_cut = p.is_cut;

  if (self->dilation.width == 1)
    {
      p.depth = width * picture->channels;
      p.n_outer = height;
      p.a_outer = line;
      kernels->convolve (&p);
      return;
    }
  p.depth = picture->channels;
  p.n_outer = width;
  p.a_outer = (gsize) self->dilation.width * picture->channels;
  for (gsize ky = 0; ky < height; ky++, p.a += line, p.b_first += width * picture->channels)
    {
      p.add = ky > 0;
      p.is_cut = is_cut && ky + 1 == height;
      if (ky > 0)
        p.bias = NULL;
      kernels->convolve (&p);
    }
}

static void
conv_forward (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  Room room = make_room (pass);
  gboolean is_cut = pass->activation == ETUDE_ACTIVATION_RELU;
  EtudeConvolution p = {
    .n_rows = pass->out.width, .n_columns = pass->out.pixel, .a_row = (gsize) self->stride.width * pass->in.channels,
    .b = pass->blocks[0], .b_rows = (gsize) (self->kernel_size.height * self->kernel_size.width) * pass->in.channels,
    .c_stride = pass->out.pixel, .bias = pass->blocks[1], .is_cut = is_cut,
  };

  if (self->groups > 1)
    {
      etude_conv_groups_forward (pass);
      return;
    }
  memset (room.input.numbers, 0, picture_size (&room.input) * sizeof *room.input.numbers);
  for (gsize i = 0; i < pass->n; i++)
    {
      const EtudeReal *image = place_input (pass, &room.input, i);

      for (gsize y = 0; y < pass->out.height; y++)
        {
          p.a = image + y * (gsize) self->stride.height * room.input.width * room.input.channels;
          p.c = pass->y + i * pass->y_stride + y * pass->out.width * pass->out.pixel;
          convolve_row (pass->kernels, p, self, &room.input);
        }
    }
  if (!is_cut && pass->activation != ETUDE_ACTIVATION_NONE)
    pass->kernels->activate (pass->activation, pass->n * pass->y_stride, pass->y);
}

/* --- backward -------------------------------------------------------------------------------- */

/* Rows of weights that are made in one go. */
#define BAND 12

/* The runs of the kernel, which have as many numbers each, and how many bands these are cut into. */
typedef struct
{
  gsize n_runs, n_numbers, n_bands;
} Runs;

static Runs
make_runs (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  gsize height = (gsize) self->kernel_size.height, width = (gsize) self->kernel_size.width;
  gboolean in_one = self->dilation.width == 1;
  Runs runs = { in_one ? height : height * width, in_one ? width * pass->in.channels : pass->in.channels, 0 };

  runs.n_bands = (runs.n_numbers + BAND - 1) / BAND;
  return runs;
}

/* dw[ky,kx,c,o] = sum over b and pixels of x[b, y s + ky d, x s + kx d, c] dy[b,y,x,o], image by image;
 * bands @band to @end - 1 of all runs */
static void
add_weights (const EtudePass *pass, const Picture *picture, const EtudeReal *image, gsize i, gsize band, gsize end)
{
  const EtudeConv *self = pass->params;
  Runs runs = make_runs (pass);
  gsize width = runs.n_runs / (gsize) self->kernel_size.height;
  gsize line = picture->width * picture->channels;
  EtudeCorrelation p = {
    .n_columns = pass->out.pixel, .n_inner = pass->out.width, .n_outer = pass->out.height,
    .x_inner = (gsize) self->stride.width * picture->channels, .x_outer = (gsize) self->stride.height * line,
    .dy = pass->dy + i * pass->y_stride, .dy_stride = pass->out.pixel,
    .result = pass->dblocks[0], .result_rows = runs.n_runs * runs.n_numbers, .add = i > 0,
  };

  while (band < end)
    {
      gsize run = band / runs.n_bands, ky = run / width, kx = run % width;
      gsize stop = MIN (end, (run + 1) * runs.n_bands);
      gsize row = runs.n_numbers * (band % runs.n_bands) / runs.n_bands;

      p.first = run * runs.n_numbers + row;
      p.n_rows = runs.n_numbers * (stop - run * runs.n_bands) / runs.n_bands - row;
      p.x = image + ky * (gsize) self->dilation.height * line + kx * (gsize) self->dilation.width * picture->channels + row;
      pass->kernels->correlate (&p);
      band = stop;
    }
}

/* kernel[-ky,-kx,o,c] = w[ky,kx,c,o], in panels */
static void
turn_kernel (const EtudePass *pass, EtudeReal *kernel)
{
  const EtudeConv *self = pass->params;
  gsize n_taps = (gsize) (self->kernel_size.height * self->kernel_size.width);
  gsize n_in = pass->in.channels, n_out = pass->out.channels, n_columns = etude_pad (n_in);

  for (gsize tap = 0; tap < n_taps; tap++)
    for (gsize o = 0; o < n_out; o++)
      for (gsize c = 0; c < n_columns; c++)
        kernel[etude_panel_index (n_taps * n_out, n_columns, (n_taps - 1 - tap) * n_out + o, c)]
          = c < n_in ? pass->blocks[0][etude_panel_index (n_taps * n_in, pass->out.pixel, tap * n_in + c, o)] : 0;
}

/* The gradient of sample @i as a picture; where it goes is the same for all samples. */
static void
place_slope (const EtudePass *pass, const Picture *picture, gsize i)
{
  const EtudeConv *self = pass->params;
  EtudeExtent window = reach (self);

  for (gsize y = 0; y < pass->out.height; y++)
    for (gsize x = 0; x < pass->out.width; x++)
      {
        /* Past the edge on either side: an output that sees nothing but padding. */
        gsize row = y * (gsize) self->stride.height + (gsize) (window.height - 1) - (gsize) self->padding.height;
        gsize column = x * (gsize) self->stride.width + (gsize) (window.width - 1) - (gsize) self->padding.width;

        if (row < picture->height && column < picture->width)
          memcpy (picture->numbers + (row * picture->width + column) * picture->channels,
                  pass->dy + i * pass->y_stride + (y * pass->out.width + x) * pass->out.pixel,
                  picture->channels * sizeof *picture->numbers);
      }
}

/* dx = the convolution of the gradient, apart by the stride, with the kernel turned around */
static void
convolve_slopes (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  Room room = make_room (pass);
  EtudeConvolution p = {
    .n_rows = pass->in.width, .n_columns = pass->slope.pixel, .a_row = pass->out.channels, .b = room.kernel,
    .b_rows = (gsize) (self->kernel_size.height * self->kernel_size.width) * pass->out.channels,
    .c_stride = pass->slope.pixel,
  };

  memset (room.slope.numbers, 0, picture_size (&room.slope) * sizeof *room.slope.numbers);
  for (gsize i = 0; i < pass->n; i++)
    {
      place_slope (pass, &room.slope, i);
      for (gsize y = 0; y < pass->in.height; y++)
        {
          p.a = room.slope.numbers + y * room.slope.width * room.slope.channels;
          p.c = pass->dx + i * pass->dx_stride + y * pass->in.width * pass->slope.pixel;
          convolve_row (pass->kernels, p, self, &room.slope);
        }
    }
}

static void
conv_backward_inputs (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;

  if (self->groups > 1)
    etude_conv_groups_backward_inputs (pass);
  else
    convolve_slopes (pass);
  etude_pass_finish (pass);
}

static void
sum_bias (const EtudePass *pass)
{
  if (pass->dblocks[1] != NULL)
    pass->kernels->sum_columns (pass->n * pass->out.height * pass->out.width, pass->out.pixel, pass->dy,
                                pass->out.pixel, pass->dblocks[1]);
}

typedef struct
{
  const EtudePass *pass;
  gsize n_bands, n_parts;
} Weights;

/* Some bands, over all images; the last part is the bias. */
static void
make_weights (gconstpointer data, gsize part, guint member)
{
  const Weights *self = data;
  EtudePass pass = *self->pass;
  Room room;

  if (part == self->n_parts)
    {
      sum_bias (&pass);
      return;
    }
  pass.scratch = etude_pass_get_scratch (self->pass, member);
  room = make_room (&pass);
  memset (room.input.numbers, 0, picture_size (&room.input) * sizeof *room.input.numbers);
  for (gsize i = 0; i < pass.n; i++)
    add_weights (&pass, &room.input, place_input (&pass, &room.input, i), i,
                 etude_part_start (self->n_bands, self->n_parts, part),
                 etude_part_start (self->n_bands, self->n_parts, part + 1));
}

static void
conv_backward_weights (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;
  Runs runs = make_runs (pass);
  Weights weights = { pass, runs.n_runs * runs.n_bands, 0 };

  weights.n_parts = etude_pass_count_parts (pass, weights.n_bands);
  if (self->groups == 1)
    {
      etude_pass_run (pass, weights.n_parts + 1, make_weights, &weights);
      return;
    }
  etude_conv_groups_backward_weights (pass);
  sum_bias (pass);
}

static void
conv_backward (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;

  if (pass->dx != NULL)
    {
      if (self->groups == 1)
        turn_kernel (pass, make_room (pass).kernel);
      etude_pass_by_sample (pass, conv_backward_inputs);
    }
  if (pass->dblocks[0] != NULL)
    conv_backward_weights (pass);
}

const EtudeLayerKind etude_layer_conv2d = {
  .kind = { .id = "conv2d", .label = N_("Convolution"), .help = N_("Looks at an image through small windows, with the same weights everywhere"),
            .source = "torch/nn/modules/conv.py Conv2d", .formula = "y[o] = b[o] + Σ w[o, c] ⋆ x[c]",
            ETUDE_LAYER_COMMON, .params = conv_params, .size = sizeof (EtudeConv) },
  .takes = ETUDE_TAKES_IMAGE,
  .fuses = TRUE,
  .forward_by_sample = TRUE,
  .gives_outputs = TRUE,
  .infer = conv_infer,
  .declare = conv_declare,
  .scratch = conv_scratch,
  .forward = conv_forward,
  .backward = conv_backward,
};
