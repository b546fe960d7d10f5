/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeRange:
 *
 * Two ends of an axis, in the units of its values; @min < @max.
 */
typedef struct
{
  double min;
  double max;
} EtudeRange;

/**
 * EtudeAxisScale:
 * @id: its name in files and options
 * @label: its name in the window, marked with N_()
 * @map: the place of @value in the range: 0 at its start, 1 at its end, beyond them outside
 * @inverse: the value at a place
 * @shows: whether the scale has a place for @value
 * @ticks: values worth a label within the range, about @wanted of them, in rising order; and those
 *   worth a small tick only (@minor, may be NULL); both are arrays of double that are appended to
 *
 * How values become places on an axis: a table of functions. The range must be one that
 * etude_axis_scale_fit() has made.
 */
typedef struct
{
  const char *id;
  const char *label;
  double (*map) (double value, const EtudeRange *range);
  double (*inverse) (double place, const EtudeRange *range);
  gboolean (*shows) (double value);
  void (*ticks) (const EtudeRange *range, guint wanted, GArray *major, GArray *minor);
} EtudeAxisScale;

extern const EtudeAxisScale etude_axis_scale_linear;
extern const EtudeAxisScale etude_axis_scale_log;
extern const EtudeAxisScale etude_axis_scale_symlog;

/* Ends with NULL. */
extern const EtudeAxisScale *const etude_axis_scales[];

const EtudeAxisScale *etude_axis_scale_find (const char *id);
const char *etude_axis_scale_label (const EtudeAxisScale *scale);
void etude_axis_scale_fit (const EtudeAxisScale *scale, EtudeRange *range, guint wanted);

G_END_DECLS
