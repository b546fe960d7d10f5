/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/import-csv-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

/* A column of texts with more of them is no category; a target has no more classes. */
#define MAX_CATEGORIES 100
#define MAX_CLASSES 1000
/* A whole number with at most so many values may be a class. */
#define MAX_CLASS_NUMBERS 20
/* Memory for the different texts of all columns. */
#define MAX_DICTIONARY ((gsize) 16 << 20)

/* What tells two classes apart: “1” and “1.0” are one number. */
static const char *
category_text (EtudeCell cell, const char *text, double number, gboolean is_number, char *buffer)
{
  return is_number && cell == ETUDE_CELL_NUMBER ? etude_number_write (buffer, number) : text;
}

static gboolean
learn_row (EtudeCsvImport *self, const EtudeCsvRow *row, gpointer data, GError **error)
{
  for (gsize i = 0; i < row->n; i++)
    {
      EtudeCsvColumn *column = &self->columns[i];
      char buffer[ETUDE_NUMBER_SIZE];
      const char *text;
      double number;
      guint missing;
      EtudeCell cell;

      if (column->codes == NULL || column->texts->len > MAX_CLASSES)
        continue;
      cell = etude_csv_import_cell (self, row->cells[i], &text, &number, &missing);
      text = category_text (cell, text, number, column->n_texts == 0, buffer);
      if (g_hash_table_contains (column->codes, text))
        continue;
      g_ptr_array_add (column->texts, g_strdup (text));
      g_hash_table_insert (column->codes, column->texts->pdata[column->texts->len - 1],
                           GUINT_TO_POINTER (column->texts->len));
      self->dictionary_bytes += strlen (text) + 64;
      if (self->dictionary_bytes > MAX_DICTIONARY)
        return etude_csv_import_fail (self, error,
                                      _("line %" PRIu64 ", column “%s”: found more than 16 MiB of different texts, expected numbers or few texts"),
                                      row->line, column->name);
    }
  return TRUE;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = 0, y = 0;

  etude_number_read (*(char *const *) a, &x);
  etude_number_read (*(char *const *) b, &y);
  return (x > y) - (x < y);
}

/* Codes follow the order of the texts, so that they do not depend on the order of the rows. */
static void
sort_codes (EtudeCsvColumn *column)
{
  g_ptr_array_sort (column->texts, column->n_texts == 0 ? compare_numbers : compare_texts);
  for (guint i = 0; i < column->texts->len; i++)
    g_hash_table_insert (column->codes, column->texts->pdata[i], GUINT_TO_POINTER (i + 1));
}

static void
forget_codes (EtudeCsvColumn *column)
{
  g_clear_pointer (&column->codes, g_hash_table_unref);
  g_clear_pointer (&column->texts, g_ptr_array_unref);
}

static gboolean
refuse_text (EtudeCsvImport *self, const EtudeCsvColumn *column, GError **error)
{
  return etude_csv_import_fail (self, error, _("line %" PRIu64 ", column “%s”: found “%s”, expected a number"),
                                column->text_line, column->name, column->text);
}

/* A column that is nearly all numbers has a slip in it rather than texts on purpose. */
static gboolean
is_slip (const EtudeCsvColumn *column)
{
  return column->n_numbers > column->n_texts && column->texts->len > MAX_CLASS_NUMBERS;
}

