/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <math.h>
#include <string.h>

/* "1e-05" and "1e+20" as C writes them become "1e-05" -> "1e-5", "1e+20" -> "1e20". */
static void
tidy_exponent (char *text)
{
  char *e = strchr (text, 'e');
  char *from, *to;

  if (e == NULL)
    return;
  from = to = e + 1;
  if (*from == '+')
    from++;
  else if (*from == '-')
    *to++ = *from++;
  while (*from == '0' && from[1] != '\0')
    from++;
  memmove (to, from, strlen (from) + 1);
}

enum
{
  SURE = 15,  /* digits that always survive the way through text */
  ALL = 17,   /* digits that always lead back to the same number */
};

/* By trial. Fifteen digits always survive, so a text of fifteen digits or fewer that reads back equal is
 * found by "%.15g", which drops the zeros at its end. Numbers too small for a full mantissa have fewer
 * digits that count. */
static void
write_by_trial (char buffer[ETUDE_NUMBER_SIZE], double value)
{
  static const char *const formats[ALL] = {
    "%.1g", "%.2g", "%.3g", "%.4g", "%.5g", "%.6g", "%.7g", "%.8g", "%.9g", "%.10g", "%.11g",
    "%.12g", "%.13g", "%.14g", "%.15g", "%.16g", "%.17g",
  };

  for (guint i = fpclassify (value) == FP_SUBNORMAL ? 0 : SURE - 1; i < ALL; i++)
    {
      g_ascii_formatd (buffer, ETUDE_NUMBER_SIZE, formats[i], value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  tidy_exponent (buffer);
}

/* Seventeen digits as a whole number, and the exponent of ten of the first of them. */
static guint64
read_digits (const char *text, int *exponent)
{
  guint64 digits = 0;

  for (; *text != 'e'; text++)
    if (*text != '.')
      digits = 10 * digits + (guint64) (*text - '0');
  *exponent = (int) g_ascii_strtoll (text + 1, NULL, 10);
  return digits;
}

/* From the fewest digits on: whether what is left of @digits is surely as near to the value as it must
 * be, half the distance to its neighbours, told in units of the last of the seventeen digits. These are rounded
 * themselves. Returns how many digits, 0 where it is too close to tell. */
static guint
count_digits (guint64 *digits, double half)
{
  static const guint64 units[] = { 100, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      guint64 rest = *digits % units[i];
      guint64 off = MIN (rest, units[i] - rest);

      if (2 * rest == units[i])
        return 0;
      if ((double) off + 0.5001 < half)
        {
          *digits += 2 * rest > units[i] ? units[i] - rest : -rest;
          return SURE + i;
        }
      if ((double) off - 0.5001 < half)
        return 0;
    }
  return ALL;
}

/* As "%.*g" writes them, with @n for the precision. */
static void
write_digits (char *to, guint64 digits, int exponent, int n)
{
  char text[ALL + 1];
  int n_left = ALL, point = exponent + 1;

  for (int i = ALL - 1; i >= 0; i--, digits /= 10)
    text[i] = (char) ('0' + digits % 10);
  while (n_left > 1 && text[n_left - 1] == '0')
    n_left--;
  if (exponent < -4 || exponent >= n)
    point = 1;
  for (int i = point; i <= 0; i++)
    {
      *to++ = '0';
      if (i == point)
        *to++ = '.';
    }
  for (int i = 0; i < MAX (n_left, point); i++)
    {
      if (i == point && point > 0)
        *to++ = '.';
      *to++ = i < n_left ? text[i] : '0';
    }
  *to = '\0';
  if (exponent < -4 || exponent >= n)
    g_snprintf (to, 8, "e%d", exponent);
}

/**
 * etude_number_write:
 * @buffer: where the text goes
 * @value: any number
 *
 * The shortest decimal text that reads back equal, whatever the locale; nan, inf and -inf in words.
 * Zero is 0 whatever its sign, so that equal numbers have equal texts, and documents equal hashes.
 *
 * Returns: @buffer
 */
char *
etude_number_write (char buffer[ETUDE_NUMBER_SIZE], double value)
{
  char *to = buffer;
  guint64 digits;
  int exponent, binary;
  guint n = 0;

  if (isnan (value))
    return strcpy (buffer, "nan");
  if (isinf (value))
    return strcpy (buffer, value > 0 ? "inf" : "-inf");
  if (value == 0)
    return strcpy (buffer, "0");
  /* A run writes a hundred thousand numbers a second: one conversion decides nearly always. Below a power
   * of two the next number is nearer. */
  if (fpclassify (value) == FP_NORMAL && frexp (fabs (value), &binary) != 0.5)
    {
      g_ascii_formatd (buffer, ETUDE_NUMBER_SIZE, "%.16e", fabs (value));
      digits = read_digits (buffer, &exponent);
      if (ABS (exponent) < 280)
        n = count_digits (&digits, ldexp (pow (10, ALL - 1 - exponent), binary - 54));
    }
  if (n == 0 || digits >= 100000000000000000)
    {
      write_by_trial (buffer, value);
      return buffer;
    }
  if (value < 0)
    *to++ = '-';
  write_digits (to, digits, exponent, (int) n);
  return buffer;
}

/**
 * etude_number_append:
 * @text: a string to which the number is added
 * @value: any number
 *
 * Adds what etude_number_write() makes of @value.
 */
void
etude_number_append (GString *text, double value)
{
  char buffer[ETUDE_NUMBER_SIZE];

  g_string_append (text, etude_number_write (buffer, value));
}

/* Most numbers in files have few digits: then the digits are a whole number below 2^53 and the power
 * of ten is exact too, so that one division rounds as strtod() does (Clinger 1990). */
static gboolean
read_short (const char *text, double *value)
{
  static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
  const char *c = text + (*text == '-' || *text == '+');
  const char *point = NULL;
  gint64 digits = 0;
  guint n_digits = 0;

  for (; g_ascii_isdigit (*c) || (*c == '.' && point == NULL); c++)
    if (*c == '.')
      point = c;
    else
      {
        digits = 10 * digits + (*c - '0');
        if (++n_digits > 15)
          return FALSE;
      }
  if (*c != '\0' || n_digits == 0)
    return FALSE;
  *value = (double) digits / powers[point != NULL ? c - point - 1 : 0];
  if (*text == '-')
    *value = -*value;
  return TRUE;
}

/**
 * etude_number_read:
 * @text: a number as files hold it, with a decimal point
 * @value: (out): the number
 *
 * Reads the whole text as one finite decimal number. Hexadecimal, nan, inf and blanks are refused.
 *
 * Returns: whether @text is a number
 */
gboolean
etude_number_read (const char *text, double *value)
{
  const char *digits = text;
  char *end;
  double number;

  if (read_short (text, value))
    return TRUE;
  if (*digits == '-' || *digits == '+')
    digits++;
  if (!g_ascii_isdigit (*digits) && *digits != '.')
    return FALSE;
  if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
    return FALSE;
  number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

/**
 * etude_number_read_typed:
 * @text: what a person typed
 * @value: (out): the number
 *
 * Understands what people type for a rate: 0.001, 0,001, 1e-3, 1/300, blanks around it, and U+2212
 * for minus. A comma is the decimal sign, never a mark between thousands.
 *
 * Returns: whether @text is a number
 */
gboolean
etude_number_read_typed (const char *text, double *value)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  g_autoptr (GString) plain = g_string_new (copy);
  char *slash;
  double above, below;

  g_string_replace (plain, "\xe2\x88\x92", "-", 0);
  if (strchr (plain->str, '.') == NULL)
    g_string_replace (plain, ",", ".", 1);
  slash = strchr (plain->str, '/');
  if (slash == NULL)
    return etude_number_read (plain->str, value);
  *slash = '\0';
  if (!etude_number_read (g_strstrip (plain->str), &above)
      || !etude_number_read (g_strstrip (slash + 1), &below)
      || below == 0 || !isfinite (above / below))
    return FALSE;
  *value = above / below;
  return TRUE;
}

/**
 * etude_number_show:
 * @value: any number
 * @digits: significant digits, 1 to 17
 *
 * A number for a person to read: at most @digits significant digits, with U+2212 for minus. Below a
 * million whole digits are not rounded away, for 1000 is easier to read than 1e3.
 * The decimal sign is a point in every language, as the recipe and all files have it.
 *
 * Returns: (transfer full): the text
 */
char *
etude_number_show (double value, int digits)
{
  char format[8], buffer[ETUDE_NUMBER_SIZE];
  int whole = 0;

  if (!isfinite (value))
    return g_strdup (isnan (value) ? "nan" : value > 0 ? "∞" : "−∞");
  if (value == 0)
    return g_strdup ("0");
  if (fabs (value) < 999999.5)
    for (double rest = fabs (value); rest >= 1; rest /= 10)
      whole++;
  g_snprintf (format, sizeof format, "%%.%dg", CLAMP (MAX (digits, whole), 1, 17));
  g_ascii_formatd (buffer, sizeof buffer, format, value);
  tidy_exponent (buffer);
  if (buffer[0] == '-')
    return g_strconcat ("−", buffer + 1, NULL);
  return g_strdup (buffer);
}
