/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/kind-page.h"

#include <glib/gi18n-lib.h>

#include "app/help/markdown.h"
#include "app/widgets/param-words.h"
#include "experiment/json-field.h"

/**
 * etude_kind_page_dup_id:
 * @group: a group of the catalogue
 * @kind: one of its kinds
 *
 * Returns: (transfer full): the id of its page, such as “optimizer/adam”, or “training” where the group has but
 *   one kind
 */
char *
etude_kind_page_dup_id (const EtudeGroup *group, const EtudeKind *kind)
{
  return group->plain ? g_strdup (group->id) : g_strconcat (group->id, "/", kind->id, NULL);
}

static char *
show_kinds (const EtudeObjects *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < list->n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", _(list->items[i].kind->label));
  return g_strdup (text->str);
}

/* As a row shows it; NULL where auto says it already. */
static char *
show_default (const EtudeParam *param, gpointer field)
{
  const EtudeObject *object = field;

  if (etude_param_is_auto (param, field))
    return NULL;
  if (param->type == ETUDE_PARAM_KIND)
    return g_strdup (object->kind != NULL ? _(object->kind->label) : C_("choice", "None"));
  if (param->type == ETUDE_PARAM_KINDS)
    return show_kinds (field);
  if (param->type == ETUDE_PARAM_BOOLEAN)
    return g_strdup (*(gboolean *) field ? C_("choice", "On") : C_("choice", "Off"));
  if (param->type == ETUDE_PARAM_CHOICE)
    return g_strdup (_(param->choices[*(guint *) field].label));
  if (param->type == ETUDE_PARAM_REALS)
    return etude_json_write_field (param, field);
  return etude_param_show (param, field);
}

static void
write_choices (GString *text, const EtudeChoice *choices)
{
  for (; choices != NULL && choices->id != NULL; choices++)
    {
      g_string_append (text, "- **");
      etude_markdown_append_escaped (text, _(choices->label));
      g_string_append (text, "**");
      if (choices->help != NULL)
        {
          g_string_append (text, ": ");
          etude_markdown_append_escaped (text, _(choices->help));
        }
      g_string_append_c (text, '\n');
    }
}

static void
write_param (GString *text, const EtudeGroup *group, const EtudeParam *param, gpointer field)
{
  g_autofree char *initial = show_default (param, field);
  g_autofree char *words = etude_param_words_tooltip (param, initial);
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  g_string_append (text, "\n## ");
  etude_markdown_append_escaped (text, _(param->label));
  g_string_append_printf (text, " {#%s}\n\n", param->key);
  etude_markdown_append_escaped (text, lines[0]);
  g_string_append (text, ".\n\n");
  write_choices (text, param->choices);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_string_append (text, "- ");
      etude_markdown_append_escaped (text, lines[i]);
      g_string_append_c (text, '\n');
    }
  g_string_append_printf (text, "- %s `%s.%s`\n", _("In a document and with --set:"), group->path, param->key);
}

/**
 * etude_kind_page_write:
 * @group: a group of the catalogue
 * @kind: one of its kinds
 * @guide: (nullable): the id of the page that explains the group
 * @title: (nullable): its title
 *
 * What the catalogue says of a kind and of each of its parameters, whose key is the name of its heading.
 *
 * Returns: (transfer full): a page in Markdown
 */
char *
etude_kind_page_write (const EtudeGroup *group, const EtudeKind *kind, const char *guide, const char *title)
{
  GString *text = g_string_new ("# ");
  const EtudeParam *const lists[] = { kind->params, kind->common };
  EtudeObject defaults;

  etude_markdown_append_escaped (text, _(kind->label));
  g_string_append (text, "\n\n");
  etude_markdown_append_escaped (text, _(kind->help));
  g_string_append (text, ".\n");
  if (kind->formula != NULL)
    g_string_append_printf (text, "\n```\n%s\n```\n", kind->formula);
  if (kind->source != NULL)
    g_string_append_printf (text, "\n%s `%s`\n", _("As in:"), kind->source);
  if (guide != NULL)
    g_string_append_printf (text, "\n%s [%s](help:%s)\n", _("See also:"), title, guide);
  etude_object_init (&defaults, kind);
  /* As in the recipe: what makes the kind what it is, then what all of them have. */
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const EtudeParam *param = lists[i]; param != NULL && param->key != NULL; param++)
      write_param (text, group, param, etude_param_field (param, defaults.data));
  etude_object_clear (&defaults);
  return g_string_free (text, FALSE);
}

/**
 * etude_kind_page_write_list:
 * @text: Markdown
 * @group: a group of the catalogue
 *
 * Appends a list of all its kinds, with links to their pages.
 */
void
etude_kind_page_write_list (GString *text, const EtudeGroup *group)
{
  for (guint i = 0; group->kinds[i] != NULL; i++)
    {
      g_autofree char *id = etude_kind_page_dup_id (group, group->kinds[i]);

      g_string_append (text, "- [");
      etude_markdown_append_escaped (text, _(group->kinds[i]->label));
      g_string_append_printf (text, "](help:%s): ", id);
      etude_markdown_append_escaped (text, _(group->kinds[i]->help));
      g_string_append_c (text, '\n');
    }
}
