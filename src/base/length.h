/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeLengthUnit:
 * @ETUDE_LENGTH_AUTO: chosen by the reader of the length
 * @ETUDE_LENGTH_STEPS: optimizer updates
 * @ETUDE_LENGTH_EPOCHS: passes over the training part
 * @ETUDE_LENGTH_PERCENT: share of a span
 */
typedef enum
{
  ETUDE_LENGTH_AUTO,
  ETUDE_LENGTH_STEPS,
  ETUDE_LENGTH_EPOCHS,
  ETUDE_LENGTH_PERCENT,
} EtudeLengthUnit;

/**
 * EtudeLength:
 *
 * How long something lasts: a number with its unit, as a person typed it. A plain value.
 */
typedef struct
{
  double value;
  EtudeLengthUnit unit;
} EtudeLength;

gboolean etude_length_read (const char *text, EtudeLength *length);
char *etude_length_write (const EtudeLength *length);
gboolean etude_length_equal (const EtudeLength *a, const EtudeLength *b);
guint64 etude_length_to_updates (const EtudeLength *length, double updates_per_epoch, guint64 span);

G_END_DECLS
