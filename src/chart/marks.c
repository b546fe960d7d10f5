/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "chart/layout-private.h"

#define ZONE_OPACITY .05
#define GOOD_OPACITY .10
#define GOOD_FOOT 3
#define NAME_GAP 6
#define NAME_ROWS 3
#define NAME_ROW 15
#define MARK_HEIGHT 6
#define BEST_RADIUS 4.5
#define BEST_RIM 1.75
#define BEST_GAP 13

/* Places outside the view that are nearer than this share one mark. */
#define OUTSIDE_GAP 12

/**
 * etude_tone_get_colour:
 * @tone: what is said
 * @theme: a theme
 * @colour: (out): its colour there
 */
void
etude_tone_get_colour (EtudeTone tone, const EtudeTheme *theme, EtudeColour *colour)
{
  switch (tone)
    {
    case ETUDE_TONE_GOOD:
      *colour = theme->good;
      break;
    case ETUDE_TONE_WARNING:
      *colour = theme->warning;
      break;
    case ETUDE_TONE_DIVERGED:
      *colour = theme->diverged;
      break;
    case ETUDE_TONE_PLAIN:
    default:
      *colour = theme->labels;
    }
}

static gboolean
find_place (const EtudeFrame *frame, double x, double *place)
{
  if (!frame->x_scale->shows (x))
    return FALSE;
  *place = etude_frame_x (frame, x);
  return *place >= frame->plot.x - 0.5 && *place <= frame->plot.x + frame->plot.width + 0.5;
}

void
etude_marks_add_zones (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure)
{
  const EtudeRectangle *plot = &frame->plot;

  for (guint i = 0; i < figure->zones->len; i++)
    {
      const EtudeZone *zone = &g_array_index (figure->zones, EtudeZone, i);
      double from = MAX (zone->from, frame->x_range.min), to = MIN (zone->to, frame->x_range.max);
      EtudeRectangle part = *plot;
      EtudeColour colour;

      if (!(from < to))
        continue;
      part.x = etude_frame_x (frame, from);
      part.width = etude_frame_x (frame, to) - part.x;
      etude_tone_get_colour (zone->tone, picture->theme, &colour);
      colour.alpha = zone->tone == ETUDE_TONE_GOOD ? GOOD_OPACITY : ZONE_OPACITY;
      etude_picture_add_rectangle (picture, &part, &colour);
      if (zone->tone == ETUDE_TONE_GOOD)
        {
          part.y += part.height - GOOD_FOOT;
          part.height = GOOD_FOOT;
          colour.alpha = 1;
          etude_picture_add_rectangle (picture, &part, &colour);
        }
    }
}

static void
dash (EtudePicture *picture, double on, double off)
{
  EtudeItem *item = &g_array_index (picture->items, EtudeItem, picture->items->len - 1);

  item->n_dashes = 2;
  item->dashes[0] = on;
  item->dashes[1] = off;
}

void
etude_marks_add_lines (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure)
{
  const EtudeRectangle *plot = &frame->plot;

  for (guint i = 0; i < figure->marks->len; i++)
    {
      const EtudeNote *mark = &g_array_index (figure->marks, EtudeNote, i);
      EtudeColour colour;
      double x;

      if (!find_place (frame, mark->x, &x))
        continue;
      etude_tone_get_colour (mark->tone, picture->theme, &colour);
      if (mark->tone == ETUDE_TONE_PLAIN)
        colour = picture->theme->faint;
      etude_picture_add_hairline (picture, x, plot->y, x, plot->y + plot->height, &colour);
      if (mark->tone == ETUDE_TONE_PLAIN)
        dash (picture, 3, 3);
    }
}

/**
 * etude_marks_add_names:
 * @picture: where it goes
 * @frame: of the first panel
 * @figure: the figure
 *
 * Writes beside each mark what it says: at its right, or left where the panel ends. Names that would
 * touch take the next of three rows; what has no room in any is left out, its line stays.
 */
