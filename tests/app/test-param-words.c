/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-words.h"

#include "base/number.h"

static const EtudeParam momentum = { .key = "momentum", .label = "Momentum", .type = ETUDE_PARAM_REAL,
                                     .min = 0, .max = 1, .max_open = TRUE, .initial = 0.9,
                                     .help = "Share of the last step" };
static const EtudeParam rate = { .key = "lr", .label = "Rate", .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
                                 .min = 0, .min_open = TRUE, .max = 1000, .initial = 0.1 };
static const EtudeParam units = { .key = "units", .label = "Units", .type = ETUDE_PARAM_INTEGER,
                                  .scale = ETUDE_SCALE_LOG, .min = 1, .max = 1e6, .initial = 32 };
static const EtudeParam seed = { .key = "seed", .label = "Seed", .type = ETUDE_PARAM_INTEGER, .min = 0,
                                 .max = 9007199254740991.0 };
static const EtudeParam length = { .key = "length", .label = "Length", .type = ETUDE_PARAM_LENGTH };
static const EtudeParam extent = { .key = "kernel_size", .label = "Kernel", .type = ETUDE_PARAM_EXTENT, .min = 1, .max = 9 };

static void
assert_refused (const EtudeParam *param, const char *text, const char *expected)
{
  g_autofree char *words = etude_param_words_refused (param, text, "0.9");

  g_assert_cmpstr (words, ==, expected);
}

static void
test_refused (void)
{
  assert_refused (&momentum, "1.2", "Must be at least 0 and below 1; 0.9 is kept");
  assert_refused (&momentum, "-1", "Must be at least 0 and below 1; 0.9 is kept");
  assert_refused (&momentum, "high", "Must be a number such as 0.001, 1e-3 or 1/300; 0.9 is kept");
  assert_refused (&momentum, "", "Must be a number such as 0.001, 1e-3 or 1/300; 0.9 is kept");
  assert_refused (&rate, "0", "Must be above 0 and at most 1000; 0.9 is kept");
  assert_refused (&units, "1.5", "Must be a whole number; 0.9 is kept");
  assert_refused (&units, "0", "Must be from 1 to 1000000; 0.9 is kept");
  assert_refused (&seed, "-1", "Must be at least 0; 0.9 is kept");
  assert_refused (&length, "5 apples", "Must be a length such as 200, 5 epochs or 30%; 0.9 is kept");
  assert_refused (&extent, "10", "Must be one or two whole numbers from 1 to 9, such as 3 or 3 × 2; 0.9 is kept");
}

static void
test_begun (void)
{
  /* one more digit makes these right, so nobody is interrupted */
  static const char *const begun[] = { "", "0", "0.", "0.0", "1e", "1e-", "1/", "0," };
  /* nothing mends these */
  static const char *const wrong[] = { "x", "-", "1001", "1e9", "--" };

  for (guint i = 0; i < G_N_ELEMENTS (begun); i++)
    g_assert_true (etude_param_is_begun (&rate, begun[i]));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (etude_param_is_begun (&rate, wrong[i]));
}

static void
test_tooltip (void)
{
  g_autofree char *words = etude_param_words_tooltip (&momentum, "0.9");

  g_assert_cmpstr (words, ==, "Share of the last step\nAllowed: at least 0 and below 1\nDefault: 0.9");
}

static void
assert_step (const EtudeParam *param, double from, int direction, double to)
{
  char a[ETUDE_NUMBER_SIZE], b[ETUDE_NUMBER_SIZE];

  /* as text: a step must end at the number that a person would write */
  g_assert_cmpstr (etude_number_write (a, etude_param_step (param, from, direction, FALSE)), ==,
                   etude_number_write (b, to));
}

static void
test_steps (void)
{
  assert_step (&rate, 0.1, 1, 0.2);
  assert_step (&rate, 0.2, 1, 0.5);
  assert_step (&rate, 0.5, 1, 1);
  assert_step (&rate, 0.1, -1, 0.05);
  assert_step (&rate, 0.05, -1, 0.02);
  assert_step (&rate, 0.03, 1, 0.05);
  assert_step (&rate, 0.03, -1, 0.02);
  assert_step (&rate, 1000, 1, 1000);
  assert_step (&momentum, 0.9, -1, 0.8);
  assert_step (&momentum, 0.95, 1, 0.96);
  assert_step (&momentum, 0.1, -1, 0);
  assert_step (&momentum, 0, -1, 0);
  assert_step (&momentum, 0.9, 1, 0.9);
  assert_step (&units, 32, 1, 64);
  assert_step (&units, 33, -1, 32);
  assert_step (&units, 33, 1, 64);
  assert_step (&units, 1, -1, 1);
  assert_step (&units, 1, 1, 2);
  assert_step (&seed, 1, 1, 2);
  assert_step (&seed, 1000, 1, 1100);
  assert_step (&seed, 0, -1, 0);
}

/* Up and down again is where one was, on the numbers that are met. */
static void
test_125 (void)
{
  double value = 1e-12;

  while (value < 1e12)
    {
      double next = etude_step_125 (value, 1);
      char a[ETUDE_NUMBER_SIZE], b[ETUDE_NUMBER_SIZE];

      g_assert_cmpfloat (next, >, value);
      g_assert_cmpfloat (next, <, value * 2.6);
      g_assert_cmpstr (etude_number_write (a, etude_step_125 (next, -1)), ==, etude_number_write (b, value));
      value = next;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/param-words/refused", test_refused);
  g_test_add_func ("/param-words/begun", test_begun);
  g_test_add_func ("/param-words/tooltip", test_tooltip);
  g_test_add_func ("/param-words/steps", test_steps);
  g_test_add_func ("/param-words/125", test_125);
  return g_test_run ();
}
