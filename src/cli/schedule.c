/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "base/json-writer.h"
#include "base/number.h"
#include "cli/hints.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "dataset/prepare.h"
#include "experiment/plan.h"
#include "optim/optimizer.h"
#include "optim/plateau.h"
#include "training/watch.h"

#define MAX_STEPS 100000000

/* --steps was not given. */
#define FROM_DOCUMENT G_MININT64

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

  if (n_steps != FROM_DOCUMENT)
    return etude_schedule_new (&etude_experiment_fields (experiment)->schedule, *etude_experiment_rate (experiment),
                               (guint64) n_steps, (double) n_steps / (double) training->epochs, error);
  if (!count_train (experiment, file, &n_train, error))
    return NULL;
  return etude_experiment_plan_schedule (experiment, n_train, error);
}

/* What a plateau watches must be something that can be measured; the data say more, and may not be there. */
static gboolean
check_metric (const EtudeSchedule *schedule, GError **error)
{
  EtudePlateau plateau;

  return !etude_plateau_init (&plateau, etude_schedule_get_value (schedule))
         || etude_watch_check ("schedule.metric", etude_plateau_get_metric (&plateau), error);
}

/* Empty where a part of the schedule leaves the momentum to the optimizer. */
static void
append_momentum (GString *row, double momentum)
{
  g_string_append_c (row, ',');
  if (!isnan (momentum))
    etude_number_append (row, momentum);
}

static void
write_csv (EtudeCliOutput *out, const EtudeSchedule *schedule, gboolean has_momentum)
{
  guint64 n_steps = etude_schedule_get_n_steps (schedule);
  double updates_per_epoch = etude_schedule_get_updates_per_epoch (schedule);
  g_autoptr (GString) row = g_string_new (has_momentum ? "step,epoch,lr,momentum\n" : "step,epoch,lr\n");

  for (guint64 step = 0; step < n_steps && etude_cli_interrupt_get () == 0; step++)
    {
      g_string_append_printf (row, "%" PRIu64 ",", step);
      etude_number_append (row, (double) step / updates_per_epoch);
      g_string_append_c (row, ',');
      etude_number_append (row, etude_schedule_rate (schedule, step));
      if (has_momentum)
        append_momentum (row, etude_schedule_momentum (schedule, step));
      g_string_append_c (row, '\n');
      etude_cli_output_take (out, row);
    }
}

static void
write_json (EtudeCliOutput *out, const EtudeSchedule *schedule)
{
  guint64 n_steps = etude_schedule_get_n_steps (schedule);
  g_autoptr (EtudeJsonWriter) head = etude_json_writer_new (FALSE);
  g_autoptr (GString) text = g_string_new (NULL);

  etude_json_writer_begin_object (head);
  etude_json_writer_add_integer (head, "steps", (gint64) n_steps);
  etude_json_writer_add_number (head, "updates_per_epoch", etude_schedule_get_updates_per_epoch (schedule));
  etude_json_writer_key (head, "lr");
  etude_json_writer_begin_array (head);
  g_string_append (text, etude_json_writer_get_text (head));
  for (guint64 step = 0; step < n_steps && etude_cli_interrupt_get () == 0; step++)
    {
      g_string_append (text, step > 0 ? "," : "");
      etude_number_append (text, etude_schedule_rate (schedule, step));
      etude_cli_output_take (out, text);
    }
  g_string_append (text, "]}\n");
  etude_cli_output_take (out, text);
}

int
etude_cli_schedule (int argc, char **argv)
{
  gboolean csv = FALSE, json = FALSE;
  gint64 n_steps = FROM_DOCUMENT;
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
  g_autoptr (EtudeCliOutput) out = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("[FILE]"), _("Prints the learning rate of every update."), &status))
    return status;
  if (csv && json)
    return etude_cli_refuse (_("found both --csv and --json, expected one of them"));
  if (n_steps != FROM_DOCUMENT && (n_steps < 1 || n_steps > MAX_STEPS))
    return etude_cli_refuse (_("--steps: found %" PRId64 ", expected a number from 1 to %d"), n_steps, MAX_STEPS);
  if (!etude_cli_check_arguments (argc, argv, 0, 1, _("one file at most"), &status))
    return status;
  experiment = etude_cli_load_experiment (argc > 1 ? argv[1] : NULL, (const char *const *) settings, &status);
  if (experiment == NULL)
    return status;
  schedule = make_schedule (experiment, argc > 1 ? argv[1] : NULL, n_steps, &error);
  if (schedule == NULL || !check_metric (schedule, &error))
    return etude_cli_fail_in (argc > 1 ? argv[1] : NULL, error);
  etude_cli_warn_of_schedule (schedule);
  out = etude_cli_output_new (output, &error);
  if (out == NULL)
    return etude_cli_fail (error);
  etude_cli_interrupt_watch ();
  if (json)
    write_json (out, schedule);
  else
    write_csv (out, schedule, etude_schedule_cycles_momentum (schedule)
                                && etude_optimizer_find_momentum (&etude_experiment_fields (experiment)->optimizer) != NULL);
  return etude_cli_output_finish (out, &error) ? etude_cli_interrupt_status (ETUDE_EXIT_DONE) : etude_cli_fail (error);
}
