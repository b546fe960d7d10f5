/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runs.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "cli/options.h"
#include "cli/run-json.h"
#include "cli/stored.h"
#include "cli/table.h"
#include "experiment/difference.h"
#include "experiment/json.h"

#define SHORT_ID 8
#define NO_VALUE "–"

/* Cells for a person. */

static void
add_text (GPtrArray *cells, const char *text)
{
  g_ptr_array_add (cells, etude_cli_plain_text (text));
}

static void
add_count (GPtrArray *cells, guint64 count)
{
  g_ptr_array_add (cells, count != ETUDE_NO_STEP ? g_strdup_printf ("%" PRIu64, count) : g_strdup (NO_VALUE));
}

static void
add_number (GPtrArray *cells, double value)
{
  g_ptr_array_add (cells, isnan (value) ? g_strdup (NO_VALUE) : etude_number_show (value, 4));
}

static void
add_started (GPtrArray *cells, gint64 seconds)
{
  g_autofree char *time = etude_cli_dup_time (seconds);

  add_text (cells, time != NULL ? time : NO_VALUE);
}

static void
add_tags (GPtrArray *cells, char **tags)
{
  g_autofree char *joined = g_strjoinv (", ", tags);

  add_text (cells, joined);
}

static void
print_text (GString *text)
{
  fwrite (text->str, 1, text->len, stdout);
}

static void
print_json (EtudeJsonWriter *out)
{
  printf ("%s\n", etude_json_writer_get_text (out));
}

/* list */

static void
append_list (GString *text, GPtrArray *runs)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  const char *const titles[] = { _("Run"), _("Id"), _("State"), _("Seed"), _("Steps"), _("Rate"), _("Batch Loss"),
                                 _("Validation"), _("Started"), _("Tags"), _("Name") };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    g_ptr_array_add (cells, g_strdup (titles[i]));
  for (guint i = 0; i < runs->len; i++)
    {
      const EtudeRunSummary *run = runs->pdata[i];

      add_count (cells, run->number);
      g_ptr_array_add (cells, g_strndup (run->id, SHORT_ID));
      add_text (cells, etude_run_state_label (run->state));
      add_count (cells, run->seed);
      add_count (cells, run->steps);
      add_number (cells, run->lr);
      add_number (cells, run->loss);
      add_number (cells, run->validation_loss);
      add_started (cells, run->started);
      add_tags (cells, run->tags);
      add_text (cells, run->name);
    }
  etude_cli_append_table (text, cells, G_N_ELEMENTS (titles));
}

static void
print_list (GPtrArray *runs, gboolean json)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);

  if (json)
    {
      etude_json_writer_begin_array (out);
      for (guint i = 0; i < runs->len; i++)
        etude_run_json_summary (out, runs->pdata[i]);
      etude_json_writer_end_array (out);
      print_json (out);
      return;
    }
  if (runs->len == 0)
    etude_cli_complain (_("no run is kept so far: “etude-cli train” makes one"));
  else
    append_list (text, runs);
  print_text (text);
}

int
etude_cli_runs_list (int argc, char **argv)
{
  gboolean json = FALSE, deleted = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON array"), NULL },
    { "deleted", 0, 0, G_OPTION_ARG_NONE, &deleted, N_("List the runs that “runs restore” can bring back"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, NULL, _("Lists the runs, the newest first."), &status)
      || !etude_cli_check_arguments (argc, argv, 0, 0, _("none"), &status))
    return status;
  store = etude_cli_open_store (&error);
  if (store != NULL)
    runs = deleted ? etude_runs_list_deleted (store, &error) : etude_runs_list (store, &error);
  if (runs == NULL)
    return etude_cli_fail (error);
  print_list (runs, json);
  return ETUDE_EXIT_DONE;
}

/* show */

