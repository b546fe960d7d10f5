/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeWeightGroup:
 * @first: where the range starts in the block of weights
 * @n: how long it is
 * @lr_scale: what the rate is multiplied by
 * @lr_scale_of: (nullable): the layer that says so, such as “0” or “1.layers.0”, where it is not 1
 * @weight_decay: in place of the optimizer’s; NaN for that one
 * @weight_decay_of: (nullable): the layer that says so, where it is a number
 * @is_frozen: nothing in the range is ever changed
 *
 * A range of weights that is updated in a way of its own.
 */
typedef struct
{
  gsize first;
  gsize n;
  double lr_scale;
  const char *lr_scale_of;
  double weight_decay;
  const char *weight_decay_of;
  gboolean is_frozen;
} EtudeWeightGroup;

G_END_DECLS
