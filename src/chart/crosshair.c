/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/crosshair.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/number.h"
#include "chart/layout-private.h"
#include "chart/probe.h"

#define ROW 16
#define GAP 8
#define PADDING 6
#define COLUMN_GAP 10
#define DOT 3.5
#define DOT_RIM 1.75
#define BACKGROUND_OPACITY 0.92

struct _EtudeCrosshair
{
  EtudePicture picture;
  EtudeRectangle bounds;
  gboolean has_bounds;
};

/* One line of the box beside the crosshair. Owned texts. */
typedef struct
{
  char *name;
  EtudeLabel value;     /* without text where there is none */
  char *spread;         /* (nullable): least to largest of what the value stands for */
  const char *colour;   /* (nullable): of a dot before it */
} Row;

static void
row_clear (gpointer data)
{
  Row *self = data;

  g_free (self->name);
  etude_label_clear (&self->value);
  g_free (self->spread);
}

static void
include (EtudeCrosshair *self, double x, double y, double width, double height)
{
  EtudeRectangle *box = &self->bounds;
  double right, bottom;

  if (!self->has_bounds)
    *box = (EtudeRectangle) { x, y, width, height };
  right = MAX (box->x + box->width, x + width);
  bottom = MAX (box->y + box->height, y + height);
  box->x = MIN (box->x, x);
  box->y = MIN (box->y, y);
  box->width = right - box->x;
  box->height = bottom - box->y;
  self->has_bounds = TRUE;
}

/* The values of one panel, the place of the crosshair above those of the first; as many as there is room for. */
static GArray *
list_rows (const EtudeFigure *figure, const GArray *probes, guint panel, double x, guint most)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (Row));
  guint left_out = 0;

  g_array_set_clear_func (rows, row_clear);
  if (panel == 0)
    {
      Row head = { .name = etude_figure_write_x (figure, x) };

      g_array_append_val (rows, head);
    }
  for (guint i = 0; i < probes->len; i++)
    {
      const EtudeProbe *probe = &g_array_index (probes, EtudeProbe, i);
      Row row = { .colour = probe->colour };

      if (probe->panel != panel || probe->name == NULL)
        continue;
      if (rows->len + 1 >= most)
        {
          left_out++;
          continue;
        }
      row.name = g_strdup (probe->name);
      etude_label_init_value (&row.value, probe->value);
      if (probe->min < probe->max)
        {
          g_autofree char *min = etude_number_show (probe->min, 3), *max = etude_number_show (probe->max, 3);

          /* Translators: least and largest value, beside a mean */
          row.spread = g_strdup_printf (_("%s to %s"), min, max);
        }
      g_array_append_val (rows, row);
    }
  if (left_out > 0)
    {
      Row more = { .name = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more", left_out), left_out) };

      g_array_append_val (rows, more);
    }
  return rows;
}

static double
measure (EtudePicture *picture, const char *text, const EtudeTextStyle *style)
{
  return text != NULL ? ceil (etude_text_measure_plain (picture->layout, text, style)) : 0;
}

static const EtudeTextStyle *
get_name_style (const Row *row)
{
  return row->value.text != NULL ? &etude_text_value : &etude_text_name;
}

static void
find_widths (EtudePicture *picture, const GArray *rows, double widths[3])
{
  widths[0] = widths[1] = widths[2] = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      double before = row->colour != NULL ? 2 * DOT + GAP : 0;

      widths[0] = MAX (widths[0], before + measure (picture, row->name, get_name_style (row)));
      if (row->value.text != NULL)
        widths[1] = MAX (widths[1], ceil (etude_text_measure (picture->layout, &row->value, &etude_text_name)));
      widths[2] = MAX (widths[2], measure (picture, row->spread, &etude_text_value));
    }
}

static void
add_row (EtudePicture *picture, const Row *row, const double widths[3], double x, double middle)
{
  const EtudeTheme *theme = picture->theme;
  double left = x;

  if (row->colour != NULL)
    {
      EtudeColour colour;

      etude_theme_get_colour (theme, row->colour, &colour);
      etude_picture_add_disc (picture, x + DOT, middle, DOT, 0, &colour);
      left += 2 * DOT + GAP;
    }
  etude_picture_add_text (picture, row->name, get_name_style (row), ETUDE_ANCHOR_START, left,
                          etude_text_baseline (middle, &etude_text_name), &theme->text);
  left = x + widths[0] + COLUMN_GAP;
  if (row->value.text != NULL)
    etude_picture_add_label (picture, &row->value, &etude_text_name, ETUDE_ANCHOR_START, left,
                             etude_text_baseline (middle, &etude_text_name), &theme->text);
  left += widths[1] + COLUMN_GAP;
  if (row->spread != NULL)
    etude_picture_add_text (picture, row->spread, &etude_text_value, ETUDE_ANCHOR_START, left,
                            etude_text_baseline (middle, &etude_text_value), &theme->labels);
}

