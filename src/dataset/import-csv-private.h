/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/csv.h"
#include "dataset/csv-dialect-private.h"
#include "dataset/importer-private.h"

G_BEGIN_DECLS

/**
 * EtudeCsvColumn:
 * @n_numbers: cells that are numbers; @n_texts: that are texts; counted over all rows
 * @missing: cells without a value, by how they say it
 * @text_line: where the first text is, and @text what it says
 * @all_integer: whether every number is whole
 * @infinite_line: where the first number that is not finite is, and @infinite what it says
 * @codes: (nullable): the different texts of a category, to their code + 1
 * @texts: the keys of @codes by code
 *
 * What is known of a column of a CSV file while it is read.
 */
typedef struct
{
  char *name;
  EtudeColumnType type;
  guint64 n_numbers;
  guint64 n_texts;
  guint64 missing[ETUDE_CSV_N_MISSING];
  guint64 text_line;
  guint64 infinite_line;
  char *text;
  char *infinite;
  gboolean all_integer;
  GHashTable *codes;
  GPtrArray *texts;
  gsize first;
  gsize n;
} EtudeCsvColumn;

/**
 * EtudeCsvImport:
 * @first_line: where the first row is
 * @target: position of the target
 * @n_rows: rows below the header; @n_complete: those without a missing cell
 *
 * The reading of a CSV file in three passes: what the columns hold, which texts the categories
 * have, and the samples.
 */
typedef struct
{
  EtudeSource *source;
  EtudeCsvDialect dialect;
  EtudeTaskChoice choice;
  EtudeTask task;
  EtudeCsvColumn *columns;
  gsize n_columns;
  guint64 first_line;
  gsize target;
  gsize n_rows;
  gsize n_complete;
  gboolean has_comma;
  gsize dictionary_bytes;
  gsize n_inputs;
  GPtrArray *warnings;
  GString *scratch;
} EtudeCsvImport;

typedef gboolean (*EtudeCsvVisit) (EtudeCsvImport *self, const EtudeCsvRow *row, gpointer data, GError **error);

gboolean etude_csv_import_fail (EtudeCsvImport *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean etude_csv_import_pass (EtudeCsvImport *self, EtudeCsvVisit visit, gpointer data, GError **error);
EtudeCell etude_csv_import_cell (EtudeCsvImport *self, const char *cell, const char **text, double *number,
                                 guint *missing);
gboolean etude_csv_import_survey (EtudeCsvImport *self, const char *target, GError **error);
gboolean etude_csv_import_assign (EtudeCsvImport *self, GError **error);

G_END_DECLS
