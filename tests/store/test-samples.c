/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "store-test.h"
#include "store/samples.h"
#include "store/store-private.h"

typedef struct
{
  EtudeStore *store;
  EtudeRun *run;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->store = etude_store_new_in_memory ();
  self->run = store_test_make_run (1, 3);
  store_test_insert (self->store, self->run);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  etude_run_unref (self->run);
  etude_store_free (self->store);
}

static void
write_series (Fixture *self, const char *name, const EtudeSeries *series, EtudeSamplesPosition *position)
{
  GError *error = NULL;

  etude_samples_write (self->store, self->run->number, name, series, position, &error);
  g_assert_no_error (error);
}

static EtudeSeries *
read_series (Fixture *self, const char *name)
{
  GError *error = NULL;
  EtudeSeries *series = etude_samples_read (self->store, self->run->number, name, &error);

  g_assert_no_error (error);
  return series;
}

/* What a curve may have: values of all sizes, gaps, both infinities, points that are left out. */
static double
value_of (guint64 step, guint shape)
{
  switch (shape)
    {
    case 0:
      return 1 / ((double) step + 1);
    case 1:
      return (float) sin ((double) step);
    case 2:
      return step % 7 == 0 ? NAN : step % 11 == 0 ? INFINITY : step % 13 == 0 ? -INFINITY : (double) step;
    case 3:
      return step % 2 == 0 ? NAN : 1e300;
    case 4:
      return NAN;
    default:
      return step % 3 == 0 ? -0.0 : 1e-320;
    }
}

#define N_SHAPES 6

static EtudeSeries *
make_series (guint64 n, guint shape)
{
  EtudeSeries *series = etude_series_new ();

  for (guint64 i = 0; i < n; i++)
    etude_series_append (series, shape == 1 ? i * i : i, value_of (i, shape));
  return series;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  static const guint64 sizes[] = { 0, 1, 2, 1023, 1024, 1025, 2048, 2049, 65535, 65536, 65537, 200000 };

  for (guint shape = 0; shape < N_SHAPES; shape++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autoptr (EtudeSeries) series = make_series (sizes[i], shape);
        g_autoptr (EtudeSeries) read = NULL;
        g_autofree char *name = g_strdup_printf ("%u of %u", i, shape);
        EtudeSamplesPosition position = { 0 };

        write_series (self, name, series, &position);
        read = read_series (self, name);
        store_test_assert_same_series (series, read);
      }
}

/* Written each second, in the middle of a bucket or of many merges: the same as written once. */
static void
test_grows (Fixture *self, gconstpointer data)
{
  static const guint64 strides[] = { 1, 1024, 7777, 70000 };

  for (guint shape = 0; shape < N_SHAPES; shape++)
    for (guint k = 0; k < G_N_ELEMENTS (strides); k++)
      {
        guint64 n = k == 0 ? 2100 : 200000;
        g_autoptr (EtudeSeries) series = etude_series_new ();
        g_autofree char *name = g_strdup_printf ("%u by %u", shape, k);
        EtudeSamplesPosition position = { 0 };

        for (guint64 i = 0; i < n; i++)
          {
            g_autoptr (EtudeSeries) read = NULL;

            etude_series_append (series, i, value_of (i, shape));
            if (i % strides[k] != strides[k] - 1)
              continue;
            write_series (self, name, series, &position);
            if (k == 0 && i % 100 != 0)
              continue;
            read = read_series (self, name);
            store_test_assert_same_series (series, read);
          }
      }
}

/* What was read goes on as if it had never been stored. */
static void
test_goes_on (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeSeries) whole = make_series (150000, 2);
  g_autoptr (EtudeSeries) half = make_series (70001, 2);
  g_autoptr (EtudeSeries) read = NULL;
  EtudeSamplesPosition position = { 0 };

  write_series (self, "half", half, &position);
  read = read_series (self, "half");
  for (guint64 i = 70001; i < 150000; i++)
    etude_series_append (read, i, value_of (i, 2));
  store_test_assert_same_series (read, whole);
}

/* A second of a long run writes the end of its series, not all of it. */
static void
test_writes_little (Fixture *self, gconstpointer data)
{
  g_autoptr (EtudeSeries) series = make_series (50000, 0);
  EtudeSamplesPosition position = { 0 };
  sqlite3 *db = etude_store_get_db (self->store);
  int before;

  write_series (self, "long", series, &position);
  etude_series_append (series, 50000, 1);
  before = sqlite3_total_changes (db);
  write_series (self, "long", series, &position);
  g_assert_cmpint (sqlite3_total_changes (db) - before, <=, 2);
  before = sqlite3_total_changes (db);
  write_series (self, "long", series, &position);
  g_assert_cmpint (sqlite3_total_changes (db), ==, before);
}

