/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the layers of a document to stages with all their memory. */
#include "network/network-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/residual-private.h"

/* Rows of activations are padded; a stride that is a multiple of 2 KiB would send them all to a few
 * sets of the first cache. */
static gsize
choose_stride (gsize n)
{
  gsize stride = etude_pad (n);

  return stride % 512 == 0 ? stride + ETUDE_PAD : stride;
}

static EtudeLayout
make_row (gsize n, gsize stride)
{
  return (EtudeLayout) { FALSE, 1, 1, n, stride, stride };
}

static EtudeLayout
make_image (const EtudeShape *shape, gsize pixel)
{
  return (EtudeLayout) { TRUE, shape->size[1], shape->size[2], shape->size[0], pixel,
                         shape->size[1] * shape->size[2] * pixel };
}

/* How samples of @shape lie, every pixel with its padding. */
static EtudeLayout
make_padded (const EtudeShape *shape)
{
  gsize n = etude_shape_count (shape);

  return shape->n_dims == 3 ? make_image (shape, etude_pad (shape->size[0])) : make_row (n, choose_stride (n));
}

/* What changes numbers one by one leaves them where they are; only the end of a sample gets padding. */
static EtudeLayout
make_same (const EtudeLayout *in)
{
  EtudeLayout out = *in;

  if (!in->is_image)
    return make_row (in->channels, choose_stride (in->channels));
  out.stride = etude_pad (in->height * in->width * in->pixel);
  return out;
}

static gsize
count_numbers (const EtudeLayout *layout)
{
  return layout->is_image ? layout->height * layout->width * layout->pixel : layout->channels;
}

/* Images stay as they are in the data where the first layer that cares wants a row of numbers. What
 * leaves numbers where they are hands the pixels on, so they need their padding from the start. */
static EtudeLayout
choose_input (const EtudeObjects *layers, const EtudeShape *input)
{
  gsize n = etude_shape_count (input);
  gsize i = 0;

  while (i < layers->n && ((const EtudeLayerKind *) layers->items[i].kind)->takes == ETUDE_TAKES_ANY)
    i++;
  if (input->n_dims != 3 || i == layers->n || ((const EtudeLayerKind *) layers->items[i].kind)->takes == ETUDE_TAKES_ROW
      || layers->items[i].kind == &etude_layer_flatten.kind)
    return make_row (n, n);
  return make_image (input, i > 0 || layers->items[i].kind == &etude_layer_residual.kind ? etude_pad (input->size[0]) : input->size[0]);
}

/* --- stages ---------------------------------------------------------------------------------- */

static void
place_blocks (EtudeNetwork *self, EtudeStage *stage)
{
  stage->first = self->n_weights;
  for (guint i = 0; i < ETUDE_MAX_BLOCKS; i++)
    {
      const EtudeBlock *block = &stage->blocks[i];
      gsize *end = block->is_state ? &self->n_state : &self->n_weights;

      stage->places[i] = *end;
      if (block->name != NULL)
        *end += block->n_rows * block->n_columns;
      if (i == 0 && stage->kind->tiles)
        stage->n_tiled = *end - stage->first;
    }
  stage->n_weights = self->n_weights - stage->first;
}

/* The gradient by the inputs of the network has padding, unless the layer leaves numbers where they are. */
static EtudeLayout
choose_slope (const EtudeLayout *in, const EtudeLayout *out, gboolean is_same)
{
  EtudeShape shape = { 3, { in->channels, in->height, in->width } };

  if (is_same)
    return *out;
  return in->is_image ? make_image (&shape, etude_pad (in->channels)) : make_row (in->channels, choose_stride (in->channels));
}

/* Each weight meets each pixel; what has none goes over its numbers. */
static double
estimate_cost (const EtudeStage *stage)
{
  const EtudeLayout *out = &stage->pass.out;
  double n_weights = (double) stage->blocks[0].n_rows * (double) stage->blocks[0].n_columns;

  return 2 * n_weights * (double) (out->is_image ? out->height * out->width : 1) + 8 * (double) out->stride;
}

