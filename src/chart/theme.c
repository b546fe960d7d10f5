/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/theme.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RGB(hex) { ((hex) >> 16) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex) & 255) / 255.0, 1 }

/* Found by a search for the largest least distance in OKLab under normal vision, protanopia,
 * deuteranopia and tritanopia, with enough contrast to the background: change none alone. */
#define LIGHT_RUNS \
  { RGB (0x3584e4), RGB (0xa43706), RGB (0x1e6f6b), RGB (0xcc40ac), RGB (0xbc8c16), \
    RGB (0x6226a4), RGB (0x7e130c), RGB (0x528859), RGB (0x959399), RGB (0x6b5740) }
#define DARK_RUNS \
  { RGB (0x62a0ea), RGB (0xe97d05), RGB (0x76d1c8), RGB (0xb67091), RGB (0xe3cb20), \
    RGB (0x6e68cf), RGB (0xc3563a), RGB (0xa5e09a), RGB (0xe6e3dc), RGB (0xb99c87) }

/* The light ones, darkened along OKLab lightness until each has a contrast of 4.5 to white; on black
 * the dark ones have it as they are. */
#define CONTRAST_RUNS \
  { RGB (0x2875d2), RGB (0xa43706), RGB (0x1e6f6b), RGB (0xc73ca8), RGB (0x9b6e00), \
    RGB (0x6226a4), RGB (0x7e130c), RGB (0x4d8254), RGB (0x77757b), RGB (0x6b5740) }

/* What a run keeps: the light value; its place gives that of the other themes. */
static const char *const run_colours[ETUDE_N_RUN_COLOURS] = {
  "#3584e4", "#a43706", "#1e6f6b", "#cc40ac", "#bc8c16",
  "#6226a4", "#7e130c", "#528859", "#959399", "#6b5740",
};

const EtudeTheme etude_theme_light = {
  .id = "light", .label = N_("Light"),
  .background = RGB (0xffffff), .text = RGB (0x241f31), .labels = RGB (0x6b6a70), .faint = RGB (0xa5a3aa),
  .axis = RGB (0xb9b7bd), .grid = RGB (0xececee), .good = RGB (0x1b8553), .warning = RGB (0x905400),
  .diverged = RGB (0xc01c28), .accent = RGB (0x1c71d8), .runs = LIGHT_RUNS, .band = .16,
  .second_class = RGB (0xe66100), .heat_low = RGB (0xeef4fc), .heat_high = RGB (0x12457f), .shade = .42,
};

const EtudeTheme etude_theme_dark = {
  .id = "dark", .label = N_("Dark"),
  .background = RGB (0x1e1e1e), .text = RGB (0xf2f2f2), .labels = RGB (0xa9a7a4), .faint = RGB (0x6f6d6a),
  .axis = RGB (0x5b5b5b), .grid = RGB (0x313131), .good = RGB (0x57c785), .warning = RGB (0xf0b429),
  .diverged = RGB (0xff7b63), .accent = RGB (0x78aeed), .runs = DARK_RUNS, .band = .22,
  .second_class = RGB (0xf58a3c), .heat_low = RGB (0x2a2f38), .heat_high = RGB (0x8fc0ff), .shade = .55,
};

const EtudeTheme etude_theme_paper = {
  .id = "paper", .label = N_("Paper"),
  .background = RGB (0xffffff), .text = RGB (0x000000), .labels = RGB (0x3d3d3d), .faint = RGB (0x7a7a7a),
  .axis = RGB (0x5a5a5a), .grid = RGB (0xe2e2e2), .good = RGB (0x1b7a43), .warning = RGB (0x8f6100),
  .diverged = RGB (0xb3261e), .accent = RGB (0x1c71d8), .runs = LIGHT_RUNS, .band = .16,
  .second_class = RGB (0xe66100), .heat_low = RGB (0xeef4fc), .heat_high = RGB (0x12457f), .shade = .42,
};

