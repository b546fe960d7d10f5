/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/wake.h"
#include "training/predictions.h"
#include "training/trainer.h"

G_BEGIN_DECLS

/**
 * EtudeWorkerState:
 *
 * What the thread is doing, as last seen from outside.
 */
typedef enum
{
  ETUDE_WORKER_PAUSED,
  ETUDE_WORKER_RUNNING,
  ETUDE_WORKER_FINISHED,
} EtudeWorkerState;

/* Steps a second that stand for “as fast as it goes”. */
#define ETUDE_FULL_SPEED 0

typedef struct _EtudeWorker EtudeWorker;

EtudeWorker *etude_worker_new (EtudeTrainer *trainer, EtudeWake *wake, guint steps_per_second);
EtudeWorker *etude_worker_new_from (EtudeTrainer *trainer, guint64 step, EtudeWake *wake, guint steps_per_second);
void etude_worker_free (EtudeWorker *self);
void etude_worker_resume (EtudeWorker *self);
void etude_worker_pause (EtudeWorker *self);
void etude_worker_step (EtudeWorker *self);
void etude_worker_epoch (EtudeWorker *self);
void etude_worker_stop (EtudeWorker *self);
void etude_worker_stop_at (EtudeWorker *self, guint64 step);
void etude_worker_set_rate_factor (EtudeWorker *self, double factor);
void etude_worker_ask_checkpoint (EtudeWorker *self);
GBytes *etude_worker_take_checkpoint (EtudeWorker *self, gint64 *cost);
gsize etude_worker_get_checkpoint_size (EtudeWorker *self);
gboolean etude_worker_is_drained (EtudeWorker *self);
void etude_worker_set_speed (EtudeWorker *self, guint steps_per_second);
EtudeWorkerState etude_worker_get_state (EtudeWorker *self);
gboolean etude_worker_pop (EtudeWorker *self, EtudeRecord *record);
void etude_worker_show_predictions (EtudeWorker *self, EtudePrepared *data);
void etude_worker_hide_predictions (EtudeWorker *self);
gboolean etude_worker_take_predictions (EtudeWorker *self, EtudePredictions **predictions);
EtudeTrainer *etude_worker_join (EtudeWorker *self);
EtudeTrainer *etude_worker_take_trainer (EtudeWorker *self);
EtudeTrainer *etude_worker_get_paused_trainer (EtudeWorker *self);
double etude_worker_get_seconds (EtudeWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeWorker, etude_worker_free)

G_END_DECLS
