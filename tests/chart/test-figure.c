/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "chart/layout-private.h"
#include "chart/probe.h"

#define BLUE "#3584e4"

typedef struct
{
  int left;
  int top;
  int right;
  int bottom;
  guint n;
} Ink;

static cairo_surface_t *
draw (const EtudeFigure *figure, int width, int height, const EtudeTheme *theme, double scale)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) (width * scale), (int) (height * scale));
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, theme->background.red, theme->background.green, theme->background.blue);
  cairo_paint (cr);
  etude_figure_draw (figure, cr, width, height, theme, scale);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
get_pixel (cairo_surface_t *surface, int x, int y)
{
  const guchar *data = cairo_image_surface_get_data (surface);

  return *(const guint32 *) (gconstpointer) (data + y * cairo_image_surface_get_stride (surface) + 4 * x) & 0xffffff;
}

/* Where pixels of one colour are, within a rectangle. */
static Ink
find_ink (cairo_surface_t *surface, guint32 colour, double x, double y, double width, double height)
{
  Ink ink = { G_MAXINT, G_MAXINT, -1, -1, 0 };

  for (int row = MAX (0, (int) y); row < MIN (cairo_image_surface_get_height (surface), (int) (y + height)); row++)
    for (int column = MAX (0, (int) x); column < MIN (cairo_image_surface_get_width (surface), (int) (x + width)); column++)
      if (get_pixel (surface, column, row) == colour)
        {
          ink.left = MIN (ink.left, column);
          ink.right = MAX (ink.right, column);
          ink.top = MIN (ink.top, row);
          ink.bottom = MAX (ink.bottom, row);
          ink.n++;
        }
  return ink;
}

static EtudeFigure *
make_line (const double *x, const double *y, gsize n, const EtudeAxisScale *scale, double min, double max)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);

  etude_figure_set_x_axis (figure, NULL, NULL, x[0], x[n - 1]);
  etude_panel_set_y_axis (panel, "Loss", scale, min, max);
  etude_panel_add_points (panel, x, y, n, ETUDE_LINE_NORMAL, BLUE, NULL);
  return figure;
}

static void
get_plot (const EtudeFigure *figure, int width, int height, EtudeRectangle *plot)
{
  g_assert_true (etude_figure_get_panel_bounds (figure, width, height, 0, &plot->x, &plot->y, &plot->width, &plot->height));
}

/* A horizontal line at a quarter of the axis: 2 pixels high, from end to end. */
static void
test_ink (void)
{
  const double x[] = { 0, 1 }, y[] = { 0.25, 0.25 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 2, NULL, 0, 1);
  cairo_surface_t *surface = draw (figure, 400, 300, &etude_theme_light, 1);
  EtudeRectangle plot;
  Ink ink;

  get_plot (figure, 400, 300, &plot);
  ink = find_ink (surface, 0x3584e4, 0, 0, 400, 300);
  g_assert_cmpuint (ink.n, >, 300);
  g_assert_cmpfloat_with_epsilon (ink.left, plot.x, 1);
  g_assert_cmpfloat_with_epsilon (ink.right, plot.x + plot.width - 1, 1);
  g_assert_cmpfloat_with_epsilon ((ink.top + ink.bottom + 1) / 2.0, plot.y + 0.75 * plot.height, 1);
  g_assert_cmpint (ink.bottom - ink.top, <=, 2);
  cairo_surface_destroy (surface);
}

/* The same line in an image of twice the scale is at twice the place. */
static void
test_device_scale (void)
{
  const double x[] = { 0, 1 }, y[] = { 0.25, 0.25 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 2, NULL, 0, 1);
  cairo_surface_t *surface = draw (figure, 400, 300, &etude_theme_dark, 2);
  EtudeRectangle plot;
  Ink ink;

  get_plot (figure, 400, 300, &plot);
  ink = find_ink (surface, 0x62a0ea, 0, 0, 800, 600);
  g_assert_cmpfloat_with_epsilon (ink.left, 2 * plot.x, 1);
  g_assert_cmpfloat_with_epsilon (ink.right, 2 * (plot.x + plot.width) - 1, 1);
  g_assert_cmpfloat_with_epsilon ((ink.top + ink.bottom + 1) / 2.0, 2 * (plot.y + 0.75 * plot.height), 1);
  cairo_surface_destroy (surface);
}

