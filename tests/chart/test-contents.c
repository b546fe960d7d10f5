/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "chart/export.h"
#include "chart/layout-private.h"
#include "chart/matrix.h"
#include "chart/raster.h"
#include "chart/scatter.h"

static guint
count_items (const EtudeFigure *figure, EtudeItemType type)
{
  EtudePicture picture;
  guint n = 0;

  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 292, 219, &picture);
  for (guint i = 0; i < picture.items->len; i++)
    n += g_array_index (picture.items, EtudeItem, i).type == type;
  etude_picture_clear (&picture);
  return n;
}

static gboolean
has_text (const EtudeFigure *figure, const char *text)
{
  EtudePicture picture;
  gboolean found = FALSE;

  etude_picture_init (&picture, &etude_theme_dark, 1);
  etude_figure_make_picture (figure, 292, 219, &picture);
  for (guint i = 0; i < picture.texts->len; i++)
    found |= g_str_equal (g_array_index (picture.texts, EtudeText, i).label.text, text);
  etude_picture_clear (&picture);
  return found;
}

/* Two halves of a plane, of which the one at the right has a cell without a value in its upper corner. */
static EtudeFigure *
make_classes (void)
{
  static const guint16 classes[] = { 0, 1, 0, 1, 0, 1 };
  static const float probabilities[] = { 1, 1, 0.75f, 0.75f, 1, NAN };
  EtudeFigure *figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);

  etude_figure_set_x_axis (figure, "x", NULL, 0, 2);
  etude_panel_set_y_axis (panel, "y", NULL, 0, 3);
  etude_panel_add_classes (panel, classes, probabilities, 2, 3, 2);
  return figure;
}

static void
read_pixel (const EtudePicture *picture, int column, int row, guint8 rgb[3], guint8 *alpha)
{
  cairo_surface_t *image = g_ptr_array_index (picture->images, 0);
  guint32 pixel = ((guint32 *) (gpointer) (cairo_image_surface_get_data (image)
                                           + row * cairo_image_surface_get_stride (image)))[column];

  *alpha = (guint8) (pixel >> 24);
  rgb[0] = (guint8) (pixel >> 16);
  rgb[1] = (guint8) (pixel >> 8);
  rgb[2] = (guint8) pixel;
}

/* 42 % of the colour of its class where it is sure, half of that halfway to a guess, nothing where nothing is known. */
static void
test_class_colours (void)
{
  g_autoptr (EtudeFigure) figure = make_classes ();
  EtudePicture picture;
  guint8 rgb[3], alpha;

  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 292, 219, &picture);
  g_assert_cmpuint (picture.images->len, ==, 1);
  read_pixel (&picture, 0, 2, rgb, &alpha);
  g_assert_cmpuint (rgb[0], ==, (guint) lround (255 - .42 * (255 - 0x35)));
  g_assert_cmpuint (rgb[2], ==, (guint) lround (255 - .42 * (255 - 0xe4)));
  read_pixel (&picture, 1, 1, rgb, &alpha);
  g_assert_cmpuint (rgb[1], ==, (guint) lround (255 - .21 * (255 - 0x61)));
  g_assert_cmpuint (alpha, ==, 255);
  read_pixel (&picture, 1, 0, rgb, &alpha);
  g_assert_cmpuint (alpha, ==, 0);
  etude_picture_clear (&picture);
}

