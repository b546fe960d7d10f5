/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/optimizer-private.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#define OPTIMIZER(name) &etude_optimizer_##name.kind,

static const EtudeKind *const optimizer_kinds[] = { ETUDE_OPTIMIZERS (OPTIMIZER) NULL };

const EtudeGroup etude_optimizer_group = {
  .id = "optimizer", .label = N_("Optimizer"), .path = "optimizer", .kinds = optimizer_kinds
};

static const EtudeOptimizerKind *
get_kind (const EtudeOptimizer *self)
{
  return (const EtudeOptimizerKind *) self->object.kind;
}

/* A kind that updates all weights at once has one memory for all of them. */
static gboolean
allocate_memories (EtudeOptimizer *self, GError **error)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  gsize size;

  if (kind->memory_size == NULL)
    return TRUE;
  size = kind->memory_size (self->object.data);
  g_clear_pointer (&self->memories, etude_memory_free);
  self->memories = etude_memory_try_new (size, self->n_settings, _("the state of the optimizer"), error);
  if (self->memories == NULL)
    return FALSE;
  for (guint i = 0; i < self->n_settings; i++)
    self->settings[i].memory = (char *) self->memories + (kind->whole != NULL ? 0 : i * size);
  self->memory = self->memories;
  return TRUE;
}

static gboolean
allocate (EtudeOptimizer *self, GError **error)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  guint n_states = kind->n_states (self->object.data);
  gsize total;

  if (!g_size_checked_mul (&total, self->n, n_states))
    total = G_MAXSIZE;
  self->block = etude_memory_try_new (total, sizeof (EtudeReal), _("the state of the optimizer"), error);
  if (self->block == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (n_states, ETUDE_OPTIMIZER_STATES); i++)
    self->states[i] = self->block + i * self->n;
  return allocate_memories (self, error);
}

/**
 * etude_optimizer_new:
 * @kind: of a kind of #etude_optimizer_group; copied
 * @weights: (array length=n): what it moves; borrowed, must outlive it
 * @n: how many
 * @error: set where parameters do not fit together, or the memory
 *
 * An optimizer before its first update. It is for one thread.
 *
 * Returns: (transfer full) (nullable): the optimizer
 */
EtudeOptimizer *
etude_optimizer_new (const EtudeObject *kind, EtudeReal *weights, gsize n, GError **error)
{
  g_autoptr (EtudeOptimizer) self = g_new0 (EtudeOptimizer, 1);
  const EtudeParam *momentum, *weight_decay;

  etude_object_copy (&self->object, kind);
  self->isa = etude_isa_get ();
  self->weights = weights;
  self->n = n;
  self->powers[0] = self->powers[1] = 1;
  self->effective_lr = NAN;
  self->n_settings = self->n_ranges = 1;
  self->settings = g_new0 (EtudeOptimizerSetting, 1);
  self->settings[0] = (EtudeOptimizerSetting) { .lr_scale = 1, .weight_decay = NAN };
  self->ranges = g_new (EtudeOptimizerRange, 1);
  self->ranges[0] = (EtudeOptimizerRange) { 0, n, 0 };
  weight_decay = etude_kind_find_param (kind->kind, "weight_decay");
  if (weight_decay != NULL)
    {
      self->weight_decay = etude_param_field (weight_decay, self->object.data);
      self->own_weight_decay = *self->weight_decay;
    }
  momentum = etude_optimizer_find_momentum (&self->object);
  if (momentum != NULL)
    {
      self->momentum = etude_param_field (momentum, self->object.data);
      self->own_momentum = *self->momentum;
    }
  if (get_kind (self)->check != NULL && !get_kind (self)->check (kind->data, error))
    return NULL;
  if (!allocate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- groups ---------------------------------------------------------------------------------- */

/* What the kind cannot do for one layer and not for another. */
static gboolean
check_group (EtudeOptimizer *self, const EtudeWeightGroup *group, GError **error)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  char number[ETUDE_NUMBER_SIZE];

  if (group->lr_scale != 1 && kind->whole != NULL)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("network.layers.%s.lr_scale: found %s, expected 1: the optimizer %s has one rate for all weights"),
                   group->lr_scale_of, etude_number_write (number, group->lr_scale), kind->kind.id);
      return FALSE;
    }
  if (!isnan (group->weight_decay) && self->weight_decay == NULL)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("network.layers.%s.weight_decay: found %s, expected “auto”: the optimizer %s has no weight decay"),
                   group->weight_decay_of, etude_number_write (number, group->weight_decay), kind->kind.id);
      return FALSE;
    }
  return TRUE;
}

