/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolutions whose channels are in groups that do not see each other, as plain loops. */
#include "network/conv-private.h"

#include <string.h>

/* One weight of one output pixel: which input it meets. */
typedef struct
{
  gsize from;   /* number of the input, from the start of the sample */
  gsize to;     /* first number of the output pixel, likewise */
  gsize row;    /* of the weights */
  gsize first;  /* output channels @first to @end - 1 belong to the group */
  gsize end;
} Meeting;

typedef void (*MeetingFunc) (const EtudePass *pass, gsize sample, const Meeting *meeting);

/* All groups and channels of one position of the kernel. */
static void
each_channel (const EtudePass *pass, gsize sample, const EtudeLayout *in, gsize pixel, gsize to, gsize tap, MeetingFunc each)
{
  const EtudeConv *self = pass->params;
  gsize groups = (gsize) self->groups;
  gsize n_in = in->channels / groups, n_out = pass->out.channels / groups;

  for (gsize g = 0; g < groups; g++)
    for (gsize c = 0; c < n_in; c++)
      each (pass, sample, &(Meeting) { pixel * in->pixel + g * n_in + c, to * pass->out.pixel,
                                       tap * n_in + c, g * n_out, (g + 1) * n_out });
}

static void
each_tap (const EtudePass *pass, gsize sample, const EtudeLayout *in, gsize y, gsize x, MeetingFunc each)
{
  const EtudeConv *self = pass->params;

  for (gsize ky = 0; ky < self->kernel_size.height; ky++)
    for (gsize kx = 0; kx < self->kernel_size.width; kx++)
      {
        gsize row = y * (gsize) self->stride.height + ky * (gsize) self->dilation.height - (gsize) self->padding.height;
        gsize column = x * (gsize) self->stride.width + kx * (gsize) self->dilation.width - (gsize) self->padding.width;

        /* What is above or left of the image wraps around and is too large as well. */
        if (row < in->height && column < in->width)
          each_channel (pass, sample, in, row * in->width + column, y * pass->out.width + x,
                        ky * (gsize) self->kernel_size.width + kx, each);
      }
}

static void
each_meeting (const EtudePass *pass, const EtudeLayout *in, MeetingFunc each)
{
  for (gsize i = 0; i < pass->n; i++)
    for (gsize y = 0; y < pass->out.height; y++)
      for (gsize x = 0; x < pass->out.width; x++)
        each_tap (pass, i, in, y, x, each);
}

static gsize
weight_rows (const EtudePass *pass)
{
  const EtudeConv *self = pass->params;

  return (gsize) (self->kernel_size.height * self->kernel_size.width) * pass->in.channels / (gsize) self->groups;
}

static void
add_output (const EtudePass *pass, gsize sample, const Meeting *m)
{
  EtudeReal x = pass->x[sample * pass->x_stride + m->from];
  EtudeReal *y = pass->y + sample * pass->y_stride + m->to;

  for (gsize o = m->first; o < m->end; o++)
    y[o] += x * pass->blocks[0][etude_panel_index (weight_rows (pass), pass->out.pixel, m->row, o)];
}

void
etude_conv_groups_forward (const EtudePass *pass)
{
  gsize n_pixels = pass->out.height * pass->out.width;

  for (gsize i = 0; i < pass->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      {
        EtudeReal *y = pass->y + i * pass->y_stride + p * pass->out.pixel;

        if (pass->blocks[1] != NULL)
          memcpy (y, pass->blocks[1], pass->out.pixel * sizeof *y);
        else
          memset (y, 0, pass->out.pixel * sizeof *y);
      }
  each_meeting (pass, &pass->in, add_output);
  pass->kernels->activate (pass->activation, pass->n * pass->y_stride, pass->y);
}

static void
add_input (const EtudePass *pass, gsize sample, const Meeting *m)
{
  const EtudeReal *dy = pass->dy + sample * pass->y_stride + m->to;
  EtudeReal *dx = pass->dx + sample * pass->dx_stride + m->from;

  for (gsize o = m->first; o < m->end; o++)
    *dx += dy[o] * pass->blocks[0][etude_panel_index (weight_rows (pass), pass->out.pixel, m->row, o)];
}

void
etude_conv_groups_backward_inputs (const EtudePass *pass)
{
  memset (pass->dx, 0, pass->n * pass->dx_stride * sizeof *pass->dx);
  each_meeting (pass, &pass->slope, add_input);
}

static void
add_weight (const EtudePass *pass, gsize sample, const Meeting *m)
{
  EtudeReal x = pass->x[sample * pass->x_stride + m->from];
  const EtudeReal *dy = pass->dy + sample * pass->y_stride + m->to;

  for (gsize o = m->first; o < m->end; o++)
    pass->dblocks[0][etude_panel_index (weight_rows (pass), pass->out.pixel, m->row, o)] += x * dy[o];
}

void
etude_conv_groups_backward_weights (const EtudePass *pass)
{
  memset (pass->dblocks[0], 0, weight_rows (pass) * pass->out.pixel * sizeof *pass->dblocks[0]);
  each_meeting (pass, &pass->in, add_weight);
}
