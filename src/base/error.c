/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (etude-error-quark, etude_error)

/**
 * etude_error_list:
 * @list: what may be expected, so far
 * @word: the next one, valid UTF-8
 *
 * Appends a word in quotes, after a comma where it is not the first: the list in “expected one of %s”.
 */
void
etude_error_list (GString *list, const char *word)
{
  /* Translators: a comma or nothing, then a word: “a”, “b”, “c” */
  g_string_append_printf (list, _("%s“%s”"), list->len > 0 ? ", " : "", word);
}
