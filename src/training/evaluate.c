/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/evaluate.h"

/**
 * etude_evaluate:
 * @network: a network, whose weights are left as they are
 * @part: the samples
 * @slice: samples at a time, at most what the network was made for
 * @cancelled: (nullable): read atomically between slices
 * @tally: initialised; what was seen is in it afterwards
 *
 * Loss and metrics over a part of the data, the same in slices of any size.
 *
 * Returns: FALSE when it was cancelled in the middle
 */
gboolean
etude_evaluate (EtudeNetwork *network, const EtudePart *part, gsize slice, const gint *cancelled,
                EtudeTally *tally)
{
  etude_tally_reset (tally);
  for (gsize first = 0; first < part->n; first += slice)
    {
      EtudeBatch batch = {
        .inputs = part->inputs,
        .bytes = part->bytes,
        .offset = part->offset,
        .factor = part->factor,
        .labels = part->labels,
        .targets = part->targets,
        .first = first,
        .n = MIN (slice, part->n - first),
      };

      if (cancelled != NULL && g_atomic_int_get (cancelled))
        return FALSE;
      etude_network_evaluate (network, &batch, tally);
    }
  return TRUE;
}
