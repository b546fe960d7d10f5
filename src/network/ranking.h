/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "base/real.h"

G_BEGIN_DECLS

typedef struct _EtudeRanking EtudeRanking;

EtudeRanking *etude_ranking_new (gsize n_classes);
void etude_ranking_free (EtudeRanking *self);
void etude_ranking_reset (EtudeRanking *self);
void etude_ranking_add (EtudeRanking *self, const EtudeReal *outputs, gsize n_outputs, gint32 label);
double etude_ranking_area (EtudeRanking *self);

G_END_DECLS
