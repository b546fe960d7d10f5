/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A step length by the strong Wolfe conditions, as torch/optim/lbfgs.py looks for it (after
 * minFunc): the loss must have fallen by a share of what the slope promised, and the slope must have
 * become flatter. First an interval that has such a length, then smaller ones by cubics.
 */
#include "optim/line-search-private.h"

#include <string.h>

/* Shares of the slope at the start: what the loss must fall by, and what may be left of the slope. */
#define FALL 1e-4
#define REST 0.9

#define MAX_EVALUATIONS 25

ETUDE_BODY (double)
dot_body (EtudeOptimizer *self, const EtudeReal *a, const EtudeReal *b)
{
  double lanes[ETUDE_LANES] = { 0 };
  gsize i = 0;

  for (; i + ETUDE_LANES <= self->n; i += ETUDE_LANES)
    for (gsize lane = 0; lane < ETUDE_LANES; lane++)
      lanes[lane] += (double) a[i + lane] * (double) b[i + lane];
  for (gsize lane = 0; i + lane < self->n; lane++)
    lanes[lane] += (double) a[i + lane] * (double) b[i + lane];
  return etude_sum_lanes (lanes);
}

ETUDE_BODY (void)
add_body (EtudeOptimizer *self, EtudeReal *restrict to, EtudeReal factor, const EtudeReal *restrict what)
{
  for (gsize i = 0; i < self->n; i++)
    to[i] += factor * what[i];
}

ETUDE_DEFINE_CLONES (double, dot, dot_body, (EtudeOptimizer *self, const EtudeReal *a, const EtudeReal *b),
                     (self, a, b))
ETUDE_DEFINE_CLONES (void, add, add_body,
                     (EtudeOptimizer *self, EtudeReal *to, EtudeReal factor, const EtudeReal *what),
                     (self, to, factor, what))

/**
 * etude_optimizer_dot:
 * @self: an optimizer
 * @a: [n]
 * @b: [n]
 *
 * Returns: a·b, with the same bits whatever the instruction set
 */
double
etude_optimizer_dot (EtudeOptimizer *self, const EtudeReal *a, const EtudeReal *b)
{
  return dot (self, a, b);
}

/**
 * etude_optimizer_add_scaled:
 * @self: an optimizer
 * @to: [n]: what is added to
 * @factor: of @what
 * @what: [n]: not @to
 */
void
etude_optimizer_add_scaled (EtudeOptimizer *self, EtudeReal *to, EtudeReal factor, const EtudeReal *what)
{
  add (self, to, factor, what);
}

static void
go_to (EtudeLine *self, double t)
{
  memcpy (self->optimizer->weights, self->start, self->optimizer->n * sizeof (EtudeReal));
  add (self->optimizer, self->optimizer->weights, (EtudeReal) t, self->direction);
}

/* What is at @t; the gradient is where the objective has it, until it is kept. */
static EtudeLineEnd
look_at (EtudeLine *self, double t)
{
  EtudeLineEnd found = { .t = t };

  go_to (self, t);
  found.loss = self->objective->evaluate (self->objective->data);
  found.slope = dot (self->optimizer, self->objective->gradient, self->direction);
  self->n_evaluations++;
  return found;
}

static void
keep (EtudeLine *self, EtudeLineEnd *end, const EtudeLineEnd *found, const EtudeReal *gradient)
{
  EtudeReal *room = end->gradient;

  *end = *found;
  end->gradient = room;
  memcpy (room, gradient, self->optimizer->n * sizeof (EtudeReal));
}

/* A loss that is not a number has not fallen either. */
static gboolean
has_fallen (const EtudeLine *self, const EtudeLineEnd *at)
{
  return at->loss <= self->loss + FALL * at->t * self->slope;
}

static gboolean
is_flat (const EtudeLine *self, const EtudeLineEnd *at)
{
  return fabs (at->slope) <= -REST * self->slope;
}

/* Where the cubic through two places with their slopes has its minimum, between @least and @most; the
 * middle where there is none. */
static double
interpolate (const EtudeLineEnd *a, const EtudeLineEnd *b, double least, double most)
{
  const EtudeLineEnd *left = a->t <= b->t ? a : b, *right = a->t <= b->t ? b : a;
  double d1 = left->slope + right->slope - 3 * (left->loss - right->loss) / (left->t - right->t);
  double square = d1 * d1 - left->slope * right->slope, d2, t;

  if (!(square >= 0))
    return (least + most) / 2;
  d2 = sqrt (square);
  t = right->t - (right->t - left->t) * ((right->slope + d2 - d1) / (right->slope - left->slope + 2 * d2));
  return isfinite (t) ? CLAMP (t, least, most) : (least + most) / 2;
}

