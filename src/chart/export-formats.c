/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "chart/export-private.h"
#include "chart/figure-private.h"
#include "chart/text-private.h"

/* A PNG begins with eight bytes and the chunk IHDR, which has 25 with length, name and check sum. */
#define AFTER_IHDR 33

#define METRES_PER_INCH 0.0254

/* The check sum of a PNG chunk: ISO 3309, as in the PNG specification, annex D. */
static guint32
crc32 (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
    }
  return ~crc;
}

static void
put_number (guint8 *to, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  memcpy (to, &big, sizeof big);
}

/**
 * etude_png_set_resolution:
 * @png: a PNG file without a pHYs chunk, as cairo writes it
 * @dpi: pixels an inch
 *
 * Adds the chunk that says how large the picture is on paper.
 */
void
etude_png_set_resolution (GByteArray *png, double dpi)
{
  guint8 chunk[21] = { 0, 0, 0, 9, 'p', 'H', 'Y', 's' };
  guint32 per_metre = (guint32) lround (dpi / METRES_PER_INCH);
  gsize after = png->len - AFTER_IHDR;

  put_number (chunk + 8, per_metre);
  put_number (chunk + 12, per_metre);
  chunk[16] = 1;
  put_number (chunk + 17, crc32 (chunk + 4, 13));
  g_byte_array_set_size (png, png->len + sizeof chunk);
  memmove (png->data + AFTER_IHDR + sizeof chunk, png->data + AFTER_IHDR, after);
  memcpy (png->data + AFTER_IHDR, chunk, sizeof chunk);
}

/* Cairo counts surfaces in the whole process: without their numbers two exports are equal. */
static char *
drop_surface_numbers (const char *svg, gsize length)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?<=id=\"|#)(surface|image|source|pattern)-?[0-9]+", G_REGEX_RAW, 0, NULL);

  return g_regex_replace (regex, svg, (gssize) length, 0, "\\1", 0, NULL);
}

static void
append_element (GString *text, const char *name, const char *content)
{
  g_autofree char *clean = g_strdup (content);
  g_autofree char *escaped = NULL;

  for (char *c = clean; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  escaped = g_markup_escape_text (clean, -1);
  g_string_append_printf (text, "<%s>%s</%s>\n", name, escaped, name);
}

/**
 * etude_svg_finish:
 * @svg: a picture as cairo writes it
 * @title: (nullable): its title
 * @description: what it shows, in words
 * @texts: (nullable): text elements that cairo was not to draw
 *
 * Returns: (transfer full): the picture with title, description and texts, equal from run to run
 */
GByteArray *
etude_svg_finish (const GByteArray *svg, const char *title, const char *description, const GString *texts)
{
  g_autofree char *body = drop_surface_numbers ((const char *) svg->data, svg->len);
  const char *head = strstr (body, "<svg");
  const char *inside = head != NULL ? strchr (head, '>') : NULL;
  const char *end = g_strrstr (body, "</svg>");
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert (inside != NULL && end != NULL);
  inside++;
  g_string_append_len (text, body, inside - body);
  g_string_append_c (text, '\n');
  if (title != NULL)
    append_element (text, "title", title);
  append_element (text, "desc", description);
  g_string_append_len (text, inside + (*inside == '\n'), end - inside - (*inside == '\n'));
  if (texts != NULL)
    g_string_append_printf (text, "<g font-family=\"%s, %s\" font-feature-settings=\"&quot;tnum&quot;\">\n%s</g>\n",
                            ETUDE_FONT, ETUDE_FONT_FALLBACK, texts->str);
  g_string_append (text, end);
  g_byte_array_append (bytes, (const guint8 *) text->str, (guint) text->len);
  return bytes;
}

static const char *
find_name (const EtudePanel *panel, guint i)
{
  static const char *const names[] = {
    [ETUDE_LINE_EMPHASISED] = "line", [ETUDE_LINE_NORMAL] = "line", [ETUDE_LINE_SMOOTHED] = "smoothed",
    [ETUDE_LINE_RAW] = "raw", [ETUDE_LINE_SEED] = "seed", [ETUDE_LINE_REFERENCE] = "reference",
    [ETUDE_LINE_FUTURE] = "future",
  };
  const EtudeLine *line = &etude_panel_get_trace (panel, i)->line;

  return line->label != NULL ? line->label : names[line->style];
}

static void
append_trace (EtudeCsvWriter *table, const EtudePanel *panel, guint i, const char *panel_name, gboolean has_merged)
{
  const EtudeTrace *trace = etude_panel_get_trace (panel, i);
  gsize n = etude_trace_get_n (trace);

  for (gsize k = 0; k < n; k++)
    {
      EtudeTracePoint point;

      etude_trace_get_point (trace, k, &point);
      etude_csv_writer_text (table, panel_name);
      etude_csv_writer_text (table, find_name (panel, i));
      etude_csv_writer_number (table, point.x);
      etude_csv_writer_number (table, point.y);
      if (has_merged)
        {
          etude_csv_writer_number (table, point.min);
          etude_csv_writer_number (table, point.max);
        }
      etude_csv_writer_end_row (table);
    }
}

static gboolean
has_merged_points (const EtudeFigure *figure)
{
  for (guint p = 0; p < figure->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (figure, p);

      for (guint i = 0; i < panel->traces->len; i++)
        {
          const EtudeSeries *series = etude_panel_get_trace (panel, i)->series;

          if (series != NULL && etude_series_get_n_points (series) > ETUDE_SERIES_MAX)
            return TRUE;
        }
    }
  return FALSE;
}

/**
 * etude_figure_write_csv:
 * @figure: a figure
 *
 * All points of all lines: panel, line, x, value, and where points were merged the least and largest
 * of those that a row stands for.
 *
 * Returns: (transfer full): the table
 */
GByteArray *
etude_figure_write_csv (const EtudeFigure *figure)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_merged = has_merged_points (figure);
  GByteArray *bytes = g_byte_array_new ();
  EtudeCsvWriter table;

  etude_csv_writer_init (&table, text);
  etude_csv_writer_text (&table, "panel");
  etude_csv_writer_text (&table, "line");
  etude_csv_writer_text (&table, figure->x_unit != NULL ? figure->x_unit : "x");
  etude_csv_writer_text (&table, "value");
  if (has_merged)
    {
      etude_csv_writer_text (&table, "min");
      etude_csv_writer_text (&table, "max");
    }
  etude_csv_writer_end_row (&table);
  for (guint p = 0; p < figure->panels->len; p++)
    {
      const EtudePanel *panel = etude_figure_get_panel (figure, p);

      for (guint i = 0; i < panel->traces->len; i++)
        append_trace (&table, panel, i, panel->title != NULL ? panel->title : "", has_merged);
    }
  g_byte_array_append (bytes, (const guint8 *) text->str, (guint) text->len);
  return bytes;
}
