/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/layer-private.h"
#include "network/loss.h"
#include "network/network.h"

G_BEGIN_DECLS

/* What hands the tiles of one stage over to the optimizer. */
typedef struct
{
  EtudeStepRange step;
  gpointer optimizer;
  gsize first;
} EtudeTileStep;

/**
 * EtudeStage:
 * @kind: the layer
 * @name: (owned): of the layer, as in PyTorch’s state_dict
 * @blocks: what it keeps
 * @places: where each block starts, among the weights or the state
 * @first: where its weights start in the block of weights
 * @n_weights: how many numbers, padding included, its weights have there
 * @cost: about how many operations a sample takes forward
 * @n_tiled: how many of these, from @first on, are handed over in tiles
 * @from: the stage whose output it takes; G_MAXSIZE for the inputs of the network
 * @skip: the stage whose output is added to it
 * @is_side: it is on the shorter of two ways, and has gradients of its own
 * @keys: what holds for its weights
 * @needs_dx: whether something before it learns
 * @pass: what never changes from one pass to the next is set for good
 *
 * One pass over the activations.
 */
typedef struct
{
  const EtudeLayerKind *kind;
  char *name;
  EtudeBlock blocks[ETUDE_MAX_BLOCKS];
  gsize places[ETUDE_MAX_BLOCKS];
  gsize first;
  gsize n_weights;
  double cost;
  gsize n_tiled;
  gsize from;
  gsize skip;
  gboolean is_side;
  EtudeLayerKeys keys;
  gboolean needs_dx;
  EtudeReal *dx;
  EtudeTileStep tile;
  EtudePass pass;
} EtudeStage;

/*
 * @layers: (owned): what the stages look their parameters up in
 * @projections: (owned): layers that no document has, of the same use
 * @stages: (owned)
 * @lowest: the first stage that learns: the way back ends there
 * @groups: (owned) (nullable): NULL where all weights are updated alike
 * @block: (owned): all of the following in one
 * @weights, @gradients: [n_weights]: each stage’s blocks, padding zero
 * @state: [n_state]: what is kept but not learned
 * @inputs: [capacity, input.stride]: the samples of a batch
 * @targets: [capacity, n_targets]
 * @slope: the gradient by the outputs, which the way back starts with
 * @labels: (owned): [capacity]
 * @n_passes: forward passes in training mode
 * @n_scratch: numbers of the scratch of all stages
 * @team: (owned) (nullable): who shares the work of large steps
 * @least_step: operations from which on it does
 * @least_stage: operations of one stage from which on it is shared
 * @shares: whether the present step is shared
 * @watch: (nullable): told of each part of a step
 */
struct _EtudeNetwork
{
  const EtudeKernels *kernels;
  EtudeGoal goal;
  EtudeLoss *loss;
  EtudeObjects layers;
  EtudeObjects projections;
  EtudeStage *stages;
  gsize n_stages;
  gsize lowest;
  EtudeWeightGroup *groups;
  gsize n_groups;
  EtudeLayout input;
  gsize n_inputs;
  gsize n_outputs;
  gsize n_weights;
  gsize n_state;
  gsize n_parameters;
  gsize capacity;
  EtudeRandom random;
  guint64 n_passes;
  EtudeReal *block;
  EtudeReal *weights;
  EtudeReal *gradients;
  EtudeReal *state;
  EtudeReal *inputs;
  EtudeReal *targets;
  EtudeReal *slope;
  gint32 *labels;
  gsize n_scratch;
  EtudeTeam *team;
  double least_step;
  double least_stage;
  gboolean shares;
  EtudeMomentFunc watch;
  gpointer watch_data;
};

void etude_network_share (EtudeNetwork *self, guint n_threads, double least_step, double least_stage);
gboolean etude_network_build (EtudeNetwork *self, const EtudeObjects *layers, const EtudeShape *input, GError **error);

G_END_DECLS
