/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/help/markdown.h"
#include "base/catalogue.h"

G_BEGIN_DECLS

/**
 * EtudeHelpPage:
 * @id: its name in links, such as “charts” or “optimizer/adam”
 * @section: what it stands under in the contents, translated
 * @text: what it says; its title is not NULL
 * @search: its words, folded
 */
typedef struct
{
  char *id;
  const char *section;
  EtudeMarkdown *text;
  char *search;
} EtudeHelpPage;

GPtrArray *etude_help_book_get_pages (void);
const EtudeHelpPage *etude_help_book_find (const char *topic, const char **anchor);
gboolean etude_help_book_has (const char *topic);
gboolean etude_help_page_matches (const EtudeHelpPage *page, const char *words);
char *etude_help_book_dup_topic (const EtudeKind *kind, const EtudeParam *param);
char *etude_help_book_dup_guide (const EtudeGroup *group);
char *etude_help_book_read_source (const char *id, const char *const *languages);

G_END_DECLS
