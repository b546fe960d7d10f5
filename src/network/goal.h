/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeGoal:
 * @n_classes: how many classes; 0 where numbers are to be predicted
 * @n_targets: columns of numbers; 0 where classes are to be predicted
 *
 * What the data ask of a network. Exactly one of the two is above 0.
 */
typedef struct
{
  gsize n_classes;
  gsize n_targets;
} EtudeGoal;

G_END_DECLS
