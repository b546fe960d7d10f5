/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/resolve.h"

#include "network/loss.h"

/* Sets a text parameter where the kind has it and leaves it to the program. */
static void
resolve_text (EtudeObject *object, const char *key, const char *text)
{
  const EtudeParam *param = etude_kind_find_param (object->kind, key);
  gpointer field = param != NULL ? etude_param_field (param, object->data) : NULL;

  if (param != NULL && text != NULL && etude_param_is_auto (param, field))
    etude_param_read (param, text, field, NULL);
}

/**
 * etude_experiment_resolve:
 * @experiment: a document
 * @data: its data
 * @n_outputs: outputs of its network
 * @n_steps: updates in the run
 *
 * What the run really does: every “auto” replaced by what it stands for. Another document, for
 * the record only; the run keeps the one that it was given.
 *
 * Returns: (transfer full): the document
 */
EtudeExperiment *
etude_experiment_resolve (const EtudeExperiment *experiment, const EtudePrepared *data, gsize n_outputs,
                          guint64 n_steps)
{
  EtudeExperiment *resolved = etude_experiment_copy (experiment);
  EtudeExperimentFields *fields = etude_experiment_fields (resolved);
  EtudeObjects *layers = &etude_experiment_network (resolved)->layers;
  EtudeGoal goal = { data->dataset->n_classes, data->dataset->n_targets };
  const EtudeKind *loss = etude_loss_resolve (&fields->loss, &goal);
  g_autofree char *outputs = g_strdup_printf ("%" G_GSIZE_FORMAT, n_outputs);

  resolve_text (&fields->dataset, "sha256", data->dataset->sha256);
  resolve_text (&fields->dataset, "format", "csv");
  resolve_text (&fields->dataset, "target", data->dataset->target);
  resolve_text (&fields->dataset, "task",
                data->dataset->task == ETUDE_TASK_CLASSIFICATION ? "classification" : "regression");
  for (gsize i = 0; i < layers->n; i++)
    resolve_text (&layers->items[i], "units", outputs);
  if (loss != fields->loss.kind)
    etude_object_become (&fields->loss, loss);
  etude_experiment_training (resolved)->steps = n_steps;
  return resolved;
}
