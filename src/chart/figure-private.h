/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"
#include "chart/smooth.h"

G_BEGIN_DECLS

/**
 * EtudeTrace:
 * @line: what its adder may change
 * @series: (nullable): borrowed; its x is the step times @x_factor
 * @x: (owned) (array length=n): where there is no series
 * @y: (owned) (array length=n): likewise
 * @smoothed: (owned) (nullable): what is drawn of @series in place of its values
 *
 * A line with its data.
 */
typedef struct
{
  EtudeLine line;
  const EtudeSeries *series;
  double x_factor;
  double *x;
  double *y;
  gsize n;
  EtudeSmoothed *smoothed;
} EtudeTrace;

typedef struct
{
  double *x;
  double *low;
  double *high;
  gsize n;
  char colour[8];
} EtudeBand;

typedef struct
{
  double x;
  double y;
  char *label;
  char colour[8];
  EtudeTone tone;
} EtudeNote;

typedef struct
{
  double from;
  double to;
  EtudeTone tone;
} EtudeZone;

/**
 * EtudeRaster:
 * @values: [n_rows, n_columns] from below
 * @classes: (nullable): likewise; then @values are probabilities
 * @low: value without colour, or at the start of the ramp
 * @high: value in full colour
 */
typedef struct
{
  float *values;
  guint16 *classes;
  gsize n_columns;
  gsize n_rows;
  double low;
  double high;
} EtudeRaster;

typedef struct
{
  double x;
  double y;
  double value;
  guint class;
  gboolean is_ring;
} EtudeScatterPoint;

typedef struct
{
  char *label;
  guint class;
  gboolean is_ring;
} EtudeKey;

/* Counts by row and column, [n, n]. */
typedef struct
{
  float *counts;
  gsize n;
  char **names;
} EtudeMatrix;

struct _EtudePanel
{
  double height;
  char *title;
  char *caption;
  const EtudeAxisScale *scale;
  EtudeRange range;
  EtudeRange view;
  GPtrArray *traces;
  GArray *bands;
  GArray *references;
  GArray *dots;
  GArray *scatter;
  EtudeRaster *raster;
  EtudeMatrix *matrix;
};

struct _EtudeFigure
{
  char *title;
  char *x_unit;
  const EtudeAxisScale *x_scale;
  EtudeRange x_range;
  EtudeRange x_view;
  gboolean legend_elsewhere;
  GPtrArray *panels;
  GArray *marks;
  GArray *zones;
  GArray *keys;
  char *description;
  GArray *kept;
};

/**
 * EtudeTracePoint:
 *
 * A point of a trace, or several that a series has merged. All of @y, @min and @max are NaN in a gap.
 */
typedef struct
{
  double x;
  double y;
  double min;
  double max;
} EtudeTracePoint;

gsize etude_trace_get_n (const EtudeTrace *self);
void etude_trace_get_point (const EtudeTrace *self, gsize i, EtudeTracePoint *point);
gsize etude_trace_find (const EtudeTrace *self, double x);
gsize etude_trace_find_near (const EtudeTrace *self, double x, gsize from, gsize guess);
gboolean etude_trace_get_extent (const EtudeTrace *self, gsize from, gsize to, double *min, double *max);
gboolean etude_trace_get_end (const EtudeTrace *self, EtudeTracePoint *end);
gboolean etude_trace_get_end_within (const EtudeTrace *self, double x, EtudeTracePoint *end);

void etude_raster_free (EtudeRaster *self);
double etude_raster_share (const EtudeRaster *self, double value);
void etude_matrix_free (EtudeMatrix *self);
void etude_colour_mix (const EtudeColour *from, const EtudeColour *to, double share, EtudeColour *mixed);

const EtudePanel *etude_figure_get_panel (const EtudeFigure *self, guint i);
const EtudeTrace *etude_panel_get_trace (const EtudePanel *self, guint i);
guint etude_figure_count_labels (const EtudeFigure *self);

void etude_figure_find_whole_x_range (const EtudeFigure *self, EtudeRange *range);
void etude_figure_find_x_range (const EtudeFigure *self, EtudeRange *range);
void etude_panel_find_y_range (const EtudePanel *self, const EtudeRange *x_range, guint wanted, EtudeRange *range);

G_END_DECLS