/* Beside the line, at its left where it would be cut off at the right. */
static void
add_box (EtudeCrosshair *self, const EtudeFrame *frame, const GArray *rows, double line, double width)
{
  EtudePicture *picture = &self->picture;
  EtudeColour background = picture->theme->background;
  EtudeRectangle box;
  double widths[3];

  if (rows->len == 0)
    return;
  find_widths (picture, rows, widths);
  box.width = widths[0] + 2 * PADDING;
  for (guint i = 1; i < 3; i++)
    box.width += widths[i] > 0 ? widths[i] + COLUMN_GAP : 0;
  box.height = rows->len * ROW + PADDING;
  box.x = line + GAP;
  if (box.x + box.width > width)
    box.x = line - GAP - box.width;
  box.x = MAX (0, box.x);
  box.y = frame->plot.y;
  background.alpha = BACKGROUND_OPACITY;
  etude_picture_add_rectangle (picture, &box, &background);
  for (guint i = 0; i < rows->len; i++)
    add_row (picture, &g_array_index (rows, Row, i), widths, box.x + PADDING, box.y + PADDING / 2.0 + (i + 0.5) * ROW);
  include (self, box.x, box.y, box.width, box.height);
}

static void
add_panel (EtudeCrosshair *self, const EtudeFigure *figure, const EtudeFrame *frame, const GArray *probes, guint panel,
           double x, double width)
{
  EtudePicture *picture = &self->picture;
  const EtudeRectangle *plot = &frame->plot;
  double line = etude_frame_x (frame, x);
  g_autoptr (GArray) rows = list_rows (figure, probes, panel, x, (guint) MAX (2, (plot->height - PADDING) / ROW));

  if (line < plot->x - 0.5 || line > plot->x + plot->width + 0.5)
    return;
  etude_picture_add_hairline (picture, line, plot->y, line, plot->y + plot->height, &picture->theme->labels);
  include (self, line - 1, plot->y, 2, plot->height);
  for (guint i = 0; i < probes->len; i++)
    {
      const EtudeProbe *probe = &g_array_index (probes, EtudeProbe, i);
      EtudeColour colour;

      if (probe->panel != panel || probe->name == NULL || probe->place_x < plot->x - 0.5
          || probe->place_x > plot->x + plot->width + 0.5)
        continue;
      etude_theme_get_colour (picture->theme, probe->colour, &colour);
      etude_picture_add_disc (picture, probe->place_x, probe->place_y, DOT, DOT_RIM, &colour);
      include (self, probe->place_x - DOT - DOT_RIM, probe->place_y - DOT - DOT_RIM, 2 * (DOT + DOT_RIM), 2 * (DOT + DOT_RIM));
    }
  add_box (self, frame, rows, line, width);
}

/**
 * etude_crosshair_new:
 * @figure: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @x: where the crosshair is, in the unit of the x axis
 * @theme: the colours
 * @scale: device pixels a unit
 *
 * A line through all panels with a dot on each line that has a name and its value beside it; where a
 * point stands for several, their mean with the least and the largest. It is drawn above the figure,
 * which stays as it is.
 *
 * Returns: (transfer full): the crosshair; it does not keep the figure
 */
EtudeCrosshair *
etude_crosshair_new (const EtudeFigure *figure, double width, double height, double x, const EtudeTheme *theme,
                     double scale)
{
  EtudeCrosshair *self = g_new0 (EtudeCrosshair, 1);
  g_autoptr (GArray) probes = etude_figure_probe (figure, width, height, x);
  EtudeLayout layout;

  etude_picture_init (&self->picture, theme, scale);
  etude_layout_init (&layout, figure, width, height, self->picture.layout);
  for (guint i = 0; i < layout.n_panels; i++)
    add_panel (self, figure, &layout.panels[i].frame, probes, i, x, width);
  etude_layout_clear (&layout);
  return self;
}

/**
 * etude_crosshair_free:
 * @self: (transfer full) (nullable): a crosshair
 */
void
etude_crosshair_free (EtudeCrosshair *self)
{
  if (self == NULL)
    return;
  etude_picture_clear (&self->picture);
  g_free (self);
}

/**
 * etude_crosshair_get_bounds:
 * @self: a crosshair
 * @x: (out): left of all that it draws, in pixels of the figure
 * @y: (out): its top
 * @width: (out): its width
 * @height: (out): its height
 *
 * Returns: FALSE where it draws nothing
 */
gboolean
etude_crosshair_get_bounds (const EtudeCrosshair *self, double *x, double *y, double *width, double *height)
{
  *x = self->bounds.x;
  *y = self->bounds.y;
  *width = self->bounds.width;
  *height = self->bounds.height;
  return self->has_bounds;
}

void
etude_crosshair_draw (const EtudeCrosshair *self, cairo_t *cr)
{
  etude_picture_paint (&self->picture, cr, NULL);
}
