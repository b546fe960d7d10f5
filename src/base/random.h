/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeStream:
 *
 * What random numbers are for. Each purpose has a stream of its own, so that changing one choice
 * leaves the draws of the others as they were. The values are part of the file format: a new
 * purpose goes to the end.
 */
typedef enum
{
  ETUDE_STREAM_DATA,
  ETUDE_STREAM_NOISE,
  ETUDE_STREAM_SPLIT,
  ETUDE_STREAM_INITIALISE,
  ETUDE_STREAM_SHUFFLE,
  ETUDE_STREAM_DROPOUT,
  ETUDE_STREAM_SAMPLE,
} EtudeStream;

/**
 * EtudeRandom:
 *
 * The state of one stream, a plain value: copying it copies the position.
 */
typedef struct
{
  guint64 state[4];
  double spare;
  gboolean has_spare;
} EtudeRandom;

void etude_random_init (EtudeRandom *self, guint64 seed, EtudeStream stream);
guint64 etude_random_next (EtudeRandom *self);
guint64 etude_random_below (EtudeRandom *self, guint64 n);
double etude_random_uniform (EtudeRandom *self);
double etude_random_normal (EtudeRandom *self);
void etude_random_permute (EtudeRandom *self, guint32 *items, gsize n);

G_END_DECLS
