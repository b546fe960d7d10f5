/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run is its document and its marks: with both it can be made again, to the last bit. */
#include "cli/replay.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "cli/stored.h"

static gboolean
refuse (GError **error, const EtudeRun *original, const char *what, const char *found, const char *expected)
{
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
               /* Translators: --replay, the start of the id of a run, what is compared, and two values of it */
               _("--replay %.8s: %s: found %.12s, expected that of the run, %.12s"), original->id, what, found, expected);
  return FALSE;
}

/**
 * etude_cli_load_replay:
 * @name: the beginning of an id, a number, or “last”
 * @error: set when there is no such run, or it was no training
 *
 * Returns: (transfer full) (nullable): the run that shall be made again, from the user’s store
 */
EtudeRun *
etude_cli_load_replay (const char *name, GError **error)
{
  const char *const names[] = { name, NULL };
  g_autoptr (EtudeStore) store = etude_cli_open_store (error);
  g_autoptr (GPtrArray) runs = store != NULL ? etude_cli_load_runs (store, names, error) : NULL;
  EtudeRun *run;

  if (runs == NULL)
    return NULL;
  run = g_ptr_array_index (runs, 0);
  if (run->kind == ETUDE_RUN_TRAIN)
    return etude_run_ref (run);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("--replay %.8s: found a run of the kind “%s”, expected “%s”"), run->id,
               etude_run_kind_id (run->kind), etude_run_kind_id (ETUDE_RUN_TRAIN));
  return NULL;
}

/**
 * etude_cli_begin_replay:
 * @original: a stored run
 * @run: the same again, which is given its name and says where it comes from
 * @trainer: what will train it
 * @error: set when document and data are not those of @original
 *
 * Returns: whether the replay can begin; then the trainer will change its rate as that of @original did
 */
gboolean
etude_cli_begin_replay (const EtudeRun *original, EtudeRun *run, EtudeTrainer *trainer, GError **error)
{
  if (!g_str_equal (original->hash, run->hash))
    return refuse (error, original, _("document and data"), run->hash, original->hash);
  etude_rate_plan (etude_trainer_get_rate (trainer), (const EtudeMark *) original->marks->data, original->marks->len);
  g_free (run->name);
  run->name = g_strdup (original->name);
  g_free (run->parent);
  run->parent = g_strdup (original->id);
  return TRUE;
}

/**
 * etude_cli_limit_replay:
 * @original: a stored run
 * @worker: that of the replay, not started yet
 *
 * A run that did not come to an end of its own is made again as far as it had come.
 */
void
etude_cli_limit_replay (const EtudeRun *original, EtudeWorker *worker)
{
  if (original->state != ETUDE_RUN_DONE && original->state != ETUDE_RUN_EARLY_STOPPED && original->state != ETUDE_RUN_DIVERGED)
    etude_worker_stop_at (worker, original->steps);
}

/**
 * etude_cli_check_replay:
 * @original: a stored run
 * @run: its replay, ended
 * @error: set when it ended with other weights
 *
 * Returns: whether it is the same run; also where @original died before it could say what its weights were
 */
gboolean
etude_cli_check_replay (const EtudeRun *original, const EtudeRun *run, GError **error)
{
  if (original->weights == NULL || g_strcmp0 (original->weights, run->weights) == 0)
    return TRUE;
  return refuse (error, original, _("weights"), run->weights, original->weights);
}
