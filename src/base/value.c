/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/value.h"

#include <math.h>
#include <string.h>

/* The walk: the only place that knows how objects hold objects. Everything that is done with whole
 * values here and in experiment/ is a visitor. */

static void walk_inside (EtudeObject *object, EtudeObject *other, EtudeVisitor *visitor);

static gsize
push (EtudeVisitor *visitor, const char *key)
{
  gsize length;

  if (visitor->path == NULL)
    return 0;
  length = visitor->path->len;
  if (length > 0)
    g_string_append_c (visitor->path, '.');
  g_string_append (visitor->path, key);
  return length;
}

static void
pop (EtudeVisitor *visitor, gsize length)
{
  if (visitor->path != NULL)
    g_string_truncate (visitor->path, length);
}

static void
walk_object (const EtudeParam *param, EtudeObject *object, EtudeObject *other, EtudeVisitor *visitor)
{
  if (visitor->enter != NULL && !visitor->enter (visitor, param, object, other))
    return;
  if (object->kind != NULL)
    walk_inside (object, other, visitor);
  if (visitor->leave != NULL)
    visitor->leave (visitor, param, object, other);
}

static void
walk_list (const EtudeParam *param, EtudeObjects *list, EtudeObjects *other, EtudeVisitor *visitor)
{
  if (visitor->enter_list != NULL && !visitor->enter_list (visitor, param, list, other))
    return;
  for (gsize i = 0; i < list->n; i++)
    {
      char index[24];
      gsize length;

      g_snprintf (index, sizeof index, "%" G_GSIZE_FORMAT, i);
      length = push (visitor, index);
      walk_object (param, &list->items[i], other != NULL ? &other->items[i] : NULL, visitor);
      pop (visitor, length);
    }
  if (visitor->leave_list != NULL)
    visitor->leave_list (visitor, param, list, other);
}

static void
walk_inside (EtudeObject *object, EtudeObject *other, EtudeVisitor *visitor)
{
  guint n = etude_kind_n_params (object->kind);

  for (guint i = 0; i < n; i++)
    {
      const EtudeParam *param = etude_kind_get_param (object->kind, i);
      gpointer field = etude_param_field (param, object->data);
      gpointer second = other != NULL ? etude_param_field (param, other->data) : NULL;
      gsize length = push (visitor, param->key);

      if (param->type == ETUDE_PARAM_KIND)
        walk_object (param, field, second, visitor);
      else if (param->type == ETUDE_PARAM_KINDS)
        walk_list (param, field, second, visitor);
      else if (visitor->leaf != NULL)
        visitor->leaf (visitor, param, field, second);
      pop (visitor, length);
    }
}

/**
 * etude_object_walk:
 * @object: a value that is not null
 * @other: (nullable): a value of the same kind, to be visited beside it
 * @visitor: what to do with each part
 *
 * Visits the inside of @object in the order of the written document. A visitor that compares must
 * return FALSE from @enter and @enter_list where the two differ in kind or number.
 */
void
etude_object_walk (EtudeObject *object, EtudeObject *other, EtudeVisitor *visitor)
{
  g_return_if_fail (object->kind != NULL);
  g_return_if_fail (other == NULL || other->kind == object->kind);

  walk_inside (object, other, visitor);
}

/* Making a default. */

static void
init_number (const EtudeParam *param, gpointer field)
{
  if (param->type == ETUDE_PARAM_REAL)
    *(double *) field = param->initial_auto ? NAN : param->initial;
  else if (param->type == ETUDE_PARAM_INTEGER)
    *(guint64 *) field = param->initial_auto ? ETUDE_AUTO_INTEGER : (guint64) param->initial;
  else if (param->type == ETUDE_PARAM_BOOLEAN)
    *(gboolean *) field = param->initial_auto ? ETUDE_AUTO_BOOLEAN : param->initial != 0;
  else if (param->type == ETUDE_PARAM_CHOICE)
    *(guint *) field = (guint) param->initial;
  else if (param->type == ETUDE_PARAM_EXTENT)
    {
      guint64 initial = param->initial_auto ? ETUDE_AUTO_INTEGER : (guint64) param->initial;

      *(EtudeExtent *) field = (EtudeExtent) { initial, initial };
    }
}

