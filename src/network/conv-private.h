/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/layer-private.h"

G_BEGIN_DECLS

/* The parameters of a convolution. */
typedef struct
{
  EtudeLayerCommon common;
  guint64 out_channels;
  EtudeExtent kernel_size;
  EtudeExtent stride;
  EtudeExtent padding;
  EtudeExtent dilation;
  guint64 groups;
  gboolean bias;
} EtudeConv;

void etude_conv_groups_forward (const EtudePass *pass);
void etude_conv_groups_backward_inputs (const EtudePass *pass);
void etude_conv_groups_backward_weights (const EtudePass *pass);

G_END_DECLS
