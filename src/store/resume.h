/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"
#include "training/run.h"

G_BEGIN_DECLS

gboolean etude_resume_is_possible (EtudeStore *store, const EtudeRun *run);
gboolean etude_resume_check (EtudeStore *store, const EtudeRun *run, GError **error);
gboolean etude_resume_begin (EtudeStore *store, EtudeRun *run, EtudeTrainer *trainer, GError **error);

G_END_DECLS