static void
test_boundary (void)
{
  g_autoptr (EtudeFigure) figure = make_classes ();
  EtudePicture picture;
  guint n_places = 0;

  etude_picture_init (&picture, &etude_theme_light, 1);
  etude_figure_make_picture (figure, 292, 219, &picture);
  for (guint i = 0; i < picture.items->len; i++)
    {
      const EtudeItem *item = &g_array_index (picture.items, EtudeItem, i);
      const EtudeItem *image = &g_array_index (picture.items, EtudeItem, i - (i > 0));
      const EtudePlace *places = &g_array_index (picture.places, EtudePlace, item->first);
      const EtudePlace *ends = &g_array_index (picture.places, EtudePlace, image->first);

      if (i == 0 || image->type != ETUDE_ITEM_IMAGE)
        continue;
      n_places = item->n;
      /* Equally sure on both sides, so in the middle. */
      g_assert_cmpfloat_with_epsilon (places[0].x, (ends[0].x + ends[1].x) / 2, 1e-6);
    }
  /* One segment and the break after it: beside the cell without a value there is none. */
  g_assert_cmpuint (n_places, ==, 3);
  etude_picture_clear (&picture);
}

static void
test_points (void)
{
  g_autoptr (EtudeFigure) figure = make_classes ();
  EtudePanel *panel = etude_figure_get_nth_panel (figure, 0);

  etude_panel_add_scatter (panel, 1, 1, 0, FALSE);
  g_assert_cmpuint (count_items (figure, ETUDE_ITEM_DISC), ==, 1);
  /* A ring is a disc with a hole. */
  etude_panel_add_scatter (panel, 1, 2, 1, TRUE);
  g_assert_cmpuint (count_items (figure, ETUDE_ITEM_DISC), ==, 3);
  etude_panel_add_scatter (panel, NAN, 1, 0, FALSE);
  etude_panel_add_scatter (panel, 1, INFINITY, 0, FALSE);
  g_assert_cmpuint (count_items (figure, ETUDE_ITEM_DISC), ==, 3);
  etude_figure_add_key (figure, "setosa", 0, FALSE);
  g_assert_cmpuint (count_items (figure, ETUDE_ITEM_DISC), ==, 4);
  g_assert_true (has_text (figure, "setosa"));
}

static void
test_matrix (void)
{
  static const char *const names[] = { "cat", "dog" };
  static const float counts[] = { 17, 3, 0, 0 };
  g_autoptr (EtudeFigure) figure = etude_figure_new ();
  EtudePanel *panel = etude_figure_add_panel (figure, 0);

  etude_panel_set_y_axis (panel, "True class", NULL, ETUDE_AUTO_RANGE, ETUDE_AUTO_RANGE);
  etude_panel_add_matrix (panel, counts, 2, names);
  g_assert_cmpuint (count_items (figure, ETUDE_ITEM_FILL), ==, 4);
  g_assert_true (has_text (figure, "17"));
  g_assert_true (has_text (figure, "3"));
  g_assert_true (has_text (figure, "dog"));
  g_assert_true (has_text (figure, "True class"));
  /* What did not happen is an empty cell. */
  g_assert_false (has_text (figure, "0"));
}

static void
test_export (void)
{
  g_autoptr (EtudeFigure) figure = make_classes ();

  etude_figure_set_description (figure, "Half of the plane each");
  for (EtudeExportFormat format = ETUDE_EXPORT_PNG; format <= ETUDE_EXPORT_PDF; format++)
    {
      g_autoptr (GBytes) first = NULL, second = NULL;
      EtudeExport how;

      etude_export_init (&how);
      how.format = format;
      first = etude_figure_render (figure, &how, NULL);
      second = etude_figure_render (figure, &how, NULL);
      g_assert_nonnull (first);
      g_assert_true (g_bytes_equal (first, second));
      if (format == ETUDE_EXPORT_SVG)
        {
          g_autofree char *svg = g_strndup (g_bytes_get_data (first, NULL), g_bytes_get_size (first));

          g_assert_nonnull (strstr (svg, "<image "));
          g_assert_nonnull (strstr (svg, "<desc>Half of the plane each</desc>"));
        }
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contents/class-colours", test_class_colours);
  g_test_add_func ("/contents/boundary", test_boundary);
  g_test_add_func ("/contents/points", test_points);
  g_test_add_func ("/contents/matrix", test_matrix);
  g_test_add_func ("/contents/export", test_export);
  return g_test_run ();
}
