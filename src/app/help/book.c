/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/book.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/application.h"
#include "app/help/kind-page.h"
#include "training/groups.h"

#define FOLDER ETUDE_RESOURCES "/help/"

/* The pages that were written by hand, as they stand in the contents. */
static const char *const guides[] = {
  "first-steps", "learning-rate", "live-rate", "schedules", "optimizers", "batches", "losses", "overfitting",
  "data", "networks", "regularisation", "divergence", "runs", "charts", "figures", "command-line", "keyboard",
  "files",
};

static void
page_free (gpointer data)
{
  EtudeHelpPage *page = data;

  g_free (page->id);
  g_free (page->search);
  etude_markdown_free (page->text);
  g_free (page);
}

static char *
fold (const char *words)
{
  g_autofree char *normal = g_utf8_normalize (words, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal != NULL ? normal : words, -1);
}

static void
add_page (GPtrArray *pages, const char *id, const char *section, const char *source)
{
  EtudeHelpPage *page = g_new0 (EtudeHelpPage, 1);

  page->id = g_strdup (id);
  page->section = section;
  page->text = etude_markdown_read (source);
  page->search = fold (page->text->words->str);
  g_ptr_array_add (pages, page);
}

/**
 * etude_help_book_read_source:
 * @id: a page that was written by hand
 * @languages: languages that are wanted, the best first; ends with NULL
 *
 * Returns: (transfer full) (nullable): its Markdown in the first of these languages that has it, else in English
 */
