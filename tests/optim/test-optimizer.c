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
#include "optimizer-fixture.h"

#define N_STEPS 20

/*
 * @name: in the file; NULL where PyTorch has no such optimizer, so that only float looks at it
 * @tolerance: 0 is 1e-12
 */
typedef struct
{
  const char *name;
  const char *kind;
  const char *settings;
  double tolerance;
} Row;

/* Where PyTorch keeps its numbers in float32. */
#define SINGLE 1e-8

static const Row rows[] = {
  { "SGD(0.05)", "sgd", "lr=0.05", 0 },
  { "SGD(0.05,m0.9)", "sgd", "lr=0.05 momentum=0.9", 0 },
  { "SGD(0.05,m0.9,damp0.1,wd0.01)", "sgd", "lr=0.05 momentum=0.9 dampening=0.1 weight_decay=0.01", 0 },
  { "SGD(0.05,m0.9,nesterov,wd0.01)", "sgd", "lr=0.05 momentum=0.9 nesterov=true weight_decay=0.01", 0 },
  { "Adam(0.1)", "adam", "lr=0.1", 0 },
  { "Adam(0.1,wd0.01)", "adam", "lr=0.1 weight_decay=0.01", 0 },
  { "AMSGrad(0.1)", "adam", "lr=0.1 amsgrad=true", 0 },
  { "AdamW(0.1,wd0.01)", "adamw", "lr=0.1 weight_decay=0.01", 0 },
  { "NAdam(0.02) foreach", "nadam", "lr=0.02", SINGLE },
  { "RAdam(0.1)", "radam", "lr=0.1", 0 },
  { "Adamax(0.02)", "adamax", "lr=0.02", 0 },
  { "RMSprop(0.01)", "rmsprop", "lr=0.01", 0 },
  { "RMSprop(0.01,centered,m0.9)", "rmsprop", "lr=0.01 centered=true momentum=0.9", 0 },
  { "Adagrad(0.1,lrd0.01,iav0.1)", "adagrad", "lr=0.1 lr_decay=0.01 initial_accumulator_value=0.1", 0 },
  { "Adadelta()", "adadelta", "", 0 },
  { "ASGD(0.05)", "asgd", "lr=0.05", SINGLE },
  { "Rprop(0.01)", "rprop", "lr=0.01", 0 },
  { "LBFGS(1)", "lbfgs", "max_iter=1", 0 },
  { "LBFGS(1,sw)", "lbfgs", "max_iter=4 line_search_fn=strong_wolfe", 0 },
  { NULL, "adamw", "lr=0.1 amsgrad=true", 0 },
  { NULL, "rmsprop", "centered=true", 0 },
  { NULL, "rmsprop", "momentum=0.9", 0 },
  { NULL, "asgd", "t0=3", 0 },
  { NULL, "lion", "weight_decay=0.1", 0 },
  { NULL, "lbfgs", "history_size=3", 0 },
  { NULL, "schedule_free_sgd", "weight_decay=0.1 r=1 warmup_steps=3", 0 },
  { NULL, "schedule_free_adamw", "weight_decay=0.1", 0 },
  { NULL, "prodigy", "weight_decay=0.1 d0=0.01", 0 },
};

#ifdef ETUDE_DOUBLE

static char **lines;

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

/* The largest distance from the trajectory @name. */
static double
follow (const Row *row, const char *name)
{
  static const double curvature[] = { 1, 10, 0.1 };
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  double weights[] = { 1, -1, 2 }, gradient[3], expected[3], farthest = 0;
  Bowl bowl = { .n = 3, .weights = weights, .curvature = curvature, .gradient = gradient };
  EtudeObject object;

  make_object (&object, row->kind, row->settings);
  optimizer = etude_optimizer_new (&object, weights, 3, NULL);
  for (guint step = 1; step <= N_STEPS; step++)
    {
      bowl_update (&bowl, optimizer, get_rate (&object));
      read_point (name, step, expected);
      for (guint i = 0; i < 3; i++)
        farthest = MAX (farthest, fabs (weights[i] - expected[i]));
    }
  g_assert_cmpuint (etude_optimizer_get_n_updates (optimizer), ==, N_STEPS);
  etude_object_clear (&object);
  return farthest;
}

static void
test_reference (gconstpointer data)
{
  const Row *row = data;

  g_assert_cmpfloat (follow (row, row->name), <=, row->tolerance > 0 ? row->tolerance : 1e-12);
}

/* What PyTorch 1.13.1 does where it goes weight by weight is wrong: 1e-4 away after a step. */
static void
test_nadam (void)
{
  const Row row = { "NAdam(0.02) foreach", "nadam", "lr=0.02", SINGLE };

  g_assert_cmpfloat (follow (&row, "NAdam(0.02) single-tensor"), >, 1e-4);
}

