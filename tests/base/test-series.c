/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/series.h"

#define MANY 1000003

static double
value_at (guint64 i)
{
  return sin ((double) i * 0.37) + (double) i * 1e-6;
}

static void
test_exact (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  const EtudeBucket *buckets;
  gsize n;

  etude_series_get_buckets (series, &n);
  g_assert_cmpuint (n, ==, 0);
  for (guint64 i = 0; i < ETUDE_SERIES_MAX; i++)
    etude_series_append (series, 10 * i, value_at (i));
  buckets = etude_series_get_buckets (series, &n);
  g_assert_cmpuint (n, ==, ETUDE_SERIES_MAX);
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpuint (buckets[i].first, ==, 10 * i);
      g_assert_cmpuint (buckets[i].n, ==, 1);
      g_assert_cmpfloat (buckets[i].mean, ==, value_at (i));
      g_assert_cmpfloat (buckets[i].min, ==, (float) value_at (i));
      g_assert_cmpfloat (buckets[i].max, ==, (float) value_at (i));
    }
}

/* Each bucket is compared with the points that it stands for. */
static void
test_merging (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  const EtudeBucket *buckets;
  guint64 at = 0, last;
  double value;
  gsize n;

  for (guint64 i = 0; i < MANY; i++)
    etude_series_append (series, i, value_at (i));
  g_assert_cmpuint (etude_series_get_n_points (series), ==, MANY);
  g_assert_cmpuint (etude_series_get_memory (series), <, 2500000);
  g_assert_true (etude_series_get_last (series, &last, &value));
  g_assert_cmpuint (last, ==, MANY - 1);
  g_assert_cmpfloat (value, ==, value_at (MANY - 1));

  buckets = etude_series_get_buckets (series, &n);
  g_assert_cmpuint (n, <=, ETUDE_SERIES_MAX);
  g_assert_cmpuint (n, >, ETUDE_SERIES_MAX / 2 - 1);
  for (gsize i = 0; i < n; i++)
    {
      float min = INFINITY, max = -INFINITY;
      double sum = 0;

      g_assert_cmpuint (buckets[i].first, ==, at);
      for (guint k = 0; k < buckets[i].n; k++, at++)
        {
          min = MIN (min, (float) value_at (at));
          max = MAX (max, (float) value_at (at));
          sum += value_at (at);
        }
      g_assert_cmpfloat (buckets[i].min, ==, min);
      g_assert_cmpfloat (buckets[i].max, ==, max);
      g_assert_cmpfloat_with_epsilon (buckets[i].mean, sum / buckets[i].n, 1e-12);
    }
  g_assert_cmpuint (at, ==, MANY);
}

static void
test_extent (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  const EtudeBucket *buckets;
  EtudeRandom random;
  gsize n;

  etude_random_init (&random, 3, ETUDE_STREAM_SAMPLE);
  for (guint64 i = 0; i < 300000; i++)
    etude_series_append (series, i, i % 977 == 0 ? NAN : etude_random_normal (&random));
  buckets = etude_series_get_buckets (series, &n);
  for (guint i = 0; i < 2000; i++)
    {
      gsize from = etude_random_below (&random, n);
      gsize to = from + 1 + etude_random_below (&random, n - from);
      float min = INFINITY, max = -INFINITY, got_min = 0, got_max = 0;

      if (i % 2 == 0)
        to = MIN (to, from + 70);
      for (gsize k = from; k < to; k++)
        if (!isnan (buckets[k].mean))
          {
            min = MIN (min, buckets[k].min);
            max = MAX (max, buckets[k].max);
          }
      g_assert_cmpint (etude_series_get_extent (series, from, to, &got_min, &got_max), ==, min <= max);
      if (min <= max)
        {
          g_assert_cmpfloat (got_min, ==, min);
          g_assert_cmpfloat (got_max, ==, max);
        }
    }
  g_assert_false (etude_series_get_extent (series, 5, 5, &(float) { 0 }, &(float) { 0 }));
}

static void
test_gaps (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  const EtudeBucket *buckets;
  guint64 n_points = 0, n_gaps = 0;
  gsize n;

  etude_series_append (series, 0, 1);
  etude_series_append (series, 1, NAN);
  etude_series_append (series, 2, INFINITY);
  etude_series_append (series, 3, -INFINITY);
  etude_series_append (series, 4, 1e300);
  buckets = etude_series_get_buckets (series, &n);
  g_assert_cmpuint (n, ==, 5);
  g_assert_true (isnan (buckets[1].mean) && isnan (buckets[2].min) && isnan (buckets[3].max));
  g_assert_cmpfloat (buckets[4].mean, ==, 1e300);
  g_assert_cmpfloat (buckets[4].max, ==, FLT_MAX);

  /* Every second point is a gap: the worst there is for merging. */
  etude_series_clear (series);
  for (guint64 i = 0; i < 500000; i++)
    etude_series_append (series, i, i % 2 == 0 ? 5 + (double) (i % 7) : NAN);
  buckets = etude_series_get_buckets (series, &n);
  g_assert_cmpuint (n, <=, ETUDE_SERIES_MAX);
  for (gsize i = 0; i < n; i++)
    {
      n_points += buckets[i].n;
      if (isnan (buckets[i].mean))
        n_gaps += buckets[i].n;
      else
        g_assert_true (buckets[i].min >= 5 && buckets[i].max <= 11);
      if (i > 0)
        g_assert_cmpuint (buckets[i].first, >, buckets[i - 1].first);
    }
  g_assert_cmpuint (n_points, ==, 500000);
  g_assert_cmpuint (n_gaps, ==, 250000);
  g_assert_cmpuint (etude_series_get_memory (series), <, 2500000);
}

