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

/* What a layer leaves to the block around it, or to the network and the optimizer. */
static void
resolve_layers (EtudeObjects *layers, const EtudeObject *initialiser, const char *weight_decay)
{
  for (gsize i = 0; i < layers->n; i++)
    {
      EtudeObject *layer = &layers->items[i];
      const EtudeParam *decay = etude_kind_find_param (layer->kind, "weight_decay");
      const EtudeParam *inner = etude_kind_find_param (layer->kind, "layers");
      EtudeObject *own = etude_param_field (etude_kind_find_param (layer->kind, "initialiser"), layer->data);
      g_autofree char *resolved = NULL;

      if (own->kind == NULL)
        etude_object_copy (own, initialiser);
      resolve_text (layer, "weight_decay", weight_decay);
      if (inner == NULL)
        continue;
      resolved = etude_param_show (decay, etude_param_field (decay, layer->data));
      resolve_layers (etude_param_field (inner, layer->data), own, resolved);
    }
}

/**
 * etude_experiment_resolve:
 * @experiment: a document
 * @data: its data
 * @n_outputs: outputs of its network
 * @n_steps: updates in the run
 *
 * What the run really does: every “auto” replaced by what it stands for, if by anything. Another document, for
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
  const EtudeParam *decay = etude_kind_find_param (fields->optimizer.kind, "weight_decay");
  g_autofree char *weight_decay = decay != NULL ? etude_param_show (decay, etude_param_field (decay, fields->optimizer.data)) : NULL;
  g_autofree char *outputs = g_strdup_printf ("%" G_GSIZE_FORMAT, n_outputs);

  resolve_text (&fields->dataset, "sha256", data->dataset->sha256);
  resolve_text (&fields->dataset, "format", "csv");
  resolve_text (&fields->dataset, "target", data->dataset->target);
  resolve_text (&fields->dataset, "task",
                data->dataset->task == ETUDE_TASK_CLASSIFICATION ? "classification" : "regression");
  for (gsize i = 0; i < layers->n; i++)
    resolve_text (&layers->items[i], "units", outputs);
  resolve_layers (layers, &etude_experiment_network (resolved)->initialiser, weight_decay);
  if (loss != fields->loss.kind)
    etude_object_become (&fields->loss, loss);
  etude_experiment_training (resolved)->steps = n_steps;
  return resolved;
}