static void
test_gap (void)
{
  const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 0.5, 0.5, NAN, 0.5, 0.5 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 5, NULL, 0, 1);
  cairo_surface_t *surface = draw (figure, 400, 300, &etude_theme_light, 1);
  EtudeRectangle plot;

  get_plot (figure, 400, 300, &plot);
  g_assert_cmpuint (find_ink (surface, 0x3584e4, plot.x + 2, plot.y, plot.width / 4 - 4, plot.height).n, >, 50);
  g_assert_cmpuint (find_ink (surface, 0x3584e4, plot.x + plot.width / 4 + 2, plot.y, plot.width / 2 - 4, plot.height).n, ==, 0);
  g_assert_cmpuint (find_ink (surface, 0x3584e4, plot.x + 0.75 * plot.width + 2, plot.y, plot.width / 4 - 4, plot.height).n, >, 50);
  cairo_surface_destroy (surface);
}

/* A point alone between two gaps is still seen. */
static void
test_alone (void)
{
  const double x[] = { 0, 1, 2 }, y[] = { NAN, 0.5, NAN };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 3, NULL, 0, 1);
  cairo_surface_t *surface = draw (figure, 400, 300, &etude_theme_light, 1);

  g_assert_cmpuint (find_ink (surface, 0x3584e4, 0, 0, 400, 300).n, >=, 4);
  cairo_surface_destroy (surface);
}

static guint
count_items (const EtudePicture *picture, EtudeItemType type)
{
  guint n = 0;

  for (guint i = 0; i < picture->items->len; i++)
    n += g_array_index (picture->items, EtudeItem, i).type == type;
  return n;
}

static gboolean
has_text (const EtudePicture *picture, const char *text)
{
  for (guint i = 0; i < picture->texts->len; i++)
    if (strcmp (g_array_index (picture->texts, EtudeText, i).label.text, text) == 0)
      return TRUE;
  return FALSE;
}

static void
test_log_gap (void)
{
  const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 1, 0.1, 0, 0.1, 1 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 5, &etude_axis_scale_log, NAN, NAN);
  cairo_surface_t *surface = draw (figure, 400, 300, &etude_theme_light, 1);
  EtudeRectangle plot;
  EtudePicture picture;

  get_plot (figure, 400, 300, &plot);
  g_assert_cmpuint (find_ink (surface, 0x3584e4, plot.x + plot.width / 4 + 3, plot.y, plot.width / 2 - 6, plot.height).n, ==, 0);
  /* The mark at the foot of the axis, in the faint colour, where the value would be. */
  g_assert_cmpuint (find_ink (surface, 0xa5a3aa, plot.x + plot.width / 2 - 4, plot.y + plot.height - 7, 8, 7).n, >=, 5);
  cairo_surface_destroy (surface);

  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 400, 300, &picture);
  g_assert_true (has_text (&picture, "▼ zero or negative, not shown"));
  etude_picture_clear (&picture);
}

static void
test_outside (void)
{
  const double x[] = { 0, 1, 2 }, y[] = { 0.5, 7, 0.5 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 3, NULL, 0, 1);
  EtudePicture picture;

  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 400, 300, &picture);
  g_assert_true (has_text (&picture, "7.00"));
  g_assert_cmpuint (count_items (&picture, ETUDE_ITEM_FILL), ==, 1);
  etude_picture_clear (&picture);
}

