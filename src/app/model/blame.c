/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/blame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "experiment/path.h"

static gboolean
exists (const EtudeExperiment *experiment, const char *path)
{
  EtudePlace place;

  return etude_experiment_find (experiment, path, &place, NULL);
}

/* “network.layers.0 (dense)” is “network.layers.0”, and “loss.kind” is “loss”. */
static char *
dup_place (const char *message, const char *end)
{
  char *path = g_strndup (message, (gsize) (end - message));

  path[strcspn (path, " ")] = '\0';
  if (g_str_has_suffix (path, ".kind"))
    path[strlen (path) - strlen (".kind")] = '\0';
  return path;
}

/* A layer names its own parameter after itself: “… (conv2d): kernel_size: the kernel reaches over …”. */
static void
go_into (const EtudeExperiment *experiment, char **path, const char **words)
{
  gsize length = strcspn (*words, ". :");
  g_autofree char *inner = g_strdup_printf ("%s.%.*s", *path, (int) length, *words);

  if (length == 0 || strncmp (*words + length, ": ", 2) != 0 || !exists (experiment, inner))
    return;
  g_free (*path);
  *path = g_steal_pointer (&inner);
  *words += length + 2;
}

/**
 * etude_blame_find:
 * @experiment: a document
 * @message: of an error
 * @path: (out) (transfer full): the place of the document that @message begins with
 * @words: (out): (transfer none): where it goes on after that
 *
 * Returns: whether @message names a place that the document has; else nothing is set
 */
gboolean
etude_blame_find (const EtudeExperiment *experiment, const char *message, char **path, const char **words)
{
  const char *colon = strstr (message, ": ");
  g_autofree char *place = colon != NULL ? dup_place (message, colon) : NULL;

  if (place == NULL || !exists (experiment, place))
    return FALSE;
  *path = g_steal_pointer (&place);
  *words = colon + 2;
  go_into (experiment, path, words);
  return TRUE;
}

/**
 * etude_blame_is_within:
 * @blamed: path of what is to blame
 * @path: another one
 *
 * Returns: whether @blamed is what @path leads to, or a part of it
 */
gboolean
etude_blame_is_within (const char *blamed, const char *path)
{
  gsize length = strlen (path);

  return strncmp (blamed, path, length) == 0 && (blamed[length] == '\0' || blamed[length] == '.');
}

/* “Layer 1, Dense” of an item, else the title of the row. */
static char *
name_place (const EtudePlace *place)
{
  if (place->index < 0)
    return g_strdup (_(place->param->label));
  /* Translators: which item of a list, such as “Layer 1, Dense” */
  return g_strdup_printf (_("%s %u, %s"), _(place->param->group->label), (guint) place->index + 1,
                          _(((EtudeObjects *) place->field)->items[place->index].kind->label));
}

/* The names of what leads from @from, which is not named, to @path. A list is named by its items, and a
 * section by what it has. */
static char *
name_places (const EtudeExperiment *experiment, const char *path, const char *from)
{
  g_autoptr (GString) names = g_string_new (NULL);
  const char *end = from != NULL ? path + strlen (from) : strchr (path, '.');

  if (end == NULL)
    end = path;
  while (*end != '\0')
    {
      g_autofree char *part = NULL, *name = NULL;
      EtudePlace place;

      end += strcspn (end + 1, ".") + 1;
      part = g_strndup (path, (gsize) (end - path));
      if (!etude_experiment_find (experiment, part, &place, NULL)
          || (*end != '\0' && place.index < 0 && place.param->type == ETUDE_PARAM_KINDS))
        continue;
      name = name_place (&place);
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/**
 * etude_blame_explain:
 * @experiment: a document
 * @message: of an error
 * @from: (nullable): path of what need not be named, since the words stand with it
 *
 * Returns: (transfer full): @message with the titles of the recipe in place of a path: “Class Weights: found 2
 *   numbers”, or “Layer 1, Dense: gets 2 values”; as it is where it names no place
 */
char *
etude_blame_explain (const EtudeExperiment *experiment, const char *message, const char *from)
{
  g_autofree char *path = NULL, *names = NULL;
  const char *words;

  if (!etude_blame_find (experiment, message, &path, &words) || (from != NULL && !etude_blame_is_within (path, from)))
    return g_strdup (message);
  names = name_places (experiment, path, from);
  if (*names == '\0')
    return g_strdup (words);
  /* Translators: first what is to blame, such as “Class Weights”, then what is wrong with it */
  return g_strdup_printf (_("%s: %s"), names, words);
}
