/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "base/random.h"
#include "chart/export.h"

#define NAME "a<b & \"c\""

static EtudeFigure *
make_figure (EtudeSeries *series)
{
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);
  EtudeRandom random;

  etude_random_init (&random, 4, ETUDE_STREAM_SAMPLE);
  for (guint64 i = 0; i < 20000; i++)
    etude_series_append (series, i, i == 500 ? NAN : 0.3 * etude_random_uniform (&random));
  etude_figure_set_title (figure, "Learning rate η = 0.1");
  etude_figure_set_x_axis (figure, "epoch", NULL, 0, 20);
  etude_panel_set_y_axis (panel, "Loss, or so", NULL, 0, 0.0004);
  etude_panel_add_series (panel, series, 0.001, ETUDE_LINE_RAW, "#3584e4", NULL);
  etude_panel_add_points (panel, (double[]) { 0, 10, 20 }, (double[]) { 0.0003, 0.0001, 1.0 / 3 }, 3, ETUDE_LINE_EMPHASISED,
                          "#3584e4", NAME);
  etude_figure_add_mark (figure, 11, "rate × 0.5", ETUDE_TONE_PLAIN);
  return figure;
}

static GBytes *
render (EtudeExportFormat format)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = make_figure (series);
  g_autoptr (GError) error = NULL;
  EtudeExport how;
  GBytes *bytes;

  etude_export_init (&how);
  how.format = format;
  bytes = etude_figure_render (figure, &how, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
test_equal (void)
{
  for (EtudeExportFormat format = ETUDE_EXPORT_PNG; format <= ETUDE_EXPORT_CSV; format++)
    {
      g_autoptr (GBytes) first = render (format);
      g_autoptr (GBytes) second = render (format);

      g_assert_cmpuint (g_bytes_get_size (first), >, 500);
      g_assert_true (g_bytes_equal (first, second));
    }
}

static guint32
read_number (const guint8 *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_BE (number);
}

static cairo_status_t
read_bytes (void *closure, unsigned char *data, unsigned int length)
{
  GByteArray *bytes = closure;

  if (bytes->len < length)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, bytes->data, length);
  g_byte_array_remove_range (bytes, 0, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
test_png (void)
{
  g_autoptr (GBytes) bytes = render (ETUDE_EXPORT_PNG);
  g_autoptr (GByteArray) copy = g_bytes_unref_to_array (g_bytes_ref (bytes));
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  cairo_surface_t *surface;

  g_assert_cmpmem (data, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_cmpuint (read_number (data + 33), ==, 9);
  g_assert_cmpmem (data + 37, 4, "pHYs", 4);
  g_assert_cmpuint (read_number (data + 41), ==, 7874);       /* 200 dpi in pixels a metre */
  g_assert_cmpuint (read_number (data + 45), ==, 7874);
  g_assert_cmpuint (data[49], ==, 1);
  /* The check sum of this very chunk, as zlib has it. */
  g_assert_cmphex (read_number (data + 50), ==, 0x6ed0753e);
  surface = cairo_image_surface_create_from_png_stream (read_bytes, copy);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 1600);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 1000);
  cairo_surface_destroy (surface);
}

typedef struct
{
  guint n_texts;
  guint n_paths;
  guint n_uses;
  GString *current;
  GPtrArray *texts;
  char *title;
  char *description;
} Svg;

static void
start_element (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data,
               GError **error)
{
  Svg *svg = data;

  svg->n_texts += strcmp (name, "text") == 0;
  svg->n_paths += strcmp (name, "path") == 0;
  svg->n_uses += strcmp (name, "use") == 0;
  if (strcmp (name, "tspan") != 0)
    g_string_truncate (svg->current, 0);
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Svg *svg = data;

  if (strcmp (name, "text") == 0)
    g_ptr_array_add (svg->texts, g_strdup (svg->current->str));
  if (strcmp (name, "title") == 0)
    svg->title = g_strdup (svg->current->str);
  if (strcmp (name, "desc") == 0)
    svg->description = g_strdup (svg->current->str);
}

static void
add_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  g_string_append_len (((Svg *) data)->current, text, (gssize) length);
}

