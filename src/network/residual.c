/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/residual-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"

typedef struct
{
  EtudeLayerCommon common;
  EtudeObjects layers;
  gboolean projection;
} Residual;

/* One layer and what bends it: an empty block would double its input. */
static void
initialise_layers (gpointer field)
{
  EtudeObject *dense = etude_objects_insert (field, 0, &etude_layer_dense.kind);
  const EtudeParam *units = etude_kind_find_param (dense->kind, "units");

  etude_param_read (units, "32", etude_param_field (units, dense->data), NULL);
  etude_objects_insert (field, 1, &etude_layer_relu.kind);
}

static const EtudeParam residual_params[] = {
  { .key = "layers", .label = N_("Layers"), .type = ETUDE_PARAM_KINDS, .group = &etude_layer_group, .min = 1, .max = 1000,
    .initialise = initialise_layers, .offset = G_STRUCT_OFFSET (Residual, layers),
    .help = N_("What the input passes through before it is added to itself") },
  { .key = "projection", .label = N_("Projection"), .type = ETUDE_PARAM_BOOLEAN, .initial_auto = TRUE,
    .automatic = N_("Where the shape changes"), .offset = G_STRUCT_OFFSET (Residual, projection),
    .help = N_("Whether weights without bias lead the input past the layers") },
  { .key = NULL }
};

const EtudeObjects *
etude_residual_get_layers (gconstpointer params)
{
  return &((const Residual *) params)->layers;
}

static gboolean
shapes_equal (const EtudeShape *a, const EtudeShape *b)
{
  gboolean are_equal = a->n_dims == b->n_dims;

  for (guint i = 0; i < a->n_dims && are_equal; i++)
    are_equal = a->size[i] == b->size[i];
  return are_equal;
}

/* The stride with which a kernel of one pixel makes @to pixels of @from; 0 where none does. */
static gsize
find_stride (gsize from, gsize to)
{
  for (gsize stride = 1; stride <= from; stride++)
    if ((from - 1) / stride + 1 == to)
      return stride;
  return 0;
}

static void
set_param (EtudeObject *object, const char *key, const char *text)
{
  const EtudeParam *param = etude_kind_find_param (object->kind, key);

  if (!etude_param_read (param, text, etude_param_field (param, object->data), NULL))
    g_assert_not_reached ();
}

static gboolean
refuse_projection (const EtudeSite *site, const EtudeShape *output, GError **error)
{
  g_autofree char *from = etude_shape_show (&site->input);
  g_autofree char *to = etude_shape_show (output);

  return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                            _("projection: gets %s, its layers give %s, and nothing leads from one to the other"), from, to);
}

/* Makes the layer that leads the input past the others; null where it can be added as it is. */
gboolean
etude_residual_project (const EtudeSite *site, const EtudeShape *output, EtudeObject *projection, GError **error)
{
  const Residual *self = site->params;
  gboolean is_same = shapes_equal (&site->input, output), is_image = output->n_dims == 3;
  g_autofree char *n = g_strdup_printf ("%zu", output->size[0]);
  g_autofree char *stride = NULL;
  gsize vertical, horizontal;

  *projection = (EtudeObject) { NULL, NULL };
  if (self->projection == ETUDE_AUTO_BOOLEAN ? is_same : !self->projection && is_same)
    return TRUE;
  if (!self->projection || site->input.n_dims != output->n_dims)
    return refuse_projection (site, output, error);
  vertical = is_image ? find_stride (site->input.size[1], output->size[1]) : 1;
  horizontal = is_image ? find_stride (site->input.size[2], output->size[2]) : 1;
  if (vertical == 0 || horizontal == 0)
    return refuse_projection (site, output, error);
  stride = g_strdup_printf ("%zu,%zu", vertical, horizontal);
  etude_object_init (projection, is_image ? &etude_layer_conv2d.kind : &etude_layer_dense.kind);
  set_param (projection, is_image ? "out_channels" : "units", n);
  set_param (projection, "bias", "false");
  if (is_image)
    {
      set_param (projection, "kernel_size", "1");
      set_param (projection, "stride", stride);
    }
  return TRUE;
}

static gboolean
infer_projection (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  g_autofree char *path = g_strconcat (site->path, ".projection", NULL);
  EtudeObject projection;
  EtudeLayerShape shape;
  EtudeSite inner;
  gboolean fits;

  if (!etude_residual_project (site, &out->shape, &projection, error))
    return FALSE;
  if (projection.kind == NULL)
    return TRUE;
  inner = (EtudeSite) { .kind = (const EtudeLayerKind *) projection.kind, .params = projection.data, .path = path,
                        .input = site->input };
  fits = etude_site_infer (&inner, &shape, error);
  out->n_parameters += fits ? shape.n_parameters : 0;
  etude_object_clear (&projection);
  return fits;
}

static gboolean
residual_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  const EtudeObjects *layers = etude_residual_get_layers (site->params);
  guint64 n_parameters = 0;

  for (gsize i = 0; i < layers->n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.layers.%zu", site->path, i);
      EtudeSite inner = { .kind = (const EtudeLayerKind *) layers->items[i].kind, .params = layers->items[i].data,
                          .path = path, .input = out->shape, .found = site->found, .user_data = site->user_data };

      if (!etude_site_infer (&inner, out, error))
        return FALSE;
      n_parameters += out->n_parameters;
    }
  out->n_parameters = n_parameters;
  return infer_projection (site, out, error);
}

const EtudeLayerKind etude_layer_residual = {
  .kind = { .id = "residual", .label = N_("Residual Block"), .help = N_("Adds its input to what its layers make of it"),
            .source = "He et al. 2015, doi:10.1109/CVPR.2016.90", .formula = "y = layers (x) + x",
            ETUDE_LAYER_COMMON, .params = residual_params, .size = sizeof (Residual) },
  .takes = ETUDE_TAKES_BOTH,
  .infer = residual_infer,
};

/* --- stages ---------------------------------------------------------------------------------- */

static void
fork_forward (const EtudePass *pass)
{
  for (gsize i = 0; i < pass->n; i++)
    memcpy (pass->y + i * pass->y_stride, pass->x + i * pass->x_stride, pass->n_outputs * sizeof *pass->y);
}

/* What comes back on both ways. */
static void
fork_backward (const EtudePass *pass)
{
  gsize n = pass->n * pass->y_stride;

  if (pass->dx == NULL)
    return;
  for (gsize k = 0; k < n; k++)
    pass->dx[k] = pass->dy[k] + pass->dskip[k];
  etude_pass_finish (pass);
}

static void
join_forward (const EtudePass *pass)
{
  gsize n = pass->n * pass->y_stride;

  for (gsize k = 0; k < n; k++)
    pass->y[k] = pass->x[k] + pass->skip[k];
}

static void
join_backward (const EtudePass *pass)
{
  gsize n = pass->n * pass->y_stride;

  memcpy (pass->dskip, pass->dy, n * sizeof *pass->dskip);
  if (pass->dx == NULL)
    return;
  memcpy (pass->dx, pass->dy, n * sizeof *pass->dx);
  etude_pass_finish (pass);
}

const EtudeLayerKind etude_stage_fork = {
  .kind = { .id = "fork" }, .takes = ETUDE_TAKES_ANY,
  .forward_by_sample = TRUE, .backward_by_sample = TRUE,
  .forward = fork_forward, .backward = fork_backward,
};

const EtudeLayerKind etude_stage_join = {
  .kind = { .id = "join" }, .takes = ETUDE_TAKES_ANY,
  .forward_by_sample = TRUE, .backward_by_sample = TRUE,
  .forward = join_forward, .backward = join_backward,
};
