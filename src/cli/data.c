/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/csv.h"
#include "base/json-writer.h"
#include "base/number.h"
#include "cli/options.h"
#include "cli/table.h"
#include "dataset/export-npz.h"
#include "dataset/prepare.h"

/* --head was not given. */
#define NO_HEAD G_MININT64

static const char *const type_names[] = {
  [ETUDE_COLUMN_NUMBER] = "number",
  [ETUDE_COLUMN_CATEGORY] = "category",
  [ETUDE_COLUMN_IGNORED] = "ignore",
};

static const char *
get_task (const EtudeDataset *dataset)
{
  return dataset->task == ETUDE_TASK_CLASSIFICATION ? "classification" : "regression";
}

/* The default experiment with the kind, or the file, that the argument names. */
static EtudeExperiment *
make_experiment (const char *argument, char **settings, int *status)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  gboolean is_kind = etude_group_find (&etude_dataset_group, argument) != NULL;

  g_ptr_array_add (all, g_strconcat ("dataset.kind=", is_kind ? argument : "file", NULL));
  if (!is_kind)
    {
      /* As JSON, since a path such as 1.5 would be read as a number. */
      g_autoptr (EtudeJsonWriter) path = etude_json_writer_new (FALSE);

      etude_json_writer_string (path, argument);
      g_ptr_array_add (all, g_strconcat ("dataset.path=", etude_json_writer_get_text (path), NULL));
    }
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (settings[i]));
  g_ptr_array_add (all, NULL);
  return etude_cli_load_experiment (NULL, (const char *const *) all->pdata, status);
}

static void
write_classes (EtudeJsonWriter *out, const EtudeDataset *dataset)
{
  g_autofree gsize *counts = g_new0 (gsize, dataset->n_classes);

  etude_json_writer_key (out, "classes");
  etude_json_writer_begin_array (out);
  if (dataset->n_classes > 0)
    etude_dataset_count_classes (dataset, counts);
  for (gsize i = 0; i < dataset->n_classes; i++)
    {
      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "name", dataset->class_names[i]);
      etude_json_writer_add_integer (out, "count", (gint64) counts[i]);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
}

static void
write_columns (EtudeJsonWriter *out, const EtudeDataset *dataset)
{
  etude_json_writer_key (out, "columns");
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < dataset->n_columns; i++)
    {
      const EtudeColumn *column = &dataset->columns[i];

      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "name", column->name);
      etude_json_writer_add_string (out, "type", type_names[column->type]);
      etude_json_writer_add_integer (out, "missing", (gint64) column->missing);
      etude_json_writer_add_number (out, "min", column->min);
      etude_json_writer_add_number (out, "max", column->max);
      etude_json_writer_add_number (out, "mean", column->mean);
      etude_json_writer_add_number (out, "sd", column->sd);
      etude_json_writer_add_integer (out, "distinct", (gint64) column->distinct);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
}

static void
write_rows (EtudeJsonWriter *out, const EtudeDataset *dataset, gsize n_rows)
{
  etude_json_writer_key (out, "rows");
  etude_json_writer_begin_array (out);
  for (gsize i = 0; i < n_rows; i++)
    {
      etude_json_writer_begin_array (out);
      for (gsize k = 0; k < dataset->n_columns; k++)
        {
          double number;
          const char *text = etude_dataset_get_cell (dataset, i, k, &number);

          if (text != NULL)
            etude_json_writer_string (out, text);
          else
            etude_json_writer_number (out, number);
        }
      etude_json_writer_end_array (out);
    }
  etude_json_writer_end_array (out);
}

static void
append_json (GString *text, const EtudeDataset *dataset, const EtudeSplit *split, gboolean has_rows, gsize n_rows)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);

  etude_json_writer_begin_object (out);
  etude_json_writer_add_string (out, "kind", dataset->kind);
  etude_json_writer_add_string (out, "path", dataset->path);
  etude_json_writer_add_integer (out, "samples", (gint64) dataset->n_samples);
  etude_json_writer_key (out, "inputs");
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < dataset->n_dims; i++)
    etude_json_writer_integer (out, (gint64) dataset->shape[i]);
  etude_json_writer_end_array (out);
  etude_json_writer_add_string (out, "task", get_task (dataset));
  etude_json_writer_add_string (out, "target", dataset->target);
  write_classes (out, dataset);
  write_columns (out, dataset);
  etude_json_writer_key (out, "split");
  etude_json_writer_begin_object (out);
  etude_json_writer_add_integer (out, "train", (gint64) split->n_train);
  etude_json_writer_add_integer (out, "validation", (gint64) split->n_validation);
  etude_json_writer_add_integer (out, "test", (gint64) split->n_test);
  etude_json_writer_end_object (out);
  etude_json_writer_key (out, "warnings");
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < dataset->warnings->len; i++)
    etude_json_writer_string (out, dataset->warnings->pdata[i]);
  etude_json_writer_end_array (out);
  if (has_rows)
    write_rows (out, dataset, n_rows);
  etude_json_writer_end_object (out);
  g_string_append (text, etude_json_writer_get_text (out));
  g_string_append_c (text, '\n');
}

