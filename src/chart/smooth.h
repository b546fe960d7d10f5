/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/series.h"

G_BEGIN_DECLS

#define ETUDE_MAX_SMOOTHING 0.99

typedef struct _EtudeSmoothed EtudeSmoothed;

EtudeSmoothed *etude_smoothed_new (const EtudeSeries *series, double smoothing);
void etude_smoothed_free (EtudeSmoothed *self);
const double *etude_smoothed_get (EtudeSmoothed *self, gsize *n);

G_END_DECLS
