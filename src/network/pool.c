/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

typedef struct
{
  EtudeLayerCommon common;
  EtudeExtent kernel_size;
  EtudeExtent stride;
  EtudeExtent padding;
  gboolean count_include_pad;
} Pool;

#define POOL_PARAMS \
  { .key = "kernel_size", .label = N_("Kernel Size"), .type = ETUDE_PARAM_EXTENT, .scale = ETUDE_SCALE_LOG, \
    .min = 1, .max = 10000, .initial = 2, .offset = G_STRUCT_OFFSET (Pool, kernel_size), \
    .help = N_("Height and width of the window of which one value is made") }, \
  { .key = "stride", .label = N_("Stride"), .type = ETUDE_PARAM_EXTENT, .scale = ETUDE_SCALE_LOG, \
    .min = 1, .max = 10000, .initial_auto = TRUE, .automatic = N_("As large as the window"), \
    .offset = G_STRUCT_OFFSET (Pool, stride), .help = N_("How far it is from one window to the next") }, \
  { .key = "padding", .label = N_("Padding"), .type = ETUDE_PARAM_EXTENT, .min = 0, .max = 10000, \
    .offset = G_STRUCT_OFFSET (Pool, padding), .help = N_("By how much windows may reach over the edge of the image") }

static const EtudeParam max_params[] = { POOL_PARAMS, { .key = NULL } };

static const EtudeParam avg_params[] = {
  POOL_PARAMS,
  { .key = "count_include_pad", .label = N_("Count the Padding"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (Pool, count_include_pad),
    .help = N_("Whether zeros beyond the edge are part of the mean") },
  { .key = NULL }
};

static const EtudeExtent *
pool_stride (const Pool *self)
{
  return self->stride.height == ETUDE_AUTO_INTEGER ? &self->kernel_size : &self->stride;
}

static gboolean
pool_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  const Pool *self = site->params;
  const EtudeExtent *stride = pool_stride (self);
  gsize height = site->input.size[1] + 2 * self->padding.height, width = site->input.size[2] + 2 * self->padding.width;

  if (!etude_site_needs_image (site, error))
    return FALSE;
  if (2 * self->padding.height > self->kernel_size.height || 2 * self->padding.width > self->kernel_size.width)
    return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                              _("padding: found %zu × %zu, expected at most half of kernel_size, which is %zu × %zu"),
                              (gsize) self->padding.height, (gsize) self->padding.width,
                              (gsize) self->kernel_size.height, (gsize) self->kernel_size.width);
  if (!etude_site_kernel_fits (site, &self->kernel_size, &self->padding, error))
    return FALSE;
  out->shape.size[1] = (height - (gsize) self->kernel_size.height) / (gsize) stride->height + 1;
  out->shape.size[2] = (width - (gsize) self->kernel_size.width) / (gsize) stride->width + 1;
  return TRUE;
}

/* The part of a window that is inside the image, in one direction; @size counts what is in the padded one. */
typedef struct
{
  gsize first, end, size;
} Window;

static Window
find_window (gsize at, gsize stride, gsize kernel, gsize padding, gsize n)
{
  gsize from = at * stride, to = from + kernel;

  return (Window) { MAX (from, padding) - padding, MIN (to, n + padding) - padding, MIN (to, n + 2 * padding) - from };
}

/* One window of one sample. */
typedef struct
{
  Window y, x;
  gsize to; /* which pixel of the output */
} Place;

typedef void (*PlaceFunc) (const EtudePass *pass, gsize sample, const Place *place);

static void
each_place (const EtudePass *pass, PlaceFunc each)
{
  const Pool *self = pass->params;
  const EtudeExtent *stride = pool_stride (self);
  Place place = { 0 };

  for (gsize i = 0; i < pass->n; i++)
    for (gsize y = 0; y < pass->out.height; y++)
      {
        place.y = find_window (y, (gsize) stride->height, (gsize) self->kernel_size.height,
                               (gsize) self->padding.height, pass->in.height);
        for (gsize x = 0; x < pass->out.width; x++)
          {
            place.x = find_window (x, (gsize) stride->width, (gsize) self->kernel_size.width,
                                   (gsize) self->padding.width, pass->in.width);
            place.to = y * pass->out.width + x;
            each (pass, i, &place);
          }
      }
}

/* --- maximum --------------------------------------------------------------------------------- */

/* For each output, which pixel it comes from. */
static gsize
max_memory (const EtudePass *pass)
{
  return pass->out.stride;
}

static guint32 *
max_source (const EtudePass *pass, gsize sample, gsize pixel)
{
  return (guint32 *) pass->memory + sample * pass->out.stride + pixel * pass->out.pixel;
}

/* As PyTorch: the first of equal ones, and a value that is no number wins. */
static void
take_larger (gsize n, const EtudeReal *restrict x, guint32 pixel, EtudeReal *restrict y, guint32 *restrict source)
{
  for (gsize c = 0; c < n; c++)
    {
      gboolean is_larger = (x[c] > y[c]) | (x[c] != x[c]);

      y[c] = is_larger ? x[c] : y[c];
      source[c] = is_larger ? pixel : source[c];
    }
}

