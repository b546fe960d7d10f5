/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/test-function.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  double condition;
} Quadratic;

static const EtudeParam quadratic_params[] = {
  { .key = "condition", .label = N_("Condition"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .min_open = TRUE, .max = 1e12, .initial = 10, .offset = G_STRUCT_OFFSET (Quadratic, condition),
    .help = N_("How much steeper the second direction is than the first") },
  { .key = NULL }
};

static double
quadratic_value (gconstpointer params, const double *x, guint n)
{
  const Quadratic *self = params;

  return 0.5 * (x[0] * x[0] + (n > 1 ? self->condition * x[1] * x[1] : 0));
}

static void
quadratic_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  const Quadratic *self = params;

  gradient[0] = x[0];
  if (n > 1)
    gradient[1] = self->condition * x[1];
}

static double
quadratic_curvature (gconstpointer params, guint n)
{
  return n > 1 ? MAX (1, ((const Quadratic *) params)->condition) : 1;
}

static double
quartic_value (gconstpointer params, const double *x, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += x[i] * x[i] * x[i] * x[i] / 4;
  return sum;
}

static void
quartic_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  for (guint i = 0; i < n; i++)
    gradient[i] = x[i] * x[i] * x[i];
}

static double
double_well_value (gconstpointer params, const double *x, guint n)
{
  double well = x[0] * x[0] - 1;

  return well * well / 4 + (n > 1 ? x[1] * x[1] / 2 : 0);
}

static void
double_well_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  gradient[0] = x[0] * (x[0] * x[0] - 1);
  if (n > 1)
    gradient[1] = x[1];
}

static double
abs_value (gconstpointer params, const double *x, guint n)
{
  return fabs (x[0]) + (n > 1 ? fabs (x[1]) : 0);
}

static void
abs_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  for (guint i = 0; i < n; i++)
    gradient[i] = isnan (x[i]) ? NAN : (x[i] > 0) - (x[i] < 0);
}

static double
rosenbrock_value (gconstpointer params, const double *x, guint n)
{
  double off = x[1] - x[0] * x[0];

  return (1 - x[0]) * (1 - x[0]) + 100 * off * off;
}

static void
rosenbrock_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  double off = x[1] - x[0] * x[0];

  gradient[0] = -2 * (1 - x[0]) - 400 * x[0] * off;
  gradient[1] = 200 * off;
}

static double
himmelblau_value (gconstpointer params, const double *x, guint n)
{
  double a = x[0] * x[0] + x[1] - 11, b = x[0] + x[1] * x[1] - 7;

  return a * a + b * b;
}

static void
himmelblau_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  double a = x[0] * x[0] + x[1] - 11, b = x[0] + x[1] * x[1] - 7;

  gradient[0] = 4 * x[0] * a + 2 * b;
  gradient[1] = 2 * a + 4 * x[1] * b;
}

static const double beale_sums[] = { 1.5, 2.25, 2.625 };

static double
beale_value (gconstpointer params, const double *x, guint n)
{
  double sum = 0, power = 1;

  for (guint i = 0; i < 3; i++)
    {
      double off = beale_sums[i] - x[0] + x[0] * (power *= x[1]);

      sum += off * off;
    }
  return sum;
}

static void
beale_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  double power = 1;

  gradient[0] = gradient[1] = 0;
  for (guint i = 0; i < 3; i++)
    {
      double before = power, off;

      power *= x[1];
      off = beale_sums[i] - x[0] + x[0] * power;
      gradient[0] += 2 * off * (power - 1);
      gradient[1] += 2 * off * x[0] * (i + 1) * before;
    }
}

static double
saddle_value (gconstpointer params, const double *x, guint n)
{
  return (x[0] * x[0] - x[1] * x[1]) / 2;
}

static void
saddle_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  gradient[0] = x[0];
  gradient[1] = -x[1];
}

static double
ravine_value (gconstpointer params, const double *x, guint n)
{
  return 0.1 * x[0] * x[0] + 2 * x[1] * x[1];
}

