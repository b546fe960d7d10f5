/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Optimizers whose momentum changes from update to update, against PyTorch in double.
 */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "optim/optimizer.h"

#define N_STEPS 20

static char **lines;

static void
read_row (const char *name, guint step, double numbers[5])
{
  g_autofree char *start = g_strdup_printf ("%s,%u,", name, step);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      {
        g_auto (GStrv) cells = g_strsplit (lines[i] + strlen (start), ",", -1);

        for (guint c = 0; c < 5; c++)
          g_assert_true (etude_number_read (g_strstrip (cells[c]), &numbers[c]));
        return;
      }
  g_error ("no row %s", start);
}

static void
make (EtudeObject *object, const char *kind, const char *key, const char *value)
{
  const EtudeParam *momentum;

  etude_object_init (object, etude_group_find (&etude_optimizer_group, kind));
  momentum = etude_kind_find_param (object->kind, "momentum");
  if (momentum != NULL)
    *(double *) etude_param_field (momentum, object->data) = 0.9;
  if (key != NULL)
    g_assert_true (etude_param_read (etude_kind_find_param (object->kind, key), value,
                                     etude_param_field (etude_kind_find_param (object->kind, key), object->data), NULL));
}

static void
test_reference (void)
{
  static const struct { const char *name, *kind, *key, *value; } cases[] = {
    { "sgd", "sgd", NULL, NULL },
    { "nesterov", "sgd", "nesterov", "true" },
    /* at some updates the momentum is 0: PyTorch then leaves the velocity as it was */
    { "zero", "sgd", NULL, NULL },
    { "adam", "adam", NULL, NULL },
  };
  static const double curvature[] = { 1, 10, 0.1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EtudeOptimizer) optimizer = NULL;
      double weights[] = { 1, -1, 2 }, gradient[3], row[5];
      EtudeObject object;

      make (&object, cases[i].kind, cases[i].key, cases[i].value);
      optimizer = etude_optimizer_new (&object, weights, 3, NULL);
      for (guint step = 1; step <= N_STEPS; step++)
        {
          read_row (cases[i].name, step, row);
          for (guint k = 0; k < 3; k++)
            gradient[k] = curvature[k] * weights[k];
          etude_optimizer_set_momentum (optimizer, row[1]);
          etude_optimizer_begin (optimizer, row[0]);
          etude_optimizer_step_range (optimizer, 0, 3, gradient);
          for (guint k = 0; k < 3; k++)
            if (fabs (weights[k] - row[2 + k]) > 1e-12)
              g_error ("%s, step %u: %.17g, expected %.17g", cases[i].name, step, weights[k], row[2 + k]);
        }
      etude_object_clear (&object);
    }
}

/* NaN is the optimizer’s own momentum; one that has none has nothing to set. */
static void
test_own (void)
{
  static const struct { const char *kind, *key, *value, *found; } cases[] = {
    { "sgd", NULL, NULL, "momentum" }, { "sgd", "momentum", "0", NULL }, { "adam", NULL, NULL, "beta1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double weights[2][2] = { { 1, -2 }, { 1, -2 } };
      EtudeObject object;

      make (&object, cases[i].kind, cases[i].key, cases[i].value);
      if (cases[i].found == NULL)
        g_assert_null (etude_optimizer_find_momentum (&object));
      else
        g_assert_cmpstr (etude_optimizer_find_momentum (&object)->key, ==, cases[i].found);
      for (guint k = 0; k < 2; k++)
        {
          g_autoptr (EtudeOptimizer) optimizer = etude_optimizer_new (&object, weights[k], 2, NULL);

          for (guint step = 0; step < 5; step++)
            {
              if (k == 1)
                etude_optimizer_set_momentum (optimizer, cases[i].found == NULL ? 0.5 : NAN);
              etude_optimizer_begin (optimizer, 0.1);
              etude_optimizer_step_range (optimizer, 0, 2, weights[k]);
            }
        }
      g_assert_cmpmem (weights[0], sizeof weights[0], weights[1], sizeof weights[1]);
      etude_object_clear (&object);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL, *text = NULL;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "reference", "momentum.csv", NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_test_add_func ("/momentum/reference", test_reference);
  g_test_add_func ("/momentum/own", test_own);
  return g_test_run ();
}