/* The setting of a group; made where there is none like it. */
static guint
find_setting (EtudeOptimizer *self, const EtudeWeightGroup *group)
{
  for (guint i = 0; i < self->n_settings; i++)
    if (self->settings[i].lr_scale == group->lr_scale
        && (self->settings[i].weight_decay == group->weight_decay
            || (isnan (self->settings[i].weight_decay) && isnan (group->weight_decay))))
      return i;
  self->settings = g_renew (EtudeOptimizerSetting, self->settings, self->n_settings + 1);
  self->settings[self->n_settings] = (EtudeOptimizerSetting) {
    .lr_scale = group->lr_scale, .weight_decay = group->weight_decay,
  };
  return self->n_settings++;
}

static void
add_range (EtudeOptimizer *self, const EtudeWeightGroup *group)
{
  EtudeOptimizerRange *last = self->n_ranges > 0 ? &self->ranges[self->n_ranges - 1] : NULL;
  guint setting;

  if (group->is_frozen || group->n == 0)
    return;
  setting = find_setting (self, group);
  if (last != NULL && last->setting == setting && last->first + last->n == group->first)
    last->n += group->n;
  else
    self->ranges[self->n_ranges++] = (EtudeOptimizerRange) { group->first, group->n, setting };
}

/**
 * etude_optimizer_set_groups:
 * @self: an optimizer before its first update
 * @groups: (array length=n): in order and without a gap; all weights that it moves
 * @n: how many; with 0 all weights are updated alike
 * @error: set where the kind cannot do what a group asks for; names the key of the layer
 *
 * Says which weights have a rate or a decay of their own, as parameter groups do in PyTorch, and
 * which stay as they are. Comes once.
 *
 * Returns: whether the kind can do that
 */
gboolean
etude_optimizer_set_groups (EtudeOptimizer *self, const EtudeWeightGroup *groups, gsize n, GError **error)
{
  g_return_val_if_fail (self->t == 0 && !self->is_split, FALSE);

  for (gsize i = 0; i < n; i++)
    if (!groups[i].is_frozen && !check_group (self, &groups[i], error))
      return FALSE;
  if (n == 0)
    return TRUE;
  self->is_split = TRUE;
  self->n_ranges = 0;
  self->ranges = g_renew (EtudeOptimizerRange, self->ranges, n);
  for (gsize i = 0; i < n; i++)
    add_range (self, &groups[i]);
  return allocate_memories (self, error);
}

/* Lets the numbers be those of a range. */
void
etude_optimizer_enter (EtudeOptimizer *self, const EtudeOptimizerRange *range)
{
  if (self->setting == range->setting)
    return;
  self->setting = range->setting;
  memcpy (self->numbers, self->settings[range->setting].numbers, sizeof self->numbers);
}

static void
begin_setting (EtudeOptimizer *self, guint i, double lr)
{
  EtudeOptimizerSetting *setting = &self->settings[i];

  self->lr = lr * setting->lr_scale;
  self->memory = setting->memory;
  if (self->weight_decay != NULL)
    *self->weight_decay = isnan (setting->weight_decay) ? self->own_weight_decay : setting->weight_decay;
  get_kind (self)->begin (self);
  memcpy (setting->numbers, self->numbers, sizeof self->numbers);
}

/* All settings grow the powers from where they were; the first comes last, so that what the optimizer
 * says of itself is of the weights that nothing is said of. */
static void
begin_settings (EtudeOptimizer *self, double lr)
{
  double powers[2] = { self->powers[0], self->powers[1] };

  for (guint i = self->n_settings; i-- > 0;)
    {
      memcpy (self->powers, powers, sizeof powers);
      begin_setting (self, i, lr);
    }
  self->setting = 0;
}

/* The parts of a range that are not frozen. Another thread may be at another range: each has the numbers of
 * its own to itself. */
