/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/export.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "chart/export-private.h"
#include "chart/layout-private.h"

/* Pixels an inch for which sizes in the program are meant, and points an inch in a PDF. */
#define SCREEN_DPI 96.0
#define POINTS_PER_INCH 72.0

#define PADDING 24
#define PADDING_SMALL 10
#define SMALL_WIDTH 420

/* Cairo's images end here. */
#define MAX_SIDE 32767
#define MAX_PIXELS (256u << 20)

static const struct
{
  const char *ending;
  EtudeExportFormat format;
} endings[] = {
  { ".png", ETUDE_EXPORT_PNG }, { ".svg", ETUDE_EXPORT_SVG }, { ".pdf", ETUDE_EXPORT_PDF }, { ".csv", ETUDE_EXPORT_CSV },
};

/**
 * etude_export_init:
 * @self: (out): a picture of 1,600 by 1,000 pixels at 200 dpi on paper
 */
void
etude_export_init (EtudeExport *self)
{
  *self = (EtudeExport) {
    .format = ETUDE_EXPORT_PNG, .width = 1600, .height = 1000, .dpi = 200, .theme = &etude_theme_paper, .date = -1,
  };
}

/**
 * etude_export_format_from_path:
 * @path: a file name
 * @format: (out): what its ending asks for
 * @error: set when it asks for nothing that there is
 *
 * Returns: whether the ending is known
 */
gboolean
etude_export_format_from_path (const char *path, EtudeExportFormat *format, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  g_autofree char *shown = g_filename_display_name (path);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i].ending))
      {
        *format = endings[i].format;
        return TRUE;
      }
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("“%s”: expected a name that ends in .png, .svg, .pdf or .csv"),
               shown);
  return FALSE;
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
check_cairo (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_IO, _("The picture could not be drawn: %s"),
               cairo_status_to_string (status));
  return FALSE;
}

/* Paints background and figure; @width and @height in units of the screen. */
static void
paint (const EtudeFigure *figure, const EtudeExport *how, cairo_t *cr, double width, double height, double scale,
       GString *svg_texts)
{
  const EtudeColour *background = &how->theme->background;
  double padding = width < SMALL_WIDTH ? PADDING_SMALL : PADDING;
  EtudePicture picture;

  cairo_set_source_rgb (cr, background->red, background->green, background->blue);
  cairo_paint (cr);
  cairo_translate (cr, padding, padding);
  etude_picture_init (&picture, how->theme, scale);
  etude_figure_make_picture (figure, width - 2 * padding, height - 2 * padding, &picture);
  etude_picture_paint (&picture, cr, svg_texts);
  etude_picture_clear (&picture);
}

static GByteArray *
render_png (const EtudeFigure *figure, const EtudeExport *how, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  double scale = how->dpi / SCREEN_DPI;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) how->width, (int) how->height);
  cairo_status_t status;
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  paint (figure, how, cr, how->width / scale, how->height / scale, scale, NULL);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_bytes, bytes);
  cairo_surface_destroy (surface);
  if (!check_cairo (status, error))
    return NULL;
  etude_png_set_resolution (bytes, how->dpi);
  return g_steal_pointer (&bytes);
}

static GByteArray *
render_svg (const EtudeFigure *figure, const EtudeExport *how, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) texts = how->text_as_shapes ? NULL : g_string_new (NULL);
  double width = how->width * SCREEN_DPI / how->dpi, height = how->height * SCREEN_DPI / how->dpi;
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (append_bytes, bytes, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;
  g_autofree char *description = etude_figure_describe (figure);

  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
  cairo_svg_surface_restrict_to_version (surface, CAIRO_SVG_VERSION_1_1);
  paint (figure, how, cr, width, height, 0, texts);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (!check_cairo (status, error))
    return NULL;
  return etude_svg_finish (bytes, figure->title, description, texts);
}

