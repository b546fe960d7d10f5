/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/watch.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "network/metric.h"

#define VALIDATION_LOSS (-1)
#define TRAIN_LOSS (-2)

static gboolean
find (EtudeWatch *self, const char *id, const EtudeMeasures *measures)
{
  if (g_str_equal (id, "train_loss"))
    {
      self->position = TRAIN_LOSS;
      return TRUE;
    }
  if (!measures->has_validation)
    return FALSE;
  if (g_str_equal (id, "validation_loss"))
    {
      self->position = VALIDATION_LOSS;
      return TRUE;
    }
  for (guint i = 0; i < measures->n_metrics; i++)
    if (g_str_equal (id, measures->metric_ids[i]))
      {
        *self = (EtudeWatch) { (int) i, etude_metric_rises (id) };
        return TRUE;
      }
  return FALSE;
}

/**
 * etude_watch_init:
 * @self: uninitialised
 * @path: where the document names the number
 * @id: “train_loss”, “validation_loss” or the id of a metric
 * @measures: what is measured
 * @error: set where that is not among them
 *
 * Returns: whether it is
 */
gboolean
etude_watch_init (EtudeWatch *self, const char *path, const char *id, const EtudeMeasures *measures, GError **error)
{
  g_autoptr (GString) known = NULL;

  *self = (EtudeWatch) { 0 };
  if (find (self, id, measures))
    return TRUE;
  if (!measures->has_validation)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("%s: found “%s”, but the data have no validation part (dataset.validation); expected “train_loss”"), path, id);
      return FALSE;
    }
  known = g_string_new (NULL);
  etude_error_list (known, "train_loss");
  etude_error_list (known, "validation_loss");
  for (guint i = 0; i < measures->n_metrics; i++)
    etude_error_list (known, measures->metric_ids[i]);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("%s: found “%s”, expected one of %s"), path, id, known->str);
  return FALSE;
}

/**
 * etude_watch_check:
 * @path: where the document names the number
 * @id: what it names
 * @error: set where no data have such a number
 *
 * For a preview, which has no data.
 *
 * Returns: whether it is “train_loss”, “validation_loss” or the id of a metric
 */
gboolean
etude_watch_check (const char *path, const char *id, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  EtudeMeasures all = { .has_validation = TRUE };
  EtudeWatch watch;

  for (guint i = 0; etude_metric_group.kinds[i] != NULL; i++)
    g_ptr_array_add (ids, (gpointer) etude_metric_group.kinds[i]->id);
  all.metric_ids = (const char *const *) ids->pdata;
  all.n_metrics = ids->len;
  return etude_watch_init (&watch, path, id, &all, error);
}

/**
 * etude_watch_get:
 * @self: what is watched
 * @evaluation: an evaluation
 *
 * Returns: its number
 */
double
etude_watch_get (const EtudeWatch *self, const EtudeRecord *evaluation)
{
  if (self->position == TRAIN_LOSS)
    return evaluation->loss;
  return self->position == VALIDATION_LOSS ? evaluation->validation_loss : evaluation->metrics[self->position];
}