/* The rows under the names of the columns; a column that was ignored is empty. */
static void
append_csv (GString *text, const EtudeDataset *dataset, gsize n_rows)
{
  EtudeCsvWriter writer;

  etude_csv_writer_init (&writer, text);
  for (gsize k = 0; k < dataset->n_columns; k++)
    etude_csv_writer_text (&writer, dataset->columns[k].name);
  etude_csv_writer_end_row (&writer);
  for (gsize i = 0; i < n_rows; i++)
    {
      for (gsize k = 0; k < dataset->n_columns; k++)
        {
          double number;
          const char *cell = etude_dataset_get_cell (dataset, i, k, &number);

          if (cell != NULL)
            etude_csv_writer_text (&writer, cell);
          else if (isnan (number))
            etude_csv_writer_empty (&writer);
          else
            etude_csv_writer_number (&writer, number);
        }
      etude_csv_writer_end_row (&writer);
    }
}

static gboolean
is_image (const EtudeDataset *dataset)
{
  return dataset->n_dims == 3;
}

/* One line for all pixels, which have no row of their own in the table of columns. */
static void
append_inputs (GString *text, const EtudeDataset *dataset)
{
  double least = INFINITY, largest = -INFINITY;
  g_autofree char *from = NULL, *to = NULL;

  if (!is_image (dataset))
    {
      g_string_append_printf (text, _("Inputs: %zu\n"), dataset->n_inputs);
      return;
    }
  for (gsize i = 0; i < dataset->n_columns; i++)
    if (!dataset->columns[i].is_target)
      {
        least = MIN (least, dataset->columns[i].min);
        largest = MAX (largest, dataset->columns[i].max);
      }
  from = etude_number_show (least, 5);
  to = etude_number_show (largest, 5);
  /* Translators: channels × height × width, and the range of the pixels; such as “Inputs: 784, images of 1 × 28 × 28, 0 to 255” */
  g_string_append_printf (text, _("Inputs: %zu, images of %zu × %zu × %zu, %s to %s\n"), dataset->n_inputs,
                          dataset->shape[0], dataset->shape[1], dataset->shape[2], from, to);
}

static void
append_columns (GString *text, const EtudeDataset *dataset)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  const char *const titles[] = { _("Column"), _("Type"), _("Missing"), _("Least"), _("Largest"), _("Mean"),
                                 _("Deviation"), _("Different") };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    g_ptr_array_add (cells, g_strdup (titles[i]));
  for (gsize i = 0; i < dataset->n_columns; i++)
    {
      const EtudeColumn *column = &dataset->columns[i];
      double numbers[] = { column->min, column->max, column->mean, column->sd };

      if (is_image (dataset) && !column->is_target)
        continue;
      g_ptr_array_add (cells, etude_cli_plain_text (column->name));
      g_ptr_array_add (cells, g_strdup (type_names[column->type]));
      g_ptr_array_add (cells, g_strdup_printf ("%zu", column->missing));
      for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
        g_ptr_array_add (cells, isnan (numbers[k]) ? g_strdup ("–") : etude_number_show (numbers[k], 5));
      g_ptr_array_add (cells, g_strdup_printf ("%zu", column->distinct));
    }
  etude_cli_append_table (text, cells, G_N_ELEMENTS (titles));
}

static void
append_head (GString *text, const EtudeDataset *dataset, gsize n_rows)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (gsize k = 0; k < dataset->n_columns; k++)
    g_ptr_array_add (cells, etude_cli_plain_text (dataset->columns[k].name));
  for (gsize i = 0; i < n_rows; i++)
    for (gsize k = 0; k < dataset->n_columns; k++)
      {
        double number;
        const char *cell = etude_dataset_get_cell (dataset, i, k, &number);

        g_ptr_array_add (cells, cell != NULL ? etude_cli_plain_text (cell)
                                : isnan (number) ? g_strdup ("–") : etude_number_show (number, 9));
      }
  etude_cli_append_table (text, cells, dataset->n_columns);
}

