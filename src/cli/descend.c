/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json-writer.h"
#include "base/number.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "training/descent.h"

#define MAX_STEPS 100000000

typedef struct
{
  gboolean csv;
  gboolean json;
  gint64 n_steps;
  char *function;
  char *start;
  char *output;
  char **settings;
} Options;

/* A descent, and where it has left the numbers. */
typedef struct
{
  EtudeDescent *descent;
  guint n_dims;
  double last_rate;
  guint64 diverged_at; /* G_MAXUINT64 where it has not */
  double diverged_rate;
} Path;

static int
refuse_key (const EtudeKind *kind, const char *path)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < etude_kind_n_params (kind); i++)
    etude_error_list (known, etude_kind_get_param (kind, i)->key);
  if (known->len == 0)
    return etude_cli_refuse (_("--set: %s: found a key of the function “%s”, which has none"), path, kind->id);
  return etude_cli_refuse (_("--set: %s: found an unknown key of the function “%s”, expected one of %s"), path, kind->id, known->str);
}

static gboolean
is_within (const char *path, const char *section)
{
  gsize n = strlen (section);

  return strncmp (path, section, n) == 0 && (path[n] == '.' || path[n] == '\0');
}

/* Takes the settings of the function; the others are left for the document. What has no effect is refused. */
static gboolean
set_function (EtudeObject *function, char **settings, GStrvBuilder *others, int *status)
{
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (settings[i], "=", 2);
      g_autoptr (GError) error = NULL;
      const EtudeParam *param;

      if (pair[0] == NULL || pair[1] == NULL || is_within (pair[0], "optimizer") || is_within (pair[0], "schedule"))
        {
          g_strv_builder_add (others, settings[i]);
          continue;
        }
      if (!g_str_has_prefix (pair[0], "function."))
        {
          *status = etude_cli_refuse (_("--set: found “%s”, expected a path that begins with optimizer, schedule or function"), pair[0]);
          return FALSE;
        }
      param = etude_kind_find_param (function->kind, pair[0] + strlen ("function."));
      if (param == NULL)
        *status = refuse_key (function->kind, pair[0]);
      else if (!etude_param_read (param, pair[1], etude_param_field (param, function->data), &error))
        *status = etude_cli_refuse ("--set: %s: %s", pair[0], error->message);
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

/* "X" or "X,Y"; where nothing is given, the function’s own start. */
static gboolean
read_start (const EtudeTestFunction *function, const char *text, double *start, guint *n)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ",", -1) : NULL;

  *n = parts != NULL ? g_strv_length (parts) : ETUDE_FUNCTION_DIMS;
  if (*n < function->least_dims || *n > ETUDE_FUNCTION_DIMS)
    return FALSE;
  for (guint i = 0; i < *n; i++)
    {
      start[i] = function->start[i];
      if (parts != NULL && !etude_number_read (g_strstrip (parts[i]), &start[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_finite (const EtudeDescentPoint *point, guint n_dims)
{
  gboolean good = isfinite (point->value);

  for (guint i = 0; i < n_dims; i++)
    good = good && isfinite (point->x[i]) && isfinite (point->gradient[i]);
  return good;
}

/* The next point, also where it is no longer finite; none after a signal. */
static gboolean
next (Path *self, EtudeDescentPoint *point)
{
  if (etude_cli_interrupt_get () != 0 || !etude_descent_next (self->descent, point))
    return FALSE;
  if (self->diverged_at == G_MAXUINT64 && !is_finite (point, self->n_dims))
    {
      self->diverged_at = point->step;
      self->diverged_rate = self->last_rate;
    }
  self->last_rate = point->lr;
  return TRUE;
}

static void
complain_diverged (const Path *path)
{
  g_autofree char *rate = etude_number_show (path->diverged_rate, 4);
  g_autofree char *message = NULL;

  if (path->diverged_at > 0)
    /* Translators: the second %s is a learning rate */
    message = g_strdup_printf (_("diverged: from step %" PRIu64 " on the numbers are not finite; the learning rate of the update before was %s"),
                               path->diverged_at, rate);
  else
    message = g_strdup (_("diverged: the numbers are not finite where it starts"));
  etude_cli_complain (message);
}

static void
append_cells (GString *text, const double *cells, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_string_append_c (text, ',');
      etude_number_append (text, cells[i]);
    }
}

static void
write_csv (EtudeCliOutput *out, Path *path)
{
  guint n_dims = path->n_dims;
  g_autoptr (GString) text = g_string_new (n_dims > 1 ? "step,x,y,value,gradient_x,gradient_y,lr\n"
                                                      : "step,x,value,gradient_x,lr\n");
  EtudeDescentPoint point;

  while (next (path, &point))
    {
      g_string_append_printf (text, "%" PRIu64, point.step);
      append_cells (text, point.x, n_dims);
      append_cells (text, &point.value, 1);
      append_cells (text, point.gradient, n_dims);
      g_string_append_c (text, ',');
      if (!isnan (point.lr))
        etude_number_append (text, point.lr);
      g_string_append_c (text, '\n');
      etude_cli_output_take (out, text);
    }
}

static void
add_numbers (EtudeJsonWriter *out, const char *key, const double *numbers, guint n)
{
  etude_json_writer_key (out, key);
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < n; i++)
    etude_json_writer_number (out, numbers[i]);
  etude_json_writer_end_array (out);
}

static void
write_json (EtudeCliOutput *output, Path *path, const EtudeTestFunction *function, double stable_rate)
{
  guint n_dims = path->n_dims;
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (FALSE);
  g_autoptr (GString) text = g_string_new (NULL);
  EtudeDescentPoint point;

  etude_json_writer_begin_object (out);
  etude_json_writer_add_string (out, "type", "descent");
  etude_json_writer_add_string (out, "function", function->kind.id);
  add_numbers (out, "minimum", function->minimum, n_dims);
  etude_json_writer_add_number (out, "stable_lr", stable_rate);
  etude_json_writer_key (out, "points");
  etude_json_writer_begin_array (out);
  while (next (path, &point))
    {
      etude_json_writer_begin_object (out);
      etude_json_writer_add_integer (out, "step", (gint64) point.step);
      add_numbers (out, "x", point.x, n_dims);
      etude_json_writer_add_number (out, "value", point.value);
      add_numbers (out, "gradient", point.gradient, n_dims);
      etude_json_writer_add_number (out, "lr", point.lr);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
  etude_json_writer_end_object (out);
  g_string_append_printf (text, "%s\n", etude_json_writer_get_text (out));
  etude_cli_output_take (output, text);
}

static int
descend (const Options *options, EtudeObject *function)
{
  const EtudeTestFunction *kind = (const EtudeTestFunction *) function->kind;
  g_autoptr (GStrvBuilder) others = g_strv_builder_new ();
  g_autoptr (EtudeExperiment) experiment = NULL;
  g_autoptr (EtudeDescent) descent = NULL;
  g_autoptr (EtudeCliOutput) out = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) settings = NULL;
  double start[ETUDE_FUNCTION_DIMS];
  EtudeExperimentFields *fields;
  EtudeSchedule *schedule;
  Path path = { .diverged_at = G_MAXUINT64, .last_rate = NAN };
  int status;

  if (!set_function (function, options->settings, others, &status))
    return status;
  settings = g_strv_builder_end (others);
  experiment = etude_cli_load_experiment (NULL, (const char *const *) settings, &status);
  if (experiment == NULL)
    return status;
  if (!read_start (kind, options->start, start, &path.n_dims))
    return etude_cli_refuse (_("--start: found “%s”, expected %s"), options->start,
                             kind->least_dims > 1 ? _("two numbers such as 1,2") : _("one or two numbers such as 1,2"));
  fields = etude_experiment_fields (experiment);
  schedule = etude_schedule_new (&fields->schedule, *etude_experiment_rate (experiment), (guint64) options->n_steps,
                                 (double) options->n_steps / (double) etude_experiment_training (experiment)->epochs, &error);
  if (schedule == NULL)
    return etude_cli_fail (error);
  descent = etude_descent_new (function, &fields->optimizer, schedule, start, path.n_dims, &error);
  if (descent == NULL || (out = etude_cli_output_new (options->output, &error)) == NULL)
    return etude_cli_fail (error);
  path.descent = descent;
  etude_cli_interrupt_watch ();
  if (options->json)
    write_json (out, &path, kind, etude_descent_stable_rate (function, &fields->optimizer, path.n_dims));
  else
    write_csv (out, &path);
  if (!etude_cli_output_finish (out, &error))
    return etude_cli_fail (error);
  if (path.diverged_at != G_MAXUINT64)
    complain_diverged (&path);
  return etude_cli_interrupt_status (path.diverged_at != G_MAXUINT64 ? ETUDE_EXIT_OUTCOME : ETUDE_EXIT_DONE);
}

static int
check_and_descend (const Options *options)
{
  const EtudeKind *kind = etude_group_find (&etude_function_group, options->function != NULL ? options->function : "quadratic");
  EtudeObject function;
  int status;

  if (options->csv && options->json)
    return etude_cli_refuse (_("found both --csv and --json, expected one of them"));
  if (options->n_steps < 1 || options->n_steps > MAX_STEPS)
    return etude_cli_refuse (_("--steps: found %" PRId64 ", expected a number from 1 to %d"), options->n_steps, MAX_STEPS);
  if (kind == NULL)
    {
      const EtudeParam param = { .type = ETUDE_PARAM_KIND, .group = &etude_function_group };
      g_autofree char *expected = etude_param_describe (&param);

      return etude_cli_refuse (_("--function: found “%s”, expected %s"), options->function, expected);
    }
  etude_object_init (&function, kind);
  status = descend (options, &function);
  etude_object_clear (&function);
  return status;
}

int
etude_cli_descend (int argc, char **argv)
{
  Options options = { .n_steps = 100 };
  const GOptionEntry entries[] = {
    { "function", 0, 0, G_OPTION_ARG_STRING, &options.function, N_("What is descended, such as rosenbrock"), N_("KIND") },
    { "start", 0, 0, G_OPTION_ARG_STRING, &options.start, N_("Where it starts"), "X[,Y]" },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &options.n_steps, N_("How many updates are made (default 100)"), "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings, N_("Change optimizer, schedule or function"), N_("PATH=VALUE") },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, N_("Print one row for each point (this is the default)"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print one JSON object"), NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("Write to a file instead of standard output"), N_("FILE") },
    { NULL }
  };
  int status;

  if (etude_cli_parse (&argc, &argv, entries, NULL, _("Follows an optimizer on a function of one or two numbers."), &status)
      && etude_cli_check_arguments (argc, argv, 0, 0, _("none"), &status))
    status = check_and_descend (&options);
  g_free (options.function);
  g_free (options.start);
  g_free (options.output);
  g_strfreev (options.settings);
  return status;
}
