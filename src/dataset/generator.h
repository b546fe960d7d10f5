/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/dataset.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_SCALING_NONE,
  ETUDE_SCALING_STANDARD,
  ETUDE_SCALING_MINMAX,
  ETUDE_SCALING_ROBUST,
} EtudeScaling;

/**
 * EtudeDatasetCommon:
 * @validation: share of the samples that validate
 * @test: share that is kept for the end
 * @stratify: whether each part has the same shares of classes
 * @scaling: an EtudeScaling
 * @seed: of generation and split
 *
 * What every kind of data set has; the first member of each kind's struct.
 */
typedef struct
{
  double validation;
  double test;
  gboolean stratify;
  guint scaling;
  guint64 seed;
} EtudeDatasetCommon;

/**
 * EtudeDatasetKind:
 * @kind: what the catalogue says of it
 * @load: makes the samples, without the description of its columns
 * @count: number of samples, known without loading them; NULL where it is not
 */
typedef struct
{
  EtudeKind kind;
  EtudeDataset *(*load) (const EtudeDatasetCommon *how, const char *folder,
                         GCancellable *cancellable, GError **error);
  gsize (*count) (const EtudeDatasetCommon *how);
} EtudeDatasetKind;

extern const EtudeGroup etude_dataset_group;

gboolean etude_dataset_count (const EtudeObject *dataset, gsize *n_samples);

G_END_DECLS
