/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>

#include "cli/options.h"
#include "cli/verb.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *help;
} verbs[] = {
  { "train", etude_cli_train, N_("Train an experiment and print what happens") },
  { "schedule", etude_cli_schedule, N_("Print the learning rate of every update") },
  { "descend", etude_cli_descend, N_("Follow an optimizer on a function") },
  { "data", etude_cli_data, N_("Describe a data set") },
  { "runs", etude_cli_runs, N_("List, compare, tag, delete, export and import stored runs") },
  { "export", etude_cli_export, N_("Draw runs to a picture, or write its numbers") },
  { "catalogue", etude_cli_catalogue, N_("Print every kind and parameter that there is") },
};

static void
print_help (void)
{
  printf (_("Usage: etude-cli VERB [OPTIONS] [ARGUMENTS]\n\n"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    printf ("  %-10s %s\n", verbs[i].name, _(verbs[i].help));
  printf (_("\n“etude-cli VERB --help” tells more about each.\n"));
}

static int
run (int argc, char **argv)
{
  if (argc < 2)
    return etude_cli_refuse (_("found no verb, expected one of those that “etude-cli --help” lists"));
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      print_help ();
      return ETUDE_EXIT_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("etude-cli %s\n", ETUDE_VERSION);
      return ETUDE_EXIT_DONE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (argv[1], verbs[i].name))
      return verbs[i].run (argc - 1, argv + 1);
  return etude_cli_refuse (_("found the verb “%s”, expected one of those that “etude-cli --help” lists"), argv[1]);
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, ETUDE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  status = run (argc, argv);
  /* A result that is not whole must not look like one. */
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  etude_cli_complain (_("standard output: not everything could be written"));
  return ETUDE_EXIT_FAILED;
}
