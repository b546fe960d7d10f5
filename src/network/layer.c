/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/memory.h"

static const EtudeKind *const layer_kinds[] = {
  &etude_layer_dense.kind,
  &etude_layer_tanh.kind,
  &etude_layer_relu.kind,
  &etude_layer_sigmoid.kind,
  &etude_layer_leaky_relu.kind,
  &etude_layer_elu.kind,
  &etude_layer_gelu.kind,
  &etude_layer_softplus.kind,
  &etude_layer_silu.kind,
  &etude_layer_mish.kind,
  &etude_layer_selu.kind,
  &etude_layer_softsign.kind,
  &etude_layer_relu6.kind,
  &etude_layer_hardtanh.kind,
  &etude_layer_hardsigmoid.kind,
  &etude_layer_hardswish.kind,
  NULL
};

const EtudeGroup etude_layer_group = {
  .id = "layer", .label = N_("Layer"), .path = "network.layers.*", .kinds = layer_kinds
};

/**
 * etude_shape_count:
 * @shape: a shape
 *
 * Returns: how many numbers a sample of that shape has; G_MAXSIZE where that overflows
 */
gsize
etude_shape_count (const EtudeShape *shape)
{
  gsize n = 1;

  for (guint i = 0; i < shape->n_dims; i++)
    if (!g_size_checked_mul (&n, n, shape->size[i]))
      return G_MAXSIZE;
  return n;
}

/**
 * etude_shape_show:
 * @shape: a shape
 *
 * Returns: (transfer full): the shape for people, as in “1 × 28 × 28”
 */
char *
etude_shape_show (const EtudeShape *shape)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < shape->n_dims; i++)
    g_string_append_printf (text, i > 0 ? " × %zu" : "%zu", shape->size[i]);
  return g_string_free (text, FALSE);
}

/* Position of the last layer with weights, or G_MAXSIZE. */
static gsize
find_last_dense (const EtudeObjects *layers)
{
  for (gsize i = layers->n; i > 0; i--)
    if (((const EtudeLayerKind *) layers->items[i - 1].kind)->has_weights)
      return i - 1;
  return G_MAXSIZE;
}

/* Weights in panels, in bytes, are what must fit: that is the largest block of a network. */
static gboolean
count_parameters (const EtudeObject *layer, gsize i, gsize n_inputs, gsize n_outputs,
                  guint64 *n_parameters, GError **error)
{
  const EtudeLayerKind *kind = (const EtudeLayerKind *) layer->kind;
  gsize bytes;

  *n_parameters = 0;
  if (!kind->has_weights)
    return TRUE;
  if (n_outputs > G_MAXSIZE - ETUDE_PAD || n_inputs == G_MAXSIZE
      || !g_size_checked_mul (&bytes, n_inputs + 1, etude_pad (n_outputs))
      || !g_size_checked_mul (&bytes, bytes, sizeof (EtudeReal)) || bytes > etude_memory_get_limit ())
    {
      g_autofree char *most = g_format_size_full (etude_memory_get_limit (), G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE,
                   _("network.layers.%zu (%s): %zu units with %zu"
                     " inputs need more memory for their weights than the limit of %s"),
                   i, kind->kind.id, n_outputs, n_inputs, most);
      return FALSE;
    }
  *n_parameters = (guint64) n_outputs * (n_inputs + (kind->has_bias (layer->data) ? 1 : 0));
  return TRUE;
}

static gboolean
infer_layer (const EtudeObject *layer, gsize i, const EtudeShape *input, gsize n_auto,
             EtudeLayerShape *out, GError **error)
{
  const EtudeLayerKind *kind = (const EtudeLayerKind *) layer->kind;
  gsize n_inputs = etude_shape_count (input);
  gsize n = kind->n_outputs (layer->data, n_inputs, n_auto);

  if (n == 0)
    {
      g_autofree char *shape = etude_shape_show (input);

      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("network.layers.%zu (%s): gets %s values and needs a number of units, "
                     "for only the last dense layer may have auto"),
                   i, kind->kind.id, shape);
      return FALSE;
    }
  if (kind->has_weights)
    out->shape = (EtudeShape) { 1, { n, 1, 1 } };
  else
    out->shape = *input;
  return count_parameters (layer, i, n_inputs, n, &out->n_parameters, error);
}

/**
 * etude_layers_infer:
 * @layers: the layers of a document
 * @input: the shape of a sample
 * @n_outputs: what loss and data need, at least 1; see etude_loss_n_outputs()
 * @out: (out caller-allocates) (array): for each layer what comes out of it
 * @error: names the layer, what it gets and what it needs
 *
 * Follows the shapes through a network, without allocating it. A dense layer takes a sample of any
 * shape as a row of numbers. Any thread.
 *
 * Returns: whether the layers fit together, and the memory
 */
gboolean
etude_layers_infer (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs,
                    EtudeLayerShape *out, GError **error)
{
  gsize last = find_last_dense (layers);
  gsize n_last;

  g_return_val_if_fail (n_outputs >= 1, FALSE);
  if (last == G_MAXSIZE)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("network.layers: found no dense layer, expected at least one, with %zu outputs"),
                   n_outputs);
      return FALSE;
    }
  for (gsize i = 0; i < layers->n; i++)
    if (!infer_layer (&layers->items[i], i, i > 0 ? &out[i - 1].shape : input,
                      i == last ? n_outputs : 0, &out[i], error))
      return FALSE;
  n_last = etude_shape_count (&out[last].shape);
  if (n_last != n_outputs)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("network.layers.%zu (%s): gives %zu"
                     " outputs, but data and loss need %zu (or auto)"),
                   last, layers->items[last].kind->id, n_last, n_outputs);
      return FALSE;
    }
  return TRUE;
}
