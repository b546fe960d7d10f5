/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * L-BFGS: a direction from the last gradients and steps, by the two loops of Nocedal, and a step
 * along it that is fixed or searched for.
 */
#include "optim/line-search-private.h"

#include <string.h>

#include "optim/flat.h"

typedef struct
{
  double lr;
  guint64 max_iter;
  guint64 max_eval;
  double tolerance_grad;
  double tolerance_change;
  guint64 history_size;
  guint line_search_fn;
} Lbfgs;

enum
{
  SEARCH_NONE,
  SEARCH_STRONG_WOLFE,
};

static const EtudeChoice searches[] = {
  { "none", N_("None"), N_("Each step has the learning rate as its length") },
  { "strong_wolfe", N_("Strong Wolfe"), N_("Tries lengths until the loss has fallen and the slope is nearly level") },
  { NULL }
};

static const EtudeParam lbfgs_params[] = {
  ETUDE_RATE_PARAM (Lbfgs, 1, N_("Length of a step along the direction; with a line search, the first that is tried")),
  { .key = "max_iter", .label = N_("Iterations"), .type = ETUDE_PARAM_INTEGER, .min = 1, .max = 10000, .initial = 20,
    .offset = G_STRUCT_OFFSET (Lbfgs, max_iter), .help = N_("Steps in an update, at most") },
  { .key = "max_eval", .label = N_("Evaluations"), .type = ETUDE_PARAM_INTEGER, .min = 1, .max = 1e6,
    .initial_auto = TRUE, .automatic = N_("5/4 of the iterations"), .offset = G_STRUCT_OFFSET (Lbfgs, max_eval),
    .help = N_("No further step in an update after so many evaluations of the mini-batch") },
  { .key = "tolerance_grad", .label = N_("Gradient Tolerance"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1, .initial = 1e-7, .offset = G_STRUCT_OFFSET (Lbfgs, tolerance_grad),
    .help = N_("An update ends when no part of the gradient is larger") },
  { .key = "tolerance_change", .label = N_("Change Tolerance"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1, .initial = 1e-9, .offset = G_STRUCT_OFFSET (Lbfgs, tolerance_change),
    .help = N_("An update ends when neither loss nor weights change by more") },
  { .key = "history_size", .label = N_("History"), .type = ETUDE_PARAM_INTEGER, .min = 1, .max = 10000, .initial = 100,
    .offset = G_STRUCT_OFFSET (Lbfgs, history_size),
    .help = N_("Steps that are remembered; each needs twice the memory of the weights") },
  { .key = "line_search_fn", .label = N_("Line Search"), .type = ETUDE_PARAM_CHOICE, .choices = searches,
    .offset = G_STRUCT_OFFSET (Lbfgs, line_search_fn), .help = N_("How the length of a step is found") },
  { .key = NULL }
};

/* The states: what the search needs, then the remembered gradients, then the remembered steps. */
enum
{
  DIRECTION,
  BEFORE,
  N_FIXED,
  START = N_FIXED,
  ENDS,
  N_SEARCHING = ENDS + 2,
};

/*
 * @n_steps: made since the first update
 * @n: pairs that are remembered
 * @oldest: where the first of them is in the ring
 * @scale: y·s / y·y of the newest: the size of the inverse Hessian
 * @length: of the last step
 * @factors: 1 / y·s of each pair, then what the first loop keeps for the second
 */
typedef struct
{
  guint64 n_steps;
  gsize n;
  gsize oldest;
  double scale;
  double length;
  double factors[];
} Memory;

static guint
count_fixed (const Lbfgs *params)
{
  return params->line_search_fn == SEARCH_NONE ? N_FIXED : N_SEARCHING;
}

static guint
lbfgs_n_states (gconstpointer params)
{
  return count_fixed (params) + 2 * (guint) ((const Lbfgs *) params)->history_size;
}

static gsize
lbfgs_memory_size (gconstpointer params)
{
  return sizeof (Memory) + 2 * ((const Lbfgs *) params)->history_size * sizeof (double);
}

static EtudeReal *
get_state (EtudeOptimizer *self, gsize i)
{
  return self->block + i * self->n;
}

/* Pair @i, from the oldest: its difference of gradients and its step. */
static gsize
find_pair (EtudeOptimizer *self, gsize i, EtudeReal **difference, EtudeReal **step)
{
  const Lbfgs *params = self->object.data;
  gsize at = (((Memory *) self->memory)->oldest + i) % params->history_size;

  *difference = get_state (self, count_fixed (params) + at);
  *step = get_state (self, count_fixed (params) + params->history_size + at);
  return at;
}

/* The last step and what it did to the gradient, unless the curvature along it is not positive. */
static void
remember (EtudeOptimizer *self, const EtudeReal *gradient)
{
  const Lbfgs *params = self->object.data;
  const EtudeReal *direction = get_state (self, DIRECTION), *before = get_state (self, BEFORE);
  const EtudeReal length = (EtudeReal) ((Memory *) self->memory)->length;
  Memory *memory = self->memory;
  EtudeReal *difference, *step;
  double curvature = 0;
  gsize at;

  /* The place of the next pair may be that of the oldest, which must stay if the new one is refused. */
  for (gsize i = 0; i < self->n; i++)
    curvature += ((double) gradient[i] - (double) before[i]) * (double) (direction[i] * length);
  if (!(curvature > 1e-10))
    return;
  if (memory->n == params->history_size)
    memory->oldest = (memory->oldest + 1) % params->history_size;
  else
    memory->n++;
  at = find_pair (self, memory->n - 1, &difference, &step);
  for (gsize i = 0; i < self->n; i++)
    {
      difference[i] = gradient[i] - before[i];
      step[i] = direction[i] * length;
    }
  memory->factors[at] = 1 / curvature;
  memory->scale = curvature / etude_optimizer_dot (self, difference, difference);
}

/* d = -H g, without H: down through the pairs from the newest, up again from the oldest. */
static void
choose_direction (EtudeOptimizer *self, const EtudeReal *gradient)
{
  Memory *memory = self->memory;
  double *kept = memory->factors + ((const Lbfgs *) self->object.data)->history_size;
  EtudeReal *direction = get_state (self, DIRECTION), *difference, *step;

  for (gsize i = 0; i < self->n; i++)
    direction[i] = -gradient[i];
  for (gsize k = memory->n; k > 0; k--)
    {
      gsize at = find_pair (self, k - 1, &difference, &step);

      kept[at] = etude_optimizer_dot (self, step, direction) * memory->factors[at];
      etude_optimizer_add_scaled (self, direction, (EtudeReal) -kept[at], difference);
    }
  if (memory->n_steps > 1)
    for (gsize i = 0; i < self->n; i++)
      direction[i] *= (EtudeReal) memory->scale;
  for (gsize k = 0; k < memory->n; k++)
    {
      gsize at = find_pair (self, k, &difference, &step);

      etude_optimizer_add_scaled (self, direction,
                        (EtudeReal) (kept[at] - etude_optimizer_dot (self, difference, direction) * memory->factors[at]), step);
    }
}

/* What is only measured. */
static EtudeFlat
view (EtudeOptimizer *self, const EtudeReal *values)
{
  return (EtudeFlat) { self->isa, self->n, (EtudeReal *) values };
}

static double
find_largest (EtudeOptimizer *self, const EtudeReal *values)
{
  EtudeFlat flat = view (self, values);

  return etude_flat_norm (&flat, ETUDE_NORM_INF);
}

/*
 * @loss, @gradient: at the weights as they are
 * @n_evaluations: in this update
 */
typedef struct
{
  double loss;
  const EtudeReal *gradient;
  guint64 n_evaluations;
} Place;

/* Chooses a direction and a length; FALSE where there is no way down. */
static gboolean
aim (EtudeOptimizer *self, const Place *place, double *slope)
{
  const Lbfgs *params = self->object.data;
  Memory *memory = self->memory;

  if (memory->n_steps++ == 0)
    memory->scale = 1;
  else
    remember (self, place->gradient);
  choose_direction (self, place->gradient);
  memcpy (get_state (self, BEFORE), place->gradient, self->n * sizeof (EtudeReal));
  memory->length = self->lr;
  if (memory->n_steps == 1)
    {
      EtudeFlat gradient = view (self, place->gradient);

      memory->length *= MIN (1, 1 / etude_flat_sum_sizes (&gradient));
    }
  *slope = etude_optimizer_dot (self, place->gradient, get_state (self, DIRECTION));
  return *slope <= -params->tolerance_change;
}

/* After the last step of an update nobody asks for the loss, unless a search has found it anyway. */
static void
go (EtudeOptimizer *self, const EtudeObjective *objective, Place *place, double slope, gboolean is_last)
{
  const Lbfgs *params = self->object.data;
  const EtudeReal *direction = get_state (self, DIRECTION);
  Memory *memory = self->memory;

  if (params->line_search_fn == SEARCH_STRONG_WOLFE)
    {
      EtudeLine line = {
        .optimizer = self, .objective = objective, .direction = direction, .start = get_state (self, START),
        .gradient = get_state (self, BEFORE), .loss = place->loss, .slope = slope,
        .tolerance = params->tolerance_change / find_largest (self, direction),
        .ends = { { .gradient = get_state (self, ENDS) }, { .gradient = get_state (self, ENDS + 1) } },
      };
      const EtudeLineEnd *end = etude_optimizer_search (&line, memory->length);

      memory->length = end->t;
      place->loss = end->loss;
      place->gradient = end->gradient;
      place->n_evaluations += line.n_evaluations;
      return;
    }
  etude_optimizer_add_scaled (self, self->weights, (EtudeReal) memory->length, direction);
  if (is_last)
    return;
  place->loss = objective->evaluate (objective->data);
  place->n_evaluations++;
}

static void
lbfgs_whole (EtudeOptimizer *self, const EtudeObjective *objective)
{
  const Lbfgs *params = self->object.data;
  guint64 max_eval = params->max_eval == ETUDE_AUTO_INTEGER ? params->max_iter * 5 / 4 : params->max_eval;
  Place place = { objective->loss, objective->gradient, 1 };
  Memory *memory = self->memory;

  for (guint64 i = 1; i <= params->max_iter; i++)
    {
      double before = place.loss, slope;

      if (!isfinite (place.loss) || find_largest (self, place.gradient) <= params->tolerance_grad
          || !aim (self, &place, &slope))
        return;
      go (self, objective, &place, slope, i == params->max_iter);
      if (place.n_evaluations >= max_eval
          || find_largest (self, get_state (self, DIRECTION)) * memory->length <= params->tolerance_change
          || fabs (place.loss - before) < params->tolerance_change)
        return;
    }
}

const EtudeOptimizerKind etude_optimizer_lbfgs = {
  .kind = { .id = "lbfgs", .label = N_("L-BFGS"),
            .help = N_("Learns the curvature from its last steps and evaluates each batch several times in an update; "
                       "mini-batches differ in their gradients, which it takes for curvature, so make the batch "
                       "all samples"),
            .source = "torch/optim/lbfgs.py",
            .formula = "y = ∇ − ∇₋₁, s = w − w₋₁;  d = −H ∇, H from the last y and s, H₀ = y·s / y·y;  w = w + t d, "
                       "t = η or by line search; first t = min (1, 1 / ‖∇‖₁) η",
            .params = lbfgs_params, .size = sizeof (Lbfgs) },
  .n_states = lbfgs_n_states,
  .memory_size = lbfgs_memory_size,
  .whole = lbfgs_whole,
};
