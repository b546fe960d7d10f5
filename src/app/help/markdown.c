/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help/markdown.h"

#include <cmark.h>
#include <string.h>

static void
block_free (gpointer data)
{
  EtudeTextBlock *block = data;

  g_free (block->marker);
  g_free (block->anchor);
  g_free (block->text);
  g_free (block);
}

static EtudeTextBlock *
add_block (EtudeMarkdown *self, EtudeTextBlockType type)
{
  EtudeTextBlock *block = g_new0 (EtudeTextBlock, 1);

  block->type = type;
  g_ptr_array_add (self->blocks, block);
  return block;
}

static void
append_text (EtudeMarkdown *self, GString *markup, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (markup, escaped);
  g_string_append (self->words, text);
}

static void append_inlines (EtudeMarkdown *self, GString *markup, cmark_node *parent);

static void
append_tagged (EtudeMarkdown *self, GString *markup, cmark_node *node, const char *tag)
{
  g_string_append_printf (markup, "<%s>", tag);
  append_inlines (self, markup, node);
  g_string_append_printf (markup, "</%s>", tag);
}

static void
append_link (EtudeMarkdown *self, GString *markup, cmark_node *node)
{
  g_autofree char *escaped = g_markup_escape_text (cmark_node_get_url (node), -1);

  g_ptr_array_add (self->links, g_strdup (cmark_node_get_url (node)));
  g_string_append_printf (markup, "<a href=\"%s\">", escaped);
  append_inlines (self, markup, node);
  g_string_append (markup, "</a>");
}

static void
append_inline (EtudeMarkdown *self, GString *markup, cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  if (type == CMARK_NODE_EMPH)
    append_tagged (self, markup, node, "i");
  else if (type == CMARK_NODE_STRONG)
    append_tagged (self, markup, node, "b");
  else if (type == CMARK_NODE_LINK)
    append_link (self, markup, node);
  else if (type == CMARK_NODE_SOFTBREAK)
    append_text (self, markup, " ");
  else if (type == CMARK_NODE_LINEBREAK)
    append_text (self, markup, "\n");
  else if (type == CMARK_NODE_CODE)
    {
      g_string_append (markup, "<tt>");
      append_text (self, markup, cmark_node_get_literal (node));
      g_string_append (markup, "</tt>");
    }
  else if (cmark_node_get_literal (node) != NULL)
    append_text (self, markup, cmark_node_get_literal (node));
}

static void
append_inlines (EtudeMarkdown *self, GString *markup, cmark_node *parent)
{
  for (cmark_node *node = cmark_node_first_child (parent); node != NULL; node = cmark_node_next (node))
    append_inline (self, markup, node);
}

/* “Smoothing {#smoothing}”: a translation keeps the name that links have. */
static char *
take_anchor (GString *text)
{
  char *start = strrchr (text->str, '{');
  char *anchor;

  if (start == NULL || start[1] != '#' || !g_str_has_suffix (start, "}"))
    return NULL;
  anchor = g_strndup (start + 2, strlen (start) - 3);
  while (start > text->str && start[-1] == ' ')
    start--;
  g_string_truncate (text, (gsize) (start - text->str));
  return anchor;
}

static void
add_heading (EtudeMarkdown *self, cmark_node *node)
{
  EtudeTextBlock *block = add_block (self, ETUDE_TEXT_BLOCK_HEADING);
  GString *markup = g_string_new (NULL);
  gsize start = self->words->len;

  append_inlines (self, markup, node);
  block->level = (guint) cmark_node_get_heading_level (node);
  block->anchor = take_anchor (markup);
  g_free (take_anchor (self->words));
  block->text = g_string_free (markup, FALSE);
  if (self->title == NULL)
    self->title = g_strdup (self->words->str + start);
}

static void
add_paragraph (EtudeMarkdown *self, cmark_node *node, guint indent)
{
  EtudeTextBlock *block = add_block (self, ETUDE_TEXT_BLOCK_PARAGRAPH);
  GString *markup = g_string_new (NULL);

  append_inlines (self, markup, node);
  block->indent = indent;
  block->text = g_string_free (markup, FALSE);
}

static void
add_code (EtudeMarkdown *self, cmark_node *node, guint indent)
{
  EtudeTextBlock *block = add_block (self, ETUDE_TEXT_BLOCK_CODE);

  block->indent = indent;
  block->text = g_strchomp (g_strdup (cmark_node_get_literal (node)));
  g_string_append (self->words, block->text);
}

static void add_children (EtudeMarkdown *self, cmark_node *parent, guint indent);

static void
add_list (EtudeMarkdown *self, cmark_node *list, guint indent)
{
  gboolean ordered = cmark_node_get_list_type (list) == CMARK_ORDERED_LIST;
  int number = cmark_node_get_list_start (list);

  for (cmark_node *item = cmark_node_first_child (list); item != NULL; item = cmark_node_next (item))
    {
      guint first = self->blocks->len;

      add_children (self, item, indent + 1);
      if (first < self->blocks->len)
        ((EtudeTextBlock *) g_ptr_array_index (self->blocks, first))->marker
          = ordered ? g_strdup_printf ("%d.", number) : g_strdup ("•");
      number++;
    }
}

static void
add_children (EtudeMarkdown *self, cmark_node *parent, guint indent)
{
  for (cmark_node *node = cmark_node_first_child (parent); node != NULL; node = cmark_node_next (node))
    {
      cmark_node_type type = cmark_node_get_type (node);

      if (type == CMARK_NODE_HEADING)
        add_heading (self, node);
      else if (type == CMARK_NODE_PARAGRAPH)
        add_paragraph (self, node, indent);
      else if (type == CMARK_NODE_CODE_BLOCK)
        add_code (self, node, indent);
      else if (type == CMARK_NODE_LIST)
        add_list (self, node, indent);
      else if (type == CMARK_NODE_BLOCK_QUOTE)
        add_children (self, node, indent + 1);
      g_string_append_c (self->words, '\n');
    }
}

/**
 * etude_markdown_read:
 * @text: CommonMark; “{#name}” at the end of a heading names it for links
 *
 * What a page consists of: headings, paragraphs, lists, code, with emphasis and links in them. HTML and rules
 * are left out.
 *
 * Returns: (transfer full): the page
 */
EtudeMarkdown *
etude_markdown_read (const char *text)
{
  EtudeMarkdown *self = g_new0 (EtudeMarkdown, 1);
  cmark_node *document = cmark_parse_document (text, strlen (text), CMARK_OPT_VALIDATE_UTF8);

  self->blocks = g_ptr_array_new_with_free_func (block_free);
  self->links = g_ptr_array_new_with_free_func (g_free);
  self->words = g_string_new (NULL);
  add_children (self, document, 0);
  cmark_node_free (document);
  return self;
}

void
etude_markdown_free (EtudeMarkdown *self)
{
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->links);
  g_string_free (self->words, TRUE);
  g_free (self->title);
  g_free (self);
}

/**
 * etude_markdown_append_escaped:
 * @text: Markdown
 * @words: plain words
 *
 * Appends @words so that they are read as they stand.
 */
void
etude_markdown_append_escaped (GString *text, const char *words)
{
  for (; *words != '\0'; words++)
    {
      if (g_ascii_ispunct (*words))
        g_string_append_c (text, '\\');
      g_string_append_c (text, *words);
    }
}