static void
test_best (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeSeries) copy = NULL;
  guint64 step = 99;
  double value = 99;

  g_assert_false (etude_series_get_best (series, &step, &value));
  g_assert_false (etude_series_get_last (series, &step, &value));
  etude_series_append (series, 0, NAN);
  etude_series_append (series, 1, -INFINITY);
  g_assert_false (etude_series_get_best (series, &step, &value));
  g_assert_cmpuint (step, ==, 99);
  etude_series_append (series, 2, 0.3);
  etude_series_append (series, 3, 0.1);
  etude_series_append (series, 4, 0.1);
  etude_series_append (series, 5, NAN);
  for (guint64 i = 6; i < 200000; i++)
    etude_series_append (series, i, 0.2);
  copy = etude_series_copy (series);
  etude_series_clear (series);
  g_assert_true (etude_series_get_best (copy, &step, &value));
  g_assert_cmpuint (step, ==, 3);
  g_assert_cmpfloat (value, ==, 0.1);
  g_assert_false (etude_series_get_best (series, NULL, NULL));
}

static void
test_find (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();

  g_assert_cmpuint (etude_series_find (series, 7), ==, 0);
  for (guint64 i = 0; i < 100; i++)
    etude_series_append (series, 10 * i + 5, 1);
  g_assert_cmpuint (etude_series_find (series, 0), ==, 0);
  g_assert_cmpuint (etude_series_find (series, 5), ==, 0);
  g_assert_cmpuint (etude_series_find (series, 6), ==, 1);
  g_assert_cmpuint (etude_series_find (series, 995), ==, 99);
  g_assert_cmpuint (etude_series_find (series, 996), ==, 100);
}

/* What was stored and read goes on as if it had never been away, also after merging. */
static void
test_restore (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeSeries) restored = NULL;
  EtudeSeriesTotals totals, again;
  const EtudeBucket *a, *b;
  gsize n_a, n_b;
  double value;

  for (guint64 i = 0; i < 100000; i++)
    etude_series_append (series, i, i == 50000 ? NAN : 1.0 / (double) (i + 1));
  a = etude_series_get_buckets (series, &n_a);
  etude_series_get_totals (series, &totals);
  restored = etude_series_restore (a, n_a, &totals);
  g_assert_nonnull (restored);
  for (guint64 i = 100000; i < 300000; i++)
    {
      etude_series_append (series, i, 2);
      etude_series_append (restored, i, 2);
    }
  a = etude_series_get_buckets (series, &n_a);
  b = etude_series_get_buckets (restored, &n_b);
  g_assert_cmpmem (a, n_a * sizeof *a, b, n_b * sizeof *b);
  etude_series_get_totals (series, &totals);
  etude_series_get_totals (restored, &again);
  g_assert_cmpmem (&totals, sizeof totals, &again, sizeof again);
  g_assert_true (etude_series_get_best (restored, NULL, &value));
  g_assert_cmpfloat (value, ==, 1.0 / 100000);
}

static void
test_restore_unsound (void)
{
  const EtudeBucket good[] = { { 0, 1, 1, 1, 1 }, { 1, 1, NAN, NAN, NAN }, { 2, 2, 1, 3, 2 } };
  const EtudeSeriesTotals totals = { 4, 2, 3, 3, 0, 1 };
  EtudeBucket buckets[3];
  EtudeSeriesTotals wrong = totals;
  g_autoptr (EtudeSeries) restored = NULL;

  restored = etude_series_restore (good, 3, &totals);
  g_assert_nonnull (restored);
  for (guint i = 0; i < 5; i++)
    {
      memcpy (buckets, good, sizeof good);
      switch (i)
        {
        case 0: buckets[1].first = 7; break;
        case 1: buckets[0].n = 0; break;
        case 2: buckets[2].max = 0; break;
        case 3: buckets[0].min = NAN; break;
        default: buckets[0].mean = INFINITY; break;
        }
      g_assert_null (etude_series_restore (buckets, 3, &totals));
    }
  wrong.n_points = 5;
  g_assert_null (etude_series_restore (good, 3, &wrong));
  wrong = totals;
  wrong.width = 3;
  g_assert_null (etude_series_restore (good, 3, &wrong));
  wrong = totals;
  wrong.last_step = 1;
  g_assert_null (etude_series_restore (good, 3, &wrong));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/exact", test_exact);
  g_test_add_func ("/series/merging", test_merging);
  g_test_add_func ("/series/extent", test_extent);
  g_test_add_func ("/series/gaps", test_gaps);
  g_test_add_func ("/series/best", test_best);
  g_test_add_func ("/series/find", test_find);
  g_test_add_func ("/series/restore", test_restore);
  g_test_add_func ("/series/restore-unsound", test_restore_unsound);
  return g_test_run ();
}
