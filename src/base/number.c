/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <math.h>
#include <string.h>

#include "base/shortest.h"

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

/* Fifteen digits survive the way through text whatever they are: a number before whose point there are no
 * more is always written as a fixed one. */
#define SURE 15

/* These write no final NUL, and return where the next is to go. */

static char *
write_text (char *to, const char *text, int n)
{
  memcpy (to, text, (gsize) n);
  return to + n;
}

static char *
write_zeros (char *to, int n)
{
  memset (to, '0', (gsize) n);
  return to + n;
}

static char *
write_whole (char *to, guint64 value)
{
  char digits[20];
  int n = 0;

  do
    digits[sizeof digits - (gsize) ++n] = (char) ('0' + value % 10);
  while ((value /= 10) > 0);
  return write_text (to, digits + sizeof digits - n, n);
}

/* @digits times 10^@exponent, as “%g” writes it with a precision of all digits and at least SURE; the
 * exponent has no zeros in front and no plus. */
static char *
write_digits (char *to, guint64 digits, int exponent)
{
  char text[20];
  int n = (int) (write_whole (text, digits) - text);
  int point = n + exponent; /* so many places before it, less than 0 for zeros after it */

  if (point <= -4 || point > MAX (n, SURE))
    {
      *to++ = text[0];
      if (n > 1)
        *to++ = '.';
      to = write_text (to, text + 1, n - 1);
      *to++ = 'e';
      if (point < 1)
        *to++ = '-';
      return write_whole (to, (guint64) ABS (point - 1));
    }
  if (point <= 0)
    return write_text (write_zeros (write_text (to, "0.", 2), -point), text, n);
  to = write_text (to, text, MIN (n, point));
  if (point >= n)
    return write_zeros (to, point - n);
  *to++ = '.';
  return write_text (to, text + point, n - point);
}

static char *
write_number (char *to, double value)
{
  guint64 digits;
  int exponent;

  if (isnan (value))
    return write_text (to, "nan", 3);
  if (value == 0)
    return write_text (to, "0", 1);
  if (value < 0)
    *to++ = '-';
  if (isinf (value))
    return write_text (to, "inf", 3);
  digits = etude_shortest (value, &exponent);
  return write_digits (to, digits, exponent);
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
  *write_number (buffer, value) = '\0';
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

  g_string_append_len (text, buffer, write_number (buffer, value) - buffer);
}

/**
 * etude_number_append_integer:
 * @text: a string to which the number is added
 * @value: any integer
 *
 * Adds @value with all its digits.
 */
void
etude_number_append_integer (GString *text, gint64 value)
{
  char buffer[ETUDE_NUMBER_SIZE], *to = buffer;

  if (value < 0)
    *to++ = '-';
  to = write_whole (to, value < 0 ? -(guint64) value : (guint64) value);
  g_string_append_len (text, buffer, to - buffer);
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
