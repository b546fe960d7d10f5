/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "chart/crosshair.h"
#include "chart/figure-private.h"
#include "chart/probe.h"
#include "chart/smooth.h"
#include "chart/table.h"
#include "chart/view.h"

#define WIDTH 600
#define HEIGHT 400

/* The definition, point by point. */
static void
smooth_plainly (const double *y, gsize n, double beta, double *out)
{
  double sum = 0, power = 1;

  for (gsize i = 0; i < n; i++)
    {
      sum = beta * sum + (1 - beta) * y[i];
      power *= beta;
      out[i] = sum / (1 - power);
    }
}

static void
test_smooth_points (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  EtudeSmoothed *smoothed = etude_smoothed_new (series, 0.9);
  double y[200], expected[200];
  const double *values;
  gsize n;

  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    etude_series_append (series, i, y[i] = 1.0 / (1 + i) + (i % 3) * 0.2);
  smooth_plainly (y, G_N_ELEMENTS (y), 0.9, expected);
  values = etude_smoothed_get (smoothed, &n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (y));
  /* Without the correction the first value would be a tenth of the point. */
  g_assert_cmpfloat (values[0], ==, y[0]);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], 1e-12);
  /* It follows what is appended, and a point that is no number neither counts nor lasts. */
  etude_series_append (series, 200, NAN);
  etude_series_append (series, 201, 5);
  values = etude_smoothed_get (smoothed, &n);
  g_assert_cmpuint (n, ==, 202);
  g_assert_true (isnan (values[200]));
  g_assert_cmpfloat (values[201], >, values[199] + 0.4);
  g_assert_cmpfloat (values[201], <, values[199] + 0.6);
  etude_smoothed_free (smoothed);
}

/* Where buckets stand for many points, each counts as all of them: the average is that of the points. */
static void
test_smooth_buckets (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  EtudeSmoothed *smoothed = etude_smoothed_new (series, 0.99);
  const gsize n_points = 4 * ETUDE_SERIES_MAX;
  g_autofree double *y = g_new (double, n_points), *expected = g_new (double, n_points);
  const EtudeBucket *buckets;
  const double *values;
  gsize n, n_merged = 0;

  for (gsize i = 0; i < n_points; i++)
    etude_series_append (series, i, y[i] = 2 + sin ((double) i / 3000));
  smooth_plainly (y, n_points, 0.99, expected);
  values = etude_smoothed_get (smoothed, &n);
  buckets = etude_series_get_buckets (series, &n);
  for (gsize i = 0; i < n; i++)
    {
      n_merged += buckets[i].n > 1;
      g_assert_cmpfloat_with_epsilon (values[i], expected[buckets[i].first + buckets[i].n - 1], 1e-4);
    }
  g_assert_cmpuint (n_merged, >, n / 2);
  etude_smoothed_free (smoothed);
}

