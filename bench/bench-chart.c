/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "chart/figure.h"

/* How long it takes to draw a figure of runs again: series of a million noisy records, as a training
 * run leaves them, at 1200 × 700. */

#define N_RECORDS 1000000
#define WIDTH 1200
#define HEIGHT 700
#define N_FRAMES 100
#define MAX_SERIES 20

/* What a redraw may take at most in 95 of 100 cases, in milliseconds. */
#define TARGET_ONE 4.0
#define TARGET_ONE_DOUBLE 8.0
#define TARGET_ALL 16.0
#define TARGET_ALL_DOUBLE 40.0

static int
compare (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

static void
measure (EtudeSeries **series, guint n, int scale, double target)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH * scale, HEIGHT * scale);
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  double times[N_FRAMES];

  cairo_surface_set_device_scale (surface, scale, scale);
  etude_figure_set_x_axis (figure, "step", NULL, 0, N_RECORDS);
  etude_panel_set_y_axis (panel, "Loss", NULL, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  for (guint i = 0; i < n; i++)
    etude_panel_add_series (panel, series[i], 1, ETUDE_LINE_RAW, etude_run_colour (i), NULL);
  for (guint i = 0; i < N_FRAMES; i++)
    {
      gint64 start = g_get_monotonic_time ();
      cairo_t *cr = cairo_create (surface);

      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_paint (cr);
      etude_figure_draw (figure, cr, WIDTH, HEIGHT, &etude_theme_light, scale);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      times[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, N_FRAMES, sizeof *times, compare);
  printf ("chart: %2u series of %d records, %d × %d, scale %d: median %5.2f ms, p95 %5.2f ms (target p95 < %.0f)\n", n,
          N_RECORDS, WIDTH, HEIGHT, scale, times[N_FRAMES / 2], times[N_FRAMES * 95 / 100], target);
  cairo_surface_destroy (surface);
}

int
main (void)
{
  EtudeSeries *series[MAX_SERIES];
  EtudeRandom random;

  setlocale (LC_ALL, "");
  etude_random_init (&random, 1, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < MAX_SERIES; i++)
    {
      series[i] = etude_series_new ();
      for (guint64 step = 0; step < N_RECORDS; step++)
        etude_series_append (series[i], step, 1.0 / (1 + (double) step * 1e-5) * (0.5 + etude_random_uniform (&random)) + i * 0.05);
    }
  measure (series, 1, 1, TARGET_ONE);
  measure (series, 1, 2, TARGET_ONE_DOUBLE);
  measure (series, MAX_SERIES, 1, TARGET_ALL);
  measure (series, MAX_SERIES, 2, TARGET_ALL_DOUBLE);
  for (guint i = 0; i < MAX_SERIES; i++)
    etude_series_free (series[i]);
  return 0;
}
