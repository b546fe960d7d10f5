/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ETUDE_CELL_MISSING,
  ETUDE_CELL_NUMBER,
  ETUDE_CELL_INFINITE, /* a number, but infinite or too large for a float */
  ETUDE_CELL_TEXT,
} EtudeCell;

/* Cells that mean “no value”, in small letters; ends with NULL. */
extern const char *const etude_csv_missing[];
#define ETUDE_CSV_N_MISSING 6

/**
 * EtudeCsvDialect:
 * @delimiter: comma, semicolon or tab
 * @has_header: whether the first row names the columns
 *
 * How a file writes its cells.
 */
typedef struct
{
  char delimiter;
  gboolean has_header;
} EtudeCsvDialect;

void etude_csv_dialect_guess (EtudeCsvDialect *self, const char *text, gsize length, gboolean is_whole);
const char *etude_csv_strip (const char *cell, GString *scratch);
EtudeCell etude_csv_classify (const EtudeCsvDialect *self, const char *cell, double *number,
                              guint *missing, gboolean *has_comma);

G_END_DECLS
