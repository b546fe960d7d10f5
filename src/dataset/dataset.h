/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

#include "base/value.h"

G_BEGIN_DECLS

/**
 * EtudeTask:
 * @ETUDE_TASK_CLASSIFICATION: a class is predicted
 * @ETUDE_TASK_REGRESSION: numbers are predicted
 */
typedef enum
{
  ETUDE_TASK_CLASSIFICATION,
  ETUDE_TASK_REGRESSION,
} EtudeTask;

/**
 * EtudeColumnType:
 * @ETUDE_COLUMN_NUMBER: a number
 * @ETUDE_COLUMN_CATEGORY: one of a few texts
 * @ETUDE_COLUMN_IGNORED: texts from which nothing is learned; they are not kept
 */
typedef enum
{
  ETUDE_COLUMN_NUMBER,
  ETUDE_COLUMN_CATEGORY,
  ETUDE_COLUMN_IGNORED,
} EtudeColumnType;

/**
 * EtudeColumn:
 * @name: as in the file, made unique
 * @type: a number, or one of a few texts
 * @is_target: whether it is what is predicted
 * @missing: cells without a value; their rows are not among the samples
 * @min: least value; NaN for a category, like the next three
 * @max: largest value
 * @mean: mean
 * @sd: population standard deviation
 * @distinct: number of different values; at least that many where the column is ignored
 * @categories: (nullable): the texts of a category in the order of their codes, ends with NULL
 * @first: the first input that the column fills; for a target the first target
 * @n: how many inputs it fills: 1 for a number, one for each category; for a target 1
 *
 * A column of the data as it was read, and where its values went.
 */
typedef struct
{
  char *name;
  EtudeColumnType type;
  gboolean is_target;
  gsize missing;
  double min;
  double max;
  double mean;
  double sd;
  gsize distinct;
  char **categories;
  gsize first;
  gsize n;
} EtudeColumn;

/**
 * EtudeDataset:
 * @n_samples: rows
 * @n_inputs: numbers in a row of @inputs: the product of @shape
 * @n_dims: 1, or 3 for images
 * @shape: the inputs of a sample: [n] or [channels, height, width]
 * @inputs: (nullable): [n_samples, n_inputs], row-major, not scaled; categories are one-hot
 * @bytes: (nullable): the same in place of @inputs, where all are whole numbers from 0 to 255
 * @task: what is predicted
 * @n_classes: 0 for regression
 * @class_names: (nullable): one for each class, ends with NULL
 * @labels: (nullable): [n_samples], the class of each sample
 * @n_targets: 0 for classification
 * @targets: (nullable): [n_samples, n_targets]
 * @columns: all columns in the order of the file, the target among them
 * @n_columns: how many
 * @target: (nullable): the name of the target
 * @kind: id of the kind that made it
 * @path: (nullable): the file as the document names it
 * @sha256: (nullable): hash of the file's bytes in hexadecimal digits; of images and then of labels
 *   where these are two files
 * @warnings: (element-type utf8): what a person should know, sentences without a final stop
 *
 * Samples with what is predicted from them. Counted; nothing changes it once it is loaded, so any
 * number of threads may read it.
 */
typedef struct
{
  gsize n_samples;
  gsize n_inputs;
  guint n_dims;
  gsize shape[3];
  float *inputs;
  guint8 *bytes;
  EtudeTask task;
  gsize n_classes;
  char **class_names;
  gint32 *labels;
  gsize n_targets;
  float *targets;
  EtudeColumn *columns;
  gsize n_columns;
  char *target;
  char *kind;
  char *path;
  char *sha256;
  GPtrArray *warnings;
} EtudeDataset;

EtudeDataset *etude_dataset_load (const EtudeObject *dataset, const char *folder,
                                  GCancellable *cancellable, GError **error);
EtudeDataset *etude_dataset_ref (EtudeDataset *self);
void etude_dataset_unref (EtudeDataset *self);
/* Input @k of a sample, whatever it is kept as. */
static inline float
etude_dataset_get_input (const EtudeDataset *self, gsize row, gsize k)
{
  return self->bytes != NULL ? self->bytes[row * self->n_inputs + k] : self->inputs[row * self->n_inputs + k];
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeDataset, etude_dataset_unref)

void etude_dataset_count_classes (const EtudeDataset *self, gsize *counts);
const char *etude_dataset_get_cell (const EtudeDataset *self, gsize row, gsize column, double *number);

G_END_DECLS
