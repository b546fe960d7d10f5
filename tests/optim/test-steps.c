/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Optimizers by hand, in double: steps whose constants make every answer a fraction, the largest
 * rate that a quadratic stands, the average that some kinds evaluate at, and the searches of L-BFGS.
 */
#include <math.h>

#include "optimizer-fixture.h"

/* So small that it is not there, yet allowed. */
#define NO_EPS " eps=1e-300"

#define MAX_STEPS 5

/*
 * @start: the weight before
 * @gradients: handed in one after the other, whatever the weight
 * @weights: what it must be after each
 * @result: (or 0): the weight that evaluation sees at the end
 * @rates: (or 0): what the optimizer chose for each
 */
typedef struct
{
  const char *kind;
  const char *settings;
  double start;
  guint n;
  double gradients[MAX_STEPS];
  double weights[MAX_STEPS];
  double result;
  double rates[MAX_STEPS];
} Steps;

static const Steps steps[] = {
  { "sgd", "lr=0.5", 1, 2, { 1, -2 }, { 0.5, 1.5 }, 0, { 0 } },
  { "sgd", "lr=0.5 momentum=0.5", 0, 2, { 1, 1 }, { -0.5, -1.25 }, 0, { 0 } },
  { "sgd", "lr=0.5 momentum=0.5 dampening=0.5", 0, 2, { 1, 1 }, { -0.5, -1 }, 0, { 0 } },
  { "sgd", "lr=0.5 momentum=0.5 nesterov=true", 0, 2, { 1, 1 }, { -0.75, -1.625 }, 0, { 0 } },
  { "sgd", "lr=0.5 weight_decay=0.5", 4, 1, { 1 }, { 2.5 }, 0, { 0 } },
  /* m = 1, 3 and v = 1, 7, corrected by 1/2, 3/4 and 1/4, 7/16: roots 2 and 4 */
  { "adam", "lr=1 beta1=0.5 beta2=0.75" NO_EPS, 0, 2, { 2, 5 }, { -1, -2 }, 0, { 0 } },
  /* eps is added to the corrected root: 2 + 1 */
  { "adam", "lr=1 beta1=0.5 beta2=0.75 eps=1", 0, 1, { 2 }, { -2.0 / 3 }, 0, { 0 } },
  /* g = 1 + 4/4 */
  { "adam", "lr=1 beta1=0.5 beta2=0.75 weight_decay=0.25" NO_EPS, 4, 1, { 1 }, { 3 }, 0, { 0 } },
  /* v = 1, then 3/4, of which the first stays: m = 1, 1/2 */
  { "adam", "lr=1 beta1=0.5 beta2=0.75 amsgrad=true" NO_EPS, 0, 2, { 2, 0 },
    { -1, -1 - 0.5 * 4 / 3 * 0.66143782776614768 }, 0, { 0 } },
  /* (1 - 1/4) of 4, less 1/2; the same of that, less 1/2 */
  { "adamw", "lr=0.5 beta1=0.5 beta2=0.75 weight_decay=0.5" NO_EPS, 4, 2, { 2, 5 }, { 2.5, 1.375 }, 0, { 0 } },
  /* mu = 1/4 always: 1 · 2/2 + 4/15 · 1/2, then 4/5 · 5/4 + 16/63 · 3/4 */
  { "nadam", "lr=1 beta1=0.5 beta2=0.75 momentum_decay=0" NO_EPS, 0, 2, { 2, 5 },
    { -17.0 / 15, -244.0 / 105 }, 0, { 0 } },
  /* too few gradients seen: the corrected mean alone */
  { "radam", "lr=1 beta1=0.5 beta2=0.75", 0, 2, { 2, 2 }, { -2, -4 }, 0, { 0 } },
  /* u = 2, 1, 7; m = 1, 0, 7/2, the last corrected by 7/8 */
  { "adamax", "lr=1 beta1=0.5 beta2=0.5" NO_EPS, 0, 3, { 2, -1, 7 }, { -1, -1, -11.0 / 7 }, 0, { 0 } },
  { "rmsprop", "lr=0.5 alpha=0.75" NO_EPS, 0, 2, { 2, 1 }, { -1, -1.5 }, 0, { 0 } },
  { "rmsprop", "lr=0.5 alpha=0.75 eps=1", 0, 1, { 2 }, { -0.5 }, 0, { 0 } },
  { "rmsprop", "lr=0.5 alpha=0.75 momentum=0.5" NO_EPS, 0, 2, { 2, 1 }, { -1, -2 }, 0, { 0 } },
  /* v - m² = 1, then 17/8 - 25/16 = 9/16 */
  { "rmsprop", "lr=0.5 alpha=0.5 centered=true" NO_EPS, 0, 2, { 2, 1.5 }, { -1, -2 }, 0, { 0 } },
  /* sums 9 + 16, + 144; the second rate is 1/2 */
  { "adagrad", "lr=1 lr_decay=1 initial_accumulator_value=9" NO_EPS, 0, 2, { 4, 12 }, { -0.8, -82.0 / 65 }, 0, { 0 } },
  /* sqrt (0 + 1) / sqrt (8 + 1) of 4 */
  { "adadelta", "lr=0.5 rho=0.5 eps=1", 0, 1, { 4 }, { -2.0 / 3 }, 0, { 0 } },
  /* rates 1/2, 1/3, 1/4; the average is that of the last two weights */
  { "asgd", "lr=0.5 lambd=1 alpha=1 t0=0", 4, 3, { 2, 2, -4 }, { 1, 0, 1 }, 0.5, { 0 } },
  { "rprop", "lr=1 etaplus=2", 0, 5, { 1, 1, -1, -1, -1 }, { -1, -3, -3, -2, 0 }, 0, { 0 } },
  { "rprop", "lr=1 etaplus=2 step_size_min=1 step_size_max=1.5", 0, 4, { 1, 3, -1, -1 },
    { -1, -2.5, -2.5, -1.5 }, 0, { 0 } },
  /* keeps 3/4; the last direction is 1/16 - 1/16 */
  { "lion", "lr=0.25 beta1=0.5 beta2=0.75 weight_decay=1", 1, 3, { 2, -1, -0.125 }, { 0.5, 0.625, 0.46875 }, 0, { 0 } },
  /* z = -1, -2, -1/2; x = -1, -3/2, -7/6 */
  { "schedule_free_sgd", "lr=0.5 momentum=0.5", 0, 3, { 2, 2, -3 },
    { -1, -1.75, -5.0 / 6 }, -7.0 / 6, { 0.5, 0.5, 0.5 } },
  /* rates 1/4, 1/2; shares by square of the rate: 1, then (1/4) / (1/16 + 1/4) = 4/5 */
  { "schedule_free_sgd", "lr=0.5 momentum=0.5 warmup_steps=2", 0, 2, { 4, 2 }, { -1, -1.9 }, -1.8, { 0.25, 0.5 } },
  /* shares by the number of the update: 1, 2/3 */
  { "schedule_free_sgd", "lr=0.5 momentum=0.5 r=1", 0, 2, { 2, 2 }, { -1, -11.0 / 6 }, -5.0 / 3, { 0.5, 0.5 } },
  /* scaled gradients 1 and 5/4, the decay at y on top: z = 0, -5/4 */
  { "schedule_free_adamw", "lr=1 beta1=0.5 beta2=0.75 weight_decay=0.5" NO_EPS, 2, 2, { 2, 5 },
    { 0, -0.9375 }, -0.625, { 1, 1 } },
  /* beta2 = 9/25: roots 4; d = 1, 1, 14 · (5/2) / 7 = 5, 14 · 30.25 / 24.2 = 17.5 */
  { "prodigy", "lr=1 d0=1 d_coef=14 beta1=0.5 beta2=0.36" NO_EPS, 0, 4, { 5, 4, 0.8, 0 },
    { -0.625, -1.4375, -5.96875, -5.96875 - 17.5 * 1.8125 / 2.4 }, 0, { 1, 1, 5, 17.5 } },
  /* the same, but d may only double */
  { "prodigy", "lr=1 d0=1 d_coef=14 growth_rate=2 beta1=0.5 beta2=0.36" NO_EPS, 0, 4, { 5, 4, 0.8, 0 },
    { -0.625, -1.4375, -5.96875, -5.96875 - 10 * 1.8125 / 2.4 }, 0, { 1, 1, 5, 10 } },
  /* keeps 1 - 1/4 of 4; m = 5/2 over 4 */
  { "prodigy", "lr=1 d0=1 weight_decay=0.25 beta1=0.5 beta2=0.36" NO_EPS, 4, 1, { 5 }, { 2.375 }, 0, { 1 } },
};

