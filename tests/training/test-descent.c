/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/descent.h"

#include <math.h>

#include "base/random.h"
#include "optim/optimizer.h"

/* Gradients against central differences, and the curvature against those of the gradient. */
static void
test_derivatives (void)
{
  const double h = 1e-5;
  EtudeRandom random;

  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  for (guint k = 0; etude_function_group.kinds[k] != NULL; k++)
    for (guint i = 0; i < 200; i++)
      {
        const EtudeTestFunction *kind = (const EtudeTestFunction *) etude_function_group.kinds[k];
        guint n = kind->least_dims + (guint) etude_random_below (&random, 3 - kind->least_dims);
        double x[2] = { etude_random_normal (&random), etude_random_normal (&random) }, gradient[2], up[2], down[2];
        double steepest = 0;
        EtudeObject function;

        etude_object_init (&function, &kind->kind);
        kind->gradient (function.data, x, n, gradient);
        for (guint d = 0; d < n; d++)
          {
            double above[2] = { x[0], x[1] }, below[2] = { x[0], x[1] }, slope;

            above[d] += h;
            below[d] -= h;
            slope = (kind->value (function.data, above, n) - kind->value (function.data, below, n)) / (2 * h);
            g_assert_cmpfloat_with_epsilon (gradient[d], slope, 1e-7 * (1 + 1e3 * fabs (slope)));
            kind->gradient (function.data, above, n, up);
            kind->gradient (function.data, below, n, down);
            steepest = MAX (steepest, (up[d] - down[d]) / (2 * h));
          }
        if (kind->curvature != NULL)
          g_assert_cmpfloat_with_epsilon (kind->curvature (function.data, n), steepest, 1e-8);
        etude_object_clear (&function);
      }
}

/* At a minimum there is no slope, and all around is higher. */
static void
test_minima (void)
{
  for (guint k = 0; etude_function_group.kinds[k] != NULL; k++)
    {
      const EtudeTestFunction *kind = (const EtudeTestFunction *) etude_function_group.kinds[k];
      double gradient[2], least;
      EtudeObject function;

      if (isnan (kind->minimum[0]))
        continue;
      etude_object_init (&function, &kind->kind);
      least = kind->value (function.data, kind->minimum, 2);
      kind->gradient (function.data, kind->minimum, 2, gradient);
      g_assert_cmpfloat (hypot (gradient[0], gradient[1]), ==, 0);
      for (guint i = 0; i < 16; i++)
        {
          double near[2] = { kind->minimum[0] + 1e-2 * cos (i), kind->minimum[1] + 1e-2 * sin (i) };

          g_assert_cmpfloat (kind->value (function.data, near, 2), >, least);
        }
      etude_object_clear (&function);
    }
}

/* The largest distance among the last of many updates of a quadratic, at a share of the stable rate. */
static double
get_distance (const char *momentum, const char *more, const char *value, double share)
{
  EtudeObject function, optimizer, constant;
  g_autoptr (EtudeDescent) descent = NULL;
  EtudeDescentPoint point;
  double stable, last = 0, start[] = { 1, 1 };

  etude_object_init (&function, etude_group_find (&etude_function_group, "quadratic"));
  etude_object_init (&optimizer, etude_group_find (&etude_optimizer_group, "sgd"));
  etude_object_init (&constant, etude_group_find (&etude_schedule_group, "constant"));
  etude_param_read (etude_kind_find_param (optimizer.kind, "momentum"), momentum,
                    etude_param_field (etude_kind_find_param (optimizer.kind, "momentum"), optimizer.data), NULL);
  if (more != NULL)
    g_assert_true (etude_param_read (etude_kind_find_param (optimizer.kind, more), value,
                                     etude_param_field (etude_kind_find_param (optimizer.kind, more), optimizer.data), NULL));
  stable = etude_descent_stable_rate (&function, &optimizer, 2);
  descent = etude_descent_new (&function, &optimizer, etude_schedule_new (&constant, share * stable, 200000, 1, NULL), start, 2, NULL);
  while (etude_descent_next (descent, &point))
    if (point.step > 199000)
      last = MAX (last, hypot (point.x[0], point.x[1]));
  etude_object_clear (&function);
  etude_object_clear (&optimizer);
  etude_object_clear (&constant);
  return last;
}

