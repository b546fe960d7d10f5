/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/random.h"

#define N_DRAWS 1000000

/* The same numbers on every machine and in every version: seeds in documents stand for them. */
static void
test_golden (void)
{
  static const guint64 expected[] = {
    G_GUINT64_CONSTANT (0xf8d4ee2d22da4233), G_GUINT64_CONSTANT (0x0392cbfd0a9bb807), G_GUINT64_CONSTANT (0xcc0319a12d91cdc2),
  };
  EtudeRandom random;

  etude_random_init (&random, 1, ETUDE_STREAM_INITIALISE);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmphex (etude_random_next (&random), ==, expected[i]);
}

/* No seed and purpose begins like another, and drawing from one leaves the others alone. */
static void
test_streams (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint64 seed = 0; seed < 2000; seed++)
    for (EtudeStream stream = ETUDE_STREAM_DATA; stream <= ETUDE_STREAM_SAMPLE; stream++)
      {
        EtudeRandom random;

        etude_random_init (&random, seed, stream);
        for (guint i = 0; i < 4; i++)
          {
            guint64 x = etude_random_next (&random);

            g_assert_true (g_hash_table_add (seen, g_memdup2 (&x, sizeof x)));
          }
      }
}

/* Streams of neighbouring purposes and seeds do not go together. */
static void
test_correlation (void)
{
  static const struct { guint64 seed; EtudeStream stream; } others[] = {
    { 1, ETUDE_STREAM_SHUFFLE }, { 1, ETUDE_STREAM_SPLIT }, { 2, ETUDE_STREAM_INITIALISE }, { 0, ETUDE_STREAM_INITIALISE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      EtudeRandom a, b;
      double product = 0;

      etude_random_init (&a, 1, ETUDE_STREAM_INITIALISE);
      etude_random_init (&b, others[i].seed, others[i].stream);
      for (guint k = 0; k < N_DRAWS; k++)
        product += (etude_random_uniform (&a) - 0.5) * (etude_random_uniform (&b) - 0.5);
      /* Of variance 1/144 each: five standard deviations. */
      g_assert_cmpfloat (fabs (product), <, 5 * sqrt (N_DRAWS / 144.0));
    }
}

/* A state is a value: a copy goes on from the same place, the kept half of a pair included. */
static void
test_copy (void)
{
  EtudeRandom random, copy;

  etude_random_init (&random, 3, ETUDE_STREAM_NOISE);
  etude_random_normal (&random);
  copy = random;
  for (guint i = 0; i < 10; i++)
    g_assert_cmpfloat (etude_random_normal (&random), ==, etude_random_normal (&copy));
}

typedef double (*Draw) (EtudeRandom *random);

/* Checks the first four moments, each to five standard deviations of its own estimate. */
static void
check_moments (Draw draw, double centre, const double expected[4], const double deviation[4])
{
  double sums[4] = { 0 };
  EtudeRandom random;

  etude_random_init (&random, 4, ETUDE_STREAM_NOISE);
  for (guint i = 0; i < N_DRAWS; i++)
    {
      double x = draw (&random) - centre;

      for (guint m = 0; m < 4; m++)
        sums[m] += pow (x, m + 1);
    }
  for (guint m = 0; m < 4; m++)
    g_assert_cmpfloat_with_epsilon (sums[m] / N_DRAWS, expected[m], 5 * deviation[m] / sqrt (N_DRAWS));
}

static void
test_moments (void)
{
  /* Of a uniform number in [-½, ½): E x^2k = 1 / (4^k (2k + 1)). */
  check_moments (etude_random_uniform, 0.5, (double[]) { 0, 1.0 / 12, 0, 1.0 / 80 },
                 (double[]) { sqrt (1.0 / 12), sqrt (1.0 / 180), sqrt (1.0 / 448), sqrt (1.0 / 3600) });
  check_moments (etude_random_normal, 0, (double[]) { 0, 1, 0, 3 },
                 (double[]) { 1, sqrt (2), sqrt (15), sqrt (96) });
}

static void
test_uniform_bounds (void)
{
  EtudeRandom random;
  double least = 1, most = 0;

  etude_random_init (&random, 5, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < N_DRAWS; i++)
    {
      double x = etude_random_uniform (&random);

      least = MIN (least, x);
      most = MAX (most, x);
    }
  g_assert_cmpfloat (least, >=, 0);
  g_assert_cmpfloat (least, <, 1e-4);
  g_assert_cmpfloat (most, <, 1);
  g_assert_cmpfloat (most, >, 1 - 1e-4);
}

static double
chi_square (const guint *counts, guint n, double expected)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  return sum;
}

/* Each value equally often, also where n is no power of two; and a bound for which half of the raw
 * draws is refused stays a bound. */
static void
test_below (void)
{
  EtudeRandom random;
  guint counts[7] = { 0 };
  guint64 half = (G_GUINT64_CONSTANT (1) << 63) + 1;
  guint n_upper = 0;

  etude_random_init (&random, 6, ETUDE_STREAM_SPLIT);
  for (guint i = 0; i < 700000; i++)
    counts[etude_random_below (&random, 7)]++;
  /* Chi square of 6 degrees of freedom is below 33 but once in 100,000. */
  g_assert_cmpfloat (chi_square (counts, 7, 100000), <, 33);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (etude_random_below (&random, 1), ==, 0);
  for (guint i = 0; i < 100000; i++)
    {
      guint64 x = etude_random_below (&random, half);

      g_assert_cmpuint (x, <, half);
      n_upper += x >= half / 2;
    }
  /* Without refusing, x % n would leave a quarter here, not a half. */
  g_assert_cmpuint (n_upper, >, 49000);
  g_assert_cmpuint (n_upper, <, 51000);
}

/* Every order of four items equally often, and of many items a permutation. */
static void
test_permute (void)
{
  EtudeRandom random;
  guint counts[256] = { 0 };
  guint n_orders = 0;
  double sum = 0;
  guint32 many[1000];
  gboolean seen[1000] = { FALSE };

  etude_random_init (&random, 7, ETUDE_STREAM_SHUFFLE);
  for (guint i = 0; i < 240000; i++)
    {
      guint32 items[] = { 0, 1, 2, 3 };

      etude_random_permute (&random, items, 4);
      counts[items[0] * 64 + items[1] * 16 + items[2] * 4 + items[3]]++;
    }
  for (guint i = 0; i < 256; i++)
    if (counts[i] > 0)
      {
        n_orders++;
        sum += chi_square (&counts[i], 1, 10000);
      }
  g_assert_cmpuint (n_orders, ==, 24);
  /* Chi square of 23 degrees of freedom is below 64 but once in 100,000. */
  g_assert_cmpfloat (sum, <, 64);
  for (guint32 i = 0; i < 1000; i++)
    many[i] = i;
  etude_random_permute (&random, many, 1000);
  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpuint (many[i], <, 1000);
      g_assert_false (seen[many[i]]);
      seen[many[i]] = TRUE;
    }
  etude_random_permute (&random, many, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/golden", test_golden);
  g_test_add_func ("/random/streams", test_streams);
  g_test_add_func ("/random/correlation", test_correlation);
  g_test_add_func ("/random/copy", test_copy);
  g_test_add_func ("/random/moments", test_moments);
  g_test_add_func ("/random/uniform-bounds", test_uniform_bounds);
  g_test_add_func ("/random/below", test_below);
  g_test_add_func ("/random/permute", test_permute);
  return g_test_run ();
}