static void
test_steps (gconstpointer data)
{
  const Steps *self = data;
  double weight = self->start, last;
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  EtudeObject object;

  make_object (&object, self->kind, self->settings);
  optimizer = etude_optimizer_new (&object, &weight, 1, NULL);
  g_assert_true (isnan (etude_optimizer_get_effective_rate (optimizer)));
  for (guint i = 0; i < self->n; i++)
    {
      double gradient = self->gradients[i];

      etude_optimizer_begin (optimizer, get_rate (&object));
      if (self->rates[i] > 0)
        g_assert_cmpfloat_with_epsilon (etude_optimizer_get_effective_rate (optimizer), self->rates[i], 1e-14);
      else
        g_assert_true (isnan (etude_optimizer_get_effective_rate (optimizer)));
      if (etude_optimizer_is_whole (optimizer))
        etude_optimizer_step_whole (optimizer, &(EtudeObjective) { .gradient = &gradient });
      else
        etude_optimizer_step_range (optimizer, 0, 1, &gradient);
      g_assert_cmpfloat_with_epsilon (weight, self->weights[i], 1e-14);
    }
  last = weight;
  etude_optimizer_show_average (optimizer, TRUE);
  etude_optimizer_show_average (optimizer, TRUE);
  g_assert_cmpfloat_with_epsilon (weight, self->result != 0 ? self->result : last, 1e-14);
  etude_optimizer_show_average (optimizer, FALSE);
  g_assert_cmpfloat (weight, ==, last);
  etude_object_clear (&object);
}