static EtudeFigure *
make_figure (const EtudeAxisScale *scale)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *loss = etude_figure_add_panel (figure, 0), *rate = etude_figure_add_panel (figure, 120);
  EtudeSeries *series = etude_series_new (), *coarse = etude_series_new ();

  for (guint64 i = 0; i <= 1000; i++)
    etude_series_append (series, i, 1 / (1 + (double) i));
  for (guint64 i = 0; i <= 1000; i += 100)
    etude_series_append (coarse, i, 0.1);
  etude_figure_keep (figure, series, (GDestroyNotify) etude_series_free);
  etude_figure_keep (figure, coarse, (GDestroyNotify) etude_series_free);
  etude_figure_set_x_axis (figure, "step", NULL, 0, 1000);
  etude_panel_set_y_axis (loss, "Loss", scale, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  etude_panel_add_series (loss, series, 1, ETUDE_LINE_NORMAL, etude_run_colour (0), "Training");
  etude_panel_set_y_axis (rate, "Rate", NULL, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  etude_panel_add_series (rate, coarse, 1, ETUDE_LINE_NORMAL, etude_run_colour (1), "Rate");
  return figure;
}

static void
apply (EtudeFigure *figure, const EtudeView *view, EtudeRange *x)
{
  etude_figure_set_view (figure, view);
  etude_figure_find_x_range (figure, x);
}

static void
test_zoom_x (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  EtudeView view = { 0 };
  EtudeRange x;

  g_assert_true (etude_view_is_whole (&view));
  /* What is under the pointer stays there. */
  etude_view_zoom_x (&view, figure, 0.25, 0.5);
  apply (figure, &view, &x);
  g_assert_false (etude_view_is_whole (&view));
  g_assert_cmpfloat_with_epsilon (x.min, 125, 1e-9);
  g_assert_cmpfloat_with_epsilon (x.max, 625, 1e-9);
  /* As far as there is something. */
  etude_view_pan (&view, figure, 0, -0.5, 0);
  apply (figure, &view, &x);
  g_assert_cmpfloat (x.min, ==, 0);
  g_assert_cmpfloat_with_epsilon (x.max, 500, 1e-9);
  etude_view_pan (&view, figure, 0, 0.5, 0);
  apply (figure, &view, &x);
  g_assert_cmpfloat_with_epsilon (x.min, 250, 1e-9);
  /* A selection, as places on the axis as it is. */
  etude_view_select_x (&view, figure, 0.8, 0.4);
  apply (figure, &view, &x);
  g_assert_cmpfloat_with_epsilon (x.min, 450, 1e-9);
  g_assert_cmpfloat_with_epsilon (x.max, 650, 1e-9);
  /* A crosshair beyond the view takes it along. */
  g_assert_false (etude_view_follow (&view, figure, 500));
  g_assert_true (etude_view_follow (&view, figure, 700));
  apply (figure, &view, &x);
  g_assert_cmpfloat_with_epsilon (x.max, 720, 1e-9);
  g_assert_cmpfloat_with_epsilon (x.min, 520, 1e-9);
  etude_view_zoom_x (&view, figure, 0.5, 100);
  g_assert_true (etude_view_is_whole (&view));
  /* Nothing is smaller than a record. */
  for (guint i = 0; i < 200; i++)
    {
      etude_view_zoom_x (&view, figure, 0.5, 0.5);
      apply (figure, &view, &x);
    }
  g_assert_cmpfloat (x.max - x.min, >=, 1e-6 * 1000 * 0.99);
  g_assert_cmpfloat (x.max - x.min, <, 1);
}

/* The y axis of each panel is its own, and follows what x shows unless it was chosen. */
static void
test_zoom_y (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (&etude_axis_scale_log);
  EtudeView view = { 0 };
  EtudeRange x, y, rate, before;

  apply (figure, &view, &x);
  etude_panel_find_y_range (etude_figure_get_panel (figure, 0), &x, 5, &before);
  etude_panel_find_y_range (etude_figure_get_panel (figure, 1), &x, 5, &rate);
  etude_view_select_x (&view, figure, 0.5, 1);
  apply (figure, &view, &x);
  etude_panel_find_y_range (etude_figure_get_panel (figure, 0), &x, 5, &y);
  g_assert_cmpfloat (y.max, <, 0.01);
  etude_view_select_x (&view, figure, -3, 3);
  view = (EtudeView) { 0 };
  apply (figure, &view, &x);

  etude_view_select_y (&view, figure, 0, WIDTH, HEIGHT, 0.5, 1);
  apply (figure, &view, &x);
  etude_panel_find_y_range (etude_figure_get_panel (figure, 0), &x, 5, &y);
  g_assert_cmpfloat_with_epsilon (log (y.min), (log (before.min) + log (before.max)) / 2, 1e-9);
  g_assert_cmpfloat_with_epsilon (log (y.max), log (before.max), 1e-9);
  g_assert_cmpfloat (view.y[1].min, ==, view.y[1].max);
  etude_panel_find_y_range (etude_figure_get_panel (figure, 1), &x, 5, &y);
  g_assert_cmpfloat (y.max, ==, rate.max);
  etude_view_zoom_y (&view, figure, 0, WIDTH, HEIGHT, 0.5, 10);
  g_assert_true (etude_view_is_whole (&view));
}

static void
test_spot (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  double x, y, width, height;
  EtudeSpot spot;

  etude_figure_get_panel_bounds (figure, WIDTH, HEIGHT, 1, &x, &y, &width, &height);
  g_assert_true (etude_figure_find_spot (figure, WIDTH, HEIGHT, x + width / 4, y + height / 4, &spot));
  g_assert_cmpuint (spot.panel, ==, 1);
  g_assert_cmpfloat_with_epsilon (spot.place_x, 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (spot.place_y, 0.75, 1e-9);
}

static void
test_steps (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  EtudeView view = { 0 };
  double x, first, last;

  g_assert_true (etude_figure_find_end (figure, FALSE, &first));
  g_assert_true (etude_figure_find_end (figure, TRUE, &last));
  g_assert_cmpfloat (first, ==, 0);
  g_assert_cmpfloat (last, ==, 1000);
  /* Two points share a pixel: a step is a pixel at least. */
  x = first;
  g_assert_true (etude_figure_step_x (figure, WIDTH, HEIGHT, 1, &x));
  g_assert_cmpfloat (x, >=, 2);
  g_assert_cmpfloat (x, <=, 4);
  g_assert_cmpfloat (x, ==, floor (x));
  x = last;
  g_assert_false (etude_figure_step_x (figure, WIDTH, HEIGHT, 1, &x));
  /* Zoomed in it goes from point to point. */
  view.x = (EtudeRange) { 100, 110 };
  etude_figure_set_view (figure, &view);
  x = 104;
  g_assert_true (etude_figure_step_x (figure, WIDTH, HEIGHT, -1, &x));
  g_assert_cmpfloat (x, ==, 103);
  g_assert_true (etude_figure_step_x (figure, WIDTH, HEIGHT, 10, &x));
  g_assert_cmpfloat (x, ==, 113);
}

static void
test_snap (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  EtudeView view = { .x = { 100, 110 } };
  double x, left, top, width, height;

  etude_figure_set_view (figure, &view);
  etude_figure_get_panel_bounds (figure, WIDTH, HEIGHT, 0, &left, &top, &width, &height);
  g_assert_true (etude_figure_snap_x (figure, WIDTH, HEIGHT, left + width * 0.33, &x));
  g_assert_cmpfloat (x, ==, 103);
  g_assert_false (etude_figure_snap_x (figure, WIDTH, HEIGHT, left - 1, &x));
}

static void
test_words (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autofree char *plain = etude_figure_describe_at (figure, 9);
  g_autofree char *merged = NULL;

  g_assert_cmpstr (plain, ==, "step 9: Training 0.100, Rate 0.100");
  for (guint64 i = 0; i < 2 * ETUDE_SERIES_MAX; i++)
    etude_series_append (series, i, i % 2);
  etude_panel_add_series (etude_figure_get_nth_panel (figure, 0), series, 1, ETUDE_LINE_RAW, NULL, "Noise");
  merged = etude_figure_describe_at (figure, 200);
  g_assert_nonnull (strstr (merged, "Noise 0.500 (0 to 1.00)"));
}

/* Wherever it stands, all of a crosshair is inside the figure. */
static void
test_crosshair_is_whole (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  EtudeView view = { .x = { 500, 600 } };

  for (double at = 0; at <= 1000; at += 50)
    {
      g_autoptr (EtudeCrosshair) crosshair = etude_crosshair_new (figure, WIDTH, HEIGHT, at, &etude_theme_light, 1);
      double x, y, width, height;

      g_assert_true (etude_crosshair_get_bounds (crosshair, &x, &y, &width, &height));
      g_assert_cmpfloat (x, >=, 0);
      g_assert_cmpfloat (x + width, <=, WIDTH);
      g_assert_cmpfloat (y + height, <=, HEIGHT);
      g_assert_cmpfloat (width, >, 60);
      etude_crosshair_draw (crosshair, cr);
      g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
    }
  etude_figure_set_view (figure, &view);
  {
    g_autoptr (EtudeCrosshair) outside = etude_crosshair_new (figure, WIDTH, HEIGHT, 200, &etude_theme_light, 1);
    double x, y, width, height;

    g_assert_false (etude_crosshair_get_bounds (outside, &x, &y, &width, &height));
  }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* A row has what lies between its x and the next: few points stand in their own rows, many are means. */
static void
test_table (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  EtudeView view = { .x = { 400, 600 } };
  g_autoptr (EtudeTable) table = etude_figure_tabulate (figure, 100), part = NULL;
  g_autofree char *csv = NULL;
  double sum = 0;
  guint n_coarse = 0, next = 0;

  g_assert_cmpuint (table->n_columns, ==, 3);
  g_assert_cmpstr (table->names[1], ==, "Training");
  g_assert_cmpuint (table->n_rows, <=, 100);
  g_assert_cmpuint (table->n_rows, >, 50);
  for (guint r = 0; r < table->n_rows; r++)
    {
      const double *row = &table->values[3 * r];

      if (!isnan (row[2]))
        g_assert_cmpfloat (row[0], ==, 100 * n_coarse++);
      if (row[0] == 0)
        next = (guint) table->values[3];
    }
  g_assert_cmpuint (n_coarse, ==, 11);
  for (guint i = 0; i < next; i++)
    sum += 1 / (1 + (double) i);
  g_assert_cmpfloat_with_epsilon (table->values[1], sum / next, 1e-12);
  etude_figure_set_view (figure, &view);
  part = etude_figure_tabulate (figure, 300);
  g_assert_cmpuint (part->n_rows, ==, 201);
  csv = etude_table_write_csv (part);
  g_assert_true (g_str_has_prefix (csv, "step,Training,Rate\n400,0.0024937655860349127,0.1\n401,"));
  g_assert_nonnull (strstr (csv, ",\n"));
}

/* What is hidden takes no room and has no value, but keeps its name for the legend. */
static void
test_hidden (void)
{
  g_autoptr (EtudeFigure) figure = make_figure (NULL);
  EtudePanel *loss = etude_figure_get_nth_panel (figure, 0);
  const double x[] = { 0, 1000 }, y[] = { 50, 60 };
  EtudeLine *line = etude_panel_add_points (loss, x, y, 2, ETUDE_LINE_NORMAL, NULL, "High");
  EtudeRange x_range, range;
  g_autofree char *words = NULL;

  etude_figure_find_x_range (figure, &x_range);
  etude_panel_find_y_range (loss, &x_range, 5, &range);
  g_assert_cmpfloat (range.max, >=, 60);
  line->is_hidden = TRUE;
  etude_panel_find_y_range (loss, &x_range, 5, &range);
  g_assert_cmpfloat (range.max, <=, 2);
  words = etude_figure_describe_at (figure, 500);
  g_assert_null (strstr (words, "High"));
  g_assert_cmpuint (etude_figure_count_labels (figure), ==, 2);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/smooth-points", test_smooth_points);
  g_test_add_func ("/view/smooth-buckets", test_smooth_buckets);
  g_test_add_func ("/view/zoom-x", test_zoom_x);
  g_test_add_func ("/view/zoom-y", test_zoom_y);
  g_test_add_func ("/view/spot", test_spot);
  g_test_add_func ("/view/steps", test_steps);
  g_test_add_func ("/view/snap", test_snap);
  g_test_add_func ("/view/words", test_words);
  g_test_add_func ("/view/crosshair-is-whole", test_crosshair_is_whole);
  g_test_add_func ("/view/table", test_table);
  g_test_add_func ("/view/hidden", test_hidden);
  return g_test_run ();
}