static void
append_facts (GString *text, const EtudeRun *run, const EtudeRunSummary *summary)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  add_text (cells, _("Run"));
  add_count (cells, run->number);
  add_text (cells, _("Id"));
  add_text (cells, run->id);
  add_text (cells, _("Name"));
  add_text (cells, run->name);
  add_text (cells, _("State"));
  add_text (cells, etude_run_state_label (run->state));
  add_text (cells, _("Seed"));
  add_count (cells, run->seed);
  add_text (cells, _("Steps"));
  g_ptr_array_add (cells, g_strdup_printf (_("%" PRIu64 " of %" PRIu64), run->steps, run->n_steps));
  add_text (cells, _("Training loss"));
  add_number (cells, run->final_train_loss);
  add_text (cells, _("Validation loss"));
  add_number (cells, run->final.validation_loss);
  for (guint i = 0; i < run->n_metrics; i++)
    {
      add_text (cells, run->metric_ids[i]);
      add_number (cells, run->final.metrics[i]);
    }
  add_text (cells, _("Best step"));
  add_count (cells, run->best_step);
  add_text (cells, _("Diverged at"));
  add_count (cells, run->diverged_at);
  add_text (cells, _("Started"));
  add_started (cells, run->started);
  add_text (cells, _("Tags"));
  add_tags (cells, summary->tags);
  add_text (cells, _("Note"));
  add_text (cells, run->note);
  etude_cli_append_table (text, cells, 2);
}

static void
print_run (const EtudeRun *run, gboolean json)
{
  g_autoptr (EtudeRunSummary) summary = etude_run_summary_new (run);
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *document = NULL;

  if (json)
    {
      etude_run_json_run (out, run);
      print_json (out);
      return;
    }
  document = etude_experiment_write (run->experiment);
  append_facts (text, run, summary);
  g_string_append_printf (text, "\n%s", document);
  print_text (text);
}

int
etude_cli_runs_show (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON object, with the series"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("RUN"), _("Shows all that is known of a run."), &status)
      || !etude_cli_check_arguments (argc, argv, 1, 1, _("one run"), &status))
    return status;
  store = etude_cli_open_store (&error);
  runs = store != NULL ? etude_cli_load_runs (store, (const char *const *) argv + 1, &error) : NULL;
  if (runs == NULL)
    return etude_cli_fail (error);
  print_run (runs->pdata[0], json);
  return ETUDE_EXIT_DONE;
}

/* diff */

static void
add_raw (EtudeJsonWriter *out, const char *key, const char *json)
{
  etude_json_writer_key (out, key);
  etude_json_writer_raw (out, json != NULL ? json : "null");
}

static void
print_differences (GPtrArray *found, const EtudeRun *a, const EtudeRun *b, gboolean json)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);

  add_text (cells, _("Setting"));
  g_ptr_array_add (cells, g_strdup_printf (_("Run %" PRIu64), a->number));
  g_ptr_array_add (cells, g_strdup_printf (_("Run %" PRIu64), b->number));
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < found->len; i++)
    {
      const EtudeDifference *difference = found->pdata[i];

      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "path", difference->path);
      add_raw (out, "a", difference->a);
      add_raw (out, "b", difference->b);
      etude_json_writer_end_object (out);
      add_text (cells, difference->path);
      add_text (cells, difference->a != NULL ? difference->a : NO_VALUE);
      add_text (cells, difference->b != NULL ? difference->b : NO_VALUE);
    }
  etude_json_writer_end_array (out);
  if (json)
    print_json (out);
  else if (found->len == 0)
    etude_cli_complain (_("the two runs have the same experiment"));
  else
    etude_cli_append_table (text, cells, 3);
  print_text (text);
}

int
etude_cli_runs_diff (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one JSON array"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GPtrArray) runs = NULL, found = NULL;
  const EtudeRun *a, *b;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("RUN RUN"), _("Shows where the experiments of two runs differ."), &status)
      || !etude_cli_check_arguments (argc, argv, 2, 2, _("two runs"), &status))
    return status;
  store = etude_cli_open_store (&error);
  runs = store != NULL ? etude_cli_load_runs (store, (const char *const *) argv + 1, &error) : NULL;
  if (runs == NULL)
    return etude_cli_fail (error);
  /* The same run twice is loaded once. */
  a = runs->pdata[0];
  b = runs->pdata[runs->len - 1];
  found = etude_experiment_compare (a->experiment, b->experiment);
  print_differences (found, a, b, json);
  return ETUDE_EXIT_DONE;
}
