/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/initialise.h"

const EtudeParam etude_layer_common_params[] = {
  { .key = "initialiser", .label = N_("Initialiser"), .type = ETUDE_PARAM_KIND, .group = &etude_initialiser_group,
    .automatic = N_("That of the network"), .offset = G_STRUCT_OFFSET (EtudeLayerCommon, initialiser),
    .help = N_("How the weights of the layer are drawn before training") },
  { .key = "lr_scale", .label = N_("Rate Factor"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial = 1, .offset = G_STRUCT_OFFSET (EtudeLayerCommon, lr_scale),
    .help = N_("What the learning rate is multiplied by in the layer") },
  { .key = "weight_decay", .label = N_("Weight Decay"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG,
    .min = 0, .max = 1000, .initial_auto = TRUE, .automatic = N_("That of the optimizer"),
    .offset = G_STRUCT_OFFSET (EtudeLayerCommon, weight_decay),
    .help = N_("How strongly the weights of the layer are pulled to zero") },
  { .key = "frozen", .label = N_("Frozen"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (EtudeLayerCommon, frozen),
    .help = N_("Whether the weights of the layer stay as they are") },
  { .key = NULL }
};

#define LAYER(name) &etude_layer_##name.kind,

static const EtudeKind *const layer_kinds[] = { ETUDE_LAYERS (LAYER) NULL };

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

/**
 * etude_site_refuse:
 * @site: a layer
 * @code: an #EtudeError
 * @error: set to a sentence that begins with the place and the kind of the layer
 * @format: what it gets and what it needs
 *
 * Returns: FALSE
 */
gboolean
etude_site_refuse (const EtudeSite *site, int code, GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ETUDE_ERROR, code, "%s (%s): %s", site->path, site->kind->kind.id, sentence);
  return FALSE;
}

/**
 * etude_site_needs_image:
 * @site: a layer that takes images only
 * @error: set where it gets something else
 *
 * Returns: whether it gets an image
 */
gboolean
etude_site_needs_image (const EtudeSite *site, GError **error)
{
  g_autofree char *shape = NULL;

  if (site->input.n_dims == 3)
    return TRUE;
  shape = etude_shape_show (&site->input);
  return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                            _("gets %s values and needs an image, channels × height × width"), shape);
}

/**
 * etude_site_kernel_fits:
 * @site: a layer that gets an image
 * @kernel: how far its window reaches
 * @padding: what is put around the image
 * @error: set where the window is larger than the padded image
 *
 * Returns: whether the window fits
 */
gboolean
etude_site_kernel_fits (const EtudeSite *site, const EtudeExtent *kernel, const EtudeExtent *padding, GError **error)
{
  gsize height = site->input.size[1] + 2 * (gsize) padding->height, width = site->input.size[2] + 2 * (gsize) padding->width;

  if (kernel->height <= height && kernel->width <= width)
    return TRUE;
  return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                            _("kernel_size: the kernel reaches over %zu × %zu pixels, but the image with its padding has only %zu × %zu"),
                            (gsize) kernel->height, (gsize) kernel->width, height, width);
}

/**
 * etude_block_fits:
 * @n_rows: rows of a matrix, without one for a bias
 * @n_columns: its columns, without padding
 *
 * Returns: whether it may be taken from the memory: a matrix of weights is the largest block of a network
 */
gboolean
etude_block_fits (gsize n_rows, gsize n_columns)
{
  gsize bytes;

  return n_columns <= G_MAXSIZE - ETUDE_PAD && n_rows < G_MAXSIZE
         && g_size_checked_mul (&bytes, n_rows + 1, etude_pad (n_columns))
         && g_size_checked_mul (&bytes, bytes, sizeof (EtudeReal)) && bytes <= etude_memory_get_limit ();
}

void
etude_block_init_vector (EtudeBlock *self, const char *name, gsize n, EtudeStart start)
{
  *self = (EtudeBlock) {
    .name = name, .n_dims = 1, .dims = { n }, .column = { 1 }, .n_rows = 1, .n_columns = etude_pad (n),
    .start = start,
  };
}

gsize
etude_block_count (const EtudeBlock *block)
{
  gsize n = block->name != NULL;

  for (guint i = 0; i < block->n_dims; i++)
    n *= block->dims[i];
  return n;
}

/**
 * etude_site_get_keys:
 * @site: a layer; one that no document has, without parameters, is as the block around it
 * @name: (not nullable): of the layer; kept in what is returned
 *
 * Returns: what holds for its weights
 */
EtudeLayerKeys
etude_site_get_keys (const EtudeSite *site, const char *name)
{
  const EtudeLayerCommon *own = site->params;
  EtudeLayerKeys keys = { .lr_scale = 1, .weight_decay = NAN };

  if (site->outer != NULL)
    keys = *site->outer;
  if (own == NULL)
    return keys;
  if (own->initialiser.kind != NULL)
    keys.initialiser = &own->initialiser;
  if (own->lr_scale != 1)
    {
      keys.lr_scale *= own->lr_scale;
      keys.lr_scale_of = name;
    }
  if (!isnan (own->weight_decay))
    {
      keys.weight_decay = own->weight_decay;
      keys.weight_decay_of = name;
    }
  keys.is_frozen = keys.is_frozen || own->frozen;
  return keys;
}

