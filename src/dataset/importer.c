/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/generator-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "dataset/dataset-private.h"
#include "dataset/import-csv-private.h"

typedef struct
{
  EtudeDatasetCommon common;
  char *path;
  char *sha256;
  guint format;
  guint task;
  char *target;
} File;

static gboolean
check_hash (const File *file, const EtudeSource *source, GError **error)
{
  if (file->sha256 == NULL || source->sha256 == NULL
      || g_ascii_strcasecmp (file->sha256, source->sha256) == 0)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
               _("%s: found content with the SHA-256 %s, expected %s, which the experiment was made with"),
               source->name, source->sha256, file->sha256);
  return FALSE;
}

static EtudeDataset *
load_file (const EtudeDatasetCommon *how, const char *folder, GCancellable *cancellable, GError **error)
{
  const File *file = (const File *) how;
  g_autofree char *path = NULL;
  g_autoptr (EtudeSource) source = NULL;
  g_autoptr (EtudeDataset) dataset = NULL;

  if (file->path == NULL || *file->path == '\0')
    {
      g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                           _("dataset.path: found no path, expected the path of a CSV file"));
      return NULL;
    }
  path = g_path_is_absolute (file->path) || folder == NULL ? g_strdup (file->path)
                                                           : g_build_filename (folder, file->path, NULL);
  source = etude_source_open (path, file->path, _("a CSV file"), cancellable, error);
  if (source == NULL)
    return NULL;
  dataset = etude_import_csv (source, file->task, file->target, error);
  if (dataset == NULL || !check_hash (file, source, error))
    return NULL;
  dataset->path = g_strdup (file->path);
  dataset->sha256 = g_strdup (source->sha256);
  return g_steal_pointer (&dataset);
}

static const EtudeChoice formats[] = {
  { "auto", N_("Guess"), N_("The format is told from the content") },
  { "csv", N_("CSV"), N_("Cells between commas, semicolons or tabs") },
  { NULL }
};

static const EtudeChoice tasks[] = {
  [ETUDE_TASK_CHOICE_AUTO] = { "auto", N_("Guess"), N_("Text or few whole numbers are classes, other numbers are predicted as numbers") },
  [ETUDE_TASK_CHOICE_CLASSIFICATION] = { "classification", N_("Classification"), N_("A class is predicted") },
  [ETUDE_TASK_CHOICE_REGRESSION] = { "regression", N_("Regression"), N_("A number is predicted") },
  { NULL }
};

static const EtudeParam params[] = {
  { .key = "path", .label = N_("File"), .help = N_("The file, relative to the folder of the experiment"),
    .type = ETUDE_PARAM_FILE, .offset = G_STRUCT_OFFSET (File, path) },
  { .key = "sha256", .label = N_("SHA-256"), .help = N_("Hash that the content must have; auto takes any content"),
    .type = ETUDE_PARAM_TEXT, .initial_auto = TRUE, .automatic = N_("the hash of the content"),
    .offset = G_STRUCT_OFFSET (File, sha256) },
  { .key = "format", .label = N_("Format"), .help = N_("How the file is written"),
    .type = ETUDE_PARAM_CHOICE, .choices = formats, .automatic = N_("told from the content"),
    .offset = G_STRUCT_OFFSET (File, format) },
  { .key = "task", .label = N_("Task"), .help = N_("What is predicted: a class or a number"),
    .type = ETUDE_PARAM_CHOICE, .choices = tasks, .automatic = N_("classification where the target holds texts or few whole numbers"),
    .offset = G_STRUCT_OFFSET (File, task) },
  { .key = "target", .label = N_("Target"), .help = N_("Name of the column that is predicted"),
    .type = ETUDE_PARAM_TEXT, .initial_auto = TRUE, .automatic = N_("the last column"),
    .offset = G_STRUCT_OFFSET (File, target) },
  { .key = NULL }
};

const EtudeDatasetKind etude_dataset_file = {
  .kind = { .id = "file", .label = N_("File"),
            .help = N_("Rows of a CSV file; texts become one input for each different text, and rows with missing cells are left out"),
            .common = etude_dataset_common_params, .params = params, .size = sizeof (File) },
  .load = load_file,
};
