/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/field.h"

#include <string.h>

#include "app/model/blame.h"
#include "base/number.h"

/* While a run is going on, the rate that a person sees and moves is that of the run. */
static gboolean
is_live (EtudeSession *session, const char *path)
{
  return etude_session_is_live (session) && g_str_equal (path, ETUDE_RATE_PATH);
}

/* Without the last digits, which come from having multiplied. */
static char *
show_rate (double rate)
{
  char text[ETUDE_NUMBER_SIZE], shortest[ETUDE_NUMBER_SIZE];

  g_ascii_formatd (text, sizeof text, "%.12g", rate);
  return g_strdup (etude_number_write (shortest, g_ascii_strtod (text, NULL)));
}

static gboolean
set_live_rate (EtudeSession *session, const EtudePlace *place, const char *text, GError **error)
{
  double rate;

  if (!etude_param_read (place->param, text, place->field, error))
    return FALSE;
  rate = *(const double *) place->field;
  return etude_session_set_rate (session, rate, error);
}

/* Of a list of numbers a person sees and types the inside: its brackets say nothing. Other lists
 * have a text of their own. */
static gboolean
is_list (const EtudeParam *param)
{
  return param->type == ETUDE_PARAM_REALS;
}

static char *
show_list (const EtudeExperiment *experiment, const char *path)
{
  g_autofree char *json = etude_experiment_get_text (experiment, path);
  gsize length = strlen (json);

  if (length >= 2 && json[0] == '[' && json[length - 1] == ']')
    return g_strndup (json + 1, length - 2);
  return g_steal_pointer (&json);
}

static char *
show (const EtudeExperiment *experiment, const char *path)
{
  EtudePlace place;

  if (!etude_experiment_find (experiment, path, &place, NULL))
    return NULL;
  if (is_list (place.param))
    return show_list (experiment, path);
  return etude_param_show (place.param, place.field);
}

static gboolean
set_list (EtudeExperiment *experiment, const char *path, const char *text, GError **error)
{
  g_autofree char *inside = g_strstrip (g_strdup (text));
  g_autofree char *json = inside[0] == '[' ? g_strdup (inside) : g_strdup_printf ("[%s]", inside);

  return etude_experiment_set (experiment, path, json, error);
}

/**
 * etude_field_is_in_item:
 * @experiment: a document
 * @path: dotted path
 *
 * Returns: whether @path leads to an item of a list, or into one
 */
gboolean
etude_field_is_in_item (const EtudeExperiment *experiment, const char *path)
{
  gsize end = 0;

  do
    {
      g_autofree char *part = NULL;
      EtudePlace place;

      end += strcspn (path + end, ".");
      part = g_strndup (path, end);
      if (etude_experiment_find (experiment, part, &place, NULL) && place.index >= 0)
        return TRUE;
    }
  while (path[end++] != '\0');
  return FALSE;
}

/* What the same place holds in a new document, else in a new value of its kind. The result is a
 * document that has the default at @path: that of the session with the default put in. */
static EtudeExperiment *
with_default (EtudeSession *session, const char *path)
{
  EtudeExperiment *value = etude_experiment_copy (etude_session_get_experiment (session));
  g_autoptr (EtudeExperiment) fresh = etude_experiment_new ();
  EtudePlace place, source;
  EtudeObject object = { NULL, NULL };

  if (!etude_experiment_find (value, path, &place, NULL))
    return value;
  /* Layers move: what a new document has at the same place of a list is no default of this one. */
  if (etude_field_is_in_item (value, path) || !etude_experiment_find (fresh, path, &source, NULL)
      || source.param != place.param || source.object->kind != place.object->kind)
    {
      etude_object_init (&object, place.object->kind);
      source.field = etude_param_field (place.param, object.data);
    }
  if (place.param->type == ETUDE_PARAM_KIND)
    {
      etude_object_clear (place.field);
      etude_object_copy (place.field, source.field);
    }
  else if (place.param->type == ETUDE_PARAM_KINDS)
    {
      /* Both are owned: exchange them. */
      EtudeObjects kept = *(EtudeObjects *) place.field;

      *(EtudeObjects *) place.field = *(EtudeObjects *) source.field;
      *(EtudeObjects *) source.field = kept;
    }
  else if (is_list (place.param))
    {
      EtudeReals kept;

      memcpy (&kept, place.field, sizeof kept);
      memcpy (place.field, source.field, sizeof kept);
      memcpy (source.field, &kept, sizeof kept);
    }
  else
    {
      g_autofree char *text = etude_param_show (place.param, source.field);

      etude_param_read (place.param, text, place.field, NULL);
    }
  etude_object_clear (&object);
  return value;
}

