/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/resume.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/checkpoints.h"
#include "store/runs.h"
#include "training/checkpoint.h"

/* A run goes on from its last checkpoint, which is older than its last records. What was recorded after it is
 * made again, with the changes of the rate that are recorded too, and comes out the same to the last bit, so the
 * records stay as they are and those that come a second time are dropped: see etude_run_has(). */

static gboolean
rests (const EtudeRun *run)
{
  return run->kind == ETUDE_RUN_TRAIN && (run->state == ETUDE_RUN_INTERRUPTED || run->state == ETUDE_RUN_STOPPED);
}

/**
 * etude_resume_is_possible:
 * @store: a store
 * @run: one of its runs
 *
 * Returns: whether it was interrupted or stopped, and has a checkpoint
 */
gboolean
etude_resume_is_possible (EtudeStore *store, const EtudeRun *run)
{
  return rests (run) && etude_checkpoints_find (store, run->number, NULL);
}

/**
 * etude_resume_check:
 *
 * As etude_resume_is_possible(), with the reason in @error where it is not.
 */
gboolean
etude_resume_check (EtudeStore *store, const EtudeRun *run, GError **error)
{
  if (!rests (run))
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                 /* Translators: the start of the id of a run, its kind and its state, as “runs list” has them */
                 _("run %.8s: found the kind “%s” and the state “%s”, expected “train” and “interrupted” or “stopped”"),
                 run->id, etude_run_kind_id (run->kind), etude_run_state_id (run->state));
  else if (!etude_checkpoints_find (store, run->number, NULL))
    g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("run %.8s: found no checkpoint to go on from, expected one"), run->id);
  else
    return TRUE;
  return FALSE;
}

/* The marks from this step on: what was asked for before is in the checkpoint. */
static void
plan_rate (const EtudeRun *run, EtudeTrainer *trainer)
{
  const EtudeMark *marks = (const EtudeMark *) (gpointer) run->marks->data;
  guint from = 0;

  while (from < run->marks->len && marks[from].step < etude_trainer_get_step (trainer))
    from++;
  etude_rate_plan (etude_trainer_get_rate (trainer), marks + from, run->marks->len - from);
}

/**
 * etude_resume_begin:
 * @store: a store that can be written
 * @run: one of its runs, that was interrupted or stopped
 * @trainer: made from its document and data, at its first update
 * @error: set when they are not those of the run, there is no sound checkpoint, or another process trains it
 *
 * From here on this process trains the run. What comes next is etude_worker_new_from() with the steps that @run
 * has, and etude_recorder_add().
 *
 * Returns: whether it can go on
 */
gboolean
etude_resume_begin (EtudeStore *store, EtudeRun *run, EtudeTrainer *trainer, GError **error)
{
  const char *hash = etude_trainer_get_document_hash (trainer);
  g_autoptr (GBytes) checkpoint = NULL;

  if (!etude_resume_check (store, run, error))
    return FALSE;
  if (!g_str_equal (run->hash, hash))
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                   _("run %.8s: document and data: found %.12s, expected those of the run, %.12s"), run->id, hash, run->hash);
      return FALSE;
    }
  checkpoint = etude_checkpoints_read (store, run->number, error);
  if (checkpoint == NULL || !etude_checkpoint_restore (trainer, checkpoint, error))
    {
      g_prefix_error (error, _("run %.8s: "), run->id);
      return FALSE;
    }
  plan_rate (run, trainer);
  return etude_runs_reopen (store, run, error);
}