static void
ravine_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  gradient[0] = 0.2 * x[0];
  gradient[1] = 4 * x[1];
}

static double
ravine_curvature (gconstpointer params, guint n)
{
  return 4;
}

static double
rastrigin_value (gconstpointer params, const double *x, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += 10 + x[i] * x[i] - 10 * cos (2 * G_PI * x[i]);
  return sum;
}

static void
rastrigin_gradient (gconstpointer params, const double *x, guint n, double *gradient)
{
  for (guint i = 0; i < n; i++)
    gradient[i] = 2 * x[i] + 20 * G_PI * sin (2 * G_PI * x[i]);
}

static const EtudeTestFunction functions[] = {
  { { .id = "quadratic", .label = N_("Quadratic"), .help = N_("A bowl that is steeper in one direction"),
      .formula = "½ (x² + condition y²)", .params = quadratic_params, .size = sizeof (Quadratic) },
    1, { 10, 1 }, { 0, 0 }, quadratic_value, quadratic_gradient, quadratic_curvature },
  { { .id = "quartic", .label = N_("Quartic"), .help = N_("Flat at the bottom, steep far out"),
      .formula = "¼ (x⁴ + y⁴)" },
    1, { 2, 1 }, { 0, 0 }, quartic_value, quartic_gradient, NULL },
  { { .id = "double_well", .label = N_("Double Well"), .help = N_("Two lowest points with a hill between"),
      .formula = "¼ (x² − 1)² + ½ y²" },
    1, { 0.1, 1 }, { 1, 0 }, double_well_value, double_well_gradient, NULL },
  { { .id = "abs", .label = N_("Absolute Value"), .help = N_("The same slope everywhere, with a kink at the bottom"),
      .formula = "|x| + |y|" },
    1, { 2, 1 }, { 0, 0 }, abs_value, abs_gradient, NULL },
  { { .id = "rosenbrock", .label = N_("Rosenbrock"), .help = N_("A curved valley whose bottom hardly falls"),
      .formula = "(1 − x)² + 100 (y − x²)²" },
    2, { -1.2, 1 }, { 1, 1 }, rosenbrock_value, rosenbrock_gradient, NULL },
  { { .id = "himmelblau", .label = N_("Himmelblau"), .help = N_("Four lowest points"),
      .formula = "(x² + y − 11)² + (x + y² − 7)²" },
    2, { 0, 0 }, { 3, 2 }, himmelblau_value, himmelblau_gradient, NULL },
  { { .id = "beale", .label = N_("Beale"), .help = N_("Flat far out, with steep walls"),
      .formula = "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²" },
    2, { 1, 1 }, { 3, 0.5 }, beale_value, beale_gradient, NULL },
  { { .id = "saddle", .label = N_("Saddle"), .help = N_("Up in one direction and down in the other, without an end"),
      .formula = "½ (x² − y²)" },
    2, { 1, 1e-3 }, { NAN, NAN }, saddle_value, saddle_gradient, NULL },
  { { .id = "ravine", .label = N_("Ravine"), .help = N_("A narrow valley that falls slowly along"),
      .formula = "0.1 x² + 2 y²" },
    2, { -5, -2 }, { 0, 0 }, ravine_value, ravine_gradient, ravine_curvature },
  { { .id = "rastrigin", .label = N_("Rastrigin"), .help = N_("A bowl full of hollows"),
      .formula = "Σ 10 + x² − 10 cos 2πx" },
    1, { 2.2, 1.7 }, { 0, 0 }, rastrigin_value, rastrigin_gradient, NULL },
};

static const EtudeKind *const kinds[] = {
  &functions[0].kind, &functions[1].kind, &functions[2].kind, &functions[3].kind, &functions[4].kind,
  &functions[5].kind, &functions[6].kind, &functions[7].kind, &functions[8].kind, &functions[9].kind, NULL
};

const EtudeGroup etude_function_group = {
  .id = "function", .label = N_("Function"), .path = "function", .kinds = kinds
};
