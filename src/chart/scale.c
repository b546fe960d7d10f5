/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/scale.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Beyond these, widths and steps of a range are no longer numbers. */
#define LARGEST 1e300
#define SMALLEST 1e-290

/* A symmetric logarithm is straight up to this share of its larger end. */
#define STRAIGHT_SHARE 1e-3

/* Extremes of a series are floats: 0.1 is a little more there, and needs no tick above 0.1. */
#define ROUNDED 1e-6

/* Powers of ten go by a table of pow() alone: exact for every exponent that a double has. */
static double
power_of_ten (int exponent)
{
  return pow (10, exponent);
}

/* The least of 1, 2, 5 times a power of ten that is not below @least. */
static double
round_step (double least)
{
  static const double mantissas[] = { 1, 2, 5, 10 };
  int exponent = (int) floor (log10 (least));
  double power = power_of_ten (exponent);

  for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
    if (mantissas[i] * power >= least * (1 - 1e-9))
      return mantissas[i] * power;
  return 10 * power;
}

static double
next_step (double step)
{
  return round_step (step * 1.5);
}

static guint
count_steps (const EtudeRange *range, double step, gboolean outwards)
{
  double first = outwards ? floor (range->min / step + ROUNDED) : ceil (range->min / step - 1e-9);
  double last = outwards ? ceil (range->max / step - ROUNDED) : floor (range->max / step + 1e-9);

  return (guint) CLAMP (last - first + 1, 0, 1e6);
}

static gboolean
is_whole (double value, double step)
{
  return fabs (value / step - round (value / step)) < 1e-6;
}

/* The finest round step with at most @wanted ticks; @outwards with both ends moved out to whole steps. */
static double
linear_step (const EtudeRange *range, guint wanted, gboolean outwards)
{
  double step = round_step ((range->max - range->min) / MAX (wanted, 2));
  double ending;

  /* With zero inside, three ticks are the least there can be. */
  for (guint i = 0; i < 4 && count_steps (range, step, outwards) > MAX (wanted, 2); i++)
    step = next_step (step);
  /* A coarser step with which ticks stand at both ends is better, if three are left. */
  ending = step;
  for (guint i = 0; i < 3 && count_steps (range, ending, outwards) >= 3; i++, ending = next_step (ending))
    if (is_whole (range->min, ending) && is_whole (range->max, ending))
      return ending;
  return step;
}

static double
linear_map (double value, const EtudeRange *range)
{
  return (value - range->min) / (range->max - range->min);
}

static double
linear_inverse (double place, const EtudeRange *range)
{
  return range->min + place * (range->max - range->min);
}

static gboolean
linear_shows (double value)
{
  return isfinite (value);
}

static void
linear_ticks (const EtudeRange *range, guint wanted, GArray *major, GArray *minor)
{
  double step = linear_step (range, wanted, FALSE);
  double first = ceil (range->min / step - 1e-9);
  double last = floor (range->max / step + 1e-9);

  for (double i = first; i <= last && major->len < 1000; i++)
    {
      /* Dividing by a whole number makes 3 tenths 0.3, where a product makes 0.30000000000000004. */
      double value = step < 1 ? i / round (1 / step) : i * step;

      if (step < 1 && fabs (value - i * step) > 1e-6 * step)
        value = i * step;
      value += 0.0;     /* no negative zero */
      g_array_append_val (major, value);
    }
}

static void
linear_fit (EtudeRange *range, guint wanted)
{
  double step = linear_step (range, wanted, TRUE);

  range->min = floor (range->min / step + ROUNDED) * step;
  range->max = ceil (range->max / step - ROUNDED) * step;
}

static double
log_map (double value, const EtudeRange *range)
{
  return (log (value) - log (range->min)) / (log (range->max) - log (range->min));
}

static double
log_inverse (double place, const EtudeRange *range)
{
  return exp (log (range->min) + place * (log (range->max) - log (range->min)));
}

