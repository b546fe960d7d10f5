/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "chart/ticks.h"

static double
draw_value (EtudeRandom *random, gboolean is_log)
{
  double size = pow (10, etude_random_uniform (random) * 12 - 6);

  return is_log || etude_random_uniform (random) < 0.5 ? size : -size;
}

static void
test_inverse (void)
{
  EtudeRandom random;

  etude_random_init (&random, 11, ETUDE_STREAM_SAMPLE);
  for (guint s = 0; etude_axis_scales[s] != NULL; s++)
    for (guint i = 0; i < 5000; i++)
      {
        const EtudeAxisScale *scale = etude_axis_scales[s];
        gboolean is_log = scale == &etude_axis_scale_log;
        EtudeRange range = { draw_value (&random, is_log), draw_value (&random, is_log) };
        double place = etude_random_uniform (&random) * 1.4 - 0.2;

        etude_axis_scale_fit (scale, &range, 0);
        g_assert_cmpfloat (range.min, <, range.max);
        g_assert_cmpfloat_with_epsilon (scale->map (scale->inverse (place, &range), &range), place, 1e-9);
        g_assert_cmpfloat_with_epsilon (scale->map (range.min, &range), 0, 1e-12);
        g_assert_cmpfloat_with_epsilon (scale->map (range.max, &range), 1, 1e-12);
      }
  g_assert_true (etude_axis_scale_find ("log") == &etude_axis_scale_log);
  g_assert_null (etude_axis_scale_find ("cubic"));
}

static void
test_shows (void)
{
  static const double never[] = { NAN, INFINITY, -INFINITY };

  for (guint s = 0; etude_axis_scales[s] != NULL; s++)
    for (guint i = 0; i < G_N_ELEMENTS (never); i++)
      g_assert_false (etude_axis_scales[s]->shows (never[i]));
  g_assert_false (etude_axis_scale_log.shows (0));
  g_assert_false (etude_axis_scale_log.shows (-1));
  g_assert_true (etude_axis_scale_log.shows (5e-324));
  g_assert_true (etude_axis_scale_linear.shows (-1));
  g_assert_true (etude_axis_scale_symlog.shows (0));
}

/* Whatever comes in, a range comes out with which ticks and places are finite. */
static void
test_fit_anything (void)
{
  static const double ends[] = { NAN, INFINITY, -INFINITY, 0, -0.0, 1, -1, 5e-324, -5e-324, 1.7e308, -1.7e308, 1e-300, 0.1 };

  for (guint s = 0; etude_axis_scales[s] != NULL; s++)
    for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
      for (guint k = 0; k < G_N_ELEMENTS (ends); k++)
        for (guint wanted = 0; wanted < 8; wanted++)
          {
            const EtudeAxisScale *scale = etude_axis_scales[s];
            EtudeRange range = { ends[i], ends[k] };
            EtudeTicks ticks;

            etude_axis_scale_fit (scale, &range, wanted);
            g_assert_true (isfinite (range.min) && isfinite (range.max) && range.min < range.max);
            etude_ticks_init (&ticks, scale, &range, wanted);
            g_assert_cmpuint (ticks.n, <=, 15);
            for (guint t = 0; t < ticks.n; t++)
              g_assert_true (isfinite (scale->map (ticks.values[t], &range)));
            etude_ticks_clear (&ticks);
          }
}

static gboolean
is_one_two_five (double step)
{
  double mantissa = step / pow (10, floor (log10 (step) + 1e-9));

  return fabs (mantissa - 1) < 1e-6 || fabs (mantissa - 2) < 1e-6 || fabs (mantissa - 5) < 1e-6;
}

static void
test_linear_ticks (void)
{
  EtudeRandom random;
  guint fewest = 99, most = 0;

  etude_random_init (&random, 12, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 20000; i++)
    {
      EtudeRange data = { draw_value (&random, FALSE), draw_value (&random, FALSE) }, range = data;
      double step;
      EtudeTicks ticks;

      etude_axis_scale_fit (&etude_axis_scale_linear, &range, 6);
      etude_ticks_init (&ticks, &etude_axis_scale_linear, &range, 6);
      fewest = MIN (fewest, ticks.n);
      most = MAX (most, ticks.n);
      step = ticks.values[1] - ticks.values[0];
      g_assert_true (is_one_two_five (step));
      g_assert_cmpfloat_with_epsilon (ticks.values[0], range.min, 1e-6 * step);
      g_assert_cmpfloat_with_epsilon (ticks.values[ticks.n - 1], range.max, 1e-6 * step);
      g_assert_cmpfloat (range.min, <=, MIN (data.min, data.max) + 2e-6 * (range.max - range.min));
      g_assert_cmpfloat (range.max, >=, MAX (data.min, data.max) - 2e-6 * (range.max - range.min));
      for (guint t = 0; t < ticks.n; t++)
        {
          g_assert_cmpfloat_with_epsilon (ticks.values[t], range.min + t * step, 1e-6 * step);
          g_assert_false (t > 0 && strcmp (ticks.labels[t].text, ticks.labels[t - 1].text) == 0
                          && g_strcmp0 (ticks.labels[t].raised, ticks.labels[t - 1].raised) == 0);
        }
      etude_ticks_clear (&ticks);
    }
  g_assert_cmpuint (fewest, >=, 3);
  g_assert_cmpuint (most, ==, 6);
}

