/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "base/json-writer.h"
#include "cli/options.h"
#include "experiment/json-field.h"
#include "training/groups.h"

static const char *const type_names[] = {
  [ETUDE_PARAM_REAL] = "real",       [ETUDE_PARAM_INTEGER] = "integer", [ETUDE_PARAM_BOOLEAN] = "boolean",
  [ETUDE_PARAM_CHOICE] = "choice",   [ETUDE_PARAM_TEXT] = "text",       [ETUDE_PARAM_FILE] = "file",
  [ETUDE_PARAM_LENGTH] = "length",   [ETUDE_PARAM_REALS] = "reals",     [ETUDE_PARAM_POINTS] = "points",
  [ETUDE_PARAM_LENGTHS] = "lengths", [ETUDE_PARAM_EXTENT] = "extent",
  [ETUDE_PARAM_KIND] = "kind",       [ETUDE_PARAM_KINDS] = "kinds",
};

static void
write_choices (EtudeJsonWriter *out, const EtudeChoice *choices)
{
  etude_json_writer_key (out, "choices");
  if (choices == NULL)
    {
      etude_json_writer_null (out);
      return;
    }
  etude_json_writer_begin_array (out);
  for (; choices->id != NULL; choices++)
    {
      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "id", choices->id);
      etude_json_writer_add_string (out, "label", choices->label);
      etude_json_writer_add_string (out, "help", choices->help);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
}

static void
write_bound (EtudeJsonWriter *out, const char *key, const char *open_key, gboolean has, double bound, gboolean is_open)
{
  etude_json_writer_key (out, key);
  if (has)
    etude_json_writer_number (out, bound);
  else
    etude_json_writer_null (out);
  etude_json_writer_key (out, open_key);
  if (has)
    etude_json_writer_boolean (out, is_open);
  else
    etude_json_writer_null (out);
}

static void
write_param (EtudeJsonWriter *out, const EtudeGroup *group, const EtudeParam *param, gpointer field)
{
  g_autofree char *path = g_strconcat (group->path, ".", param->key, NULL);
  g_autofree char *initial = etude_json_write_field (param, field);
  gboolean has_bounds = etude_param_has_bounds (param);

  etude_json_writer_begin_object (out);
  etude_json_writer_add_string (out, "key", param->key);
  etude_json_writer_add_string (out, "path", path);
  etude_json_writer_add_string (out, "label", param->label);
  etude_json_writer_add_string (out, "type", type_names[param->type]);
  etude_json_writer_key (out, "default");
  etude_json_writer_raw (out, initial);
  write_bound (out, "min", "min_open", has_bounds, param->min, param->min_open);
  write_bound (out, "max", "max_open", has_bounds, param->max, param->max_open);
  etude_json_writer_add_string (out, "scale", !has_bounds ? NULL : param->scale == ETUDE_SCALE_LOG ? "log" : "linear");
  etude_json_writer_add_string (out, "unit", param->unit);
  etude_json_writer_add_string (out, "help", param->help);
  etude_json_writer_add_string (out, "auto", param->automatic);
  write_choices (out, param->choices);
  etude_json_writer_end_object (out);
}

static void
write_kind (EtudeJsonWriter *out, const EtudeGroup *group, const EtudeKind *kind)
{
  EtudeObject defaults;

  etude_object_init (&defaults, kind);
  etude_json_writer_begin_object (out);
  etude_json_writer_add_string (out, "id", kind->id);
  etude_json_writer_add_string (out, "label", kind->label);
  etude_json_writer_add_string (out, "help", kind->help);
  etude_json_writer_add_string (out, "source", kind->source);
  etude_json_writer_add_string (out, "formula", kind->formula);
  etude_json_writer_key (out, "params");
  etude_json_writer_begin_array (out);
  for (guint i = 0; i < etude_kind_n_params (kind); i++)
    {
      const EtudeParam *param = etude_kind_get_param (kind, i);

      write_param (out, group, param, etude_param_field (param, defaults.data));
    }
  etude_json_writer_end_array (out);
  etude_json_writer_end_object (out);
  etude_object_clear (&defaults);
}

static void
print_json (void)
{
  g_autoptr (EtudeJsonWriter) out = etude_json_writer_new (TRUE);

  etude_json_writer_begin_object (out);
  etude_json_writer_add_integer (out, "etude", ETUDE_FORMAT);
  etude_json_writer_add_string (out, "version", ETUDE_VERSION);
  etude_json_writer_key (out, "groups");
  etude_json_writer_begin_array (out);
  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    {
      etude_json_writer_begin_object (out);
      etude_json_writer_add_string (out, "id", (*group)->id);
      etude_json_writer_add_string (out, "label", (*group)->label);
      etude_json_writer_key (out, "kinds");
      etude_json_writer_begin_array (out);
      for (const EtudeKind *const *kind = (*group)->kinds; *kind != NULL; kind++)
        write_kind (out, *group, *kind);
      etude_json_writer_end_array (out);
      etude_json_writer_end_object (out);
    }
  etude_json_writer_end_array (out);
  etude_json_writer_end_object (out);
  printf ("%s\n", etude_json_writer_get_text (out));
}

static void
print_markdown_kind (const EtudeKind *kind)
{
  EtudeObject defaults;

  etude_object_init (&defaults, kind);
  printf ("\n### %s: `%s`\n\n%s.\n", _(kind->label), kind->id, _(kind->help));
  if (kind->formula != NULL)
    printf (_("\nRule: %s\n"), kind->formula);
  if (kind->source != NULL)
    printf (_("\nSource: %s\n"), kind->source);
  if (etude_kind_n_params (kind) > 0)
    printf (_("\n| Key | Name | Default | Value | Meaning |\n|---|---|---|---|---|\n"));
  for (guint i = 0; i < etude_kind_n_params (kind); i++)
    {
      const EtudeParam *param = etude_kind_get_param (kind, i);
      g_autofree char *initial = etude_json_write_field (param, etude_param_field (param, defaults.data));
      g_autofree char *value = etude_param_describe (param);

      printf ("| `%s` | %s | `%s` | %s | %s |\n", param->key, _(param->label), initial, value, _(param->help));
    }
  etude_object_clear (&defaults);
}

static void
print_markdown (void)
{
  printf (_("# Catalogue\n\nEvery kind and parameter, as `etude-cli catalogue` prints it.\n"));
  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    {
      printf ("\n## %s: `%s`\n", _((*group)->label), (*group)->path);
      for (const EtudeKind *const *kind = (*group)->kinds; *kind != NULL; kind++)
        print_markdown_kind (*kind);
    }
}

int
etude_cli_catalogue (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON instead of Markdown"), NULL },
    { NULL }
  };
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, NULL, _("Prints every kind and parameter that there is."), &status)
      || !etude_cli_check_arguments (argc, argv, 0, 0, _("none"), &status))
    return status;
  if (json)
    print_json ();
  else
    print_markdown ();
  return ETUDE_EXIT_DONE;
}