/* Every kind has steps worked out; L-BFGS has tests of its own. */
static void
test_complete (void)
{
  for (guint k = 0; etude_optimizer_group.kinds[k] != NULL; k++)
    {
      gboolean found = g_str_equal (etude_optimizer_group.kinds[k]->id, "lbfgs");

      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        found = found || g_str_equal (steps[i].kind, etude_optimizer_group.kinds[k]->id);
      if (!found)
        g_error ("no steps of %s", etude_optimizer_group.kinds[k]->id);
    }
}

/*
 * Where a rate is the largest that f = w² / 2 stands. Adam’s is for the Hessian that it has divided
 * by the root of v: with an eps of 1 and so small a weight, the curvature itself.
 */
typedef struct
{
  const char *kind;
  const char *settings;
  double limit;
} Limit;

static const Limit limits[] = {
  { "sgd", "", 2 },
  { "sgd", "momentum=0.9", 2 + 2 * 0.9 },
  { "sgd", "momentum=0.9 nesterov=true", (2 + 2 * 0.9) / (1 + 2 * 0.9) },
  { "sgd", "momentum=0.9 dampening=0.9", (2 + 2 * 0.9) / (1 - 0.9) },
  { "adam", "eps=1", (2 + 2 * 0.9) / (1 - 0.9) },
  { "adamw", "eps=1 weight_decay=0", (2 + 2 * 0.9) / (1 - 0.9) },
  { "asgd", "lambd=0", 2 },
  { "rmsprop", "eps=1", 2 },
};

