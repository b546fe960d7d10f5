/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights of a network as PyTorch’s state_dict has them, by name and shape. */
#include "training/weights.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"

static void
add_tensor (GArray *list, EtudeTensorType type, const char *layer, const char *name, const EtudeNetworkBlock *block)
{
  EtudeTensor tensor = { .name = g_strconcat (layer, ".", name, NULL), .type = type, .n = 1 };

  for (; block != NULL && tensor.n_dims < block->n_dims; tensor.n_dims++)
    {
      tensor.dims[tensor.n_dims] = block->dims[tensor.n_dims];
      tensor.n *= block->dims[tensor.n_dims];
    }
  g_array_append_val (list, tensor);
}

/* What a state_dict has: first, for each layer with running statistics, how many batches went into them,
 * which we do not need; then all numbers of the network, in its own order. */
static GArray *
list_tensors (const EtudeNetwork *network, gsize *n_counts)
{
  g_autoptr (GArray) blocks = etude_network_get_blocks (network);
  GArray *list = etude_tensor_list_new ();
  const char *counted = NULL;

  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);

      if (!block->is_learned && g_strcmp0 (counted, block->layer) != 0)
        add_tensor (list, ETUDE_TENSOR_I64, counted = block->layer, "num_batches_tracked", NULL);
    }
  *n_counts = list->len;
  for (guint i = 0; i < blocks->len; i++)
    {
      const EtudeNetworkBlock *block = &g_array_index (blocks, EtudeNetworkBlock, i);

      add_tensor (list, ETUDE_TENSOR_F32, block->layer, block->name, block);
    }
  return list;
}

/**
 * etude_weights_dup_bytes:
 * @network: a network
 * @n: (out): how many numbers
 *
 * Returns: (transfer full) (array length=n): all weights and running statistics as little-endian float32, in
 *   the order of PyTorch’s state_dict
 */
guint32 *
etude_weights_dup_bytes (const EtudeNetwork *network, gsize *n)
{
  g_autofree EtudeReal *weights = g_new (EtudeReal, etude_network_get_n_numbers (network));
  guint32 *bytes = g_new (guint32, etude_network_get_n_numbers (network));

  *n = etude_network_get_n_numbers (network);
  etude_network_export_weights (network, weights);
  for (gsize i = 0; i < *n; i++)
    {
      union { float number; guint32 bits; } u = { (float) weights[i] };

      bytes[i] = GUINT32_TO_LE (u.bits);
    }
  return bytes;
}

/**
 * etude_weights_write:
 * @network: a network
 * @out: an empty file, which is left to be finished
 * @error: set when there are too many
 *
 * Writes all weights and running statistics as safetensors, so that load_state_dict() of the same
 * layers in a torch.nn.Sequential takes them.
 *
 * Returns: whether they were written
 */
gboolean
etude_weights_write (EtudeNetwork *network, EtudeFileWriter *out, GError **error)
{
  gsize n_counts, n, at = 0;
  g_autoptr (GArray) list = list_tensors (network, &n_counts);
  g_autofree guint32 *bytes = etude_weights_dup_bytes (network, &n);
  guint64 count = GUINT64_TO_LE (*etude_network_get_passes (network));

  for (guint i = 0; i < list->len; i++)
    {
      EtudeTensor *tensor = &g_array_index (list, EtudeTensor, i);

      tensor->data = i < n_counts ? (gconstpointer) &count : bytes + at;
      at += i < n_counts ? 0 : tensor->n;
    }
  return etude_tensors_write (out, (const EtudeTensor *) list->data, list->len, error);
}

/* --- reading --------------------------------------------------------------------------------- */

static gboolean
has_shape (const EtudeTensor *found, const EtudeTensor *expected)
{
  gboolean is_same = found->n_dims == expected->n_dims;

  for (guint i = 0; is_same && i < expected->n_dims; i++)
    is_same = found->dims[i] == expected->dims[i];
  return is_same;
}

/* @found: (nullable): what the file has of that name */
static gboolean
check_tensor (EtudeTensors *file, const EtudeTensor *found, const EtudeTensor *expected, GError **error)
{
  g_autofree char *name = etude_tensor_quote (expected->name);
  g_autofree char *shape = etude_tensor_show_shape (expected);
  g_autofree char *found_shape = found != NULL ? etude_tensor_show_shape (found) : NULL;

  if (found == NULL)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE, _("%s: %s: found no such tensor, expected one of shape %s"),
                 etude_tensors_get_file (file), name, shape);
  else if (!has_shape (found, expected))
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE, _("%s: %s: found the shape %s, expected %s"),
                 etude_tensors_get_file (file), name, found_shape, shape);
  else if ((found->type == ETUDE_TENSOR_I64) != (expected->type == ETUDE_TENSOR_I64))
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE, _("%s: %s: found numbers of type %s, expected %s"),
                 etude_tensors_get_file (file), name, etude_tensor_types[found->type].id, etude_tensor_types[expected->type].id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
refuse_surplus (EtudeTensors *file, const EtudeTensor *found, const GArray *list, gsize n_counts, GError **error)
{
  g_autofree char *name = etude_tensor_quote (found->name);
  g_autofree char *shape = etude_tensor_show_shape (found);

  if (list->len == 0)
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE, _("%s: %s: found a tensor of shape %s, expected none"),
                 etude_tensors_get_file (file), name, shape);
  else
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                 _("%s: %s: found a tensor of shape %s, expected only those of the network, “%s” to “%s”"),
                 etude_tensors_get_file (file), name, shape, g_array_index (list, EtudeTensor, n_counts).name,
                 g_array_index (list, EtudeTensor, list->len - 1).name);
  return FALSE;
}

static gboolean
check_all (EtudeTensors *file, const GArray *list, gsize n_counts, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++)
    {
      const EtudeTensor *expected = &g_array_index (list, EtudeTensor, i);
      const EtudeTensor *found = etude_tensors_find (file, expected->name);

      /* PyTorch before 0.4.1 did not count. */
      if ((found != NULL || i >= n_counts) && !check_tensor (file, found, expected, error))
        return FALSE;
      g_hash_table_add (known, expected->name);
    }
  for (gsize i = 0; i < etude_tensors_get_n (file); i++)
    if (!g_hash_table_contains (known, etude_tensors_get (file, i)->name))
      return refuse_surplus (file, etude_tensors_get (file, i), list, n_counts, error);
  return TRUE;
}

/**
 * etude_weights_read:
 * @network: a network
 * @file: its weights and running statistics
 * @error: set to the first tensor that is missing, has another shape or is too much, or whose numbers
 *   cannot be read; then the network is as it was
 *
 * Returns: whether the network has the weights of the file
 */
gboolean
etude_weights_read (EtudeNetwork *network, EtudeTensors *file, GError **error)
{
  gsize n_counts, n = etude_network_get_n_numbers (network), at = 0;
  g_autoptr (GArray) list = list_tensors (network, &n_counts);
  g_autofree float *numbers = NULL;
  g_autofree EtudeReal *weights = NULL;

  if (!check_all (file, list, n_counts, error))
    return FALSE;
  numbers = g_new (float, n);
  weights = g_new (EtudeReal, n);
  for (gsize i = n_counts; i < list->len; i++)
    {
      const EtudeTensor *found = etude_tensors_find (file, g_array_index (list, EtudeTensor, i).name);

      if (!etude_tensors_read (file, found, numbers + at, error))
        return FALSE;
      at += found->n;
    }
  for (gsize i = 0; i < n; i++)
    weights[i] = numbers[i];
  etude_network_import_weights (network, weights);
  return TRUE;
}