static void
init_leaf (EtudeVisitor *self, const EtudeParam *param, gpointer field, gpointer other)
{
  if (param->initialise != NULL)
    param->initialise (field);
  else if (param->type == ETUDE_PARAM_TEXT || param->type == ETUDE_PARAM_FILE)
    *(char **) field = param->initial_auto ? NULL : g_strdup (param->initial_text != NULL ? param->initial_text : "");
  else if (param->type == ETUDE_PARAM_LENGTH)
    {
      if (param->initial_auto)
        *(EtudeLength *) field = (EtudeLength) { 0, ETUDE_LENGTH_AUTO };
      else if (!etude_length_read (param->initial_text, field))
        g_assert_not_reached ();
    }
  else if (param->type == ETUDE_PARAM_LENGTHS || param->type == ETUDE_PARAM_POINTS)
    {
      if (param->initial_text != NULL && !etude_param_read (param, param->initial_text, field, NULL))
        g_assert_not_reached ();
    }
  else
    init_number (param, field);
}

static gboolean
init_enter (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  if (param->initialise != NULL)
    param->initialise (object);
  else if (param->initial_text != NULL)
    etude_object_init (object, etude_group_find (param->group, param->initial_text));
  return FALSE;
}

static gboolean
init_enter_list (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  if (param->initialise != NULL)
    param->initialise (list);
  return FALSE;
}

/**
 * etude_object_init:
 * @object: uninitialised
 * @kind: what it becomes
 *
 * Makes a value that holds the defaults of its kind. Free with etude_object_clear().
 */
void
etude_object_init (EtudeObject *object, const EtudeKind *kind)
{
  EtudeVisitor visitor = { .leaf = init_leaf, .enter = init_enter, .enter_list = init_enter_list };

  g_return_if_fail (kind != NULL);

  object->kind = kind;
  object->data = g_malloc0 (MAX (kind->size, 1));
  walk_inside (object, NULL, &visitor);
}

/* Freeing. */

static void
clear_leaf (EtudeVisitor *self, const EtudeParam *param, gpointer field, gpointer other)
{
  if (param->type == ETUDE_PARAM_TEXT || param->type == ETUDE_PARAM_FILE)
    g_clear_pointer ((char **) field, g_free);
  else if (param->type == ETUDE_PARAM_REALS)
    g_clear_pointer (&((EtudeReals *) field)->values, g_free);
  else if (param->type == ETUDE_PARAM_LENGTHS)
    g_clear_pointer (&((EtudeLengths *) field)->values, g_free);
  else if (param->type == ETUDE_PARAM_POINTS)
    g_clear_pointer (&((EtudePoints *) field)->values, g_free);
}

static void
clear_leave (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  g_clear_pointer (&object->data, g_free);
  object->kind = NULL;
}

static void
clear_leave_list (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  g_clear_pointer (&list->items, g_free);
  list->n = 0;
}

static EtudeVisitor clear_visitor = {
  .leaf = clear_leaf,
  .leave = clear_leave,
  .leave_list = clear_leave_list,
};

/**
 * etude_object_clear:
 * @object: a value, may be null
 *
 * Frees what it holds and makes it null.
 */
void
etude_object_clear (EtudeObject *object)
{
  if (object->kind == NULL)
    return;
  walk_inside (object, NULL, &clear_visitor);
  g_clear_pointer (&object->data, g_free);
  object->kind = NULL;
}

/* Copying: the field is still zeroed, the other is the source. */

static void
copy_leaf (EtudeVisitor *self, const EtudeParam *param, gpointer field, gpointer other)
{
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      *(double *) field = *(double *) other;
      break;
    case ETUDE_PARAM_INTEGER:
      *(guint64 *) field = *(guint64 *) other;
      break;
    case ETUDE_PARAM_BOOLEAN:
      *(gboolean *) field = *(gboolean *) other;
      break;
    case ETUDE_PARAM_CHOICE:
      *(guint *) field = *(guint *) other;
      break;
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      *(char **) field = g_strdup (*(char **) other);
      break;
    case ETUDE_PARAM_LENGTH:
      *(EtudeLength *) field = *(EtudeLength *) other;
      break;
    case ETUDE_PARAM_EXTENT:
      *(EtudeExtent *) field = *(EtudeExtent *) other;
      break;
    case ETUDE_PARAM_REALS:
      {
        EtudeReals *from = other, *to = field;

        *to = (EtudeReals) { g_memdup2 (from->values, from->n * sizeof *from->values), from->n };
        break;
      }
    case ETUDE_PARAM_LENGTHS:
      {
        EtudeLengths *from = other, *to = field;

        *to = (EtudeLengths) { g_memdup2 (from->values, from->n * sizeof *from->values), from->n };
        break;
      }
    case ETUDE_PARAM_POINTS:
      {
        EtudePoints *from = other, *to = field;

        *to = (EtudePoints) { g_memdup2 (from->values, from->n * sizeof *from->values), from->n };
        break;
      }
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      g_assert_not_reached ();
    }
}

