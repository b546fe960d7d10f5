/* SPDX-License-Identifier: GPL-3.0-or-later */
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

/* The first of fifteen, sixteen and seventeen digits that reads back equal; exponents as this program writes them. */
static char *
write_by_trial (double value)
{
  char text[64] = "";
  char *e;

  for (int n = 15; n <= 17; n++)
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

/* Numbers of all sizes and those of a run: quotients, floats, powers of two, what has few digits, and their neighbours. */
static void
test_shortest (void)
{
  EtudeRandom random;

  etude_random_init (&random, 9, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 400000; i++)
    {
      union { guint64 bits; double value; } u = { etude_random_next (&random) };
      double few = (double) etude_random_below (&random, 1000000) / pow (10, (double) etude_random_below (&random, 12));
      double value = i % 6 == 0 ? u.value : i % 6 == 1 ? (double) i / 22 : i % 6 == 2 ? (double) (float) etude_random_normal (&random)
                     : i % 6 == 3 ? ldexp (1, (int) etude_random_below (&random, 1900) - 950) : i % 6 == 4 ? few : nextafter (few, 1);
      char text[ETUDE_NUMBER_SIZE];
      g_autofree char *expected = NULL;

      if (!isnormal (value))
        continue;
      expected = write_by_trial (value);
      g_assert_cmpstr (etude_number_write (text, value), ==, expected);
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
  g_test_add_func ("/number/shortest", test_shortest);
  g_test_add_func ("/number/typed", test_typed);
  g_test_add_func ("/number/show", test_show);
  return g_test_run ();
}