const EtudeTheme etude_theme_contrast = {
  .id = "contrast", .label = N_("High Contrast"),
  .background = RGB (0xffffff), .text = RGB (0x000000), .labels = RGB (0x000000), .faint = RGB (0x4a4a4a),
  .axis = RGB (0x000000), .grid = RGB (0xb0b0b0), .good = RGB (0x0f5c2e), .warning = RGB (0x6b4400),
  .diverged = RGB (0x9c0a16), .accent = RGB (0x0b4ea2), .runs = CONTRAST_RUNS, .band = .3, .least_opacity = .55,
  .second_class = RGB (0xa43706), .heat_low = RGB (0xeef4fc), .heat_high = RGB (0x12457f), .shade = .42,
};

const EtudeTheme etude_theme_contrast_dark = {
  .id = "contrast-dark", .label = N_("High Contrast, Dark"),
  .background = RGB (0x000000), .text = RGB (0xffffff), .labels = RGB (0xffffff), .faint = RGB (0xbdbdbd),
  .axis = RGB (0xffffff), .grid = RGB (0x5c5c5c), .good = RGB (0x7ee2a8), .warning = RGB (0xffd166),
  .diverged = RGB (0xff9c8a), .accent = RGB (0x9cc8ff), .runs = DARK_RUNS, .band = .35, .least_opacity = .6,
  .second_class = RGB (0xf58a3c), .heat_low = RGB (0x2a2f38), .heat_high = RGB (0x8fc0ff), .shade = .55,
};

const EtudeTheme *const etude_themes[] = {
  &etude_theme_paper, &etude_theme_light, &etude_theme_dark, &etude_theme_contrast, &etude_theme_contrast_dark, NULL,
};

/**
 * etude_theme_find:
 * @id: such as “paper”
 *
 * Returns: (nullable): the theme of that name
 */
const EtudeTheme *
etude_theme_find (const char *id)
{
  for (guint i = 0; etude_themes[i] != NULL; i++)
    if (strcmp (etude_themes[i]->id, id) == 0)
      return etude_themes[i];
  return NULL;
}

/**
 * etude_run_colour:
 * @i: the number of a run; the list begins again after the last colour
 *
 * Returns: the colour that a run keeps, such as #3584e4
 */
const char *
etude_run_colour (guint i)
{
  return run_colours[i % ETUDE_N_RUN_COLOURS];
}

/**
 * etude_colour_parse:
 * @text: such as #3584e4
 * @colour: (out): the colour, opaque
 *
 * Returns: whether @text is a colour; nothing is set if not
 */
gboolean
etude_colour_parse (const char *text, EtudeColour *colour)
{
  double parts[3];

  if (text[0] != '#' || strlen (text) != 7)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    {
      int high = g_ascii_xdigit_value (text[1 + 2 * i]);
      int low = g_ascii_xdigit_value (text[2 + 2 * i]);

      if (high < 0 || low < 0)
        return FALSE;
      parts[i] = (16 * high + low) / 255.0;
    }
  *colour = (EtudeColour) { parts[0], parts[1], parts[2], 1 };
  return TRUE;
}

/**
 * etude_theme_get_colour:
 * @theme: a theme
 * @colour: (nullable): a colour that a run keeps
 * @shown: (out): how the theme shows it; that of labels for %NULL, empty or unreadable ones
 */
void
etude_theme_get_colour (const EtudeTheme *theme, const char *colour, EtudeColour *shown)
{
  for (guint i = 0; i < ETUDE_N_RUN_COLOURS; i++)
    if (g_strcmp0 (colour, run_colours[i]) == 0)
      {
        *shown = theme->runs[i];
        return;
      }
  if (colour == NULL || !etude_colour_parse (colour, shown))
    *shown = theme->labels;
}

/**
 * etude_theme_get_class_colour:
 * @theme: a theme
 * @class: number of a class of data; the colours begin again after the last
 * @shown: (out): its colour
 */
void
etude_theme_get_class_colour (const EtudeTheme *theme, guint class, EtudeColour *shown)
{
  *shown = class % ETUDE_N_RUN_COLOURS == 1 ? theme->second_class : theme->runs[class % ETUDE_N_RUN_COLOURS];
}
