/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/json-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

/* json-glib crashes on deep nesting, and takes hexadecimal, single quotes, numbers beyond the range
 * of its types and the last of two equal keys without a word. Whatever passes this scan is JSON in
 * the strict sense of RFC 8259 and means the same to every reader. */

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  const char *file;
  guint depth;
  GError **error;
} Scan;

static gboolean scan_value (Scan *scan);

static void
count_place (Scan *scan, guint *line, guint *column)
{
  const char *line_start = scan->start;

  *line = 1;
  for (const char *c = scan->start; c < scan->at; c++)
    if (*c == '\n')
      {
        *line += 1;
        line_start = c + 1;
      }
  *column = (guint) g_utf8_strlen (line_start, scan->at - line_start) + 1;
}

static gboolean
refuse (Scan *scan, const char *found, const char *expected)
{
  guint line, column;

  count_place (scan, &line, &column);
  g_set_error (scan->error, ETUDE_ERROR, ETUDE_ERROR_FORMAT,
               _("%s: line %u, column %u: found %s, expected %s"), scan->file, line, column, found, expected);
  return FALSE;
}

/* Names what stands at the current place. */
static gboolean
expect (Scan *scan, const char *expected)
{
  g_autofree char *found = NULL;

  if (scan->at >= scan->end)
    return refuse (scan, _("the end of the file"), expected);
  if (g_unichar_isprint (g_utf8_get_char (scan->at)))
    found = g_strdup_printf (_("“%.*s”"), (int) (g_utf8_next_char (scan->at) - scan->at), scan->at);
  else
    found = g_strdup_printf (_("the character U+%04X"), g_utf8_get_char (scan->at));
  return refuse (scan, found, expected);
}

static void
skip_blanks (Scan *scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
    scan->at++;
}

static gboolean
take (Scan *scan, char c)
{
  if (scan->at >= scan->end || *scan->at != c)
    return FALSE;
  scan->at++;
  return TRUE;
}

static gboolean
take_word (Scan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;
  return TRUE;
}

static gboolean
scan_digits (Scan *scan)
{
  if (scan->at >= scan->end || !g_ascii_isdigit (*scan->at))
    return expect (scan, _("a digit"));
  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return TRUE;
}

static gboolean
scan_number (Scan *scan)
{
  const char *first = scan->at;
  gboolean is_integer = TRUE;
  g_autofree char *text = NULL;
  double value;

  take (scan, '-');
  if (!take (scan, '0'))
    {
      if (!scan_digits (scan))
        return FALSE;
    }
  else if (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    return expect (scan, _("no digit after a leading zero"));
  if (take (scan, '.'))
    {
      is_integer = FALSE;
      if (!scan_digits (scan))
        return FALSE;
    }
  if (take (scan, 'e') || take (scan, 'E'))
    {
      is_integer = FALSE;
      if (!take (scan, '-'))
        take (scan, '+');
      if (!scan_digits (scan))
        return FALSE;
    }
  text = g_strndup (first, (gsize) (scan->at - first));
  value = g_ascii_strtod (text, NULL);
  scan->at = first;
  if (!isfinite (value))
    return refuse (scan, text, _("a finite number"));
  if (is_integer && fabs (value) > (double) ETUDE_INTEGER_MAX)
    return refuse (scan, text, _("an integer up to 9007199254740991"));
  scan->at += strlen (text);
  return TRUE;
}

/* The four digits behind \u. @low: the second half of a UTF-16 pair must be there, as it must not be otherwise. */
static gboolean
scan_unit (Scan *scan, gboolean low, gboolean *is_high)
{
  const char *first = scan->at;
  guint unit = 0;

  for (guint i = 0; i < 4; i++, scan->at++)
    {
      if (scan->at >= scan->end || !g_ascii_isxdigit (*scan->at))
        return expect (scan, _("four hexadecimal digits"));
      unit = unit << 4 | (guint) g_ascii_xdigit_value (*scan->at);
    }
  *is_high = unit >= 0xd800 && unit < 0xdc00;
  if (unit != 0 && (unit >= 0xdc00 && unit < 0xe000) == low)
    return TRUE;
  scan->at = first - 2;
  if (unit == 0)
    return refuse (scan, "\\u0000", _("a text without the character NUL"));
  return expect (scan, low ? _("the second half of a pair of escapes") : _("the first half of a pair of escapes before it"));
}

static gboolean
scan_escape (Scan *scan)
{
  gboolean is_high;

  if (scan->at < scan->end && *scan->at != '\0' && strchr ("\"\\/bfnrt", *scan->at) != NULL)
    {
      scan->at++;
      return TRUE;
    }
  if (!take (scan, 'u'))
    return expect (scan, _("one of the escapes of JSON"));
  if (!scan_unit (scan, FALSE, &is_high))
    return FALSE;
  if (!is_high)
    return TRUE;
  if (!take_word (scan, "\\u"))
    return expect (scan, _("the second half of a pair of escapes"));
  return scan_unit (scan, TRUE, &is_high);
}

static gboolean
scan_string (Scan *scan)
{
  if (!take (scan, '"'))
    return expect (scan, _("a text in double quotes"));
  while (scan->at < scan->end && *scan->at != '"')
    {
      if ((guchar) *scan->at < 0x20)
        return expect (scan, _("an escape for a control character"));
      if (!take (scan, '\\'))
        scan->at = g_utf8_next_char (scan->at);
      else if (!scan_escape (scan))
        return FALSE;
    }
  return take (scan, '"') || expect (scan, _("a closing quote"));
}

/* A key, which must be new among keys; two spellings of one key with escapes are two keys here and
 * are told apart by nobody, since no key of Etude has an escape. */
static gboolean
scan_key (Scan *scan, GHashTable *keys)
{
  const char *first = scan->at;
  g_autofree char *key = NULL;

  if (!scan_string (scan))
    return FALSE;
  key = g_strndup (first + 1, (gsize) (scan->at - first) - 2);
  if (strchr (key, '\\') != NULL)
    {
      scan->at = first;
      return refuse (scan, _("a key with an escape"), _("a plain key"));
    }
  if (g_hash_table_contains (keys, key))
    {
      g_autofree char *found = g_strdup_printf (_("“%s” for the second time"), key);

      scan->at = first;
      return refuse (scan, found, _("each key once"));
    }
  g_hash_table_add (keys, g_steal_pointer (&key));
  return TRUE;
}

static gboolean
scan_members (Scan *scan)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  skip_blanks (scan);
  if (take (scan, '}'))
    return TRUE;
  do
    {
      skip_blanks (scan);
      if (!scan_key (scan, keys))
        return FALSE;
      skip_blanks (scan);
      if (!take (scan, ':'))
        return expect (scan, _("a colon"));
      if (!scan_value (scan))
        return FALSE;
      skip_blanks (scan);
    }
  while (take (scan, ','));
  return take (scan, '}') || expect (scan, _("a comma or a closing brace"));
}

