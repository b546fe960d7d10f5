/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/generator.h"

G_BEGIN_DECLS

/* What every kind of data set has in front of its own parameters. */
extern const EtudeParam etude_dataset_common_params[];

extern const EtudeDatasetKind etude_dataset_moons;
extern const EtudeDatasetKind etude_dataset_circles;
extern const EtudeDatasetKind etude_dataset_spiral;
extern const EtudeDatasetKind etude_dataset_xor;
extern const EtudeDatasetKind etude_dataset_blobs;
extern const EtudeDatasetKind etude_dataset_iris;
extern const EtudeDatasetKind etude_dataset_digits;
extern const EtudeDatasetKind etude_dataset_file;

G_END_DECLS
