/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/snapshot.h"
#include "dataset/prepare.h"
#include "experiment/experiment.h"
#include "network/network.h"
#include "training/rate.h"
#include "training/record.h"
#include "training/safetensors.h"

G_BEGIN_DECLS

typedef struct _EtudeTrainer EtudeTrainer;

EtudeTrainer *etude_trainer_new (const EtudeExperiment *experiment, EtudePrepared *data, GError **error);
void etude_trainer_free (EtudeTrainer *self);
void etude_trainer_set_threads (EtudeTrainer *self, guint n_threads);
void etude_trainer_step (EtudeTrainer *self, EtudeRecord *record);
gboolean etude_trainer_evaluate (EtudeTrainer *self, const gint *cancelled, EtudeRecord *record);
gboolean etude_trainer_predict (EtudeTrainer *self, const EtudeBatch *batch, const gint *cancelled,
                                EtudeReal *outputs);
gboolean etude_trainer_take_mark (EtudeTrainer *self, EtudeRecord *mark);
gboolean etude_trainer_cycles_momentum (EtudeTrainer *self);
gboolean etude_trainer_is_evaluation_due (EtudeTrainer *self);
gboolean etude_trainer_is_stop_due (EtudeTrainer *self);
void etude_trainer_finish (EtudeTrainer *self, EtudeOutcome outcome, const gint *cancelled, EtudeRecord *record);

guint64 etude_trainer_get_step (EtudeTrainer *self);
guint64 etude_trainer_get_n_steps (EtudeTrainer *self);
guint64 etude_trainer_get_updates_per_epoch (EtudeTrainer *self);
gsize etude_trainer_get_n_parameters (EtudeTrainer *self);
gsize etude_trainer_get_n_outputs (EtudeTrainer *self);
const char *const *etude_trainer_get_metric_ids (EtudeTrainer *self, guint *n);
gboolean etude_trainer_has_diverged (EtudeTrainer *self);
guint64 etude_trainer_get_diverged_at (EtudeTrainer *self);
guint64 etude_trainer_get_restored_step (EtudeTrainer *self);
char *etude_trainer_dup_weights_hash (EtudeTrainer *self);
const char *etude_trainer_get_document_hash (EtudeTrainer *self);
EtudeNetwork *etude_trainer_get_network (EtudeTrainer *self);
EtudeRate *etude_trainer_get_rate (EtudeTrainer *self);
gboolean etude_trainer_keep (EtudeTrainer *self, EtudeSnapshot *snapshot);
gboolean etude_trainer_write_weights (EtudeTrainer *self, EtudeFileWriter *out, GError **error);
gboolean etude_trainer_read_weights (EtudeTrainer *self, EtudeTensors *file, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeTrainer, etude_trainer_free)

G_END_DECLS
