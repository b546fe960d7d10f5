/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/trainer.h"

G_BEGIN_DECLS

/**
 * EtudeStageCost:
 * @title: (owned): which stage
 * @forward: seconds for each update
 * @backward: likewise
 */
typedef struct
{
  char *title;
  double forward;
  double backward;
} EtudeStageCost;

/**
 * EtudeProfile:
 * @n_updates: over how many updates; 0 where it was cancelled
 * @n_samples: of an update, in the mean
 * @update: seconds of one, as a run makes it
 * @load: seconds of it that bring the samples together
 * @loss: for the loss and its gradient
 * @optimizer: for what is done with the gradients, clipping and averages included
 * @n_stages: how many of @stages there are
 * @stages: (owned): in the order of the network
 *
 * What an update spends its time with. The parts are measured one by one, so their sum is more than
 * @update: in a run gradients go to the optimizer while they are in cache, and no clock is read.
 */
typedef struct
{
  guint64 n_updates;
  double n_samples;
  double update;
  double load;
  double loss;
  double optimizer;
  gsize n_stages;
  EtudeStageCost *stages;
} EtudeProfile;

EtudeProfile *etude_profile_new (const EtudeExperiment *experiment, EtudePrepared *data, const gint *cancelled,
                                 GError **error);
void etude_profile_free (EtudeProfile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeProfile, etude_profile_free)

G_END_DECLS
