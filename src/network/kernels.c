/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/kernels-private.h"

/**
 * etude_kernels_get:
 * @isa: which; see etude_isa_get()
 *
 * Returns: (transfer none): its kernels; those in plain C where it has none of its own
 */
const EtudeKernels *
etude_kernels_get (EtudeIsa isa)
{
#if defined(ETUDE_VECTOR_KERNELS) && !defined(ETUDE_DOUBLE)
  switch (isa)
    {
    case ETUDE_ISA_BASELINE:
      return &etude_kernels_baseline;
    case ETUDE_ISA_V3:
      return &etude_kernels_v3;
    case ETUDE_ISA_V4:
      return &etude_kernels_v4;
    case ETUDE_ISA_PLAIN:
      break;
    }
#endif
  return &etude_kernels_plain;
}
