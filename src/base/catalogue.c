/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/catalogue.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/list.h"
#include "base/number.h"
#include "base/value.h"

/**
 * etude_group_find:
 * @group: a group
 * @id: (nullable): the id of a kind
 *
 * Returns: (transfer none) (nullable): the kind
 */
const EtudeKind *
etude_group_find (const EtudeGroup *group, const char *id)
{
  for (guint i = 0; id != NULL && group->kinds[i] != NULL; i++)
    if (g_str_equal (group->kinds[i]->id, id))
      return group->kinds[i];
  return NULL;
}

static guint
count (const EtudeParam *params)
{
  guint n = 0;

  while (params != NULL && params[n].key != NULL)
    n++;
  return n;
}

/**
 * etude_kind_n_params:
 * @kind: a kind
 *
 * Returns: how many parameters it has, those that its whole group has included
 */
guint
etude_kind_n_params (const EtudeKind *kind)
{
  return count (kind->common) + count (kind->params);
}

/**
 * etude_kind_get_param:
 * @kind: a kind
 * @i: below etude_kind_n_params()
 *
 * Returns: (transfer none): parameter @i in the order of the written document
 */
const EtudeParam *
etude_kind_get_param (const EtudeKind *kind, guint i)
{
  const EtudeParam *first = kind->common_last ? kind->params : kind->common;
  const EtudeParam *second = kind->common_last ? kind->common : kind->params;
  guint n_first = count (first);

  return i < n_first ? &first[i] : &second[i - n_first];
}

/**
 * etude_kind_find_param:
 * @kind: a kind
 * @key: the key of a parameter
 *
 * Returns: (transfer none) (nullable): the parameter
 */
const EtudeParam *
etude_kind_find_param (const EtudeKind *kind, const char *key)
{
  guint n = etude_kind_n_params (kind);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (etude_kind_get_param (kind, i)->key, key))
      return etude_kind_get_param (kind, i);
  return NULL;
}

/**
 * etude_param_field:
 * @param: a parameter
 * @data: the struct of a kind that has it
 *
 * Returns: (transfer none): its field
 */
gpointer
etude_param_field (const EtudeParam *param, gpointer data)
{
  return G_STRUCT_MEMBER_P (data, param->offset);
}

/**
 * etude_param_is_auto:
 * @param: a parameter
 * @field: its field
 *
 * Returns: whether the value is to be resolved by the program
 */
gboolean
etude_param_is_auto (const EtudeParam *param, gconstpointer field)
{
  if (param->automatic == NULL)
    return FALSE;
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      return isnan (*(const double *) field);
    case ETUDE_PARAM_INTEGER:
      return *(const guint64 *) field == ETUDE_AUTO_INTEGER;
    case ETUDE_PARAM_BOOLEAN:
      return *(const gboolean *) field == ETUDE_AUTO_BOOLEAN;
    case ETUDE_PARAM_CHOICE:
      return g_str_equal (param->choices[*(const guint *) field].id, "auto");
    case ETUDE_PARAM_TEXT:
      return *(char *const *) field == NULL;
    case ETUDE_PARAM_LENGTH:
      return ((const EtudeLength *) field)->unit == ETUDE_LENGTH_AUTO;
    case ETUDE_PARAM_EXTENT:
      return ((const EtudeExtent *) field)->height == ETUDE_AUTO_INTEGER;
    case ETUDE_PARAM_KIND:
      return ((const EtudeObject *) field)->kind == NULL;
    case ETUDE_PARAM_FILE:
    case ETUDE_PARAM_REALS:
    case ETUDE_PARAM_LENGTHS:
    case ETUDE_PARAM_POINTS:
    case ETUDE_PARAM_KINDS:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

gboolean
etude_param_is_number (const EtudeParam *param)
{
  return param->type == ETUDE_PARAM_REAL || param->type == ETUDE_PARAM_INTEGER;
}

/**
 * etude_param_has_bounds:
 * @param: a parameter
 *
 * Returns: whether its numbers, one or several, lie between its bounds
 */
gboolean
etude_param_has_bounds (const EtudeParam *param)
{
  return etude_param_is_number (param) || param->type == ETUDE_PARAM_EXTENT || param->type == ETUDE_PARAM_REALS
         || param->type == ETUDE_PARAM_POINTS;
}

/* “at least 0 and below 1” */
static char *
describe_bounds (const EtudeParam *param)
{
  char least[ETUDE_NUMBER_SIZE], most[ETUDE_NUMBER_SIZE];

  etude_number_write (least, param->min);
  etude_number_write (most, param->max);
  if (param->min_open)
    return g_strdup_printf (param->max_open ? _("above %s and below %s") : _("above %s and at most %s"),
                            least, most);
  return g_strdup_printf (param->max_open ? _("at least %s and below %s") : _("from %s to %s"),
                          least, most);
}

static char *
describe_choices (const EtudeParam *param)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (const EtudeChoice *choice = param->choices; choice->id != NULL; choice++)
    etude_error_list (list, choice->id);
  return g_strdup_printf (_("one of %s"), list->str);
}

