/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Optimizers against PyTorch's steps on f = (x² + 10 y² + 0.1 z²) / 2 from (1, -1, 2), in double to
 * 1e-12; in float that neither the cut of ranges nor the instruction set shows in the bits.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "optim/optimizer.h"

#define N_STEPS 20

typedef struct
{
  const char *name;
  const char *kind;
  const char *settings;
} Row;

static const Row rows[] = {
  { "SGD(0.05)", "sgd", "lr=0.05" },
  { "SGD(0.05,m0.9)", "sgd", "lr=0.05 momentum=0.9" },
  { "SGD(0.05,m0.9,damp0.1,wd0.01)", "sgd", "lr=0.05 momentum=0.9 dampening=0.1 weight_decay=0.01" },
  { "SGD(0.05,m0.9,nesterov,wd0.01)", "sgd", "lr=0.05 momentum=0.9 nesterov=true weight_decay=0.01" },
  { "Adam(0.1)", "adam", "lr=0.1" },
  { "Adam(0.1,wd0.01)", "adam", "lr=0.1 weight_decay=0.01" },
  { "AMSGrad(0.1)", "adam", "lr=0.1 amsgrad=true" },
};

/* "key=value key=value" */
static void
make_object (EtudeObject *object, const char *kind, const char *settings)
{
  g_auto (GStrv) parts = g_strsplit (settings, " ", -1);
  GError *error = NULL;

  etude_object_init (object, etude_group_find (&etude_optimizer_group, kind));
  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
      const EtudeParam *param = etude_kind_find_param (object->kind, pair[0]);

      g_assert_nonnull (param);
      etude_param_read (param, pair[1], etude_param_field (param, object->data), &error);
      g_assert_no_error (error);
    }
}

#ifdef ETUDE_DOUBLE

static char **lines;

static double
get_rate (const EtudeObject *object)
{
  return *(double *) etude_param_field (etude_kind_find_param (object->kind, "lr"), object->data);
}

/* Point @step, from 1, of the trajectory @name. */
static void
read_point (const char *name, guint step, double point[3])
{
  g_autofree char *start = g_strdup_printf ("\"%s\",%u,", name, step);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      {
        g_auto (GStrv) cells = g_strsplit (lines[i] + strlen (start), ",", -1);

        for (guint c = 0; c < 3; c++)
          g_assert_true (etude_number_read (g_strstrip (cells[c]), &point[c]));
        return;
      }
  g_error ("no row %s", start);
}

static void
test_reference (gconstpointer data)
{
  static const double curvature[] = { 1, 10, 0.1 };
  const Row *row = data;
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  double weights[] = { 1, -1, 2 }, gradient[3], expected[3];
  EtudeObject object;

  make_object (&object, row->kind, row->settings);
  optimizer = etude_optimizer_new (&object, weights, 3, NULL);
  for (guint step = 1; step <= N_STEPS; step++)
    {
      for (guint i = 0; i < 3; i++)
        gradient[i] = curvature[i] * weights[i];
      etude_optimizer_begin (optimizer, get_rate (&object));
      etude_optimizer_step_range (optimizer, 0, 2, gradient);
      etude_optimizer_step_range (optimizer, 2, 1, gradient + 2);
      read_point (row->name, step, expected);
      for (guint i = 0; i < 3; i++)
        g_assert_cmpfloat_with_epsilon (weights[i], expected[i], 1e-12);
    }
  g_assert_cmpuint (etude_optimizer_get_n_updates (optimizer), ==, N_STEPS);
  etude_object_clear (&object);
}

/* No trajectory of the file is left out, and no kind of the catalogue is without one. */
static void
test_complete (void)
{
  guint n_kinds = 0;

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      gboolean found = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (rows) && !found; k++)
        {
          g_autofree char *start = g_strdup_printf ("\"%s\",", rows[k].name);

          found = g_str_has_prefix (lines[i], start);
        }
      if (!found)
        g_error ("no test follows %s", lines[i]);
    }
  for (; etude_optimizer_group.kinds[n_kinds] != NULL; n_kinds++)
    {
      gboolean found = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        found = found || g_str_equal (rows[k].kind, etude_optimizer_group.kinds[n_kinds]->id);
      g_assert_true (found);
    }
  g_assert_cmpuint (n_kinds, >, 0);
}

#else

#define N_WEIGHTS 1000

