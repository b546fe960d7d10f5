/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/kernels.h"

G_BEGIN_DECLS

void etude_kernels_plain_bend (const EtudeCurve *curve, gsize n, const EtudeReal *x, EtudeReal *y);
void etude_kernels_plain_bend_back (const EtudeCurve *curve, gsize n, const EtudeReal *x, const EtudeReal *dy,
                                    EtudeReal *dx);
void etude_kernels_plain_pool (const EtudePooling *p, const EtudeReal *x, EtudeReal *y, guint32 *source, guint32 first);
void etude_kernels_plain_pool_back (const EtudePooling *p, const EtudeReal *x, const EtudeReal *dy,
                                    const guint32 *source, guint32 first, EtudeReal *dx);

extern const EtudeKernels etude_kernels_plain;
extern const EtudeKernels etude_kernels_baseline;
extern const EtudeKernels etude_kernels_v3;
extern const EtudeKernels etude_kernels_v4;

G_END_DECLS
