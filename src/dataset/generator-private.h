/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/generator.h"

G_BEGIN_DECLS

/* Samples that are made between two looks at the cancellable. */
#define ETUDE_GENERATE_SLICE 65536

/* The keys of what is generated, for a struct with fields of these names. */
#define ETUDE_SAMPLES_PARAM(Struct) \
  { .key = "samples", .label = N_("Samples"), .help = N_("How many points are generated"), \
    .type = ETUDE_PARAM_INTEGER, .scale = ETUDE_SCALE_LOG, .min = 2, .max = 1e7, .initial = 1000, \
    .offset = G_STRUCT_OFFSET (Struct, samples) }
#define ETUDE_NOISE_PARAM(Struct, value) \
  { .key = "noise", .label = N_("Noise"), \
    .help = N_("Standard deviation of the normal noise on each point, before scaling"), \
    .type = ETUDE_PARAM_REAL, .min = 0, .max = 100, .initial = value, \
    .offset = G_STRUCT_OFFSET (Struct, noise) }

/* What every kind of data set has in front of its own parameters. */
extern const EtudeParam etude_dataset_common_params[];

extern const EtudeDatasetKind etude_dataset_moons;
extern const EtudeDatasetKind etude_dataset_circles;
extern const EtudeDatasetKind etude_dataset_spiral;
extern const EtudeDatasetKind etude_dataset_xor;
extern const EtudeDatasetKind etude_dataset_blobs;
extern const EtudeDatasetKind etude_dataset_line;
extern const EtudeDatasetKind etude_dataset_plane;
extern const EtudeDatasetKind etude_dataset_sine;
extern const EtudeDatasetKind etude_dataset_sine_gap;
extern const EtudeDatasetKind etude_dataset_step_function;
extern const EtudeDatasetKind etude_dataset_polynomial;
extern const EtudeDatasetKind etude_dataset_iris;
extern const EtudeDatasetKind etude_dataset_digits;
extern const EtudeDatasetKind etude_dataset_file;

G_END_DECLS
