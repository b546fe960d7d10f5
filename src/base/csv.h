/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* What a row may hold: the memory of a reader is bounded by it. */
#define ETUDE_CSV_MAX_ROW_BYTES ((gsize) 16 << 20)
#define ETUDE_CSV_MAX_CELLS ((gsize) 100000)

/**
 * EtudeCsvFill:
 * @data: what the reader was made with
 * @buffer: where the next bytes go
 * @size: how many fit
 * @error: set on failure
 *
 * Returns: bytes put there, 0 at the end, -1 on failure
 */
typedef gssize (*EtudeCsvFill) (gpointer data, char *buffer, gsize size, GError **error);

/**
 * EtudeCsvRow:
 * @line: the line of the file on which the row begins, from 1
 * @n: cells, at least 1
 * @cells: valid UTF-8, without the quotes; until the next row is read
 */
typedef struct
{
  guint64 line;
  gsize n;
  const char *const *cells;
} EtudeCsvRow;

/**
 * EtudeCsvReader:
 *
 * Reads the rows of comma-separated values one after the other (RFC 4180), in bounded memory.
 */
typedef struct _EtudeCsvReader EtudeCsvReader;

EtudeCsvReader *etude_csv_reader_new (const char *name, char delimiter, EtudeCsvFill fill, gpointer data);
EtudeCsvReader *etude_csv_reader_new_text (const char *name, char delimiter, const char *text, gsize length);
void etude_csv_reader_free (EtudeCsvReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeCsvReader, etude_csv_reader_free)
gboolean etude_csv_reader_next (EtudeCsvReader *self, EtudeCsvRow *row, GError **error);

/**
 * EtudeCsvWriter:
 * @text: what the rows are added to
 * @in_row: whether the row has a cell already
 *
 * Writes rows: commas, lines that end in a line feed, quotes where a cell needs them.
 */
typedef struct
{
  GString *text;
  gboolean in_row;
} EtudeCsvWriter;

void etude_csv_writer_init (EtudeCsvWriter *self, GString *text);
void etude_csv_writer_text (EtudeCsvWriter *self, const char *cell);
void etude_csv_writer_number (EtudeCsvWriter *self, double value);
void etude_csv_writer_integer (EtudeCsvWriter *self, gint64 value);
void etude_csv_writer_empty (EtudeCsvWriter *self);
void etude_csv_writer_end_row (EtudeCsvWriter *self);

G_END_DECLS
