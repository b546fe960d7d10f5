/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export/figure-choices.h"

/* Sizes are kept in points, so that a picture of another resolution has the same look. */
#define POINTS_PER_INCH 96

/**
 * etude_theme_get_place:
 * @theme: a theme
 *
 * Returns: its place in etude_themes, which is also its number in the settings
 */
guint
etude_theme_get_place (const EtudeTheme *theme)
{
  guint place = 0;

  while (etude_themes[place] != NULL && etude_themes[place] != theme)
    place++;
  return etude_themes[place] != NULL ? place : 0;
}

/**
 * etude_export_recall:
 * @how: (out): how a figure was exported last
 * @settings: (nullable): where that is kept
 */
void
etude_export_recall (EtudeExport *how, GSettings *settings)
{
  g_autofree char *theme = NULL;
  double scale;

  etude_export_init (how);
  if (settings == NULL)
    return;
  scale = g_settings_get_double (settings, "export-scale");
  theme = g_settings_get_string (settings, "export-theme");
  how->format = (EtudeExportFormat) g_settings_get_enum (settings, "export-format");
  how->dpi = POINTS_PER_INCH * scale;
  how->width = (guint) (g_settings_get_int (settings, "export-width") * scale + 0.5);
  how->height = (guint) (g_settings_get_int (settings, "export-height") * scale + 0.5);
  how->text_as_shapes = g_settings_get_boolean (settings, "export-text-as-shapes");
  if (etude_theme_find (theme) != NULL)
    how->theme = etude_theme_find (theme);
}

/**
 * etude_export_remember:
 * @how: how a figure has been exported
 * @settings: (nullable): where that is kept
 */
void
etude_export_remember (const EtudeExport *how, GSettings *settings)
{
  double scale = how->dpi / POINTS_PER_INCH;

  if (settings == NULL)
    return;
  g_settings_set_enum (settings, "export-format", (int) how->format);
  g_settings_set_double (settings, "export-scale", CLAMP (scale, 0.5, 8));
  g_settings_set_int (settings, "export-width", (int) CLAMP (how->width / scale + 0.5, 100, 10000));
  g_settings_set_int (settings, "export-height", (int) CLAMP (how->height / scale + 0.5, 100, 10000));
  g_settings_set_boolean (settings, "export-text-as-shapes", how->text_as_shapes);
  g_settings_set_string (settings, "export-theme", how->theme->id);
}

/**
 * etude_figure_copy:
 * @figure: a figure
 * @how: its size, resolution and colours
 * @clipboard: where it goes, as a picture
 * @error: set when the size is not possible
 *
 * Returns: whether it was copied
 */
gboolean
etude_figure_copy (const EtudeFigure *figure, const EtudeExport *how, GdkClipboard *clipboard, GError **error)
{
  EtudeExport as_png = *how;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  as_png.format = ETUDE_EXPORT_PNG;
  png = etude_figure_render (figure, &as_png, error);
  texture = png != NULL ? gdk_texture_new_from_bytes (png, error) : NULL;
  if (texture == NULL)
    return FALSE;
  gdk_clipboard_set_texture (clipboard, texture);
  return TRUE;
}
