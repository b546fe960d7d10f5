/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/dataset.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "dataset/dataset-private.h"
#include "dataset/generator.h"

/**
 * etude_dataset_load:
 * @dataset: a value of #etude_dataset_group
 * @folder: (nullable): what a relative path is relative to; NULL for the current folder
 * @cancellable: (nullable): stops the work within some milliseconds
 * @error: set to one sentence with file, place, what was found and what was expected
 *
 * Generates or reads the samples. Any thread. Nothing is kept when it fails.
 *
 * Returns: (transfer full) (nullable): the data set
 */
EtudeDataset *
etude_dataset_load (const EtudeObject *dataset, const char *folder, GCancellable *cancellable, GError **error)
{
  const EtudeDatasetKind *kind;
  g_autoptr (EtudeDataset) loaded = NULL;

  g_return_val_if_fail (dataset->kind != NULL, NULL);

  kind = (const EtudeDatasetKind *) dataset->kind;
  loaded = kind->load (dataset->data, folder, cancellable, error);
  if (loaded == NULL || !etude_dataset_check_cancelled (cancellable, error)
      || !etude_dataset_describe (loaded, error))
    return NULL;
  return g_steal_pointer (&loaded);
}

static void
clear_dataset (gpointer data)
{
  EtudeDataset *self = data;

  for (gsize i = 0; i < self->n_columns; i++)
    {
      g_free (self->columns[i].name);
      g_strfreev (self->columns[i].categories);
    }
  g_free (self->columns);
  etude_memory_free (self->inputs);
  etude_memory_free (self->bytes);
  etude_memory_free (self->labels);
  etude_memory_free (self->targets);
  g_strfreev (self->class_names);
  g_free (self->target);
  g_free (self->kind);
  g_free (self->path);
  g_free (self->sha256);
  g_ptr_array_unref (self->warnings);
}

/**
 * etude_dataset_new:
 * @kind: id of the kind that makes it
 *
 * Returns: (transfer full): a data set without samples
 */
EtudeDataset *
etude_dataset_new (const char *kind)
{
  EtudeDataset *self = g_atomic_rc_box_new0 (EtudeDataset);

  self->kind = g_strdup (kind);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  return self;
}

EtudeDataset *
etude_dataset_ref (EtudeDataset *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
etude_dataset_unref (EtudeDataset *self)
{
  g_atomic_rc_box_release_full (self, clear_dataset);
}

/**
 * etude_dataset_check_cancelled:
 * @cancellable: (nullable): what stops the work
 * @error: set when it was stopped
 *
 * Returns: whether the work goes on
 */
gboolean
etude_dataset_check_cancelled (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return TRUE;
  g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_CANCELLED, _("Loading the data was cancelled"));
  return FALSE;
}

/* Takes the memory of the inputs, each of @size bytes. */
static gpointer
allocate_inputs (EtudeDataset *self, gsize n_samples, gsize n_inputs, gsize size, GError **error)
{
  gsize n;

  /* Rows are numbered by 32 bits in batches and parts. */
  if (n_samples > G_MAXUINT32 || !g_size_checked_mul (&n, n_samples, n_inputs))
    n = G_MAXSIZE;
  self->n_samples = n_samples;
  self->n_inputs = n_inputs;
  self->n_dims = 1;
  self->shape[0] = n_inputs;
  return etude_memory_try_new (n, size, _("The inputs of the data set"), error);
}

static gboolean
allocate_labels (EtudeDataset *self, gsize n_classes, GError **error)
{
  self->task = ETUDE_TASK_CLASSIFICATION;
  self->n_classes = n_classes;
  self->labels = etude_memory_try_new (self->n_samples, sizeof (gint32), _("The classes of the data set"), error);
  return self->labels != NULL;
}

/**
 * etude_dataset_allocate:
 * @self: a data set without samples
 * @n_samples: at least 1
 * @n_inputs: inputs of a sample, at least 1
 * @task: what is predicted
 * @n_classes: classes; ignored for regression, which has one target
 * @error: set when that is too large
 *
 * Takes the memory of all samples, zeroed.
 *
 * Returns: whether there was enough
 */
