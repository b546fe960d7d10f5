/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dataset/generator-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "dataset/dataset-private.h"
#include "dataset/importer-private.h"

typedef struct
{
  EtudeDatasetCommon common;
  char *path;
  char *sha256;
  guint format;
  guint task;
  char *target;
} File;

/* A format: how its first bytes are told, NULL where they may be anything, and who reads it. */
typedef struct
{
  gboolean (*recognise) (const guint8 *head, gsize n);
  EtudeDataset *(*load) (EtudeSource *source, const EtudeImportHow *how, GError **error);
} Importer;

enum { AUTO, CSV, IDX, N_FORMATS };

static const EtudeChoice formats[] = {
  [AUTO] = { "auto", N_("Guess"), N_("The format is told from the content") },
  [CSV] = { "csv", N_("CSV"), N_("Cells between commas, semicolons or tabs") },
  [IDX] = { "idx", N_("IDX"), N_("Images of bytes and their labels in two files, as MNIST has them, compressed by gzip or not") },
  { NULL }
};

static const Importer importers[N_FORMATS] = {
  [CSV] = { NULL, etude_import_csv },
  [IDX] = { etude_idx_recognise, etude_import_idx },
};

static gboolean
find_format (EtudeSource *source, guint *format, GError **error)
{
  guint8 head[16];
  gssize n;

  if (*format != AUTO)
    return TRUE;
  n = etude_source_fill (source, (char *) head, sizeof head, error);
  if (n < 0 || !etude_source_rewind (source, error))
    return FALSE;
  *format = CSV;
  for (guint i = 0; i < N_FORMATS; i++)
    if (importers[i].recognise != NULL && importers[i].recognise (head, (gsize) n))
      *format = i;
  return TRUE;
}

static gboolean
check_hash (const File *file, const EtudeSource *source, const char *sha256, GError **error)
{
  if (file->sha256 == NULL || sha256 == NULL || g_ascii_strcasecmp (file->sha256, sha256) == 0)
    return TRUE;
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
               _("%s: found content with the SHA-256 %s, expected %s, which the experiment was made with"),
               source->name, sha256, file->sha256);
  return FALSE;
}

static EtudeDataset *
load_file (const EtudeDatasetCommon *common, const char *folder, GCancellable *cancellable, GError **error)
{
  const File *file = (const File *) common;
  EtudeImportHow how = { .name = file->path, .task = file->task, .target = file->target };
  guint format = file->format;
  g_autofree char *path = NULL;
  g_autoptr (EtudeSource) source = NULL;
  g_autoptr (EtudeDataset) dataset = NULL;

  if (file->path == NULL || *file->path == '\0')
    {
      g_set_error_literal (error, ETUDE_ERROR, ETUDE_ERROR_VALUE,
                           _("dataset.path: found no path, expected the path of a CSV or IDX file"));
      return NULL;
    }
  path = g_path_is_absolute (file->path) || folder == NULL ? g_strdup (file->path)
                                                           : g_build_filename (folder, file->path, NULL);
  how.path = path;
  source = etude_source_open (path, file->path, _("a CSV or IDX file"), cancellable, error);
  if (source == NULL || !find_format (source, &format, error))
    return NULL;
  dataset = importers[format].load (source, &how, error);
  if (dataset == NULL || !check_hash (file, source, dataset->sha256, error))
    return NULL;
  dataset->path = g_strdup (file->path);
  return g_steal_pointer (&dataset);
}

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
    .type = ETUDE_PARAM_TEXT, .initial_auto = TRUE, .automatic = N_("the last column; the labels of images"),
    .offset = G_STRUCT_OFFSET (File, target) },
  { .key = NULL }
};

const EtudeDatasetKind etude_dataset_file = {
  .kind = { .id = "file", .label = N_("File"),
            .help = N_("Rows of a CSV file, where texts become one input for each different text and rows with missing cells are left out, or images and labels in IDX files"),
            .common = etude_dataset_common_params, .params = params, .size = sizeof (File) },
  .load = load_file,
};