static void
append_text (GString *text, const EtudeDataset *dataset, const EtudeSplit *split, gboolean has_rows, gsize n_rows)
{
  g_autofree gsize *counts = g_new0 (gsize, dataset->n_classes);
  g_autofree char *name = etude_cli_plain_text (dataset->path != NULL ? dataset->path : dataset->kind);
  g_autofree char *target = etude_cli_plain_text (dataset->target);

  /* Translators: a file or kind of data set, and the name of what is predicted */
  g_string_append_printf (text, dataset->task == ETUDE_TASK_CLASSIFICATION ? _("%s: classification of “%s”\n")
                                                                           : _("%s: regression of “%s”\n"),
                          name, target);
  g_string_append_printf (text, _("Samples: %zu (%zu to train, %zu to validate, %zu to test)\n"),
                          dataset->n_samples, split->n_train, split->n_validation, split->n_test);
  append_inputs (text, dataset);
  if (dataset->n_classes > 0)
    {
      etude_dataset_count_classes (dataset, counts);
      g_string_append (text, _("Classes:"));
      for (gsize i = 0; i < dataset->n_classes; i++)
        {
          g_autofree char *class_name = etude_cli_plain_text (dataset->class_names[i]);

          /* Translators: a comma or nothing, a class and how many samples it has: “Classes: “0” 500, “1” 500” */
          g_string_append_printf (text, _("%s “%s” %zu"), i > 0 ? "," : "", class_name, counts[i]);
        }
      g_string_append_c (text, '\n');
    }
  for (guint i = 0; i < dataset->warnings->len; i++)
    {
      g_autofree char *warning = etude_cli_plain_text (dataset->warnings->pdata[i]);

      g_string_append_printf (text, _("Note: %s\n"), warning);
    }
  g_string_append_c (text, '\n');
  append_columns (text, dataset);
  if (has_rows)
    {
      g_string_append_c (text, '\n');
      append_head (text, dataset, n_rows);
    }
}

typedef struct
{
  gboolean csv;
  gboolean json;
  gint64 head;
  char *output;
} Options;

static gboolean
save (EtudeDataset *dataset, const EtudeDatasetCommon *how, const char *file, GError **error)
{
  g_autoptr (EtudePrepared) data = etude_prepare (dataset, how, error);

  return data != NULL && etude_prepared_save_npz (data, file, error);
}

static int
print (const EtudeExperiment *experiment, const Options *options)
{
  EtudeObject *section = &etude_experiment_fields (experiment)->dataset;
  gboolean has_rows = options->head != NO_HEAD;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, NULL, NULL, &error);
  gsize n_rows;
  EtudeSplit split;

  if (dataset == NULL || !etude_split_count (dataset->n_samples, section->data, &split, &error)
      || (options->output != NULL && !save (dataset, section->data, options->output, &error)))
    return etude_cli_fail (error);
  n_rows = has_rows ? (gsize) MIN ((guint64) options->head, (guint64) dataset->n_samples) : dataset->n_samples;
  if (options->json)
    append_json (text, dataset, &split, has_rows, n_rows);
  else if (options->csv)
    append_csv (text, dataset, n_rows);
  else if (options->output == NULL || has_rows)
    append_text (text, dataset, &split, has_rows, n_rows);
  fwrite (text->str, 1, text->len, stdout);
  return ETUDE_EXIT_DONE;
}

static gboolean
check_options (const Options *options, int argc, char **argv, int *status)
{
  if (options->csv && options->json)
    *status = etude_cli_refuse (_("found both --csv and --json, expected one of them"));
  else if (options->head < 0 && options->head != NO_HEAD)
    *status = etude_cli_refuse (_("--head: found %" PRId64 ", expected a number of samples from 0"), options->head);
  else if (options->output != NULL && !g_str_has_suffix (options->output, ".npz"))
    *status = etude_cli_refuse (_("--output: found “%s”, expected a name that ends in .npz"), options->output);
  else
    return etude_cli_check_arguments (argc, argv, 1, 1, _("a kind of data set or a file"), status);
  return FALSE;
}

int
etude_cli_data (int argc, char **argv)
{
  Options options = { .head = NO_HEAD };
  g_auto (GStrv) settings = NULL;
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, N_("Print the samples, one row each"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print one JSON object"), NULL },
    { "head", 0, 0, G_OPTION_ARG_INT64, &options.head, N_("Print the first N samples"), "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings, N_("Change the data set, such as dataset.noise=0.1"), N_("PATH=VALUE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("Write the parts, scaled, for NumPy"), N_("FILE.npz") },
    { NULL }
  };
  g_autoptr (EtudeExperiment) experiment = NULL;
  int status;

  if (etude_cli_parse (&argc, &argv, entries, _("KIND|FILE"),
                       _("Describes a data set: a kind such as moons, or a CSV or IDX file (./moons is a file)."), &status)
      && check_options (&options, argc, argv, &status))
    {
      experiment = make_experiment (argv[1], settings, &status);
      if (experiment != NULL)
        status = print (experiment, &options);
    }
  g_free (options.output);
  return status;
}
