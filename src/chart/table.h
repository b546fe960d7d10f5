/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/figure.h"

G_BEGIN_DECLS

/**
 * EtudeTable:
 * @n_columns: how many there are, with that of x, which is the first
 * @n_rows: how many
 * @names: (array length=n_columns): of the columns; owned
 * @values: row by row; NaN where a line has no point there
 *
 * The values of a figure as a person or a screen reader goes through them.
 */
typedef struct
{
  guint n_columns;
  guint n_rows;
  char **names;
  double *values;
} EtudeTable;

EtudeTable *etude_figure_tabulate (const EtudeFigure *self, guint most_rows);
void etude_table_free (EtudeTable *self);
char *etude_table_write_csv (const EtudeTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeTable, etude_table_free)

G_END_DECLS
