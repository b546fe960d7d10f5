/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "chart/text-private.h"

#define HALO 3.5

/* Below this many device pixels a unit letters go on whole pixels. */
#define COARSE_SCALE 1.5

/* Exponents: how large, and how far above the line, as shares of the size of the text. */
#define RAISED_SIZE 0.72
#define RAISED_BY 0.38

const EtudeTextStyle etude_text_tick = { 11, 400 };
const EtudeTextStyle etude_text_title = { 11.5, 400 };
const EtudeTextStyle etude_text_name = { 11, 600 };
const EtudeTextStyle etude_text_value = { 11, 400 };
const EtudeTextStyle etude_text_heading = { 14.5, 700 };

/**
 * etude_text_new_layout:
 *
 * A layout whose metrics are the same on every surface: what fits on the screen fits in the file.
 *
 * Returns: (transfer full): the layout
 */
PangoLayout *
etude_text_new_layout (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoLayout *layout;

  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
  layout = pango_layout_new (context);
  g_object_unref (context);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

/**
 * etude_text_prepare:
 * @layout: from etude_text_new_layout()
 * @scale: device pixels a unit, 0 for vectors
 *
 * Makes @layout ready for painting. Where pixels are coarse cairo puts letters on whole ones, and they
 * stand evenly only if their widths are whole too. Measuring is over by then.
 */
void
etude_text_prepare (PangoLayout *layout, double scale)
{
  PangoContext *context = pango_layout_get_context (layout);
  cairo_font_options_t *options;

  if (scale <= 0 || scale >= COARSE_SCALE)
    return;
  options = cairo_font_options_copy (pango_cairo_context_get_font_options (context));
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_ON);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  pango_cairo_context_set_font_options (context, options);
  pango_context_set_round_glyph_positions (context, TRUE);
  cairo_font_options_destroy (options);
}

static void
insert (PangoAttrList *list, PangoAttribute *attribute, gsize from)
{
  attribute->start_index = (guint) from;
  pango_attr_list_insert (list, attribute);
}

static void
set_text (PangoLayout *layout, const EtudeLabel *label, const EtudeTextStyle *style)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autofree char *text = g_strconcat (label->text, label->raised, NULL);
  gsize raised = strlen (label->text);

  pango_font_description_set_family_static (font, ETUDE_FONT "," ETUDE_FONT_FALLBACK);
  pango_font_description_set_weight (font, (PangoWeight) style->weight);
  pango_font_description_set_absolute_size (font, style->size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  insert (attributes, pango_attr_font_features_new ("tnum=1"), 0);
  if (label->raised != NULL)
    {
      insert (attributes, pango_attr_size_new_absolute ((int) (RAISED_SIZE * style->size * PANGO_SCALE)), raised);
      insert (attributes, pango_attr_rise_new ((int) (RAISED_BY * style->size * PANGO_SCALE)), raised);
    }
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
}

static double
get_width (PangoLayout *layout)
{
  PangoRectangle extents;

  pango_layout_get_extents (layout, NULL, &extents);
  return (double) extents.width / PANGO_SCALE;
}

/**
 * etude_text_measure:
 * @layout: from etude_text_new_layout()
 * @label: what is written
 * @style: how
 *
 * Returns: its width in pixels
 */
double
etude_text_measure (PangoLayout *layout, const EtudeLabel *label, const EtudeTextStyle *style)
{
  set_text (layout, label, style);
  return get_width (layout);
}

double
etude_text_measure_plain (PangoLayout *layout, const char *text, const EtudeTextStyle *style)
{
  EtudeLabel label = { (char *) text, NULL };

  return etude_text_measure (layout, &label, style);
}

/**
 * etude_text_shorten:
 * @layout: from etude_text_new_layout()
 * @text: what is written
 * @style: how
 * @width: room in pixels
 *
 * Returns: (transfer full): @text, or as many of its letters as fit and an ellipsis
 */
char *
etude_text_shorten (PangoLayout *layout, const char *text, const EtudeTextStyle *style, double width)
{
  glong low = 0, high = g_utf8_strlen (text, -1);

  if (etude_text_measure_plain (layout, text, style) <= width)
    return g_strdup (text);
  while (low + 1 < high)
    {
      glong middle = (low + high) / 2;
      g_autofree char *start = g_utf8_substring (text, 0, middle);
      g_autofree char *tried = g_strconcat (g_strchomp (start), "…", NULL);

      if (etude_text_measure_plain (layout, tried, style) <= width)
        low = middle;
      else
        high = middle;
    }
  if (low == 0)
    return g_strdup ("…");
  {
    g_autofree char *start = g_utf8_substring (text, 0, low);

    return g_strconcat (g_strchomp (start), "…", NULL);
  }
}