static void
parse_svg (GBytes *bytes, Svg *svg)
{
  static const GMarkupParser parser = { start_element, end_element, add_text, NULL, NULL };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, svg, NULL);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  *svg = (Svg) { .current = g_string_new (NULL), .texts = g_ptr_array_new_with_free_func (g_free) };
  g_markup_parse_context_parse (context, text, (gssize) length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

static void
clear_svg (Svg *svg)
{
  g_string_free (svg->current, TRUE);
  g_ptr_array_unref (svg->texts);
  g_free (svg->title);
  g_free (svg->description);
}

static gboolean
has_text (const Svg *svg, const char *text)
{
  return g_ptr_array_find_with_equal_func (svg->texts, text, g_str_equal, NULL);
}

static void
test_svg (void)
{
  g_autoptr (GBytes) bytes = render (ETUDE_EXPORT_SVG);
  g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  Svg svg;

  parse_svg (bytes, &svg);
  /* Title, title of y, five ticks of y, five of x, unit, mark, name, and a value outside the frame. */
  g_assert_cmpuint (svg.n_texts, ==, svg.texts->len);
  g_assert_cmpuint (svg.n_texts, >=, 14);
  g_assert_cmpuint (svg.n_uses, ==, 0);
  g_assert_cmpuint (svg.n_paths, >=, 10);
  g_assert_true (has_text (&svg, NAME));
  g_assert_true (has_text (&svg, "rate × 0.5"));
  g_assert_true (has_text (&svg, "2×10−4"));
  g_assert_cmpstr (svg.title, ==, "Learning rate η = 0.1");
  g_assert_true (g_str_has_prefix (svg.description, NAME " rises from"));
  g_assert_false (g_regex_match_simple ("surface[0-9]", raw, 0, 0));
  g_assert_nonnull (strstr (raw, "a&lt;b &amp; &quot;c&quot;"));
  clear_svg (&svg);
}

static void
test_svg_shapes (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = make_figure (series);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) again = NULL;
  EtudeExport how;
  Svg svg;

  etude_export_init (&how);
  how.format = ETUDE_EXPORT_SVG;
  how.text_as_shapes = TRUE;
  bytes = etude_figure_render (figure, &how, NULL);
  again = etude_figure_render (figure, &how, NULL);
  g_assert_true (g_bytes_equal (bytes, again));
  parse_svg (bytes, &svg);
  g_assert_cmpuint (svg.n_texts, ==, 0);
  g_assert_cmpuint (svg.n_uses, >, 20);
  clear_svg (&svg);
}

static void
test_pdf (void)
{
  g_autoptr (GBytes) bytes = render (ETUDE_EXPORT_PDF);
  g_autofree char *tool = g_find_program_in_path ("pdftotext");
  g_autofree char *folder = NULL, *path = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { tool, "-layout", NULL, "-", NULL };

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 5, "%PDF-", 5);
  if (tool == NULL)
    {
      g_test_skip ("there is no pdftotext");
      return;
    }
  folder = g_dir_make_tmp ("etude-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, "figure.pdf", NULL);
  argv[2] = path;
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &text, NULL, NULL, &error));
  g_assert_nonnull (strstr (text, "Learning rate η = 0.1"));
  g_assert_nonnull (strstr (text, "rate × 0.5"));
  g_assert_nonnull (strstr (text, "epoch"));
  g_remove (path);
  g_rmdir (folder);
}

/* The date of a PDF is what is given, else SOURCE_DATE_EPOCH. */
static void
test_pdf_date (void)
{
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = make_figure (series);
  g_autoptr (GBytes) given = NULL, environment = NULL, other = NULL;
  EtudeExport how;

  etude_export_init (&how);
  how.format = ETUDE_EXPORT_PDF;
  how.date = 1700000000;
  given = etude_figure_render (figure, &how, NULL);
  how.date = -1;
  g_setenv ("SOURCE_DATE_EPOCH", "1700000000", TRUE);
  environment = etude_figure_render (figure, &how, NULL);
  g_setenv ("SOURCE_DATE_EPOCH", "1700000001", TRUE);
  other = etude_figure_render (figure, &how, NULL);
  g_unsetenv ("SOURCE_DATE_EPOCH");
  g_assert_true (g_bytes_equal (given, environment));
  g_assert_false (g_bytes_equal (given, other));
}