/* Values to the end of what a double can hold reach cairo as places it can hold. */
static void
test_far_away (void)
{
  const double x[] = { -1e300, 0, 1, 2, 1e308 }, y[] = { 1e308, -1e308, 0.5, 1e308, -1e308 };
  g_autoptr (EtudeFigure) figure = make_line (x, y, 5, NULL, 0, 1);
  EtudePicture picture;

  etude_figure_set_x_axis (figure, NULL, NULL, 0, 2);
  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 400, 300, &picture);
  for (guint i = 0; i < picture.places->len; i++)
    {
      const EtudePlace *place = &g_array_index (picture.places, EtudePlace, i);

      g_assert_true (isnan (place->x) || (fabs (place->x) < 2000 && fabs (place->y) < 2000));
    }
  etude_picture_clear (&picture);
}

static EtudeSeries *
make_noise (guint64 n, guint64 gap_from, guint64 gap_to)
{
  EtudeSeries *series = etude_series_new ();
  EtudeRandom random;

  etude_random_init (&random, 5, ETUDE_STREAM_SAMPLE);
  for (guint64 i = 0; i < n; i++)
    {
      double value = etude_random_uniform (&random);

      etude_series_append (series, i, i >= gap_from && i < gap_to ? NAN : value);
    }
  return series;
}

/* A dense line is spans on the screen and outlines in a file, and both have the same extents. */
static void
test_dense (void)
{
  g_autoptr (EtudeSeries) series = make_noise (300000, 100000, 200000);
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  EtudePicture screen, file;
  cairo_surface_t *surface;
  EtudeRectangle plot;
  guint32 colour;
  Ink ink;

  etude_panel_set_y_axis (panel, "Loss", NULL, 0, 2);
  etude_panel_add_series (panel, series, 1, ETUDE_LINE_EMPHASISED, BLUE, NULL);
  etude_figure_set_x_axis (figure, NULL, NULL, 0, 300000);
  etude_picture_init (&screen, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 900, 400, &screen);
  etude_picture_init (&file, &etude_theme_light, 0);
  etude_figure_make_picture (figure, 900, 400, &file);
  g_assert_cmpuint (count_items (&screen, ETUDE_ITEM_COLUMNS), ==, 1);
  g_assert_cmpuint (count_items (&file, ETUDE_ITEM_COLUMNS), ==, 0);
  g_assert_cmpuint (count_items (&file, ETUDE_ITEM_FILL), ==, 2);

  surface = draw (figure, 900, 400, &etude_theme_light, 1);
  get_plot (figure, 900, 400, &plot);
  colour = 0x3584e4;
  ink = find_ink (surface, colour, 0, 0, 900, 400);
  g_assert_cmpfloat_with_epsilon (ink.top, plot.y + plot.height / 2 - 1, 2);
  g_assert_cmpfloat_with_epsilon (ink.bottom, plot.y + plot.height + 1, 2);
  g_assert_cmpuint (find_ink (surface, colour, plot.x + plot.width / 3 + 2, plot.y, plot.width / 3 - 4, plot.height).n, ==, 0);

  cairo_surface_destroy (surface);
  etude_picture_clear (&screen);
  etude_picture_clear (&file);
}

/* A line with many points and no zigzag stays a stroke, and a fall within a column stays a fall. */
static void
test_smooth (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  EtudePicture picture;
  EtudeRectangle plot;
  cairo_surface_t *surface;
  Ink ink;

  for (guint64 i = 0; i < 50000; i++)
    etude_series_append (series, i, i < 25000 ? 0.8 : 0.2);
  etude_panel_set_y_axis (panel, "Rate", NULL, 0, 1);
  etude_panel_add_series (panel, series, 1, ETUDE_LINE_NORMAL, BLUE, NULL);
  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 500, 300, &picture);
  g_assert_cmpuint (count_items (&picture, ETUDE_ITEM_COLUMNS), ==, 0);
  etude_picture_clear (&picture);

  surface = draw (figure, 500, 300, &etude_theme_light, 1);
  get_plot (figure, 500, 300, &plot);
  ink = find_ink (surface, 0x3584e4, plot.x, plot.y, plot.width / 2 - 4, plot.height);
  g_assert_cmpfloat_with_epsilon (ink.top, plot.y + 0.2 * plot.height, 1.5);
  g_assert_cmpint (ink.bottom - ink.top, <=, 2);
  ink = find_ink (surface, 0x3584e4, plot.x + plot.width / 2 + 4, plot.y, plot.width / 2 - 8, plot.height);
  g_assert_cmpfloat_with_epsilon (ink.bottom, plot.y + 0.8 * plot.height, 1.5);
  g_assert_cmpint (ink.bottom - ink.top, <=, 2);
  cairo_surface_destroy (surface);
}

