/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "chart/scale.h"

G_BEGIN_DECLS

/**
 * EtudeLabel:
 * @text: what stands on the line
 * @raised: (nullable): what stands raised after it, such as an exponent
 *
 * A written number. Owned texts.
 */
typedef struct
{
  char *text;
  char *raised;
} EtudeLabel;

/**
 * EtudeTicks:
 * @values: where ticks go
 * @labels: how each of them is written
 * @n: how many
 * @minor: where small ticks go
 * @n_minor: how many
 */
typedef struct
{
  double *values;
  EtudeLabel *labels;
  guint n;
  double *minor;
  guint n_minor;
} EtudeTicks;

/* The width of a label in pixels. */
typedef double (*EtudeMeasure) (gpointer data, const EtudeLabel *label);

void etude_label_clear (EtudeLabel *label);
void etude_label_init_value (EtudeLabel *label, double value);
char *etude_label_to_text (const EtudeLabel *label);

void etude_ticks_init (EtudeTicks *self, const EtudeAxisScale *scale, const EtudeRange *range, guint wanted);
void etude_ticks_init_fitting (EtudeTicks *self, const EtudeAxisScale *scale, const EtudeRange *range, guint wanted,
                               double length, double gap, EtudeMeasure measure, gpointer data);
void etude_ticks_clear (EtudeTicks *self);

G_END_DECLS