static void
step_parts (const EtudeOptimizer *shared, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeOptimizer own = *shared, *self = &own;

  for (guint i = 0; i < self->n_ranges; i++)
    {
      const EtudeOptimizerRange *range = &self->ranges[i];
      gsize from = MAX (first, range->first), to = MIN (first + n, range->first + range->n);

      if (from >= to)
        continue;
      etude_optimizer_enter (self, range);
      get_kind (self)->step (self, from, to - from, gradient + (from - first));
    }
}

/* --- updates --------------------------------------------------------------------------------- */

void
etude_optimizer_free (EtudeOptimizer *self)
{
  if (self == NULL)
    return;
  etude_object_clear (&self->object);
  etude_memory_free (self->block);
  etude_memory_free (self->memories);
  g_free (self->settings);
  g_free (self->ranges);
  g_free (self);
}

/**
 * etude_optimizer_find_momentum:
 * @optimizer: of a kind of #etude_optimizer_group
 *
 * Returns: (transfer none) (nullable): what a schedule that cycles the momentum acts on: “momentum” where
 *   that is above 0, else “beta1”
 */
const EtudeParam *
etude_optimizer_find_momentum (const EtudeObject *optimizer)
{
  const EtudeParam *momentum = etude_kind_find_param (optimizer->kind, "momentum");

  if (momentum != NULL && *(const double *) etude_param_field (momentum, optimizer->data) > 0)
    return momentum;
  return etude_kind_find_param (optimizer->kind, "beta1");
}

/**
 * etude_optimizer_set_momentum:
 * @self: an optimizer
 * @momentum: that of the coming update, below 1; NaN for its own
 *
 * Comes before etude_optimizer_begin(). Nothing where there is no momentum.
 */
void
etude_optimizer_set_momentum (EtudeOptimizer *self, double momentum)
{
  if (self->momentum != NULL)
    *self->momentum = isnan (momentum) ? self->own_momentum : momentum;
}

/**
 * etude_optimizer_begin:
 * @self: an optimizer
 * @lr: the rate of the coming update; that of its parameters is not looked at
 *
 * Comes before the ranges of an update.
 */
void
etude_optimizer_begin (EtudeOptimizer *self, double lr)
{
  const EtudeOptimizerKind *kind = get_kind (self);

  g_return_if_fail (!self->shows_average);
  self->t++;
  self->lr = lr;
  if (self->t == 1 && kind->start != NULL)
    kind->start (self);
  if (kind->begin == NULL)
    return;
  if (self->is_split)
    begin_settings (self, lr);
  else
    kind->begin (self);
}

/* Ranges of a large layer are too far apart for the processor to see which one comes next. */
static void
fetch (const EtudeOptimizer *self, gsize first, gsize n)
{
  const gsize line = 64 / sizeof (EtudeReal);

  for (gsize i = first; i < first + n; i += line)
    {
      __builtin_prefetch (self->weights + i, 1);
      for (gsize j = 0; j < ETUDE_OPTIMIZER_STATES && self->states[j] != NULL; j++)
        __builtin_prefetch (self->states[j] + i, 1);
    }
}

/**
 * etude_optimizer_step_range:
 * @optimizer: an #EtudeOptimizer that is not etude_optimizer_is_whole()
 * @first: where the range starts in the weights
 * @n: how long it is
 * @gradient: (array length=n) (nullable): the gradient of the range; %NULL: the range comes soon
 *
 * Updates a range, except what is frozen in it. Each weight is in exactly one range of an update; the
 * result does not depend on how they are cut. Several threads may be at ranges of one update.
 */
void
etude_optimizer_step_range (gpointer optimizer, gsize first, gsize n, const EtudeReal *gradient)
{
  EtudeOptimizer *self = optimizer;

  if (gradient == NULL)
    fetch (self, first, n);
  else if (self->is_split)
    step_parts (self, first, n, gradient);
  else
    get_kind (self)->step (self, first, n, gradient);
}

/**
 * etude_optimizer_is_whole:
 * @self: an optimizer
 *
 * Returns: whether an update is made by etude_optimizer_step_whole(), once the gradient is complete,
 *   and not by ranges
 */
gboolean
etude_optimizer_is_whole (const EtudeOptimizer *self)
{
  return get_kind (self)->whole != NULL;
}

