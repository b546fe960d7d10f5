/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast kernels against the plain ones, and against each other to the last bit. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "network/kernels.h"

#define N_CASES 300

/* Room for the largest case; inputs start anywhere, so that nothing depends on alignment. */
#define ROOM 200000


typedef struct
{
  EtudeRandom random;
  float *a, *b, *c, *d;
} Source;

static float *
make_numbers (EtudeRandom *random, gsize n)
{
  float *numbers = etude_memory_try_new (n, sizeof (float), "numbers", NULL);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (float) etude_random_normal (random);
  return numbers;
}

static void
source_init (Source *source, guint64 seed)
{
  etude_random_init (&source->random, seed, ETUDE_STREAM_SAMPLE);
  source->a = make_numbers (&source->random, ROOM);
  source->b = make_numbers (&source->random, ROOM);
  source->c = make_numbers (&source->random, ROOM);
  source->d = make_numbers (&source->random, ROOM);
}

static void
source_clear (Source *source)
{
  etude_memory_free (source->a);
  etude_memory_free (source->b);
  etude_memory_free (source->c);
  etude_memory_free (source->d);
}

/* Writes the results of case @i, with its sizes drawn from @random. */
typedef void (*CaseFunc) (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results,
                          gsize *n);

static gsize
draw (EtudeRandom *random, gsize least, gsize most)
{
  return least + etude_random_below (random, most - least + 1);
}

static void
run_multiply (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize n_columns = ETUDE_PAD * draw (random, 1, 6);
  gsize depth = draw (random, 1, 400);
  EtudeProduct p = {
    .n_rows = draw (random, 1, 40), .n_columns = n_columns, .depth = depth,
    .a = source->a + draw (random, 0, 20), .a_stride = depth + draw (random, 0, 5), .b = source->b,
    .c = results, .c_stride = n_columns + ETUDE_PAD * draw (random, 0, 1),
    .bias = draw (random, 0, 1) ? source->c : NULL, .activation = (EtudeActivation) draw (random, 0, 3),
  };

  if (draw (random, 0, 1))
    {
      p.outputs = source->d;
      p.outputs_stride = n_columns + ETUDE_PAD * draw (random, 0, 1);
    }
  kernels->multiply (&p);
  *n = p.n_rows * p.c_stride;
}

static void
copy_tile (gpointer data, gsize first, gsize n, const float *values)
{
  if (values != NULL)
    memcpy ((float *) data + first, values, n * sizeof *values);
}

static void
run_outer (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  EtudeOuter o = {
    .n_samples = draw (random, 1, 100), .n_rows = draw (random, 1, 70), .n_columns = ETUDE_PAD * draw (random, 1, 6),
    .x = source->a + draw (random, 0, 20), .x_stride = 70 + draw (random, 0, 20),
    .dy = source->b, .dy_stride = 96 + draw (random, 0, 20), .result = results,
  };

  if (draw (random, 0, 1))
    {
      o.tile = copy_tile;
      o.data = results;
      o.result = NULL;
    }
  o.end = draw (random, 0, o.n_rows);
  kernels->outer (&o);
  o.first = o.end;
  o.end = o.n_rows;
  kernels->outer (&o);
  *n = o.n_rows * o.n_columns;
}

static void
run_convolve (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize n_columns = ETUDE_PAD * draw (random, 1, 6), depth = draw (random, 1, 60), n_outer = draw (random, 1, 5);
  EtudeConvolution p = {
    .n_rows = draw (random, 1, 40), .n_columns = n_columns, .depth = depth, .n_outer = n_outer,
    .a = source->a + draw (random, 0, 20), .a_row = draw (random, 1, 40), .a_outer = draw (random, 1, 3000),
    .b = source->b, .b_first = draw (random, 0, 9), .c = results, .c_stride = n_columns + ETUDE_PAD * draw (random, 0, 1),
    .bias = draw (random, 0, 1) ? source->c : NULL, .add = draw (random, 0, 1) > 0, .is_cut = draw (random, 0, 1) > 0,
  };

  p.b_rows = p.b_first + depth * n_outer + draw (random, 0, 9);
  *n = p.n_rows * p.c_stride;
  memcpy (results, source->d, *n * sizeof *results);
  kernels->convolve (&p);
}