static char *
describe_kinds (const EtudeParam *param)
{
  g_autoptr (GString) list = g_string_new (NULL);

  if (param->group->plain)
    return g_strdup (param->nullable ? _("an object or null") : _("an object"));
  for (guint i = 0; param->group->kinds[i] != NULL; i++)
    etude_error_list (list, param->group->kinds[i]->id);
  return g_strdup_printf (param->nullable ? _("null or one of the kinds %s")
                                          : _("one of the kinds %s"),
                          list->str);
}

/**
 * etude_param_describe:
 * @param: a parameter
 *
 * What a value of it must be, in words that complete “expected …”, such as
 * “a number above 0 and at most 1000”.
 *
 * Returns: (transfer full): the text
 */
char *
etude_param_describe (const EtudeParam *param)
{
  g_autofree char *inner = NULL;
  g_autofree char *text = NULL;

  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      inner = describe_bounds (param);
      text = g_strdup_printf (_("a number %s"), inner);
      break;
    case ETUDE_PARAM_INTEGER:
      inner = describe_bounds (param);
      text = g_strdup_printf (_("an integer %s"), inner);
      break;
    case ETUDE_PARAM_BOOLEAN:
      text = g_strdup (_("true or false"));
      break;
    case ETUDE_PARAM_CHOICE:
      return describe_choices (param);
    case ETUDE_PARAM_TEXT:
      text = g_strdup (_("a text"));
      break;
    case ETUDE_PARAM_FILE:
      return g_strdup (_("the path of a file"));
    case ETUDE_PARAM_LENGTH:
      text = g_strdup (param->min_open ? _("a length above 0 such as 200, “5 epochs” or “30%”")
                                       : _("a length such as 200, “5 epochs” or “30%”"));
      break;
    case ETUDE_PARAM_EXTENT:
      inner = describe_bounds (param);
      text = g_strdup_printf (_("an integer or [height, width], %s"), inner);
      break;
    case ETUDE_PARAM_REALS:
      inner = describe_bounds (param);
      return g_strdup_printf (_("a list of numbers %s"), inner);
    case ETUDE_PARAM_LENGTHS:
      return g_strdup (_("a list of lengths such as 200, “5 epochs” or “30%”"));
    case ETUDE_PARAM_POINTS:
      inner = describe_bounds (param);
      return g_strdup_printf (_("a list of pairs of a length and a number %s"), inner);
    case ETUDE_PARAM_KIND:
      text = describe_kinds (param);
      break;
    case ETUDE_PARAM_KINDS:
      return g_strdup (_("a list of objects"));
    }
  if (param->automatic == NULL)
    return g_steal_pointer (&text);
  return g_strdup_printf (_("%s, or “auto”"), text);
}

/**
 * etude_param_check_number:
 * @param: a real, integer, extent, list of reals, or points, whose numbers are meant
 * @value: a number
 *
 * Returns: whether @value is finite, within the bounds, and whole where it must be
 */
gboolean
etude_param_check_number (const EtudeParam *param, double value)
{
  if (!isfinite (value))
    return FALSE;
  if ((param->type == ETUDE_PARAM_INTEGER || param->type == ETUDE_PARAM_EXTENT) && value != floor (value))
    return FALSE;
  return (param->min_open ? value > param->min : value >= param->min)
         && (param->max_open ? value < param->max : value <= param->max);
}

