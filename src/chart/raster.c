/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours over the whole plane of a panel: which class is predicted and how surely, or a number. */
#include "chart/raster.h"

#include <math.h>

#include "chart/layout-private.h"

static EtudeRaster *
add_raster (EtudePanel *self, const float *values, gsize n_columns, gsize n_rows)
{
  EtudeRaster *raster = g_new0 (EtudeRaster, 1);

  raster->values = g_memdup2 (values, n_columns * n_rows * sizeof *values);
  raster->n_columns = n_columns;
  raster->n_rows = n_rows;
  etude_raster_free (self->raster);
  self->raster = raster;
  return raster;
}

void
etude_raster_free (EtudeRaster *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self->classes);
  g_free (self);
}

/**
 * etude_panel_add_classes:
 * @self: a panel; both axes need given ends, between which the cells lie
 * @classes: (array): [n_rows, n_columns] from below, the class of each cell
 * @probabilities: (array): likewise, how probable it is; a cell where that is not finite stays empty
 * @n_columns: cells along x
 * @n_rows: cells along y
 * @n_classes: below so many a probability of 1 / @n_classes says nothing, and has no colour
 *
 * Tints the plane by class, with a line where one class becomes another. All is copied.
 */
void
etude_panel_add_classes (EtudePanel *self, const guint16 *classes, const float *probabilities, gsize n_columns,
                         gsize n_rows, gsize n_classes)
{
  EtudeRaster *raster = add_raster (self, probabilities, n_columns, n_rows);

  raster->classes = g_memdup2 (classes, n_columns * n_rows * sizeof *classes);
  raster->low = 1 / (double) MAX (n_classes, 2);
  raster->high = 1;
}

/**
 * etude_panel_add_heat:
 * @self: as etude_panel_add_classes()
 * @values: (array): [n_rows, n_columns] from below; what is not finite stays empty
 * @n_columns: cells along x
 * @n_rows: cells along y
 * @low: value at the start of the ramp
 * @high: value at its end
 *
 * Colours the plane by a number. All is copied.
 */
void
etude_panel_add_heat (EtudePanel *self, const float *values, gsize n_columns, gsize n_rows, double low, double high)
{
  EtudeRaster *raster = add_raster (self, values, n_columns, n_rows);

  raster->low = low;
  raster->high = high;
}

static double
mix (double from, double to, double share)
{
  return from + (to - from) * share;
}

void
etude_colour_mix (const EtudeColour *from, const EtudeColour *to, double share, EtudeColour *mixed)
{
  *mixed = (EtudeColour) { mix (from->red, to->red, share), mix (from->green, to->green, share),
                           mix (from->blue, to->blue, share), 1 };
}

double
etude_raster_share (const EtudeRaster *self, double value)
{
  double share = (value - self->low) / (self->high - self->low);

  return isfinite (share) ? CLAMP (share, 0, 1) : 0;
}

static void
find_cell_colour (const EtudeRaster *self, const EtudeTheme *theme, gsize i, EtudeColour *colour)
{
  double share = etude_raster_share (self, self->values[i]);
  EtudeColour class;

  if (self->classes == NULL)
    {
      etude_colour_mix (&theme->heat_low, &theme->heat_high, share, colour);
      return;
    }
  etude_theme_get_class_colour (theme, self->classes[i], &class);
  etude_colour_mix (&theme->background, &class, theme->shade * share, colour);
}

static guint32
pack (const EtudeColour *colour)
{
  return 0xff000000u | (guint32) lround (255 * colour->red) << 16 | (guint32) lround (255 * colour->green) << 8
         | (guint32) lround (255 * colour->blue);
}

static cairo_surface_t *
paint_cells (const EtudeRaster *self, const EtudeTheme *theme)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) self->n_columns, (int) self->n_rows);
  guint8 *data = cairo_image_surface_get_data (image);
  gsize stride = (gsize) cairo_image_surface_get_stride (image);

  for (gsize row = 0; row < self->n_rows; row++)
    for (gsize column = 0; column < self->n_columns; column++)
      {
        /* Pictures begin at the top. */
        gsize cell = (self->n_rows - 1 - row) * self->n_columns + column;
        guint32 *pixel = (guint32 *) (gpointer) (data + row * stride) + column;
        EtudeColour colour;

        *pixel = 0;
        if (!isfinite (self->values[cell]))
          continue;
        find_cell_colour (self, theme, cell, &colour);
        *pixel = pack (&colour);
      }
  cairo_surface_mark_dirty (image);
  return image;
}

/* Where on the way from one cell to its neighbour of another class neither is more probable: exact
 * with two classes, close to it with more, as the others then have little. */
static double
find_crossing (const EtudeRaster *self, gsize a, gsize b)
{
  double at_a = MAX (self->values[a] - 0.5, 0) + 1e-3;
  double at_b = MAX (self->values[b] - 0.5, 0) + 1e-3;

  return at_a / (at_a + at_b);
}

typedef struct
{
  EtudePlace places[4];
  guint n;
} Crossings;

static void
cross (const EtudeRaster *self, Crossings *crossings, gsize a, gsize b, EtudePlace from, EtudePlace to)
{
  double share;

  if (self->classes[a] == self->classes[b])
    return;
  share = find_crossing (self, a, b);
  crossings->places[crossings->n++] = (EtudePlace) { mix (from.x, to.x, share), mix (from.y, to.y, share) };
}

static void
add_segment (EtudePicture *picture, const EtudePlace *from, const EtudePlace *to)
{
  etude_picture_add_place (picture, from->x, from->y);
  etude_picture_add_place (picture, to->x, to->y);
  etude_picture_add_place (picture, NAN, NAN);
}

/* The part of the line between classes that lies among the middles of four cells. */
static void
add_boundary_of (EtudePicture *picture, const EtudeRaster *self, const EtudeRectangle *plot, gsize column, gsize row)
{
  double width = plot->width / (double) self->n_columns, height = plot->height / (double) self->n_rows;
  double left = plot->x + width * ((double) column + 0.5);
  double low = plot->y + plot->height - height * ((double) row + 0.5);
  EtudePlace corners[] = { { left, low }, { left + width, low }, { left + width, low - height }, { left, low - height } };
  EtudePlace middle = { left + width / 2, low - height / 2 };
  gsize first = row * self->n_columns + column;
  gsize cells[] = { first, first + 1, first + self->n_columns + 1, first + self->n_columns };
  Crossings crossings = { .n = 0 };

  for (guint i = 0; i < 4; i++)
    if (!isfinite (self->values[cells[i]]))
      return;
  for (guint i = 0; i < 4; i++)
    cross (self, &crossings, cells[i], cells[(i + 1) % 4], corners[i], corners[(i + 1) % 4]);
  if (crossings.n == 2)
    add_segment (picture, &crossings.places[0], &crossings.places[1]);
  else
    for (guint i = 0; i < crossings.n; i++)
      add_segment (picture, &crossings.places[i], &middle);
}

/**
 * etude_raster_add:
 * @picture: where it goes
 * @frame: of the panel
 * @self: its cells
 */
void
etude_raster_add (EtudePicture *picture, const EtudeFrame *frame, const EtudeRaster *self)
{
  etude_picture_add_image (picture, &frame->plot, paint_cells (self, picture->theme));
  if (self->classes == NULL)
    return;
  etude_picture_add (picture, ETUDE_ITEM_STROKE, &picture->theme->text, 1.25);
  for (gsize row = 0; row + 1 < self->n_rows; row++)
    for (gsize column = 0; column + 1 < self->n_columns; column++)
      add_boundary_of (picture, self, &frame->plot, column, row);
}