/**
 * etude_field_find:
 * @session: a session
 * @path: dotted path
 * @place: (out): where it leads in the document of the session, until that changes
 *
 * Returns: whether the document has such a place
 */
gboolean
etude_field_find (EtudeSession *session, const char *path, EtudePlace *place)
{
  return etude_experiment_find (etude_session_get_experiment (session), path, place, NULL);
}

/**
 * etude_field_show:
 * @session: a session
 * @path: dotted path of a value that holds no kinds
 *
 * Returns: (transfer full) (nullable): text that etude_field_set() reads to the same value
 */
char *
etude_field_show (EtudeSession *session, const char *path)
{
  if (is_live (session, path))
    return show_rate (etude_session_get_rate (session));
  return show (etude_session_get_experiment (session), path);
}

/**
 * etude_field_set:
 * @session: a session
 * @path: dotted path of a value that holds no kinds
 * @text: what a person typed; for a list with or without its brackets
 * @error: set to what was found and what was expected; then nothing has changed
 *
 * Edits one value; where that is the rate, and a run is going on, that of the run. Edits of the same path one after the other are one entry of undo until
 * etude_session_seal().
 *
 * Returns: whether @text is such a value
 */
gboolean
etude_field_set (EtudeSession *session, const char *path, const char *text, GError **error)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (session));
  EtudePlace place;

  if (!etude_experiment_find (value, path, &place, error))
    return FALSE;
  if (is_live (session, path))
    return set_live_rate (session, &place, text, error);
  if (is_list (place.param) ? !set_list (value, path, text, error)
                            : !etude_param_read (place.param, text, place.field, error))
    return FALSE;
  etude_session_edit (session, value, path);
  return TRUE;
}

/**
 * etude_field_set_kind:
 * @session: a session
 * @path: dotted path of a kind
 * @kind: (nullable): what it becomes; NULL where it may be null
 *
 * Replaces a kind by the defaults of another, as an entry of undo by itself; what all kinds of the
 * group have in common is kept.
 */
void
etude_field_set_kind (EtudeSession *session, const char *path, const EtudeKind *kind)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (session));
  EtudePlace place;

  if (!etude_experiment_find (value, path, &place, NULL))
    return;
  etude_object_become (place.field, kind);
  etude_session_seal (session);
  etude_session_edit (session, value, path);
  etude_session_seal (session);
}

/**
 * etude_field_show_default:
 * @session: a session
 * @path: dotted path of a value that holds no kinds
 *
 * Returns: (transfer full) (nullable): as etude_field_show() would show the default; of the rate, while a run is going
 *   on, that of its document
 */
char *
etude_field_show_default (EtudeSession *session, const char *path)
{
  g_autoptr (EtudeExperiment) value = NULL;

  if (is_live (session, path))
    return show_rate (etude_session_get_base_rate (session));
  value = with_default (session, path);
  return show (value, path);
}

/**
 * etude_field_is_default:
 * @session: a session
 * @path: dotted path
 *
 * Returns: whether etude_field_reset() would change nothing
 */
gboolean
etude_field_is_default (EtudeSession *session, const char *path)
{
  g_autoptr (EtudeExperiment) value = NULL;

  if (is_live (session, path))
    return etude_session_get_rate_factor (session) == 1;
  value = with_default (session, path);
  return etude_experiment_equal (value, etude_session_get_experiment (session));
}

/**
 * etude_field_dup_problem:
 * @session: a session
 * @path: dotted path
 * @within: whether what is wrong with a part of it counts too
 *
 * A value can be right by itself, and wrong with the data or with another value.
 *
 * Returns: (transfer full) (nullable): why no run can start, where @path is to blame
 */
char *
etude_field_dup_problem (EtudeSession *session, const char *path, gboolean within)
{
  const EtudeExperiment *experiment = etude_session_get_experiment (session);
  const char *problem = etude_session_get_problem (session);
  g_autofree char *blamed = NULL;
  const char *words;

  if (problem == NULL || !etude_blame_find (experiment, problem, &blamed, &words)
      || !(within ? etude_blame_is_within (blamed, path) : g_str_equal (blamed, path)))
    return NULL;
  return etude_blame_explain (experiment, problem, path);
}

/**
 * etude_field_reset:
 * @session: a session
 * @path: dotted path
 *
 * Puts back what a new document has there, or a new value of the kind around it, as an entry of
 * undo by itself. The rate of a run that is going on becomes that of its document.
 */
void
etude_field_reset (EtudeSession *session, const char *path)
{
  g_autoptr (EtudeExperiment) value = NULL;

  etude_session_seal (session);
  if (is_live (session, path))
    etude_session_set_rate (session, etude_session_get_base_rate (session), NULL);
  else
    {
      value = with_default (session, path);
      etude_session_edit (session, value, path);
    }
  etude_session_seal (session);
}