static void
run_correlate (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  EtudeCorrelation p = {
    .n_rows = draw (random, 1, 70), .n_columns = ETUDE_PAD * draw (random, 1, 6),
    .n_inner = draw (random, 1, 20), .n_outer = draw (random, 1, 20),
    .x = source->a + draw (random, 0, 20), .x_inner = draw (random, 1, 100), .x_outer = draw (random, 1, 2000),
    .dy = source->b, .result = results, .first = draw (random, 0, 9), .add = draw (random, 0, 1) > 0,
  };

  p.dy_stride = p.n_columns + ETUDE_PAD * draw (random, 0, 1);
  p.result_rows = p.first + p.n_rows + draw (random, 0, 9);
  *n = p.result_rows * p.n_columns;
  memcpy (results, source->d, *n * sizeof *results);
  kernels->correlate (&p);
}

static void
run_transpose (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize n_rows = draw (random, 1, 100), n_columns = draw (random, 1, 100);
  gsize cut = ETUDE_PAD * draw (random, 0, n_rows / ETUDE_PAD);

  kernels->transpose (n_rows, n_columns, source->a, 0, cut, results);
  kernels->transpose (n_rows, n_columns, source->a, cut, n_rows, results);
  *n = etude_pad (n_rows) * n_columns;
}

static void
run_sum_columns (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  *n = ETUDE_PAD * draw (random, 1, 6);
  kernels->sum_columns (draw (random, 1, 100), *n, source->a, *n + draw (random, 0, 9), results);
}

static void
run_activations (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize length = ETUDE_PAD * draw (random, 1, 20);
  float scale = (float) pow (10, 6 * etude_random_uniform (random) - 3);
  EtudeActivation activation = (EtudeActivation) draw (random, 0, 3);

  for (gsize i = 0; i < length; i++)
    results[i] = scale * source->a[i];
  kernels->activate (activation, length, results);
  memcpy (results + length, source->b, length * sizeof *results);
  kernels->differentiate (activation, length, results + length, results);
  *n = 2 * length;
}

/* All shapes in turn, with numbers that fit any of them. */
static void
run_curves (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize length = ETUDE_PAD * draw (random, 1, 20);
  float scale = (float) pow (10, 4 * etude_random_uniform (random) - 2);
  EtudeCurve curve = { .shape = (EtudeCurveShape) draw (random, 0, ETUDE_N_CURVES - 1) };

  curve.a = 0.1f + (float) etude_random_uniform (random);
  curve.b = (float) (2 * etude_random_uniform (random));
  curve.c = -1;
  curve.d = 3;
  for (gsize i = 0; i < length; i++)
    results[i] = scale * source->a[i];
  kernels->bend_back (&curve, length, results, source->b, results + length);
  if (draw (random, 0, 1))
    kernels->bend (&curve, length, results, results);
  else
    kernels->bend (&curve, length, source->a + draw (random, 0, 20), results);
  *n = 2 * length;
}

static void
run_softmax (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gint32 labels[50];
  float scratch[70 * ETUDE_PAD], hit[70], z[50 * 96];
  EtudeSoftmax s = {
    .n = draw (random, 1, 50), .n_classes = draw (random, 1, 70), .z = z, .labels = labels,
    .hit = hit, .scale = 0.3f, .losses = results, .scratch = scratch, .dz = results + 64,
  };
  float scale = (float) draw (random, 1, 30);

  s.stride = etude_pad (s.n_classes) + ETUDE_PAD * draw (random, 0, 1);
  for (gsize i = 0; i < s.n * s.stride; i++)
    z[i] = scale * source->a[i];
  for (gsize i = 0; i < s.n; i++)
    labels[i] = (gint32) draw (random, 0, s.n_classes - 1);
  for (gsize c = 0; c < s.n_classes; c++)
    hit[c] = 0.5f + fabsf (source->b[c]);
  if (draw (random, 0, 1))
    {
      float *others = results + 64 + s.n * s.stride;

      for (gsize c = 0; c < s.n_classes; c++)
        {
          others[c] = fabsf (source->c[c]);
          s.others_sum += others[c];
        }
      s.others = others;
    }
  kernels->softmax (&s);
  memset (results + s.n, 0, (64 - s.n) * sizeof *results);
  *n = 64 + s.n * s.stride;
}

