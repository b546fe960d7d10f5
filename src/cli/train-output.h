/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/prepare.h"
#include "training/run.h"
#include "training/trainer.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_TRAIN_OUTPUT_SUMMARY,
  ETUDE_TRAIN_OUTPUT_CSV,
  ETUDE_TRAIN_OUTPUT_JSON,
} EtudeTrainFormat;

typedef struct _EtudeTrainOutput EtudeTrainOutput;

EtudeTrainOutput *etude_train_output_new (EtudeTrainFormat format, guint64 every, const EtudeRun *run);
void etude_train_output_free (EtudeTrainOutput *self);
void etude_train_output_header (EtudeTrainOutput *self);
void etude_train_output_start (EtudeTrainOutput *self, EtudeTrainer *trainer, const EtudePrepared *data,
                               gboolean is_stored);
void etude_train_output_record (EtudeTrainOutput *self, const EtudeRecord *record);
void etude_train_output_end (EtudeTrainOutput *self, EtudeTrainer *trainer);
GString *etude_train_output_get_text (EtudeTrainOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeTrainOutput, etude_train_output_free)

G_END_DECLS
