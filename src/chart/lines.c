/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "chart/layout-private.h"

/* More points than this a column of one unit: the line is drawn as columns, for its zigzag would cost
 * 35 times as much. A unit is a pixel at scale 1; finer columns would be thinner than the line that
 * they stand for, and a dense line would look fainter in print than on the screen. */
#define DENSE 0.5

/* A dense line that goes up and down no further than this many heights of the plot is smooth. */
#define SMOOTH_TRAVEL 4

/* Lines are followed so many widths or heights beyond the frame. */
#define BEYOND 2

/* Half a line may lie on the frame. */
#define OVERHANG 2

typedef struct
{
  double top;
  double bottom;
} Column;

typedef struct
{
  double width;
  double opacity;
} LineLook;

static const LineLook looks[] = {
  [ETUDE_LINE_EMPHASISED] = { 2.25, 1 },
  [ETUDE_LINE_NORMAL] = { 2, 1 },
  [ETUDE_LINE_SMOOTHED] = { 1.5, .6 },
  [ETUDE_LINE_RAW] = { 1, .28 },
  [ETUDE_LINE_SEED] = { 1, .24 },
  [ETUDE_LINE_REFERENCE] = { 1, .7 },
  [ETUDE_LINE_FUTURE] = { 1.5, .6 },
};

double
etude_line_get_width (const EtudeLine *line)
{
  return looks[line->style].width;
}

void
etude_line_get_colour (const EtudeLine *line, const EtudeTheme *theme, EtudeColour *colour)
{
  etude_theme_get_colour (theme, line->colour, colour);
  colour->alpha *= MAX (looks[line->style].opacity, theme->least_opacity);
}

void
etude_line_set_dashes (const EtudeLine *line, EtudeItem *item)
{
  static const double patterns[][ETUDE_MAX_DASHES] = { { 0 }, { 6, 3 }, { 2, 3 }, { 8, 3, 2, 3 } };
  static const double reference[] = { 3, 3 }, future[] = { 1.5, 2.5 };
  const double *pattern = patterns[line->dash % G_N_ELEMENTS (patterns)];

  if (line->style == ETUDE_LINE_REFERENCE)
    pattern = reference;
  else if (line->style == ETUDE_LINE_FUTURE)
    pattern = future;
  else
    item->n_dashes = line->dash % G_N_ELEMENTS (patterns) == 3 ? 4 : 0;
  if (pattern[0] > 0 && item->n_dashes == 0)
    item->n_dashes = 2;
  for (guint i = 0; i < item->n_dashes; i++)
    item->dashes[i] = pattern[i];
}

static void
note_outside (GArray *outside, const EtudeFrame *frame, double x, double y, double value, const EtudeColour *colour)
{
  EtudeOutside note = { x, value, y < frame->plot.y, FALSE, *colour };

  note.colour.alpha = 1;
  if (y < frame->plot.y - 0.5 || y > frame->plot.y + frame->plot.height + 0.5)
    g_array_append_val (outside, note);
}

static void
note_hidden (GArray *outside, double x, double value, const EtudeColour *colour)
{
  EtudeOutside note = { x, value, FALSE, TRUE, *colour };

  note.colour.alpha = 1;
  g_array_append_val (outside, note);
}

/* Cuts the segment from @a to @b at one side of a box: what is left has sign * coordinate below @limit. */
static gboolean
cut (EtudePlace *a, EtudePlace *b, gboolean vertical, double sign, double limit)
{
  double da = sign * (vertical ? a->y : a->x) - limit;
  double db = sign * (vertical ? b->y : b->x) - limit;
  double share;
  EtudePlace at;

  if (da <= 0 && db <= 0)
    return TRUE;
  if (da > 0 && db > 0)
    return FALSE;
  share = da / (da - db);
  at = (EtudePlace) { a->x + share * (b->x - a->x), a->y + share * (b->y - a->y) };
  if (vertical)
    at.y = sign * limit;
  else
    at.x = sign * limit;
  *(da > 0 ? a : b) = at;
  return TRUE;
}

