/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/record.h"

G_BEGIN_DECLS

/**
 * EtudeMeasures:
 * @metric_ids: (array length=n_metrics): metrics of an evaluation, in the order of its record
 * @n_metrics: how many
 * @has_validation: whether there is a part of the data that they are measured on
 *
 * What the evaluations of a run measure.
 */
typedef struct
{
  const char *const *metric_ids;
  guint n_metrics;
  gboolean has_validation;
} EtudeMeasures;

/**
 * EtudeWatch:
 * @position: of a metric in a record; below 0 a loss
 * @rises: whether more of it is better
 *
 * One number of an evaluation that something depends on.
 */
typedef struct
{
  int position;
  gboolean rises;
} EtudeWatch;

gboolean etude_watch_init (EtudeWatch *self, const char *path, const char *id, const EtudeMeasures *measures,
                           GError **error);
gboolean etude_watch_check (const char *path, const char *id, GError **error);
double etude_watch_get (const EtudeWatch *self, const EtudeRecord *evaluation);

G_END_DECLS
