/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/trainer.h"

G_BEGIN_DECLS

/* A larger one would hold up what trains and what stores it. */
#define ETUDE_CHECKPOINT_MAX ((gsize) 64 << 20)

gsize etude_checkpoint_measure (EtudeTrainer *trainer);
GBytes *etude_checkpoint_take (EtudeTrainer *trainer, GError **error);
guint64 etude_checkpoint_get_step (GBytes *checkpoint);
gboolean etude_checkpoint_restore (EtudeTrainer *trainer, GBytes *checkpoint, GError **error);

G_END_DECLS
