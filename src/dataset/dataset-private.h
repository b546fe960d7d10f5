/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "dataset/dataset.h"

G_BEGIN_DECLS

EtudeDataset *etude_dataset_new (const char *kind);
gboolean etude_dataset_allocate (EtudeDataset *self, gsize n_samples, gsize n_inputs, EtudeTask task,
                                 gsize n_classes, GError **error);
gboolean etude_dataset_allocate_bytes (EtudeDataset *self, gsize n_samples, gsize n_inputs, gsize n_classes,
                                       GError **error);
void etude_dataset_name_plain_columns (EtudeDataset *self, const char *const *names, const char *target);
gboolean etude_dataset_describe (EtudeDataset *self, GError **error);
gboolean etude_dataset_check_cancelled (GCancellable *cancellable, GError **error);

G_END_DECLS
