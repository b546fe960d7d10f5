/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/prepare.h"
#include "network/network.h"

G_BEGIN_DECLS

/* Samples between two looks at whether the evaluation is still wanted. */
#define ETUDE_EVALUATION_SLICE 256

gboolean etude_evaluate (EtudeNetwork *network, const EtudePart *part, gsize slice, const gint *cancelled,
                         EtudeTally *tally);

G_END_DECLS