static gboolean
scan_elements (Scan *scan)
{
  skip_blanks (scan);
  if (take (scan, ']'))
    return TRUE;
  do
    {
      if (!scan_value (scan))
        return FALSE;
      skip_blanks (scan);
    }
  while (take (scan, ','));
  return take (scan, ']') || expect (scan, _("a comma or a closing bracket"));
}

static gboolean
scan_value (Scan *scan)
{
  gboolean is_object;
  gboolean good;

  skip_blanks (scan);
  if (scan->at < scan->end && (*scan->at == '{' || *scan->at == '['))
    {
      if (scan->depth == ETUDE_JSON_MAX_DEPTH)
        {
          g_autofree char *expected = g_strdup_printf (_("at most %d"), ETUDE_JSON_MAX_DEPTH);

          return refuse (scan, _("one more level of brackets"), expected);
        }
      scan->depth++;
      is_object = *scan->at++ == '{';
      good = is_object ? scan_members (scan) : scan_elements (scan);
      scan->depth--;
      return good;
    }
  if (scan->at < scan->end && *scan->at == '"')
    return scan_string (scan);
  if (scan->at < scan->end && (*scan->at == '-' || g_ascii_isdigit (*scan->at)))
    return scan_number (scan);
  return take_word (scan, "true") || take_word (scan, "false") || take_word (scan, "null")
         || expect (scan, _("a value"));
}

/**
 * etude_json_scan:
 * @text: bytes from outside
 * @length: how many
 * @file: what to call them in a message
 * @error: set to the place, what was found and what was expected
 *
 * Checks that the bytes are strict JSON of reasonable size and depth, with finite numbers, exact
 * integers and no key twice, before they are given to a parser.
 *
 * Returns: whether they are
 */
gboolean
etude_json_scan (const char *text, gsize length, const char *file, GError **error)
{
  Scan scan = { text, text, text + length, file, 0, error };
  const char *bad;

  if (length > ETUDE_JSON_MAX_BYTES)
    {
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE,
                   _("%s: found %zu bytes, expected at most %zu"),
                   file, length, ETUDE_JSON_MAX_BYTES);
      return FALSE;
    }
  if (!g_utf8_validate (text, (gssize) length, &bad))
    {
      guint line, column;

      scan.at = bad;
      count_place (&scan, &line, &column);
      g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_FORMAT,
                   _("%s: line %u: found the byte 0x%02x, expected UTF-8 text"), file, line,
                   bad < text + length ? (guchar) *bad : 0);
      return FALSE;
    }
  if (!scan_value (&scan))
    return FALSE;
  skip_blanks (&scan);
  return scan.at == scan.end || expect (&scan, _("nothing after the value"));
}
