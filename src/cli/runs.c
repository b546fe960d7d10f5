/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runs.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/stored.h"
#include "cli/verb.h"

/* How a run is named, for the help of each. */
#define NAMING \
  N_("A run is named by the beginning of its id, by its number, or by the word “last”.")

static const GOptionEntry no_options[] = { { NULL } };

static gboolean
parse_names (int *argc, char ***argv, const GOptionEntry *entries, const char *arguments, const char *summary, int *status)
{
  g_autofree char *whole = g_strconcat (summary, "\n", _(NAMING), NULL);

  return etude_cli_parse (argc, argv, entries, arguments, whole, status);
}

static gboolean
parse_nothing (int argc, char **argv, const char *summary, int *status)
{
  return etude_cli_parse (&argc, &argv, no_options, NULL, summary, status)
         && etude_cli_check_arguments (argc, argv, 0, 0, _("none"), status);
}

/* Tags. */

static gboolean
check_tags (char **tags, int *status)
{
  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *plain = etude_cli_plain_text (tags[i]);

      if (*tags[i] == '\0' || !g_str_equal (plain, tags[i]))
        {
          *status = etude_cli_refuse (_("tag: found “%s”, expected a text without line breaks that is not empty"), plain);
          return FALSE;
        }
    }
  return TRUE;
}

static GStrv
dup_tags (EtudeStore *store, const char *id, GError **error)
{
  g_autoptr (GPtrArray) runs = etude_runs_list (store, error);

  for (guint i = 0; runs != NULL && i < runs->len; i++)
    if (g_str_equal (((EtudeRunSummary *) runs->pdata[i])->id, id))
      return g_strdupv (((EtudeRunSummary *) runs->pdata[i])->tags);
  return runs != NULL ? g_new0 (char *, 1) : NULL;
}

