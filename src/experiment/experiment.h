/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"
#include "experiment/training.h"

G_BEGIN_DECLS

/* The format that this program writes; it reads this one and older ones. */
#define ETUDE_FORMAT 1

/**
 * EtudeNetworkSection:
 *
 * The section “network” of a document.
 */
typedef struct
{
  EtudeObjects layers;
  EtudeObject initialiser;
} EtudeNetworkSection;

/**
 * EtudeExperimentFields:
 * @name: (owned): what the person calls it, may be empty
 *
 * All sections of a document: the struct of the one kind of #etude_experiment_group.
 */
typedef struct
{
  char *name;
  EtudeObject dataset;
  EtudeObject network;
  EtudeObject loss;
  EtudeObject optimizer;
  EtudeObject schedule;
  EtudeObject training;
} EtudeExperimentFields;

/**
 * EtudeExperiment:
 * @root: (owned): the value itself, of the kind of #etude_experiment_group
 *
 * The full description of a run. A value: it can be copied, compared, hashed and saved.
 */
typedef struct
{
  EtudeObject root;
} EtudeExperiment;

extern const EtudeGroup etude_experiment_group;
extern const EtudeGroup etude_network_group;

EtudeExperiment *etude_experiment_new (void);
EtudeExperiment *etude_experiment_copy (const EtudeExperiment *self);
void etude_experiment_free (EtudeExperiment *self);
gboolean etude_experiment_equal (const EtudeExperiment *a, const EtudeExperiment *b);
char *etude_experiment_hash (const EtudeExperiment *self, const char *data_sha256);

EtudeExperimentFields *etude_experiment_fields (const EtudeExperiment *self);
EtudeNetworkSection *etude_experiment_network (const EtudeExperiment *self);
EtudeTrainingSection *etude_experiment_training (const EtudeExperiment *self);
double *etude_experiment_rate (const EtudeExperiment *self);
char *etude_experiment_dup_title (const EtudeExperiment *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeExperiment, etude_experiment_free)

G_END_DECLS
