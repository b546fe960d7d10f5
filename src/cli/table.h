/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

void etude_cli_append_table (GString *text, GPtrArray *cells, gsize n_columns);

G_END_DECLS
