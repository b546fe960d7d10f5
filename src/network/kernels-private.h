/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/kernels.h"

G_BEGIN_DECLS

extern const EtudeKernels etude_kernels_plain;
extern const EtudeKernels etude_kernels_baseline;
extern const EtudeKernels etude_kernels_v3;
extern const EtudeKernels etude_kernels_v4;

G_END_DECLS
