/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/random.h"
#include "base/real.h"
#include "base/value.h"
#include "base/weight-group.h"
#include "network/goal.h"
#include "network/layer.h"
#include "network/metric.h"

G_BEGIN_DECLS

typedef struct _EtudeNetwork EtudeNetwork;

/**
 * EtudeStepRange:
 * @optimizer: what moves the weights
 * @first: where the range starts in the block of weights
 * @n: how long it is
 * @gradient: (array length=n) (nullable): the gradient of the range; %NULL where the range comes soon, and what
 *   is needed for it can be fetched into the cache meanwhile
 *
 * Updates a range of the weights. In a step every weight is in exactly one range that has a gradient. Where threads share a
 * step, several of them may call it at the same time.
 */
typedef void (*EtudeStepRange) (gpointer optimizer, gsize first, gsize n, const EtudeReal *gradient);

/**
 * EtudeBatch:
 * @inputs: (nullable): [any, n_inputs], row-major: the inputs of a whole part of the data
 * @labels: (nullable): the class of each sample of the part
 * @targets: (nullable): [any, n_targets]: the numbers of each sample of the part
 * @rows: (nullable) (array length=n): which samples; NULL for @first to @first + @n - 1
 * @first: used without @rows
 * @n: how many samples
 * @weight: 0, or etude_network_weigh() of a larger batch that this one is a piece of: then losses and
 *   gradients of all pieces sum up to those of the larger one
 * @bytes: (nullable): the inputs in place of @inputs, before they are scaled: input k is
 *   (byte − offset[k]) · factor[k], rounded to a float
 * @offset: (nullable): [n_inputs]
 * @factor: (nullable): [n_inputs]
 *
 * Some samples of a part of the data.
 */
typedef struct
{
  const float *inputs;
  const gint32 *labels;
  const float *targets;
  const guint32 *rows;
  gsize first;
  gsize n;
  double weight;
  const guint8 *bytes;
  const double *offset;
  const double *factor;
} EtudeBatch;

/**
 * EtudeMoment:
 * @ETUDE_MOMENT_START: nothing has been done
 * @ETUDE_MOMENT_LOAD: the samples are in the memory of the network
 * @ETUDE_MOMENT_FORWARD: one stage has gone forward
 * @ETUDE_MOMENT_LOSS: loss and its gradient are there
 * @ETUDE_MOMENT_BACKWARD: one stage has gone backward; told again of a stage after the slope of its activation
 *   where that is made by itself
 *
 * What a step has just done.
 */
typedef enum
{
  ETUDE_MOMENT_START,
  ETUDE_MOMENT_LOAD,
  ETUDE_MOMENT_FORWARD,
  ETUDE_MOMENT_LOSS,
  ETUDE_MOMENT_BACKWARD,
} EtudeMoment;

/**
 * EtudeMomentFunc:
 * @data: given with the function
 * @moment: what has just been done
 * @stage: by which stage, where it is one
 */
typedef void (*EtudeMomentFunc) (gpointer data, EtudeMoment moment, gsize stage);

/**
 * EtudeNetworkBlock:
 * @layer: (owned by the network): the name of the layer in PyTorch’s state_dict, such as “0”
 * @name: of the block, such as “weight”
 * @n_dims: how many of @dims there are
 * @dims: its shape in PyTorch’s state_dict
 * @is_learned: whether it has a gradient
 *
 * Some numbers of a network that belong together.
 */
typedef struct
{
  const char *layer;
  const char *name;
  guint n_dims;
  gsize dims[4];
  gboolean is_learned;
} EtudeNetworkBlock;

EtudeNetwork *etude_network_new (const EtudeObjects *layers, const EtudeObject *loss, const EtudeShape *input,
                                 const EtudeGoal *goal, gsize max_batch, GError **error);
void etude_network_free (EtudeNetwork *self);
void etude_network_set_threads (EtudeNetwork *self, guint n_threads);
void etude_network_initialise (EtudeNetwork *self, const EtudeObject *initialiser, guint64 seed);

EtudeReal *etude_network_get_weights (EtudeNetwork *self, gsize *n);
EtudeReal *etude_network_get_gradients (EtudeNetwork *self);
EtudeReal *etude_network_get_state (EtudeNetwork *self, gsize *n);
EtudeRandom *etude_network_get_random (EtudeNetwork *self);
guint64 *etude_network_get_passes (EtudeNetwork *self);
GArray *etude_network_get_blocks (const EtudeNetwork *self);
const EtudeWeightGroup *etude_network_get_groups (const EtudeNetwork *self, gsize *n);
gsize etude_network_get_n_numbers (const EtudeNetwork *self);
gsize etude_network_get_n_parameters (const EtudeNetwork *self);
gsize etude_network_get_n_outputs (const EtudeNetwork *self);

double etude_network_weigh (const EtudeNetwork *self, const EtudeBatch *batch);
double etude_network_step (EtudeNetwork *self, const EtudeBatch *batch, EtudeStepRange step, gpointer optimizer);
void etude_network_evaluate (EtudeNetwork *self, const EtudeBatch *batch, EtudeTally *tally);
void etude_network_predict (EtudeNetwork *self, const EtudeBatch *batch, EtudeReal *outputs);

gsize etude_network_get_n_stages (const EtudeNetwork *self);
char *etude_network_dup_stage_title (const EtudeNetwork *self, gsize stage);
void etude_network_watch (EtudeNetwork *self, EtudeMomentFunc func, gpointer data);

void etude_network_forward (EtudeNetwork *self, gsize n, gboolean training, const EtudeReal *inputs,
                            EtudeReal *outputs);
void etude_network_backward (EtudeNetwork *self, gsize n, const EtudeReal *outputs, EtudeReal *inputs);

void etude_network_export_weights (const EtudeNetwork *self, EtudeReal *weights);
void etude_network_export_gradients (const EtudeNetwork *self, EtudeReal *gradients);
void etude_network_import_weights (EtudeNetwork *self, const EtudeReal *weights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeNetwork, etude_network_free)

G_END_DECLS
