/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/import-csv-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "dataset/dataset-private.h"

/* Bytes at the beginning of a file that tell its dialect. */
#define HEAD 65536

/**
 * etude_csv_import_fail:
 * @self: an import
 * @error: set to the name of the file and the message
 * @format: place, what was found, what was expected
 *
 * Returns: FALSE
 */
gboolean
etude_csv_import_fail (EtudeCsvImport *self, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, "%s: %s", self->source->name, message);
  return FALSE;
}

/**
 * etude_csv_import_cell:
 * @self: an import
 * @cell: a cell as the reader gives it
 * @text: (out): the cell without blanks around it, until the next call
 * @number: (out): its value, if it is a number
 * @missing: (out): how it is missing, if it is
 *
 * Returns: what it is
 */
EtudeCell
etude_csv_import_cell (EtudeCsvImport *self, const char *cell, const char **text, double *number, guint *missing)
{
  gboolean has_comma;
  EtudeCell type;

  *text = etude_csv_strip (cell, self->scratch);
  type = etude_csv_classify (&self->dialect, *text, number, missing, &has_comma);
  self->has_comma |= has_comma;
  return type;
}

static gboolean
is_complete (EtudeCsvImport *self, const EtudeCsvRow *row)
{
  const char *text;
  double number;
  guint missing;

  /* Nothing to look for where the survey found every row complete. */
  if (self->n_complete == self->n_rows)
    return TRUE;
  for (gsize i = 0; i < row->n; i++)
    if (etude_csv_import_cell (self, row->cells[i], &text, &number, &missing) == ETUDE_CELL_MISSING)
      return FALSE;
  return TRUE;
}

/**
 * etude_csv_import_pass:
 * @self: an import
 * @visit: called for each row: of the first pass for all, later for those of complete samples
 * @data: for @visit
 * @error: set when the file cannot be read or @visit fails
 *
 * Reads the file from front to back.
 *
 * Returns: whether it was read to its end
 */
gboolean
etude_csv_import_pass (EtudeCsvImport *self, EtudeCsvVisit visit, gpointer data, GError **error)
{
  gboolean is_survey = self->columns == NULL;
  gboolean is_header = !is_survey && self->dialect.has_header;
  g_autoptr (EtudeCsvReader) reader = NULL;
  GError *inner = NULL;
  gsize n_visited = 0;
  EtudeCsvRow row;

  if (!etude_source_rewind (self->source, error))
    return FALSE;
  reader = etude_csv_reader_new (self->source->name, self->dialect.delimiter, etude_source_fill, self->source);
  while (etude_csv_reader_next (reader, &row, &inner))
    {
      if (is_header)
        {
          is_header = FALSE;
          continue;
        }
      if (!is_survey && (row.n != self->n_columns || !is_complete (self, &row)))
        continue;
      /* More rows than were counted: somebody writes to the file. */
      if (!is_survey && n_visited == self->n_complete)
        break;
      n_visited++;
      if (!visit (self, &row, data, error))
        return FALSE;
    }
  if (inner != NULL)
    {
      g_propagate_error (error, inner);
      return FALSE;
    }
  if (!is_survey && n_visited != self->n_complete)
    return etude_csv_import_fail (self, error, _("found that it changed while it was read, expected a file at rest"));
  return TRUE;
}

typedef struct
{
  EtudeDataset *dataset;
  gsize at;
} Filling;

static gboolean
fill_row (EtudeCsvImport *self, const EtudeCsvRow *row, gpointer data, GError **error)
{
  Filling *filling = data;
  EtudeDataset *dataset = filling->dataset;
  float *inputs = dataset->inputs + filling->at * dataset->n_inputs;

  for (gsize i = 0; i < row->n; i++)
    {
      const EtudeCsvColumn *column = &self->columns[i];
      char buffer[ETUDE_NUMBER_SIZE];
      const char *text;
      double number = 0;
      guint missing, code = 0;
      EtudeCell cell;

      if (column->type == ETUDE_COLUMN_IGNORED)
        continue;
      cell = etude_csv_import_cell (self, row->cells[i], &text, &number, &missing);
      if (column->type == ETUDE_COLUMN_CATEGORY)
        {
          if (column->n_texts == 0)
            text = etude_number_write (buffer, number);
          code = GPOINTER_TO_UINT (g_hash_table_lookup (column->codes, text));
        }
      if (column->type == ETUDE_COLUMN_CATEGORY ? code == 0 : cell != ETUDE_CELL_NUMBER)
        return etude_csv_import_fail (self, error, _("found that it changed while it was read, expected a file at rest"));
      if (i != self->target)
        inputs[column->first + (code > 0 ? code - 1 : 0)] = code > 0 ? 1 : (float) number;
      else if (code > 0)
        dataset->labels[filling->at] = (gint32) code - 1;
      else
        dataset->targets[filling->at] = (float) number;
    }
  filling->at++;
  return TRUE;
}

static char **
copy_texts (const EtudeCsvColumn *column)
{
  char **texts = g_new0 (char *, column->texts->len + 1);

  for (guint i = 0; i < column->texts->len; i++)
    texts[i] = g_strdup (column->texts->pdata[i]);
  return texts;
}

