/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeCliOutput:
 *
 * Where results go: standard output, or the file that -o names.
 */
typedef struct _EtudeCliOutput EtudeCliOutput;

EtudeCliOutput *etude_cli_output_new (const char *file, GError **error);
void etude_cli_output_free (EtudeCliOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeCliOutput, etude_cli_output_free)
void etude_cli_output_take (EtudeCliOutput *self, GString *text);
void etude_cli_output_flush (EtudeCliOutput *self);
gboolean etude_cli_output_finish (EtudeCliOutput *self, GError **error);

G_END_DECLS
