/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <cairo.h>
#include <math.h>

#include "base/series.h"
#include "chart/scale.h"
#include "chart/theme.h"

G_BEGIN_DECLS

/* The least size in which nothing is cut off. */
#define ETUDE_FIGURE_MIN_WIDTH 240
#define ETUDE_FIGURE_MIN_HEIGHT 160

/* In place of either end of an axis: what the data need. */
#define ETUDE_AUTO_RANGE ((double) NAN)

/**
 * EtudeLineStyle:
 * @ETUDE_LINE_EMPHASISED: what the figure is about: validation, a mean
 * @ETUDE_LINE_NORMAL: one of several
 * @ETUDE_LINE_SMOOTHED: derived from a raw line
 * @ETUDE_LINE_RAW: every value, faint
 * @ETUDE_LINE_SEED: one of many of the same sort, faint
 * @ETUDE_LINE_REFERENCE: to compare with, dashed
 * @ETUDE_LINE_FUTURE: what will be, dotted
 */
typedef enum
{
  ETUDE_LINE_EMPHASISED,
  ETUDE_LINE_NORMAL,
  ETUDE_LINE_SMOOTHED,
  ETUDE_LINE_RAW,
  ETUDE_LINE_SEED,
  ETUDE_LINE_REFERENCE,
  ETUDE_LINE_FUTURE,
} EtudeLineStyle;

/**
 * EtudeTone:
 *
 * What a mark or a zone says; it has a colour in every theme.
 */
typedef enum
{
  ETUDE_TONE_PLAIN,
  ETUDE_TONE_GOOD,
  ETUDE_TONE_WARNING,
  ETUDE_TONE_DIVERGED,
} EtudeTone;

typedef struct _EtudeFigure EtudeFigure;
typedef struct _EtudePanel EtudePanel;

/**
 * EtudeLine:
 * @label: (owned) (nullable): written at the end of the line, or in the legend; NULL for a line
 *   that says nothing by itself, such as a raw one
 * @description: (owned) (nullable): what a line without a label is called where the picture is
 *   described in words
 * @colour: such as #3584e4, light value of the palette; empty for the colour of labels
 * @dash: pattern 0 (none) to 3, for more than six lines
 * @shows_value: the last value stands under the label, or in its place where there is none
 * @shows_dot: a dot at the last point
 *
 * A line of a panel; the fields here may be changed after it was added.
 */
typedef struct
{
  char *label;
  char *description;
  char colour[8];
  EtudeLineStyle style;
  guint dash;
  gboolean shows_value;
  gboolean shows_dot;
} EtudeLine;

EtudeFigure *etude_figure_new (void);
void etude_figure_free (EtudeFigure *self);
void etude_figure_keep (EtudeFigure *self, gpointer object, GDestroyNotify release);
void etude_figure_set_title (EtudeFigure *self, const char *title);
void etude_figure_set_x_axis (EtudeFigure *self, const char *unit, const EtudeAxisScale *scale, double min, double max);
void etude_figure_add_mark (EtudeFigure *self, double x, const char *label, EtudeTone tone);
void etude_figure_add_zone (EtudeFigure *self, double from, double to, EtudeTone tone);

EtudePanel *etude_figure_add_panel (EtudeFigure *self, double height);
guint etude_figure_get_n_panels (const EtudeFigure *self);
void etude_panel_set_y_axis (EtudePanel *self, const char *title, const EtudeAxisScale *scale, double min, double max);
void etude_panel_set_caption (EtudePanel *self, const char *caption);
EtudeLine *etude_panel_add_series (EtudePanel *self, const EtudeSeries *series, double x_factor,
                                   EtudeLineStyle style, const char *colour, const char *label);
EtudeLine *etude_panel_add_points (EtudePanel *self, const double *x, const double *y, gsize n,
                                   EtudeLineStyle style, const char *colour, const char *label);
void etude_panel_add_band (EtudePanel *self, const double *x, const double *low, const double *high, gsize n,
                           const char *colour);
void etude_panel_add_reference (EtudePanel *self, double y, const char *label, EtudeTone tone);
void etude_panel_add_dot (EtudePanel *self, double x, double y, const char *colour, const char *label);

void etude_figure_draw (const EtudeFigure *self, cairo_t *cr, double width, double height,
                        const EtudeTheme *theme, double scale);
char *etude_figure_describe (const EtudeFigure *self);

/**
 * EtudeProbe:
 * @panel: which panel, 0 for the uppermost
 * @label: (nullable): of the line
 * @colour: as in #EtudeLine
 * @x: of the point next to what was asked for
 * @value: there; the mean where the point stands for several
 * @min: least value of them
 * @max: largest
 * @place_x: where it is drawn
 * @place_y: likewise, at the edge of the panel where it is outside
 *
 * One line at one place.
 */
typedef struct
{
  guint panel;
  const char *label;
  const char *colour;
  double x;
  double value;
  double min;
  double max;
  double place_x;
  double place_y;
} EtudeProbe;

gboolean etude_figure_get_panel_bounds (const EtudeFigure *self, double width, double height, guint panel,
                                        double *x, double *y, double *panel_width, double *panel_height);
GArray *etude_figure_probe (const EtudeFigure *self, double width, double height, double place_x, double *x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeFigure, etude_figure_free)

G_END_DECLS
