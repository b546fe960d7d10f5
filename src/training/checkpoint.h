/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/trainer.h"

G_BEGIN_DECLS

GBytes *etude_checkpoint_take (EtudeTrainer *trainer, GError **error);
gboolean etude_checkpoint_restore (EtudeTrainer *trainer, GBytes *checkpoint, GError **error);

G_END_DECLS
