/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "chart/layout-private.h"

/* Below this height only the lowest panel has numbers under its x axis. */
#define COMPACT_HEIGHT 340

#define TITLE_HEIGHT 24
#define TITLE_HEIGHT_COMPACT 19
#define NO_TITLE_HEIGHT 8
#define HEADING_HEIGHT 28
#define X_LABELS_HEIGHT 22
#define NO_X_LABELS_HEIGHT 5
#define PANEL_GAP 12
#define PANEL_GAP_COMPACT 5
#define LEAST_PLOT 12
#define MAX_SHARE 1e6

/* A preview without titles is still whole in this; anything less is cut off. */
#define LEAST_WIDTH 160
#define LEAST_HEIGHT 64

/* Panels of a given height take at most this share of the figure. */
#define FIXED_SHARE 0.42

#define LEGEND_SHARE 0.25
#define LEGEND_GAP 8

/* Four to six are wished; with a seventh an axis to 1.2 need not end at 1.5. */
#define MOST_Y_TICKS 7

#define TICK_GAP 7
#define X_LABEL_GAP 10
#define MARGIN 86
#define MARGIN_SMALL 62
#define SMALL_WIDTH 460
#define MARGIN_SHARE 0.4

/* Far beyond any screen, and still exact to a hundredth of a pixel. */
static double
bound (double share)
{
  return CLAMP (share, -MAX_SHARE, MAX_SHARE);
}

/**
 * etude_frame_x:
 * @self: a frame
 * @value: a value of the x axis
 *
 * Returns: its place in pixels, of no use where the scale has none
 */
double
etude_frame_x (const EtudeFrame *self, double value)
{
  return self->plot.x + self->plot.width * bound (self->x_scale->map (value, &self->x_range));
}

double
etude_frame_y (const EtudeFrame *self, double value)
{
  return self->plot.y + self->plot.height * (1 - bound (self->y_scale->map (value, &self->y_range)));
}

static double
title_height (const EtudePanel *panel, gboolean is_small)
{
  if (panel->title == NULL && panel->caption == NULL)
    return NO_TITLE_HEIGHT;
  return is_small ? TITLE_HEIGHT_COMPACT : TITLE_HEIGHT;
}

static gboolean
is_compact (const EtudeLayout *self)
{
  return self->height < COMPACT_HEIGHT;
}

static double
get_gap (const EtudeLayout *self)
{
  return is_compact (self) ? PANEL_GAP_COMPACT : PANEL_GAP;
}

/* What a panel takes besides its plot. */
static double
find_overhead (const EtudeLayout *self, const EtudeFigure *figure, guint i, double *above)
{
  gboolean has_x_labels = !is_compact (self) || i == self->n_panels - 1;

  *above = title_height (etude_figure_get_panel (figure, i), is_compact (self));
  return *above + (has_x_labels ? X_LABELS_HEIGHT : NO_X_LABELS_HEIGHT);
}

/* Less than this cuts something off. */
static double
find_least_height (const EtudeLayout *self, const EtudeFigure *figure)
{
  double sum = get_gap (self) * (self->n_panels - 1), above;

  for (guint i = 0; i < self->n_panels; i++)
    sum += find_overhead (self, figure, i, &above) + LEAST_PLOT;
  return sum;
}

/* Shares the height among the panels. What is given goes to those that ask for it, less where it would
 * be more than their share of the figure; the others have the rest. */
static void
share_height (const EtudeLayout *self, const EtudeFigure *figure, double left, double *heights)
{
  double asked = 0, rest = left, needed = 0, above;
  guint n_flexible = 0;

  for (guint i = 0; i < self->n_panels; i++)
    {
      heights[i] = find_overhead (self, figure, i, &above) + LEAST_PLOT;
      asked += etude_figure_get_panel (figure, i)->height;
      n_flexible += etude_figure_get_panel (figure, i)->height <= 0;
      needed += etude_figure_get_panel (figure, i)->height <= 0 ? heights[i] : 0;
    }
  for (guint i = 0; i < self->n_panels; i++)
    {
      double height = etude_figure_get_panel (figure, i)->height;
      double factor = n_flexible == 0 ? left / asked : MIN (1, FIXED_SHARE * left / asked);

      if (height <= 0)
        continue;
      if (rest - height * factor >= needed || n_flexible == 0)
        heights[i] = MAX (heights[i], height * factor);
      rest -= heights[i];
    }
  for (guint i = 0; i < self->n_panels; i++)
    if (etude_figure_get_panel (figure, i)->height <= 0)
      heights[i] = MAX (heights[i], rest / n_flexible);
}

static void
place_rows (EtudeLayout *self, const EtudeFigure *figure, double top)
{
  double gap = get_gap (self);
  g_autofree double *heights = g_new (double, self->n_panels);

  share_height (self, figure, self->height - top - gap * (self->n_panels - 1), heights);
  for (guint i = 0; i < self->n_panels; i++)
    {
      EtudePanelLayout *row = &self->panels[i];
      double above, below = find_overhead (self, figure, i, &above) - above;

      row->has_x_labels = below == X_LABELS_HEIGHT;
      row->title = top + 11;
      row->frame.plot.y = round (top + above);
      row->frame.plot.height = MAX (LEAST_PLOT - 1, floor (top + heights[i] - below) - row->frame.plot.y);
      top += heights[i] + gap;
    }
}