/* Far outside, cairo's numbers end; the segment keeps its direction where it is seen. */
static void
add_segment (EtudePicture *picture, const EtudeRectangle *plot, EtudePlace a, EtudePlace b, gboolean *is_joined)
{
  EtudePlace to = b;

  if (!cut (&a, &b, TRUE, -1, -(plot->y - BEYOND * plot->height))
      || !cut (&a, &b, TRUE, 1, plot->y + (1 + BEYOND) * plot->height)
      || !cut (&a, &b, FALSE, -1, -(plot->x - BEYOND * plot->width))
      || !cut (&a, &b, FALSE, 1, plot->x + (1 + BEYOND) * plot->width))
    {
      *is_joined = FALSE;
      return;
    }
  if (!*is_joined)
    {
      etude_picture_add_place (picture, NAN, NAN);
      etude_picture_add_place (picture, a.x, a.y);
    }
  etude_picture_add_place (picture, b.x, b.y);
  *is_joined = b.x == to.x && b.y == to.y;
}

static EtudeItem *
begin_stroke (EtudePicture *picture, const EtudeTrace *trace, const EtudeColour *colour)
{
  EtudeItem *item = etude_picture_add (picture, ETUDE_ITEM_STROKE, colour, etude_line_get_width (&trace->line));

  etude_line_set_dashes (&trace->line, item);
  return item;
}

/* A line of few points: through all of them. A point between two gaps becomes a dot. */
static void
add_polyline (EtudePicture *picture, const EtudeFrame *frame, const EtudeTrace *trace, const EtudeColour *colour,
              gsize from, gsize to, GArray *outside)
{
  g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof (EtudePlace));
  gboolean has_last = FALSE, is_joined = FALSE, was_single = FALSE;
  EtudePlace last = { NAN, NAN };

  begin_stroke (picture, trace, colour);
  for (gsize i = from; i < to; i++)
    {
      EtudeTracePoint point;
      EtudePlace place;
      gboolean is_shown;

      etude_trace_get_point (trace, i, &point);
      is_shown = !isnan (point.y) && frame->y_scale->shows (point.y) && frame->x_scale->shows (point.x);
      if (!isnan (point.y) && frame->x_scale->shows (point.x) && !frame->y_scale->shows (point.y))
        note_hidden (outside, etude_frame_x (frame, point.x), point.y, colour);
      if (!is_shown)
        {
          if (was_single)
            g_array_append_val (alone, last);
          has_last = is_joined = was_single = FALSE;
          continue;
        }
      place = (EtudePlace) { etude_frame_x (frame, point.x), etude_frame_y (frame, point.y) };
      note_outside (outside, frame, place.x, place.y, point.y, colour);
      if (has_last)
        add_segment (picture, &frame->plot, last, place, &is_joined);
      was_single = !has_last;
      has_last = TRUE;
      last = place;
    }
  if (was_single)
    g_array_append_val (alone, last);
  for (guint i = 0; i < alone->len; i++)
    {
      const EtudePlace *place = &g_array_index (alone, EtudePlace, i);

      if (place->y >= frame->plot.y - OVERHANG && place->y <= frame->plot.y + frame->plot.height + OVERHANG)
        etude_picture_add_disc (picture, place->x, place->y, etude_line_get_width (&trace->line) * 0.8, 0, colour);
    }
}

static void
widen (Column *column, double y)
{
  column->top = MIN (column->top, y);
  column->bottom = MAX (column->bottom, y);
}

/* Where the line crosses @x between the points before and at @i. */
static void
widen_by_crossing (Column *column, const EtudeFrame *frame, const EtudeTrace *trace, gsize i, gsize n, double x)
{
  EtudeTracePoint a, b;
  double xa, xb, ya, yb;

  if (i == 0 || i >= n)
    return;
  etude_trace_get_point (trace, i - 1, &a);
  etude_trace_get_point (trace, i, &b);
  if (!frame->y_scale->shows (a.y) || !frame->y_scale->shows (b.y) || !frame->x_scale->shows (a.x))
    return;
  xa = etude_frame_x (frame, a.x);
  xb = etude_frame_x (frame, b.x);
  ya = etude_frame_y (frame, a.y);
  yb = etude_frame_y (frame, b.y);
  widen (column, xb > xa ? ya + (yb - ya) * CLAMP ((x - xa) / (xb - xa), 0, 1) : yb);
}

/* What each column shows of the line: its extremes there, joined to the columns beside it. An empty
 * column has its top below its bottom. Returns how far the line goes up and down in all of them. */