static void
describe_columns (const EtudeCsvImport *self, EtudeDataset *dataset)
{
  dataset->columns = g_new0 (EtudeColumn, self->n_columns);
  dataset->n_columns = self->n_columns;
  for (gsize i = 0; i < self->n_columns; i++)
    {
      const EtudeCsvColumn *from = &self->columns[i];
      EtudeColumn *to = &dataset->columns[i];

      *to = (EtudeColumn) { .name = g_strdup (from->name), .type = from->type, .first = from->first,
                            .n = from->n, .is_target = i == self->target };
      for (guint k = 0; k < ETUDE_CSV_N_MISSING; k++)
        to->missing += from->missing[k];
      if (from->type == ETUDE_COLUMN_CATEGORY)
        to->categories = copy_texts (from);
      else if (from->type == ETUDE_COLUMN_IGNORED)
        to->distinct = from->texts->len;
    }
  dataset->target = g_strdup (self->columns[self->target].name);
  if (self->task == ETUDE_TASK_CLASSIFICATION)
    dataset->class_names = copy_texts (&self->columns[self->target]);
}

static void
warn_constant (const EtudeDataset *dataset)
{
  for (gsize i = 0; i < dataset->n_columns; i++)
    {
      const EtudeColumn *column = &dataset->columns[i];
      gboolean is_constant = column->type == ETUDE_COLUMN_CATEGORY && column->n == 1 && !column->is_target;

      if (column->type == ETUDE_COLUMN_NUMBER)
        {
          const float *values = column->is_target ? dataset->targets : dataset->inputs + column->first;
          gsize stride = column->is_target ? 1 : dataset->n_inputs;

          is_constant = TRUE;
          for (gsize k = 1; k < dataset->n_samples && is_constant; k++)
            is_constant = values[k * stride] == values[0];
        }
      if (is_constant)
        g_ptr_array_add (dataset->warnings,
                         g_strdup_printf (_("column “%s” has the same value in every row"), column->name));
    }
}

static EtudeDataset *
fill_dataset (EtudeCsvImport *self, GError **error)
{
  g_autoptr (EtudeDataset) dataset = etude_dataset_new ("file");
  Filling filling = { dataset, 0 };
  gsize n_classes = self->task == ETUDE_TASK_CLASSIFICATION ? self->columns[self->target].texts->len : 0;

  if (!etude_dataset_allocate (dataset, self->n_complete, self->n_inputs, self->task, n_classes, error)
      || !etude_csv_import_pass (self, fill_row, &filling, error))
    return NULL;
  describe_columns (self, dataset);
  for (guint i = 0; i < self->warnings->len; i++)
    g_ptr_array_add (dataset->warnings, g_strdup (self->warnings->pdata[i]));
  warn_constant (dataset);
  return g_steal_pointer (&dataset);
}

static gboolean
guess_dialect (EtudeCsvImport *self, GError **error)
{
  g_autofree char *head = g_malloc (HEAD);
  gsize n = 0;

  while (n < HEAD)
    {
      gssize more = etude_source_fill (self->source, head + n, HEAD - n, error);

      if (more < 0)
        return FALSE;
      if (more == 0)
        break;
      n += (gsize) more;
    }
  etude_csv_dialect_guess (&self->dialect, head, n, n == self->source->size);
  return TRUE;
}

static void
clear_import (EtudeCsvImport *self)
{
  for (gsize i = 0; i < self->n_columns; i++)
    {
      EtudeCsvColumn *column = &self->columns[i];

      g_free (column->name);
      g_free (column->text);
      g_free (column->infinite);
      g_clear_pointer (&column->codes, g_hash_table_unref);
      g_clear_pointer (&column->texts, g_ptr_array_unref);
    }
  g_free (self->columns);
  g_ptr_array_unref (self->warnings);
  g_string_free (self->scratch, TRUE);
}

/**
 * etude_import_csv:
 * @source: a file
 * @how: task and target, which is the last column where it is not given
 * @error: set to file, place, what was found and what was expected
 *
 * Reads comma-, semicolon- or tab-separated values. What it guesses (delimiter, header, decimal
 * comma, task) is said in the warnings where it is not plain. Rows with a missing cell are left
 * out; a column of texts is a category, one-hot. The file is read three times rather than kept: the
 * memory is that of the samples and at most 64 MiB.
 *
 * Returns: (transfer full) (nullable): the data set, not yet described
 */
EtudeDataset *
etude_import_csv (EtudeSource *source, const EtudeImportHow *how, GError **error)
{
  EtudeCsvImport self = { .source = source, .choice = how->task };
  EtudeDataset *dataset = NULL;

  self.warnings = g_ptr_array_new_with_free_func (g_free);
  self.scratch = g_string_new (NULL);
  if (guess_dialect (&self, error)
      && etude_csv_import_survey (&self, how->target, error)
      && etude_csv_import_assign (&self, error))
    dataset = fill_dataset (&self, error);
  if (dataset != NULL)
    dataset->sha256 = g_strdup (source->sha256);
  clear_import (&self);
  return dataset;
}
