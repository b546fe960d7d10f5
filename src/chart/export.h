/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_EXPORT_PNG,
  ETUDE_EXPORT_SVG,
  ETUDE_EXPORT_PDF,
  ETUDE_EXPORT_CSV,
} EtudeExportFormat;

/**
 * EtudeExport:
 * @width: in pixels
 * @height: in pixels
 * @dpi: pixels an inch; text keeps its size in points
 * @theme: the colours
 * @text_as_shapes: an SVG with outlines in place of text, which looks alike where the font is missing
 * @date: seconds since 1970 that a PDF names; negative for SOURCE_DATE_EPOCH or none
 *
 * How a figure becomes a file.
 */
typedef struct
{
  EtudeExportFormat format;
  guint width;
  guint height;
  double dpi;
  const EtudeTheme *theme;
  gboolean text_as_shapes;
  gint64 date;
} EtudeExport;

void etude_export_init (EtudeExport *self);
gboolean etude_export_format_from_path (const char *path, EtudeExportFormat *format, GError **error);
GBytes *etude_figure_render (const EtudeFigure *figure, const EtudeExport *how, GError **error);
gboolean etude_figure_export (const EtudeFigure *figure, const EtudeExport *how, const char *path, GError **error);

G_END_DECLS
