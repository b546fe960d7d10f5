/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/orthogonal-private.h"

#include <math.h>

/* Sums are split over this many partial sums, so that several are taken at once in one order. */
#define N_PARTIAL 8

/* Where less than this share of a line's square is left, rounding shows in it, and it is cleaned again. */
#define LEAST_SHARE 0.25
#define MOST_ROUNDS 4

static double
dot (const EtudeReal *a, const EtudeReal *b, gsize n)
{
  double partial[N_PARTIAL] = { 0 };
  double sum = 0;
  gsize i = 0;

  for (; i + N_PARTIAL <= n; i += N_PARTIAL)
    for (gsize j = 0; j < N_PARTIAL; j++)
      partial[j] += (double) a[i + j] * (double) b[i + j];
  for (; i < n; i++)
    sum += (double) a[i] * (double) b[i];
  for (gsize j = 0; j < N_PARTIAL; j++)
    sum += partial[j];
  return sum;
}

static void
scale (EtudeReal *line, gsize n, double factor)
{
  for (gsize i = 0; i < n; i++)
    line[i] = (EtudeReal) (line[i] * factor);
}

static void
subtract (EtudeReal *line, const EtudeReal *other, gsize n, double share)
{
  for (gsize i = 0; i < n; i++)
    line[i] = (EtudeReal) (line[i] - share * other[i]);
}

/* Gram and Schmidt, line after line: of normal numbers that gives every orthogonal matrix the same chance. */
static void
orthogonalise_lines (EtudeReal *lines, gsize n_lines, gsize n)
{
  for (gsize j = 0; j < n_lines; j++)
    {
      EtudeReal *line = lines + j * n;
      double before, left = dot (line, line, n);
      guint round = 0;

      do
        {
          before = left;
          for (gsize i = 0; i < j; i++)
            subtract (line, lines + i * n, n, dot (line, lines + i * n, n));
          left = dot (line, line, n);
        }
      while (left < LEAST_SHARE * before && ++round < MOST_ROUNDS);
      scale (line, n, 1 / sqrt (left));
    }
}

/* [n_rows, n_columns] becomes [n_columns, n_rows] without other memory: each cycle of places is moved
 * on by one, starting from the least of them. */
static void
transpose (EtudeReal *matrix, gsize n_rows, gsize n_columns)
{
  for (gsize start = 1; start + 1 < n_rows * n_columns; start++)
    {
      gsize at = start, from;
      EtudeReal kept = matrix[start];

      do
        at = at % n_rows * n_columns + at / n_rows;
      while (at > start);
      if (at < start)
        continue;
      while ((from = at % n_rows * n_columns + at / n_rows) != start)
        {
          matrix[at] = matrix[from];
          at = from;
        }
      matrix[at] = kept;
    }
}

/**
 * etude_orthogonalise:
 * @matrix: (inout) (array): [n_rows, n_columns], normally distributed numbers
 * @length: what its lines are scaled to
 *
 * Makes the rows orthogonal, or the columns where there are more rows than columns, as
 * torch.nn.init.orthogonal_ does. Its cost is that of @n_rows times @n_columns times the smaller of them.
 */
void
etude_orthogonalise (EtudeReal *matrix, gsize n_rows, gsize n_columns, double length)
{
  gsize n_lines = MIN (n_rows, n_columns), n = MAX (n_rows, n_columns);

  orthogonalise_lines (matrix, n_lines, n);
  scale (matrix, n_lines * n, length);
  if (n_rows > n_columns)
    transpose (matrix, n_lines, n);
}
