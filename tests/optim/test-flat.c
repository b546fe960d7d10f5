/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done to whole gradients: against PyTorch in double, in float equal bits on every instruction set. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "optim/flat.h"

#define MOST_NUMBERS 32
#define N 1003

static JsonObject *reference;

static gsize
read_numbers (JsonArray *array, EtudeReal *values)
{
  gsize n = json_array_get_length (array);

  g_assert_cmpuint (n, <=, MOST_NUMBERS);
  for (guint i = 0; i < n; i++)
    values[i] = (EtudeReal) json_array_get_double_element (array, i);
  return n;
}

static void
assert_close (const EtudeReal *found, const EtudeReal *expected, gsize n)
{
  const double tolerance = sizeof (EtudeReal) == sizeof (double) ? 1e-14 : 1e-6;

  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], (double) expected[i], tolerance * MAX (1, fabs ((double) expected[i])));
}

static void
test_clipping (void)
{
  JsonArray *cases = json_object_get_array_member (reference, "clipping");

  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      EtudeReal values[MOST_NUMBERS], expected[MOST_NUMBERS];
      EtudeFlat flat = { etude_isa_get (), read_numbers (json_object_get_array_member (one, "gradient"), values), values };
      double most = json_object_get_double_member (one, "most");

      read_numbers (json_object_get_array_member (one, "clipped"), expected);
      if (g_str_equal (json_object_get_string_member (one, "kind"), "norm"))
        {
          gboolean is_inf = g_str_equal (json_object_get_string_member (one, "norm"), "inf");

          g_assert_cmpfloat_with_epsilon (etude_flat_clip_norm (&flat, most, is_inf ? ETUDE_NORM_INF : ETUDE_NORM_2),
                                          json_object_get_double_member (one, "length"), 1e-5);
        }
      else
        etude_flat_clip_value (&flat, most);
      assert_close (values, expected, flat.n);
    }
}

static void
test_average (void)
{
  JsonObject *average = json_object_get_object_member (reference, "average");
  JsonArray *weights = json_object_get_array_member (average, "weights");
  JsonArray *averages = json_object_get_array_member (average, "averages");
  double keep = json_object_get_double_member (average, "keep");
  EtudeReal values[MOST_NUMBERS];
  EtudeFlat flat = { etude_isa_get (), read_numbers (json_array_get_array_element (weights, 0), values), values };

  for (guint i = 1; i < json_array_get_length (weights); i++)
    {
      EtudeReal step[MOST_NUMBERS], expected[MOST_NUMBERS];

      read_numbers (json_array_get_array_element (weights, i), step);
      read_numbers (json_array_get_array_element (averages, i), expected);
      etude_flat_approach (&flat, 1 - keep, step);
      assert_close (values, expected, flat.n);
    }
}

/* What is not finite is not hidden, so that a run that diverges is seen to. */
static void
test_not_finite (void)
{
  EtudeReal values[3] = { 1, NAN, 2 };
  EtudeFlat flat = { etude_isa_get (), 3, values };

  g_assert_true (isnan (etude_flat_norm (&flat, ETUDE_NORM_2)));
  g_assert_true (isnan (etude_flat_norm (&flat, ETUDE_NORM_INF)));
  etude_flat_clip_value (&flat, 1);
  g_assert_true (isnan (values[1]));
  g_assert_cmpfloat (values[2], ==, 1);
  etude_flat_clip_norm (&flat, 1, ETUDE_NORM_2);
  g_assert_true (isnan (values[0]));
  values[0] = values[2] = 1;
  values[1] = INFINITY;
  g_assert_true (isinf (etude_flat_norm (&flat, ETUDE_NORM_INF)));
  etude_flat_clip_norm (&flat, 1, ETUDE_NORM_INF);
  g_assert_true (isnan (values[1]));
}

static void
test_signs (void)
{
  EtudeReal weights[4] = { 2, -3, 0, -0.0f }, gradient[4] = { 1, 1, 1, 1 };
  EtudeFlat flat = { etude_isa_get (), 4, gradient }, of_weights = { etude_isa_get (), 4, weights };

  etude_flat_add_signs (&flat, 0.5, weights);
  g_assert_cmpfloat (gradient[0], ==, 1.5);
  g_assert_cmpfloat (gradient[1], ==, 0.5);
  g_assert_cmpfloat (gradient[2], ==, 1);
  g_assert_cmpfloat (gradient[3], ==, 1);
  g_assert_cmpfloat (etude_flat_sum_sizes (&of_weights), ==, 5);
}

static void
test_isa (void)
{
  EtudeReal results[ETUDE_ISA_V4 + 1][N];

  for (EtudeIsa isa = ETUDE_ISA_PLAIN; isa <= ETUDE_ISA_V4; isa++)
    {
      EtudeReal other[N];
      EtudeFlat flat = { isa, N, results[isa] };

      if (!etude_isa_is_supported (isa))
        continue;
      for (guint i = 0; i < N; i++)
        {
          results[isa][i] = (EtudeReal) sin (i);
          other[i] = (EtudeReal) cos (3 * i);
        }
      etude_flat_approach (&flat, 0.3, other);
      etude_flat_add (&flat, other);
      etude_flat_add_signs (&flat, 0.01, other);
      etude_flat_clip_norm (&flat, 5, ETUDE_NORM_2);
      etude_flat_clip_value (&flat, 0.2);
      results[isa][0] = (EtudeReal) etude_flat_sum_sizes (&flat);
      g_assert_cmpmem (results[isa], sizeof results[isa], results[ETUDE_ISA_PLAIN], sizeof results[isa]);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "reference", "updates.json", NULL);
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  reference = json_node_get_object (json_parser_get_root (parser));
  g_test_add_func ("/flat/clipping", test_clipping);
  g_test_add_func ("/flat/average", test_average);
  g_test_add_func ("/flat/not-finite", test_not_finite);
  g_test_add_func ("/flat/signs", test_signs);
  g_test_add_func ("/flat/isa", test_isa);
  return g_test_run ();
}
