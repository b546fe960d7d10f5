/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

/**
 * etude_cli_append_table:
 * @text: what it is appended to
 * @cells: (element-type utf8): row after row, the titles first
 * @n_columns: cells in a row, at least 1
 *
 * A table for a person: columns as wide as their widest cell, two blanks between them.
 */
void
etude_cli_append_table (GString *text, GPtrArray *cells, gsize n_columns)
{
  g_autofree glong *widths = g_new0 (glong, n_columns);

  for (guint i = 0; i < cells->len; i++)
    widths[i % n_columns] = MAX (widths[i % n_columns], g_utf8_strlen (cells->pdata[i], -1));
  for (guint i = 0; i < cells->len; i++)
    {
      gsize column = i % n_columns;

      g_string_append (text, cells->pdata[i]);
      if (column + 1 == n_columns)
        g_string_append_c (text, '\n');
      else
        for (glong k = g_utf8_strlen (cells->pdata[i], -1); k < widths[column] + 2; k++)
          g_string_append_c (text, ' ');
    }
}