char *
etude_help_book_read_source (const char *id, const char *const *languages)
{
  g_autofree char *plain = g_strconcat (FOLDER, id, ".md", NULL);
  g_autoptr (GBytes) bytes = NULL;

  for (; *languages != NULL && bytes == NULL; languages++)
    {
      g_autofree char *path = g_strconcat (FOLDER, *languages, "/", id, ".md", NULL);

      /* What was written for the language before the others is what all pages are written in. */
      if (g_str_equal (*languages, "en") || g_str_equal (*languages, "C"))
        break;
      bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    }
  if (bytes == NULL)
    bytes = g_resources_lookup_data (plain, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  return bytes == NULL ? NULL : g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
dup_mark (const EtudeGroup *group)
{
  return g_strdup_printf ("\n{{%s}}\n", group->id);
}

/* A line “{{optimizer}}” is the list of all optimizers. */
static char *
read_guide (const char *id)
{
  g_autofree char *source = etude_help_book_read_source (id, g_get_language_names ());
  GString *text = g_string_new (source);

  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    {
      g_autofree char *mark = dup_mark (*group);
      g_autoptr (GString) list = g_string_new ("\n");

      if (strstr (text->str, mark) == NULL)
        continue;
      etude_kind_page_write_list (list, *group);
      g_string_replace (text, mark, list->str, 0);
    }
  return g_string_free (text, FALSE);
}

/**
 * etude_help_book_dup_guide:
 * @group: a group of the catalogue
 *
 * Returns: (transfer full) (nullable): the id of the page that explains it: the one that lists its kinds
 */
char *
etude_help_book_dup_guide (const EtudeGroup *group)
{
  static const char *const english[] = { NULL };
  g_autofree char *mark = dup_mark (group);

  for (guint i = 0; i < G_N_ELEMENTS (guides); i++)
    {
      g_autofree char *source = etude_help_book_read_source (guides[i], english);

      if (source != NULL && strstr (source, mark) != NULL)
        return g_strdup (guides[i]);
    }
  return NULL;
}

static EtudeHelpPage *
find_page (GPtrArray *pages, const char *id)
{
  for (guint i = 0; i < pages->len; i++)
    if (g_str_equal (((EtudeHelpPage *) g_ptr_array_index (pages, i))->id, id))
      return g_ptr_array_index (pages, i);
  return NULL;
}

static void
add_group (GPtrArray *pages, const EtudeGroup *group)
{
  g_autofree char *guide = etude_help_book_dup_guide (group);
  const EtudeHelpPage *page = guide != NULL ? find_page (pages, guide) : NULL;

  for (guint i = 0; group->kinds[i] != NULL; i++)
    {
      g_autofree char *id = etude_kind_page_dup_id (group, group->kinds[i]);
      g_autofree char *source = etude_kind_page_write (group, group->kinds[i], guide,
                                                         page != NULL ? page->text->title : NULL);

      add_page (pages, id, _(group->label), source);
    }
}

static GPtrArray *
create_pages (void)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func (page_free);

  for (guint i = 0; i < G_N_ELEMENTS (guides); i++)
    {
      g_autofree char *source = read_guide (guides[i]);

      add_page (pages, guides[i], _("Guide"), source);
    }
  for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
    add_group (pages, *group);
  return pages;
}

/**
 * etude_help_book_get_pages:
 *
 * All pages in the language of the person: those written by hand, then one for each kind of the catalogue. They
 * are read when they are asked for first.
 *
 * Returns: (transfer none) (element-type EtudeHelpPage): the pages, in the order of the contents
 */
GPtrArray *
etude_help_book_get_pages (void)
{
  static GPtrArray *pages;

  if (pages == NULL)
    pages = create_pages ();
  return pages;
}

/**
 * etude_help_book_find:
 * @topic: “page” or “page#anchor”
 * @anchor: (out) (transfer none) (optional): the anchor in @topic, or NULL
 *
 * Returns: (transfer none) (nullable): the page
 */
const EtudeHelpPage *
etude_help_book_find (const char *topic, const char **anchor)
{
  const char *hash = strchr (topic, '#');
  g_autofree char *id = hash != NULL ? g_strndup (topic, (gsize) (hash - topic)) : g_strdup (topic);

  if (anchor != NULL)
    *anchor = hash != NULL ? hash + 1 : NULL;
  return find_page (etude_help_book_get_pages (), id);
}

/**
 * etude_help_book_has:
 * @topic: “page” or “page#anchor”
 *
 * Returns: whether there is this page, and this heading in it
 */
gboolean
etude_help_book_has (const char *topic)
{
  const char *anchor;
  const EtudeHelpPage *page = etude_help_book_find (topic, &anchor);

  if (page == NULL || anchor == NULL)
    return page != NULL;
  for (guint i = 0; i < page->text->blocks->len; i++)
    if (g_strcmp0 (((EtudeTextBlock *) g_ptr_array_index (page->text->blocks, i))->anchor, anchor) == 0)
      return TRUE;
  return FALSE;
}

/**
 * etude_help_page_matches:
 * @page: a page
 * @words: what somebody looks for
 *
 * Returns: whether each of the words is in it, whole or a part of one
 */
gboolean
etude_help_page_matches (const EtudeHelpPage *page, const char *words)
{
  g_autofree char *folded = fold (words);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (page->search, parts[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_same (const EtudeKind *kind, const EtudeKind *other, gboolean exactly)
{
  if (exactly || kind == NULL)
    return kind == other;
  return g_str_equal (kind->help, other->help);
}

/* The group in the catalogue that has the kind, else one like it: a schedule within another one is a kind of its
 * own with the same id and help. */
static const EtudeGroup *
find_group (const EtudeKind *kind)
{
  for (int exactly = 1; exactly >= 0; exactly--)
    for (const EtudeGroup *const *group = etude_groups_list (); *group != NULL; group++)
      if (is_same (etude_group_find (*group, kind->id), kind, exactly))
        return *group;
  return NULL;
}

/**
 * etude_help_book_dup_topic:
 * @kind: a kind
 * @param: (nullable): one of its parameters
 *
 * Returns: (transfer full) (nullable): where it is explained
 */
char *
etude_help_book_dup_topic (const EtudeKind *kind, const EtudeParam *param)
{
  const EtudeGroup *group = find_group (kind);
  g_autofree char *id = group != NULL ? etude_kind_page_dup_id (group, kind) : NULL;

  if (id == NULL || param == NULL)
    return g_steal_pointer (&id);
  if (etude_kind_find_param (etude_group_find (group, kind->id), param->key) == NULL)
    {
      /* What a kind has only within another one. */
      g_autofree char *guide = etude_help_book_dup_guide (group);

      return g_strconcat (guide, "#", param->key, NULL);
    }
  return g_strconcat (id, "#", param->key, NULL);
}