/* Says why a task was guessed. */
static void G_GNUC_PRINTF (2, 3)
warn_task (EtudeCsvImport *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (self->warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* Text, or few whole numbers of which each comes more than once on average, are classes. */
static void
choose_task (EtudeCsvImport *self)
{
  const EtudeCsvColumn *target = &self->columns[self->target];
  gsize n = target->texts != NULL ? target->texts->len : 0;

  self->task = ETUDE_TASK_CLASSIFICATION;
  if (target->n_texts > 0)
    warn_task (self, _("the task is classification, since the target “%s” holds %zu different texts"),
               target->name, n);
  else if (target->all_integer && n <= MAX_CLASS_NUMBERS && 2 * n <= self->n_complete)
    warn_task (self, _("the task is classification, since the target “%s” holds only %zu different whole numbers"),
               target->name, n);
  else
    {
      self->task = ETUDE_TASK_REGRESSION;
      if (!target->all_integer)
        warn_task (self, _("the task is regression, since the target “%s” holds numbers with fractions"),
                   target->name);
      else
        warn_task (self, _("the task is regression, since the target “%s” holds many different whole numbers"),
                   target->name);
    }
}

static gboolean
assign_target (EtudeCsvImport *self, GError **error)
{
  EtudeCsvColumn *target = &self->columns[self->target];

  if (target->n_texts > 0
      && (self->choice == ETUDE_TASK_CHOICE_REGRESSION
          || (self->choice == ETUDE_TASK_CHOICE_AUTO && is_slip (target))))
    return refuse_text (self, target, error);
  if (self->choice == ETUDE_TASK_CHOICE_AUTO)
    choose_task (self);
  else
    self->task = self->choice == ETUDE_TASK_CHOICE_REGRESSION ? ETUDE_TASK_REGRESSION : ETUDE_TASK_CLASSIFICATION;
  target->n = 1;
  if (self->task == ETUDE_TASK_REGRESSION)
    {
      forget_codes (target);
      return TRUE;
    }
  if (target->texts->len > MAX_CLASSES)
    return etude_csv_import_fail (self, error,
                                  _("column “%s”: found more than %u classes, expected at most that many"),
                                  target->name, MAX_CLASSES);
  sort_codes (target);
  if (target->texts->len < 2)
    return etude_csv_import_fail (self, error, _("column “%s”: found only the class “%s”, expected at least two classes"),
                                  target->name, (char *) target->texts->pdata[0]);
  target->type = ETUDE_COLUMN_CATEGORY;
  return TRUE;
}

static gboolean
assign_input (EtudeCsvImport *self, EtudeCsvColumn *column, GError **error)
{
  column->first = self->n_inputs;
  if (column->n_texts == 0)
    column->n = 1;
  else if (is_slip (column))
    return refuse_text (self, column, error);
  else if (column->texts->len > MAX_CATEGORIES
           || (column->texts->len == self->n_complete && self->n_complete >= 20))
    {
      column->type = ETUDE_COLUMN_IGNORED;
      if (column->texts->len == self->n_complete)
        g_ptr_array_add (self->warnings,
                         g_strdup_printf (_("column “%s” is left out: its text is another one in every row"), column->name));
      else
        g_ptr_array_add (self->warnings,
                         g_strdup_printf (_("column “%s” is left out: it holds more than %u different texts"),
                                          column->name, MAX_CATEGORIES));
    }
  else
    {
      column->type = ETUDE_COLUMN_CATEGORY;
      column->n = column->texts->len;
      sort_codes (column);
    }
  self->n_inputs += column->n;
  return TRUE;
}

/* One-hot columns could make much of little: the data may take four times the file, and a bit. */
static gboolean
check_size (EtudeCsvImport *self, GError **error)
{
  const EtudeCsvColumn *widest = &self->columns[0];
  gsize most = (gsize) MIN ((guint64) etude_memory_get_limit (), 4 * self->source->size + (32 << 20));
  gsize bytes;

  for (gsize i = 1; i < self->n_columns; i++)
    if (self->columns[i].n > widest->n)
      widest = &self->columns[i];
  if (self->n_inputs == 0)
    return etude_csv_import_fail (self, error, _("line %" PRIu64 ": found no column to learn from, expected numbers or few different texts"),
                                  self->first_line);
  if (g_size_checked_mul (&bytes, self->n_complete, self->n_inputs)
      && g_size_checked_mul (&bytes, bytes, sizeof (float)) && bytes <= most)
    return TRUE;
  return etude_csv_import_fail (self, error,
                                _("column “%s”: found %zu different texts, which with the other columns make %zu inputs for each of %zu rows, expected at most %zu bytes of them"),
                                widest->name, widest->n, self->n_inputs, self->n_complete, most);
}

/**
 * etude_csv_import_assign:
 * @self: an import after its survey
 * @error: set when no data set can be made of the columns
 *
 * The second pass: finds the different texts, and decides the task, which column is a number, a
 * category or left out, and where its values go.
 *
 * Returns: whether there is something to learn and something to predict
 */
gboolean
etude_csv_import_assign (EtudeCsvImport *self, GError **error)
{
  gboolean has_codes = FALSE;

  for (gsize i = 0; i < self->n_columns; i++)
    {
      EtudeCsvColumn *column = &self->columns[i];

      if (column->n_texts == 0 && (i != self->target || self->choice == ETUDE_TASK_CHOICE_REGRESSION))
        continue;
      column->codes = g_hash_table_new (g_str_hash, g_str_equal);
      column->texts = g_ptr_array_new_with_free_func (g_free);
      has_codes = TRUE;
    }
  if (has_codes && !etude_csv_import_pass (self, learn_row, NULL, error))
    return FALSE;
  if (!assign_target (self, error))
    return FALSE;
  for (gsize i = 0; i < self->n_columns; i++)
    if (i != self->target && !assign_input (self, &self->columns[i], error))
      return FALSE;
  return check_size (self, error);
}