static char *
format_date (gint64 date)
{
  const char *epoch = g_getenv ("SOURCE_DATE_EPOCH");
  g_autoptr (GDateTime) time = NULL;

  if (date < 0 && epoch != NULL)
    g_ascii_string_to_signed (epoch, 10, 0, G_MAXINT64, &date, NULL);
  if (date < 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (date);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static GByteArray *
render_pdf (const EtudeFigure *figure, const EtudeExport *how, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  double width = how->width * SCREEN_DPI / how->dpi, height = how->height * SCREEN_DPI / how->dpi;
  double points = POINTS_PER_INCH / SCREEN_DPI;
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append_bytes, bytes, width * points, height * points);
  g_autofree char *date = format_date (how->date);
  cairo_status_t status;
  cairo_t *cr;

  /* Without a date cairo writes the time of day, and no two files are equal. */
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                  date != NULL ? date : "1970-01-01T00:00:00Z");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Etude " ETUDE_VERSION);
  if (figure->title != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, figure->title);
  cr = cairo_create (surface);
  cairo_scale (cr, points, points);
  paint (figure, how, cr, width, height, 0, NULL);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return check_cairo (status, error) ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
check_size (const EtudeExport *how, GError **error)
{
  double scale = how->dpi / SCREEN_DPI;

  if (how->format == ETUDE_EXPORT_CSV)
    return TRUE;
  if (!(how->dpi >= 10 && how->dpi <= 2400))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("The resolution is %g dpi, expected 10 to 2,400"), how->dpi);
      return FALSE;
    }
  if (how->width > MAX_SIDE || how->height > MAX_SIDE || (guint64) how->width * how->height > MAX_PIXELS)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE, _("The picture is %u × %u pixels, expected at most %u a side"),
                   how->width, how->height, MAX_SIDE);
      return FALSE;
    }
  if (how->width < (ETUDE_FIGURE_MIN_WIDTH + 2 * PADDING_SMALL) * scale - 1
      || how->height < (ETUDE_FIGURE_MIN_HEIGHT + 2 * PADDING_SMALL) * scale - 1)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("The picture is %u × %u pixels, expected at least %.0f × %.0f at %g dpi"), how->width, how->height,
                   ceil ((ETUDE_FIGURE_MIN_WIDTH + 2 * PADDING_SMALL) * scale),
                   ceil ((ETUDE_FIGURE_MIN_HEIGHT + 2 * PADDING_SMALL) * scale), how->dpi);
      return FALSE;
    }
  return TRUE;
}

/**
 * etude_figure_render:
 * @figure: a figure
 * @how: format, size and colours
 * @error: set when the size is not possible
 *
 * Makes a file of a figure in memory. The same figure gives the same bytes.
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
etude_figure_render (const EtudeFigure *figure, const EtudeExport *how, GError **error)
{
  GByteArray *bytes = NULL;

  if (!check_size (how, error))
    return NULL;
  switch (how->format)
    {
    case ETUDE_EXPORT_PNG:
      bytes = render_png (figure, how, error);
      break;
    case ETUDE_EXPORT_SVG:
      bytes = render_svg (figure, how, error);
      break;
    case ETUDE_EXPORT_PDF:
      bytes = render_pdf (figure, how, error);
      break;
    case ETUDE_EXPORT_CSV:
      bytes = etude_figure_write_csv (figure);
      break;
    default:
      g_assert_not_reached ();
    }
  return bytes != NULL ? g_byte_array_free_to_bytes (bytes) : NULL;
}

/**
 * etude_figure_export:
 * @figure: a figure
 * @how: format, size and colours
 * @path: the file; what is there is replaced when the new one is whole
 * @error: set when it cannot be made or written
 *
 * Returns: whether the file was written
 */
gboolean
etude_figure_export (const EtudeFigure *figure, const EtudeExport *how, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = etude_figure_render (figure, how, error);
  gsize length;
  gconstpointer data;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  return etude_file_replace (path, data, length, error);
}
