/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/param-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

/* A bound that only says how large a number can be stored is no news to anybody. */
#define UNBOUNDED 1e12

/* Digits of a number in a row that is not being edited. */
#define SHOWN_DIGITS 5

/**
 * etude_param_words_bounds:
 * @param: a number or a list of numbers
 *
 * Returns: (transfer full): what completes “must be”, such as “at least 0 and below 1”
 */
char *
etude_param_words_bounds (const EtudeParam *param)
{
  g_autofree char *least = etude_number_show (param->min, 15);
  g_autofree char *most = etude_number_show (param->max, 15);

  if (param->max >= UNBOUNDED)
    return g_strdup_printf (param->min_open ? _("above %s") : _("at least %s"), least);
  if (param->min_open)
    return g_strdup_printf (param->max_open ? _("above %s and below %s") : _("above %s and at most %s"),
                            least, most);
  return g_strdup_printf (param->max_open ? _("at least %s and below %s") : _("from %s to %s"), least, most);
}

/**
 * etude_param_words_refused:
 * @param: a parameter
 * @text: what was typed
 * @kept: the value that stays, as it is shown
 *
 * Returns: (transfer full): why it is refused, such as “Must be at least 0 and below 1; 0.9 is kept”
 */
char *
etude_param_words_refused (const EtudeParam *param, const char *text, const char *kept)
{
  g_autofree char *bounds = NULL;
  g_autofree char *expected = NULL;
  double number;

  if (etude_param_is_number (param) && etude_number_read_typed (text, &number))
    {
      if (param->type == ETUDE_PARAM_INTEGER && number != floor (number))
        /* Translators: %s is a number such as 30 */
        return g_strdup_printf (_("Must be a whole number; %s is kept"), kept);
      bounds = etude_param_words_bounds (param);
      /* Translators: first what the number must be, such as “at least 0 and below 1” or “from 0 to 1”,
       * then the number that stays */
      return g_strdup_printf (_("Must be %s; %s is kept"), bounds, kept);
    }
  if (param->type == ETUDE_PARAM_REAL)
    return g_strdup_printf (_("Must be a number such as 0.001, 1e-3 or 1/300; %s is kept"), kept);
  if (param->type == ETUDE_PARAM_INTEGER)
    return g_strdup_printf (_("Must be a whole number; %s is kept"), kept);
  if (param->type == ETUDE_PARAM_LENGTH)
    return g_strdup_printf (_("Must be a length such as 200, 5 epochs or 30%%; %s is kept"), kept);
  if (param->type == ETUDE_PARAM_EXTENT)
    {
      bounds = etude_param_words_bounds (param);
      /* Translators: first such as “from 1 to 100”, then the value that stays, such as 3 × 2 */
      return g_strdup_printf (_("Must be one or two whole numbers %s, such as 3 or 3 × 2; %s is kept"), bounds, kept);
    }
  if (param->type == ETUDE_PARAM_REALS)
    {
      bounds = etude_param_words_bounds (param);
      /* Translators: %s is such as “from 0 to 1” */
      return g_strdup_printf (_("Must be numbers %s with commas between them"), bounds);
    }
  if (param->type == ETUDE_PARAM_LENGTHS)
    return g_strdup (_("Must be lengths such as 200, 5 epochs or 30% with commas between them"));
  if (param->type == ETUDE_PARAM_POINTS)
    {
      bounds = etude_param_words_bounds (param);
      /* Translators: %s is such as “from 0 to 1” */
      return g_strdup_printf (_("Must be pairs such as 30%%: 0.5 with commas between them, the second %s"), bounds);
    }
  expected = etude_param_describe (param);
  /* Translators: %s is such as “a list of pairs of a length and a number” */
  return g_strdup_printf (_("Must be %s"), expected);
}

/**
 * etude_param_words_tooltip:
 * @param: a parameter
 * @initial: (nullable): its default as it is shown
 *
 * Returns: (transfer full): what it is, what it may be, and what it is by default
 */
char *
etude_param_words_tooltip (const EtudeParam *param, const char *initial)
{
  GString *text = g_string_new (param->help != NULL ? _(param->help) : NULL);

  if (etude_param_has_bounds (param))
    {
      g_autofree char *bounds = etude_param_words_bounds (param);

      /* Translators: %s is such as “at least 0 and below 1” or “from 0 to 1” */
      g_string_append_printf (text, _("\nAllowed: %s"), bounds);
      if (param->unit != NULL)
        /* Translators: what a number counts, such as “samples” */
        g_string_append_printf (text, _("\nUnit: %s"), _(param->unit));
    }
  else if (param->type == ETUDE_PARAM_LENGTH)
    g_string_append (text, _("\nAllowed: 200 (updates), 5 epochs, 30%"));
  if (param->automatic != NULL)
    /* Translators: %s says what the program chooses by itself, such as “as many as the epochs make” */
    g_string_append_printf (text, _("\nAuto: %s"), _(param->automatic));
  if (initial != NULL && *initial != '\0')
    g_string_append_printf (text, _("\nDefault: %s"), initial);
  return g_string_free (text, FALSE);
}

