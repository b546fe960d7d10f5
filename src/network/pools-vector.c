/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling with GCC's vectors, compiled for each instruction set as kernels-vector.c is. */
#include "network/kernels-private.h"
#include "network/vector-private.h"

/* Numbers of pixels beside the floats they belong to. */
typedef gint32 BitsMemory __attribute__ ((vector_size (LANES * 4), aligned (4), may_alias));

ALWAYS_INLINE Bits
spread_bits (guint32 n)
{
  return (gint32) n - (Bits) { 0 };
}

/* The largest of one window, for as many channels as a vector has. */
ALWAYS_INLINE void
pool_window (const EtudePooling *p, const float *x, float *y, guint32 *source, guint32 first)
{
  Vector best = load (x);
  Bits from = spread_bits (first);

  for (gsize row = 0; row < p->height; row++)
    for (gsize column = 0; column < p->width; column++)
      {
        gsize pixel = row * p->line + column;
        Vector next = load (x + pixel * p->n_channels);
        Bits is_larger = (next > best) | (next != next);

        best = choose (is_larger, next, best);
        from = (spread_bits (first + (guint32) pixel) & is_larger) | (from & ~is_larger);
      }
  store (y, best);
  *(BitsMemory *) source = from;
}

void
KERNEL (pool) (const EtudePooling *p, const float *x, float *y, guint32 *source, guint32 first)
{
  for (gsize i = 0; i < p->n_outputs; i++)
    for (gsize c = 0; c < p->n_channels; c += LANES)
      pool_window (p, x + i * p->stride * p->n_channels + c, y + i * p->n_channels + c, source + i * p->n_channels + c,
                   first + (guint32) (i * p->stride));
}

/* Hands the gradient of one output to the pixel that it came from. */
ALWAYS_INLINE void
pool_window_back (const EtudePooling *p, const float *x, const float *dy, const guint32 *source, guint32 first,
                  EtudeActivation before, float *dx)
{
  Vector slope = load (dy);
  Bits from = *(const BitsMemory *) source;

  for (gsize row = 0; row < p->height; row++)
    for (gsize column = 0; column < p->width; column++)
      {
        gsize pixel = row * p->line + column, at = pixel * p->n_channels;
        Vector part = (Vector) ((Bits) slope & (from == spread_bits (first + (guint32) pixel)));

        store (dx + at, apply_slope (before, part, load (x + at)));
      }
}

ALWAYS_INLINE void
pool_back_after (const EtudePooling *p, const float *x, const float *dy, const guint32 *source, guint32 first,
                 EtudeActivation before, float *dx)
{
  for (gsize i = 0; i < p->n_outputs; i++)
    for (gsize c = 0; c < p->n_channels; c += LANES)
      {
        gsize in = i * p->stride * p->n_channels + c, out = i * p->n_channels + c;

        pool_window_back (p, x + in, dy + out, source + out, first + (guint32) (i * p->stride), before, dx + in);
      }
}

/* With the function known, its derivative is not chosen pixel by pixel. */
void
KERNEL (pool_back) (const EtudePooling *p, const float *x, const float *dy, const guint32 *source, guint32 first,
                    float *dx)
{
  switch (p->before)
    {
    case ETUDE_ACTIVATION_NONE:
      pool_back_after (p, x, dy, source, first, ETUDE_ACTIVATION_NONE, dx);
      break;
    case ETUDE_ACTIVATION_RELU:
      pool_back_after (p, x, dy, source, first, ETUDE_ACTIVATION_RELU, dx);
      break;
    case ETUDE_ACTIVATION_TANH:
      pool_back_after (p, x, dy, source, first, ETUDE_ACTIVATION_TANH, dx);
      break;
    case ETUDE_ACTIVATION_SIGMOID:
      pool_back_after (p, x, dy, source, first, ETUDE_ACTIVATION_SIGMOID, dx);
      break;
    }
}