void
etude_marks_add_names (EtudePicture *picture, const EtudeFrame *frame, const EtudeFigure *figure)
{
  const EtudeRectangle *plot = &frame->plot;
  double taken[NAME_ROWS];
  guint n_rows = (guint) CLAMP (plot->height / NAME_ROW / 2, 1, NAME_ROWS);

  for (guint row = 0; row < NAME_ROWS; row++)
    taken[row] = -INFINITY;
  for (guint i = 0; i < figure->marks->len; i++)
    {
      const EtudeNote *mark = &g_array_index (figure->marks, EtudeNote, i);
      const EtudeTextStyle *style = mark->tone == ETUDE_TONE_PLAIN ? &etude_text_value : &etude_text_name;
      EtudeColour colour;
      double x, left, width;

      if (mark->label == NULL || !find_place (frame, mark->x, &x))
        continue;
      width = etude_text_measure_plain (picture->layout, mark->label, style);
      left = x + NAME_GAP;
      if (left + width > plot->x + plot->width)
        left = x - NAME_GAP - width;
      if (left < plot->x)
        continue;
      etude_tone_get_colour (mark->tone, picture->theme, &colour);
      for (guint row = 0; row < n_rows; row++)
        {
          EtudeText *text;

          if (left < taken[row])
            continue;
          taken[row] = left + width + NAME_GAP;
          text = etude_picture_add_text (picture, mark->label, style, ETUDE_ANCHOR_START, left,
                                         etude_text_baseline (plot->y + 9 + NAME_ROW * row, style), &colour);
          text->halo = TRUE;
          break;
        }
    }
}

void
etude_marks_add_references (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel)
{
  const EtudeRectangle *plot = &frame->plot;

  for (guint i = 0; i < panel->references->len; i++)
    {
      const EtudeNote *reference = &g_array_index (panel->references, EtudeNote, i);
      double y = etude_frame_y (frame, reference->y);
      EtudeColour colour;

      if (!frame->y_scale->shows (reference->y) || y < plot->y || y > plot->y + plot->height)
        continue;
      etude_tone_get_colour (reference->tone, picture->theme, &colour);
      if (reference->tone == ETUDE_TONE_PLAIN)
        colour = picture->theme->faint;
      etude_picture_add_hairline (picture, plot->x, y, plot->x + plot->width, y, &colour);
      dash (picture, 3, 3);
    }
}

static const EtudeTrace *
find_best_trace (const EtudePanel *panel, guint from, guint *i)
{
  for (*i = from; *i < panel->traces->len; (*i)++)
    if (etude_panel_get_trace (panel, *i)->line.marks_best && etude_trace_get_n (etude_panel_get_trace (panel, *i)) > 0)
      return etude_panel_get_trace (panel, *i);
  return NULL;
}

static void
add_best_value (EtudePicture *picture, const EtudeFrame *frame, double x, double y, double value)
{
  const EtudeRectangle *plot = &frame->plot;
  g_autofree char *number = NULL, *text = NULL;
  EtudeLabel label;
  EtudeText *shown;
  double half;

  etude_label_init_value (&label, value);
  number = etude_label_to_text (&label);
  etude_label_clear (&label);
  /* Translators: on a chart, under the lowest loss of a run: “best 0.088” */
  text = g_strdup_printf (_("best %s"), number);
  half = etude_text_measure_plain (picture->layout, text, &etude_text_value) / 2;
  y += y + BEST_GAP + NAME_ROW / 2.0 < plot->y + plot->height ? BEST_GAP : -BEST_GAP;
  shown = etude_picture_add_text (picture, text, &etude_text_value, ETUDE_ANCHOR_MIDDLE,
                                  CLAMP (x, plot->x + half, MAX (plot->x + half, plot->x + plot->width - half)),
                                  etude_text_baseline (y, &etude_text_value), &picture->theme->labels);
  shown->halo = TRUE;
}

/**
 * etude_marks_add_best:
 * @picture: where it goes
 * @frame: of the panel
 * @panel: the panel
 *
 * A ring where a line is lowest, with the value where there is one such line; none at its end, which
 * has its dot and its value.
 */
