/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <math.h>

/* SplitMix64, Steele, Lea and Flood 2014: spreads a seed over the state. */
static guint64
split_mix (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static inline guint64
rotate (guint64 x, int by)
{
  return (x << by) | (x >> (64 - by));
}

/**
 * etude_random_init:
 * @self: a stream
 * @seed: the seed of the document
 * @stream: what the numbers are for
 *
 * Puts the stream at its start.
 */
void
etude_random_init (EtudeRandom *self, guint64 seed, EtudeStream stream)
{
  guint64 mixed = seed;

  mixed = split_mix (&mixed) + (guint64) stream;
  for (guint i = 0; i < 4; i++)
    self->state[i] = split_mix (&mixed);
  self->spare = 0;
  self->has_spare = FALSE;
}

/**
 * etude_random_next:
 * @self: a stream
 *
 * xoshiro256**, Blackman and Vigna 2018.
 *
 * Returns: 64 random bits
 */
guint64
etude_random_next (EtudeRandom *self)
{
  guint64 *s = self->state;
  guint64 result = rotate (s[1] * 5, 7) * 9;
  guint64 t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

/**
 * etude_random_below:
 * @self: a stream
 * @n: at least 1
 *
 * Returns: an integer from 0 to @n - 1, each equally likely
 */
guint64
etude_random_below (EtudeRandom *self, guint64 n)
{
  guint64 x;

  /* The first 2^64 mod n values would come up once too often. Only an x below n can be one of them,
   * so nearly every draw is spared that division. */
  do
    x = etude_random_next (self);
  while (x < n && x < -n % n);
  return x % n;
}

/**
 * etude_random_uniform:
 * @self: a stream
 *
 * Returns: a number in [0, 1), a multiple of 2^-53
 */
double
etude_random_uniform (EtudeRandom *self)
{
  return (double) (etude_random_next (self) >> 11) * 0x1p-53;
}

/**
 * etude_random_normal:
 * @self: a stream
 *
 * Marsaglia's polar method; draws come in pairs and the second is kept.
 *
 * Returns: a number of mean 0 and variance 1
 */
double
etude_random_normal (EtudeRandom *self)
{
  double u, v, r;

  if (self->has_spare)
    {
      self->has_spare = FALSE;
      return self->spare;
    }
  do
    {
      u = 2 * etude_random_uniform (self) - 1;
      v = 2 * etude_random_uniform (self) - 1;
      r = u * u + v * v;
    }
  while (r >= 1 || r == 0);
  r = sqrt (-2 * log (r) / r);
  self->spare = v * r;
  self->has_spare = TRUE;
  return u * r;
}

/**
 * etude_random_permute:
 * @self: a stream
 * @items: (array length=n): what is put in random order
 * @n: how many
 *
 * Fisher and Yates, from the end.
 */
void
etude_random_permute (EtudeRandom *self, guint32 *items, gsize n)
{
  for (gsize i = n; i > 1; i--)
    {
      gsize j = etude_random_below (self, i);
      guint32 item = items[i - 1];

      items[i - 1] = items[j];
      items[j] = item;
    }
}
