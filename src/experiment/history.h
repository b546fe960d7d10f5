/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

typedef struct _EtudeHistory EtudeHistory;

EtudeHistory *etude_history_new (const EtudeExperiment *first);
void etude_history_free (EtudeHistory *self);
const EtudeExperiment *etude_history_get_current (EtudeHistory *self);
gboolean etude_history_push (EtudeHistory *self, const EtudeExperiment *value, const char *what);
gboolean etude_history_amend (EtudeHistory *self, const EtudeExperiment *value);
void etude_history_move (EtudeHistory *self, const char *from, const char *to);
void etude_history_seal (EtudeHistory *self);
gboolean etude_history_undo (EtudeHistory *self);
gboolean etude_history_redo (EtudeHistory *self);
guint etude_history_get_place (EtudeHistory *self);
gboolean etude_history_can_undo (EtudeHistory *self);
gboolean etude_history_can_redo (EtudeHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeHistory, etude_history_free)

G_END_DECLS
