/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/text-private.h"

G_BEGIN_DECLS

typedef struct
{
  double x;
  double y;
  double width;
  double height;
} EtudeRectangle;

typedef struct
{
  double x;
  double y;
} EtudePlace;

/**
 * EtudeItemType:
 * @ETUDE_ITEM_STROKE: a line through its places, with round joins
 * @ETUDE_ITEM_FILL: the area in them
 * @ETUDE_ITEM_COLUMNS: upright rectangles of whole device pixels; two places each
 * @ETUDE_ITEM_DISC: one place, with a rim in the background's colour
 * @ETUDE_ITEM_IMAGE: an image between its two places
 * @ETUDE_ITEM_CLIP: from here on only within the rectangle between its two places
 * @ETUDE_ITEM_UNCLIP: no longer
 * @ETUDE_ITEM_TEXT: a text
 */
typedef enum
{
  ETUDE_ITEM_STROKE,
  ETUDE_ITEM_FILL,
  ETUDE_ITEM_COLUMNS,
  ETUDE_ITEM_DISC,
  ETUDE_ITEM_IMAGE,
  ETUDE_ITEM_CLIP,
  ETUDE_ITEM_UNCLIP,
  ETUDE_ITEM_TEXT,
} EtudeItemType;

#define ETUDE_MAX_DASHES 6

/**
 * EtudeItem:
 * @first: its first place in the list of all places; of a text, its number. Of an image @image is it
 * @n: how many; a place that is not a number breaks a stroke
 * @width: of the line, or radius of the disc
 * @rim: of the disc
 */
typedef struct
{
  EtudeItemType type;
  guint first;
  guint n;
  guint image;
  EtudeColour colour;
  double width;
  double rim;
  guint n_dashes;
  double dashes[ETUDE_MAX_DASHES];
} EtudeItem;

/**
 * EtudePicture:
 * @scale: device pixels a unit for which it is made, 0 for vectors
 *
 * A figure at one size: what is painted, in order. Two figures look alike when these are equal.
 */
typedef struct
{
  const EtudeTheme *theme;
  double scale;
  PangoLayout *layout;
  GArray *items;
  GArray *places;
  GArray *texts;
  GPtrArray *images;
} EtudePicture;

void etude_picture_init (EtudePicture *self, const EtudeTheme *theme, double scale);
void etude_picture_clear (EtudePicture *self);
EtudeItem *etude_picture_add (EtudePicture *self, EtudeItemType type, const EtudeColour *colour, double width);
void etude_picture_add_place (EtudePicture *self, double x, double y);
void etude_picture_add_rectangle (EtudePicture *self, const EtudeRectangle *rectangle, const EtudeColour *colour);
void etude_picture_add_hairline (EtudePicture *self, double x1, double y1, double x2, double y2,
                                 const EtudeColour *colour);
void etude_picture_add_disc (EtudePicture *self, double x, double y, double radius, double rim,
                             const EtudeColour *colour);
void etude_picture_add_triangle (EtudePicture *self, double x, double y, double height, const EtudeColour *colour);
void etude_picture_add_image (EtudePicture *self, const EtudeRectangle *rectangle, cairo_surface_t *image);
void etude_picture_clip (EtudePicture *self, const EtudeRectangle *rectangle);
void etude_picture_unclip (EtudePicture *self);
EtudeText *etude_picture_add_text (EtudePicture *self, const char *text, const EtudeTextStyle *style,
                                   EtudeAnchor anchor, double x, double y, const EtudeColour *colour);
EtudeText *etude_picture_add_label (EtudePicture *self, const EtudeLabel *label, const EtudeTextStyle *style,
                                    EtudeAnchor anchor, double x, double y, const EtudeColour *colour);
double etude_picture_snap (const EtudePicture *self, double place);
void etude_picture_paint (const EtudePicture *self, cairo_t *cr, GString *svg_texts);

G_END_DECLS
