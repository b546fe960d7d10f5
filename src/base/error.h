/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define ETUDE_ERROR (etude_error_quark ())

/**
 * EtudeError:
 * @ETUDE_ERROR_FORMAT: a file or text is not what it should be
 * @ETUDE_ERROR_VALUE: a value is of the wrong type or out of its bounds
 * @ETUDE_ERROR_UNKNOWN: a key, kind, column or run that does not exist
 * @ETUDE_ERROR_SHAPE: layers, data and loss do not fit together
 * @ETUDE_ERROR_SIZE: more memory or larger input than is allowed
 * @ETUDE_ERROR_IO: a file cannot be read or written
 * @ETUDE_ERROR_STORE: the store cannot be opened, read or written
 * @ETUDE_ERROR_CANCELLED: the user stopped the work
 *
 * The one error domain. Its message is one sentence without a final stop that names the file, the
 * place in it, what was found and what was expected.
 */
typedef enum
{
  ETUDE_ERROR_FORMAT,
  ETUDE_ERROR_VALUE,
  ETUDE_ERROR_UNKNOWN,
  ETUDE_ERROR_SHAPE,
  ETUDE_ERROR_SIZE,
  ETUDE_ERROR_IO,
  ETUDE_ERROR_STORE,
  ETUDE_ERROR_CANCELLED,
} EtudeError;

GQuark etude_error_quark (void);

void etude_error_list (GString *list, const char *word);

G_END_DECLS