static EtudeStage *
append_stage (EtudeNetwork *self, const EtudeSite *site, gsize from, const EtudeLayout *out)
{
  EtudeStage *stage = &self->stages[self->n_stages];
  EtudePass *pass = &stage->pass;

  *stage = (EtudeStage) { .kind = site->kind, .name = g_strdup (site->path) };
  stage->from = from;
  stage->skip = G_MAXSIZE;
  pass->kernels = self->kernels;
  pass->params = site->params;
  pass->random = &self->random;
  pass->activation = site->kind->activation;
  if (site->kind->curve != NULL)
    pass->curve = site->kind->curve (site->params);
  pass->in = stage->from != G_MAXSIZE ? self->stages[stage->from].pass.out : self->input;
  pass->out = out != NULL ? *out : make_same (&pass->in);
  pass->slope = stage->from != G_MAXSIZE ? pass->in : choose_slope (&pass->in, &pass->out, out == NULL);
  pass->n_inputs = count_numbers (&pass->in);
  pass->n_outputs = count_numbers (&pass->out);
  pass->x_stride = pass->in.stride;
  pass->y_stride = pass->out.stride;
  pass->dx_stride = pass->slope.stride;
  stage->keys = etude_site_get_keys (site, stage->name);
  stage->needs_dx = self->lowest < self->n_stages;
  if (site->kind->declare != NULL)
    site->kind->declare (site, stage->blocks);
  place_blocks (self, stage);
  stage->cost = estimate_cost (stage);
  if (stage->n_weights > 0 && !stage->keys.is_frozen)
    self->lowest = MIN (self->lowest, self->n_stages);
  self->n_stages++;
  return stage;
}

static gsize
last_stage (const EtudeNetwork *self)
{
  return self->n_stages > 0 ? self->n_stages - 1 : G_MAXSIZE;
}

static const EtudeLayout *
present_layout (const EtudeNetwork *self)
{
  return self->n_stages > 0 ? &self->stages[self->n_stages - 1].pass.out : &self->input;
}

static void add_residual (EtudeNetwork *self, const EtudeSite *site, const EtudeShape *output);

static void
add_layer (EtudeNetwork *self, const EtudeSite *site, const EtudeShape *output)
{
  EtudeStage *before = self->n_stages > 0 ? &self->stages[self->n_stages - 1] : NULL;
  EtudeLayout layout = make_padded (output);

  if (before != NULL && before->kind->fuses && before->pass.activation == ETUDE_ACTIVATION_NONE
      && site->kind->activation != ETUDE_ACTIVATION_NONE)
    {
      before->pass.activation = site->kind->activation;
      return;
    }
  if (site->kind == &etude_layer_residual)
    {
      add_residual (self, site, output);
      return;
    }
  if (site->kind->takes == ETUDE_TAKES_ROW && present_layout (self)->is_image)
    {
      EtudeSite flatten = { .kind = &etude_layer_flatten, .path = site->path, .input = site->input };
      EtudeLayout row = make_row (etude_shape_count (&site->input), choose_stride (etude_shape_count (&site->input)));

      append_stage (self, &flatten, last_stage (self), &row);
    }
  append_stage (self, site, last_stage (self), site->kind->takes == ETUDE_TAKES_ANY ? NULL : &layout);
}

static void
add_projection (EtudeNetwork *self, const EtudeSite *site, const EtudeLayerKeys *keys, gsize fork, const EtudeShape *output)
{
  g_autofree char *name = g_strconcat (site->path, ".projection", NULL);
  EtudeLayout layout = make_padded (output);
  EtudeObject projection;
  EtudeSite inner;

  if (!etude_residual_project (site, output, &projection, NULL) || projection.kind == NULL)
    return;
  self->projections.items = g_renew (EtudeObject, self->projections.items, self->projections.n + 1);
  self->projections.items[self->projections.n++] = projection;
  inner = (EtudeSite) { .kind = (const EtudeLayerKind *) projection.kind, .params = projection.data, .path = name,
                        .input = site->input, .outer = keys };
  append_stage (self, &inner, fork, &layout)->is_side = TRUE;
}

/* Two ways from one stage to another: through the layers, and past them. */
static void
add_residual (EtudeNetwork *self, const EtudeSite *site, const EtudeShape *output)
{
  const EtudeObjects *layers = etude_residual_get_layers (site->params);
  EtudeSite fork_site = { .kind = &etude_stage_fork, .path = site->path, .input = site->input };
  EtudeSite join_site = { .kind = &etude_stage_join, .path = site->path, .input = *output };
  EtudeLayerShape shape = { site->input, 0 };
  gsize fork = self->n_stages, end;
  EtudeLayerKeys keys;
  EtudeStage *join;

  keys = etude_site_get_keys (site, append_stage (self, &fork_site, last_stage (self), NULL)->name);
  for (gsize i = 0; i < layers->n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.layers.%zu", site->path, i);
      EtudeSite inner = { .kind = (const EtudeLayerKind *) layers->items[i].kind, .params = layers->items[i].data,
                          .path = name, .input = shape.shape, .outer = &keys };

      etude_site_infer (&inner, &shape, NULL);
      add_layer (self, &inner, &shape.shape);
    }
  end = last_stage (self);
  add_projection (self, site, &keys, fork, output);
  join = append_stage (self, &join_site, end, NULL);
  join->skip = last_stage (self) - 1 == end ? fork : end + 1;
}