/**
 * etude_text_baseline:
 * @middle: where the middle of digits and capitals is to be
 * @style: how it is written
 *
 * Returns: the base line for that
 */
double
etude_text_baseline (double middle, const EtudeTextStyle *style)
{
  return middle + 0.355 * style->size;
}

static double
anchor_share (EtudeAnchor anchor)
{
  return anchor == ETUDE_ANCHOR_START ? 0 : anchor == ETUDE_ANCHOR_MIDDLE ? 0.5 : 1;
}

/**
 * etude_text_paint:
 * @self: a text
 * @layout: from etude_text_new_layout()
 * @cr: where it is painted
 * @background: colour of the halo
 * @scale: device pixels a unit, 0 for vectors; the base line falls on a whole one
 */
void
etude_text_paint (const EtudeText *self, PangoLayout *layout, cairo_t *cr, const EtudeColour *background, double scale)
{
  const EtudeColour *c = &self->colour;
  double y = scale > 0 ? round (self->y * scale) / scale : self->y;
  double x;

  set_text (layout, &self->label, self->style);
  pango_cairo_update_layout (cr, layout);
  x = self->x - anchor_share (self->anchor) * get_width (layout);
  y -= (double) pango_layout_get_baseline (layout) / PANGO_SCALE;
  if (self->halo)
    {
      cairo_move_to (cr, x, y);
      pango_cairo_layout_path (cr, layout);
      cairo_set_source_rgba (cr, background->red, background->green, background->blue, background->alpha);
      cairo_set_line_width (cr, HALO);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_stroke (cr);
    }
  cairo_move_to (cr, x, y);
  cairo_set_source_rgba (cr, c->red, c->green, c->blue, c->alpha);
  pango_cairo_show_layout (cr, layout);
}

static void
append_colour (GString *svg, const char *name, const EtudeColour *c)
{
  g_string_append_printf (svg, " %s=\"#%02x%02x%02x\"", name, (guint) lrint (c->red * 255),
                          (guint) lrint (c->green * 255), (guint) lrint (c->blue * 255));
}

/* A place in a picture: a hundredth of a pixel is seen by nobody. */
static void
append_place (GString *svg, const char *name, double value)
{
  g_string_append_printf (svg, " %s=\"", name);
  etude_number_append (svg, round (value * 100) / 100);
  g_string_append_c (svg, '"');
}

/* XML 1.0 knows no other control characters than tab and line ends, not even escaped. */
static void
append_escaped (GString *svg, const char *text)
{
  g_autofree char *clean = g_strdup (text);
  g_autofree char *escaped = NULL;

  for (char *c = clean; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  escaped = g_markup_escape_text (clean, -1);
  g_string_append (svg, escaped);
}

/**
 * etude_text_append_svg:
 * @self: a text
 * @cr: gives the place in the picture
 * @background: colour of the halo
 * @svg: where the element goes
 *
 * Writes the text as a text element, so that it can be searched and edited.
 */
void
etude_text_append_svg (const EtudeText *self, cairo_t *cr, const EtudeColour *background, GString *svg)
{
  static const char *const anchors[] = { "start", "middle", "end" };
  double x = self->x, y = self->y;
  double dx = self->style->size, dy = 0;

  cairo_user_to_device (cr, &x, &y);
  cairo_user_to_device_distance (cr, &dx, &dy);
  g_string_append (svg, "<text");
  append_place (svg, "x", x);
  append_place (svg, "y", y);
  append_place (svg, "font-size", dx);
  g_string_append_printf (svg, " font-weight=\"%d\" text-anchor=\"%s\"", self->style->weight, anchors[self->anchor]);
  append_colour (svg, "fill", &self->colour);
  if (self->halo)
    {
      append_colour (svg, "stroke", background);
      append_place (svg, "stroke-width", HALO);
      g_string_append (svg, " stroke-linejoin=\"round\" paint-order=\"stroke\"");
    }
  g_string_append_c (svg, '>');
  append_escaped (svg, self->label.text);
  if (self->label.raised != NULL)
    {
      g_string_append (svg, "<tspan");
      append_place (svg, "font-size", RAISED_SIZE * dx);
      append_place (svg, "dy", -RAISED_BY * dx);
      g_string_append_c (svg, '>');
      append_escaped (svg, self->label.raised);
      g_string_append (svg, "</tspan>");
    }
  g_string_append (svg, "</text>\n");
}
