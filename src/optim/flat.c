/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/flat.h"

#include "optim/optimizer-private.h"

ETUDE_BODY (void)
add_body (EtudeFlat *self, const EtudeReal *other)
{
  EtudeReal *restrict values = self->values;

  for (gsize i = 0; i < self->n; i++)
    values[i] += other[i];
}

/* Not as a sum of two shares, which are rounded: what is there stays there. */
ETUDE_BODY (void)
approach_body (EtudeFlat *self, EtudeReal share, const EtudeReal *other)
{
  EtudeReal *restrict values = self->values;

  for (gsize i = 0; i < self->n; i++)
    values[i] += share * (other[i] - values[i]);
}

ETUDE_BODY (void)
add_signs_body (EtudeFlat *self, EtudeReal factor, const EtudeReal *other)
{
  EtudeReal *restrict values = self->values;

  for (gsize i = 0; i < self->n; i++)
    values[i] += factor * etude_sign (other[i]);
}

ETUDE_BODY (double)
sum_squares_body (EtudeFlat *self)
{
  double lanes[ETUDE_LANES] = { 0 };
  gsize i = 0;

  for (; i + ETUDE_LANES <= self->n; i += ETUDE_LANES)
    for (gsize k = 0; k < ETUDE_LANES; k++)
      lanes[k] += (double) self->values[i + k] * (double) self->values[i + k];
  for (gsize k = 0; i + k < self->n; k++)
    lanes[k] += (double) self->values[i + k] * (double) self->values[i + k];
  return etude_sum_lanes (lanes);
}

ETUDE_BODY (double)
sum_sizes_body (EtudeFlat *self)
{
  double lanes[ETUDE_LANES] = { 0 };
  gsize i = 0;

  for (; i + ETUDE_LANES <= self->n; i += ETUDE_LANES)
    for (gsize k = 0; k < ETUDE_LANES; k++)
      lanes[k] += (double) etude_abs (self->values[i + k]);
  for (gsize k = 0; i + k < self->n; k++)
    lanes[k] += (double) etude_abs (self->values[i + k]);
  return etude_sum_lanes (lanes);
}

/* What is no number stays so, as in PyTorch. */
ETUDE_BODY (void)
clip_value_body (EtudeFlat *self, EtudeReal most)
{
  EtudeReal *restrict values = self->values;

  for (gsize i = 0; i < self->n; i++)
    {
      EtudeReal value = values[i] > most ? most : values[i];

      values[i] = value < -most ? -most : value;
    }
}

ETUDE_BODY (void)
scale_body (EtudeFlat *self, EtudeReal factor)
{
  EtudeReal *restrict values = self->values;

  for (gsize i = 0; i < self->n; i++)
    values[i] *= factor;
}

ETUDE_DEFINE_CLONES (void, add, add_body, (EtudeFlat *self, const EtudeReal *other), (self, other))
ETUDE_DEFINE_CLONES (void, approach, approach_body, (EtudeFlat *self, EtudeReal share, const EtudeReal *other),
                     (self, share, other))
ETUDE_DEFINE_CLONES (void, add_signs, add_signs_body, (EtudeFlat *self, EtudeReal factor, const EtudeReal *other),
                     (self, factor, other))
ETUDE_DEFINE_CLONES (double, sum_squares, sum_squares_body, (EtudeFlat *self), (self))
ETUDE_DEFINE_CLONES (double, sum_sizes, sum_sizes_body, (EtudeFlat *self), (self))
ETUDE_DEFINE_CLONES (void, clip_value, clip_value_body, (EtudeFlat *self, EtudeReal most), (self, most))
ETUDE_DEFINE_CLONES (void, scale, scale_body, (EtudeFlat *self, EtudeReal factor), (self, factor))

/**
 * etude_flat_add:
 * @self: a vector
 * @other: (array): as many numbers, which are added
 */
void
etude_flat_add (EtudeFlat *self, const EtudeReal *other)
{
  add (self, other);
}

/**
 * etude_flat_approach:
 * @self: a vector
 * @share: how far it goes, 0 to 1
 * @other: (array): as many numbers: where it goes to
 *
 * One step of an exponential moving average that keeps 1 - @share of itself.
 */
void
etude_flat_approach (EtudeFlat *self, double share, const EtudeReal *other)
{
  approach (self, (EtudeReal) share, other);
}

/**
 * etude_flat_norm:
 * @self: a vector
 * @norm: which length
 *
 * Sums run in a fixed order, in double.
 *
 * Returns: the length; NaN where one of the numbers is none
 */
double
etude_flat_norm (EtudeFlat *self, EtudeNorm norm)
{
  double largest = 0;

  if (norm == ETUDE_NORM_2)
    return sqrt (sum_squares (self));
  for (gsize i = 0; i < self->n; i++)
    {
      double size = (double) etude_abs (self->values[i]);

      if (!(size <= largest))
        largest = size;
      if (isnan (size))
        return size;
    }
  return largest;
}

/**
 * etude_flat_sum_sizes:
 * @self: a vector
 *
 * Returns: the sum of the sizes of its numbers: of weights, what an L1 penalty multiplies
 */
double
etude_flat_sum_sizes (EtudeFlat *self)
{
  return sum_sizes (self);
}

/**
 * etude_flat_add_signs:
 * @self: a vector, such as a gradient
 * @factor: what is added where @other is above 0, and subtracted where it is below
 * @other: (array): as many numbers, such as the weights
 *
 * The gradient of @factor times the sum of the sizes of @other; 0 where that has a corner.
 */
void
etude_flat_add_signs (EtudeFlat *self, double factor, const EtudeReal *other)
{
  add_signs (self, (EtudeReal) factor, other);
}

/**
 * etude_flat_clip_norm:
 * @self: a gradient
 * @most: the length that it may have
 * @norm: which length
 *
 * As torch.nn.utils.clip_grad_norm_: multiplies by @most / (length + 1e-6) where that is below 1.
 *
 * Returns: the length before
 */
double
etude_flat_clip_norm (EtudeFlat *self, double most, EtudeNorm norm)
{
  double length = etude_flat_norm (self, norm);
  double factor = most / (length + 1e-6);

  if (!(factor >= 1))
    scale (self, (EtudeReal) factor);
  return length;
}

/**
 * etude_flat_clip_value:
 * @self: a gradient
 * @most: the size that a number may have
 *
 * As torch.nn.utils.clip_grad_value_.
 */
void
etude_flat_clip_value (EtudeFlat *self, double most)
{
  clip_value (self, (EtudeReal) most);
}