static void
test_csv (void)
{
  g_autoptr (GBytes) bytes = render (ETUDE_EXPORT_CSV);
  g_autoptr (EtudeSeries) series = etude_series_new ();
  g_autoptr (EtudeFigure) figure = make_figure (series);
  gsize length, n;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (EtudeCsvReader) reader = etude_csv_reader_new_text ("figure.csv", ',', text, length);
  const EtudeBucket *buckets = etude_series_get_buckets (series, &n);
  g_autoptr (GError) error = NULL;
  EtudeCsvRow row;
  gsize n_rows = 0;

  g_assert_true (g_str_has_prefix (text, "panel,line,epoch,value\n\"Loss, or so\",raw,0,"));
  g_assert_true (etude_csv_reader_next (reader, &row, &error));
  while (etude_csv_reader_next (reader, &row, &error))
    {
      double x, y;

      g_assert_cmpuint (row.n, ==, 4);
      g_assert_cmpstr (row.cells[0], ==, "Loss, or so");
      g_assert_true (etude_number_read (row.cells[2], &x));
      if (n_rows == 500)
        g_assert_cmpstr (row.cells[3], ==, "nan");
      else
        {
          g_assert_true (etude_number_read (row.cells[3], &y));
          if (n_rows < n)
            {
              g_assert_cmpstr (row.cells[1], ==, "raw");
              g_assert_cmpfloat (x, ==, (double) buckets[n_rows].first * 0.001);
              g_assert_cmpfloat (y, ==, buckets[n_rows].mean);
            }
          else
            g_assert_cmpstr (row.cells[1], ==, NAME);
          if (n_rows == n + 2)
            g_assert_cmpfloat (y, ==, 1.0 / 3);
        }
      n_rows++;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n_rows, ==, n + 3);
}

static void
refuse (const EtudeExport *how, const char *message)
{
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (etude_figure_render (figure, how, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  EtudeExportFormat format;
  EtudeExport how;

  g_assert_true (etude_export_format_from_path ("a.SVG", &format, NULL));
  g_assert_cmpint (format, ==, ETUDE_EXPORT_SVG);
  g_assert_false (etude_export_format_from_path ("a.gif", &format, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, "“a.gif”: expected a name that ends in .png, .svg, .pdf or .csv");

  etude_export_init (&how);
  how.width = 40000;
  refuse (&how, "The picture is 40000 × 1000 pixels, expected at most 32767 a side");
  how.width = 100;
  refuse (&how, "The picture is 100 × 1000 pixels, expected at least 542 × 375 at 200 dpi");
  how.width = 1600;
  how.dpi = NAN;
  refuse (&how, "The resolution is nan dpi, expected 10 to 2,400");
}

/* A file that cannot be written is named, and what was there stays. */
static void
test_files (void)
{
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  g_autofree char *folder = g_dir_make_tmp ("etude-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "figure.csv", NULL);
  g_autofree char *missing = g_build_filename (folder, "no", "figure.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  EtudeExport how;

  etude_export_init (&how);
  how.format = ETUDE_EXPORT_CSV;
  g_assert_true (etude_figure_export (figure, &how, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "panel,line,x,value\n");
  g_assert_false (etude_figure_export (figure, &how, missing, &error));
  g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "figure.csv"));
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_unsetenv ("SOURCE_DATE_EPOCH");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/equal", test_equal);
  g_test_add_func ("/export/png", test_png);
  g_test_add_func ("/export/svg", test_svg);
  g_test_add_func ("/export/svg-shapes", test_svg_shapes);
  g_test_add_func ("/export/pdf", test_pdf);
  g_test_add_func ("/export/pdf-date", test_pdf_date);
  g_test_add_func ("/export/csv", test_csv);
  g_test_add_func ("/export/refused", test_refused);
  g_test_add_func ("/export/files", test_files);
  return g_test_run ();
}