static void
run_logistic (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  gsize length = ETUDE_PAD * draw (random, 1, 20);
  float logits[20 * ETUDE_PAD], targets[20 * ETUDE_PAD];
  float scale = (float) pow (10, 6 * etude_random_uniform (random) - 3);

  for (gsize i = 0; i < length; i++)
    {
      logits[i] = scale * source->a[i];
      targets[i] = draw (random, 0, 3) ? (float) draw (random, 0, 1) : fabsf (source->b[i]) / 10;
    }
  kernels->logistic (length, logits, targets, draw (random, 0, 1) ? 1.f : 2.5f, 0.25f, results, results + length);
  *n = 2 * length;
}

/* Coarse numbers, so that there are equal ones. Results: the largest, where they are, and the gradient. */
static void
run_pool (const EtudeKernels *kernels, const Source *source, EtudeRandom *random, float *results, gsize *n)
{
  EtudePooling p = {
    .n_outputs = draw (random, 1, 5), .n_channels = ETUDE_PAD * draw (random, 1, 3),
    .height = draw (random, 1, 3), .width = draw (random, 1, 3), .before = (EtudeActivation) draw (random, 0, 3),
  };
  gsize first = draw (random, 0, 100), n_outputs = p.n_outputs * p.n_channels, n_inputs;
  float x[3 * 25 * 3 * ETUDE_PAD];
  guint32 from[5 * 3 * ETUDE_PAD];

  p.stride = p.width + draw (random, 0, 1);
  p.line = p.n_outputs * p.stride + p.width;
  n_inputs = p.height * p.line * p.n_channels;
  g_assert_cmpuint (n_inputs, <=, G_N_ELEMENTS (x));
  for (gsize i = 0; i < n_inputs; i++)
    x[i] = rintf (2 * source->a[i]) / 2;
  kernels->pool (&p, x, results, from, (guint32) first);
  for (gsize i = 0; i < n_outputs; i++)
    results[n_outputs + i] = (float) from[i];
  kernels->pool_back (&p, x, source->b, from, (guint32) first, results + 2 * n_outputs);
  *n = 2 * n_outputs + n_inputs;
}

/* Relative to the largest result, for single ones may cancel; sums of 400 products round differently. */
static void
compare (const float *found, const float *expected, gsize n, EtudeIsa isa)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs ((double) expected[i]));
  for (gsize i = 0; i < n; i++)
    if (!(fabs ((double) found[i] - (double) expected[i]) <= 2e-5 * MAX (largest, 1e-3)))
      g_error ("%s: result %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is %g, expected %g", etude_isa_to_string (isa),
               i, n, (double) found[i], (double) expected[i]);
}

static void
test_kernel (gconstpointer data)
{
  CaseFunc run = *(const CaseFunc *) data;
  g_autofree float *expected = g_new (float, ROOM);
  g_autofree float *found = g_new (float, ROOM);
  g_autofree float *v3 = g_new (float, ROOM);
  Source source;

  source_init (&source, 5);
  for (guint i = 0; i < N_CASES; i++)
    {
      EtudeRandom random;
      gsize n;

      memset (expected, 0, ROOM * sizeof *expected);
      etude_random_init (&random, i, ETUDE_STREAM_DATA);
      run (etude_kernels_get (ETUDE_ISA_PLAIN), &source, &random, expected, &n);
      g_assert_cmpuint (n, <=, ROOM);
      for (EtudeIsa isa = ETUDE_ISA_BASELINE; isa <= ETUDE_ISA_V4; isa++)
        {
          if (!etude_isa_is_supported (isa))
            continue;
          memset (found, 0, ROOM * sizeof *found);
          etude_random_init (&random, i, ETUDE_STREAM_DATA);
          run (etude_kernels_get (isa), &source, &random, found, &n);
          compare (found, expected, n, isa);
          if (isa == ETUDE_ISA_V3)
            memcpy (v3, found, n * sizeof *found);
          if (isa == ETUDE_ISA_V4)
            g_assert_cmpmem (found, n * sizeof *found, v3, n * sizeof *v3);
        }
    }
  source_clear (&source);
}

