/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/random.h"

static void
test_write (void)
{
  static const struct { double value; const char *text; } cases[] = {
    { 0, "0" }, { 0.1, "0.1" }, { 1e-5, "1e-5" }, { 1e20, "1e20" }, { 1.0 / 3, "0.3333333333333333" },
    { 5e-324, "5e-324" }, { 0.010000000000000002, "0.010000000000000002" },
    { NAN, "nan" }, { INFINITY, "inf" }, { -INFINITY, "-inf" }, { -2.5, "-2.5" }, { 1000, "1000" },
    { -0.0, "0" }, { -5e-324, "-5e-324" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char text[ETUDE_NUMBER_SIZE];

      g_assert_cmpstr (etude_number_write (text, cases[i].value), ==, cases[i].text);
    }
}

/* Short numbers take a way of their own; it must round as strtod() does. */
static void
test_short (void)
{
  EtudeRandom random;

  etude_random_init (&random, 8, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 200000; i++)
    {
      guint n = 1 + (guint) etude_random_below (&random, 17), point = (guint) etude_random_below (&random, 18);
      g_autoptr (GString) text = g_string_new (i % 3 == 0 ? "-" : i % 3 == 1 ? "+" : "");
      double value = NAN;

      for (guint k = 0; k < n; k++)
        {
          if (k == point)
            g_string_append_c (text, '.');
          g_string_append_c (text, (char) ('0' + etude_random_below (&random, 10)));
        }
      g_assert_true (etude_number_read (text->str, &value));
      g_assert_cmpfloat (value, ==, g_ascii_strtod (text->str, NULL));
    }
}

/* The first of fifteen, sixteen and seventeen digits that reads back equal; exponents as this program writes them.
 * The smallest numbers have fewer digits that count. */
static char *
write_by_trial (double value)
{
  char text[64] = "";
  char *e;

  for (int n = isnormal (value) ? 15 : 1; n <= 17; n++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", n);

      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  e = strchr (text, 'e');
  if (e == NULL)
    return g_strdup (text);
  *e = '\0';
  return g_strdup_printf ("%se%d", text, (int) g_ascii_strtoll (e + 1, NULL, 10));
}

static void
check_shortest (double value)
{
  char text[ETUDE_NUMBER_SIZE];
  g_autofree char *expected = NULL;

  if (value == 0 || !isfinite (value))
    return;
  expected = write_by_trial (value);
  g_assert_cmpstr (etude_number_write (text, value), ==, expected);
}

static void
check_with_neighbours (double value)
{
  check_shortest (value);
  check_shortest (-value);
  check_shortest (nextafter (value, INFINITY));
  check_shortest (nextafter (value, 0));
}

/* All there are: below a power of two the next number is nearer than above it, so that each is a case of its own,
 * and each needs another power of ten. */
static void
test_powers (void)
{
  for (int i = -1074; i < 1024; i++)
    check_with_neighbours (ldexp (1, i));
  for (int i = -324; i <= 308; i++)
    for (int k = 1; k < 100; k++)
      {
        char text[16];

        g_snprintf (text, sizeof text, "%de%d", k, i);
        check_with_neighbours (g_ascii_strtod (text, NULL));
      }
  check_with_neighbours (DBL_MAX);
  check_with_neighbours (DBL_MIN);
}

/* Numbers that are decimals, and decimals that are half way between two numbers: read as the one whose last
 * bit is 0, and written so for that one alone. */
static void
test_half_way (void)
{
  char text[ETUDE_NUMBER_SIZE];

  g_assert_cmpstr (etude_number_write (text, 18014398509481988.0), ==, "18014398509481988");
  g_assert_cmpstr (etude_number_write (text, 18014398509481992.0), ==, "1.801439850948199e16");
  for (int i = 50; i < 75; i++)
    for (int k = 0; k < 1000; k++)
      check_shortest (ldexp (1, i) + ldexp (k, i - 52));
  for (int i = 1; i < 20000; i++)
    {
      check_shortest (ldexp (i, -1074));
      check_shortest (ldexp (i, -20));
      check_shortest (9007199254740992.0 - i);
    }
}

/* Numbers of all sizes and those of a run: quotients, floats, what has few digits, and their neighbours. */
static void
test_shortest (void)
{
  EtudeRandom random;

  etude_random_init (&random, 9, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 70000; i++)
    {
      union { guint64 bits; double value; } any = { etude_random_next (&random) };
      union { guint64 bits; double value; } tiny = { etude_random_next (&random) >> (12 + i % 52) };
      union { guint32 bits; float value; } single = { (guint32) etude_random_next (&random) };
      double few = (double) etude_random_below (&random, 1000000) / pow (10, (double) etude_random_below (&random, 12));

      check_shortest (any.value);
      check_shortest (tiny.value);
      check_shortest ((double) single.value);
      check_shortest ((double) (float) etude_random_normal (&random));
      check_shortest ((double) i / 22);
      check_with_neighbours (few);
    }
}

static void
test_integer (void)
{
  static const gint64 values[] = { 0, 7, -1, 10, 1234567890, (gint64) ETUDE_INTEGER_MAX, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GString) text = g_string_new ("a");
      g_autofree char *expected = g_strdup_printf ("a%" G_GINT64_FORMAT, values[i]);

      etude_number_append_integer (text, values[i]);
      g_assert_cmpstr (text->str, ==, expected);
    }
}

static void
test_round_trip (void)
{
  EtudeRandom random;

  etude_random_init (&random, 7, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 100000; i++)
    {
      union { guint64 bits; double value; } u = { etude_random_next (&random) };
      char text[ETUDE_NUMBER_SIZE];
      double back;

      if (!isfinite (u.value))
        continue;
      g_assert_true (etude_number_read (etude_number_write (text, u.value), &back));
      g_assert_cmpfloat (back, ==, u.value);
    }
}

static void
test_typed (void)
{
  static const struct { const char *text; double value; } good[] = {
    { "0.001", 1e-3 }, { "0,001", 1e-3 }, { "1e-3", 1e-3 }, { " 1/300 ", 1.0 / 300 }, { "1e−3", 1e-3 }, { "1 / 4", 0.25 },
  };
  static const char *const bad[] = { "", "-", "1/0", "0x10", "nan", "inf", "1e400", "1.5.2", "1,000.5", "a", "1 2" };
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (etude_number_read_typed (good[i].text, &value));
      g_assert_cmpfloat (value, ==, good[i].value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (etude_number_read_typed (bad[i], &value));
}

static void
test_show (void)
{
  static const struct { double value; int digits; const char *text; } cases[] = {
    { 0, 3, "0" }, { 0.12345, 3, "0.123" }, { 1e-7, 3, "1e-7" }, { -2.5, 3, "−2.5" }, { 123.456, 3, "123" },
    { 1000, 3, "1000" }, { 12345.6, 3, "12346" }, { 999999.4, 3, "999999" }, { 1e6, 3, "1e6" }, { 2.06967e36, 3, "2.07e36" },
    { 999999.7, 3, "1e6" }, { NAN, 3, "nan" },
    { -INFINITY, 3, "−∞" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = etude_number_show (cases[i].value, cases[i].digits);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/short", test_short);
  g_test_add_func ("/number/write", test_write);
  g_test_add_func ("/number/round-trip", test_round_trip);
  g_test_add_func ("/number/powers", test_powers);
  g_test_add_func ("/number/half-way", test_half_way);
  g_test_add_func ("/number/shortest", test_shortest);
  g_test_add_func ("/number/integer", test_integer);
  g_test_add_func ("/number/typed", test_typed);
  g_test_add_func ("/number/show", test_show);
  return g_test_run ();
}
