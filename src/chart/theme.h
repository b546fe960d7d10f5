/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define ETUDE_N_RUN_COLOURS 10

/**
 * EtudeColour:
 *
 * Red, green, blue and opacity from 0 to 1.
 */
typedef struct
{
  double red;
  double green;
  double blue;
  double alpha;
} EtudeColour;

/**
 * EtudeTheme:
 * @id: its name in files and options
 * @label: its name in the window, marked with N_()
 * @second_class: of data; the others have the colours of runs
 * @heat_low: start of the ramp for numbers
 * @heat_high: its end
 * @shade: how much of the colour of a class an area has where it is sure
 * @band: opacity of a band
 * @least_opacity: that a line has, however little it matters
 *
 * The colours of a figure. Sizes are the same in all themes.
 */
typedef struct
{
  const char *id;
  const char *label;
  EtudeColour background;
  EtudeColour text;
  EtudeColour labels;
  EtudeColour faint;
  EtudeColour axis;
  EtudeColour grid;
  EtudeColour good;
  EtudeColour warning;
  EtudeColour diverged;
  EtudeColour accent;
  EtudeColour runs[ETUDE_N_RUN_COLOURS];
  EtudeColour second_class;
  EtudeColour heat_low;
  EtudeColour heat_high;
  double shade;
  double band;
  double least_opacity;
} EtudeTheme;

extern const EtudeTheme etude_theme_light;
extern const EtudeTheme etude_theme_dark;
extern const EtudeTheme etude_theme_paper;
extern const EtudeTheme etude_theme_contrast;
extern const EtudeTheme etude_theme_contrast_dark;

/* Ends with NULL. */
extern const EtudeTheme *const etude_themes[];

const EtudeTheme *etude_theme_find (const char *id);
const char *etude_run_colour (guint i);
void etude_theme_get_colour (const EtudeTheme *theme, const char *colour, EtudeColour *shown);
void etude_theme_get_class_colour (const EtudeTheme *theme, guint class, EtudeColour *shown);
gboolean etude_colour_parse (const char *text, EtudeColour *colour);

G_END_DECLS