gboolean
etude_dataset_allocate (EtudeDataset *self, gsize n_samples, gsize n_inputs, EtudeTask task,
                        gsize n_classes, GError **error)
{
  self->inputs = allocate_inputs (self, n_samples, n_inputs, sizeof (float), error);
  if (self->inputs == NULL)
    return FALSE;
  if (task == ETUDE_TASK_CLASSIFICATION)
    return allocate_labels (self, n_classes, error);
  self->task = task;
  self->n_targets = 1;
  self->targets = etude_memory_try_new (n_samples, sizeof (float), _("The targets of the data set"), error);
  return self->targets != NULL;
}

/**
 * etude_dataset_allocate_bytes:
 * @self: a data set without samples
 * @n_samples: at least 1
 * @n_inputs: inputs of a sample, at least 1
 * @n_classes: classes
 * @error: set when that is too large
 *
 * As etude_dataset_allocate(), for inputs that are whole numbers from 0 to 255: a quarter of the memory.
 *
 * Returns: whether there was enough
 */
gboolean
etude_dataset_allocate_bytes (EtudeDataset *self, gsize n_samples, gsize n_inputs, gsize n_classes, GError **error)
{
  self->bytes = allocate_inputs (self, n_samples, n_inputs, 1, error);
  return self->bytes != NULL && allocate_labels (self, n_classes, error);
}

/**
 * etude_dataset_name_plain_columns:
 * @self: a data set with samples and, for classification, class names
 * @names: (array length=n_inputs): names of the inputs
 * @target: name of the target
 *
 * Gives a data set of numbers its columns: the inputs, then the target.
 */
void
etude_dataset_name_plain_columns (EtudeDataset *self, const char *const *names, const char *target)
{
  EtudeColumn *last;

  self->n_columns = self->n_inputs + 1;
  self->columns = g_new0 (EtudeColumn, self->n_columns);
  self->target = g_strdup (target);
  for (gsize i = 0; i < self->n_inputs; i++)
    self->columns[i] = (EtudeColumn) { .name = g_strdup (names[i]), .first = i, .n = 1 };
  last = &self->columns[self->n_inputs];
  *last = (EtudeColumn) { .name = g_strdup (target), .is_target = TRUE, .n = 1 };
  if (self->task == ETUDE_TASK_CLASSIFICATION)
    {
      last->type = ETUDE_COLUMN_CATEGORY;
      last->categories = g_strdupv (self->class_names);
    }
}

static float
column_value (const EtudeDataset *self, const EtudeColumn *column, gsize row)
{
  return column->is_target ? self->targets[row * self->n_targets + column->first]
                           : etude_dataset_get_input (self, row, column->first);
}

/* Radix sort of the bit patterns, eleven bits at a time: equal numbers have equal patterns once -0
 * has become 0, and the order itself does not matter. */
static gsize
count_distinct (const EtudeDataset *self, const EtudeColumn *column, guint32 *bits, guint32 *spare)
{
  gsize n = self->n_samples, distinct = n > 0 ? 1 : 0;

  for (gsize i = 0; i < n; i++)
    {
      float value = column_value (self, column, i) + 0.0f;

      memcpy (&bits[i], &value, sizeof value);
    }
  for (guint shift = 0; shift < 32; shift += 11)
    {
      gsize starts[2049] = { 0 };
      guint32 *other = bits;

      for (gsize i = 0; i < n; i++)
        starts[((bits[i] >> shift) & 2047) + 1]++;
      for (guint i = 1; i < 2048; i++)
        starts[i] += starts[i - 1];
      for (gsize i = 0; i < n; i++)
        spare[starts[(bits[i] >> shift) & 2047]++] = bits[i];
      bits = spare;
      spare = other;
    }
  for (gsize i = 1; i < n; i++)
    distinct += bits[i] != bits[i - 1];
  return distinct;
}