/* Goes further and further. Gives the end that is as wanted; or NULL, with a good length between
 * the ends. */
static const EtudeLineEnd *
find_bracket (EtudeLine *self, double t)
{
  EtudeLineEnd zero = { .loss = self->loss, .slope = self->slope };
  EtudeLineEnd found = look_at (self, t);

  keep (self, &self->ends[0], &zero, self->gradient);
  for (guint i = 0; i < MAX_EVALUATIONS; i++)
    {
      gboolean is_over = !has_fallen (self, &found) || (i > 1 && found.loss >= self->ends[0].loss);

      if (is_over || is_flat (self, &found) || found.slope >= 0)
        {
          keep (self, &self->ends[1], &found, self->objective->gradient);
          return !is_over && is_flat (self, &found) ? &self->ends[1] : NULL;
        }
      t = interpolate (&self->ends[0], &found, found.t + 0.01 * (found.t - self->ends[0].t), found.t * 10);
      keep (self, &self->ends[0], &found, self->objective->gradient);
      found = look_at (self, t);
    }
  keep (self, &self->ends[1], &found, self->objective->gradient);
  keep (self, &self->ends[0], &zero, self->gradient);
  return self->ends[1].loss < self->ends[0].loss ? &self->ends[1] : &self->ends[0];
}

static guint
find_lower (const EtudeLine *self)
{
  return self->ends[1].loss < self->ends[0].loss ? 1 : 0;
}

/* Between the ends. Twice in a row too near to one of them, it moves a tenth of the way inwards. */
static double
choose_between (const EtudeLine *self, gboolean *was_near)
{
  double least = MIN (self->ends[0].t, self->ends[1].t), most = MAX (self->ends[0].t, self->ends[1].t);
  double t = interpolate (&self->ends[0], &self->ends[1], least, most);
  double margin = 0.1 * (most - least);
  gboolean is_near = MIN (most - t, t - least) < margin;

  if (is_near && (*was_near || t >= most || t <= least))
    {
      t = fabs (t - most) < fabs (t - least) ? most - margin : least + margin;
      is_near = FALSE;
    }
  *was_near = is_near;
  return t;
}

/* Puts @found in place of one end; gives the lower one. */
static guint
narrow (EtudeLine *self, guint low, const EtudeLineEnd *found)
{
  EtudeLineEnd *lower = &self->ends[low], *higher = &self->ends[1 - low];

  if (!has_fallen (self, found) || !(found->loss < lower->loss))
    {
      keep (self, higher, found, self->objective->gradient);
      return find_lower (self);
    }
  if (!is_flat (self, found) && found->slope * (higher->t - lower->t) >= 0)
    {
      EtudeLineEnd other = *higher;

      *higher = *lower;
      *lower = other;
    }
  keep (self, lower, found, self->objective->gradient);
  return low;
}

/**
 * etude_optimizer_search:
 * @self: a line, from the weights as they are
 * @t: the first length to try
 *
 * Moves the weights along the line to where both conditions hold, or to the lowest place that was
 * found when that takes too long.
 *
 * Returns: (transfer none): the place where the weights are now, one of the ends
 */
const EtudeLineEnd *
etude_optimizer_search (EtudeLine *self, double t)
{
  const EtudeLineEnd *end;
  gboolean was_near = FALSE, is_done = FALSE;
  guint low;

  memcpy (self->start, self->optimizer->weights, self->optimizer->n * sizeof (EtudeReal));
  end = find_bracket (self, t);
  low = find_lower (self);
  while (end == NULL && !is_done && self->n_evaluations <= MAX_EVALUATIONS
         && fabs (self->ends[1].t - self->ends[0].t) >= self->tolerance)
    {
      EtudeLineEnd found = look_at (self, choose_between (self, &was_near));

      is_done = has_fallen (self, &found) && found.loss < self->ends[low].loss && is_flat (self, &found);
      low = narrow (self, low, &found);
    }
  if (end == NULL)
    end = &self->ends[low];
  go_to (self, end->t);
  return end;
}