static void
check_labels (const EtudeAxisScale *scale, double min, double max, guint wanted, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  EtudeRange range = { min, max };
  EtudeTicks ticks;

  etude_axis_scale_fit (scale, &range, 0);
  etude_ticks_init (&ticks, scale, &range, wanted);
  for (guint i = 0; i < ticks.n; i++)
    {
      g_autofree char *text = etude_label_to_text (&ticks.labels[i]);

      g_string_append_printf (found, "%s%s", i > 0 ? " " : "", text);
    }
  g_assert_cmpstr (found->str, ==, expected);
  etude_ticks_clear (&ticks);
}

static void
test_labels (void)
{
  const EtudeAxisScale *linear = &etude_axis_scale_linear, *log = &etude_axis_scale_log;

  check_labels (linear, 0, 0.8, 6, "0 0.2 0.4 0.6 0.8");
  check_labels (linear, 0, 0.1, 3, "0 0.05 0.1");
  check_labels (linear, 0.8, 1, 3, "0.8 0.9 1");
  check_labels (linear, -1, 1, 5, "−1 −0.5 0 0.5 1");
  check_labels (linear, 0, 30, 7, "0 5 10 15 20 25 30");
  check_labels (linear, 0, 30000, 4, "0 10,000 20,000 30,000");
  check_labels (linear, 0, 0.0008, 5, "0 2×10^−4 4×10^−4 6×10^−4 8×10^−4");
  check_labels (linear, 0, 2e7, 5, "0 5×10^6 10^7 1.5×10^7 2×10^7");
  check_labels (log, 0.01, 1, 6, "0.01 0.02 0.05 0.1 0.2 0.5 1");
  check_labels (log, 0.001, 1000, 7, "0.001 0.01 0.1 1 10 100 1,000");
  check_labels (log, 1e-4, 1, 6, "10^−4 10^−3 10^−2 10^−1 10^0");
  check_labels (log, 1e-4, 1e4, 5, "10^−4 10^−2 10^0 10^2 10^4");
  check_labels (log, 0.3, 0.6, 4, "0.3 0.4 0.5 0.6");
  check_labels (log, 0.05, 2, 2, "0.1 1");
}

static void
test_value (void)
{
  static const struct { double value; const char *text; } cases[] = {
    { 0.12, "0.120" }, { 0.0155, "0.0155" }, { 0.9674, "0.967" }, { 0.99999, "1.00" }, { 1.5, "1.50" },
    { 12.345, "12.3" }, { 99.99, "100" }, { 123.4, "123" }, { 999.6, "1,000" }, { 26012, "26,000" },
    { 0, "0" }, { -0.5, "−0.500" }, { 8.234e-5, "8.23×10^−5" }, { 1e9, "1.00×10^9" }, { 0.001, "0.00100" },
    { NAN, "nan" }, { INFINITY, "∞" }, { 123456, "123,000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeLabel label;
      g_autofree char *text = NULL;

      etude_label_init_value (&label, cases[i].value);
      text = etude_label_to_text (&label);
      g_assert_cmpstr (text, ==, cases[i].text);
      etude_label_clear (&label);
    }
}

static double
measure_letters (gpointer data, const EtudeLabel *label)
{
  return 6.5 * (double) (g_utf8_strlen (label->text, -1) + (label->raised != NULL ? g_utf8_strlen (label->raised, -1) : 0));
}

static void
test_overlap (void)
{
  static const EtudeRange ranges[] = { { 0, 30 }, { 0, 65536 }, { 1e-7, 10 }, { 0.001, 0.5 }, { -3e-5, 2e-5 }, { 99.5, 100.5 } };

  for (guint r = 0; r < G_N_ELEMENTS (ranges); r++)
    for (guint s = 0; etude_axis_scales[s] != NULL; s++)
      for (guint size = 0; size < 50; size++)
        {
          const EtudeAxisScale *scale = etude_axis_scales[s];
          EtudeRange range = ranges[r];
          double length = 60 + size * 24, end = -INFINITY;
          EtudeTicks ticks;

          etude_axis_scale_fit (scale, &range, 0);
          etude_ticks_init_fitting (&ticks, scale, &range, 7, length, 10, measure_letters, NULL);
          g_assert_cmpuint (ticks.n, >=, 1);
          for (guint i = 0; i < ticks.n; i++)
            {
              double middle = scale->map (ticks.values[i], &range) * length;
              double half = measure_letters (NULL, &ticks.labels[i]) / 2;

              g_assert_cmpfloat (middle - half, >=, end + 10);
              end = middle + half;
            }
          etude_ticks_clear (&ticks);
        }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/inverse", test_inverse);
  g_test_add_func ("/scale/shows", test_shows);
  g_test_add_func ("/scale/fit-anything", test_fit_anything);
  g_test_add_func ("/scale/linear-ticks", test_linear_ticks);
  g_test_add_func ("/scale/labels", test_labels);
  g_test_add_func ("/scale/value", test_value);
  g_test_add_func ("/scale/overlap", test_overlap);
  return g_test_run ();
}
