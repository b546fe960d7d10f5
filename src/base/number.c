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
  /* Fifteen digits always survive the way through text, so a text of fifteen digits or fewer that
   * reads back equal is found by "%.15g", which drops the zeros at its end. Numbers too small for a
   * full mantissa have fewer digits that count. */
  enum { SURE = 14 };
  static const char *const formats[] = {
    "%.1g", "%.2g", "%.3g", "%.4g", "%.5g", "%.6g", "%.7g", "%.8g", "%.9g", "%.10g", "%.11g",
    "%.12g", "%.13g", "%.14g", "%.15g", "%.16g", "%.17g",
  };
  gboolean is_subnormal = fpclassify (value) == FP_SUBNORMAL;

  if (isnan (value))
    return strcpy (buffer, "nan");
  if (isinf (value))
    return strcpy (buffer, value > 0 ? "inf" : "-inf");
  if (value == 0)
    return strcpy (buffer, "0");
  for (guint i = is_subnormal ? 0 : SURE; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, ETUDE_NUMBER_SIZE, formats[i], value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  tidy_exponent (buffer);
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
