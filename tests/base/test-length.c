/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>

#include "base/length.h"
#include "base/number.h"
#include "base/random.h"

static void
test_read (void)
{
  static const struct { const char *text; double value; EtudeLengthUnit unit; } good[] = {
    { "200", 200, ETUDE_LENGTH_STEPS }, { "0", 0, ETUDE_LENGTH_STEPS }, { "200 steps", 200, ETUDE_LENGTH_STEPS },
    { "1 step", 1, ETUDE_LENGTH_STEPS }, { "5 epochs", 5, ETUDE_LENGTH_EPOCHS }, { "1 epoch", 1, ETUDE_LENGTH_EPOCHS },
    { "1.5 epochs", 1.5, ETUDE_LENGTH_EPOCHS }, { "1,5 epochs", 1.5, ETUDE_LENGTH_EPOCHS }, { "5%", 5, ETUDE_LENGTH_PERCENT },
    { " 12.5 % ", 12.5, ETUDE_LENGTH_PERCENT }, { "1/4epochs", 0.25, ETUDE_LENGTH_EPOCHS }, { "0%", 0, ETUDE_LENGTH_PERCENT },
    { "1e3", 1000, ETUDE_LENGTH_STEPS }, { "9007199254740991", 9007199254740991.0, ETUDE_LENGTH_STEPS },
  };
  static const char *const bad[] = {
    "", " ", "%", "epochs", "auto", "-1", "-5%", "1.5", "1.5 steps", "5 %%", "5 weeks", "nan", "inf", "1e400",
    "1e16", "5 epochs epochs", "0x10", "5 Epochs",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      EtudeLength length = { -1, ETUDE_LENGTH_AUTO };

      g_test_message ("“%s”", good[i].text);
      g_assert_true (etude_length_read (good[i].text, &length));
      g_assert_cmpfloat (length.value, ==, good[i].value);
      g_assert_cmpint (length.unit, ==, good[i].unit);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      EtudeLength length = { 7, ETUDE_LENGTH_PERCENT };

      g_test_message ("“%s”", bad[i]);
      g_assert_false (etude_length_read (bad[i], &length));
      g_assert_cmpfloat (length.value, ==, 7);
    }
}

static void
test_round_trip (void)
{
  EtudeRandom random;

  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < 20000; i++)
    {
      EtudeLength length = { 0, ETUDE_LENGTH_STEPS + (EtudeLengthUnit) (i % 3) }, back;
      g_autofree char *text = NULL;

      length.value = length.unit == ETUDE_LENGTH_STEPS ? (double) etude_random_below (&random, ETUDE_INTEGER_MAX)
                                                       : exp (10 * etude_random_normal (&random));
      text = etude_length_write (&length);
      g_assert_true (etude_length_read (text, &back));
      g_assert_true (etude_length_equal (&length, &back));
    }
}

static void
test_equal (void)
{
  static const EtudeLength lengths[] = {
    { 0, ETUDE_LENGTH_AUTO }, { 5, ETUDE_LENGTH_STEPS }, { 6, ETUDE_LENGTH_STEPS }, { 5, ETUDE_LENGTH_EPOCHS },
    { 5, ETUDE_LENGTH_PERCENT },
  };
  EtudeLength other_auto = { 9, ETUDE_LENGTH_AUTO };
  g_autofree char *text = etude_length_write (&other_auto);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint k = 0; k < G_N_ELEMENTS (lengths); k++)
      g_assert_true (etude_length_equal (&lengths[i], &lengths[k]) == (i == k));
  g_assert_true (etude_length_equal (&lengths[0], &other_auto));
  g_assert_cmpstr (text, ==, "auto");
}

/* floor (x + 0.5), at least 1 unless the length is 0; a percentage is of the span, not of the epoch. */
static void
test_updates (void)
{
  static const struct { EtudeLength length; double per_epoch; guint64 span, updates; } cases[] = {
    { { 7, ETUDE_LENGTH_STEPS }, 22, 660, 7 },
    { { 0, ETUDE_LENGTH_STEPS }, 22, 660, 0 },
    { { 0, ETUDE_LENGTH_EPOCHS }, 22, 660, 0 },
    { { 0, ETUDE_LENGTH_PERCENT }, 22, 660, 0 },
    { { 1, ETUDE_LENGTH_EPOCHS }, 22, 660, 22 },
    { { 0.5, ETUDE_LENGTH_EPOCHS }, 3, 660, 2 },
    { { 0.49, ETUDE_LENGTH_EPOCHS }, 3, 660, 1 },
    { { 0.001, ETUDE_LENGTH_EPOCHS }, 22, 660, 1 },
    { { 1.5, ETUDE_LENGTH_EPOCHS }, 6.25, 660, 9 },
    { { 5, ETUDE_LENGTH_PERCENT }, 22, 660, 33 },
    { { 30, ETUDE_LENGTH_PERCENT }, 22, 5, 2 },
    { { 0.0001, ETUDE_LENGTH_PERCENT }, 22, 660, 1 },
    { { 100, ETUDE_LENGTH_PERCENT }, 22, 660, 660 },
    { { 250, ETUDE_LENGTH_PERCENT }, 22, 660, 1650 },
    { { 1e300, ETUDE_LENGTH_EPOCHS }, 22, 660, ETUDE_INTEGER_MAX },
    { { 1e300, ETUDE_LENGTH_PERCENT }, 22, G_MAXUINT64, ETUDE_INTEGER_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpuint (etude_length_to_updates (&cases[i].length, cases[i].per_epoch, cases[i].span), ==,
                        cases[i].updates);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/length/read", test_read);
  g_test_add_func ("/length/round-trip", test_round_trip);
  g_test_add_func ("/length/equal", test_equal);
  g_test_add_func ("/length/updates", test_updates);
  return g_test_run ();
}