static gboolean
copy_enter (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  object->kind = other->kind;
  object->data = other->kind != NULL ? g_malloc0 (MAX (other->kind->size, 1)) : NULL;
  return object->kind != NULL;
}

static gboolean
copy_enter_list (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  list->n = other->n;
  list->items = g_new0 (EtudeObject, other->n);
  return TRUE;
}

static EtudeVisitor copy_visitor = {
  .leaf = copy_leaf,
  .enter = copy_enter,
  .enter_list = copy_enter_list,
};

/**
 * etude_object_copy:
 * @object: uninitialised
 * @source: a value, may be null
 *
 * Makes @object equal to @source, sharing nothing.
 */
void
etude_object_copy (EtudeObject *object, const EtudeObject *source)
{
  EtudeObject other = *source;

  if (copy_enter (&copy_visitor, NULL, object, &other))
    walk_inside (object, &other, &copy_visitor);
}

/* Comparing. */

typedef struct
{
  EtudeVisitor visitor;
  gboolean equal;
} Comparison;

/**
 * etude_leaf_equal:
 * @param: a parameter that holds no objects
 * @a: its field in one value
 * @b: its field in another
 *
 * Returns: whether the two are the same; auto is the same as auto only
 */
gboolean
etude_leaf_equal (const EtudeParam *param, gconstpointer a, gconstpointer b)
{
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      return *(const double *) a == *(const double *) b
             || (isnan (*(const double *) a) && isnan (*(const double *) b));
    case ETUDE_PARAM_INTEGER:
      return *(const guint64 *) a == *(const guint64 *) b;
    case ETUDE_PARAM_BOOLEAN:
      return *(const gboolean *) a == *(const gboolean *) b;
    case ETUDE_PARAM_CHOICE:
      return *(const guint *) a == *(const guint *) b;
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      return g_strcmp0 (*(char *const *) a, *(char *const *) b) == 0;
    case ETUDE_PARAM_LENGTH:
      return etude_length_equal (a, b);
    case ETUDE_PARAM_EXTENT:
      return ((const EtudeExtent *) a)->height == ((const EtudeExtent *) b)->height
             && ((const EtudeExtent *) a)->width == ((const EtudeExtent *) b)->width;
    case ETUDE_PARAM_REALS:
      {
        const EtudeReals *x = a, *y = b;

        if (x->n != y->n)
          return FALSE;
        for (gsize i = 0; i < x->n; i++)
          if (x->values[i] != y->values[i])
            return FALSE;
        return TRUE;
      }
    case ETUDE_PARAM_LENGTHS:
      {
        const EtudeLengths *x = a, *y = b;

        if (x->n != y->n)
          return FALSE;
        for (gsize i = 0; i < x->n; i++)
          if (!etude_length_equal (&x->values[i], &y->values[i]))
            return FALSE;
        return TRUE;
      }
    case ETUDE_PARAM_POINTS:
      {
        const EtudePoints *x = a, *y = b;

        if (x->n != y->n)
          return FALSE;
        for (gsize i = 0; i < x->n; i++)
          if (!etude_length_equal (&x->values[i].at, &y->values[i].at)
              || x->values[i].value != y->values[i].value)
            return FALSE;
        return TRUE;
      }
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      break;
    }
  g_return_val_if_reached (FALSE);
}

static void
equal_leaf (EtudeVisitor *self, const EtudeParam *param, gpointer field, gpointer other)
{
  Comparison *comparison = (Comparison *) self;

  comparison->equal = comparison->equal && etude_leaf_equal (param, field, other);
}

static gboolean
equal_enter (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  Comparison *comparison = (Comparison *) self;

  comparison->equal = comparison->equal && object->kind == other->kind;
  return comparison->equal && object->kind != NULL;
}

static gboolean
equal_enter_list (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  Comparison *comparison = (Comparison *) self;

  comparison->equal = comparison->equal && list->n == other->n;
  return comparison->equal;
}

/**
 * etude_object_equal:
 * @a: a value, may be null
 * @b: another, may be null
 *
 * Returns: whether both are of one kind and all their parts are the same
 */
