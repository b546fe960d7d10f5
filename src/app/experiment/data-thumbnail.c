/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/data-thumbnail.h"

#include <adwaita.h>

#include "chart/theme.h"

#define WIDTH 40
#define HEIGHT 30

/* More dots than that make a blot. */
#define MAX_DOTS 150
#define DOT_RADIUS 1.0

struct _EtudeDataThumbnail
{
  GtkWidget parent_instance;

  EtudePrepared *data;
};

G_DEFINE_FINAL_TYPE (EtudeDataThumbnail, etude_data_thumbnail, GTK_TYPE_WIDGET)

/* Where a sample stands, as the data set has it: the first two inputs, or beside a single one the number that it is
 * to predict. */
static double
get_place (const EtudePrepared *data, gsize i, gsize axis)
{
  if (axis == 1 && data->n_inputs == 1 && data->train.targets != NULL)
    return data->train.targets[i * data->dataset->n_targets];
  return etude_dataset_get_input (data->dataset, data->train.rows[i], MIN (axis, data->n_inputs - 1));
}

static void
find_range (const EtudePrepared *data, gsize axis, double *low, double *span)
{
  double least = get_place (data, 0, axis), most = least;

  for (gsize i = 1; i < data->train.n; i++)
    {
      double place = get_place (data, i, axis);

      least = MIN (least, place);
      most = MAX (most, place);
    }
  *low = least;
  *span = most > least ? most - least : 1;
}

/* Some samples, in the colours of their classes. */
static void
draw_dots (EtudeDataThumbnail *self, cairo_t *cr, double width, double height)
{
  const EtudePart *part = &self->data->train;
  const EtudeTheme *theme = adw_style_manager_get_dark (adw_style_manager_get_default ()) ? &etude_theme_dark
                                                                                         : &etude_theme_light;
  gsize n = MIN (part->n, MAX_DOTS);
  double low[2], span[2];

  find_range (self->data, 0, &low[0], &span[0]);
  find_range (self->data, 1, &low[1], &span[1]);
  for (gsize i = 0; i < n; i++)
    {
      gsize row = i * part->n / n;
      const EtudeColour *colour = &theme->runs[part->labels != NULL ? part->labels[row] % ETUDE_N_RUN_COLOURS : 0];
      double x = (get_place (self->data, row, 0) - low[0]) / span[0];
      double y = (get_place (self->data, row, 1) - low[1]) / span[1];

      cairo_set_source_rgb (cr, colour->red, colour->green, colour->blue);
      cairo_arc (cr, DOT_RADIUS + x * (width - 2 * DOT_RADIUS), height - DOT_RADIUS - y * (height - 2 * DOT_RADIUS),
                 DOT_RADIUS, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

/* The first sample as a picture; the first channel will do. */
static void
draw_image (EtudeDataThumbnail *self, cairo_t *cr, double width, double height)
{
  const EtudeDataset *dataset = self->data->dataset;
  gsize rows = dataset->shape[1], columns = dataset->shape[2];
  double side = height / (double) rows, left = (width - side * (double) columns) / 2;
  float most = 0;
  GdkRGBA text;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &text);
  for (gsize i = 0; i < dataset->n_inputs; i++)
    most = MAX (most, etude_dataset_get_input (dataset, 0, i));
  for (gsize y = 0; y < rows && most > 0; y++)
    for (gsize x = 0; x < columns; x++)
      {
        double value = etude_dataset_get_input (dataset, 0, y * columns + x) / most;

        cairo_set_source_rgba (cr, text.red, text.green, text.blue, CLAMP (value, 0, 1));
        cairo_rectangle (cr, left + side * (double) x, side * (double) y, side, side);
        cairo_fill (cr);
      }
}

static void
etude_data_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EtudeDataThumbnail *self = ETUDE_DATA_THUMBNAIL (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr;

  if (self->data == NULL || self->data->train.n == 0 || self->data->n_inputs == 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  if (self->data->dataset->n_dims == 3)
    draw_image (self, cr, width, height);
  else
    draw_dots (self, cr, width, height);
  cairo_destroy (cr);
}

static void
etude_data_thumbnail_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                              int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
etude_data_thumbnail_dispose (GObject *object)
{
  g_clear_pointer (&ETUDE_DATA_THUMBNAIL (object)->data, etude_prepared_unref);
  G_OBJECT_CLASS (etude_data_thumbnail_parent_class)->dispose (object);
}

static void
etude_data_thumbnail_class_init (EtudeDataThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = etude_data_thumbnail_dispose;
  widget_class->snapshot = etude_data_thumbnail_snapshot;
  widget_class->measure = etude_data_thumbnail_measure;
  /* What it shows stands beside it in words. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
etude_data_thumbnail_init (EtudeDataThumbnail *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
}

/**
 * etude_data_thumbnail_new:
 *
 * Returns: a small picture of data, empty as yet
 */
GtkWidget *
etude_data_thumbnail_new (void)
{
  return g_object_new (ETUDE_TYPE_DATA_THUMBNAIL, NULL);
}

/**
 * etude_data_thumbnail_set_data:
 * @self: a thumbnail
 * @data: (nullable): what it shows
 */
void
etude_data_thumbnail_set_data (EtudeDataThumbnail *self, EtudePrepared *data)
{
  if (data == self->data)
    return;
  g_clear_pointer (&self->data, etude_prepared_unref);
  self->data = data != NULL ? etude_prepared_ref (data) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