/**
 * etude_optimizer_step_whole:
 * @self: an optimizer that etude_optimizer_is_whole()
 * @objective: what the update makes smaller
 *
 * Updates all weights that are not frozen, whose gradient is 0. Allocates nothing.
 */
void
etude_optimizer_step_whole (EtudeOptimizer *self, const EtudeObjective *objective)
{
  get_kind (self)->whole (self, objective);
}

/**
 * etude_optimizer_show_average:
 * @self: an optimizer
 * @show: whether the weights are to be those that its kind evaluates with
 *
 * Some kinds train at one place and give another as their result, a mean over the way. This brings
 * it into the weights, and afterwards, to the last bit, what training goes on from. Other kinds and
 * an optimizer before its first update leave the weights alone.
 */
void
etude_optimizer_show_average (EtudeOptimizer *self, gboolean show)
{
  guint average = get_kind (self)->average;
  EtudeReal *other;

  if (average == 0 || self->t == 0 || self->shows_average == show)
    return;
  other = self->states[average - 1];
  for (guint r = 0; r < self->n_ranges; r++)
    for (gsize i = self->ranges[r].first; i < self->ranges[r].first + self->ranges[r].n; i++)
      {
        EtudeReal weight = self->weights[i];

        self->weights[i] = other[i];
        other[i] = weight;
      }
  self->shows_average = show;
}

/**
 * etude_optimizer_get_effective_rate:
 * @self: an optimizer
 *
 * Returns: the rate that the kind chose for the update that has begun, for weights without a setting
 *   of their own; NaN where it takes the one that it is given
 */
double
etude_optimizer_get_effective_rate (const EtudeOptimizer *self)
{
  return self->effective_lr;
}

/**
 * etude_optimizer_measure_rate:
 * @self: an optimizer
 *
 * Where the kind divides by the size of gradients, each weight has a rate of its own, such as Adam’s
 * lr / (1 - b1^t) / (sqrt (v / (1 - b2^t)) + eps). Weights that are frozen or that have had no gradient
 * yet are left out. Goes over all weights.
 *
 * Returns: the mean of these rates in the last update; NaN before the first and for other kinds
 */
double
etude_optimizer_measure_rate (EtudeOptimizer *self)
{
  double (*rate) (const EtudeOptimizer *self, gsize i) = get_kind (self)->rate;
  double sum = 0;
  gsize n = 0;

  for (guint r = 0; rate != NULL && self->t > 0 && r < self->n_ranges; r++)
    {
      const EtudeOptimizerRange *range = &self->ranges[r];

      etude_optimizer_enter (self, range);
      for (gsize i = range->first; i < range->first + range->n; i++)
        {
          double of_weight = rate (self, i);

          sum += isnan (of_weight) ? 0 : of_weight;
          n += !isnan (of_weight);
        }
    }
  return n > 0 ? sum / (double) n : NAN;
}

/**
 * etude_optimizer_get_n_updates:
 * @self: an optimizer
 *
 * Returns: how many updates have begun
 */
guint64
etude_optimizer_get_n_updates (const EtudeOptimizer *self)
{
  return self->t;
}

/**
 * etude_optimizer_keep:
 * @self: an optimizer that does not show its average
 * @snapshot: takes up or gives back all that the coming updates and etude_optimizer_measure_rate() depend
 *   on, but for the weights
 */
void
etude_optimizer_keep (EtudeOptimizer *self, EtudeSnapshot *snapshot)
{
  const EtudeOptimizerKind *kind = get_kind (self);
  gsize n_states = kind->n_states (self->object.data);

  g_return_if_fail (!self->shows_average);
  etude_snapshot_keep (snapshot, &self->t, sizeof self->t);
  etude_snapshot_keep (snapshot, self->powers, sizeof self->powers);
  etude_snapshot_keep (snapshot, self->numbers, sizeof self->numbers);
  etude_snapshot_keep (snapshot, &self->setting, sizeof self->setting);
  for (guint i = 0; i < self->n_settings; i++)
    etude_snapshot_keep (snapshot, self->settings[i].numbers, sizeof self->settings[i].numbers);
  etude_snapshot_keep (snapshot, self->block, n_states * self->n * sizeof *self->block);
  if (kind->memory_size != NULL)
    etude_snapshot_keep (snapshot, self->memories, self->n_settings * kind->memory_size (self->object.data));
}