/* Points of one bucket each cost 4 bytes where a float holds the value and steps are regular. */
static void
test_small (void)
{
  g_autoptr (EtudeSeries) series = make_series (1024, 5);
  gsize n;
  const EtudeBucket *buckets = etude_series_get_buckets (series, &n);
  g_autoptr (GBytes) chunk = etude_samples_encode (buckets, n);

  g_assert_cmpuint (g_bytes_get_size (chunk), ==, 8 + 16 + 8 * 1024);
  g_clear_pointer (&series, etude_series_free);
  g_clear_pointer (&chunk, g_bytes_unref);
  series = etude_series_new ();
  for (guint64 i = 0; i < 1024; i++)
    etude_series_append (series, 5 + 3 * i, (float) (1 / ((double) i + 1)));
  buckets = etude_series_get_buckets (series, &n);
  chunk = etude_samples_encode (buckets, n);
  g_assert_cmpuint (g_bytes_get_size (chunk), ==, 8 + 16 + 4 * 1024);
}

static void
assert_same_double (double a, double b)
{
  g_assert_true (memcmp (&a, &b, sizeof a) == 0 || (isnan (a) && isnan (b)));
}

/* Any buckets, not only those of a series, to the last bit. */
static void
test_chunks (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      gsize n = (gsize) g_test_rand_int_range (1, 40);
      g_autofree EtudeBucket *buckets = g_new0 (EtudeBucket, n);
      g_autoptr (GArray) decoded = g_array_new (FALSE, TRUE, sizeof (EtudeBucket));
      g_autoptr (GBytes) chunk = NULL;

      for (gsize k = 0; k < n; k++)
        {
          double mean = g_test_rand_double_range (-1e3, 1e3);

          buckets[k].first = i % 2 == 0 ? k * 5 : (guint64) g_test_rand_int_range (0, G_MAXINT);
          buckets[k].n = i % 3 == 0 ? 1 : (guint32) g_test_rand_int_range (1, 5);
          buckets[k].mean = i % 5 == 0 ? (float) mean : mean;
          buckets[k].min = (float) (i % 7 == 0 ? mean - 1 : mean);
          buckets[k].max = (float) mean;
        }
      chunk = etude_samples_encode (buckets, n);
      g_assert_true (etude_samples_decode (g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk), decoded));
      g_assert_cmpuint (decoded->len, ==, n);
      for (gsize k = 0; k < n; k++)
        {
          const EtudeBucket *b = &g_array_index (decoded, EtudeBucket, k);

          g_assert_cmpuint (b->first, ==, buckets[k].first);
          g_assert_cmpuint (b->n, ==, buckets[k].n);
          assert_same_double (b->min, buckets[k].min);
          assert_same_double (b->max, buckets[k].max);
          assert_same_double (b->mean, buckets[k].mean);
        }
    }
}

/* Sizes are checked before anything is read. */
static void
test_bad_chunks (void)
{
  g_autoptr (EtudeSeries) series = make_series (100, 2);
  g_autoptr (GArray) decoded = g_array_new (FALSE, TRUE, sizeof (EtudeBucket));
  gsize n, size;
  const EtudeBucket *buckets = etude_series_get_buckets (series, &n);
  g_autoptr (GBytes) chunk = etude_samples_encode (buckets, n);
  const guint8 *data = g_bytes_get_data (chunk, &size);

  for (gsize length = 0; length < size; length++)
    {
      /* In memory of its own, so that reading past its end would be seen. */
      g_autofree guint8 *cut = g_memdup2 (data, length);

      g_assert_false (etude_samples_decode (cut, length, decoded));
    }
  for (gsize i = 0; i < 8; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree guint8 *flipped = g_memdup2 (data, size);

        flipped[i] ^= (guint8) (1 << bit);
        g_assert_false (etude_samples_decode (flipped, size, decoded));
      }
  g_assert_cmpuint (decoded->len, ==, 0);
  g_assert_true (etude_samples_decode (data, size, decoded));
}

/* Totals that do not go with the buckets are a sentence, not a wrong curve. */
static void
test_senseless (Fixture *self, gconstpointer data)
{
  static const char *const changes[] = {
    "UPDATE series SET points = points + 1", "UPDATE series SET buckets = 7", "UPDATE series SET width = 3",
    "UPDATE series SET width = 0", "UPDATE series SET last_step = 1", "DELETE FROM chunks WHERE position = 1",
    "UPDATE chunks SET position = 5 WHERE position = 2", "UPDATE chunks SET data = x'' WHERE position = 1",
    "UPDATE chunks SET data = zeroblob(100) WHERE position = 1",
  };
  g_autoptr (EtudeSeries) series = make_series (3000, 0);

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      EtudeSamplesPosition position = { 0 };

      g_assert_true (etude_store_execute (self->store, "DELETE FROM series", NULL));
      write_series (self, "loss", series, &position);
      g_assert_true (etude_store_execute (self->store, changes[i], NULL));
      g_assert_null (etude_samples_read (self->store, self->run->number, "loss", &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "run 1, series “loss” is damaged"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/samples/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("grows", test_grows);
  ADD ("goes-on", test_goes_on);
  ADD ("writes-little", test_writes_little);
  g_test_add_func ("/samples/small", test_small);
  g_test_add_func ("/samples/chunks", test_chunks);
  g_test_add_func ("/samples/bad-chunks", test_bad_chunks);
  ADD ("senseless", test_senseless);
  return g_test_run ();
}
