/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/examples.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "experiment/json.h"

#define FOLDER "/org/etude/Etude/examples"

const EtudeExample etude_examples[] = {
  { "rate-too-small", N_("A Rate Too Small"),
    N_("The loss falls slowly and evenly all the way, and at the end it is still falling. "
       "Nothing is wrong but the time it takes: the same recipe with a rate of 0.1 gets as far within its first epoch.") },
  { "good-rate", N_("A Good Rate"),
    N_("The loss drops within the first steps, then sinks slowly and trembles a little from batch to batch. "
       "Try ten times more and ten times less, and select the runs in the list below to lay them over each other.") },
  { "rate-too-large", N_("A Rate Too Large"),
    N_("Each step goes beyond the valley: the loss jumps far above where it began and does not come back. "
       "Press Ctrl+Z after a change of the rate to be back here, and find the largest rate at which it still falls.") },
  { "digits", N_("Digits"),
    N_("The loss falls fast while the rate climbs, and is low when the rate reaches its peak. "
       "As the rate goes down again the validation loss settles, while the training loss falls on.") },
  { "regression", N_("Regression"),
    N_("A network learns two waves: the loss rests on a shelf while it finds hardly more than a line, then falls. "
       "It ends near 0.01, the square of the noise in the data, below which there is nothing to learn.") },
  { NULL, NULL, NULL },
};

/**
 * etude_example_find:
 * @id: what an example is called in the table
 *
 * Returns: (nullable): the example
 */
const EtudeExample *
etude_example_find (const char *id)
{
  for (const EtudeExample *example = etude_examples; example->id != NULL; example++)
    if (g_str_equal (example->id, id))
      return example;
  return NULL;
}

/**
 * etude_example_load:
 * @self: an example
 * @error: set when it is not a document of this version
 *
 * Returns: (transfer full) (nullable): a document of its own, which has the title in this language for a name
 */
EtudeExperiment *
etude_example_load (const EtudeExample *self, GError **error)
{
  g_autofree char *path = g_strdup_printf (FOLDER "/%s.etude", self->id);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  EtudeExperiment *experiment;
  const char *text;
  gsize size;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &size);
  experiment = etude_experiment_read (text, (gssize) size, self->id, error);
  if (experiment == NULL)
    return NULL;
  g_free (etude_experiment_fields (experiment)->name);
  etude_experiment_fields (experiment)->name = g_strdup (_(self->title));
  return experiment;
}
