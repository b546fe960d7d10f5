/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/list.h"

#include <string.h>

#include "base/number.h"

/* The parts between commas; none of an empty text. */
static GStrv
split (const char *text)
{
  GStrv parts = g_strsplit (text, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    g_strstrip (parts[i]);
  if (parts[0] != NULL && parts[1] == NULL && *parts[0] == '\0')
    g_clear_pointer (&parts[0], g_free);
  return parts;
}

/**
 * etude_lengths_read:
 * @text: such as “50%, 75%”
 * @lengths: initialised; untouched when @text is refused
 *
 * Returns: whether @text is a list of lengths
 */
gboolean
etude_lengths_read (const char *text, EtudeLengths *lengths)
{
  g_auto (GStrv) parts = split (text);
  guint n = g_strv_length (parts);
  g_autofree EtudeLength *values = g_new (EtudeLength, n);

  for (guint i = 0; i < n; i++)
    if (!etude_length_read (parts[i], &values[i]))
      return FALSE;
  g_free (lengths->values);
  *lengths = (EtudeLengths) { g_steal_pointer (&values), n };
  return TRUE;
}

/**
 * etude_lengths_write:
 * @lengths: a list
 *
 * Returns: (transfer full): text that etude_lengths_read() reads to the same list
 */
char *
etude_lengths_write (const EtudeLengths *lengths)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < lengths->n; i++)
    {
      g_autofree char *length = etude_length_write (&lengths->values[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", length);
    }
  return g_string_free (text, FALSE);
}

/* The length, then, behind the last blank or colon, the number. */
static gboolean
read_point (const EtudeParam *param, char *text, EtudePoint *point)
{
  char *colon = strrchr (text, ':'), *blank = strrchr (text, ' ');
  char *gap = colon != NULL ? colon : blank;

  if (gap == NULL)
    return FALSE;
  *gap = '\0';
  return etude_length_read (text, &point->at) && etude_number_read_typed (gap + 1, &point->value)
         && etude_param_check_number (param, point->value);
}

/**
 * etude_points_read:
 * @param: says what the numbers may be
 * @text: such as “0%: 1, 100%: 0”
 * @points: initialised; untouched when @text is refused
 *
 * Returns: whether @text is a list of pairs of a length and a number
 */
gboolean
etude_points_read (const EtudeParam *param, const char *text, EtudePoints *points)
{
  g_auto (GStrv) parts = split (text);
  guint n = g_strv_length (parts);
  g_autofree EtudePoint *values = g_new (EtudePoint, n);

  for (guint i = 0; i < n; i++)
    if (!read_point (param, parts[i], &values[i]))
      return FALSE;
  g_free (points->values);
  *points = (EtudePoints) { g_steal_pointer (&values), n };
  return TRUE;
}

/**
 * etude_points_write:
 * @points: a list
 *
 * Returns: (transfer full): text that etude_points_read() reads to the same list
 */
char *
etude_points_write (const EtudePoints *points)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < points->n; i++)
    {
      g_autofree char *at = etude_length_write (&points->values[i].at);

      g_string_append_printf (text, "%s%s: ", i > 0 ? ", " : "", at);
      etude_number_append (text, points->values[i].value);
    }
  return g_string_free (text, FALSE);
}