/* From wherever one begins to look, the same point is found. */
static void
test_find (void)
{
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  const EtudeTrace *trace;
  double x[300], y[300];
  EtudeRandom random;

  etude_random_init (&random, 6, ETUDE_STREAM_SAMPLE);
  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    {
      x[i] = i > 0 ? x[i - 1] + (double) etude_random_below (&random, 3) : 0;
      y[i] = 0;
    }
  etude_panel_add_points (panel, x, y, G_N_ELEMENTS (x), ETUDE_LINE_NORMAL, BLUE, NULL);
  trace = etude_panel_get_trace (panel, 0);
  for (guint i = 0; i < 20000; i++)
    {
      double at = etude_random_uniform (&random) * (x[G_N_ELEMENTS (x) - 1] + 10) - 5;
      gsize found = etude_trace_find (trace, at);
      gsize from = etude_random_below (&random, found + 1);
      gsize guess = from + etude_random_below (&random, 320);

      g_assert_true (found == G_N_ELEMENTS (x) || x[found] >= at);
      g_assert_true (found == 0 || x[found - 1] < at);
      g_assert_cmpuint (etude_trace_find_near (trace, at, from, guess), ==, found);
    }
}

static EtudeFigure *
make_full (EtudeSeries *series, guint n_lines)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *loss, *rate;

  etude_figure_set_title (figure, "Two moons: SGD, momentum 0.9, rate 0.1");
  etude_figure_set_x_axis (figure, "epoch", NULL, 0, 30);
  etude_figure_add_mark (figure, 11, "rate × 0.5", ETUDE_TONE_PLAIN);
  etude_figure_add_mark (figure, 12, "rate × 0.5", ETUDE_TONE_PLAIN);
  etude_figure_add_mark (figure, 28, "Diverged", ETUDE_TONE_DIVERGED);
  etude_figure_add_zone (figure, 28, G_MAXDOUBLE, ETUDE_TONE_DIVERGED);
  etude_figure_add_zone (figure, 2, 9, ETUDE_TONE_GOOD);
  loss = etude_figure_add_panel (figure, 0);
  etude_panel_set_y_axis (loss, "Loss (cross-entropy)", NULL, NAN, NAN);
  etude_panel_set_caption (loss, "epoch 18");
  rate = etude_figure_add_panel (figure, 118);
  etude_panel_set_y_axis (rate, "Learning rate", &etude_axis_scale_log, NAN, NAN);
  for (guint i = 0; i < n_lines; i++)
    {
      g_autofree char *name = g_strdup_printf ("Run %u", i + 1);

      etude_panel_add_series (loss, series, 30 / 1000.0, ETUDE_LINE_NORMAL, etude_run_colour (i), name);
    }
  etude_panel_add_series (rate, series, 30 / 1000.0, ETUDE_LINE_RAW, BLUE, NULL)->shows_value = TRUE;
  etude_panel_add_reference (loss, 0.7, "twice the start", ETUDE_TONE_WARNING);
  etude_panel_add_dot (rate, 15, 0.5, BLUE, "now");
  return figure;
}

