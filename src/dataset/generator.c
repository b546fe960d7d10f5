/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/generator.h"

#include <glib/gi18n-lib.h>

#include "dataset/generator-private.h"

static const EtudeChoice scalings[] = {
  [ETUDE_SCALING_NONE] = { "none", N_("None"), N_("Inputs stay as they are") },
  [ETUDE_SCALING_STANDARD] = { "standard", N_("Standard"), N_("Each input gets mean 0 and standard deviation 1") },
  [ETUDE_SCALING_MINMAX] = { "minmax", N_("Range"), N_("Each input gets the range from 0 to 1") },
  [ETUDE_SCALING_ROBUST] = { "robust", N_("Robust"),
                             N_("Each input gets median 0 and a distance of 1 between its quartiles") },
  { NULL }
};

const EtudeParam etude_dataset_common_params[] = {
  { .key = "validation", .label = N_("Validation Share"),
    .help = N_("Share of the samples that is not trained on and measures the result"),
    .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE, .initial = 0.3,
    .offset = G_STRUCT_OFFSET (EtudeDatasetCommon, validation) },
  { .key = "test", .label = N_("Test Share"),
    .help = N_("Share of the samples that is looked at once, after training"),
    .type = ETUDE_PARAM_REAL, .min = 0, .max = 1, .max_open = TRUE, .initial = 0,
    .offset = G_STRUCT_OFFSET (EtudeDatasetCommon, test) },
  { .key = "stratify", .label = N_("Keep Class Shares"),
    .help = N_("Whether each class has the same share in every part"),
    .type = ETUDE_PARAM_BOOLEAN, .initial = 1,
    .offset = G_STRUCT_OFFSET (EtudeDatasetCommon, stratify) },
  { .key = "scaling", .label = N_("Scaling"),
    .help = N_("How inputs are brought to one size; measured on the training part alone"),
    .type = ETUDE_PARAM_CHOICE, .choices = scalings, .initial = ETUDE_SCALING_STANDARD,
    .offset = G_STRUCT_OFFSET (EtudeDatasetCommon, scaling) },
  { .key = "seed", .label = N_("Data Seed"),
    .help = N_("Chooses the random samples and the split; the seed of the training does not change them"),
    .type = ETUDE_PARAM_INTEGER, .min = 0, .max = 9007199254740991, .initial = 1,
    .offset = G_STRUCT_OFFSET (EtudeDatasetCommon, seed) },
  { .key = NULL }
};

static const EtudeKind *const kinds[] = {
  &etude_dataset_moons.kind,
  &etude_dataset_circles.kind,
  &etude_dataset_spiral.kind,
  &etude_dataset_xor.kind,
  &etude_dataset_blobs.kind,
  &etude_dataset_line.kind,
  &etude_dataset_plane.kind,
  &etude_dataset_sine.kind,
  &etude_dataset_sine_gap.kind,
  &etude_dataset_step_function.kind,
  &etude_dataset_polynomial.kind,
  &etude_dataset_iris.kind,
  &etude_dataset_digits.kind,
  &etude_dataset_file.kind,
  NULL
};

const EtudeGroup etude_dataset_group = { "dataset", N_("Data Set"), "dataset", FALSE, kinds };

/**
 * etude_dataset_count:
 * @dataset: a value of #etude_dataset_group
 * @n_samples: (out): how many samples it will have
 *
 * For what needs only the size of an epoch, such as the preview of a schedule.
 *
 * Returns: whether that is known without loading it
 */
gboolean
etude_dataset_count (const EtudeObject *dataset, gsize *n_samples)
{
  const EtudeDatasetKind *kind = (const EtudeDatasetKind *) dataset->kind;

  if (kind == NULL || kind->count == NULL)
    return FALSE;
  *n_samples = kind->count (dataset->data);
  return TRUE;
}