static gboolean
log_shows (double value)
{
  return isfinite (value) && value > 0;
}

static gboolean
is_inside (double value, const EtudeRange *range)
{
  double slack = 1e-9 * MAX (fabs (value), range->max - range->min);

  return value >= range->min - slack && value <= range->max + slack;
}

static void
append_inside (GArray *array, double value, const EtudeRange *range)
{
  if (array != NULL && isfinite (value) && is_inside (value, range))
    g_array_append_val (array, value);
}

/* Decades within the range, every so many that no more than @wanted are left. */
static void
decade_ticks (const EtudeRange *range, guint wanted, GArray *major, GArray *minor)
{
  int first = (int) ceil (log10 (range->min) - 1e-9);
  int last = (int) floor (log10 (range->max) + 1e-9);
  int stride = 1;

  while ((last - first) / stride + 1 > (int) MAX (wanted, 2))
    stride++;
  for (int i = first - 1; i <= last; i++)
    {
      append_inside ((i - first) % stride == 0 ? major : minor, power_of_ten (i), range);
      if (stride == 1)
        {
          append_inside (minor, 2 * power_of_ten (i), range);
          append_inside (minor, 5 * power_of_ten (i), range);
        }
    }
}

static void
log_ticks (const EtudeRange *range, guint wanted, GArray *major, GArray *minor)
{
  static const double mantissas[] = { 1, 2, 5 };
  int first = (int) floor (log10 (range->min) + 1e-9);
  int last = (int) floor (log10 (range->max) + 1e-9);
  double decades = log10 (range->max) - log10 (range->min);

  if (decades < 0.7)
    {
      linear_ticks (range, wanted, major, minor);
      return;
    }
  /* Of a short axis 1, 2 and 5 are written, and may be a few more than a straight one would have. */
  if (decades < 3 && decades * 3 + 1 <= 1.6 * wanted)
    {
      for (int i = first; i <= last; i++)
        for (guint k = 0; k < G_N_ELEMENTS (mantissas); k++)
          append_inside (major, mantissas[k] * power_of_ten (i), range);
      return;
    }
  decade_ticks (range, wanted, major, minor);
  if (major->len < 2)
    {
      /* One number tells nothing: its ends do. */
      g_array_set_size (major, 0);
      append_inside (major, range->min, range);
      append_inside (major, range->max, range);
    }
}

/* Under three decades to 1, 2 or 5; above to whole decades. */
static void
log_fit (EtudeRange *range, guint wanted)
{
  static const double mantissas[] = { 1, 2, 5, 10 };
  double low = power_of_ten ((int) floor (log10 (range->min) + 1e-9));
  double high = power_of_ten ((int) floor (log10 (range->max) + 1e-9));
  double min = low, max = high;

  if (!(low > 0) || !isfinite (10 * high))
    return;
  if (log10 (range->max) - log10 (range->min) < 3)
    {
      for (guint i = 0; i < 3; i++)
        if (mantissas[i] * low <= range->min * (1 + 1e-9))
          min = mantissas[i] * low;
      for (guint i = G_N_ELEMENTS (mantissas); i > 0; i--)
        if (mantissas[i - 1] * high >= range->max * (1 - 1e-9))
          max = mantissas[i - 1] * high;
    }
  else if (max < range->max * (1 - ROUNDED))
    max = 10 * high;
  range->min = min;
  range->max = max;
}

static double
symlog_unit (const EtudeRange *range)
{
  return MAX (fabs (range->min), fabs (range->max)) * STRAIGHT_SHARE;
}

static double
symlog_map (double value, const EtudeRange *range)
{
  double unit = symlog_unit (range);
  double low = asinh (range->min / unit);

  return (asinh (value / unit) - low) / (asinh (range->max / unit) - low);
}

static double
symlog_inverse (double place, const EtudeRange *range)
{
  double unit = symlog_unit (range);
  double low = asinh (range->min / unit);

  return unit * sinh (low + place * (asinh (range->max / unit) - low));
}

