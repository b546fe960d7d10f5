/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document is refused with a sentence, or what is written of it reads back equal and writes the same bytes. */
#include <string.h>

#include "experiment/json.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EtudeExperiment) read = etude_experiment_read (size > 0 ? (const char *) data : "", (gssize) size, "x", &error);
  g_autoptr (EtudeExperiment) again = NULL;
  g_autofree char *first = NULL, *second = NULL, *compact = NULL, *hash = NULL;

  g_assert_true ((read == NULL) == (error != NULL));
  if (read == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "x: ") && g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  first = etude_experiment_write (read);
  again = etude_experiment_read (first, -1, "again", &error);
  g_assert_no_error (error);
  second = etude_experiment_write (again);
  g_assert_cmpstr (first, ==, second);
  g_assert_true (etude_experiment_equal (read, again));
  compact = etude_experiment_write_compact (read);
  hash = etude_experiment_hash (read, NULL);
  g_assert_cmpuint (strlen (hash), ==, 64);
  return 0;
}