static void
add_layers (EtudeNetwork *self, const EtudeShape *input, const EtudeLayerShape *shapes)
{
  for (gsize i = 0; i < self->layers.n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%zu", i);
      EtudeSite site = {
        .kind = (const EtudeLayerKind *) self->layers.items[i].kind, .params = self->layers.items[i].data, .path = name,
        .input = i > 0 ? shapes[i - 1].shape : *input, .n_auto = self->n_outputs,
      };

      add_layer (self, &site, &shapes[i].shape);
      self->n_parameters += shapes[i].n_parameters;
    }
}

static void
copy_layers (EtudeNetwork *self, const EtudeObjects *layers)
{
  self->layers = (EtudeObjects) { g_new0 (EtudeObject, layers->n), layers->n };
  for (gsize i = 0; i < layers->n; i++)
    etude_object_copy (&self->layers.items[i], &layers->items[i]);
}

/* --- groups ---------------------------------------------------------------------------------- */

static EtudeWeightGroup
make_group (const EtudeStage *stage)
{
  const EtudeLayerKeys *keys = &stage->keys;

  return (EtudeWeightGroup) { stage->first, stage->n_weights, keys->lr_scale, keys->lr_scale_of,
                              keys->weight_decay, keys->weight_decay_of, keys->is_frozen };
}

/* One for each stage with weights, where any of them has a say of its own. */
static void
make_groups (EtudeNetwork *self)
{
  gboolean is_split = FALSE;

  self->groups = g_new (EtudeWeightGroup, self->n_stages);
  for (gsize i = 0; i < self->n_stages; i++)
    {
      EtudeWeightGroup group = make_group (&self->stages[i]);

      if (group.n == 0)
        continue;
      is_split = is_split || group.lr_scale != 1 || !isnan (group.weight_decay) || group.is_frozen;
      self->groups[self->n_groups++] = group;
    }
  if (is_split)
    return;
  g_clear_pointer (&self->groups, g_free);
  self->n_groups = 0;
}

/* --- memory ---------------------------------------------------------------------------------- */

/* Adds room for @rows * @columns values; stays at G_MAXSIZE once that is reached. */
static gsize
reserve (gsize *total, gsize rows, gsize columns)
{
  gsize at = *total;
  gsize n;

  if (!g_size_checked_mul (&n, rows, columns) || n > G_MAXSIZE / 16
      || !g_size_checked_add (total, at, etude_pad (n)))
    *total = G_MAXSIZE;
  return at;
}

/* Where everything is, in numbers from the start of the block. Two slopes take turns on the way back. */
typedef struct
{
  gsize gradients, state, scratch, inputs, targets, slopes[2];
  gsize *outputs;
  gsize *memories;
  gsize *kept;
} Plan;

static gsize
plan_memory (EtudeNetwork *self, Plan *plan)
{
  gsize total = 0, most_stride = self->input.stride, most_scratch = 0;

  for (gsize i = 0; i < self->n_stages; i++)
    {
      const EtudeStage *stage = &self->stages[i];

      most_stride = MAX (most_stride, MAX (stage->pass.out.stride, stage->pass.slope.stride));
      if (stage->kind->scratch != NULL)
        most_scratch = MAX (most_scratch, stage->kind->scratch (&stage->pass));
    }
  self->n_scratch = most_scratch;
  reserve (&total, self->n_weights, 1);
  plan->gradients = reserve (&total, self->n_weights, 1);
  plan->state = reserve (&total, self->n_state, 1);
  plan->scratch = reserve (&total, most_scratch, 1);
  plan->inputs = reserve (&total, self->capacity, self->input.stride);
  plan->targets = reserve (&total, self->capacity, self->goal.n_targets);
  for (guint i = 0; i < 2; i++)
    plan->slopes[i] = reserve (&total, self->capacity, most_stride);
  for (gsize i = 0; i < self->n_stages; i++)
    {
      const EtudeStage *stage = &self->stages[i];

      plan->outputs[i] = reserve (&total, self->capacity, stage->pass.out.stride);
      plan->kept[i] = stage->skip != G_MAXSIZE ? reserve (&total, self->capacity, stage->pass.out.stride)
                      : stage->is_side ? reserve (&total, self->capacity, stage->pass.slope.stride) : total;
      plan->memories[i] = stage->kind->memory == NULL ? total
                          : reserve (&total, self->capacity, stage->kind->memory (&stage->pass));
    }
  return total;
}

