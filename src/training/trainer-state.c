/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a trainer goes to files and checkpoints, and comes back. */
#include "training/trainer-private.h"

#include "training/weights.h"

/**
 * etude_trainer_dup_weights_hash:
 * @self: a trainer
 *
 * Returns: (transfer full): SHA-256, in hexadecimal, of all weights and running statistics that evaluation sees, as
 *   little-endian float32 in the order of PyTorch’s state_dict
 */
char *
etude_trainer_dup_weights_hash (EtudeTrainer *self)
{
  g_autofree guint32 *bytes = NULL;
  gsize n;

  etude_trainer_show_result (self, TRUE);
  bytes = etude_weights_dup_bytes (self->network, &n);
  etude_trainer_show_result (self, FALSE);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, n * sizeof *bytes);
}

/**
 * etude_trainer_keep:
 * @self: a trainer between two updates that has not been finished
 * @snapshot: takes up or gives back all that the coming updates and evaluations depend on
 *
 * Returns: FALSE when what was given back makes no sense
 */
gboolean
etude_trainer_keep (EtudeTrainer *self, EtudeSnapshot *snapshot)
{
  EtudeBatchesPosition position;
  gsize n_weights, n_state;
  EtudeReal *weights = etude_network_get_weights (self->network, &n_weights);
  EtudeReal *state = etude_network_get_state (self->network, &n_state);

  etude_batches_get_position (&self->batches, &position);
  etude_snapshot_keep (snapshot, &position, sizeof position);
  etude_snapshot_keep (snapshot, weights, n_weights * sizeof *weights);
  etude_snapshot_keep (snapshot, state, n_state * sizeof *state);
  etude_snapshot_keep (snapshot, etude_network_get_random (self->network), sizeof (EtudeRandom));
  etude_snapshot_keep (snapshot, etude_network_get_passes (self->network), sizeof (guint64));
  etude_snapshot_keep (snapshot, &self->best_passes, sizeof self->best_passes);
  etude_optimizer_keep (self->optimizer, snapshot);
  etude_rate_keep (self->rate, snapshot);
  etude_average_keep (&self->average, snapshot);
  etude_stopping_keep (&self->stopping, snapshot);
  etude_snapshot_keep (snapshot, &self->step, sizeof self->step);
  etude_snapshot_keep (snapshot, &self->diverged_at, sizeof self->diverged_at);
  etude_snapshot_keep (snapshot, &self->evaluated_at, sizeof self->evaluated_at);
  etude_snapshot_keep (snapshot, &self->last_loss, sizeof self->last_loss);
  etude_snapshot_keep (snapshot, &self->last_evaluation, sizeof self->last_evaluation);
  etude_snapshot_keep (snapshot, &self->mark, sizeof self->mark);
  etude_snapshot_keep (snapshot, &self->has_mark, sizeof self->has_mark);
  return !etude_snapshot_is_reading (snapshot) || etude_batches_resume (&self->batches, &position);
}

/**
 * etude_trainer_write_weights:
 * @self: a trainer
 * @out: an empty file, which is left to be finished
 * @error: set when there are too many
 *
 * Writes what etude_trainer_dup_weights_hash() sees as safetensors.
 *
 * Returns: whether they were written
 */
gboolean
etude_trainer_write_weights (EtudeTrainer *self, EtudeFileWriter *out, GError **error)
{
  gboolean good;

  etude_trainer_show_result (self, TRUE);
  good = etude_weights_write (self->network, out, error);
  etude_trainer_show_result (self, FALSE);
  return good;
}

/**
 * etude_trainer_read_weights:
 * @self: a trainer before its first update
 * @file: weights, as etude_trainer_write_weights() writes them
 * @error: set to the first tensor that does not fit
 *
 * Starts from these weights instead of those that were drawn.
 *
 * Returns: whether it does; otherwise the trainer is as it was
 */
gboolean
etude_trainer_read_weights (EtudeTrainer *self, EtudeTensors *file, GError **error)
{
  g_return_val_if_fail (self->step == 0, FALSE);

  return etude_weights_read (self->network, file, error);
}
