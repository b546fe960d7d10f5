/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/groups.h"

#include "dataset/generator.h"
#include "experiment/experiment.h"
#include "network/initialise.h"
#include "network/layer.h"
#include "network/loss.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "training/test-function.h"

static const EtudeGroup *const groups[] = {
  &etude_dataset_group,
  &etude_network_group,
  &etude_layer_group,
  &etude_initialiser_group,
  &etude_loss_group,
  &etude_metric_group,
  &etude_optimizer_group,
  &etude_schedule_group,
  &etude_warmup_group,
  &etude_cooldown_group,
  &etude_training_group,
  &etude_early_stopping_group,
  &etude_function_group,
  NULL
};

/**
 * etude_groups_list:
 *
 * Where the command line, the window and the generated documentation start.
 *
 * Returns: (transfer none): all groups of the catalogue, ends with NULL
 */
const EtudeGroup *const *
etude_groups_list (void)
{
  return groups;
}