/* Ten updates with @isa, whole or in ranges of random length. */
static void
run (const Row *row, EtudeIsa isa, gboolean cut, float weights[N_WEIGHTS])
{
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  float gradient[N_WEIGHTS];
  EtudeRandom numbers, cuts;
  EtudeObject object;

  etude_random_init (&numbers, 1, ETUDE_STREAM_SAMPLE);
  etude_random_init (&cuts, 1, ETUDE_STREAM_DATA);
  make_object (&object, row->kind, row->settings);
  for (gsize i = 0; i < N_WEIGHTS; i++)
    weights[i] = (float) etude_random_normal (&numbers);
  etude_isa_set (isa);
  optimizer = etude_optimizer_new (&object, weights, N_WEIGHTS, NULL);
  for (guint step = 0; step < 10; step++)
    {
      for (gsize i = 0; i < N_WEIGHTS; i++)
        gradient[i] = (float) etude_random_normal (&numbers);
      etude_optimizer_begin (optimizer, 0.01);
      for (gsize first = 0; first < N_WEIGHTS;)
        {
          gsize length = 1 + etude_random_below (&cuts, 70);
          gsize n = cut ? MIN (length, N_WEIGHTS - first) : N_WEIGHTS;

          etude_optimizer_step_range (optimizer, first, n, gradient + first);
          first += n;
        }
    }
  etude_object_clear (&object);
}

static void
test_bits (gconstpointer data)
{
  float expected[N_WEIGHTS], found[N_WEIGHTS];

  run (data, ETUDE_ISA_PLAIN, FALSE, expected);
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    for (guint cut = 0; cut < 2 && etude_isa_is_supported (isa); cut++)
      {
        run (data, isa, cut, found);
        g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
      }
}

/* Padding has no gradient: whatever the parameters, it stays zero. */
static void
test_padding (gconstpointer data)
{
  const Row *row = data;
  float weights[64] = { 0 }, gradient[64] = { 0 };
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  EtudeObject object;

  make_object (&object, row->kind, row->settings);
  optimizer = etude_optimizer_new (&object, weights, 64, NULL);
  for (guint step = 0; step < 100; step++)
    {
      etude_optimizer_begin (optimizer, 1);
      etude_optimizer_step_range (optimizer, 0, 64, gradient);
    }
  for (guint i = 0; i < 64; i++)
    g_assert_cmpfloat (weights[i], ==, 0);
  etude_object_clear (&object);
}

static void
test_refused (void)
{
  static const struct { const char *settings; const char *message; } cases[] = {
    { "nesterov=true", "optimizer.nesterov: found true without momentum, expected a momentum above 0" },
    { "nesterov=true momentum=0.9 dampening=0.5",
      "optimizer.nesterov: found true with a dampening, expected a dampening of 0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      float weights[1] = { 0 };
      EtudeObject object;

      make_object (&object, "sgd", cases[i].settings);
      g_assert_null (etude_optimizer_new (&object, weights, 1, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      etude_object_clear (&object);
    }
}

static void
test_memory (void)
{
  g_autoptr (GError) error = NULL;
  float weights[1] = { 0 };
  EtudeObject object;

  make_object (&object, "adam", "");
  etude_memory_set_limit (1 << 20);
  g_assert_null (etude_optimizer_new (&object, weights, 1 << 20, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
  g_assert_cmpstr (error->message, ==,
                   "the state of the optimizer would need 2097152 elements of 4 bytes, more than the limit of 1.0\302\240MiB");
  etude_memory_set_limit (0);
  etude_object_clear (&object);
}

#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifdef ETUDE_DOUBLE
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "reference", "torch1131_optim.csv", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
#endif
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
#ifdef ETUDE_DOUBLE
      g_autofree char *name = g_strdup_printf ("/optimizer/reference/%s", rows[i].name);

      g_test_add_data_func (name, &rows[i], test_reference);
#else
      g_autofree char *bits = g_strdup_printf ("/optimizer/bits/%s", rows[i].name);
      g_autofree char *padding = g_strdup_printf ("/optimizer/padding/%s", rows[i].name);

      g_test_add_data_func (bits, &rows[i], test_bits);
      g_test_add_data_func (padding, &rows[i], test_padding);
#endif
    }
#ifdef ETUDE_DOUBLE
  g_test_add_func ("/optimizer/complete", test_complete);
#else
  g_test_add_func ("/optimizer/refused", test_refused);
  g_test_add_func ("/optimizer/memory", test_memory);
#endif
  return g_test_run ();
}
