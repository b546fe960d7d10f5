/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/json-writer.h"
#include "base/number.h"
#include "cli/options.h"
#include "dataset/prepare.h"
#include "experiment/plan.h"

/* The number of training samples; the data are read only where the document does not say it. */
static gboolean
count_train (const EtudeExperiment *experiment, const char *file, gsize *n_train, GError **error)
{
  EtudeObject *section = &etude_experiment_fields (experiment)->dataset;
  EtudeSplit split;
  gsize n_samples;

  if (!etude_dataset_count (section, &n_samples))
    {
      g_autofree char *folder = etude_cli_folder_of (file);
      g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, folder, NULL, error);

      if (dataset == NULL)
        return FALSE;
      n_samples = dataset->n_samples;
    }
  if (!etude_split_count (n_samples, section->data, &split, error))
    return FALSE;
  *n_train = split.n_train;
  return TRUE;
}

static EtudeSchedule *
make_schedule (const EtudeExperiment *experiment, const char *file, gint64 n_steps, GError **error)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);
  gsize n_train;

  if (n_steps > 0)
    return etude_schedule_new (&etude_experiment_fields (experiment)->schedule, *etude_experiment_rate (experiment),
                               (guint64) n_steps, (double) n_steps / (double) training->epochs, error);
  if (!count_train (experiment, file, &n_train, error))
    return NULL;
  return etude_experiment_plan_schedule (experiment, n_train, error);
}

static void
append_csv (GString *text, const EtudeSchedule *schedule)
{
  double updates_per_epoch = etude_schedule_get_updates_per_epoch (schedule);

  g_string_append (text, "step,epoch,lr\n");
  for (guint64 step = 0; step < etude_schedule_get_n_steps (schedule); step++)
    {
      g_string_append_printf (text, "%" PRIu64 ",", step);
      etude_number_append (text, (double) step / updates_per_epoch);
      g_string_append_c (text, ',');
      etude_number_append (text, etude_schedule_rate (schedule, step));
      g_string_append_c (text, '\n');
    }
}

static void
append_json (GString *text, const EtudeSchedule *schedule)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);

  etude_json_writer_begin_object (out);
  etude_json_writer_key (out, "steps");
  etude_json_writer_integer (out, (gint64) etude_schedule_get_n_steps (schedule));
  etude_json_writer_key (out, "updates_per_epoch");
  etude_json_writer_number (out, etude_schedule_get_updates_per_epoch (schedule));
  etude_json_writer_key (out, "lr");
  etude_json_writer_begin_array (out);
  for (guint64 step = 0; step < etude_schedule_get_n_steps (schedule); step++)
    etude_json_writer_number (out, etude_schedule_rate (schedule, step));
  etude_json_writer_end_array (out);
  etude_json_writer_end_object (out);
  g_string_append_printf (text, "%s\n", etude_json_writer_get_text (out));
}

int
etude_cli_schedule (int argc, char **argv)
{
  gboolean csv = FALSE, json = FALSE;
  gint64 n_steps = 0;
  g_auto (GStrv) settings = NULL;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, N_("Print one row for each update (this is the default)"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON object"), NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings, N_("Change the experiment, such as schedule.kind=step"), N_("PATH=VALUE") },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &n_steps, N_("Length of the run in updates; then no data are read"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("Write to a file instead of standard output"), N_("FILE") },
    { NULL }
  };
  g_autoptr (EtudeExperiment) experiment = NULL;
  g_autoptr (EtudeSchedule) schedule = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("[FILE]"), _("Prints the learning rate of every update."), &status))
    return status;
  if (csv && json)
    return etude_cli_refuse (_("found both --csv and --json, expected one of them"));
  if (n_steps < 0 || n_steps > 100000000)
    return etude_cli_refuse (_("--steps: found %" PRId64 ", expected a number from 1 to 100000000"), n_steps);
  if (!etude_cli_check_arguments (argc, argv, 0, 1, _("one file at most"), &status))
    return status;
  experiment = etude_cli_load_experiment (argc > 1 ? argv[1] : NULL, (const char *const *) settings, &status);
  if (experiment == NULL)
    return status;
  schedule = make_schedule (experiment, argc > 1 ? argv[1] : NULL, n_steps, &error);
  if (schedule == NULL)
    return etude_cli_fail (error);
  if (json)
    append_json (text, schedule);
  else
    append_csv (text, schedule);
  if (output == NULL)
    fwrite (text->str, 1, text->len, stdout);
  else if (!etude_file_replace (output, text->str, text->len, &error))
    return etude_cli_fail (error);
  return ETUDE_EXIT_DONE;
}
