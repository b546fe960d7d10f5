/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
flatten_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  out->shape = (EtudeShape) { 1, { etude_shape_count (&site->input), 1, 1 } };
  return TRUE;
}

/* y[b,c,p] = x[b,p,c]: pixels with their channels become channels with their pixels. */
static void
flatten_forward (const EtudePass *pass)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        const EtudeReal *x = pass->x + i * pass->x_stride + p * pass->in.pixel;
        EtudeReal *y = pass->y + i * pass->y_stride + p;

        for (gsize c = 0; c < channels; c++)
          y[c * n_pixels] = x[c];
      }
}

static void
flatten_backward (const EtudePass *pass)
{
  gsize n_pixels = pass->in.height * pass->in.width, channels = pass->in.channels;

  if (pass->dx == NULL)
    return;
  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        EtudeReal *dx = pass->dx + i * pass->dx_stride + p * pass->slope.pixel;
        const EtudeReal *dy = pass->dy + i * pass->y_stride + p;

        for (gsize c = 0; c < channels; c++)
          dx[c] = dy[c * n_pixels];
        memset (dx + channels, 0, (pass->slope.pixel - channels) * sizeof *dx);
      }
  etude_pass_finish (pass);
}

const EtudeLayerKind etude_layer_flatten = {
  .kind = { .id = "flatten", .label = N_("Flatten"), .help = N_("Makes an image one row of numbers, channel after channel"),
            .source = "torch/nn/modules/flatten.py", .formula = "y[c h w] = x[c, h, w]",
            ETUDE_LAYER_COMMON, .size = sizeof (EtudeLayerCommon) },
  .takes = ETUDE_TAKES_BOTH,
  .infer = flatten_infer,
  .forward_by_sample = TRUE,
  .backward_by_sample = TRUE,
  .forward = flatten_forward,
  .backward = flatten_backward,
};
