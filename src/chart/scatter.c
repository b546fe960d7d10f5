/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points that no line connects, and the row that says what their colours and shapes are. */
#include "chart/scatter.h"

#include <math.h>

#include "chart/layout-private.h"

#define RADIUS 2.5
#define RIM 0.75
#define HOLE 1.25
#define KEY_GAP 12
#define KEY_SWATCH 12

static void
add_point (EtudePanel *self, const EtudeScatterPoint *point)
{
  if (isfinite (point->x) && isfinite (point->y))
    g_array_append_val (self->scatter, *point);
}

/**
 * etude_panel_add_scatter:
 * @self: a panel
 * @x: where
 * @y: where; a point that is not finite is left out
 * @class: whose colour it has, or %ETUDE_NO_CLASS
 * @is_ring: a ring, else filled
 *
 * Adds a point. Points do not widen axes.
 */
void
etude_panel_add_scatter (EtudePanel *self, double x, double y, guint class, gboolean is_ring)
{
  add_point (self, &(EtudeScatterPoint) { .x = x, .y = y, .value = NAN, .class = class, .is_ring = is_ring });
}

/**
 * etude_panel_add_scatter_value:
 * @self: a panel with heat
 * @x: where
 * @y: where
 * @value: has the colour that the heat has there
 * @is_ring: a ring, else filled
 *
 * As etude_panel_add_scatter().
 */
void
etude_panel_add_scatter_value (EtudePanel *self, double x, double y, double value, gboolean is_ring)
{
  add_point (self, &(EtudeScatterPoint) { .x = x, .y = y, .value = value, .class = ETUDE_NO_CLASS, .is_ring = is_ring });
}

/**
 * etude_figure_add_key:
 * @self: a figure
 * @label: what points of this sort are
 * @class: their class, or %ETUDE_NO_CLASS
 * @is_ring: whether they are rings
 *
 * Adds an entry to the rows above the panels that explain points.
 */
void
etude_figure_add_key (EtudeFigure *self, const char *label, guint class, gboolean is_ring)
{
  EtudeKey key = { g_utf8_make_valid (label, -1), class, is_ring };

  g_array_append_val (self->keys, key);
}

static void
find_class_colour (const EtudeTheme *theme, guint class, EtudeColour *colour)
{
  if (class == ETUDE_NO_CLASS)
    *colour = theme->labels;
  else
    etude_theme_get_class_colour (theme, class, colour);
}

static void
add_disc (EtudePicture *picture, double x, double y, gboolean is_ring, const EtudeColour *colour)
{
  etude_picture_add_disc (picture, x, y, RADIUS, RIM, colour);
  if (is_ring)
    etude_picture_add_disc (picture, x, y, HOLE, 0, &picture->theme->background);
}

/**
 * etude_scatter_add:
 * @picture: where they go
 * @frame: of the panel
 * @panel: whose points are drawn
 */
void
etude_scatter_add (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel)
{
  for (guint i = 0; i < panel->scatter->len; i++)
    {
      const EtudeScatterPoint *point = &g_array_index (panel->scatter, EtudeScatterPoint, i);
      const EtudeTheme *theme = picture->theme;
      EtudeColour colour;

      if (!frame->x_scale->shows (point->x) || !frame->y_scale->shows (point->y))
        continue;
      if (panel->raster != NULL && isfinite (point->value))
        etude_colour_mix (&theme->heat_low, &theme->heat_high, etude_raster_share (panel->raster, point->value), &colour);
      else
        find_class_colour (theme, point->class, &colour);
      add_disc (picture, etude_frame_x (frame, point->x), etude_frame_y (frame, point->y), point->is_ring, &colour);
    }
}

static double
key_width (PangoLayout *text, const EtudeKey *key)
{
  return KEY_SWATCH + etude_text_measure_plain (text, key->label, &etude_text_value);
}

/* Goes through the entries, and draws them if there is a picture. Returns how many rows they need. */
static double
walk (EtudePicture *picture, const EtudeFigure *figure, const EtudeRectangle *box, PangoLayout *text)
{
  double x = 0, y = 0;

  for (guint i = 0; i < figure->keys->len; i++)
    {
      const EtudeKey *key = &g_array_index (figure->keys, EtudeKey, i);
      double width = MIN (key_width (text, key), box->width);
      EtudeColour colour;

      if (x > 0 && x + width > box->width)
        {
          x = 0;
          y += ETUDE_LEGEND_ROW;
        }
      if (picture != NULL && y + ETUDE_LEGEND_ROW <= box->height)
        {
          double middle = box->y + y + ETUDE_LEGEND_ROW / 2.0;
          g_autofree char *label = etude_text_shorten (text, key->label, &etude_text_value, width - KEY_SWATCH + 0.5);

          find_class_colour (picture->theme, key->class, &colour);
          add_disc (picture, x + RADIUS + RIM, middle, key->is_ring, &colour);
          etude_picture_add_text (picture, label, &etude_text_value, ETUDE_ANCHOR_START, x + KEY_SWATCH,
                                  etude_text_baseline (middle, &etude_text_value), &picture->theme->labels);
        }
      x += width + KEY_GAP;
    }
  return y / ETUDE_LEGEND_ROW + 1;
}

double
etude_keys_measure (const EtudeFigure *figure, double width, PangoLayout *text)
{
  return walk (NULL, figure, &(EtudeRectangle) { .width = width }, text);
}

void
etude_keys_add (EtudePicture *picture, const EtudeLayout *layout, const EtudeFigure *figure)
{
  walk (picture, figure, &layout->legend, picture->layout);
}