/* Boxes of all texts: none leaves the figure; none touches another, unless it has a halo over lines. */
static void
check_texts (const EtudeFigure *figure, int width, int height)
{
  EtudePicture picture;

  etude_picture_init (&picture, &etude_theme_light, 0);
  etude_figure_make_picture (figure, width, height, &picture);
  for (guint i = 0; i < picture.texts->len; i++)
    {
      const EtudeText *a = &g_array_index (picture.texts, EtudeText, i);
      double wa = etude_text_measure (picture.layout, &a->label, a->style);
      double left = a->x - (a->anchor == ETUDE_ANCHOR_END ? wa : a->anchor == ETUDE_ANCHOR_MIDDLE ? wa / 2 : 0);

      g_test_message ("%d × %d: “%s” at %g, %g", width, height, a->label.text, a->x, a->y);
      g_assert_cmpfloat (left, >=, -0.5);
      g_assert_cmpfloat (left + wa, <=, width + 0.5);
      g_assert_cmpfloat (a->y - 0.75 * a->style->size, >=, -0.5);
      g_assert_cmpfloat (a->y + 0.25 * a->style->size, <=, height + 0.5);
      for (guint k = 0; k < i && !a->halo; k++)
        {
          const EtudeText *b = &g_array_index (picture.texts, EtudeText, k);
          double wb = etude_text_measure (picture.layout, &b->label, b->style);
          double other = b->x - (b->anchor == ETUDE_ANCHOR_END ? wb : b->anchor == ETUDE_ANCHOR_MIDDLE ? wb / 2 : 0);

          if (!b->halo && left < other + wb && other < left + wa && fabs (a->y - b->y) < 0.8 * a->style->size)
            g_error ("at %d × %d “%s” touches “%s”", width, height, a->label.text, b->label.text);
        }
    }
  etude_picture_clear (&picture);
}

static void
test_sizes (void)
{
  g_autoptr (EtudeSeries) series = make_noise (1000, 500, 510);

  for (guint n_lines = 1; n_lines <= 13; n_lines += 4)
    {
      g_autoptr (EtudeFigure) figure = make_full (series, n_lines);

      for (int i = 0; i < 50; i++)
        check_texts (figure, ETUDE_FIGURE_MIN_WIDTH + 23 * i, ETUDE_FIGURE_MIN_HEIGHT + (i * 37) % 50 * 17);
    }
}

/* Names at the ends of lines stand one line apart, or two where values are below them. */
static void
test_names_apart (void)
{
  const double x[] = { 0, 1 };
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  EtudePicture picture;
  double before = -INFINITY;
  guint n = 0;

  for (guint i = 0; i < 6; i++)
    {
      const double y[] = { 1, 0.1 + i * 0.001 };
      g_autofree char *name = g_strdup_printf ("Run %u", 6 - i);

      etude_panel_add_points (panel, x, y, 2, ETUDE_LINE_NORMAL, etude_run_colour (i), name);
    }
  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 500, 400, &picture);
  for (guint i = 0; i < picture.texts->len; i++)
    {
      const EtudeText *text = &g_array_index (picture.texts, EtudeText, i);

      if (!g_str_has_prefix (text->label.text, "Run "))
        continue;
      g_assert_cmpfloat (text->y, >=, before + 2 * ETUDE_LABEL_HEIGHT - 0.01);
      before = text->y;
      n++;
    }
  g_assert_cmpuint (n, ==, 6);
  etude_picture_clear (&picture);
}

