/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "experiment/json.h"
#include "experiment/path.h"

/**
 * etude_cli_plain_text:
 * @text: text that may come from outside
 *
 * Returns: (transfer full): valid UTF-8 without control characters, fit for a terminal
 */
char *
etude_cli_plain_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *plain = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    g_string_append_unichar (plain, g_unichar_iscntrl (g_utf8_get_char (c)) ? ' ' : g_utf8_get_char (c));
  return g_string_free (plain, FALSE);
}

/**
 * etude_cli_complain:
 * @message: one sentence
 *
 * Says it on standard error, on one line.
 */
void
etude_cli_complain (const char *message)
{
  g_autofree char *plain = etude_cli_plain_text (message);

  fprintf (stderr, "etude-cli: %s\n", plain);
}

/**
 * etude_cli_fail:
 * @error: what went wrong with an input, a file, the store or memory
 *
 * Says so in one line.
 *
 * Returns: the exit status for it
 */
int
etude_cli_fail (const GError *error)
{
  etude_cli_complain (error->message);
  return ETUDE_EXIT_FAILED;
}

/**
 * etude_cli_fail_in:
 * @file: (nullable): the document that was read
 * @error: what is wrong with it, or with what it asks for
 *
 * Says so in one line that begins with the file.
 *
 * Returns: the exit status for it
 */
int
etude_cli_fail_in (const char *file, const GError *error)
{
  g_autofree char *message = file != NULL ? g_strdup_printf ("%s: %s", file, error->message) : NULL;

  etude_cli_complain (message != NULL ? message : error->message);
  return ETUDE_EXIT_FAILED;
}

/**
 * etude_cli_refuse:
 * @format: what is wrong with the usage
 * @...: its arguments
 *
 * Says so in one line.
 *
 * Returns: the exit status for it
 */
int
etude_cli_refuse (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  etude_cli_complain (message);
  return ETUDE_EXIT_USAGE;
}

/* GOption leaves “--” where something that begins with a dash comes after it. */
static void
drop_separator (int *argc, char **argv)
{
  int i = 1;

  while (i < *argc && !g_str_equal (argv[i], "--"))
    i++;
  for (; i + 1 < *argc; i++)
    argv[i] = argv[i + 1];
  *argc = MIN (*argc, i);
  argv[*argc] = NULL;
}

/**
 * etude_cli_parse:
 * @argc: (inout): of the verb, whose name is the first
 * @argv: (inout): likewise; what is left are the arguments that are not options,
 *   NULL after the last
 * @entries: the options of the verb
 * @arguments: what follows the options, such as “[FILE]”
 * @summary: what the verb does
 * @status: (out): the exit status when the options are wrong
 *
 * --help prints and ends the program.
 *
 * Returns: whether to go on
 */
gboolean
etude_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *arguments,
                 const char *summary, int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strconcat ("etude-cli ", (*argv)[0], NULL);

  g_set_prgname (program);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    {
      drop_separator (argc, *argv);
      return TRUE;
    }
  *status = etude_cli_refuse ("%s", error->message);
  return FALSE;
}

/**
 * etude_cli_check_arguments:
 * @argc: of the verb, as etude_cli_parse() has left it
 * @argv: likewise
 * @least: how many arguments there must be
 * @most: how many there may be
 * @expected: these in words, such as “one file at most”
 * @status: (out): the exit status when there are more or fewer
 *
 * Returns: whether to go on
 */
gboolean
etude_cli_check_arguments (int argc, char **argv, int least, int most, const char *expected, int *status)
{
  int n = argc - 1;

  if (n > most)
    *status = etude_cli_refuse (_("found the argument “%s”, expected %s"), argv[most + 1], expected);
  else if (n == 0 && least > 0)
    *status = etude_cli_refuse (_("found no argument, expected %s"), expected);
  else if (n < least)
    *status = etude_cli_refuse (g_dngettext (GETTEXT_PACKAGE, "found %d argument, expected %s",
                                             "found %d arguments, expected %s", (gulong) n), n, expected);
  return n >= least && n <= most;
}

/**
 * etude_cli_load_experiment:
 * @file: (nullable): path of a document, NULL for the default experiment
 * @settings: (nullable) (array zero-terminated=1): PATH=VALUE, applied in order
 * @status: (out): the exit status when there is none
 *
 * Returns: (transfer full) (nullable): the document
 */
EtudeExperiment *
etude_cli_load_experiment (const char *file, const char *const *settings, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeExperiment) experiment = file != NULL ? etude_experiment_load (file, &error)
                                                        : etude_experiment_new ();

  if (experiment == NULL)
    {
      *status = etude_cli_fail (error);
      return NULL;
    }
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    {
      const char *equals = strchr (settings[i], '=');
      g_autofree char *path = equals != NULL ? g_strndup (settings[i], (gsize) (equals - settings[i])) : NULL;

      if (path == NULL)
        {
          *status = etude_cli_refuse (_("--set: found “%s”, expected PATH=VALUE"), settings[i]);
          return NULL;
        }
      if (!etude_experiment_set (experiment, path, equals + 1, &error))
        {
          *status = etude_cli_refuse ("--set: %s", error->message);
          return NULL;
        }
    }
  return g_steal_pointer (&experiment);
}

/**
 * etude_cli_folder_of:
 * @file: (nullable): path of a document
 *
 * Returns: (transfer full) (nullable): the folder that its data paths are relative to
 */
char *
etude_cli_folder_of (const char *file)
{
  return file != NULL ? g_path_get_dirname (file) : NULL;
}
