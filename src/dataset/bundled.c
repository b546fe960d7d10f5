/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/generator-private.h"

#include <glib/gi18n-lib.h>

#include "base/csv.h"
#include "base/number.h"
#include "dataset/dataset-private.h"
#include "dataset/dataset-resources.h"

#define FOLDER "/org/etude/Etude/dataset/"
#define IRIS_SAMPLES 150
#define DIGITS_SAMPLES 1797
#define DIGITS_SIDE 8

/* A static library loses the constructor that would register its resource, so it is called. That
 * only notes the resource; the first who asks for it makes it, and a second thread that asks in
 * this moment gets NULL: it is asked for before others may come. */
static GBytes *
get_resource (const char *path)
{
  static gsize is_registered;

  if (g_once_init_enter (&is_registered))
    {
      etude_dataset_register_resource ();
      etude_dataset_get_resource ();
      g_once_init_leave (&is_registered, 1);
    }
  return g_resource_lookup_data (etude_dataset_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gint32
find_class (const EtudeDataset *self, const char *name)
{
  for (gsize i = 0; i < self->n_classes; i++)
    if (g_str_equal (self->class_names[i], name))
      return (gint32) i;
  g_return_val_if_reached (0);
}

static gboolean
read_rows (EtudeDataset *self, EtudeCsvReader *reader, GError **error)
{
  EtudeCsvRow row;

  for (gsize i = 0; i < self->n_samples; i++)
    {
      if (!etude_csv_reader_next (reader, &row, error))
        return FALSE;
      for (gsize k = 0; k < self->n_inputs; k++)
        {
          double value = 0;

          etude_number_read (row.cells[k], &value);
          self->inputs[i * self->n_inputs + k] = (float) value;
        }
      self->labels[i] = find_class (self, row.cells[self->n_inputs]);
    }
  return TRUE;
}

/* The file has a header; its last column is the class. */
static EtudeDataset *
load (const char *id, gsize n_samples, const char *const *class_names, GError **error)
{
  g_autoptr (EtudeDataset) self = etude_dataset_new (id);
  g_autofree char *path = g_strdup_printf (FOLDER "%s.csv", id);
  g_autoptr (GBytes) bytes = get_resource (path);
  g_autoptr (EtudeCsvReader) reader = NULL;
  g_auto (GStrv) names = NULL;
  EtudeCsvRow row;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  reader = etude_csv_reader_new_text (id, ',', text, length);
  if (!etude_csv_reader_next (reader, &row, error))
    return NULL;
  names = g_new0 (char *, row.n + 1);
  for (gsize k = 0; k < row.n; k++)
    names[k] = g_strdup (row.cells[k]);
  if (!etude_dataset_allocate (self, n_samples, row.n - 1, ETUDE_TASK_CLASSIFICATION,
                               g_strv_length ((char **) class_names), error))
    return NULL;
  self->class_names = g_strdupv ((char **) class_names);
  etude_dataset_name_plain_columns (self, (const char *const *) names, names[self->n_inputs]);
  if (!read_rows (self, reader, error))
    return NULL;
  return g_steal_pointer (&self);
}

static EtudeDataset *
load_iris (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "setosa", "versicolor", "virginica", NULL };

  return load ("iris", IRIS_SAMPLES, names, error);
}

static EtudeDataset *
load_digits (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL };

  EtudeDataset *self = load ("digits", DIGITS_SAMPLES, names, error);

  if (self == NULL)
    return NULL;
  self->n_dims = 3;
  self->shape[0] = 1;
  self->shape[1] = self->shape[2] = DIGITS_SIDE;
  return self;
}

static gsize
count_iris (const EtudeDatasetCommon *how)
{
  return IRIS_SAMPLES;
}

static gsize
count_digits (const EtudeDatasetCommon *how)
{
  return DIGITS_SAMPLES;
}

const EtudeDatasetKind etude_dataset_iris = {
  .kind = { .id = "iris", .label = N_("Iris"), .help = N_("150 flowers of three species, told apart by four lengths"),
            .source = "Fisher 1936, doi:10.24432/C56C76, CC BY 4.0", .common = etude_dataset_common_params,
            .params = NULL, .size = sizeof (EtudeDatasetCommon) },
  .load = load_iris, .count = count_iris,
};

const EtudeDatasetKind etude_dataset_digits = {
  .kind = { .id = "digits", .label = N_("Digits"), .help = N_("1,797 handwritten digits of 8 by 8 pixels"),
            .source = "Alpaydin and Kaynak 1998, doi:10.24432/C50P49, CC BY 4.0", .common = etude_dataset_common_params,
            .params = NULL, .size = sizeof (EtudeDatasetCommon) },
  .load = load_digits, .count = count_digits,
};
