/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"

G_BEGIN_DECLS

/* The struct of every kind of warm-up. */
typedef struct
{
  EtudeLength length;
  double start_factor;
  gboolean prefix;
} EtudeWarmup;

double etude_warmup_factor (const EtudeObject *warmup, guint64 t, guint64 n_warmup);

G_END_DECLS
