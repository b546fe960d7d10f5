/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "chart/picture-private.h"

/* Cairo looks for overlaps among the rectangles of one fill, in a time that grows with their square:
 * filling 32 at a time takes half as long as 1,200 at once. */
#define COLUMNS_AT_ONCE 32

static void
text_clear (gpointer data)
{
  etude_label_clear (&((EtudeText *) data)->label);
}

/**
 * etude_picture_init:
 * @self: (out): an empty picture, for etude_picture_clear()
 * @theme: its colours
 * @scale: device pixels a unit, 0 for vectors
 */
void
etude_picture_init (EtudePicture *self, const EtudeTheme *theme, double scale)
{
  self->theme = theme;
  self->scale = scale;
  self->layout = etude_text_new_layout ();
  self->items = g_array_new (FALSE, TRUE, sizeof (EtudeItem));
  self->places = g_array_sized_new (FALSE, FALSE, sizeof (EtudePlace), 4096);
  self->texts = g_array_new (FALSE, TRUE, sizeof (EtudeText));
  g_array_set_clear_func (self->texts, text_clear);
  self->images = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
}

void
etude_picture_clear (EtudePicture *self)
{
  g_clear_object (&self->layout);
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->places, g_array_unref);
  g_clear_pointer (&self->texts, g_array_unref);
  g_clear_pointer (&self->images, g_ptr_array_unref);
}

/**
 * etude_picture_add:
 * @self: a picture
 * @type: what is added
 * @colour: (nullable): its colour
 * @width: of a line, or radius of a disc
 *
 * Adds an item; etude_picture_add_place() then gives it its places.
 *
 * Returns: (transfer none): the item, valid until the next one is added
 */
EtudeItem *
etude_picture_add (EtudePicture *self, EtudeItemType type, const EtudeColour *colour, double width)
{
  EtudeItem item = { .type = type, .first = self->places->len, .width = width };

  if (colour != NULL)
    item.colour = *colour;
  g_array_append_val (self->items, item);
  return &g_array_index (self->items, EtudeItem, self->items->len - 1);
}

void
etude_picture_add_place (EtudePicture *self, double x, double y)
{
  EtudePlace place = { x, y };

  g_array_append_val (self->places, place);
  g_array_index (self->items, EtudeItem, self->items->len - 1).n++;
}

void
etude_picture_add_rectangle (EtudePicture *self, const EtudeRectangle *r, const EtudeColour *colour)
{
  etude_picture_add (self, ETUDE_ITEM_FILL, colour, 0);
  etude_picture_add_place (self, r->x, r->y);
  etude_picture_add_place (self, r->x + r->width, r->y);
  etude_picture_add_place (self, r->x + r->width, r->y + r->height);
  etude_picture_add_place (self, r->x, r->y + r->height);
}

/**
 * etude_picture_snap:
 * @self: a picture
 * @place: either coordinate
 *
 * Returns: the middle of the device pixel at @place, so that a line of one unit is sharp
 */
double
etude_picture_snap (const EtudePicture *self, double place)
{
  double line;

  if (self->scale <= 0)
    return place;
  line = MAX (1, round (self->scale));
  return (round (place * self->scale - line / 2) + line / 2) / self->scale;
}

void
etude_picture_add_hairline (EtudePicture *self, double x1, double y1, double x2, double y2, const EtudeColour *colour)
{
  double width = self->scale > 0 ? MAX (1, round (self->scale)) / self->scale : 1;

  etude_picture_add (self, ETUDE_ITEM_STROKE, colour, width);
  etude_picture_add_place (self, x1 == x2 ? etude_picture_snap (self, x1) : x1,
                           y1 == y2 ? etude_picture_snap (self, y1) : y1);
  etude_picture_add_place (self, x1 == x2 ? etude_picture_snap (self, x2) : x2,
                           y1 == y2 ? etude_picture_snap (self, y2) : y2);
}

void
etude_picture_add_disc (EtudePicture *self, double x, double y, double radius, double rim, const EtudeColour *colour)
{
  EtudeItem *item = etude_picture_add (self, ETUDE_ITEM_DISC, colour, radius);

  item->rim = rim;
  etude_picture_add_place (self, x, y);
}

/* Its tip is at @x, @y; it points up where @height is positive. */
void
etude_picture_add_triangle (EtudePicture *self, double x, double y, double height, const EtudeColour *colour)
{
  double half = fabs (height) * 0.6;

  etude_picture_add (self, ETUDE_ITEM_FILL, colour, 0);
  etude_picture_add_place (self, x, y);
  etude_picture_add_place (self, x + half, y + height);
  etude_picture_add_place (self, x - half, y + height);
}

/**
 * etude_picture_add_image:
 * @self: a picture
 * @rectangle: what it fills
 * @image: (transfer full): an image surface, smoothed where it is drawn larger
 */
void
etude_picture_add_image (EtudePicture *self, const EtudeRectangle *r, cairo_surface_t *image)
{
  EtudeItem *item = etude_picture_add (self, ETUDE_ITEM_IMAGE, NULL, 0);

  item->image = self->images->len;
  g_ptr_array_add (self->images, image);
  etude_picture_add_place (self, r->x, r->y);
  etude_picture_add_place (self, r->x + r->width, r->y + r->height);
}

void
etude_picture_clip (EtudePicture *self, const EtudeRectangle *r)
{
  etude_picture_add (self, ETUDE_ITEM_CLIP, NULL, 0);
  etude_picture_add_place (self, r->x, r->y);
  etude_picture_add_place (self, r->x + r->width, r->y + r->height);
}

void
etude_picture_unclip (EtudePicture *self)
{
  etude_picture_add (self, ETUDE_ITEM_UNCLIP, NULL, 0);
}

