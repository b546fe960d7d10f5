/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/tensor.h"

G_BEGIN_DECLS

/**
 * EtudeTensors:
 *
 * A file of named tensors that is open: its header has been read and checked, its numbers have not.
 */
typedef struct _EtudeTensors EtudeTensors;

EtudeTensors *etude_tensors_open (const char *path, GError **error);
EtudeTensors *etude_tensors_open_bytes (gconstpointer bytes, gsize length, const char *file, GError **error);
void etude_tensors_free (EtudeTensors *self);
const char *etude_tensors_get_file (EtudeTensors *self);
gsize etude_tensors_get_n (EtudeTensors *self);
const EtudeTensor *etude_tensors_get (EtudeTensors *self, gsize i);
const EtudeTensor *etude_tensors_find (EtudeTensors *self, const char *name);
gboolean etude_tensors_read (EtudeTensors *self, const EtudeTensor *tensor, float *values, GError **error);
char *etude_tensors_dup_sha256 (EtudeTensors *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeTensors, etude_tensors_free)

G_END_DECLS