/* Relative error over a whole range, against double. */
static void
test_functions (void)
{
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      if (!etude_isa_is_supported (isa))
        continue;
      for (double from = -20; from < 20; from += 0.01)
        {
          float x[ETUDE_PAD], tanhs[ETUDE_PAD], sigmoids[ETUDE_PAD];

          for (gsize i = 0; i < ETUDE_PAD; i++)
            tanhs[i] = sigmoids[i] = x[i] = (float) (from + 0.01 * (double) i / ETUDE_PAD);
          etude_kernels_get (isa)->activate (ETUDE_ACTIVATION_TANH, ETUDE_PAD, tanhs);
          etude_kernels_get (isa)->activate (ETUDE_ACTIVATION_SIGMOID, ETUDE_PAD, sigmoids);
          for (gsize i = 0; i < ETUDE_PAD; i++)
            {
              double sigmoid = 1 / (1 + exp (-(double) x[i]));

              g_assert_cmpfloat_with_epsilon (tanhs[i], tanh (x[i]), 4e-7 * fabs (tanh (x[i])));
              g_assert_cmpfloat_with_epsilon (sigmoids[i], sigmoid, 4e-7 * sigmoid);
            }
        }
    }
}

/* The value is right to some last digits; where it is a small difference or the tail of one, to some
 * last digits of x. So is the slope, of 1. */
static void
check_curve (const EtudeKernels *kernels, const EtudeCurve *curve, const float x[ETUDE_PAD])
{
  const EtudeKernels *plain = etude_kernels_get (ETUDE_ISA_PLAIN);
  float ones[ETUDE_PAD], y[ETUDE_PAD], slope[ETUDE_PAD], y_expected[ETUDE_PAD], slope_expected[ETUDE_PAD];

  for (gsize i = 0; i < ETUDE_PAD; i++)
    ones[i] = 1;
  kernels->bend (curve, ETUDE_PAD, x, y);
  kernels->bend_back (curve, ETUDE_PAD, x, ones, slope);
  plain->bend (curve, ETUDE_PAD, x, y_expected);
  plain->bend_back (curve, ETUDE_PAD, x, ones, slope_expected);
  for (gsize i = 0; i < ETUDE_PAD; i++)
    {
      float near = MIN (fabsf (x[i]), 1);

      if (!(fabsf (y[i] - y_expected[i]) <= 6e-7f * fabsf (y_expected[i]) + 1e-7f * near)
          || !(fabsf (slope[i] - slope_expected[i]) <= 6e-7f))
        g_error ("%s: curve %d of %.9g is %.9g with slope %.9g, expected %.9g with %.9g", etude_isa_to_string (kernels->isa),
                 (int) curve->shape, (double) x[i], (double) y[i], (double) slope[i], (double) y_expected[i],
                 (double) slope_expected[i]);
    }
}

static void
test_curves (void)
{
  for (EtudeIsa isa = ETUDE_ISA_BASELINE; isa <= ETUDE_ISA_V4; isa++)
    for (guint shape = 0; shape < ETUDE_N_CURVES && etude_isa_is_supported (isa); shape++)
      {
        EtudeCurve curve = { (EtudeCurveShape) shape, 1, 1, -1, 3 };
        float x[ETUDE_PAD];

        if (shape == ETUDE_CURVE_SOFTPLUS)
          curve.b = 20;
        for (double from = -100; from < 100; from += fabs (from) < 30 ? 0.01 : 1)
          {
            for (gsize i = 0; i < ETUDE_PAD; i++)
              x[i] = (float) (from + 0.01 * (double) i / ETUDE_PAD);
            check_curve (etude_kernels_get (isa), &curve, x);
          }
        for (int power = -30; power <= 30; power++)
          {
            for (gsize i = 0; i < ETUDE_PAD; i++)
              x[i] = (float) ((i % 2 ? -1 : 1) * (1 + (double) i / ETUDE_PAD) * pow (10, power));
            check_curve (etude_kernels_get (isa), &curve, x);
          }
      }
}

