/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct _EtudeProgress EtudeProgress;

EtudeProgress *etude_progress_new (void);
void etude_progress_free (EtudeProgress *self);
void etude_progress_show (EtudeProgress *self, guint64 done, guint64 total, const char *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeProgress, etude_progress_free)

G_END_DECLS
