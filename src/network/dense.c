/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer-private.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/memory.h"

typedef struct
{
  EtudeLayerCommon common;
  guint64 units;
  gboolean bias;
} Dense;

static const EtudeParam dense_params[] = {
  { .key = "units", .label = N_("Units"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1000000, .initial_auto = TRUE,
    .automatic = N_("In the last dense layer: as many outputs as data and loss need"), .last_auto = TRUE,
    .offset = G_STRUCT_OFFSET (Dense, units), .help = N_("How many outputs the layer has") },
  { .key = "bias", .label = N_("Bias"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (Dense, bias), .help = N_("Adds a number of its own to each output") },
  { .key = NULL }
};

static gboolean
dense_infer (const EtudeSite *site, EtudeLayerShape *out, GError **error)
{
  const Dense *self = site->params;
  gsize n_inputs = etude_shape_count (&site->input);
  gsize units = self->units == ETUDE_AUTO_INTEGER ? site->n_auto : (gsize) self->units;
  g_autofree char *most = NULL;

  if (units == 0)
    {
      g_autofree char *shape = etude_shape_show (&site->input);

      return etude_site_refuse (site, ETUDE_ERROR_SHAPE, error,
                                _("gets %s values and needs a number of units, "
                                  "for only the last dense layer may have auto"), shape);
    }
  out->shape = (EtudeShape) { 1, { units, 1, 1 } };
  if (etude_block_fits (n_inputs, units))
    return TRUE;
  most = g_format_size_full (etude_memory_get_limit (), G_FORMAT_SIZE_IEC_UNITS);
  return etude_site_refuse (site, ETUDE_ERROR_SIZE, error,
                            _("%zu units with %zu inputs need more memory for their weights than the limit of %s"),
                            units, n_inputs, most);
}

static void
dense_declare (const EtudeSite *site, EtudeBlock *blocks)
{
  const Dense *self = site->params;
  gsize n_inputs = etude_shape_count (&site->input);
  gsize units = self->units == ETUDE_AUTO_INTEGER ? site->n_auto : (gsize) self->units;

  blocks[0] = (EtudeBlock) {
    .name = "weight", .n_dims = 2, .dims = { units, n_inputs }, .row = { 0, 1 }, .column = { 1, 0 },
    .n_rows = n_inputs, .n_columns = etude_pad (units), .fan_in = n_inputs, .fan_out = units,
  };
  if (self->bias)
    etude_block_init_vector (&blocks[1], "bias", units, ETUDE_START_BIAS);
}

/* The weights the other way round. */
static gsize
dense_scratch (const EtudePass *pass)
{
  return etude_pad (pass->n_inputs) * pass->n_outputs;
}

/* --- shared work ----------------------------------------------------------------------------- */

/* Rows of a product that are worth a part: fewer would leave tiles half full. */
#define LEAST_ROWS 12

/*
 * @product: the whole
 * @turns: its @b has yet to be made, of the weights the other way round
 */
typedef struct
{
  const EtudePass *pass;
  const EtudeProduct *product;
  gboolean turns;
  gsize n_parts;
} Products;

static gsize
count_panels (gsize n_columns)
{
  return (n_columns + ETUDE_PANEL - 1) / ETUDE_PANEL;
}

static void
turn_weights (const EtudePass *pass, gsize first, gsize end)
{
  pass->kernels->transpose (pass->n_inputs, pass->n_outputs, pass->blocks[0], first, end, pass->scratch);
}

/* Some panels of columns: each thread reads its part of the weights. */
static void
multiply_columns (gconstpointer data, gsize part, guint member)
{
  const Products *self = data;
  EtudeProduct p = *self->product;
  gsize n_panels = count_panels (p.n_columns);
  gsize first = etude_part_start (n_panels, self->n_parts, part) * ETUDE_PANEL;
  gsize end = MIN (etude_part_start (n_panels, self->n_parts, part + 1) * ETUDE_PANEL, p.n_columns);

  if (self->turns)
    turn_weights (self->pass, first, MIN (end, self->pass->n_inputs));
  p.n_columns = end - first;
  p.b += first * p.depth;
  p.c += first;
  if (p.bias != NULL)
    p.bias += first;
  if (p.outputs != NULL)
    p.outputs += first;
  self->pass->kernels->multiply (&p);
}

/* Some samples, where there are few columns. */
static void
multiply_rows (gconstpointer data, gsize part, guint member)
{
  const Products *self = data;
  EtudeProduct p = *self->product;
  gsize first = etude_part_start (p.n_rows, self->n_parts, part);
  gsize end = etude_part_start (p.n_rows, self->n_parts, part + 1);

  p.n_rows = end - first;
  p.a += first * p.a_stride;
  p.c += first * p.c_stride;
  if (p.outputs != NULL)
    p.outputs += first * p.outputs_stride;
  self->pass->kernels->multiply (&p);
}

static void
share_product (const EtudePass *pass, const EtudeProduct *product, gboolean turns)
{
  Products products = { pass, product, turns, etude_pass_count_parts (pass, count_panels (product->n_columns)) };

  if (products.n_parts >= 2 * etude_team_get_n_members (pass->team))
    {
      etude_pass_run (pass, products.n_parts, multiply_columns, &products);
      return;
    }
  if (turns)
    turn_weights (pass, 0, pass->n_inputs);
  products.n_parts = etude_pass_count_parts (pass, product->n_rows / LEAST_ROWS);
  etude_pass_run (pass, products.n_parts, multiply_rows, &products);
}

typedef struct
{
  const EtudePass *pass;
  const EtudeOuter *outer;
  gsize n_parts;
} Outers;

/* Some rows of the weights, that is what leads from some inputs. */
static void
make_rows (gconstpointer data, gsize part, guint member)
{
  const Outers *self = data;
  EtudeOuter o = *self->outer;

  o.first = etude_part_start (o.n_rows, self->n_parts, part);
  o.end = etude_part_start (o.n_rows, self->n_parts, part + 1);
  self->pass->kernels->outer (&o);
}

static void
share_outer (const EtudePass *pass, const EtudeOuter *outer)
{
  Outers outers = { pass, outer, etude_pass_count_parts (pass, outer->n_rows / LEAST_ROWS) };

  etude_pass_run (pass, outers.n_parts, make_rows, &outers);
}

/* --- passes ---------------------------------------------------------------------------------- */

/* y[b,o] = f (bias[o] + sum_i x[b,i] w[i,o]);  x: [n, n_inputs], w: [n_inputs, n_outputs] in panels */
static void
dense_forward (const EtudePass *pass)
{
  EtudeProduct product = {
    .n_rows = pass->n, .n_columns = etude_pad (pass->n_outputs), .depth = pass->n_inputs,
    .a = pass->x, .a_stride = pass->x_stride, .b = pass->blocks[0],
    .c = pass->y, .c_stride = pass->y_stride, .bias = pass->blocks[1], .activation = pass->activation,
  };

  if (pass->team != NULL)
    share_product (pass, &product, FALSE);
  else
    pass->kernels->multiply (&product);
}

/* dx[b,i] = f'(x[b,i]) sum_o dy[b,o] w[i,o] */
static void
dense_backward_inputs (const EtudePass *pass)
{
  EtudeProduct product = {
    .n_rows = pass->n, .n_columns = etude_pad (pass->n_inputs), .depth = pass->n_outputs,
    .a = pass->dy, .a_stride = pass->y_stride, .b = pass->scratch,
    .c = pass->dx, .c_stride = pass->dx_stride, .activation = pass->before,
    .outputs = pass->x, .outputs_stride = pass->x_stride,
  };

  if (pass->team != NULL)
    {
      share_product (pass, &product, TRUE);
      return;
    }
  turn_weights (pass, 0, pass->n_inputs);
  pass->kernels->multiply (&product);
}

/* dw[i,o] = sum_b x[b,i] dy[b,o];  dbias[o] = sum_b dy[b,o] */
static void
dense_backward (const EtudePass *pass)
{
  EtudeOuter outer = {
    .n_samples = pass->n, .n_rows = pass->n_inputs, .n_columns = etude_pad (pass->n_outputs), .end = pass->n_inputs,
    .x = pass->x, .x_stride = pass->x_stride, .dy = pass->dy, .dy_stride = pass->y_stride,
    .result = pass->dblocks[0], .tile = pass->tile, .data = pass->data,
  };

  if (pass->dx != NULL)
    dense_backward_inputs (pass);
  if (pass->dblocks[0] != NULL && pass->team != NULL)
    share_outer (pass, &outer);
  else if (pass->dblocks[0] != NULL)
    pass->kernels->outer (&outer);
  if (pass->dblocks[1] != NULL)
    pass->kernels->sum_columns (pass->n, outer.n_columns, pass->dy, pass->y_stride, pass->dblocks[1]);
}

const EtudeLayerKind etude_layer_dense = {
  .kind = { .id = "dense", .label = N_("Dense"), .help = N_("Connects every input with every output"),
            .source = "torch/nn/modules/linear.py", .formula = "y = x Wᵀ + b",
            ETUDE_LAYER_COMMON, .params = dense_params, .size = sizeof (Dense) },
  .takes = ETUDE_TAKES_ROW,
  .fuses = TRUE,
  .tiles = TRUE,
  .gives_outputs = TRUE,
  .infer = dense_infer,
  .declare = dense_declare,
  .scratch = dense_scratch,
  .forward = dense_forward,
  .backward = dense_backward,
};