gboolean
etude_object_equal (const EtudeObject *a, const EtudeObject *b)
{
  Comparison comparison = {
    { .leaf = equal_leaf, .enter = equal_enter, .enter_list = equal_enter_list }, TRUE
  };
  EtudeObject first = *a, second = *b;

  if (equal_enter (&comparison.visitor, NULL, &first, &second))
    walk_inside (&first, &second, &comparison.visitor);
  return comparison.equal;
}

static const EtudeParam *
find (const EtudeParam *params, const char *key)
{
  for (; params != NULL && params->key != NULL; params++)
    if (g_str_equal (params->key, key))
      return params;
  return NULL;
}

/**
 * etude_object_become:
 * @object: a value, may be null
 * @kind: (nullable): another kind of the same group
 *
 * Replaces the value by the defaults of @kind; what all kinds of the group have in common keeps
 * its value, since it does not belong to the kind.
 */
void
etude_object_become (EtudeObject *object, const EtudeKind *kind)
{
  EtudeObject fresh = { NULL, NULL };

  if (kind != NULL)
    etude_object_init (&fresh, kind);
  if (kind != NULL && object->kind != NULL)
    for (const EtudeParam *param = object->kind->common; param != NULL && param->key != NULL; param++)
      {
        /* The old value is freed with the old object: exchange the bytes of the two fields. */
        static const gsize sizes[] = {
          [ETUDE_PARAM_REAL] = sizeof (double),       [ETUDE_PARAM_INTEGER] = sizeof (guint64),
          [ETUDE_PARAM_BOOLEAN] = sizeof (gboolean),  [ETUDE_PARAM_CHOICE] = sizeof (guint),
          [ETUDE_PARAM_TEXT] = sizeof (char *),       [ETUDE_PARAM_FILE] = sizeof (char *),
          [ETUDE_PARAM_LENGTH] = sizeof (EtudeLength), [ETUDE_PARAM_REALS] = sizeof (EtudeReals),
          [ETUDE_PARAM_LENGTHS] = sizeof (EtudeLengths),
          [ETUDE_PARAM_POINTS] = sizeof (EtudePoints), [ETUDE_PARAM_KIND] = sizeof (EtudeObject),
          [ETUDE_PARAM_KINDS] = sizeof (EtudeObjects), [ETUDE_PARAM_EXTENT] = sizeof (EtudeExtent),
        };
        guint8 kept[sizeof (EtudeObjects)];
        const EtudeParam *twin = find (kind->common, param->key);
        gpointer old = etude_param_field (param, object->data), new;

        if (twin == NULL || twin->type != param->type)
          continue;
        new = etude_param_field (twin, fresh.data);
        memcpy (kept, old, sizes[param->type]);
        memcpy (old, new, sizes[param->type]);
        memcpy (new, kept, sizes[param->type]);
      }
  etude_object_clear (object);
  *object = fresh;
}

/* Lists. */

/**
 * etude_objects_clear:
 * @list: a list of values
 *
 * Frees its values and makes it empty.
 */
void
etude_objects_clear (EtudeObjects *list)
{
  for (gsize i = 0; i < list->n; i++)
    etude_object_clear (&list->items[i]);
  clear_leave_list (&clear_visitor, NULL, list, NULL);
}

/**
 * etude_objects_insert:
 * @list: a list of values
 * @at: where, at most @n
 * @kind: what is put there
 *
 * Returns: (transfer none): the new value, with the defaults of @kind, until the list changes
 */
EtudeObject *
etude_objects_insert (EtudeObjects *list, gsize at, const EtudeKind *kind)
{
  g_return_val_if_fail (at <= list->n, NULL);

  list->items = g_renew (EtudeObject, list->items, list->n + 1);
  memmove (list->items + at + 1, list->items + at, (list->n - at) * sizeof *list->items);
  list->n++;
  etude_object_init (&list->items[at], kind);
  return &list->items[at];
}

void
etude_objects_remove (EtudeObjects *list, gsize at)
{
  g_return_if_fail (at < list->n);

  etude_object_clear (&list->items[at]);
  list->n--;
  memmove (list->items + at, list->items + at + 1, (list->n - at) * sizeof *list->items);
}

void
etude_objects_move (EtudeObjects *list, gsize from, gsize to)
{
  EtudeObject item;

  g_return_if_fail (from < list->n && to < list->n);

  item = list->items[from];
  memmove (list->items + from, list->items + from + 1, (list->n - from - 1) * sizeof item);
  memmove (list->items + to + 1, list->items + to, (list->n - to - 1) * sizeof item);
  list->items[to] = item;
}