static gboolean
read_choice (const EtudeParam *param, const char *text, guint *field)
{
  for (guint i = 0; param->choices[i].id != NULL; i++)
    if (g_str_equal (param->choices[i].id, text))
      {
        *field = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_auto (const EtudeParam *param, gpointer field)
{
  if (param->automatic == NULL || param->type == ETUDE_PARAM_CHOICE)
    return FALSE;
  if (param->type == ETUDE_PARAM_REAL)
    *(double *) field = NAN;
  else if (param->type == ETUDE_PARAM_INTEGER)
    *(guint64 *) field = ETUDE_AUTO_INTEGER;
  else if (param->type == ETUDE_PARAM_BOOLEAN)
    *(gboolean *) field = ETUDE_AUTO_BOOLEAN;
  else if (param->type == ETUDE_PARAM_TEXT)
    g_clear_pointer ((char **) field, g_free);
  else if (param->type == ETUDE_PARAM_LENGTH)
    *(EtudeLength *) field = (EtudeLength) { 0, ETUDE_LENGTH_AUTO };
  else if (param->type == ETUDE_PARAM_EXTENT)
    *(EtudeExtent *) field = (EtudeExtent) { ETUDE_AUTO_INTEGER, ETUDE_AUTO_INTEGER };
  else
    return FALSE;
  return TRUE;
}

/* “3”, “3 × 2”, “3x2”, “3, 2” or “[3, 2]” */
static gboolean
read_extent (const EtudeParam *param, const char *text, EtudeExtent *extent)
{
  g_autoptr (GString) plain = g_string_new (text);
  g_auto (GStrv) parts = NULL;
  double numbers[2];
  guint n;

  g_string_replace (plain, "×", ",", 0);
  g_strdelimit (plain->str, "x", ',');
  g_strstrip (plain->str);
  if (g_str_has_prefix (plain->str, "[") && g_str_has_suffix (plain->str, "]"))
    {
      plain->str[strlen (plain->str) - 1] = '\0';
      *plain->str = ' ';
    }
  parts = g_strsplit (plain->str, ",", 3);
  n = g_strv_length (parts);
  if (n < 1 || n > 2)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!etude_number_read_typed (g_strstrip (parts[i]), &numbers[i]) || !etude_param_check_number (param, numbers[i]))
      return FALSE;
  *extent = (EtudeExtent) { (guint64) numbers[0], (guint64) numbers[n - 1] };
  return TRUE;
}

static gboolean
read_length (const EtudeParam *param, const char *text, EtudeLength *length)
{
  EtudeLength read;

  if (!etude_length_read (text, &read) || !etude_param_check_length (param, &read))
    return FALSE;
  *length = read;
  return TRUE;
}

static gboolean
read_plain (const EtudeParam *param, const char *text, gpointer field)
{
  double number;

  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      if (!etude_number_read_typed (text, &number) || !etude_param_check_number (param, number))
        return FALSE;
      *(double *) field = number;
      return TRUE;
    case ETUDE_PARAM_INTEGER:
      if (!etude_number_read_typed (text, &number) || !etude_param_check_number (param, number))
        return FALSE;
      *(guint64 *) field = (guint64) number;
      return TRUE;
    case ETUDE_PARAM_BOOLEAN:
      if (!g_str_equal (text, "true") && !g_str_equal (text, "false"))
        return FALSE;
      *(gboolean *) field = g_str_equal (text, "true");
      return TRUE;
    case ETUDE_PARAM_CHOICE:
      return read_choice (param, text, field);
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      if (!g_utf8_validate (text, -1, NULL))
        return FALSE;
      g_free (*(char **) field);
      *(char **) field = g_strdup (text);
      return TRUE;
    case ETUDE_PARAM_LENGTH:
      return read_length (param, text, field);
    case ETUDE_PARAM_EXTENT:
      return read_extent (param, text, field);
    case ETUDE_PARAM_LENGTHS:
      return etude_lengths_read (text, field);
    case ETUDE_PARAM_POINTS:
      return etude_points_read (param, text, field);
    case ETUDE_PARAM_REALS:
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

/**
 * etude_param_check_length:
 * @param: a length
 * @length: a value of it
 *
 * Returns: whether it may be so short: what something is divided by may not be 0
 */
gboolean
etude_param_check_length (const EtudeParam *param, const EtudeLength *length)
{
  return !param->min_open || length->unit == ETUDE_LENGTH_AUTO || length->value > 0;
}

/**
 * etude_param_read:
 * @param: a parameter that holds neither numbers in a list nor kinds
 * @text: what a person typed
 * @field: its field, initialised; untouched when @text is refused
 * @error: set to what was found and what was expected
 *
 * Reads one value as it is typed into a row or given on the command line.
 *
 * Returns: whether @text is such a value
 */
gboolean
etude_param_read (const EtudeParam *param, const char *text, gpointer field, GError **error)
{
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;

  if (g_str_equal (text, "auto") && read_auto (param, field))
    return TRUE;
  if (read_plain (param, text, field))
    return TRUE;
  expected = etude_param_describe (param);
  found = g_utf8_make_valid (text, -1);
  g_set_error (error, ETUDE_ERROR, ETUDE_ERROR_VALUE, _("found “%s”, expected %s"), found, expected);
  return FALSE;
}

/**
 * etude_param_show:
 * @param: a parameter that holds neither numbers in a list nor kinds
 * @field: its field
 *
 * Returns: (transfer full): text that etude_param_read() reads to the same value
 */
char *
etude_param_show (const EtudeParam *param, gconstpointer field)
{
  char number[ETUDE_NUMBER_SIZE];
  const EtudeExtent *extent = field;

  if (etude_param_is_auto (param, field))
    return g_strdup ("auto");
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      return g_strdup (etude_number_write (number, *(const double *) field));
    case ETUDE_PARAM_INTEGER:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *) field);
    case ETUDE_PARAM_BOOLEAN:
      return g_strdup (*(const gboolean *) field ? "true" : "false");
    case ETUDE_PARAM_CHOICE:
      return g_strdup (param->choices[*(const guint *) field].id);
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      return g_strdup (*(char *const *) field != NULL ? *(char *const *) field : "");
    case ETUDE_PARAM_LENGTH:
      return etude_length_write (field);
    case ETUDE_PARAM_EXTENT:
      if (extent->height == extent->width)
        return g_strdup_printf ("%" G_GUINT64_FORMAT, extent->height);
      return g_strdup_printf ("%" G_GUINT64_FORMAT " × %" G_GUINT64_FORMAT, extent->height, extent->width);
    case ETUDE_PARAM_LENGTHS:
      return etude_lengths_write (field);
    case ETUDE_PARAM_POINTS:
      return etude_points_write (field);
    case ETUDE_PARAM_REALS:
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      break;
    }
  g_return_val_if_reached (NULL);
}