/* The number that a person wrote: the shortest decimal that is this float, as a double. */
static double
widen (float value)
{
  char text[ETUDE_NUMBER_SIZE];
  static const char *const formats[] = { "%.6g", "%.7g", "%.8g" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      double wide = g_ascii_strtod (g_ascii_formatd (text, sizeof text, formats[i], value), NULL);

      if ((float) wide == value)
        return wide;
    }
  return g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.9g", value), NULL);
}

static void
describe_number (const EtudeDataset *self, EtudeColumn *column, guint32 *bits, guint32 *spare)
{
  double sum = 0, squares = 0;

  column->min = INFINITY;
  column->max = -INFINITY;
  for (gsize i = 0; i < self->n_samples; i++)
    {
      double value = column_value (self, column, i);

      column->min = MIN (column->min, value);
      column->max = MAX (column->max, value);
      sum += value;
    }
  column->mean = sum / (double) self->n_samples;
  for (gsize i = 0; i < self->n_samples; i++)
    {
      double distance = column_value (self, column, i) - column->mean;

      squares += distance * distance;
    }
  /* The mean of equal numbers may be off by a rounding error; their deviation is 0 all the same. */
  column->sd = column->min < column->max ? sqrt (squares / (double) self->n_samples) : 0;
  column->min = widen ((float) column->min);
  column->max = widen ((float) column->max);
  column->distinct = count_distinct (self, column, bits, spare);
}

/**
 * etude_dataset_describe:
 * @self: a data set with samples and columns
 * @error: set when there is no memory
 *
 * Fills in what the columns say of their values: range, mean, population standard deviation and
 * number of different values.
 *
 * Returns: whether it could be done
 */
gboolean
etude_dataset_describe (EtudeDataset *self, GError **error)
{
  guint32 *bits = etude_memory_try_new (self->n_samples, sizeof (guint32), _("The summary of a column"), error);
  guint32 *spare = NULL;

  if (bits != NULL)
    spare = etude_memory_try_new (self->n_samples, sizeof (guint32), _("The summary of a column"), error);
  for (gsize i = 0; spare != NULL && i < self->n_columns; i++)
    {
      EtudeColumn *column = &self->columns[i];

      if (column->type == ETUDE_COLUMN_NUMBER)
        describe_number (self, column, bits, spare);
      else
        {
          column->min = column->max = column->mean = column->sd = NAN;
          if (column->categories != NULL)
            column->distinct = g_strv_length (column->categories);
        }
    }
  etude_memory_free (bits);
  etude_memory_free (spare);
  return spare != NULL;
}

/**
 * etude_dataset_count_classes:
 * @self: a data set for classification
 * @counts: (out) (array length=n_classes): samples of each class
 */
void
etude_dataset_count_classes (const EtudeDataset *self, gsize *counts)
{
  g_return_if_fail (self->task == ETUDE_TASK_CLASSIFICATION);

  memset (counts, 0, self->n_classes * sizeof *counts);
  for (gsize i = 0; i < self->n_samples; i++)
    counts[self->labels[i]]++;
}

/**
 * etude_dataset_get_cell:
 * @self: a data set
 * @row: a sample
 * @column: a column
 * @number: (out): its value where the column holds numbers: the shortest decimal that is equal to
 *   the float that is kept
 *
 * Returns: (nullable): the text where the column holds categories; else NULL, with a NaN where the
 *   column was ignored
 */
const char *
etude_dataset_get_cell (const EtudeDataset *self, gsize row, gsize column, double *number)
{
  const EtudeColumn *what = &self->columns[column];

  g_return_val_if_fail (row < self->n_samples && column < self->n_columns, NULL);

  if (what->type == ETUDE_COLUMN_NUMBER)
    {
      *number = widen (column_value (self, what, row));
      return NULL;
    }
  *number = NAN;
  if (what->type == ETUDE_COLUMN_IGNORED)
    return NULL;
  if (what->is_target)
    return what->categories[self->labels[row]];
  for (gsize i = 0; i < what->n; i++)
    if (etude_dataset_get_input (self, row, what->first + i) != 0)
      return what->categories[i];
  return "";
}
