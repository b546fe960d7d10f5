/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/csv-dialect-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/number.h"

/* Rows that are looked at to tell the delimiter. */
#define SAMPLE_ROWS 200

const char *const etude_csv_missing[ETUDE_CSV_N_MISSING + 1] = { "", "na", "nan", "?", "n/a", "null", NULL };

/**
 * etude_csv_strip:
 * @cell: a cell
 * @scratch: memory for the result
 *
 * Returns: (transfer none): @cell without blanks around it, valid as long as both arguments
 */
const char *
etude_csv_strip (const char *cell, GString *scratch)
{
  gsize length;

  while (g_ascii_isspace (*cell))
    cell++;
  length = strlen (cell);
  if (length == 0 || !g_ascii_isspace (cell[length - 1]))
    return cell;
  while (length > 0 && g_ascii_isspace (cell[length - 1]))
    length--;
  g_string_truncate (scratch, 0);
  g_string_append_len (scratch, cell, (gssize) length);
  return scratch->str;
}

static gboolean
is_infinite_word (const char *cell)
{
  if (*cell == '-' || *cell == '+')
    cell++;
  return g_ascii_strcasecmp (cell, "inf") == 0 || g_ascii_strcasecmp (cell, "infinity") == 0;
}

static EtudeCell
classify_number (const char *cell, double *number)
{
  char *end;

  if (etude_number_read (cell, number))
    return fabs (*number) <= (double) FLT_MAX ? ETUDE_CELL_NUMBER : ETUDE_CELL_INFINITE;
  if (is_infinite_word (cell))
    return ETUDE_CELL_INFINITE;
  /* Digits that say more than a double can hold. */
  if (g_ascii_isdigit (*cell) || ((*cell == '-' || *cell == '+') && g_ascii_isdigit (cell[1])))
    if (isinf (g_ascii_strtod (cell, &end)) && *end == '\0')
      return ETUDE_CELL_INFINITE;
  return ETUDE_CELL_TEXT;
}

/**
 * etude_csv_classify:
 * @self: how the file writes its cells
 * @cell: a cell without blanks around it
 * @number: (out): its value, if it is a number
 * @missing: (out): the position in #etude_csv_missing, if it has no value
 * @has_comma: (out): whether it is a number with a decimal comma, which is possible only where a
 *   comma is not between cells
 *
 * Returns: what the cell holds
 */
EtudeCell
etude_csv_classify (const EtudeCsvDialect *self, const char *cell, double *number, guint *missing,
                    gboolean *has_comma)
{
  EtudeCell type = classify_number (cell, number);
  const char *comma;
  char copy[64];

  *has_comma = FALSE;
  if (type != ETUDE_CELL_TEXT)
    return type;
  for (guint i = 0; strnlen (cell, 5) < 5 && i < ETUDE_CSV_N_MISSING; i++)
    if (g_ascii_strcasecmp (cell, etude_csv_missing[i]) == 0)
      {
        *missing = i;
        return ETUDE_CELL_MISSING;
      }
  comma = self->delimiter != ',' ? strchr (cell, ',') : NULL;
  if (comma == NULL || strlen (cell) >= sizeof copy || strchr (cell, '.') != NULL)
    return ETUDE_CELL_TEXT;
  strcpy (copy, cell);
  copy[comma - cell] = '.';
  type = classify_number (copy, number);
  *has_comma = type != ETUDE_CELL_TEXT;
  return type;
}

/* Share of the rows that have as many cells as the first; 0 where that is one cell. */
static double
score (char delimiter, const char *text, gsize length)
{
  g_autoptr (EtudeCsvReader) reader = etude_csv_reader_new_text ("", delimiter, text, length);
  EtudeCsvRow row;
  gsize n_cells = 0, n_rows = 0, n_same = 0;

  while (n_rows < SAMPLE_ROWS && etude_csv_reader_next (reader, &row, NULL))
    {
      if (n_rows == 0)
        n_cells = row.n;
      n_rows++;
      n_same += row.n == n_cells;
    }
  return n_cells < 2 ? 0 : (double) n_same / (double) n_rows;
}

/* The first row names the columns where none of its cells is a number or missing, and either all
 * differ or a number stands below one. The name of a column may be empty, as pandas writes it for
 * the index. */
static gboolean
guess_header (const EtudeCsvDialect *self, const char *text, gsize length)
{
  g_autoptr (EtudeCsvReader) reader = etude_csv_reader_new_text ("", self->delimiter, text, length);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) scratch = g_string_new (NULL);
  gboolean has_comma, all_differ;
  EtudeCsvRow row;
  double number;
  guint missing;
  gsize n;

  if (!etude_csv_reader_next (reader, &row, NULL))
    return FALSE;
  for (gsize i = 0; i < row.n; i++)
    {
      const char *cell = etude_csv_strip (row.cells[i], scratch);
      EtudeCell type = etude_csv_classify (self, cell, &number, &missing, &has_comma);

      if (type != ETUDE_CELL_TEXT && !(type == ETUDE_CELL_MISSING && *cell == '\0'))
        return FALSE;
      g_hash_table_add (names, (gpointer) row.cells[i]);
    }
  n = row.n;
  all_differ = g_hash_table_size (names) == n;
  if (all_differ || !etude_csv_reader_next (reader, &row, NULL))
    return all_differ;
  for (gsize i = 0; i < MIN (n, row.n); i++)
    {
      const char *cell = etude_csv_strip (row.cells[i], scratch);

      if (etude_csv_classify (self, cell, &number, &missing, &has_comma) == ETUDE_CELL_NUMBER)
        return TRUE;
    }
  return FALSE;
}

/**
 * etude_csv_dialect_guess:
 * @self: (out caller-allocates): the guess
 * @text: (array length=length): the beginning of the file
 * @length: its bytes
 * @is_whole: whether that is the whole file
 *
 * Tells from the first rows what is between cells, and whether the first row names the columns. Tab
 * and semicolon win over a comma that fits as well, since the comma may then be a decimal sign.
 */
void
etude_csv_dialect_guess (EtudeCsvDialect *self, const char *text, gsize length, gboolean is_whole)
{
  static const char delimiters[] = { '\t', ';', ',' };
  double best = 0;

  /* A last line that is cut off would look ragged. */
  if (!is_whole)
    for (gsize i = length; i > 0; i--)
      if (text[i - 1] == '\n')
        {
          length = i;
          break;
        }
  self->delimiter = ',';
  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
    {
      double value = score (delimiters[i], text, length);

      if (value > best)
        {
          best = value;
          self->delimiter = delimiters[i];
        }
    }
  self->has_header = guess_header (self, text, length);
}