static void
max_place (const EtudePass *pass, gsize sample, const Place *place)
{
  const EtudeReal *x = pass->x + sample * pass->x_stride;
  EtudeReal *y = pass->y + sample * pass->y_stride + place->to * pass->out.pixel;
  guint32 *source = max_source (pass, sample, place->to);
  gsize channels = pass->in.channels;
  guint32 first = (guint32) (place->y.first * pass->in.width + place->x.first);

  for (gsize c = 0; c < channels; c++)
    {
      y[c] = x[first * pass->in.pixel + c];
      source[c] = first;
    }
  for (gsize row = place->y.first; row < place->y.end; row++)
    for (gsize column = place->x.first; column < place->x.end; column++)
      {
        gsize pixel = row * pass->in.width + column;

        take_larger (channels, x + pixel * pass->in.pixel, (guint32) pixel, y, source);
      }
}

/* A row of windows for the kernels. */
static EtudePooling
make_pooling (const EtudePass *pass)
{
  const Pool *self = pass->params;

  return (EtudePooling) {
    .n_outputs = pass->out.width, .n_channels = pass->in.pixel,
    .height = (gsize) self->kernel_size.height, .width = (gsize) self->kernel_size.width,
    .stride = (gsize) pool_stride (self)->width, .line = pass->in.width, .before = pass->before,
  };
}

/* The first pixel of row @y of windows. */
static gsize
first_pixel (const EtudePass *pass, gsize y)
{
  return y * (gsize) pool_stride (pass->params)->height * pass->in.width;
}

/* Whether windows are all inside the image, and pixels as wide as the kernels want them. */
static gboolean
is_regular (const EtudePass *pass)
{
  const Pool *self = pass->params;

  return self->padding.height == 0 && self->padding.width == 0 && pass->in.pixel % ETUDE_PAD == 0;
}

static void
max_forward (const EtudePass *pass)
{
  EtudePooling pooling = make_pooling (pass);

  if (!is_regular (pass))
    {
      each_place (pass, max_place);
      return;
    }
  for (gsize i = 0; i < pass->n; i++)
    for (gsize y = 0; y < pass->out.height; y++)
      {
        gsize first = first_pixel (pass, y), to = y * pass->out.width;

        pass->kernels->pool (&pooling, pass->x + i * pass->x_stride + first * pass->in.pixel,
                             pass->y + i * pass->y_stride + to * pass->out.pixel, max_source (pass, i, to),
                             (guint32) first);
      }
}

static void
max_slope (const EtudePass *pass, gsize sample, const Place *place)
{
  const EtudeReal *dy = pass->dy + sample * pass->y_stride + place->to * pass->out.pixel;
  EtudeReal *dx = pass->dx + sample * pass->dx_stride;
  const guint32 *source = max_source (pass, sample, place->to);

  for (gsize c = 0; c < pass->in.channels; c++)
    dx[source[c] * pass->slope.pixel + c] += dy[c];
}

/* Whether no pixel is in two windows. */
static gboolean
is_apart (const EtudePass *pass)
{
  const Pool *self = pass->params;
  const EtudeExtent *stride = pool_stride (self);

  return stride->height >= self->kernel_size.height && stride->width >= self->kernel_size.width;
}

/* Whether each pixel is in a window, where no pixel is in two. */
static gboolean
is_covered (const EtudePass *pass)
{
  const Pool *self = pass->params;

  return pass->out.height * (gsize) self->kernel_size.height == pass->in.height
         && pass->out.width * (gsize) self->kernel_size.width == pass->in.width;
}

static void
max_backward_apart (const EtudePass *pass)
{
  EtudePooling pooling = make_pooling (pass);

  for (gsize i = 0; i < pass->n; i++)
    for (gsize y = 0; y < pass->out.height; y++)
      {
        gsize first = first_pixel (pass, y), to = y * pass->out.width;

        pass->kernels->pool_back (&pooling, pass->x + i * pass->x_stride + first * pass->in.pixel,
                                  pass->dy + i * pass->y_stride + to * pass->out.pixel, max_source (pass, i, to),
                                  (guint32) first, pass->dx + i * pass->dx_stride + first * pass->slope.pixel);
      }
}

static void
max_backward (const EtudePass *pass)
{
  gboolean by_kernel = is_regular (pass) && is_apart (pass);

  if (pass->dx == NULL)
    return;
  if (!by_kernel || !is_covered (pass))
    memset (pass->dx, 0, pass->n * pass->dx_stride * sizeof *pass->dx);
  if (by_kernel)
    {
      max_backward_apart (pass);
      return;
    }
  each_place (pass, max_slope);
  etude_pass_finish (pass);
}

/* --- mean ------------------------------------------------------------------------------------ */

static EtudeReal
avg_share (const EtudePass *pass, const Place *place)
{
  gsize inside = (place->y.end - place->y.first) * (place->x.end - place->x.first);

  return 1 / (EtudeReal) (((const Pool *) pass->params)->count_include_pad ? place->y.size * place->x.size : inside);
}