static double
find_columns (const EtudeFrame *frame, const EtudeTrace *trace, const EtudeColour *colour, Column *columns,
              gsize n_columns, GArray *outside)
{
  const EtudeRectangle *plot = &frame->plot;
  gsize n = etude_trace_get_n (trace);
  gsize from = etude_trace_find (trace, frame->x_range.min), count = 0;
  double travel = 0;

  for (gsize c = 0; c < n_columns; c++)
    {
      double left = plot->x + plot->width * (double) c / (double) n_columns;
      double right = plot->x + plot->width * (double) (c + 1) / (double) n_columns;
      double end = frame->x_scale->inverse ((double) (c + 1) / (double) n_columns, &frame->x_range);
      gsize to = etude_trace_find_near (trace, c + 1 == n_columns ? nextafter (frame->x_range.max, INFINITY) : end, from,
                                        from + count);
      Column *column = &columns[c];
      double min, max;

      *column = (Column) { INFINITY, -INFINITY };
      count = to - from;
      if (from < to && etude_trace_get_extent (trace, from, to, &min, &max))
        {
          if (!frame->y_scale->shows (min))
            note_hidden (outside, left, min, colour);
          else
            {
              double y = etude_frame_y (frame, min);

              note_outside (outside, frame, left, y, min, colour);
              widen (column, y);
            }
          if (frame->y_scale->shows (max))
            {
              double y = etude_frame_y (frame, max);

              note_outside (outside, frame, left, y, max, colour);
              widen (column, y);
              if (!frame->y_scale->shows (min))
                widen (column, plot->y + plot->height);
            }
        }
      widen_by_crossing (column, frame, trace, from, n, left);
      widen_by_crossing (column, frame, trace, to, n, right);
      column->top = MAX (column->top, plot->y - BEYOND * plot->height);
      column->bottom = MIN (column->bottom, plot->y + (1 + BEYOND) * plot->height);
      if (column->top <= column->bottom)
        travel += column->bottom - column->top;
      from = to;
    }
  return travel;
}

/* A smooth line with many points: one or two places a column. */
static void
add_smooth (EtudePicture *picture, const EtudeFrame *frame, const EtudeTrace *trace, const EtudeColour *colour,
            const Column *columns, gsize n_columns)
{
  double width = frame->plot.width / (double) n_columns;
  double last = NAN;

  begin_stroke (picture, trace, colour);
  for (gsize c = 0; c < n_columns; c++)
    {
      double x = frame->plot.x + ((double) c + 0.5) * width;
      double top = columns[c].top, bottom = columns[c].bottom;

      if (top > bottom)
        {
          etude_picture_add_place (picture, NAN, NAN);
          last = NAN;
          continue;
        }
      if (bottom - top <= 1.5 * width)
        {
          last = (top + bottom) / 2;
          etude_picture_add_place (picture, x, last);
          continue;
        }
      if (isnan (last) || fabs (last - top) <= fabs (last - bottom))
        {
          etude_picture_add_place (picture, x - width / 4, top);
          etude_picture_add_place (picture, x + width / 4, last = bottom);
        }
      else
        {
          etude_picture_add_place (picture, x - width / 4, bottom);
          etude_picture_add_place (picture, x + width / 4, last = top);
        }
    }
}

/* In pixels: one rectangle a column. */
static void
add_spans (EtudePicture *picture, const EtudeFrame *frame, double line_width, const EtudeColour *colour,
           const Column *columns, gsize n_columns)
{
  double high = frame->plot.y - OVERHANG, low = frame->plot.y + frame->plot.height + OVERHANG;
  double width = frame->plot.width / (double) n_columns;
  double scale = picture->scale;

  etude_picture_add (picture, ETUDE_ITEM_COLUMNS, colour, 0);
  for (gsize c = 0; c < n_columns; c++)
    {
      double top = round (MAX (columns[c].top - line_width / 2, high) * scale) / scale;
      double bottom = round (MIN (columns[c].bottom + line_width / 2, low) * scale) / scale;

      if (columns[c].top > columns[c].bottom || columns[c].top > low || columns[c].bottom < high)
        continue;
      etude_picture_add_place (picture, frame->plot.x + (double) c * width, top);
      etude_picture_add_place (picture, frame->plot.x + (double) (c + 1) * width, MAX (bottom, top + 1 / scale));
    }
}

