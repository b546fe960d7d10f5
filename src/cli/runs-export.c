/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runs.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "base/file.h"
#include "cli/options.h"
#include "cli/run-csv.h"
#include "cli/run-json.h"
#include "cli/stored.h"
#include "store/exchange.h"

/* The metrics of all the runs, in the order in which they come up. */
static GPtrArray *
list_metrics (GPtrArray *runs)
{
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; i < runs->len; i++)
    {
      const EtudeRun *run = runs->pdata[i];

      for (guint k = 0; k < run->n_metrics; k++)
        if (!g_ptr_array_find_with_equal_func (ids, run->metric_ids[k], g_str_equal, NULL))
          g_ptr_array_add (ids, run->metric_ids[k]);
    }
  return ids;
}

static void
append_csv (GString *text, GPtrArray *runs)
{
  g_autoptr (GPtrArray) metrics = list_metrics (runs);
  const char *const *ids = (const char *const *) metrics->pdata;

  etude_run_csv_header (text, ids, metrics->len);
  for (guint i = 0; i < runs->len; i++)
    etude_run_csv_run (text, runs->pdata[i], ids, metrics->len);
}

/* One run is the object of “runs show”, several are an array of these. */
static void
append_json (GString *text, GPtrArray *runs)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);

  if (runs->len != 1)
    etude_json_writer_begin_array (out);
  for (guint i = 0; i < runs->len; i++)
    etude_run_json_run (out, runs->pdata[i]);
  if (runs->len != 1)
    etude_json_writer_end_array (out);
  g_string_append_printf (text, "%s\n", etude_json_writer_get_text (out));
}

static gboolean
export_text (EtudeStore *store, const char *const *names, const char *file,
             void (*append) (GString *text, GPtrArray *runs), GError **error)
{
  g_autoptr (GPtrArray) runs = etude_cli_load_runs (store, names, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (runs == NULL)
    return FALSE;
  append (text, runs);
  return etude_file_replace (file, text->str, text->len, error);
}

static gboolean
export_csv (EtudeStore *store, const char *const *names, const char *file, GError **error)
{
  return export_text (store, names, file, append_csv, error);
}

static gboolean
export_json (EtudeStore *store, const char *const *names, const char *file, GError **error)
{
  return export_text (store, names, file, append_json, error);
}

static gboolean
export_runs (EtudeStore *store, const char *const *names, const char *file, GError **error)
{
  g_auto (GStrv) ids = etude_cli_find_runs (store, names, FALSE, error);

  return ids != NULL && etude_exchange_export (store, (const char *const *) ids, file, error);
}

typedef gboolean (*ExportFunc) (EtudeStore *store, const char *const *names, const char *file, GError **error);

static ExportFunc
find_format (const char *file)
{
  static const struct
  {
    const char *ending;
    ExportFunc write;
  } formats[] = { { ".csv", export_csv }, { ".json", export_json }, { ".etude-runs", export_runs } };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (file, formats[i].ending))
      return formats[i].write;
  return NULL;
}

int
etude_cli_runs_export (int argc, char **argv)
{
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file: its ending says what it is"), N_("FILE.(csv|json|etude-runs)") },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  ExportFunc write;
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("RUN…"),
                        _("Writes runs to a file: their numbers as “train --csv” prints them, all of them as “runs show\n"
                          "--json” does, or a file that “runs import” takes in elsewhere."), &status)
      || !etude_cli_check_arguments (argc, argv, 1, G_MAXINT - 1, _("one run at least"), &status))
    return status;
  if (output == NULL)
    return etude_cli_refuse (_("found no --output, expected a name that ends in .csv, .json or .etude-runs"));
  write = find_format (output);
  if (write == NULL)
    return etude_cli_refuse (_("--output: found “%s”, expected a name that ends in .csv, .json or .etude-runs"), output);
  store = etude_cli_open_store (&error);
  if (store == NULL || !write (store, (const char *const *) argv + 1, output, &error))
    return etude_cli_fail (error);
  return ETUDE_EXIT_DONE;
}

int
etude_cli_runs_import (int argc, char **argv)
{
  static const GOptionEntry none[] = { { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_auto (GStrv) added = NULL;
  guint n_known;
  int status;

  if (!etude_cli_parse (&argc, &argv, none, _("FILE"),
                        _("Takes runs in from a file that “runs export” has made, and prints the ids of those that are new."), &status)
      || !etude_cli_check_arguments (argc, argv, 1, 1, _("one file"), &status))
    return status;
  store = etude_cli_open_store (&error);
  added = store != NULL ? etude_exchange_import (store, argv[1], &n_known, &error) : NULL;
  if (added == NULL)
    return etude_cli_fail (error);
  for (guint i = 0; added[i] != NULL; i++)
    printf ("%s\n", added[i]);
  if (n_known > 0)
    {
      g_autofree char *known
          = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u run was here already and is left as it is",
                                          "%u runs were here already and are left as they are", n_known), n_known);

      etude_cli_complain (known);
    }
  return ETUDE_EXIT_DONE;
}
