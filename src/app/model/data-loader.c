/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/data-loader.h"

typedef struct
{
  EtudeObject dataset;
  char *folder;
} Job;

static void
job_free (Job *job)
{
  etude_object_clear (&job->dataset);
  g_free (job->folder);
  g_free (job);
}

static void
load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  EtudePrepared *prepared = NULL;
  g_autoptr (EtudeDataset) dataset = etude_dataset_load (&job->dataset, job->folder, cancellable, &error);

  if (dataset != NULL)
    prepared = etude_prepare (dataset, job->dataset.data, &error);
  if (prepared != NULL)
    g_task_return_pointer (task, prepared, (GDestroyNotify) etude_prepared_unref);
  else
    g_task_return_error (task, error);
}

/**
 * etude_data_load_async:
 * @dataset: the section of a document; it is copied
 * @folder: (nullable): what a relative path of a file is relative to
 * @cancellable: (nullable): ends the work early
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * Loads, splits and scales data on a thread.
 */
void
etude_data_load_async (const EtudeObject *dataset, const char *folder, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  etude_object_copy (&job->dataset, dataset);
  job->folder = g_strdup (folder);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_set_source_tag (task, etude_data_load_async);
  g_task_run_in_thread (task, load);
}

/**
 * etude_data_load_finish:
 * @result: what the callback got
 * @error: set when the data cannot be loaded or split
 *
 * Returns: (transfer full) (nullable): the data
 */
EtudePrepared *
etude_data_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
