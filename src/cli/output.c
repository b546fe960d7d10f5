/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <stdio.h>

#include "base/file.h"

struct _EtudeCliOutput
{
  EtudeFileWriter *file; /* NULL for standard output */
};

/**
 * etude_cli_output_new:
 * @file: (nullable): a path, NULL for standard output
 * @error: set when the file cannot be written
 *
 * Returns: (transfer full) (nullable): the output
 */
EtudeCliOutput *
etude_cli_output_new (const char *file, GError **error)
{
  EtudeFileWriter *writer = file != NULL ? etude_file_writer_new (file, error) : NULL;
  EtudeCliOutput *self;

  if (file != NULL && writer == NULL)
    return NULL;
  self = g_new (EtudeCliOutput, 1);
  self->file = writer;
  return self;
}

/**
 * etude_cli_output_free:
 * @self: (nullable): an output; a file that was not finished is as it was before
 */
void
etude_cli_output_free (EtudeCliOutput *self)
{
  if (self == NULL)
    return;
  etude_file_writer_free (self->file);
  g_free (self);
}

/**
 * etude_cli_output_take:
 * @self: an output
 * @text: what comes next; it is empty afterwards
 */
void
etude_cli_output_take (EtudeCliOutput *self, GString *text)
{
  if (self->file != NULL)
    etude_file_writer_add (self->file, text->str, text->len);
  else
    fwrite (text->str, 1, text->len, stdout);
  g_string_truncate (text, 0);
}

/**
 * etude_cli_output_flush:
 * @self: an output
 *
 * Lets whoever reads standard output see what there is so far.
 */
void
etude_cli_output_flush (EtudeCliOutput *self)
{
  if (self->file == NULL)
    fflush (stdout);
}

/**
 * etude_cli_output_finish:
 * @self: an output; only to be freed afterwards
 * @error: set when the file could not be written
 *
 * Whether all went to standard output is looked at when the program ends.
 *
 * Returns: whether the file is there
 */
gboolean
etude_cli_output_finish (EtudeCliOutput *self, GError **error)
{
  return self->file == NULL || etude_file_writer_finish (self->file, error);
}
