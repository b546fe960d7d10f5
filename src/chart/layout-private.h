/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure-private.h"
#include "chart/picture-private.h"

G_BEGIN_DECLS

/* More lines than this are named in a legend, not at their ends. */
#define ETUDE_MAX_DIRECT_LABELS 6

/* Height of a line of direct labels or of the legend. */
#define ETUDE_LABEL_HEIGHT 14
#define ETUDE_LEGEND_ROW 17

/**
 * EtudeFrame:
 * @plot: the rectangle of the data
 *
 * Where values of a panel are drawn.
 */
typedef struct
{
  EtudeRectangle plot;
  const EtudeAxisScale *x_scale;
  const EtudeAxisScale *y_scale;
  EtudeRange x_range;
  EtudeRange y_range;
} EtudeFrame;

/**
 * EtudePanelLayout:
 * @title: base line of the title
 * @has_x_labels: whether numbers stand under its x axis
 */
typedef struct
{
  EtudeFrame frame;
  EtudeTicks ticks;
  double title;
  gboolean has_x_labels;
} EtudePanelLayout;

/**
 * EtudeLayout:
 * @title: base line of the heading, 0 where there is no room for it
 * @has_labels: lines are named at their ends
 *
 * Who gets which rectangle of a figure at one size.
 */
typedef struct
{
  double width;
  double height;
  double title;
  EtudeRectangle legend;
  gboolean has_legend;
  gboolean has_labels;
  EtudeTicks x_ticks;
  EtudePanelLayout *panels;
  guint n_panels;
} EtudeLayout;

void etude_layout_init (EtudeLayout *self, const EtudeFigure *figure, double width, double height,
                        PangoLayout *text);
void etude_layout_clear (EtudeLayout *self);
double etude_frame_x (const EtudeFrame *self, double value);
double etude_frame_y (const EtudeFrame *self, double value);

/* The parts of a figure, in files of their names. */

/**
 * EtudeOutside:
 * @x: where, in pixels
 * @value: the value that is not in view, or cannot be
 * @is_above: it is above the frame, else below
 * @is_hidden: the scale has no place for it
 *
 * A place of a line that the panel does not show.
 */
typedef struct
{
  double x;
  double value;
  gboolean is_above;
  gboolean is_hidden;
  EtudeColour colour;
} EtudeOutside;

void etude_axis_add_titles (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, double baseline);
void etude_axis_add_y (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i);
void etude_axis_add_x (EtudePicture *picture, const EtudeLayout *layout, const char *unit, guint i);
void etude_lines_add_band (EtudePicture *picture, const EtudeFrame *frame, const EtudeBand *band);
void etude_lines_add_trace (EtudePicture *picture, const EtudeFrame *frame, const EtudeTrace *trace, GArray *outside);
double etude_line_get_width (const EtudeLine *line);
void etude_line_get_colour (const EtudeLine *line, const EtudeTheme *theme, EtudeColour *colour);
void etude_line_set_dashes (const EtudeLine *line, EtudeItem *item);
void etude_legend_add_labels (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i);
double etude_legend_measure_labels (const EtudeFigure *figure, gboolean with_lines, PangoLayout *text);
double etude_legend_measure (const EtudeFigure *figure, double width, PangoLayout *text);
void etude_legend_add (EtudePicture *picture, const EtudeLayout *layout, const EtudeFigure *figure);
void etude_marks_add_zones (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure);
void etude_marks_add_lines (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure);
void etude_marks_add_names (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure);
void etude_marks_add_references (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel);
void etude_marks_add_outside (EtudePicture *picture, const EtudeFrame *frame, const GArray *outside);
void etude_marks_add_best (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel);
void etude_raster_add (EtudePicture *picture, const EtudeFrame *frame, const EtudeRaster *self);
void etude_scatter_add (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel);
double etude_keys_measure (const EtudeFigure *figure, double width, PangoLayout *text);
void etude_keys_add (EtudePicture *picture, const EtudeLayout *layout, const EtudeFigure *figure);
void etude_matrix_add (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i,
                       const char *x_title);
void etude_tone_get_colour (EtudeTone tone, const EtudeTheme *theme, EtudeColour *colour);

void etude_figure_make_picture (const EtudeFigure *figure, double width, double height, EtudePicture *picture);

G_END_DECLS
