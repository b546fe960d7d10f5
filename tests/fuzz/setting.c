/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of PATH=VALUE change a document as --set does, or leave it alone with a sentence; it can be saved in any case. */
#include <string.h>

#include "experiment/json.h"
#include "experiment/path.h"
#include "fuzz.h"

#define MAX_LINES 4

/* @before: (inout): a copy of the document, to see whether it is left alone */
static void
set (EtudeExperiment *experiment, const char *line, EtudeExperiment **before)
{
  const char *equals = strchr (line, '=');
  g_autofree char *path = equals != NULL ? g_strndup (line, (gsize) (equals - line)) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (path == NULL)
    return;
  if (!etude_experiment_set (experiment, path, equals + 1, &error))
    {
      g_assert_nonnull (error);
      g_assert_true (etude_experiment_equal (*before, experiment));
      return;
    }
  g_assert_null (error);
  text = etude_experiment_get_text (experiment, path);
  etude_experiment_free (*before);
  *before = etude_experiment_copy (experiment);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static EtudeExperiment *start;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_LINES);
  g_autoptr (EtudeExperiment) experiment = NULL, before = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  if (start == NULL)
    start = etude_experiment_new ();
  experiment = etude_experiment_copy (start);
  before = etude_experiment_copy (start);
  for (guint i = 0; lines[i] != NULL; i++)
    set (experiment, lines[i], &before);
  if (etude_experiment_equal (start, experiment))
    return 0;
  written = etude_experiment_write (experiment);
  again = etude_experiment_read (written, -1, "again", &error);
  g_assert_no_error (error);
  g_assert_true (etude_experiment_equal (experiment, again));
  return 0;
}
