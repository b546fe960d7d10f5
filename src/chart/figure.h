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

/* A view has a range of its own for so many panels. */
#define ETUDE_VIEW_PANELS 4

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
 * @marks_best: a ring at the lowest value, with that value where the line is the only such one
 * @is_quiet: the picture in words leaves it out; it is told only where a crosshair is
 * @is_hidden: only its name counts: a legend that can show it again has it
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
  gboolean marks_best;
  gboolean is_quiet;
  gboolean is_hidden;
} EtudeLine;

/**
 * EtudeView:
 * @x: of the axis that all panels share
 * @y: of each panel
 *
 * The part of a figure that is looked at. A range whose ends are not in order, as in a view of
 * zeros, shows all that there is; of y all that stands between the ends of x.
 */
typedef struct
{
  EtudeRange x;
  EtudeRange y[ETUDE_VIEW_PANELS];
} EtudeView;

EtudeFigure *etude_figure_new (void);
void etude_figure_free (EtudeFigure *self);
void etude_figure_keep (EtudeFigure *self, gpointer object, GDestroyNotify release);
void etude_figure_set_title (EtudeFigure *self, const char *title);
void etude_figure_set_description (EtudeFigure *self, const char *description);
void etude_figure_set_x_axis (EtudeFigure *self, const char *unit, const EtudeAxisScale *scale, double min, double max);
void etude_figure_set_x_unit (EtudeFigure *self, const char *unit);
const char *etude_figure_get_x_unit (const EtudeFigure *self);
void etude_figure_set_view (EtudeFigure *self, const EtudeView *view);
void etude_figure_set_legend_elsewhere (EtudeFigure *self, gboolean is_elsewhere);
void etude_figure_add_mark (EtudeFigure *self, double x, const char *label, EtudeTone tone);
void etude_figure_add_zone (EtudeFigure *self, double from, double to, EtudeTone tone);

EtudePanel *etude_figure_add_panel (EtudeFigure *self, double height);
GPtrArray *etude_figure_list_lines (const EtudeFigure *self);
guint etude_figure_get_n_panels (const EtudeFigure *self);
void etude_panel_set_y_axis (EtudePanel *self, const char *title, const EtudeAxisScale *scale, double min, double max);
EtudePanel *etude_figure_get_nth_panel (EtudeFigure *self, guint i);
void etude_panel_set_title (EtudePanel *self, const char *title);
const char *etude_panel_get_title (const EtudePanel *self);
void etude_panel_set_caption (EtudePanel *self, const char *caption);
EtudeLine *etude_panel_add_series (EtudePanel *self, const EtudeSeries *series, double x_factor,
                                   EtudeLineStyle style, const char *colour, const char *label);
EtudeLine *etude_panel_add_smoothed (EtudePanel *self, const EtudeSeries *series, double x_factor, double smoothing,
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

gboolean etude_figure_get_panel_bounds (const EtudeFigure *self, double width, double height, guint panel,
                                        double *x, double *y, double *panel_width, double *panel_height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeFigure, etude_figure_free)

G_END_DECLS