/**
 * etude_picture_add_label:
 * @self: a picture
 * @label: what is written; copied
 * @style: how
 * @anchor: which part of it is at @x
 * @x: its place
 * @y: its base line
 * @colour: its colour
 *
 * Returns: (transfer none): the text, valid until the next one is added
 */
EtudeText *
etude_picture_add_label (EtudePicture *self, const EtudeLabel *label, const EtudeTextStyle *style,
                         EtudeAnchor anchor, double x, double y, const EtudeColour *colour)
{
  EtudeText text = { { g_strdup (label->text), g_strdup (label->raised) }, style, anchor, x, y, *colour, FALSE };
  EtudeItem *item = etude_picture_add (self, ETUDE_ITEM_TEXT, colour, 0);

  item->first = self->texts->len;
  g_array_append_val (self->texts, text);
  return &g_array_index (self->texts, EtudeText, self->texts->len - 1);
}

EtudeText *
etude_picture_add_text (EtudePicture *self, const char *text, const EtudeTextStyle *style, EtudeAnchor anchor,
                        double x, double y, const EtudeColour *colour)
{
  EtudeLabel label = { (char *) text, NULL };

  return etude_picture_add_label (self, &label, style, anchor, x, y, colour);
}

static void
set_colour (cairo_t *cr, const EtudeColour *c)
{
  cairo_set_source_rgba (cr, c->red, c->green, c->blue, c->alpha);
}

static void
trace_path (cairo_t *cr, const EtudePlace *places, guint n)
{
  gboolean is_broken = TRUE;

  for (guint i = 0; i < n; i++)
    if (isnan (places[i].x))
      is_broken = TRUE;
    else if (is_broken)
      {
        cairo_move_to (cr, places[i].x, places[i].y);
        is_broken = FALSE;
      }
    else
      cairo_line_to (cr, places[i].x, places[i].y);
}

static void
paint_columns (cairo_t *cr, const EtudePlace *places, guint n)
{
  cairo_antialias_t before = cairo_get_antialias (cr);

  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint i = 0; i + 1 < n; i += 2)
    {
      cairo_rectangle (cr, places[i].x, places[i].y, places[i + 1].x - places[i].x, places[i + 1].y - places[i].y);
      if (i % (2 * COLUMNS_AT_ONCE) == 2 * (COLUMNS_AT_ONCE - 1))
        cairo_fill (cr);
    }
  cairo_fill (cr);
  cairo_set_antialias (cr, before);
}

static void
paint_disc (const EtudePicture *self, cairo_t *cr, const EtudeItem *item, const EtudePlace *place)
{
  if (item->rim > 0)
    {
      set_colour (cr, &self->theme->background);
      cairo_arc (cr, place->x, place->y, item->width + item->rim, 0, 2 * G_PI);
      cairo_fill (cr);
      set_colour (cr, &item->colour);
    }
  cairo_arc (cr, place->x, place->y, item->width, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
paint_image (cairo_t *cr, cairo_surface_t *image, const EtudePlace *places)
{
  cairo_save (cr);
  cairo_rectangle (cr, places[0].x, places[0].y, places[1].x - places[0].x, places[1].y - places[0].y);
  cairo_clip (cr);
  cairo_translate (cr, places[0].x, places[0].y);
  cairo_scale (cr, (places[1].x - places[0].x) / cairo_image_surface_get_width (image),
               (places[1].y - places[0].y) / cairo_image_surface_get_height (image));
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
paint_item (const EtudePicture *self, cairo_t *cr, const EtudeItem *item)
{
  const EtudePlace *places = &g_array_index (self->places, EtudePlace, item->first);

  set_colour (cr, &item->colour);
  switch (item->type)
    {
    case ETUDE_ITEM_STROKE:
      trace_path (cr, places, item->n);
      cairo_set_line_width (cr, item->width);
      cairo_set_dash (cr, item->dashes, (int) item->n_dashes, 0);
      cairo_stroke (cr);
      break;
    case ETUDE_ITEM_FILL:
      trace_path (cr, places, item->n);
      cairo_close_path (cr);
      cairo_fill (cr);
      break;
    case ETUDE_ITEM_COLUMNS:
      paint_columns (cr, places, item->n);
      break;
    case ETUDE_ITEM_DISC:
      paint_disc (self, cr, item, places);
      break;
    case ETUDE_ITEM_IMAGE:
      paint_image (cr, g_ptr_array_index (self->images, item->image), places);
      break;
    case ETUDE_ITEM_CLIP:
      cairo_save (cr);
      cairo_rectangle (cr, places[0].x, places[0].y, places[1].x - places[0].x, places[1].y - places[0].y);
      cairo_clip (cr);
      break;
    case ETUDE_ITEM_UNCLIP:
      cairo_restore (cr);
      break;
    case ETUDE_ITEM_TEXT:
    default:
      g_assert_not_reached ();
    }
}

/**
 * etude_picture_paint:
 * @self: a picture
 * @cr: where it is painted
 * @svg_texts: (nullable): where texts go as elements of SVG, instead of being painted
 */
void
etude_picture_paint (const EtudePicture *self, cairo_t *cr, GString *svg_texts)
{
  etude_text_prepare (self->layout, self->scale);
  cairo_save (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  for (guint i = 0; i < self->items->len; i++)
    {
      const EtudeItem *item = &g_array_index (self->items, EtudeItem, i);

      if (item->type == ETUDE_ITEM_TEXT)
        {
          const EtudeText *text = &g_array_index (self->texts, EtudeText, item->first);

          if (svg_texts != NULL)
            etude_text_append_svg (text, cr, &self->theme->background, svg_texts);
          else
            etude_text_paint (text, self->layout, cr, &self->theme->background, self->scale);
        }
      else
        paint_item (self, cr, item);
    }
  cairo_restore (cr);
}