/**
 * etude_param_words_short:
 * @param: a parameter
 * @text: its value as etude_param_show() makes it
 *
 * Returns: (transfer full): the same in at most a few digits
 */
char *
etude_param_words_short (const EtudeParam *param, const char *text)
{
  double number;

  if (param->type == ETUDE_PARAM_REAL && etude_number_read (text, &number))
    return etude_number_show (number, SHOWN_DIGITS);
  return g_strdup (text);
}

/* Whether the text can be continued to a value: “1e-” or, where 0 is refused, “0.0”. */
static gboolean
continues (const EtudeParam *param, const char *text)
{
  g_autofree char *longer = g_strconcat (text, "1", NULL);
  double number;

  return etude_number_read_typed (longer, &number) && etude_param_check_number (param, number);
}

/**
 * etude_param_is_begun:
 * @param: a parameter
 * @text: what was typed so far, and refused
 *
 * Returns: whether one more digit may make a value of it, so that it need not be called wrong while
 *   somebody is typing
 */
gboolean
etude_param_is_begun (const EtudeParam *param, const char *text)
{
  if (etude_param_is_number (param))
    return continues (param, text);
  /* “3 epo”, “, ”: what is typed letter by letter is wrong most of the time */
  return param->type == ETUDE_PARAM_LENGTH || param->type == ETUDE_PARAM_EXTENT || param->type == ETUDE_PARAM_REALS
         || param->type == ETUDE_PARAM_LENGTHS || param->type == ETUDE_PARAM_POINTS;
}

/* 10^e, exact where a double can be. */
static double
decade (int exponent)
{
  return exponent >= 0 ? pow (10, exponent) : 1 / pow (10, -exponent);
}

/**
 * etude_step_125:
 * @value: above 0
 * @direction: 1 for up, -1 for down
 *
 * Returns: the next of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … in that direction
 */
double
etude_step_125 (double value, int direction)
{
  static const double digits[] = { 1, 2, 5, 10 };
  const double slack = 1e-9;
  int exponent = (int) floor (log10 (value) + slack);
  double mantissa = value / decade (exponent);

  if (direction > 0)
    {
      for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
        if (digits[i] > mantissa * (1 + slack))
          return exponent >= 0 ? digits[i] * decade (exponent) : digits[i] / pow (10, -exponent);
    }
  else
    {
      for (guint i = G_N_ELEMENTS (digits); i-- > 0;)
        if (digits[i] < mantissa * (1 - slack))
          return exponent >= 0 ? digits[i] * decade (exponent) : digits[i] / pow (10, -exponent);
      return exponent > 0 ? 5 * decade (exponent - 1) : 5 / pow (10, 1 - exponent);
    }
  g_return_val_if_reached (value);
}

/* One in the last decimal that the number is written with: 0.25 goes by 0.01. */
static double
step_real (double value, int direction, gboolean large)
{
  char text[ETUDE_NUMBER_SIZE];
  const char *point, *e;
  int decimals = value == 0 ? 1 : 0;
  double scale;

  etude_number_write (text, value);
  point = strchr (text, '.');
  e = strchr (text, 'e');
  if (point != NULL)
    decimals = (int) ((e != NULL ? (gsize) (e - point) : strlen (point)) - 1);
  if (e != NULL)
    decimals -= (int) g_ascii_strtoll (e + 1, NULL, 10);
  decimals = CLAMP (decimals, 0, 12) - (large ? 1 : 0);
  scale = decade (ABS (decimals));
  return decimals >= 0 ? round (value * scale + direction) / scale : value + direction * scale;
}

/* Counts on a linear scale go by one in their second digit, those on a log scale by powers of two,
 * as is the custom for units and samples. */
static double
step_integer (const EtudeParam *param, double value, int direction, gboolean large)
{
  double step = value >= 100 ? pow (10, floor (log10 (value)) - 1) : 1;

  if (param->scale == ETUDE_SCALE_LOG && value >= 1)
    return direction > 0 ? exp2 (floor (log2 (value)) + 1) : floor (exp2 (ceil (log2 (value)) - 1));
  return value + direction * (large ? 10 : 1) * step;
}

/**
 * etude_param_step:
 * @param: a number
 * @value: where it is
 * @direction: 1 for up, -1 for down
 * @large: ten times as far, where the scale is linear
 *
 * Returns: the next value within the bounds, or @value at the end of them
 */
double
etude_param_step (const EtudeParam *param, double value, int direction, gboolean large)
{
  double next;

  if (param->type == ETUDE_PARAM_INTEGER)
    next = step_integer (param, value, direction, large);
  else if (param->scale == ETUDE_SCALE_LOG && value > 0)
    next = etude_step_125 (value, direction);
  else if (param->scale == ETUDE_SCALE_LOG && direction > 0)
    next = 1e-4;
  else
    next = step_real (value, direction, large);
  if (!etude_param_check_number (param, next) && !param->max_open && direction > 0)
    next = param->max;
  if (!etude_param_check_number (param, next) && !param->min_open && direction < 0)
    next = param->min;
  return etude_param_check_number (param, next) ? next : value;
}