static void
symlog_ticks (const EtudeRange *range, guint wanted, GArray *major, GArray *minor)
{
  int last = (int) floor (log10 (MAX (fabs (range->min), fabs (range->max))) + 1e-9);
  int stride = wanted >= 7 ? 1 : wanted >= 5 ? 2 : 3;

  if (range->min >= 0 || range->max <= 0)
    stride = MAX (1, stride - 1);
  for (int i = last; i > last - 3; i -= stride)
    append_inside (major, -power_of_ten (i), range);
  append_inside (major, 0, range);
  for (int i = last - 2 / stride * stride; i <= last; i += stride)
    append_inside (major, power_of_ten (i), range);
  /* A small part has no two of these. */
  if (major->len < 2)
    {
      g_array_set_size (major, 0);
      linear_ticks (range, wanted, major, minor);
    }
}

const EtudeAxisScale etude_axis_scale_linear = {
  .id = "linear", .label = N_("Linear"),
  .map = linear_map, .inverse = linear_inverse, .shows = linear_shows, .ticks = linear_ticks,
};

const EtudeAxisScale etude_axis_scale_log = {
  .id = "log", .label = N_("Log"),
  .map = log_map, .inverse = log_inverse, .shows = log_shows, .ticks = log_ticks,
};

const EtudeAxisScale etude_axis_scale_symlog = {
  .id = "symlog", .label = N_("Symmetric Log"),
  .map = symlog_map, .inverse = symlog_inverse, .shows = linear_shows, .ticks = symlog_ticks,
};

const EtudeAxisScale *const etude_axis_scales[] = {
  &etude_axis_scale_linear, &etude_axis_scale_log, &etude_axis_scale_symlog, NULL,
};

/**
 * etude_axis_scale_find:
 * @id: such as “log”
 *
 * Returns: (nullable): the scale of that name
 */
const EtudeAxisScale *
etude_axis_scale_find (const char *id)
{
  for (guint i = 0; etude_axis_scales[i] != NULL; i++)
    if (strcmp (etude_axis_scales[i]->id, id) == 0)
      return etude_axis_scales[i];
  return NULL;
}

const char *
etude_axis_scale_label (const EtudeAxisScale *scale)
{
  return _(scale->label);
}

/**
 * etude_axis_scale_fit:
 * @scale: a scale
 * @range: (inout): what the data need, in any order; it may be empty or hold what @scale cannot show
 * @wanted: how many ticks there is room for; 0 to leave good ends where they are
 *
 * Makes a range that the scale can work with, and moves its ends out to round values.
 */
void
etude_axis_scale_fit (const EtudeAxisScale *scale, EtudeRange *range, guint wanted)
{
  gboolean is_log = scale == &etude_axis_scale_log;
  double a = scale->shows (range->min) ? range->min : NAN;
  double b = scale->shows (range->max) ? range->max : NAN;

  if (isnan (a) && isnan (b))
    b = 1;
  if (isnan (a))
    a = is_log ? b / 1000 : MIN (0, b - 1);
  if (isnan (b))
    b = is_log ? a * 1000 : a + 1;
  range->min = CLAMP (MIN (a, b), is_log ? SMALLEST : -LARGEST, LARGEST);
  range->max = CLAMP (MAX (a, b), is_log ? SMALLEST : -LARGEST, LARGEST);

  if (is_log && range->max < range->min * 1.02)
    {
      range->min /= 2;
      range->max *= 2;
    }
  else if (!is_log && range->max - range->min <= MAX (1e-9 * MAX (fabs (range->min), fabs (range->max)), SMALLEST))
    {
      double half = fabs (range->max) > SMALLEST ? fabs (range->max) / 2 : 0.5;

      range->min -= half;
      range->max += half;
    }
  if (wanted == 0)
    return;
  if (is_log)
    log_fit (range, wanted);
  else
    linear_fit (range, wanted);
}
