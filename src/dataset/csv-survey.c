/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/import-csv-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

/* Columns that a message or warning lists. */
#define LISTED 10

/* A cell in a message: its beginning, on one line. */
static char *
shorten (const char *cell)
{
  g_autofree char *start = g_utf8_substring (cell, 0, MIN (g_utf8_strlen (cell, -1), 40));

  return g_strdelimit (g_strdup (start), "\n\r\t", ' ');
}

static gboolean
survey_cell (EtudeCsvImport *self, EtudeCsvColumn *column, const char *cell, guint64 line)
{
  const char *text;
  double number = 0;
  guint missing = 0;

  switch (etude_csv_import_cell (self, cell, &text, &number, &missing))
    {
    case ETUDE_CELL_MISSING:
      column->missing[missing]++;
      return FALSE;
    case ETUDE_CELL_NUMBER:
      column->n_numbers++;
      column->all_integer = column->all_integer && number == floor (number);
      return TRUE;
    case ETUDE_CELL_INFINITE:
      if (column->infinite == NULL)
        {
          column->infinite = shorten (text);
          column->infinite_line = line;
        }
      return TRUE;
    case ETUDE_CELL_TEXT:
      column->n_texts++;
      if (column->text == NULL)
        {
          column->text = shorten (text);
          column->text_line = line;
        }
      return TRUE;
    }
  g_return_val_if_reached (TRUE);
}

static void
make_columns (EtudeCsvImport *self, gsize n, guint64 line)
{
  self->first_line = line;
  self->n_columns = n;
  self->columns = g_new0 (EtudeCsvColumn, n);
  for (gsize i = 0; i < n; i++)
    self->columns[i].all_integer = TRUE;
}

/* Names from the header; empty ones become “column 3”, equal ones “a (2)”. */
static void
name_columns (EtudeCsvImport *self, const char *const *cells)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < self->n_columns; i++)
    {
      const char *cell = cells != NULL ? etude_csv_strip (cells[i], self->scratch) : "";
      g_autofree char *base = *cell != '\0' ? shorten (cell) : g_strdup_printf ("column %zu", i + 1);
      char *name = g_strdup (base);

      for (guint k = 2; g_hash_table_contains (names, name); k++)
        {
          g_free (name);
          name = g_strdup_printf ("%s (%u)", base, k);
        }
      if (!g_str_equal (name, base))
        g_ptr_array_add (self->warnings,
                         g_strdup_printf (_("more than one column is called “%s”; the one in place %zu is called “%s” here"),
                                          base, i + 1, name));
      g_hash_table_add (names, name);
      self->columns[i].name = name;
    }
}

static gboolean
survey_row (EtudeCsvImport *self, const EtudeCsvRow *row, gpointer data, GError **error)
{
  gboolean is_first = self->columns == NULL;
  gboolean is_complete = TRUE;

  if (is_first)
    {
      make_columns (self, row->n, row->line);
      name_columns (self, self->dialect.has_header ? row->cells : NULL);
      if (self->dialect.has_header)
        return TRUE;
    }
  if (row->n != self->n_columns)
    return etude_csv_import_fail (self, error, g_dngettext (GETTEXT_PACKAGE,
                                  "line %" PRIu64 ": found %zu cell, expected %zu as in line %" PRIu64,
                                  "line %" PRIu64 ": found %zu cells, expected %zu as in line %" PRIu64, row->n),
                                  row->line, row->n, self->n_columns, self->first_line);
  for (gsize i = 0; i < row->n; i++)
    is_complete &= survey_cell (self, &self->columns[i], row->cells[i], row->line);
  self->n_rows++;
  self->n_complete += is_complete;
  return TRUE;
}

static guint64
count_missing (const EtudeCsvColumn *column)
{
  guint64 n = 0;

  for (guint i = 0; i < ETUDE_CSV_N_MISSING; i++)
    n += column->missing[i];
  return n;
}

static gboolean
find_target (EtudeCsvImport *self, const char *target, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *found = NULL;

  self->target = self->n_columns - 1;
  if (target == NULL)
    return TRUE;
  for (gsize i = 0; i < self->n_columns; i++)
    if (g_str_equal (self->columns[i].name, target))
      {
        self->target = i;
        return TRUE;
      }
  for (gsize i = 0; i < MIN (self->n_columns, LISTED); i++)
    etude_error_list (names, self->columns[i].name);
  if (self->n_columns > LISTED)
    g_string_append (names, ", …");
  found = shorten (target);
  /* Translators: the first %s is the name of a column, the second a list of names */
  return etude_csv_import_fail (self, error, _("line %" PRIu64 ": found no column “%s” for the target, expected one of %s"),
                                self->first_line, found, names->str);
}

