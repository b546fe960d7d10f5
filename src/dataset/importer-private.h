/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/dataset.h"
#include "dataset/source-private.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_TASK_CHOICE_AUTO,
  ETUDE_TASK_CHOICE_CLASSIFICATION,
  ETUDE_TASK_CHOICE_REGRESSION,
} EtudeTaskChoice;

/**
 * EtudeImportHow:
 * @path: where the file is, for formats that have a second one beside it
 * @name: what the document calls it
 * @task: what is to be predicted, or that it is guessed
 * @target: (nullable): the column that is predicted; NULL for the format's own
 */
typedef struct
{
  const char *path;
  const char *name;
  EtudeTaskChoice task;
  const char *target;
} EtudeImportHow;

/* Every format reads a source before its first byte and sets the hash of the content. */
EtudeDataset *etude_import_csv (EtudeSource *source, const EtudeImportHow *how, GError **error);
gboolean etude_idx_recognise (const guint8 *head, gsize n);
EtudeDataset *etude_import_idx (EtudeSource *source, const EtudeImportHow *how, GError **error);

G_END_DECLS
