/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/profile.h"

#include <time.h>

#include "experiment/path.h"
#include "experiment/plan.h"

/* Long enough that one disturbance does not count. */
#define SECONDS 0.3
#define LEAST_UPDATES 3

typedef struct
{
  EtudeProfile *profile;
  double last;
  gboolean is_within;
} Watch;

static double
read_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static void
on_moment (gpointer data, EtudeMoment moment, gsize stage)
{
  Watch *self = data;
  EtudeProfile *profile = self->profile;
  double spent = read_clock () - self->last;

  switch (moment)
    {
    case ETUDE_MOMENT_START: /* of a pass after the first of an update */
      profile->optimizer += self->is_within ? spent : 0;
      self->is_within = TRUE;
      break;
    case ETUDE_MOMENT_LOAD:
      profile->load += spent;
      break;
    case ETUDE_MOMENT_FORWARD:
      profile->stages[stage].forward += spent;
      break;
    case ETUDE_MOMENT_LOSS:
      profile->loss += spent;
      break;
    case ETUDE_MOMENT_BACKWARD:
      profile->stages[stage].backward += spent;
      break;
    }
  self->last = read_clock ();
}

/* Updates for a while; returns how many, and the seconds that they took. */
static guint64
make_updates (EtudeTrainer *trainer, const gint *cancelled, Watch *watch, double *seconds)
{
  double start = read_clock (), now = start;
  guint64 n = 0;
  EtudeRecord record;

  while (!g_atomic_int_get (cancelled) && (n < LEAST_UPDATES || now - start < SECONDS))
    {
      etude_trainer_step (trainer, &record);
      n++;
      now = read_clock ();
      if (watch == NULL)
        continue;
      watch->profile->optimizer += now - watch->last;
      watch->is_within = FALSE;
    }
  *seconds = now - start;
  return n;
}

static void
divide (EtudeProfile *self, guint64 n)
{
  double share = n > 0 ? 1 / (double) n : 0;

  self->load *= share;
  self->loss *= share;
  self->optimizer *= share;
  for (gsize i = 0; i < self->n_stages; i++)
    {
      self->stages[i].forward *= share;
      self->stages[i].backward *= share;
    }
}

/* The same work without an end: the weights hardly move, so that nothing diverges. */
static EtudeTrainer *
make_trainer (const EtudeExperiment *experiment, EtudePrepared *data, GError **error)
{
  g_autoptr (EtudeExperiment) endless = etude_experiment_copy (experiment);

  etude_experiment_training (endless)->steps = 1000000000000;
  *etude_experiment_rate (endless) = 1e-9;
  /* L-BFGS would see that it hardly moves, and give up. */
  etude_experiment_set (endless, "optimizer.tolerance_grad", "0", NULL);
  etude_experiment_set (endless, "optimizer.tolerance_change", "0", NULL);
  if (!etude_experiment_set (endless, "schedule", "constant", error))
    return NULL;
  return etude_trainer_new (endless, data, error);
}

/* The last update of an epoch may have fewer. */
static double
count_samples (const EtudeExperiment *experiment, gsize n)
{
  const EtudeTrainingSection *training = etude_experiment_training (experiment);
  gsize batch = (gsize) MIN (training->batch_size, n);

  return (double) (training->drop_last ? n - n % batch : n) / (double) etude_training_updates_per_epoch (training, n);
}

/**
 * etude_profile_new:
 * @experiment: a document
 * @data: its data, prepared
 * @cancelled: read atomically between updates
 * @error: set where no trainer can be made
 *
 * Measures for about a second, with a trainer of its own.
 *
 * Returns: (transfer full) (nullable): what was measured
 */
EtudeProfile *
etude_profile_new (const EtudeExperiment *experiment, EtudePrepared *data, const gint *cancelled, GError **error)
{
  g_autoptr (EtudeTrainer) trainer = make_trainer (experiment, data, error);
  EtudeNetwork *network;
  EtudeProfile *self;
  Watch watch = { 0 };
  double seconds;
  guint64 n;

  if (trainer == NULL)
    return NULL;
  network = etude_trainer_get_network (trainer);
  self = watch.profile = g_new0 (EtudeProfile, 1);
  self->n_stages = etude_network_get_n_stages (network);
  self->stages = g_new0 (EtudeStageCost, self->n_stages);
  for (gsize i = 0; i < self->n_stages; i++)
    self->stages[i].title = etude_network_dup_stage_title (network, i);
  make_updates (trainer, cancelled, NULL, &seconds); /* caches and clock rates settle */
  etude_network_watch (network, on_moment, &watch);
  n = make_updates (trainer, cancelled, &watch, &seconds);
  etude_network_watch (network, NULL, NULL);
  divide (self, n);
  self->n_updates = make_updates (trainer, cancelled, NULL, &seconds);
  self->update = self->n_updates > 0 ? seconds / (double) self->n_updates : 0;
  self->n_samples = count_samples (experiment, data->train.n);
  return self;
}

void
etude_profile_free (EtudeProfile *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < self->n_stages; i++)
    g_free (self->stages[i].title);
  g_free (self->stages);
  g_free (self);
}
