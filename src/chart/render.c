/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "chart/layout-private.h"

/* What is said most stands on top. */
static const EtudeLineStyle order[] = {
  ETUDE_LINE_SEED, ETUDE_LINE_RAW, ETUDE_LINE_REFERENCE, ETUDE_LINE_FUTURE,
  ETUDE_LINE_SMOOTHED, ETUDE_LINE_NORMAL, ETUDE_LINE_EMPHASISED,
};

#define OVERHANG 2

static void
add_panel (EtudePicture *picture, const EtudeLayout *layout, const EtudeFigure *figure, guint i)
{
  const EtudePanel *panel = etude_figure_get_panel (figure, i);
  const EtudeFrame *frame = &layout->panels[i].frame;
  g_autoptr (GArray) outside = g_array_new (FALSE, FALSE, sizeof (EtudeOutside));
  EtudeRectangle clip = frame->plot;

  if (panel->matrix != NULL)
    {
      etude_matrix_add (picture, layout, panel, i, figure->x_unit);
      return;
    }
  clip.y -= OVERHANG;
  clip.height += 2 * OVERHANG;
  clip.width += OVERHANG;
  etude_marks_add_zones (picture, frame, figure);
  etude_axis_add_y (picture, layout, panel, i);
  if (panel->raster != NULL)
    etude_raster_add (picture, frame, panel->raster);
  etude_axis_add_x (picture, layout, figure->x_unit, i);
  etude_marks_add_references (picture, frame, panel);
  etude_marks_add_lines (picture, frame, figure);
  etude_picture_clip (picture, &clip);
  for (guint k = 0; k < panel->bands->len; k++)
    etude_lines_add_band (picture, frame, &g_array_index (panel->bands, EtudeBand, k));
  etude_scatter_add (picture, frame, panel);
  for (guint o = 0; o < G_N_ELEMENTS (order); o++)
    for (guint k = 0; k < panel->traces->len; k++)
      if (etude_panel_get_trace (panel, k)->line.style == order[o] && etude_trace_get_n (etude_panel_get_trace (panel, k)) > 0)
        etude_lines_add_trace (picture, frame, etude_panel_get_trace (panel, k), outside);
  etude_picture_unclip (picture);
  etude_marks_add_outside (picture, frame, outside);
  etude_marks_add_best (picture, frame, panel);
  etude_legend_add_labels (picture, layout, panel, i);
  if (i == 0)
    etude_marks_add_names (picture, frame, figure);
}

/**
 * etude_figure_make_picture:
 * @figure: a figure
 * @width: in pixels
 * @height: in pixels
 * @picture: (inout): an empty picture with its theme and scale
 *
 * Turns the description into what is painted.
 */
void
etude_figure_make_picture (const EtudeFigure *figure, double width, double height, EtudePicture *picture)
{
  EtudeLayout layout;

  etude_layout_init (&layout, figure, width, height, picture->layout);
  if (figure->title != NULL && layout.title > 0)
    {
      g_autofree char *title = etude_text_shorten (picture->layout, figure->title, &etude_text_heading, layout.width);

      etude_picture_add_text (picture, title, &etude_text_heading, ETUDE_ANCHOR_START, 0, layout.title,
                              &picture->theme->text);
    }
  if (layout.has_legend && figure->keys->len > 0)
    etude_keys_add (picture, &layout, figure);
  else if (layout.has_legend)
    etude_legend_add (picture, &layout, figure);
  for (guint i = 0; i < layout.n_panels; i++)
    add_panel (picture, &layout, figure, i);
  etude_layout_clear (&layout);
}

/**
 * etude_figure_draw:
 * @self: a figure
 * @cr: what it is drawn on, from its origin; the background is left as it is
 * @width: in pixels; from %ETUDE_FIGURE_MIN_WIDTH on nothing is cut off
 * @height: likewise
 * @theme: the colours
 * @scale: device pixels a unit on a screen or in an image; 0 for vector files
 *
 * One function for the widget and all files: what is seen is what is saved.
 */
void
etude_figure_draw (const EtudeFigure *self, cairo_t *cr, double width, double height, const EtudeTheme *theme,
                   double scale)
{
  EtudePicture picture;

  etude_picture_init (&picture, theme, scale);
  etude_figure_make_picture (self, width, height, &picture);
  etude_picture_paint (&picture, cr, NULL);
  etude_picture_clear (&picture);
}

/**
 * etude_figure_get_panel_bounds:
 * @self: a figure
 * @width: in pixels, as it is drawn
 * @height: likewise
 * @panel: which panel
 * @x: (out): left end of its axes
 * @y: (out): their top
 * @panel_width: (out): between the ends of the x axis
 * @panel_height: (out): between the ends of the y axis
 *
 * Returns: FALSE where there is no such panel
 */
gboolean
etude_figure_get_panel_bounds (const EtudeFigure *self, double width, double height, guint panel, double *x, double *y,
                               double *panel_width, double *panel_height)
{
  PangoLayout *text;
  EtudeLayout layout;
  gboolean found = panel < self->panels->len;

  if (!found)
    return FALSE;
  text = etude_text_new_layout ();
  etude_layout_init (&layout, self, width, height, text);
  *x = layout.panels[panel].frame.plot.x;
  *y = layout.panels[panel].frame.plot.y;
  *panel_width = layout.panels[panel].frame.plot.width;
  *panel_height = layout.panels[panel].frame.plot.height;
  etude_layout_clear (&layout);
  g_object_unref (text);
  return TRUE;
}