/* What is not a number stays so, or a diverged run would look well. */
static void
test_not_finite (void)
{
  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      const EtudeKernels *kernels = etude_kernels_get (isa);

      if (!etude_isa_is_supported (isa))
        continue;
      for (EtudeActivation f = ETUDE_ACTIVATION_RELU; f <= ETUDE_ACTIVATION_SIGMOID; f++)
        {
          float values[ETUDE_PAD] = { NAN, INFINITY, -INFINITY };

          kernels->activate (f, ETUDE_PAD, values);
          g_assert_true (isnan (values[0]));
          g_assert_false (isnan (values[1]) || isnan (values[2]));
        }
      for (guint shape = 0; shape < ETUDE_N_CURVES; shape++)
        {
          EtudeCurve curve = { (EtudeCurveShape) shape, 1, 1, -1, 3 };
          float values[ETUDE_PAD] = { NAN, INFINITY };

          kernels->bend (&curve, ETUDE_PAD, values, values);
          g_assert_true (isnan (values[0]));
          g_assert_cmpfloat (values[ETUDE_PAD - 1], ==, shape == ETUDE_CURVE_SOFTPLUS ? logf (2) : shape == ETUDE_CURVE_CLAMP);
        }
      for (guint at = 0; at < 3; at++)
        {
          float z[ETUDE_PAD] = { 1, 2, 3 }, hit[] = { 1, 1, 1 }, losses[ETUDE_PAD], scratch[3 * ETUDE_PAD];
          EtudeSoftmax s = { .n = 1, .n_classes = 3, .stride = ETUDE_PAD, .z = z, .labels = (gint32[]) { 0 },
                             .hit = hit, .scale = 1, .losses = losses, .scratch = scratch };

          z[at] = NAN;
          kernels->softmax (&s);
          g_assert_true (isnan (losses[0]));
        }
      {
        float z[ETUDE_PAD] = { NAN, 1000, -1000, 1000 }, y[ETUDE_PAD] = { 1, 1, 1, 0 };
        float losses[ETUDE_PAD], gradient[ETUDE_PAD];

        kernels->logistic (ETUDE_PAD, z, y, 1, 1, losses, gradient);
        g_assert_true (isnan (losses[0]));
        g_assert_cmpfloat (fabsf (losses[1]), <=, 1e-30f);
        g_assert_cmpfloat_with_epsilon (losses[2], 1000, 1e-3);
        g_assert_cmpfloat_with_epsilon (losses[3], 1000, 1e-3);
      }
    }
}

/* As PyTorch: a value that is no number is the largest, and the last of several. */
static void
test_pool_not_finite (void)
{
  const EtudePooling p = { .n_outputs = 1, .n_channels = ETUDE_PAD, .height = 1, .width = 3, .stride = 3, .line = 3 };

  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      float x[3 * ETUDE_PAD] = { NAN, 1, -INFINITY }, y[ETUDE_PAD];
      guint32 from[ETUDE_PAD];

      if (!etude_isa_is_supported (isa))
        continue;
      x[ETUDE_PAD] = x[2 * ETUDE_PAD + 1] = NAN;
      x[ETUDE_PAD + 2] = x[2 * ETUDE_PAD + 2] = -INFINITY;
      etude_kernels_get (isa)->pool (&p, x, y, from, 7);
      g_assert_true (isnan (y[0]) && isnan (y[1]));
      g_assert_cmpfloat (y[2], ==, -INFINITY);
      g_assert_cmpuint (from[0], ==, 8);
      g_assert_cmpuint (from[1], ==, 9);
      g_assert_cmpuint (from[2], ==, 7);
    }
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; CaseFunc run; } cases[] = {
    { "/kernels/multiply", run_multiply },
    { "/kernels/outer", run_outer },
    { "/kernels/convolve", run_convolve },
    { "/kernels/correlate", run_correlate },
    { "/kernels/transpose", run_transpose },
    { "/kernels/sum-columns", run_sum_columns },
    { "/kernels/activations", run_activations },
    { "/kernels/curves", run_curves },
    { "/kernels/pool", run_pool },
    { "/kernels/softmax", run_softmax },
    { "/kernels/logistic", run_logistic },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i].run, test_kernel);
  g_test_add_func ("/kernels/functions", test_functions);
  g_test_add_func ("/kernels/accuracy", test_curves);
  g_test_add_func ("/kernels/not-finite", test_not_finite);
  g_test_add_func ("/kernels/pool/not-finite", test_pool_not_finite);
  return g_test_run ();
}