static void
test_probe (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  g_autoptr (GArray) probes = NULL, beyond = NULL;
  const EtudeProbe *probe;
  EtudeRectangle plot;
  double x;

  for (guint64 i = 0; i <= 100; i++)
    etude_series_append (series, i, i == 50 ? NAN : (double) i / 100);
  etude_figure_set_x_axis (figure, "epoch", NULL, 0, 10);
  etude_panel_set_y_axis (panel, "Loss", NULL, 0, 1);
  etude_panel_add_series (panel, series, 0.1, ETUDE_LINE_NORMAL, BLUE, "a line");
  get_plot (figure, 500, 300, &plot);
  g_assert_true (etude_figure_find_x (figure, 500, 300, plot.x + plot.width * 0.3, &x));
  g_assert_cmpfloat_with_epsilon (x, 3, 1e-9);
  probes = etude_figure_probe (figure, 500, 300, x);
  g_assert_cmpuint (probes->len, ==, 1);
  probe = &g_array_index (probes, EtudeProbe, 0);
  g_assert_cmpfloat_with_epsilon (probe->x, 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (probe->value, 0.3, 1e-9);
  g_assert_cmpstr (probe->label, ==, "a line");
  g_assert_cmpfloat_with_epsilon (probe->place_y, plot.y + 0.7 * plot.height, 0.01);
  g_assert_false (etude_figure_find_x (figure, 500, 300, plot.x - 20, &x));
  /* A line that has ended has no value any more. */
  beyond = etude_figure_probe (figure, 500, 300, 10.2);
  g_assert_cmpuint (beyond->len, ==, 0);
}

static void
test_describe (void)
{
  const double x[] = { 0, 30 }, y[] = { 0.71, 0.09 }, flat[] = { 0.1, 0.1 };
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  g_autofree char *empty = etude_figure_describe (figure), *text = NULL;
  EtudePanel *panel = etude_figure_add_panel (figure, 0);

  g_assert_cmpstr (empty, ==, "Nothing to show yet");
  etude_figure_set_x_axis (figure, "epochs", NULL, NAN, NAN);
  etude_panel_add_points (panel, x, y, 2, ETUDE_LINE_NORMAL, BLUE, "Validation loss");
  etude_panel_add_points (panel, x, flat, 2, ETUDE_LINE_NORMAL, BLUE, "Rate");
  etude_figure_add_mark (figure, 11, "rate × 0.5", ETUDE_TONE_PLAIN);
  text = etude_figure_describe (figure);
  g_assert_cmpstr (text, ==, "Validation loss falls from 0.710 to 0.0900 between 0 and 30.0 epochs. "
                             "Rate stays near 0.100 (0.100 at the end) from 0 to 30.0 epochs. rate × 0.5 at 11.0 epochs");
}

static void
test_themes (void)
{
  EtudeColour colour;

  g_assert_true (etude_theme_find ("paper") == &etude_theme_paper);
  g_assert_null (etude_theme_find ("sepia"));
  for (guint i = 0; i < ETUDE_N_RUN_COLOURS; i++)
    {
      g_assert_true (etude_colour_parse (etude_run_colour (i), &colour));
      g_assert_cmpmem (&colour, sizeof colour, &etude_theme_light.runs[i], sizeof colour);
      etude_theme_get_colour (&etude_theme_dark, etude_run_colour (i), &colour);
      g_assert_cmpmem (&colour, sizeof colour, &etude_theme_dark.runs[i], sizeof colour);
    }
  g_assert_false (etude_colour_parse ("#12345", &colour));
  g_assert_false (etude_colour_parse ("#12345g", &colour));
  etude_theme_get_colour (&etude_theme_dark, "#010203", &colour);
  g_assert_cmpfloat_with_epsilon (colour.blue, 3 / 255.0, 1e-12);
  etude_theme_get_colour (&etude_theme_dark, "nonsense", &colour);
  g_assert_cmpmem (&colour, sizeof colour, &etude_theme_dark.labels, sizeof colour);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/ink", test_ink);
  g_test_add_func ("/figure/device-scale", test_device_scale);
  g_test_add_func ("/figure/gap", test_gap);
  g_test_add_func ("/figure/alone", test_alone);
  g_test_add_func ("/figure/log-gap", test_log_gap);
  g_test_add_func ("/figure/outside", test_outside);
  g_test_add_func ("/figure/far-away", test_far_away);
  g_test_add_func ("/figure/dense", test_dense);
  g_test_add_func ("/figure/smooth", test_smooth);
  g_test_add_func ("/figure/find", test_find);
  g_test_add_func ("/figure/sizes", test_sizes);
  g_test_add_func ("/figure/names-apart", test_names_apart);
  g_test_add_func ("/figure/probe", test_probe);
  g_test_add_func ("/figure/describe", test_describe);
  g_test_add_func ("/figure/themes", test_themes);
  return g_test_run ();
}
