/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/dataset.h"
#include "dataset/generator.h"

G_BEGIN_DECLS

/**
 * EtudePart:
 * @n: samples
 * @inputs: (nullable): [n, n_inputs], scaled
 * @bytes: (nullable): [n, n_inputs], in place of @inputs where the data set has them: they are scaled when
 *   they are used, see etude_prepared_get_inputs()
 * @offset: (not owned): [n_inputs]
 * @factor: (not owned): [n_inputs]
 * @labels: (nullable): [n], for classification
 * @targets: (nullable): [n, n_targets], for regression, not scaled
 * @rows: [n], where each sample stands in the data set
 */
typedef struct
{
  gsize n;
  float *inputs;
  guint8 *bytes;
  const double *offset;
  const double *factor;
  gint32 *labels;
  float *targets;
  guint32 *rows;
} EtudePart;

/**
 * EtudePrepared:
 * @dataset: what it was made of
 * @n_inputs: inputs of a sample
 * @offset: [n_inputs]
 * @factor: [n_inputs]
 * @train: what the weights learn from
 * @validation: what tells how well; may be empty
 * @test: what is kept for the end; may be empty
 *
 * A data set split into parts and scaled: scaled = (input − offset) · factor. Counted; nothing
 * changes it, so any number of threads may read it.
 */
typedef struct
{
  EtudeDataset *dataset;
  gsize n_inputs;
  double *offset;
  double *factor;
  EtudePart train;
  EtudePart validation;
  EtudePart test;
} EtudePrepared;

/**
 * EtudeSplit:
 *
 * How many samples each part has.
 */
typedef struct
{
  gsize n_train;
  gsize n_validation;
  gsize n_test;
} EtudeSplit;

gboolean etude_split_count (gsize n_samples, const EtudeDatasetCommon *how, EtudeSplit *split,
                            GError **error);
EtudePrepared *etude_prepare (EtudeDataset *dataset, const EtudeDatasetCommon *how, GError **error);
void etude_prepared_get_inputs (const EtudePrepared *self, const EtudePart *part, gsize row, float *inputs);
EtudePrepared *etude_prepared_ref (EtudePrepared *self);
void etude_prepared_unref (EtudePrepared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudePrepared, etude_prepared_unref)

G_END_DECLS