/* “3 in column “age” (2 “NA”, 1 empty)”, for the columns that have missing cells. */
static char *
list_missing (const EtudeCsvImport *self)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint listed = 0;

  for (gsize i = 0; i < self->n_columns && listed <= LISTED; i++)
    {
      const EtudeCsvColumn *column = &self->columns[i];
      g_autoptr (GString) how = g_string_new (NULL);

      if (count_missing (column) == 0)
        continue;
      if (++listed > LISTED)
        {
          g_string_append (list, ", …");
          break;
        }
      for (guint k = 0; k < ETUDE_CSV_N_MISSING; k++)
        if (column->missing[k] > 0 && k == 0)
          g_string_append_printf (how, _("%" PRIu64 " empty"), column->missing[k]);
        else if (column->missing[k] > 0)
          /* Translators: a comma or nothing, then how often a cell holds a word: “, 2 “na”” */
          g_string_append_printf (how, _("%s%" PRIu64 " “%s”"), how->len > 0 ? ", " : "",
                                  column->missing[k], etude_csv_missing[k]);
      /* Translators: a column, and how its missing cells are written, such as 2 “na” */
      g_string_append_printf (list, _("%s“%s” (%s)"), listed > 1 ? ", " : "", column->name, how->str);
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
check_missing (EtudeCsvImport *self, GError **error)
{
  const EtudeCsvColumn *worst = &self->columns[0];
  gsize n_dropped = self->n_rows - self->n_complete;
  g_autofree char *list = NULL;

  if (n_dropped == 0)
    return TRUE;
  for (gsize i = 1; i < self->n_columns; i++)
    if (count_missing (&self->columns[i]) > count_missing (worst))
      worst = &self->columns[i];
  if (self->n_complete == 0)
    return etude_csv_import_fail (self, error,
                                  _("column “%s”: found %" PRIu64 " missing cells and no complete row among %zu, expected at least one"),
                                  worst->name, count_missing (worst), self->n_rows);
  list = list_missing (self);
  g_ptr_array_add (self->warnings,
                   g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                 "%zu row is left out because of missing cells in %s",
                                                 "%zu rows are left out because of missing cells in %s", n_dropped),
                                    n_dropped, list));
  return TRUE;
}

static gboolean
check_infinite (EtudeCsvImport *self, GError **error)
{
  for (gsize i = 0; i < self->n_columns; i++)
    if (self->columns[i].infinite != NULL && self->columns[i].n_texts == 0)
      return etude_csv_import_fail (self, error,
                                    _("line %" PRIu64 ", column “%s”: found “%s”, expected a finite number below 3.4e38"),
                                    self->columns[i].infinite_line, self->columns[i].name, self->columns[i].infinite);
  return TRUE;
}

/**
 * etude_csv_import_survey:
 * @self: an import with its source and dialect
 * @target: (nullable): name of the target; NULL for the last column
 * @error: set at the first mistake in the file
 *
 * The first pass: reads the whole file, finds the columns and what their cells are, and decides
 * which column is the target.
 *
 * Returns: whether the file is sound
 */
gboolean
etude_csv_import_survey (EtudeCsvImport *self, const char *target, GError **error)
{
  if (!etude_csv_import_pass (self, survey_row, NULL, error))
    return FALSE;
  if (self->columns == NULL)
    return etude_csv_import_fail (self, error, _("line 1: found an empty file, expected rows of cells"));
  if (self->n_rows == 0)
    return etude_csv_import_fail (self, error, _("line %" PRIu64 ": found only a header, expected rows below it"),
                                  self->first_line);
  if (self->n_columns < 2)
    return etude_csv_import_fail (self, error,
                                  _("line %" PRIu64 ": found one column, expected at least two: inputs and a target"),
                                  self->first_line);
  if (!find_target (self, target, error) || !check_missing (self, error) || !check_infinite (self, error))
    return FALSE;
  if (!self->dialect.has_header)
    g_ptr_array_add (self->warnings, g_strdup (_("the first line is not taken as a header; the columns are numbered")));
  if (self->has_comma)
    g_ptr_array_add (self->warnings, g_strdup (_("numbers are read with a decimal comma")));
  return TRUE;
}