static void
avg_place (const EtudePass *pass, gsize sample, const Place *place)
{
  EtudeReal *y = pass->y + sample * pass->y_stride + place->to * pass->out.pixel;
  EtudeReal share = avg_share (pass, place);
  gsize channels = pass->in.channels;

  memset (y, 0, channels * sizeof *y);
  for (gsize row = place->y.first; row < place->y.end; row++)
    for (gsize column = place->x.first; column < place->x.end; column++)
      {
        const EtudeReal *x = pass->x + sample * pass->x_stride + (row * pass->in.width + column) * pass->in.pixel;

        for (gsize c = 0; c < channels; c++)
          y[c] += x[c];
      }
  for (gsize c = 0; c < channels; c++)
    y[c] *= share;
}

static void
avg_forward (const EtudePass *pass)
{
  each_place (pass, avg_place);
}

static void
avg_slope (const EtudePass *pass, gsize sample, const Place *place)
{
  const EtudeReal *dy = pass->dy + sample * pass->y_stride + place->to * pass->out.pixel;
  EtudeReal share = avg_share (pass, place);

  for (gsize row = place->y.first; row < place->y.end; row++)
    for (gsize column = place->x.first; column < place->x.end; column++)
      {
        EtudeReal *dx = pass->dx + sample * pass->dx_stride + (row * pass->in.width + column) * pass->slope.pixel;

        for (gsize c = 0; c < pass->in.channels; c++)
          dx[c] += share * dy[c];
      }
}

static void
avg_backward (const EtudePass *pass)
{
  if (pass->dx == NULL)
    return;
  memset (pass->dx, 0, pass->n * pass->dx_stride * sizeof *pass->dx);
  each_place (pass, avg_slope);
  etude_pass_finish (pass);
}

/* --- mean of the whole image ----------------------------------------------------------------- */

static gboolean
global_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  out->shape = (EtudeShape) { 3, { site->input.size[0], 1, 1 } };
  return etude_site_needs_image (site, error);
}

static void
global_forward (const EtudePass *pass)
{
  gsize n_pixels = pass->in.height * pass->in.width;

  for (gsize i = 0; i < pass->n; i++)
    {
      EtudeReal *y = pass->y + i * pass->y_stride;

      memset (y, 0, pass->in.channels * sizeof *y);
      for (gsize p = 0; p < n_pixels; p++)
        for (gsize c = 0; c < pass->in.channels; c++)
          y[c] += pass->x[i * pass->x_stride + p * pass->in.pixel + c];
      for (gsize c = 0; c < pass->in.channels; c++)
        y[c] /= (EtudeReal) n_pixels;
    }
}

static void
global_backward (const EtudePass *pass)
{
  gsize n_pixels = pass->in.height * pass->in.width;

  if (pass->dx == NULL)
    return;
  memset (pass->dx, 0, pass->n * pass->dx_stride * sizeof *pass->dx);
  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      for (gsize c = 0; c < pass->in.channels; c++)
        pass->dx[i * pass->dx_stride + p * pass->slope.pixel + c] = pass->dy[i * pass->y_stride + c] / (EtudeReal) n_pixels;
  etude_pass_finish (pass);
}

const EtudeLayerKind etude_layer_max_pool2d = {
  .kind = { .id = "max_pool2d", .label = N_("Max Pooling"), .help = N_("Makes images smaller: the largest value of each window"),
            .source = "torch/nn/modules/pooling.py MaxPool2d", .formula = "y = max of x in the window",
            ETUDE_LAYER_COMMON, .params = max_params, .size = sizeof (Pool) },
  .takes = ETUDE_TAKES_IMAGE, .infer = pool_infer, .memory = max_memory,
  .forward_by_sample = TRUE, .backward_by_sample = TRUE,
  .forward = max_forward, .backward = max_backward,
};

const EtudeLayerKind etude_layer_avg_pool2d = {
  .kind = { .id = "avg_pool2d", .label = N_("Average Pooling"), .help = N_("Makes images smaller: the mean of each window"),
            .source = "torch/nn/modules/pooling.py AvgPool2d", .formula = "y = mean of x in the window",
            ETUDE_LAYER_COMMON, .params = avg_params, .size = sizeof (Pool) },
  .takes = ETUDE_TAKES_IMAGE, .infer = pool_infer,
  .forward_by_sample = TRUE, .backward_by_sample = TRUE,
  .forward = avg_forward, .backward = avg_backward,
};

const EtudeLayerKind etude_layer_global_avg_pool2d = {
  .kind = { .id = "global_avg_pool2d", .label = N_("Global Average Pooling"), .help = N_("The mean of each channel of an image"),
            .source = "torch/nn/modules/pooling.py AdaptiveAvgPool2d (1)", .formula = "y = mean of x in the channel",
            ETUDE_LAYER_COMMON, .size = sizeof (EtudeLayerCommon) },
  .takes = ETUDE_TAKES_IMAGE, .infer = global_infer,
  .forward_by_sample = TRUE, .backward_by_sample = TRUE,
  .forward = global_forward, .backward = global_backward,
};
