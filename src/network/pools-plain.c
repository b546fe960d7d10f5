/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling in plain C. */
#include "network/kernels-private.h"

static void
pool_window (const EtudePooling *p, const EtudeReal *x, EtudeReal *y, guint32 *source, guint32 first)
{
  for (gsize c = 0; c < p->n_channels; c++)
    {
      y[c] = x[c];
      source[c] = first;
    }
  for (gsize row = 0; row < p->height; row++)
    for (gsize column = 0; column < p->width; column++)
      {
        gsize pixel = row * p->line + column;
        const EtudeReal *next = x + pixel * p->n_channels;

        for (gsize c = 0; c < p->n_channels; c++)
          if (next[c] > y[c] || next[c] != next[c])
            {
              y[c] = next[c];
              source[c] = first + (guint32) pixel;
            }
      }
}

void
etude_kernels_plain_pool (const EtudePooling *p, const EtudeReal *x, EtudeReal *y, guint32 *source, guint32 first)
{
  for (gsize i = 0; i < p->n_outputs; i++)
    pool_window (p, x + i * p->stride * p->n_channels, y + i * p->n_channels, source + i * p->n_channels,
                 first + (guint32) (i * p->stride));
}

static void
pool_window_back (const EtudePooling *p, const EtudeReal *x, const EtudeReal *dy, const guint32 *source, guint32 first,
                  EtudeReal *dx)
{
  for (gsize row = 0; row < p->height; row++)
    for (gsize column = 0; column < p->width; column++)
      {
        gsize pixel = row * p->line + column, at = pixel * p->n_channels;

        for (gsize c = 0; c < p->n_channels; c++)
          dx[at + c] = source[c] == first + (guint32) pixel ? dy[c] : 0;
        etude_kernels_plain.differentiate (p->before, p->n_channels, dx + at, x + at);
      }
}

void
etude_kernels_plain_pool_back (const EtudePooling *p, const EtudeReal *x, const EtudeReal *dy, const guint32 *source,
                               guint32 first, EtudeReal *dx)
{
  for (gsize i = 0; i < p->n_outputs; i++)
    {
      gsize in = i * p->stride * p->n_channels, out = i * p->n_channels;

      pool_window_back (p, x + in, dy + out, source + out, first + (guint32) (i * p->stride), dx + in);
    }
}
