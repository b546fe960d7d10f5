/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of counts, each cell shaded by its share of its row. */
#include "chart/matrix.h"

#include <math.h>

#include "chart/layout-private.h"

#define GAP 1
#define NAME_GAP 6
#define NAME_SHARE 0.3
#define LEAST_NAME 12
#define FOOT 16
#define LEAST_CELL_HEIGHT 12

void
etude_matrix_free (EtudeMatrix *self)
{
  if (self == NULL)
    return;
  g_free (self->counts);
  g_strfreev (self->names);
  g_free (self);
}

/**
 * etude_panel_add_matrix:
 * @self: a panel, which shows nothing else
 * @counts: (array): [n, n], how many of the class of a row were taken for that of a column
 * @n: how many classes
 * @names: (array length=n): their names
 *
 * All is copied. The unit of the x axis stands under the columns.
 */
void
etude_panel_add_matrix (EtudePanel *self, const float *counts, gsize n, const char *const *names)
{
  EtudeMatrix *matrix = g_new0 (EtudeMatrix, 1);

  matrix->counts = g_memdup2 (counts, n * n * sizeof *counts);
  matrix->n = n;
  matrix->names = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    matrix->names[i] = g_utf8_make_valid (names[i], -1);
  etude_matrix_free (self->matrix);
  self->matrix = matrix;
}

/* Relative luminance by WCAG 2.1. */
static double
linear (double part)
{
  return part <= 0.04045 ? part / 12.92 : pow ((part + 0.055) / 1.055, 2.4);
}

static double
find_luminance (const EtudeColour *colour)
{
  return 0.2126 * linear (colour->red) + 0.7152 * linear (colour->green) + 0.0722 * linear (colour->blue);
}

static void
add_count (EtudePicture *picture, const EtudeRectangle *cell, double count, const EtudeColour *ground)
{
  static const EtudeColour dark = { 0.14, 0.12, 0.19, 1 }, light = { 1, 1, 1, 1 };
  g_autofree char *text = g_strdup_printf ("%.0f", count);

  if (count <= 0 || cell->height < LEAST_CELL_HEIGHT
      || etude_text_measure_plain (picture->layout, text, &etude_text_tick) > cell->width - 2)
    return;
  etude_picture_add_text (picture, text, &etude_text_tick, ETUDE_ANCHOR_MIDDLE, cell->x + cell->width / 2,
                          etude_text_baseline (cell->y + cell->height / 2, &etude_text_tick),
                          find_luminance (ground) > 0.2 ? &dark : &light);
}

static void
add_row (EtudePicture *picture, const EtudeMatrix *self, const EtudeRectangle *box, gsize row)
{
  double width = box->width / (double) self->n, height = box->height / (double) self->n, sum = 0;

  for (gsize column = 0; column < self->n; column++)
    sum += self->counts[row * self->n + column];
  for (gsize column = 0; column < self->n; column++)
    {
      double count = self->counts[row * self->n + column];
      EtudeRectangle cell = { box->x + width * (double) column, box->y + height * (double) row, width - GAP, height - GAP };
      EtudeColour colour;

      etude_colour_mix (&picture->theme->heat_low, &picture->theme->heat_high, sum > 0 ? count / sum : 0, &colour);
      etude_picture_add_rectangle (picture, &cell, &colour);
      add_count (picture, &cell, count, &colour);
    }
}

static void
add_names (EtudePicture *picture, const EtudeMatrix *self, const EtudeRectangle *box)
{
  double width = box->width / (double) self->n, height = box->height / (double) self->n;
  gsize stride = (gsize) MAX (1, ceil (LEAST_CELL_HEIGHT / height));
  gsize skip = (gsize) MAX (1, ceil (LEAST_NAME / width));

  for (gsize i = 0; i < self->n; i += stride)
    {
      g_autofree char *name = etude_text_shorten (picture->layout, self->names[i], &etude_text_tick, box->x - NAME_GAP);

      etude_picture_add_text (picture, name, &etude_text_tick, ETUDE_ANCHOR_END, box->x - NAME_GAP,
                              etude_text_baseline (box->y + height * ((double) i + 0.5), &etude_text_tick),
                              &picture->theme->labels);
    }
  for (gsize i = 0; i < self->n; i += skip)
    {
      g_autofree char *name = etude_text_shorten (picture->layout, self->names[i], &etude_text_tick,
                                                  width * (double) skip - 2);

      etude_picture_add_text (picture, name, &etude_text_tick, ETUDE_ANCHOR_MIDDLE, box->x + width * ((double) i + 0.5),
                              etude_text_baseline (box->y + box->height + FOOT / 2.0, &etude_text_tick),
                              &picture->theme->labels);
    }
}

/**
 * etude_matrix_add:
 * @picture: where it goes
 * @layout: of the figure
 * @panel: that has the table
 * @i: its number
 * @x_title: (nullable): stands under the columns
 */
void
etude_matrix_add (EtudePicture *picture, const EtudeLayout *layout, const EtudePanel *panel, guint i, const char *x_title)
{
  const EtudeMatrix *self = panel->matrix;
  double widest = 0, top = layout->panels[i].frame.plot.y;
  EtudeRectangle box;

  for (gsize k = 0; k < self->n; k++)
    widest = MAX (widest, etude_text_measure_plain (picture->layout, self->names[k], &etude_text_tick));
  box.x = ceil (MIN (widest, NAME_SHARE * layout->width)) + NAME_GAP;
  box.y = top;
  box.width = MAX (1, layout->width - box.x);
  box.height = MAX (1, layout->height - top - FOOT - (x_title != NULL ? FOOT - 2 : 0));
  etude_axis_add_titles (picture, layout, panel, layout->panels[i].title);
  for (gsize row = 0; row < self->n; row++)
    add_row (picture, self, &box, row);
  add_names (picture, self, &box);
  if (x_title != NULL)
    etude_picture_add_text (picture, x_title, &etude_text_tick, ETUDE_ANCHOR_END, layout->width, layout->height - 4,
                            &picture->theme->labels);
}