static double
measure_height (gpointer data, const EtudeLabel *label)
{
  return ETUDE_LABEL_HEIGHT;
}

static double
measure_width (gpointer data, const EtudeLabel *label)
{
  return etude_text_measure (data, label, &etude_text_tick);
}

/* Ranges and ticks of the y axes; the widest label decides where all plots begin. */
static double
place_y_axes (EtudeLayout *self, const EtudeFigure *figure, const EtudeRange *x_range, PangoLayout *text)
{
  double widest = 0;

  for (guint i = 0; i < self->n_panels; i++)
    {
      const EtudePanel *panel = etude_figure_get_panel (figure, i);
      EtudePanelLayout *row = &self->panels[i];
      guint wanted = (guint) CLAMP (row->frame.plot.height / 24 + 1, 2, MOST_Y_TICKS);

      row->frame.x_scale = figure->x_scale;
      row->frame.y_scale = panel->scale;
      row->frame.x_range = *x_range;
      etude_panel_find_y_range (panel, x_range, wanted, &row->frame.y_range);
      etude_ticks_init_fitting (&row->ticks, panel->scale, &row->frame.y_range, wanted, row->frame.plot.height, 1,
                                measure_height, NULL);
      for (guint k = 0; k < row->ticks.n; k++)
        widest = MAX (widest, etude_text_measure (text, &row->ticks.labels[k], &etude_text_tick));
    }
  return ceil (widest) + TICK_GAP;
}

/* Room at the right for names at the ends of lines, and for the unit of x. */
static double
find_margin (EtudeLayout *self, const EtudeFigure *figure, PangoLayout *text)
{
  double names = etude_legend_measure_labels (figure, self->has_labels, text);
  double base = self->width < SMALL_WIDTH ? MARGIN_SMALL : MARGIN;
  double unit = 0;

  if (figure->x_unit != NULL)
    unit = etude_text_measure_plain (text, figure->x_unit, &etude_text_tick);
  if (names > 0)
    return ceil (CLAMP (MAX (names + 14, unit + 16), base, MAX (base, MARGIN_SHARE * self->width)));
  return ceil (MAX (unit > 0 && self->width >= SMALL_WIDTH ? unit + 22 : 12, 12));
}

/* Heading and legend, as far as the panels leave room. Returns where the panels begin. */
static double
place_head (EtudeLayout *self, const EtudeFigure *figure, PangoLayout *text)
{
  double room = self->height - find_least_height (self, figure);
  double heading = is_compact (self) ? HEADING_HEIGHT - 6 : HEADING_HEIGHT;
  double top = 0, rows;

  if (figure->title != NULL && heading <= room)
    {
      self->title = 14;
      top = heading;
    }
  if (!self->has_legend)
    return top;
  rows = figure->keys->len > 0 ? etude_keys_measure (figure, self->width, text)
                               : etude_legend_measure (figure, self->width, text);
  rows = MIN (rows, floor (LEGEND_SHARE * self->height / ETUDE_LEGEND_ROW));
  rows = MIN (rows, floor ((room - top - LEGEND_GAP) / ETUDE_LEGEND_ROW));
  self->has_legend = rows >= 1;
  if (!self->has_legend)
    return top;
  self->legend = (EtudeRectangle) { 0, top, self->width, rows * ETUDE_LEGEND_ROW };
  return top + self->legend.height + LEGEND_GAP;
}

/**
 * etude_layout_init:
 * @self: (out): the layout, for etude_layout_clear()
 * @figure: a figure
 * @width: in pixels
 * @height: in pixels
 * @text: measures texts
 */
void
etude_layout_init (EtudeLayout *self, const EtudeFigure *figure, double width, double height, PangoLayout *text)
{
  double top, gutter, margin, length;
  EtudeRange x_range;

  *self = (EtudeLayout) {
    .width = MAX (width, LEAST_WIDTH), .height = MAX (height, LEAST_HEIGHT),
    .n_panels = figure->panels->len,
  };
  self->panels = g_new0 (EtudePanelLayout, self->n_panels);
  self->has_labels = etude_figure_count_labels (figure) <= ETUDE_MAX_DIRECT_LABELS;
  self->has_legend = (!self->has_labels && !figure->legend_elsewhere) || figure->keys->len > 0;
  top = place_head (self, figure, text);
  if (self->n_panels == 0)
    return;

  etude_figure_find_x_range (figure, &x_range);
  place_rows (self, figure, top);
  gutter = place_y_axes (self, figure, &x_range, text);
  margin = find_margin (self, figure, text);
  length = MAX (LEAST_PLOT, self->width - gutter - margin);
  etude_ticks_init_fitting (&self->x_ticks, figure->x_scale, &x_range, (guint) CLAMP (length / 46 + 1, 2, 7), length,
                            X_LABEL_GAP, measure_width, text);
  for (guint i = 0; i < self->n_panels; i++)
    {
      self->panels[i].frame.plot.x = gutter;
      self->panels[i].frame.plot.width = length;
    }
}

void
etude_layout_clear (EtudeLayout *self)
{
  for (guint i = 0; i < self->n_panels; i++)
    etude_ticks_clear (&self->panels[i].ticks);
  etude_ticks_clear (&self->x_ticks);
  g_clear_pointer (&self->panels, g_free);
  self->n_panels = 0;
}
