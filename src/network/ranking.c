/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/ranking.h"

#include <math.h>
#include <string.h>

/* A sort by one byte after the other. */
#define N_DIGITS 256
#define N_PASSES 4

/*
 * @n_columns: scores of a sample: one for two classes, else one a class
 * @scores: (owned): [capacity, n_columns]
 * @labels: (owned): [capacity]
 * @keys: (owned): [2, capacity]: scores as integers that sort alike, with a bit for the class
 * @is_lost: a score is not a number, or found no room
 */
struct _EtudeRanking
{
  gsize n_classes;
  gsize n_columns;
  gsize n;
  gsize capacity;
  float *scores;
  gint32 *labels;
  guint64 *keys;
  gboolean is_lost;
};

/**
 * etude_ranking_new:
 * @n_classes: at least 2
 *
 * Returns: (transfer full): scores of samples, none so far
 */
EtudeRanking *
etude_ranking_new (gsize n_classes)
{
  EtudeRanking *self = g_new0 (EtudeRanking, 1);

  self->n_classes = n_classes;
  self->n_columns = n_classes == 2 ? 1 : n_classes;
  return self;
}

void
etude_ranking_free (EtudeRanking *self)
{
  if (self == NULL)
    return;
  g_free (self->scores);
  g_free (self->labels);
  g_free (self->keys);
  g_free (self);
}

/**
 * etude_ranking_reset:
 * @self: a ranking
 *
 * Empties it; the memory stays.
 */
void
etude_ranking_reset (EtudeRanking *self)
{
  self->n = 0;
  self->is_lost = FALSE;
}

static gboolean
resize (gpointer *block, gsize n, gsize size)
{
  gpointer larger = g_try_realloc_n (*block, n, size);

  if (larger != NULL)
    *block = larger;
  return larger != NULL;
}

static gboolean
grow (EtudeRanking *self)
{
  gsize capacity = MAX (2 * self->capacity, 1024);

  if (capacity > G_MAXSIZE / self->n_columns / 64
      || !resize ((gpointer *) &self->scores, capacity * self->n_columns, sizeof *self->scores)
      || !resize ((gpointer *) &self->labels, capacity, sizeof *self->labels)
      || !resize ((gpointer *) &self->keys, 2 * capacity, sizeof *self->keys))
    return FALSE;
  self->capacity = capacity;
  return TRUE;
}

/* log (p / (1 − p)) of each class, p its softmax: orders samples as p does, also where p rounds to 1. */
static void
find_odds (const EtudeReal *outputs, gsize n, float *scores)
{
  gsize largest = 0;
  double rest = 0;

  for (gsize c = 1; c < n; c++)
    if (outputs[c] > outputs[largest])
      largest = c;
  for (gsize c = 0; c < n; c++)
    if (c != largest)
      rest += exp ((double) outputs[c] - (double) outputs[largest]);
  for (gsize c = 0; c < n; c++)
    {
      double below = (double) outputs[c] - (double) outputs[largest];

      scores[c] = (float) (c == largest ? -log (rest) : below - log (1 + (rest - exp (below))));
    }
}

/**
 * etude_ranking_add:
 * @self: a ranking
 * @outputs: (array length=n_outputs): what the network gives: one number a class, or one for the second of two
 * @label: the right class
 *
 * Adds a sample. Takes memory now and then; where there is none, the area is unknown.
 */
void
etude_ranking_add (EtudeRanking *self, const EtudeReal *outputs, gsize n_outputs, gint32 label)
{
  float *scores;

  if (self->is_lost || (self->n == self->capacity && !grow (self)))
    {
      self->is_lost = TRUE;
      return;
    }
  scores = self->scores + self->n * self->n_columns;
  if (self->n_columns > 1)
    find_odds (outputs, n_outputs, scores);
  else
    scores[0] = (float) (n_outputs == 1 ? outputs[0] : outputs[1] - outputs[0]);
  for (gsize c = 0; c < self->n_columns; c++)
    self->is_lost |= isnan (scores[c]) != 0;
  self->labels[self->n++] = label;
}

/* Unsigned integers in the order of the scores, the two zeros alike; the last bit says which class. */
static void
make_keys (EtudeRanking *self, gsize column, gint32 positive)
{
  for (gsize i = 0; i < self->n; i++)
    {
      union { float number; guint32 bits; } u = { self->scores[i * self->n_columns + column] + 0.f };
      guint32 key = u.bits & 0x80000000 ? ~u.bits : u.bits | 0x80000000;

      self->keys[i] = (guint64) key << 1 | (self->labels[i] == positive);
    }
}

/* Returns the half of the keys that is sorted by score. */
static const guint64 *
sort_keys (EtudeRanking *self)
{
  guint64 *from = self->keys, *to = self->keys + self->capacity;

  for (guint pass = 0; pass < N_PASSES; pass++)
    {
      guint shift = 1 + 8 * pass;
      gsize starts[N_DIGITS] = { 0 };
      gsize at = 0;
      guint64 *sorted = to;

      for (gsize i = 0; i < self->n; i++)
        starts[from[i] >> shift & (N_DIGITS - 1)]++;
      for (guint digit = 0; digit < N_DIGITS; digit++)
        {
          gsize count = starts[digit];

          starts[digit] = at;
          at += count;
        }
      for (gsize i = 0; i < self->n; i++)
        to[starts[from[i] >> shift & (N_DIGITS - 1)]++] = from[i];
      to = from;
      from = sorted;
    }
  return from;
}

/* How often a sample of the class ranks above one of another; equals count half. NaN where one of
 * the two sorts is missing. */
static double
find_area (EtudeRanking *self, gsize column, gint32 positive)
{
  const guint64 *keys;
  guint64 n_positive = 0, n_negative = 0;
  double above = 0;

  make_keys (self, column, positive);
  keys = sort_keys (self);
  for (gsize i = 0, end; i < self->n; i = end)
    {
      guint64 n = 0;

      for (end = i; end < self->n && keys[end] >> 1 == keys[i] >> 1; end++)
        n += keys[end] & 1;
      above += (double) n * ((double) n_negative + (double) (end - i - n) / 2);
      n_positive += n;
      n_negative += end - i - n;
    }
  return n_positive > 0 && n_negative > 0 ? above / ((double) n_positive * (double) n_negative) : NAN;
}

/**
 * etude_ranking_area:
 * @self: a ranking
 *
 * The area under the receiver operating characteristic: of the second of two classes, else the mean
 * over the classes, each against all others. Classes without a sample are left out.
 *
 * Returns: from 0 to 1; NaN where fewer than two classes have samples, or outputs were not numbers
 */
double
etude_ranking_area (EtudeRanking *self)
{
  double sum = 0;
  gsize n_areas = 0;

  if (self->is_lost)
    return NAN;
  if (self->n_classes == 2)
    return find_area (self, 0, 1);
  for (gsize c = 0; c < self->n_classes; c++)
    {
      double area = find_area (self, c, (gint32) c);

      if (isnan (area))
        continue;
      sum += area;
      n_areas++;
    }
  return n_areas > 0 ? sum / (double) n_areas : NAN;
}
