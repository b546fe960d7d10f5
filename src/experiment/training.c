/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/training.h"

#include <glib/gi18n-lib.h>

#include "optim/flat.h"

static const EtudeChoice norm_types[] = {
  [ETUDE_NORM_2] = { "2", N_("2-Norm"), N_("The root of the sum of its squares") },
  [ETUDE_NORM_INF] = { "inf", N_("Largest"), N_("The size of its largest number") },
  { NULL }
};

static const EtudeParam early_stopping_params[] = {
  { .key = "metric", .label = N_("Watches"), .type = ETUDE_PARAM_TEXT, .initial_text = "validation_loss",
    .offset = G_STRUCT_OFFSET (EtudeEarlyStopping, metric),
    .help = N_("validation_loss, train_loss, or a metric such as accuracy") },
  { .key = "patience", .label = N_("Patience"), .unit = N_("evaluations"), .type = ETUDE_PARAM_INTEGER, .min = 0,
    .max = 1e6, .initial = 10, .offset = G_STRUCT_OFFSET (EtudeEarlyStopping, patience),
    .help = N_("After how many evaluations in a row that are no better the run ends") },
  { .key = "min_delta", .label = N_("Least Progress"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1e6, .offset = G_STRUCT_OFFSET (EtudeEarlyStopping, min_delta),
    .help = N_("A change that is not larger than this is no progress") },
  { .key = "restore_best", .label = N_("Restore the Best Weights"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (EtudeEarlyStopping, restore_best),
    .help = N_("The result is the network as it was at its best evaluation") },
  { .key = NULL }
};

static const EtudeKind early_stopping_kind = {
  .id = "early_stopping", .label = N_("Early Stopping"), .help = N_("Ends a run that no longer gets better"),
  .source = "lightning/pytorch/callbacks/early_stopping.py",
  .params = early_stopping_params, .size = sizeof (EtudeEarlyStopping)
};

static const EtudeKind *const early_stopping_kinds[] = { &early_stopping_kind, NULL };

const EtudeGroup etude_early_stopping_group = {
  .id = "early_stopping", .label = N_("Early Stopping"), .path = "training.early_stopping", .plain = TRUE,
  .kinds = early_stopping_kinds
};

static const EtudeParam training_params[] = {
  { .key = "batch_size", .label = N_("Batch Size"), .unit = N_("samples"), .type = ETUDE_PARAM_INTEGER,
    .scale = ETUDE_SCALE_LOG, .min = 1, .max = 1000000, .initial = 32,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, batch_size),
    .help = N_("Samples whose mean gradient makes one update") },
  { .key = "epochs", .label = N_("Epochs"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1000000, .initial = 30, .offset = G_STRUCT_OFFSET (EtudeTrainingSection, epochs),
    .help = N_("How often each training sample is seen") },
  { .key = "steps", .label = N_("Steps"), .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG,
    .min = 1, .max = 1e12, .initial_auto = TRUE, .automatic = N_("as many as the epochs make"),
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, steps),
    .help = N_("Updates in the whole run; where given, it counts and not the epochs") },
  { .key = "seed", .label = N_("Seed"), .type = ETUDE_PARAM_INTEGER, .min = 0, .max = 9007199254740991.0,
    .initial = 1, .offset = G_STRUCT_OFFSET (EtudeTrainingSection, seed),
    .help = N_("Where the random numbers for the weights and the order of samples start") },
  { .key = "shuffle", .label = N_("Shuffle"), .type = ETUDE_PARAM_BOOLEAN, .initial = TRUE,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, shuffle),
    .help = N_("New random order of the training samples in each epoch") },
  { .key = "drop_last", .label = N_("Drop Last Batch"), .type = ETUDE_PARAM_BOOLEAN,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, drop_last),
    .help = N_("Leaves out the last batch of an epoch when it is not full") },
  { .key = "accumulate", .label = N_("Accumulate"), .unit = N_("batches"), .type = ETUDE_PARAM_INTEGER,
    .scale = ETUDE_SCALE_LOG, .min = 1, .max = 1e6, .initial = 1,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, accumulate),
    .help = N_("Batches whose gradients make one update together, as one large batch would") },
  { .key = "clip_norm", .label = N_("Clip Norm"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1e6, .offset = G_STRUCT_OFFSET (EtudeTrainingSection, clip_norm),
    .help = N_("Shortens a gradient that is longer than this; 0 does not") },
  { .key = "clip_norm_type", .label = N_("Norm Is"), .type = ETUDE_PARAM_CHOICE, .choices = norm_types,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, clip_norm_type),
    .help = N_("How the length of a gradient is measured") },
  { .key = "clip_value", .label = N_("Clip Value"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1e6, .offset = G_STRUCT_OFFSET (EtudeTrainingSection, clip_value),
    .help = N_("Cuts off each number of a gradient at this size, after its norm is clipped; 0 does not") },
  { .key = "l1", .label = N_("L1 Penalty"), .type = ETUDE_PARAM_REAL, .scale = ETUDE_SCALE_LOG, .min = 0,
    .max = 1000, .offset = G_STRUCT_OFFSET (EtudeTrainingSection, l1),
    .help = N_("Draws all weights to zero by this rate; it is in the gradient, not in the loss that is shown") },
  { .key = "ema", .label = N_("Average of Weights"), .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, ema),
    .help = N_("How much the average keeps at each update, such as 0.99; it is what is evaluated. 0 is off") },
  { .key = "evaluate_every", .label = N_("Evaluate Every"), .type = ETUDE_PARAM_LENGTH, .min_open = TRUE, .initial_text = "1 epochs",
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, evaluate_every),
    .help = N_("How long from one evaluation to the next: steps, epochs, or a share of the run") },
  { .key = "early_stopping", .label = N_("Early Stopping"), .type = ETUDE_PARAM_KIND,
    .group = &etude_early_stopping_group, .nullable = TRUE,
    .offset = G_STRUCT_OFFSET (EtudeTrainingSection, early_stopping),
    .help = N_("Ends a run that no longer gets better") },
  { .key = NULL }
};

static const EtudeKind training_kind = {
  .id = "training", .label = N_("Training"), .help = N_("How long, in which portions, from which seed"),
  .params = training_params, .size = sizeof (EtudeTrainingSection)
};

static const EtudeKind *const training_kinds[] = { &training_kind, NULL };

const EtudeGroup etude_training_group = {
  .id = "training", .label = N_("Training"), .path = "training", .plain = TRUE, .kinds = training_kinds
};
