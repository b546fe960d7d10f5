/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ETUDE_TEXT_BLOCK_HEADING,
  ETUDE_TEXT_BLOCK_PARAGRAPH,
  ETUDE_TEXT_BLOCK_CODE,
} EtudeTextBlockType;

/**
 * EtudeTextBlock:
 * @type: what it is
 * @level: of a heading, 1 for the title of the page
 * @indent: in how many lists it is
 * @marker: (nullable): what stands before the first paragraph of an item, such as “•” or “2.”
 * @anchor: (nullable): the name by which a link finds a heading
 * @text: Pango markup; of code the plain lines
 *
 * A piece of a page that is one under the other.
 */
typedef struct
{
  EtudeTextBlockType type;
  guint level;
  guint indent;
  char *marker;
  char *anchor;
  char *text;
} EtudeTextBlock;

/**
 * EtudeMarkdown:
 * @blocks: (element-type EtudeTextBlock): the text, from the top
 * @links: (element-type utf8): where its links lead
 * @title: (nullable): the words of the first heading
 * @words: all words, plain
 */
typedef struct
{
  GPtrArray *blocks;
  GPtrArray *links;
  char *title;
  GString *words;
} EtudeMarkdown;

EtudeMarkdown *etude_markdown_read (const char *text);
void etude_markdown_free (EtudeMarkdown *self);
void etude_markdown_append_escaped (GString *text, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeMarkdown, etude_markdown_free)

G_END_DECLS