/* No trajectory of the file is left out, and no kind of the catalogue is without a row. */
static void
test_complete (void)
{
  guint n_kinds = 0;

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      gboolean found = g_str_has_prefix (lines[i], "\"NAdam(0.02) single-tensor\",");

      for (guint k = 0; k < G_N_ELEMENTS (rows) && !found; k++)
        {
          g_autofree char *start = g_strdup_printf ("\"%s\",", rows[k].name != NULL ? rows[k].name : "");

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
#define N_PADDING 37

/* Ten updates with @isa, whole or in ranges of random length. The last weights are padding: they
 * have no gradient. */
static void
run (const Row *row, EtudeIsa isa, gboolean cut, float weights[N_WEIGHTS])
{
  g_autoptr (EtudeOptimizer) optimizer = NULL;
  float gradient[N_WEIGHTS], curvature[N_WEIGHTS] = { 0 }, noise[N_WEIGHTS] = { 0 };
  Bowl bowl = { N_WEIGHTS, weights, curvature, noise, gradient, 0 };
  EtudeRandom numbers, cuts;

  etude_random_init (&numbers, 1, ETUDE_STREAM_SAMPLE);
  etude_random_init (&cuts, 1, ETUDE_STREAM_DATA);
  memset (weights, 0, N_WEIGHTS * sizeof *weights);
  for (gsize i = 0; i < N_WEIGHTS - N_PADDING; i++)
    {
      weights[i] = (float) etude_random_normal (&numbers);
      curvature[i] = (float) fabs (etude_random_normal (&numbers));
    }
  etude_isa_set (isa);
  optimizer = make_optimizer (row->kind, row->settings, weights, N_WEIGHTS);
  for (guint step = 0; step < 10; step++)
    {
      for (gsize i = 0; i < N_WEIGHTS - N_PADDING; i++)
        noise[i] = (float) etude_random_normal (&numbers);
      if (!cut)
        {
          bowl_update (&bowl, optimizer, 0.01);
          continue;
        }
      bowl_evaluate (&bowl);
      etude_optimizer_begin (optimizer, 0.01);
      for (gsize first = 0; first < N_WEIGHTS;)
        {
          gsize length = 1 + etude_random_below (&cuts, 70);
          gsize n = MIN (length, N_WEIGHTS - first);

          etude_optimizer_step_range (optimizer, first, n, gradient + first);
          first += n;
        }
    }
}

static gboolean
is_whole (const Row *row)
{
  g_autoptr (EtudeOptimizer) optimizer = make_optimizer (row->kind, row->settings, NULL, 0);

  return etude_optimizer_is_whole (optimizer);
}

/* Neither the width of the vectors nor the cut of the ranges shows, and padding stays zero. */
static void
test_bits (gconstpointer data)
{
  float expected[N_WEIGHTS], found[N_WEIGHTS];
  guint n_cuts = is_whole (data) ? 1 : 2;

  run (data, ETUDE_ISA_PLAIN, FALSE, expected);
  g_assert_true (isfinite (expected[0]) && expected[0] != 0);
  for (gsize i = N_WEIGHTS - N_PADDING; i < N_WEIGHTS; i++)
    g_assert_cmpfloat (expected[i], ==, 0);
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    for (guint cut = 0; cut < n_cuts && etude_isa_is_supported (isa); cut++)
      {
        run (data, isa, cut, found);
        g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
      }
}

static void
test_refused (void)
{
  static const struct { const char *kind; const char *settings; const char *message; } cases[] = {
    { "sgd", "nesterov=true", "optimizer.nesterov: found true without momentum, expected a momentum above 0" },
    { "sgd", "nesterov=true momentum=0.9 dampening=0.5",
      "optimizer.nesterov: found true with a dampening, expected a dampening of 0" },
    { "rprop", "step_size_min=0.1 step_size_max=0.01",
      "optimizer.step_size_max: found 0.01, expected at least the 0.1 of step_size_min" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      float weights[1] = { 0 };
      EtudeObject object;

      make_object (&object, cases[i].kind, cases[i].settings);
      g_assert_null (etude_optimizer_new (&object, weights, 1, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      etude_object_clear (&object);
    }
}

/* More than the limit is refused before memory is taken: each weight has that many numbers more. */
static void
test_memory (void)
{
  static const struct { const char *kind; const char *settings; const char *elements; } cases[] = {
    { "adam", "", "2097152" },
    { "adam", "amsgrad=true", "3145728" },
    { "nadam", "", "2097152" },
    { "rmsprop", "centered=true momentum=0.5", "3145728" },
    { "rprop", "", "2097152" },
    { "schedule_free_adamw", "", "3145728" },
    { "prodigy", "", "4194304" },
    { "lbfgs", "", "211812352" },
    { "lbfgs", "history_size=10000 line_search_fn=strong_wolfe", "20976762880" },
  };

  etude_memory_set_limit (1 << 20);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message
        = g_strdup_printf ("the state of the optimizer would need %s elements of 4 bytes, more than the limit of 1.0\302\240MiB",
                           cases[i].elements);
      g_autoptr (GError) error = NULL;
      float weights[1] = { 0 };
      EtudeObject object;

      make_object (&object, cases[i].kind, cases[i].settings);
      g_assert_null (etude_optimizer_new (&object, weights, 1 << 20, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
      g_assert_cmpstr (error->message, ==, message);
      etude_object_clear (&object);
    }
  etude_memory_set_limit (0);
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

      if (rows[i].name != NULL)
        g_test_add_data_func (name, &rows[i], test_reference);
#else
      g_autofree char *name = g_strdup_printf ("/optimizer/bits/%s(%s)", rows[i].kind, rows[i].settings);

      g_test_add_data_func (name, &rows[i], test_bits);
#endif
    }
#ifdef ETUDE_DOUBLE
  g_test_add_func ("/optimizer/nadam", test_nadam);
  g_test_add_func ("/optimizer/complete", test_complete);
#else
  g_test_add_func ("/optimizer/refused", test_refused);
  g_test_add_func ("/optimizer/memory", test_memory);
#endif
  return g_test_run ();
}
