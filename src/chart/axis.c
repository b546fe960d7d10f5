/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "chart/layout-private.h"

#define TICK 4
#define MINOR_TICK 2
#define LABEL_GAP 7
#define LEAST_FOR_MINOR 90
#define X_LABEL_MIDDLE 13
#define UNIT_GAP 6
#define UNIT_AFTER_AXIS 14

void
etude_axis_add_titles (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, double baseline)
{
  const EtudeTheme *theme = picture->theme;
  double right = layout->width, room = right;

  if (panel->caption != NULL)
    {
      g_autofree char *caption = etude_text_shorten (picture->layout, panel->caption, &etude_text_tick, right / 2);

      etude_picture_add_text (picture, caption, &etude_text_tick, ETUDE_ANCHOR_END, right, baseline, &theme->faint);
      room -= etude_text_measure_plain (picture->layout, caption, &etude_text_tick) + 12;
    }
  if (panel->title != NULL)
    {
      g_autofree char *title = etude_text_shorten (picture->layout, panel->title, &etude_text_title, room);

      etude_picture_add_text (picture, title, &etude_text_title, ETUDE_ANCHOR_START, 0, baseline, &theme->labels);
    }
}

/**
 * etude_axis_add_y:
 * @picture: where it goes
 * @layout: of the figure
 * @panel: whose axis it is
 * @i: its number
 *
 * Adds title, horizontal grid and numbers.
 */
void
etude_axis_add_y (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i)
{
  const EtudePanelLayout *row = &layout->panels[i];
  const EtudeFrame *frame = &row->frame;
  const EtudeRectangle *plot = &frame->plot;
  const EtudeTheme *theme = picture->theme;

  etude_axis_add_titles (picture, layout, panel, row->title);
  for (guint k = 0; k < row->ticks.n; k++)
    {
      double y = etude_frame_y (frame, row->ticks.values[k]);

      if (y < plot->y + plot->height - 1)
        etude_picture_add_hairline (picture, plot->x, y, plot->x + plot->width, y, &theme->grid);
      etude_picture_add_label (picture, &row->ticks.labels[k], &etude_text_tick, ETUDE_ANCHOR_END,
                               plot->x - LABEL_GAP, etude_text_baseline (y, &etude_text_tick), &theme->labels);
    }
  for (guint k = 0; k < row->ticks.n_minor && plot->height >= LEAST_FOR_MINOR; k++)
    {
      double y = etude_frame_y (frame, row->ticks.minor[k]);

      etude_picture_add_hairline (picture, plot->x - 1 - MINOR_TICK, y, plot->x - 1, y, &theme->axis);
    }
}

/* The unit stands after the axis, or takes the place of labels near its end where no room is left. */
static double
add_unit (EtudePicture *picture, const EtudeLayout *layout, const char *unit, const EtudeRectangle *plot,
          double last_right, double baseline)
{
  double width = etude_text_measure_plain (picture->layout, unit, &etude_text_tick);
  double x = MAX (plot->x + plot->width + UNIT_AFTER_AXIS, last_right + UNIT_GAP);

  if (x + width > layout->width)
    x = layout->width - width;
  etude_picture_add_text (picture, unit, &etude_text_tick, ETUDE_ANCHOR_START, x, baseline, &picture->theme->labels);
  return x;
}

static void
add_x_labels (EtudePicture *picture, const EtudeLayout *layout, const EtudeFrame *frame, const char *unit)
{
  const EtudeTicks *ticks = &layout->x_ticks;
  const EtudeRectangle *plot = &frame->plot;
  double baseline = etude_text_baseline (plot->y + plot->height + X_LABEL_MIDDLE, &etude_text_tick);
  double end = layout->width, before = -INFINITY;
  double last_right = 0;

  if (ticks->n > 0)
    last_right = etude_frame_x (frame, ticks->values[ticks->n - 1])
                 + etude_text_measure (picture->layout, &ticks->labels[ticks->n - 1], &etude_text_tick) / 2;
  if (unit != NULL)
    end = add_unit (picture, layout, unit, plot, last_right, baseline) - UNIT_GAP;
  for (guint k = 0; k < ticks->n; k++)
    {
      double half = etude_text_measure (picture->layout, &ticks->labels[k], &etude_text_tick) / 2;
      double x = CLAMP (etude_frame_x (frame, ticks->values[k]), half, MAX (half, end - half));

      if (x - half < before + UNIT_GAP)
        continue;
      etude_picture_add_label (picture, &ticks->labels[k], &etude_text_tick, ETUDE_ANCHOR_MIDDLE, x, baseline,
                               &picture->theme->labels);
      before = x + half;
    }
}

/**
 * etude_axis_add_x:
 * @picture: where it goes
 * @layout: of the figure
 * @unit: (nullable): what the numbers count
 * @i: number of the panel
 *
 * Adds the x axis under a panel, with numbers where the layout has room for them.
 */
void
etude_axis_add_x (EtudePicture *picture, const EtudeLayout *layout, const char *unit, guint i)
{
  const EtudePanelLayout *row = &layout->panels[i];
  const EtudeRectangle *plot = &row->frame.plot;
  const EtudeTicks *ticks = &layout->x_ticks;
  const EtudeColour *colour = &picture->theme->axis;
  double bottom = plot->y + plot->height;

  etude_picture_add_hairline (picture, plot->x, bottom, plot->x + plot->width, bottom, colour);
  for (guint k = 0; k < ticks->n; k++)
    {
      double x = etude_frame_x (&row->frame, ticks->values[k]);

      etude_picture_add_hairline (picture, x, bottom, x, bottom + TICK, colour);
    }
  for (guint k = 0; k < ticks->n_minor; k++)
    {
      double x = etude_frame_x (&row->frame, ticks->minor[k]);

      etude_picture_add_hairline (picture, x, bottom, x, bottom + MINOR_TICK, colour);
    }
  if (row->has_x_labels)
    add_x_labels (picture, layout, &row->frame, unit);
}