/* Bounded just below the limit, unbounded just above it. */
static void
test_stability (void)
{
  static const struct { const char *momentum, *more, *value; } cases[] = {
    { "0", NULL, NULL }, { "0.9", NULL, NULL }, { "0.9", "nesterov", "true" }, { "0.9", "dampening", "0.9" },
    { "0", "weight_decay", "2" }, { "0.5", "weight_decay", "2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpfloat (get_distance (cases[i].momentum, cases[i].more, cases[i].value, 0.999), <, 1);
      g_assert_false (get_distance (cases[i].momentum, cases[i].more, cases[i].value, 1.001) < 1e6);
    }
}

/* Only a quadratic has a limit, and only an optimizer that follows from its curvature alone. */
static void
test_stable_rate (void)
{
  EtudeObject function, optimizer;

  etude_object_init (&function, etude_group_find (&etude_function_group, "rosenbrock"));
  etude_object_init (&optimizer, etude_group_find (&etude_optimizer_group, "sgd"));
  g_assert_true (isnan (etude_descent_stable_rate (&function, &optimizer, 2)));
  etude_object_become (&function, etude_group_find (&etude_function_group, "quadratic"));
  g_assert_cmpfloat_with_epsilon (etude_descent_stable_rate (&function, &optimizer, 2), 0.2, 1e-15);
  g_assert_cmpfloat_with_epsilon (etude_descent_stable_rate (&function, &optimizer, 1), 2, 1e-15);
  etude_object_become (&optimizer, etude_group_find (&etude_optimizer_group, "adam"));
  g_assert_true (isnan (etude_descent_stable_rate (&function, &optimizer, 2)));
  etude_object_clear (&function);
  etude_object_clear (&optimizer);
}

/* Every kind goes down, those that see all weights at once too; in double, so that L-BFGS comes closer than
 * float could. */
static void
test_every_optimizer (void)
{
  for (const EtudeKind *const *kind = etude_optimizer_group.kinds; *kind != NULL; kind++)
    {
      EtudeObject function, optimizer, constant;
      g_autoptr (EtudeDescent) descent = NULL;
      EtudeDescentPoint point;
      double first = 0, last = 0, rate, start[] = { 1, 1 };

      etude_object_init (&function, etude_group_find (&etude_function_group, "quadratic"));
      etude_object_init (&optimizer, *kind);
      etude_object_init (&constant, etude_group_find (&etude_schedule_group, "constant"));
      rate = *(double *) etude_param_field (etude_kind_find_param (*kind, "lr"), optimizer.data);
      descent = etude_descent_new (&function, &optimizer, etude_schedule_new (&constant, MIN (rate, 1), 200, 1, NULL), start, 2, NULL);
      while (etude_descent_next (descent, &point))
        {
          first = point.step == 0 ? point.value : first;
          last = point.value;
        }
      g_test_message ("%s: %g to %g", (*kind)->id, first, last);
      g_assert_cmpfloat (last, <, first);
      if (g_str_equal ((*kind)->id, "lbfgs"))
        g_assert_cmpfloat (last, <, 1e-9);
      etude_object_clear (&function);
      etude_object_clear (&optimizer);
      etude_object_clear (&constant);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/descent/derivatives", test_derivatives);
  g_test_add_func ("/descent/minima", test_minima);
  g_test_add_func ("/descent/stability", test_stability);
  g_test_add_func ("/descent/stable-rate", test_stable_rate);
  g_test_add_func ("/descent/every-optimizer", test_every_optimizer);
  return g_test_run ();
}