/* The largest weight from update @first to @last. */
static double
find_peak (Bowl *bowl, EtudeOptimizer *optimizer, double lr, guint first, guint last)
{
  double peak = 0;

  for (guint i = 1; i <= last; i++)
    {
      bowl_update (bowl, optimizer, lr);
      if (i >= first)
        peak = MAX (peak, fabs (bowl->weights[0]));
    }
  return peak;
}

static gboolean
is_bounded (const Limit *limit, double lr)
{
  static const double curvature = 1;
  double weight = 1e-30, gradient, early;
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer (limit->kind, limit->settings, &weight, 1);
  Bowl bowl = { .n = 1, .weights = &weight, .curvature = &curvature, .gradient = &gradient };

  early = find_peak (&bowl, optimizer, lr, 400, 500);
  return find_peak (&bowl, optimizer, lr, 400, 500) <= early;
}

static void
test_limits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_assert_true (is_bounded (&limits[i], 0.999 * limits[i].limit));
      g_assert_false (is_bounded (&limits[i], 1.001 * limits[i].limit));
    }
}

/* A gradient that stays the same has no spread; rounding must not make its root NaN. */
static void
test_centered (void)
{
  double weight = 0, gradient = 0.1;
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer ("rmsprop", "centered=true alpha=0.5", &weight, 1);

  for (guint i = 0; i < 200; i++)
    {
      etude_optimizer_begin (optimizer, 0.01);
      etude_optimizer_step_range (optimizer, 0, 1, &gradient);
      g_assert_true (isfinite (weight));
    }
}

/* Before its first update there is no average to show. */
static void
test_no_average (void)
{
  double weight = 3;
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer ("schedule_free_sgd", "", &weight, 1);

  etude_optimizer_show_average (optimizer, TRUE);
  g_assert_cmpfloat (weight, ==, 3);
  etude_optimizer_show_average (optimizer, FALSE);
  g_assert_cmpfloat (weight, ==, 3);
}

/* A gradient of zero leaves Prodigy nothing to estimate from, and the weights where they are. */
static void
test_no_gradient (void)
{
  double weights[] = { 1, 2 }, gradient[] = { 0, 0 };
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer ("prodigy", "weight_decay=0.5", weights, 2);

  for (guint i = 0; i < 3; i++)
    {
      etude_optimizer_begin (optimizer, 1);
      etude_optimizer_step_whole (optimizer, &(EtudeObjective) { .gradient = gradient });
    }
  g_assert_cmpfloat (weights[0], ==, 1);
  g_assert_cmpfloat (weights[1], ==, 2);
  g_assert_cmpfloat (etude_optimizer_get_effective_rate (optimizer), ==, 1e-6);
}

