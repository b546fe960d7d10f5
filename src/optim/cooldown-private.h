/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "optim/schedule.h"

G_BEGIN_DECLS

/* The struct of every kind of cool-down. */
typedef struct
{
  EtudeLength length;
  double end_factor;
} EtudeCooldown;

double etude_cooldown_factor (const EtudeObject *cooldown, guint64 t, guint64 n_cooldown);

G_END_DECLS