static gboolean
change_tags (EtudeStore *store, const char *id, char **tags, gboolean removes, GError **error)
{
  g_auto (GStrv) old = dup_tags (store, id, error);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  if (old == NULL)
    return FALSE;
  for (guint i = 0; old[i] != NULL; i++)
    if (!removes || !g_strv_contains ((const char *const *) tags, old[i]))
      g_ptr_array_add (all, old[i]);
  for (guint i = 0; !removes && tags[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (all, tags[i], g_str_equal, NULL))
      g_ptr_array_add (all, tags[i]);
  g_ptr_array_add (all, NULL);
  return etude_runs_set_tags (store, id, (const char *const *) all->pdata, error);
}

static int
runs_tag (int argc, char **argv)
{
  gboolean removes = FALSE;
  const GOptionEntry entries[] = {
    { "remove", 'r', 0, G_OPTION_ARG_NONE, &removes, N_("Take the tags away"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autofree char *id = NULL;
  int status;

  if (!parse_names (&argc, &argv, entries, _("RUN TAG…"), _("Adds tags to a run."), &status)
      || !etude_cli_check_arguments (argc, argv, 2, G_MAXINT - 1, _("a run and its tags"), &status)
      || !check_tags (argv + 2, &status))
    return status;
  store = etude_cli_open_store (&error);
  id = store != NULL ? etude_runs_find (store, argv[1], FALSE, &error) : NULL;
  if (id == NULL || !change_tags (store, id, argv + 2, removes, &error))
    return etude_cli_fail (error);
  return ETUDE_EXIT_DONE;
}

/* Deleting and restoring. */

static int
change_each (char **names, gboolean deleted, gboolean (*change) (EtudeStore *, const char *, GError **))
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = etude_cli_open_store (&error);
  g_auto (GStrv) ids = store != NULL ? etude_cli_find_runs (store, (const char *const *) names, deleted, &error) : NULL;

  if (ids == NULL)
    return etude_cli_fail (error);
  for (guint i = 0; ids[i] != NULL; i++)
    if (!change (store, ids[i], &error))
      return etude_cli_fail (error);
  return ETUDE_EXIT_DONE;
}

static int
runs_delete (int argc, char **argv)
{
  int status;

  if (!parse_names (&argc, &argv, no_options, _("RUN…"),
                    _("Takes runs out of the list. “runs restore” brings them back within a day."), &status)
      || !etude_cli_check_arguments (argc, argv, 1, G_MAXINT - 1, _("one run at least"), &status))
    return status;
  return change_each (argv + 1, FALSE, etude_runs_delete);
}

static int
runs_restore (int argc, char **argv)
{
  int status;

  if (!parse_names (&argc, &argv, no_options, _("RUN…"),
                    _("Brings deleted runs back as they were; “last” is the one that was deleted last."), &status)
      || !etude_cli_check_arguments (argc, argv, 1, G_MAXINT - 1, _("one run at least"), &status))
    return status;
  return change_each (argv + 1, TRUE, etude_runs_restore);
}

/* Care. */

/* Reads each run: pages that are whole may still hold what makes no sense. */
static guint
check_runs (EtudeStore *store, GPtrArray *runs)
{
  guint n_problems = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EtudeRun) run = etude_runs_load (store, ((EtudeRunSummary *) runs->pdata[i])->id, &error);
      g_autofree char *problem = run == NULL ? etude_cli_plain_text (error->message) : NULL;

      if (problem != NULL)
        printf ("%s\n", problem);
      n_problems += problem != NULL ? 1 : 0;
    }
  return n_problems;
}

static int
runs_check (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  g_autoptr (GPtrArray) runs = NULL, deleted = NULL;
  g_auto (GStrv) problems = NULL;
  g_autofree char *path = etude_store_dup_default_path ();
  guint n_problems;
  int status;

  if (!parse_nothing (argc, argv, _("Reads the whole store and looks for damage."), &status))
    return status;
  store = etude_cli_open_store (&error);
  problems = store != NULL ? etude_store_check (store, &error) : NULL;
  runs = problems != NULL ? etude_runs_list (store, &error) : NULL;
  deleted = runs != NULL ? etude_runs_list_deleted (store, &error) : NULL;
  if (deleted == NULL)
    return etude_cli_fail (error);
  for (guint i = 0; problems[i] != NULL; i++)
    printf ("%s: %s\n", path, problems[i]);
  n_problems = g_strv_length (problems) + check_runs (store, runs) + check_runs (store, deleted);
  /* What was so bad that the store had to be begun anew has been said already. */
  if (etude_store_get_warning (store) != NULL)
    return ETUDE_EXIT_FAILED;
  if (n_problems == 0)
    {
      g_autofree char *shown = etude_cli_plain_text (path);

      printf (g_dngettext (GETTEXT_PACKAGE, "%s: %u run, no damage\n", "%s: %u runs, no damage\n", runs->len), shown, runs->len);
      return ETUDE_EXIT_DONE;
    }
  error = g_error_new (ETUDE_ERROR, ETUDE_ERROR_FORMAT,
                       g_dngettext (GETTEXT_PACKAGE, "%s: found damage in %u place, expected none",
                                    "%s: found damage in %u places, expected none", n_problems), path, n_problems);
  return etude_cli_fail (error);
}

static int
runs_vacuum (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeStore) store = NULL;
  int status;

  if (!parse_nothing (argc, argv, _("Throws deleted runs away and gives their space back to the disk."), &status))
    return status;
  store = etude_cli_open_store (&error);
  if (store == NULL || !etude_store_vacuum (store, &error))
    return etude_cli_fail (error);
  return ETUDE_EXIT_DONE;
}

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *help;
} verbs[] = {
  { "list", etude_cli_runs_list, N_("List the runs, the newest first") },
  { "show", etude_cli_runs_show, N_("Show all that is known of a run") },
  { "diff", etude_cli_runs_diff, N_("Show where the experiments of two runs differ") },
  { "tag", runs_tag, N_("Add tags to a run, or take them away") },
  { "delete", runs_delete, N_("Take runs out of the list") },
  { "restore", runs_restore, N_("Bring deleted runs back") },
  { "check", runs_check, N_("Look for damage in the store") },
  { "vacuum", runs_vacuum, N_("Throw deleted runs away") },
  { "import", etude_cli_runs_import, N_("Take runs in from a file") },
  { "export", etude_cli_runs_export, N_("Write runs to a file") },
};

static void
print_help (void)
{
  printf (_("Usage: etude-cli runs VERB [OPTIONS] [ARGUMENTS]\n\n"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    printf ("  %-10s %s\n", verbs[i].name, _(verbs[i].help));
  printf (_("\n%s\n“etude-cli runs VERB --help” tells more about each.\n"), _(NAMING));
}

int
etude_cli_runs (int argc, char **argv)
{
  if (argc < 2)
    return etude_cli_refuse (_("runs: found no verb, expected one of those that “etude-cli runs --help” lists"));
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      print_help ();
      return ETUDE_EXIT_DONE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (argv[1], verbs[i].name))
      {
        g_autofree char *name = g_strconcat ("runs ", verbs[i].name, NULL);

        argv[1] = name;
        return verbs[i].run (argc - 1, argv + 1);
      }
  return etude_cli_refuse (_("runs: found the verb “%s”, expected one of those that “etude-cli runs --help” lists"), argv[1]);
}
