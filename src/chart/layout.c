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
#define PANEL_GAP 12
#define PANEL_GAP_COMPACT 5
#define LEAST_PLOT 12

/* Panels of a given height take at most this share of the figure. */
#define FIXED_SHARE 0.42

#define TICK_GAP 7
#define X_LABEL_GAP 10
#define MARGIN 86
#define MARGIN_SMALL 62
#define SMALL_WIDTH 460
#define MARGIN_SHARE 0.4

/**
 * etude_frame_x:
 * @self: a frame
 * @value: a value of the x axis
 *
 * Returns: its place in pixels, not finite where the scale has none
 */
double
etude_frame_x (const EtudeFrame *self, double value)
{
  return self->plot.x + self->plot.width * self->x_scale->map (value, &self->x_range);
}

double
etude_frame_y (const EtudeFrame *self, double value)
{
  return self->plot.y + self->plot.height * (1 - self->y_scale->map (value, &self->y_range));
}

static double
title_height (const EtudePanel *panel, gboolean is_compact)
{
  if (panel->title == NULL && panel->caption == NULL)
    return NO_TITLE_HEIGHT;
  return is_compact ? TITLE_HEIGHT_COMPACT : TITLE_HEIGHT;
}

/* Shares the height among the panels; what is given goes to those that ask for it, shrunk if need be. */
static void
place_rows (EtudeLayout *self, const EtudeFigure *figure, double top)
{
  gboolean is_compact = self->height < COMPACT_HEIGHT;
  double gap = is_compact ? PANEL_GAP_COMPACT : PANEL_GAP;
  double left = self->height - top - gap * (self->n_panels - 1);
  double asked = 0, factor;
  guint n_flexible = 0;

  for (guint i = 0; i < self->n_panels; i++)
    {
      asked += etude_figure_get_panel (figure, i)->height;
      n_flexible += etude_figure_get_panel (figure, i)->height <= 0;
    }
  if (n_flexible == 0)
    factor = asked > 0 ? left / asked : 1;
  else
    factor = asked > FIXED_SHARE * left ? FIXED_SHARE * left / asked : 1;

  for (guint i = 0; i < self->n_panels; i++)
    {
      const EtudePanel *panel = etude_figure_get_panel (figure, i);
      EtudePanelLayout *row = &self->panels[i];
      double height = panel->height > 0 ? panel->height * factor : (left - asked * factor) / n_flexible;
      double above = title_height (panel, is_compact), below;

      row->has_x_labels = !is_compact || i == self->n_panels - 1;
      below = row->has_x_labels ? X_LABELS_HEIGHT : 5;
      row->title = top + 11;
      row->frame.plot.y = round (top + above);
      row->frame.plot.height = MAX (LEAST_PLOT, round (top + height - below) - row->frame.plot.y);
      top += height + gap;
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
      guint wanted = (guint) CLAMP (row->frame.plot.height / 24 + 1, 2, 6);

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
  double names = self->has_labels ? etude_legend_measure_labels (figure, text) : 0;
  double base = self->width < SMALL_WIDTH ? MARGIN_SMALL : MARGIN;
  double unit = 0;

  if (figure->x_unit != NULL)
    unit = etude_text_measure_plain (text, figure->x_unit, &etude_text_tick);
  if (names > 0)
    return ceil (CLAMP (MAX (names + 14, unit + 16), base, MAX (base, MARGIN_SHARE * self->width)));
  return ceil (MAX (unit > 0 && self->width >= SMALL_WIDTH ? unit + 22 : 12, 12));
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
  double top = 0, gutter, margin, length;
  EtudeRange x_range;

  *self = (EtudeLayout) {
    .width = MAX (width, ETUDE_FIGURE_MIN_WIDTH), .height = MAX (height, ETUDE_FIGURE_MIN_HEIGHT),
    .n_panels = figure->panels->len,
  };
  self->panels = g_new0 (EtudePanelLayout, self->n_panels);
  self->has_legend = etude_figure_count_labels (figure) > ETUDE_MAX_DIRECT_LABELS;
  self->has_labels = !self->has_legend;
  if (figure->title != NULL)
    {
      self->title = 14;
      top = self->height < COMPACT_HEIGHT ? HEADING_HEIGHT - 6 : HEADING_HEIGHT;
    }
  if (self->has_legend)
    {
      double rows = etude_legend_measure (figure, self->width, text);
      double most = MAX (1, floor (0.25 * self->height / ETUDE_LEGEND_ROW));

      self->legend = (EtudeRectangle) { 0, top, self->width, MIN (rows, most) * ETUDE_LEGEND_ROW };
      top += self->legend.height + 8;
    }
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