void
etude_marks_add_best (EtudePicture *picture, const EtudeFrame *frame, const EtudePanel *panel)
{
  const EtudeRectangle *plot = &frame->plot;
  guint first, i;
  gboolean is_only = find_best_trace (panel, 0, &first) != NULL && find_best_trace (panel, first + 1, &i) == NULL;
  const EtudeTrace *trace;

  for (i = 0; (trace = find_best_trace (panel, i, &i)) != NULL; i++)
    {
      EtudeTracePoint end;
      EtudeColour colour;
      guint64 step;
      double value, x, y;

      if (trace->series == NULL || !etude_series_get_best (trace->series, &step, &value)
          || !etude_trace_get_end (trace, &end) || !frame->y_scale->shows (value)
          || !find_place (frame, (double) step * trace->x_factor, &x) || end.x <= (double) step * trace->x_factor)
        continue;
      y = etude_frame_y (frame, value);
      if (y < plot->y || y > plot->y + plot->height)
        continue;
      etude_theme_get_colour (picture->theme, trace->line.colour, &colour);
      etude_picture_add_disc (picture, x, y, BEST_RADIUS, 0, &colour);
      etude_picture_add_disc (picture, x, y, BEST_RADIUS - BEST_RIM, 0, &picture->theme->background);
      if (is_only)
        add_best_value (picture, frame, x, y, value);
    }
}

static int
compare_outside (gconstpointer a, gconstpointer b)
{
  const EtudeOutside *left = a, *right = b;

  if (left->is_above != right->is_above)
    return left->is_above ? -1 : 1;
  if (left->is_hidden != right->is_hidden)
    return left->is_hidden ? 1 : -1;
  return (left->x > right->x) - (left->x < right->x);
}

static void
add_outside_value (EtudePicture *picture, const EtudeFrame *frame, const EtudeOutside *note)
{
  const EtudeRectangle *plot = &frame->plot;
  EtudeLabel label;
  EtudeAnchor anchor = ETUDE_ANCHOR_START;
  EtudeText *text;
  double x = note->x + NAME_GAP, width;
  double middle = note->is_above ? plot->y + MARK_HEIGHT / 2.0 + 2 : plot->y + plot->height - MARK_HEIGHT / 2.0 - 2;

  etude_label_init_value (&label, note->value);
  width = etude_text_measure (picture->layout, &label, &etude_text_name);
  if (x + width > plot->x + plot->width)
    {
      x = note->x - NAME_GAP;
      anchor = ETUDE_ANCHOR_END;
    }
  text = etude_picture_add_label (picture, &label, &etude_text_name, anchor, x,
                                  etude_text_baseline (middle, &etude_text_name), &picture->theme->text);
  text->halo = TRUE;
  etude_label_clear (&label);
}

/**
 * etude_marks_add_outside:
 * @picture: where it goes
 * @frame: of the panel
 * @outside: (element-type EtudeOutside): places that the panel does not show; gets sorted
 *
 * Marks at the frame where lines leave it, with the most extreme value at either side in numbers,
 * and where they have values for which a logarithmic axis has no place.
 */
void
etude_marks_add_outside (EtudePicture *picture, const EtudeFrame *frame, const GArray *outside)
{
  const EtudeRectangle *plot = &frame->plot;
  const EtudeOutside *highest = NULL, *lowest = NULL;
  const EtudeOutside *last = NULL;

  g_array_sort ((GArray *) outside, compare_outside);
  for (guint i = 0; i < outside->len; i++)
    {
      const EtudeOutside *note = &g_array_index (outside, EtudeOutside, i);
      double y = note->is_above ? plot->y : plot->y + plot->height;

      if (note->x < plot->x - 0.5 || note->x > plot->x + plot->width + 0.5)
        continue;
      if (note->is_above && (highest == NULL || note->value > highest->value))
        highest = note;
      if (!note->is_above && !note->is_hidden && (lowest == NULL || note->value < lowest->value))
        lowest = note;
      if (last != NULL && last->is_above == note->is_above && last->is_hidden == note->is_hidden
          && note->x - last->x < OUTSIDE_GAP)
        continue;
      last = note;
      etude_picture_add_triangle (picture, note->x, y, note->is_above ? MARK_HEIGHT : -MARK_HEIGHT,
                                  note->is_hidden ? &picture->theme->faint : &note->colour);
    }
  if (highest != NULL)
    add_outside_value (picture, frame, highest);
  if (lowest != NULL)
    add_outside_value (picture, frame, lowest);
  if (last != NULL && last->is_hidden)
    {
      /* Translators: stands on a chart with a logarithmic axis, next to marks at its foot */
      EtudeText *text = etude_picture_add_text (picture, _("▼ zero or negative, not shown"), &etude_text_value,
                                                ETUDE_ANCHOR_END, plot->x + plot->width,
                                                plot->y + plot->height - MARK_HEIGHT - 5, &picture->theme->labels);

      text->halo = TRUE;
    }
}
