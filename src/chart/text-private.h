/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <pango/pangocairo.h>

#include "chart/theme.h"
#include "chart/ticks.h"

G_BEGIN_DECLS

/* The family that is asked for, and what to take where it is missing. */
#define ETUDE_FONT "Cantarell"
#define ETUDE_FONT_FALLBACK "sans-serif"

typedef struct
{
  double size;          /* pixels */
  int weight;
} EtudeTextStyle;

extern const EtudeTextStyle etude_text_tick;
extern const EtudeTextStyle etude_text_title;
extern const EtudeTextStyle etude_text_name;
extern const EtudeTextStyle etude_text_value;
extern const EtudeTextStyle etude_text_heading;

typedef enum
{
  ETUDE_ANCHOR_START,
  ETUDE_ANCHOR_MIDDLE,
  ETUDE_ANCHOR_END,
} EtudeAnchor;

/**
 * EtudeText:
 * @label: (owned): what is written
 * @x: start, middle or end of the text
 * @y: its base line
 * @halo: whether the background shines around it, so that it can be read over lines
 *
 * Text at its place.
 */
typedef struct
{
  EtudeLabel label;
  const EtudeTextStyle *style;
  EtudeAnchor anchor;
  double x;
  double y;
  EtudeColour colour;
  gboolean halo;
} EtudeText;

PangoLayout *etude_text_new_layout (void);
void etude_text_prepare (PangoLayout *layout, double scale);
double etude_text_measure (PangoLayout *layout, const EtudeLabel *label, const EtudeTextStyle *style);
double etude_text_measure_plain (PangoLayout *layout, const char *text, const EtudeTextStyle *style);
char *etude_text_shorten (PangoLayout *layout, const char *text, const EtudeTextStyle *style, double width);
double etude_text_baseline (double middle, const EtudeTextStyle *style);

void etude_text_paint (const EtudeText *self, PangoLayout *layout, cairo_t *cr, const EtudeColour *background,
                       double scale);
void etude_text_append_svg (const EtudeText *self, cairo_t *cr, const EtudeColour *background, GString *svg);

G_END_DECLS