/* In vector files: one outline around each unbroken stretch, with the same extents. */
static void
add_outlines (EtudePicture *picture, const EtudeFrame *frame, double line_width, const EtudeColour *colour,
              const Column *columns, gsize n_columns)
{
  double high = frame->plot.y - OVERHANG, low = frame->plot.y + frame->plot.height + OVERHANG;
  double width = frame->plot.width / (double) n_columns;

  for (gsize begin = 0, end; begin < n_columns; begin = end)
    {
      for (end = begin; end < n_columns && columns[end].top <= columns[end].bottom; end++)
        ;
      if (end == begin)
        {
          end++;
          continue;
        }
      etude_picture_add (picture, ETUDE_ITEM_FILL, colour, 0);
      for (gsize c = begin; c < end; c++)
        etude_picture_add_place (picture, frame->plot.x + ((double) c + 0.5) * width,
                                 CLAMP (columns[c].top - line_width / 2, high, low));
      for (gsize c = end; c > begin; c--)
        etude_picture_add_place (picture, frame->plot.x + ((double) c - 0.5) * width,
                                 CLAMP (columns[c - 1].bottom + line_width / 2, high, low));
    }
}

/**
 * etude_lines_add_trace:
 * @picture: where it goes
 * @frame: of its panel
 * @trace: the line
 * @outside: (element-type EtudeOutside): what the frame does not show is added to it
 */
void
etude_lines_add_trace (EtudePicture *picture, const EtudeFrame *frame, const EtudeTrace *trace, GArray *outside)
{
  gsize n_columns = (gsize) MAX (1, round (frame->plot.width));
  gsize n = etude_trace_get_n (trace);
  gsize from = etude_trace_find (trace, frame->x_range.min);
  gsize to = etude_trace_find (trace, nextafter (frame->x_range.max, INFINITY));
  EtudeColour colour;

  etude_line_get_colour (&trace->line, picture->theme, &colour);
  if ((double) (to - from) <= DENSE * (double) n_columns)
    add_polyline (picture, frame, trace, &colour, from > 0 ? from - 1 : 0, MIN (to + 1, n), outside);
  else
    {
      g_autofree Column *columns = g_new (Column, n_columns);
      double travel = find_columns (frame, trace, &colour, columns, n_columns, outside);
      double width = etude_line_get_width (&trace->line);

      if (travel <= SMOOTH_TRAVEL * frame->plot.height + frame->plot.width)
        add_smooth (picture, frame, trace, &colour, columns, n_columns);
      else if (picture->scale > 0)
        add_spans (picture, frame, width, &colour, columns, n_columns);
      else
        add_outlines (picture, frame, width, &colour, columns, n_columns);
    }
}

/**
 * etude_lines_add_band:
 * @picture: where it goes
 * @frame: of its panel
 * @band: the band
 */
void
etude_lines_add_band (EtudePicture *picture, const EtudeFrame *frame, const EtudeBand *band)
{
  double high = frame->plot.y - BEYOND * frame->plot.height;
  double low = frame->plot.y + (1 + BEYOND) * frame->plot.height;
  EtudeColour colour;

  etude_theme_get_colour (picture->theme, band->colour, &colour);
  colour.alpha *= picture->theme->band;
  for (gsize begin = 0, end; begin < band->n; begin = end)
    {
      for (end = begin; end < band->n && isfinite (band->low[end]) && isfinite (band->high[end])
                        && frame->x_scale->shows (band->x[end]) && frame->y_scale->shows (band->high[end]); end++)
        ;
      if (end == begin)
        {
          end++;
          continue;
        }
      etude_picture_add (picture, ETUDE_ITEM_FILL, &colour, 0);
      for (gsize i = begin; i < end; i++)
        etude_picture_add_place (picture, etude_frame_x (frame, band->x[i]),
                                 CLAMP (etude_frame_y (frame, band->high[i]), high, low));
      for (gsize i = end; i > begin; i--)
        {
          gboolean shows = frame->y_scale->shows (band->low[i - 1]);

          etude_picture_add_place (picture, etude_frame_x (frame, band->x[i - 1]),
                                   shows ? CLAMP (etude_frame_y (frame, band->low[i - 1]), high, low) : low);
        }
    }
}
