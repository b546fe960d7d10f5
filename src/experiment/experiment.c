/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/experiment.h"

#include <glib/gi18n-lib.h>

#include "base/number.h"
#include "dataset/generator.h"
#include "experiment/json-private.h"
#include "experiment/path.h"
#include "network/initialise.h"
#include "network/layer.h"
#include "network/loss.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

/* The default network: thirty-two units of tanh between the inputs and what the target needs. */
static void
initialise_layers (gpointer field)
{
  EtudeObjects *layers = field;
  const EtudeKind *dense = etude_group_find (&etude_layer_group, "dense");
  EtudeObject *hidden = etude_objects_insert (layers, 0, dense);

  *(guint64 *) etude_param_field (etude_kind_find_param (dense, "units"), hidden->data) = 32;
  etude_objects_insert (layers, 1, etude_group_find (&etude_layer_group, "tanh"));
  etude_objects_insert (layers, 2, dense);
}

/* The default optimizer has the momentum that most people would add first. */
static void
initialise_optimizer (gpointer field)
{
  EtudeObject *optimizer = field;

  etude_object_init (optimizer, etude_group_find (&etude_optimizer_group, "sgd"));
  *(double *) etude_param_field (etude_kind_find_param (optimizer->kind, "momentum"), optimizer->data) = 0.9;
}

static const EtudeParam network_params[] = {
  { .key = "layers", .label = N_("Layers"), .type = ETUDE_PARAM_KINDS, .group = &etude_layer_group,
    .min = 1, .max = 1000, .initialise = initialise_layers,
    .offset = G_STRUCT_OFFSET (EtudeNetworkSection, layers),
    .help = N_("What the inputs go through, in order") },
  { .key = "initialiser", .label = N_("Initialiser"), .type = ETUDE_PARAM_KIND,
    .group = &etude_initialiser_group, .initial_text = "xavier_uniform",
    .offset = G_STRUCT_OFFSET (EtudeNetworkSection, initialiser),
    .help = N_("How the weights are drawn before training") },
  { .key = NULL }
};

static const EtudeKind network_kind = {
  .id = "network", .label = N_("Network"), .help = N_("Layers of weights and activations"),
  .params = network_params, .size = sizeof (EtudeNetworkSection)
};

static const EtudeKind *const network_kinds[] = { &network_kind, NULL };

const EtudeGroup etude_network_group = {
  .id = "network", .label = N_("Network"), .path = "network", .plain = TRUE, .kinds = network_kinds
};

#define SECTION(name, title, of, ...)                                                         \
  { .key = #name, .label = title, .type = ETUDE_PARAM_KIND, .group = &of, __VA_ARGS__,        \
    .offset = G_STRUCT_OFFSET (EtudeExperimentFields, name) }

static const EtudeParam experiment_params[] = {
  { .key = "name", .label = N_("Name"), .type = ETUDE_PARAM_TEXT, .initial_text = "",
    .offset = G_STRUCT_OFFSET (EtudeExperimentFields, name), .help = N_("What you call the experiment") },
  SECTION (dataset, N_("Data"), etude_dataset_group, .initial_text = "moons",
           .help = N_("The samples that are learned from, and those that measure what was learned")),
  SECTION (network, N_("Network"), etude_network_group, .initial_text = "network",
           .help = N_("Layers of weights and activations")),
  SECTION (loss, N_("Loss"), etude_loss_group, .initial_text = "cross_entropy",
           .help = N_("The number that training makes small")),
  SECTION (optimizer, N_("Optimizer"), etude_optimizer_group, .initialise = initialise_optimizer,
           .help = N_("How a gradient and the rate move the weights")),
  SECTION (schedule, N_("Schedule"), etude_schedule_group, .initial_text = "cosine",
           .help = N_("How the rate changes in the course of a run")),
  SECTION (training, N_("Training"), etude_training_group, .initial_text = "training",
           .help = N_("How long, in which portions, from which seed")),
  { .key = NULL }
};

static const EtudeKind experiment_kind = {
  .id = "experiment", .label = N_("Experiment"), .help = N_("The full description of a run"),
  .params = experiment_params, .size = sizeof (EtudeExperimentFields)
};