/**
 * etude_site_infer:
 * @site: a layer
 * @out: (out): what comes out of it
 * @error: names the layer, what it gets and what it needs
 *
 * Returns: whether the layer can be here
 */
gboolean
etude_site_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  EtudeBlock blocks[ETUDE_MAX_BLOCKS] = { { 0 } };

  *out = (EtudeLayerShape) { site->input, 0 };
  if (site->kind->infer != NULL && !site->kind->infer (site, out, error))
    {
      out->shape.n_dims = 0;
      return FALSE;
    }
  if (site->kind->declare != NULL)
    site->kind->declare (site, blocks);
  for (guint i = 0; i < ETUDE_MAX_BLOCKS; i++)
    if (!blocks[i].is_state)
      out->n_parameters += etude_block_count (&blocks[i]);
  if (site->found != NULL)
    site->found (site->path, out, site->user_data);
  return TRUE;
}

/* Position of the last layer that can make outputs, or G_MAXSIZE. */
static gsize
find_last (const EtudeObjects *layers)
{
  for (gsize i = layers->n; i > 0; i--)
    if (((const EtudeLayerKind *) layers->items[i - 1].kind)->gives_outputs)
      return i - 1;
  return G_MAXSIZE;
}

/* What comes out in the end is blamed on the last dense layer, which has the number, or else on the end of the list,
 * where one is missing. */
static gboolean
check_outputs (const EtudeObjects *layers, gsize last, gsize n_outputs, const EtudeLayerShape *out, GError **error)
{
  const EtudeShape *shape = &out[layers->n - 1].shape;
  gboolean is_dense = shape->n_dims == 1 && ((const EtudeLayerKind *) layers->items[last].kind)->takes == ETUDE_TAKES_ROW;
  gsize blamed = is_dense ? last : layers->n - 1;
  g_autofree char *path = g_strdup_printf ("network.layers.%zu", blamed);
  g_autofree char *text = etude_shape_show (shape);
  EtudeSite site = { .kind = (const EtudeLayerKind *) layers->items[blamed].kind, .path = path };

  if (shape->n_dims == 1 && shape->size[0] == n_outputs)
    return TRUE;
  if (is_dense)
    return etude_site_refuse (&site, ETUDE_ERROR_SHAPE, error,
                              _("gives %s outputs, but data and loss need %zu (or auto)"), text, n_outputs);
  if (shape->n_dims == 1)
    return etude_site_refuse (&site, ETUDE_ERROR_SHAPE, error,
                              _("the network ends with %s outputs, but data and loss need %zu, which a dense layer at its end would give"), text, n_outputs);
  return etude_site_refuse (&site, ETUDE_ERROR_SHAPE, error,
                            _("the network ends with %s, but data and loss need a row of %zu outputs, which flatten and a dense layer at its end would give"),
                            text, n_outputs);
}

static gboolean
infer (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs, EtudeLayerShape *out,
       EtudeLayerFound found, gpointer user_data, GError **error)
{
  gsize last = find_last (layers);

  if (last == G_MAXSIZE)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SHAPE,
                   _("network.layers: found no dense layer, expected at least one, with %zu outputs"),
                   n_outputs);
      return FALSE;
    }
  for (gsize i = 0; i < layers->n; i++)
    {
      g_autofree char *path = g_strdup_printf ("network.layers.%zu", i);
      EtudeSite site = {
        .kind = (const EtudeLayerKind *) layers->items[i].kind, .params = layers->items[i].data, .path = path,
        .input = i > 0 ? out[i - 1].shape : *input, .n_auto = i == last ? n_outputs : 0,
        .found = found, .user_data = user_data,
      };

      if (!etude_site_infer (&site, &out[i], error))
        return FALSE;
    }
  return check_outputs (layers, last, n_outputs, out, error);
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
  g_return_val_if_fail (n_outputs >= 1, FALSE);

  return infer (layers, input, n_outputs, out, NULL, NULL, error);
}

/**
 * etude_layers_survey:
 * @layers: the layers of a document
 * @input: the shape of a sample
 * @n_outputs: what loss and data need, at least 1; see etude_loss_n_outputs()
 * @found: called for each layer up to the first that cannot be here
 * @user_data: for @found
 * @error: as of etude_layers_infer()
 *
 * Like etude_layers_infer(), but also tells of the layers within layers.
 *
 * Returns: whether the layers fit together, and the memory
 */
gboolean
etude_layers_survey (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs,
                     EtudeLayerFound found, gpointer user_data, GError **error)
{
  g_autofree EtudeLayerShape *out = g_new (EtudeLayerShape, MAX (layers->n, 1));

  g_return_val_if_fail (n_outputs >= 1, FALSE);

  return infer (layers, input, n_outputs, out, found, user_data, error);
}
