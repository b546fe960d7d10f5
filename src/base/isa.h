/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeIsa:
 * @ETUDE_ISA_PLAIN: plain C, on processors other than x86-64
 * @ETUDE_ISA_BASELINE: what every x86-64 has, four floats at a time
 * @ETUDE_ISA_V3: x86-64-v3 (AVX2, FMA), eight floats
 * @ETUDE_ISA_V4: x86-64-v4 (AVX-512), sixteen floats
 *
 * Which of the kernels that are compiled several times is to run.
 */
typedef enum
{
  ETUDE_ISA_PLAIN,
  ETUDE_ISA_BASELINE,
  ETUDE_ISA_V3,
  ETUDE_ISA_V4,
} EtudeIsa;

gboolean etude_isa_is_supported (EtudeIsa isa);
EtudeIsa etude_isa_get (void);
void etude_isa_set (EtudeIsa isa);
const char *etude_isa_to_string (EtudeIsa isa);

G_END_DECLS