static const EtudeKind *const experiment_kinds[] = { &experiment_kind, NULL };

const EtudeGroup etude_experiment_group = {
  .id = "experiment", .label = N_("Experiment"), .path = "", .plain = TRUE, .kinds = experiment_kinds
};

/**
 * etude_experiment_new:
 *
 * Returns: (transfer full): the default experiment, which trains well on two moons
 */
EtudeExperiment *
etude_experiment_new (void)
{
  EtudeExperiment *self = g_new0 (EtudeExperiment, 1);

  etude_object_init (&self->root, &experiment_kind);
  return self;
}

EtudeExperiment *
etude_experiment_copy (const EtudeExperiment *self)
{
  EtudeExperiment *copy = g_new0 (EtudeExperiment, 1);

  etude_object_copy (&copy->root, &self->root);
  return copy;
}

void
etude_experiment_free (EtudeExperiment *self)
{
  if (self == NULL)
    return;
  etude_object_clear (&self->root);
  g_free (self);
}

gboolean
etude_experiment_equal (const EtudeExperiment *a, const EtudeExperiment *b)
{
  return etude_object_equal (&a->root, &b->root);
}

/**
 * etude_experiment_hash:
 * @self: a document
 * @data_sha256: (nullable): hash of the contents of its data file, where it has one
 *
 * SHA-256 of the canonical text without blanks and without the name. A data file enters by
 * what is in it, not by where it lies.
 *
 * Returns: (transfer full): 64 hexadecimal digits
 */
char *
etude_experiment_hash (const EtudeExperiment *self, const char *data_sha256)
{
  g_autoptr (EtudeExperiment) plain = etude_experiment_copy (self);
  g_autofree char *text = NULL;
  EtudeObject *dataset = &etude_experiment_fields (plain)->dataset;
  const EtudeParam *path = etude_kind_find_param (dataset->kind, "path");
  const EtudeParam *sha256 = etude_kind_find_param (dataset->kind, "sha256");

  if (path != NULL && sha256 != NULL)
    {
      char **held = etude_param_field (sha256, dataset->data);

      etude_param_read (path, "", etude_param_field (path, dataset->data), NULL);
      if (data_sha256 != NULL)
        {
          g_free (*held);
          *held = g_strdup (data_sha256);
        }
    }
  text = etude_experiment_write_for_hash (plain);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/**
 * etude_experiment_fields:
 * @self: a document
 *
 * Returns: (transfer none): its sections; to be changed only in a document that is one’s own
 */
EtudeExperimentFields *
etude_experiment_fields (const EtudeExperiment *self)
{
  return self->root.data;
}

EtudeNetworkSection *
etude_experiment_network (const EtudeExperiment *self)
{
  return etude_experiment_fields (self)->network.data;
}

EtudeTrainingSection *
etude_experiment_training (const EtudeExperiment *self)
{
  return etude_experiment_fields (self)->training.data;
}

/**
 * etude_experiment_rate:
 * @self: a document
 *
 * Returns: (transfer none): the learning rate of its optimizer, which every optimizer has
 */
double *
etude_experiment_rate (const EtudeExperiment *self)
{
  EtudeObject *optimizer = &etude_experiment_fields (self)->optimizer;

  return etude_param_field (etude_kind_find_param (optimizer->kind, "lr"), optimizer->data);
}

/**
 * etude_experiment_dup_title:
 * @self: a document
 *
 * Returns: (transfer full): its name, or what its data are called where it has none
 */
char *
etude_experiment_dup_title (const EtudeExperiment *self)
{
  const EtudeExperimentFields *fields = etude_experiment_fields (self);
  EtudePlace place;

  if (*fields->name != '\0')
    return g_strdup (fields->name);
  if (etude_experiment_find (self, "dataset.path", &place, NULL) && **(char **) place.field != '\0')
    {
      g_autofree char *base = g_path_get_basename (*(char **) place.field);

      return g_filename_display_name (base);
    }
  return g_strdup (_(fields->dataset.kind->label));
}
