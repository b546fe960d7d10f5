/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/file.h"

G_BEGIN_DECLS

#define ETUDE_TENSOR_MAX_DIMS 8

/* The format allows 100 MB; this is enough for forty thousand tensors. */
#define ETUDE_TENSOR_MAX_HEADER ((gsize) 4 << 20)

/**
 * EtudeTensorType:
 *
 * How the numbers of a tensor are stored, least byte first. Floats of any size are read; F32 and I64
 * are written.
 */
typedef enum
{
  ETUDE_TENSOR_F64,
  ETUDE_TENSOR_F32,
  ETUDE_TENSOR_F16,
  ETUDE_TENSOR_BF16,
  ETUDE_TENSOR_I64,
} EtudeTensorType;

#define ETUDE_TENSOR_N_TYPES (ETUDE_TENSOR_I64 + 1)

/**
 * EtudeTensor:
 * @name: such as “0.weight”
 * @n_dims: how many of @dims there are; 0 for one number
 * @n: numbers, the product of @dims
 * @first: where its bytes start, counted from the end of the header
 * @data: (nullable): its bytes, for writing
 *
 * One tensor of a file.
 */
typedef struct
{
  char *name;
  EtudeTensorType type;
  guint n_dims;
  gsize dims[ETUDE_TENSOR_MAX_DIMS];
  gsize n;
  gsize first;
  gconstpointer data;
} EtudeTensor;

/* Name and bytes of one number of each type. */
typedef struct
{
  const char *id;
  gsize size;
} EtudeTensorTypeInfo;

extern const EtudeTensorTypeInfo etude_tensor_types[ETUDE_TENSOR_N_TYPES];

double etude_tensor_convert (EtudeTensorType type, const guint8 *from);
GArray *etude_tensor_list_new (void);
char *etude_tensor_quote (const char *name);
char *etude_tensor_show_shape (const EtudeTensor *self);
gboolean etude_tensors_write (EtudeFileWriter *out, const EtudeTensor *tensors, gsize n, GError **error);

G_END_DECLS
