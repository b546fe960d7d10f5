/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/series.h"
#include "store/store.h"

G_BEGIN_DECLS

/* Buckets in a chunk: only the last chunk of a series is written again when the series grows. */
#define ETUDE_CHUNK_SIZE 1024

/**
 * EtudeSamplesPosition:
 * @series: number of the series in the store, 0 before it is there
 * @n_points: points of the series when it was last stored
 * @n_full: full chunks that are stored and will not change
 * @guard: last bucket of these; it differs once buckets have been merged
 *
 * How much of a series is in the store. A plain value, zero for nothing; taken back by its owner
 * when the transaction fails.
 */
typedef struct
{
  gint64 series;
  guint64 n_points;
  gsize n_full;
  EtudeBucket guard;
} EtudeSamplesPosition;

GBytes *etude_samples_encode (const EtudeBucket *buckets, gsize n);
gboolean etude_samples_decode (const guint8 *data, gsize size, GArray *buckets);

gboolean etude_samples_write (EtudeStore *store, guint64 run, const char *name, const EtudeSeries *series,
                              EtudeSamplesPosition *position, GError **error);
EtudeSeries *etude_samples_read (EtudeStore *store, guint64 run, const char *name, GError **error);

G_END_DECLS