/* f = w² from 3: the first step is 1 long, the second knows the curvature. */
static void
test_lbfgs_steps (void)
{
  static const double curvature = 2;
  static const struct { const char *settings; guint n; double weights[2]; guint n_evaluations; } cases[] = {
    { "max_iter=1", 2, { 2, 0 }, 2 },
    { "max_iter=2", 1, { 2 }, 2 }, /* 5/4 of 2 are 2 evaluations */
    { "max_iter=20", 1, { 0 }, 3 },
    { "max_iter=20 max_eval=2", 1, { 2 }, 2 },
    { "max_iter=20 tolerance_grad=1 lr=0.75", 1, { 3 - 0.75 - 0.75 * 2.25 - 0.75 * 0.5625 }, 4 },
    /* Six times too far: 3 - 6 = -3 is as high as 3. The cubic is exact: the minimum. */
    { "max_iter=1 lr=6 line_search_fn=strong_wolfe", 1, { 0 }, 3 },
    /* Its slope is level enough at once. */
    { "max_iter=1 lr=2 line_search_fn=strong_wolfe", 1, { 1 }, 2 },
    /* A tenth is not far enough: slope 5.8 of 6. The cubic again. */
    { "max_iter=1 lr=0.1 line_search_fn=strong_wolfe", 1, { 2 }, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double weight = 3, gradient;
      Bowl bowl = { .n = 1, .weights = &weight, .curvature = &curvature, .gradient = &gradient };
      g_autoptr (EtudeOptimizer) optimizer = NULL;
      EtudeObject object;

      make_object (&object, "lbfgs", cases[i].settings);
      optimizer = etude_optimizer_new (&object, &weight, 1, NULL);
      for (guint k = 0; k < cases[i].n; k++)
        {
          bowl_update (&bowl, optimizer, get_rate (&object));
          g_assert_cmpfloat_with_epsilon (weight, cases[i].weights[k], 1e-14);
        }
      g_assert_cmpuint (bowl.n_evaluations, ==, cases[i].n_evaluations);
      etude_object_clear (&object);
    }
}

/* At the minimum, and where the loss is not a number, nothing moves. */
static void
test_lbfgs_rest (void)
{
  static const double curvature[] = { 1, NAN };

  for (guint i = 0; i < 2; i++)
    {
      double weight = i == 0 ? 0 : 1, gradient, before = weight;
      Bowl bowl = { .n = 1, .weights = &weight, .curvature = &curvature[i], .gradient = &gradient };
      g_autoptr (EtudeOptimizer) optimizer = make_optimizer ("lbfgs", "", &weight, 1);

      bowl_update (&bowl, optimizer, 1);
      g_assert_cmpfloat (weight, ==, before);
      g_assert_cmpuint (bowl.n_evaluations, ==, 1);
    }
}

/* (1 - x)² + 100 (y - x²)² */
static double
rosenbrock (gpointer data)
{
  Bowl *bowl = data;
  double x = bowl->weights[0], y = bowl->weights[1];

  bowl->n_evaluations++;
  bowl->gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  bowl->gradient[1] = 200 * (y - x * x);
  return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

/* The search never goes up, whatever the first length, and a short history, which is overwritten
 * many times, is enough. */
static void
test_lbfgs_search (void)
{
  static const double rates[] = { 1, 1e-3, 1e3 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      double weights[] = { -1.2, 1 }, gradient[2], value = INFINITY;
      Bowl bowl = { .n = 2, .weights = weights, .gradient = gradient };
      EtudeObjective objective = { .gradient = gradient, .evaluate = rosenbrock, .data = &bowl };
      g_autoptr (EtudeOptimizer) optimizer
        = make_optimizer ("lbfgs", "line_search_fn=strong_wolfe max_iter=5 max_eval=1000 history_size=3", weights, 2);

      for (guint k = 0; k < 40; k++)
        {
          objective.loss = rosenbrock (&bowl);
          g_assert_cmpfloat (objective.loss, <=, value);
          value = objective.loss;
          etude_optimizer_begin (optimizer, rates[i]);
          etude_optimizer_step_whole (optimizer, &objective);
        }
      g_assert_cmpfloat_with_epsilon (weights[0], 1, 1e-4);
      g_assert_cmpfloat_with_epsilon (weights[1], 1, 1e-4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *name = g_strdup_printf ("/steps/%s(%s)", steps[i].kind, steps[i].settings);

      g_test_add_data_func (name, &steps[i], test_steps);
    }
  g_test_add_func ("/steps/complete", test_complete);
  g_test_add_func ("/steps/limits", test_limits);
  g_test_add_func ("/steps/centered", test_centered);
  g_test_add_func ("/steps/no-average", test_no_average);
  g_test_add_func ("/steps/no-gradient", test_no_gradient);
  g_test_add_func ("/steps/lbfgs/steps", test_lbfgs_steps);
  g_test_add_func ("/steps/lbfgs/rest", test_lbfgs_rest);
  g_test_add_func ("/steps/lbfgs/search", test_lbfgs_search);
  return g_test_run ();
}