/* The gradient of the shorter way is kept until the longer one is done. */
static void
connect_join (EtudeNetwork *self, const Plan *plan, gsize i)
{
  EtudeStage *join = &self->stages[i], *skip = &self->stages[join->skip];

  join->pass.skip = skip->pass.y;
  join->pass.dskip = self->block + plan->kept[i];
  if (!skip->is_side)
    {
      skip->pass.dskip = join->pass.dskip;
      return;
    }
  skip->pass.dy = join->pass.dskip;
  skip->dx = self->block + plan->kept[join->skip];
  self->stages[skip->from].pass.dskip = skip->dx;
}

/* @turn counts the stages that are not on a side. */
static void
connect_stage (EtudeNetwork *self, const Plan *plan, gsize i, gsize turn)
{
  EtudeStage *stage = &self->stages[i];
  EtudeStage *before = stage->from != G_MAXSIZE ? &self->stages[stage->from] : NULL;
  EtudePass *pass = &stage->pass;

  pass->x = before != NULL ? before->pass.y : self->inputs;
  pass->before = before != NULL ? before->pass.activation : ETUDE_ACTIVATION_NONE;
  pass->y = self->block + plan->outputs[i];
  pass->memory = self->block + plan->memories[i];
  pass->scratch = pass->shared = self->block + plan->scratch;
  pass->n_memory = stage->kind->memory != NULL ? stage->kind->memory (pass) : 0;
  pass->dy = self->block + plan->slopes[turn % 2];
  stage->dx = self->block + plan->slopes[(turn + 1) % 2];
  pass->data = &stage->tile;
  if (stage->skip != G_MAXSIZE)
    connect_join (self, plan, i);
  for (guint b = 0; b < ETUDE_MAX_BLOCKS; b++)
    {
      const EtudeBlock *block = &stage->blocks[b];

      if (block->name == NULL)
        continue;
      pass->blocks[b] = (block->is_state ? self->state : self->weights) + stage->places[b];
      pass->dblocks[b] = block->is_state || stage->keys.is_frozen ? NULL : self->gradients + stage->places[b];
    }
}

static gboolean
allocate (EtudeNetwork *self, GError **error)
{
  g_autofree gsize *outputs = g_new (gsize, self->n_stages);
  g_autofree gsize *memories = g_new (gsize, self->n_stages);
  g_autofree gsize *kept = g_new (gsize, self->n_stages);
  Plan plan = { .outputs = outputs, .memories = memories, .kept = kept };
  gsize turn = 0, total = plan_memory (self, &plan);

  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the network with its activations"), error);
  if (self->block == NULL)
    return FALSE;
  self->weights = self->block;
  self->gradients = self->block + plan.gradients;
  self->state = self->block + plan.state;
  self->inputs = self->block + plan.inputs;
  self->targets = self->block + plan.targets;
  for (gsize i = 0; i < self->n_stages; i++)
    connect_stage (self, &plan, i, self->stages[i].is_side ? turn : turn++);
  self->slope = self->block + plan.slopes[(turn - 1) % 2];
  self->labels = etude_memory_try_new (self->capacity, sizeof (gint32), _("the labels of a batch"), error);
  return self->labels != NULL;
}

/* A layer may want another before it that makes a row of an image; a block has two ends and a side. */
static gsize
count_stages (const EtudeObjects *layers)
{
  gsize n = 2 * layers->n;

  for (gsize i = 0; i < layers->n; i++)
    if (layers->items[i].kind == &etude_layer_residual.kind)
      n += 3 + count_stages (etude_residual_get_layers (layers->items[i].data));
  return n;
}

/* Makes the stages of a network whose outputs and capacity are known, and takes the memory. */
gboolean
etude_network_build (EtudeNetwork *self, const EtudeObjects *layers, const EtudeShape *input, GError **error)
{
  g_autofree EtudeLayerShape *shapes = g_new (EtudeLayerShape, MAX (layers->n, 1));

  if (!etude_layers_infer (layers, input, self->n_outputs, shapes, error))
    return FALSE;
  copy_layers (self, layers);
  self->n_inputs = etude_shape_count (input);
  self->input = choose_input (layers, input);
  self->stages = g_new0 (EtudeStage, count_stages (layers));
  self->lowest = G_MAXSIZE;
  add_layers (self, input, shapes);
  if (self->lowest == G_MAXSIZE)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("network.layers: all layers with weights are frozen, expected at least one that learns"));
      return FALSE;
    }
  make_groups (self);
  return allocate (self, error);
}
