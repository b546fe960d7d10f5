/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training/checkpoint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/real.h"

#define HASH_LENGTH 64

/* What a checkpoint begins with. @order tells machines of the other byte order apart. */
typedef struct
{
  char magic[8];
  guint32 order;
  guint32 real_size;
  char document[HASH_LENGTH];
  char sum[HASH_LENGTH];
  guint64 step;
} Head;

static const char magic[8] = "EtudeC2";

/* With room for a head in front. */
static GBytes *
take_state (EtudeTrainer *trainer, GError **error)
{
  g_autoptr (EtudeSnapshot) snapshot = etude_snapshot_new ();
  Head head = { .order = 0 };

  etude_snapshot_keep (snapshot, &head, sizeof head);
  etude_trainer_keep (trainer, snapshot);
  return etude_snapshot_end (snapshot, error);
}

/**
 * etude_checkpoint_measure:
 * @trainer: a trainer between two updates
 *
 * Returns: how many bytes a checkpoint of it has
 */
gsize
etude_checkpoint_measure (EtudeTrainer *trainer)
{
  g_autoptr (EtudeSnapshot) snapshot = etude_snapshot_new_measuring ();

  etude_trainer_keep (trainer, snapshot);
  return sizeof (Head) + etude_snapshot_get_size (snapshot);
}

static void
fill_head (Head *head, EtudeTrainer *trainer, const void *state, gsize n)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, state, n);

  *head = (Head) { .order = 0x01020304, .real_size = sizeof (EtudeReal) };
  memcpy (head->magic, magic, sizeof magic);
  memcpy (head->document, etude_trainer_get_document_hash (trainer), HASH_LENGTH);
  memcpy (head->sum, sum, HASH_LENGTH);
  head->step = etude_trainer_get_step (trainer);
}

/**
 * etude_checkpoint_take:
 * @trainer: a trainer between two updates that has not been finished, unless it was stopped
 * @error: set where there is no memory
 *
 * Everything that a run needs to go on, bit for bit: weights, running statistics, what the optimizer,
 * a plateau, an average and early stopping remember, the order of the samples and all random streams.
 *
 * Returns: (transfer full) (nullable): the checkpoint, for a trainer of the same document in this build
 */
GBytes *
etude_checkpoint_take (EtudeTrainer *trainer, GError **error)
{
  GBytes *state = take_state (trainer, error);
  gsize n;
  guint8 *bytes;
  Head head;

  if (state == NULL)
    return NULL;
  bytes = g_bytes_unref_to_data (state, &n);
  fill_head (&head, trainer, bytes + sizeof head, n - sizeof head);
  memcpy (bytes, &head, sizeof head);
  return g_bytes_new_take (bytes, n);
}

/**
 * etude_checkpoint_get_step:
 * @checkpoint: what etude_checkpoint_take() gave
 *
 * Returns: how many updates were done
 */
guint64
etude_checkpoint_get_step (GBytes *checkpoint)
{
  gsize n;
  const guint8 *bytes = g_bytes_get_data (checkpoint, &n);
  Head head;

  g_return_val_if_fail (n >= sizeof head, 0);
  memcpy (&head, bytes, sizeof head);
  return head.step;
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT, what);
  return FALSE;
}

/**
 * etude_checkpoint_restore:
 * @trainer: a trainer of the same document; it may have made updates of its own
 * @checkpoint: what etude_checkpoint_take() gave
 * @error: set when it belongs to another document, or is damaged; then nothing changes
 *
 * Goes on as if it had never stopped.
 *
 * Returns: whether it did
 */
gboolean
etude_checkpoint_restore (EtudeTrainer *trainer, GBytes *checkpoint, GError **error)
{
  g_autoptr (GBytes) own = take_state (trainer, error);
  g_autoptr (EtudeSnapshot) snapshot = NULL;
  gsize n;
  const guint8 *bytes = g_bytes_get_data (checkpoint, &n);
  Head head, expected;

  if (own == NULL)
    return FALSE;
  if (n < sizeof head)
    return refuse (error, _("the checkpoint is damaged: it ends in its head"));
  memcpy (&head, bytes, sizeof head);
  fill_head (&expected, trainer, bytes + sizeof head, n - sizeof head);
  if (memcmp (&head, &expected, G_STRUCT_OFFSET (Head, document)) != 0)
    return refuse (error, _("this is no checkpoint of this version of the program"));
  if (memcmp (head.document, expected.document, HASH_LENGTH) != 0)
    return refuse (error, _("the checkpoint belongs to another experiment"));
  if (memcmp (head.sum, expected.sum, HASH_LENGTH) != 0 || n != g_bytes_get_size (own))
    return refuse (error, _("the checkpoint is damaged"));
  snapshot = etude_snapshot_new_from (checkpoint);
  etude_snapshot_keep (snapshot, &head, sizeof head);
  if (etude_trainer_keep (trainer, snapshot))
    return TRUE;
  g_clear_pointer (&snapshot, etude_snapshot_free);
  snapshot = etude_snapshot_new_from (own);
  etude_snapshot_keep (snapshot, &head, sizeof head);
  etude_trainer_keep (trainer, snapshot);
  return refuse (error, _("the checkpoint is damaged"));
}
