/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/kinds-list.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/field.h"
#include "app/widgets/kind-row.h"
#include "app/widgets/kinds-row.h"

struct _EtudeKindsList
{
  GObject parent_instance;

  EtudeSession *session;
  char *path;
  const EtudeParam *param;
  EtudeKindNotes *notes;
  GtkWidget *host; /* not owned: it owns this */
  GSimpleAction *add;
  GPtrArray *kinds;    /* of the items that have rows now */
  GPtrArray *rows;     /* one for each item */
  GPtrArray *children; /* those, and the lists within the items behind them */
  GArray *places;      /* where the items go in the edit that is being made, or NULL */
};

G_DEFINE_FINAL_TYPE (EtudeKindsList, etude_kinds_list, G_TYPE_OBJECT)

/* The list in a document, or NULL while there is something else. */
static EtudeObjects *
find_list (EtudeKindsList *self, const EtudeExperiment *experiment)
{
  EtudePlace place;

  if (!etude_experiment_find (experiment, self->path, &place, NULL) || place.param != self->param)
    return NULL;
  return place.field;
}

/* Edits: each is an entry of undo by itself. */

static void
finish (EtudeKindsList *self, const EtudeExperiment *value, GArray *places, guint focus)
{
  /* The host may go when the document changes. */
  g_autoptr (EtudeKindsList) kept = g_object_ref (self);

  self->places = places;
  etude_session_seal (self->session);
  etude_session_edit (self->session, value, self->path);
  etude_session_seal (self->session);
  /* Where two items are equal the document is what it was. */
  if (self->places != NULL)
    etude_kind_notes_move (self->notes, self->path, (gssize *) places->data, places->len);
  self->places = NULL;
  g_array_unref (places);
  if (self->rows->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (self->rows, MIN (focus, self->rows->len - 1)));
}

/* Where n items are when the one at @from goes to @to; n for @from: a new one; -1 for @to: it is removed. */
static GArray *
shift (gsize n, gssize from, gssize to)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gssize));

  for (gssize i = 0; i < (gssize) n; i++)
    {
      gssize place = i - (i > from);

      if (to >= 0 && place >= to)
        place++;
      if (i == from)
        place = to;
      g_array_append_val (places, place);
    }
  return places;
}

static void
on_moved (EtudeKindsList *self, guint from, guint to)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  EtudeObjects *list = find_list (self, value);

  if (list == NULL || from >= list->n || to >= list->n)
    return;
  etude_objects_move (list, from, to);
  finish (self, value, shift (list->n, from, to), to);
}

static void
on_removed (EtudeKindsList *self, guint at)
{
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  EtudeObjects *list = find_list (self, value);

  if (list == NULL || at >= list->n || (double) list->n <= self->param->min)
    return;
  etude_objects_remove (list, at);
  finish (self, value, shift (list->n + 1, at, -1), at);
}

/* The parameter that only the last item of a list may leave open, and does. */
static const EtudeParam *
find_open (const EtudeObject *item)
{
  for (guint i = 0; i < etude_kind_n_params (item->kind); i++)
    {
      const EtudeParam *param = etude_kind_get_param (item->kind, i);

      if (param->last_auto && etude_param_is_auto (param, etude_param_field (param, item->data)))
        return param;
    }
  return NULL;
}

/* What is open is taken from another item that has the same. */
static void
close_open (EtudeObject *item, const EtudeObjects *examples)
{
  const EtudeParam *param = find_open (item);

  for (gsize i = 0; i < examples->n && param != NULL; i++)
    {
      const EtudeObject *example = &examples->items[i];
      const EtudeParam *same = etude_kind_find_param (example->kind, param->key);
      gpointer field = same != NULL ? etude_param_field (same, example->data) : NULL;
      g_autofree char *text = NULL;

      if (same == NULL || same->type != param->type || etude_param_is_auto (same, field))
        continue;
      text = etude_param_show (same, field);
      etude_param_read (param, text, etude_param_field (param, item->data), NULL);
      return;
    }
}

/* A new item: before the last, where that one takes what is left. */
static gsize
insert (EtudeKindsList *self, EtudeExperiment *value, EtudeObjects *list, const EtudeKind *kind)
{
  gsize at = list->n > 0 && find_open (&list->items[list->n - 1]) != NULL ? list->n - 1 : list->n;
  /* In a list within a list there is nothing that the last could take. */
  gboolean is_inner = etude_field_is_in_item (value, self->path);
  EtudeObject *item = etude_objects_insert (list, at, kind);
  EtudeObject fresh;
  EtudePlace place;

  if ((at + 1 == list->n && !is_inner) || !etude_experiment_find (value, self->path, &place, NULL))
    return at;
  close_open (item, list);
  etude_object_init (&fresh, place.object->kind);
  close_open (item, etude_param_field (self->param, fresh.data));
  etude_object_clear (&fresh);
  return at;
}

static void
on_add (EtudeKindsList *self, GVariant *parameter)
{
  const EtudeKind *kind = etude_group_find (self->param->group, g_variant_get_string (parameter, NULL));
  g_autoptr (EtudeExperiment) value = etude_experiment_copy (etude_session_get_experiment (self->session));
  EtudeObjects *list = find_list (self, value);
  gsize at;

  if (kind == NULL || list == NULL)
    return;
  at = insert (self, value, list, kind);
  etude_kind_notes_set_open (self->notes, self->path, TRUE);
  finish (self, value, shift (list->n - 1, (gssize) list->n, (gssize) at), (guint) at);
}

/* Showing. */

static gboolean
has_rows_of (EtudeKindsList *self, const EtudeObjects *list)
{
  if (list->n != self->kinds->len)
    return FALSE;
  for (gsize i = 0; i < list->n; i++)
    if (list->items[i].kind != g_ptr_array_index (self->kinds, i))
      return FALSE;
  return TRUE;
}

/* After an undo: what is the same at both ends has stayed, and what is between them is found by its kind. */
static GArray *
guess_places (EtudeKindsList *self, const EtudeObjects *list)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gssize));
  gsize n = self->kinds->len, start = 0, end = 0, next = 0;

  while (start < MIN (n, list->n) && list->items[start].kind == g_ptr_array_index (self->kinds, start))
    start++;
  while (end < MIN (n, list->n) - start
         && list->items[list->n - 1 - end].kind == g_ptr_array_index (self->kinds, n - 1 - end))
    end++;
  for (gsize i = 0; i < n; i++)
    {
      gssize place = i < start ? (gssize) i : i >= n - end ? (gssize) (i + list->n - n) : -1;

      for (gsize k = MAX (start, next); place < 0 && k < list->n - end; k++)
        if (list->items[k].kind == g_ptr_array_index (self->kinds, i))
          {
            place = (gssize) k;
            next = k + 1;
          }
      g_array_append_val (places, place);
    }
  return places;
}

/* The item whose row has the keyboard, or -1. */
static gssize
find_focused (EtudeKindsList *self)
{
  GtkRoot *root = gtk_widget_get_root (self->host);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gssize item = -1;

  if (focus == NULL)
    return -1;
  for (guint i = 0; i < self->children->len; i++)
    {
      GtkWidget *child = g_ptr_array_index (self->children, i);

      if (ETUDE_IS_KIND_ROW (child))
        item++;
      if (focus == child || gtk_widget_is_ancestor (focus, child))
        return item;
    }
  return -1;
}

static void
put (EtudeKindsList *self, GtkWidget *child)
{
  if (ADW_IS_EXPANDER_ROW (self->host))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self->host), child);
  else
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->host), child);
  g_ptr_array_add (self->children, child);
}

static void
take (EtudeKindsList *self, GtkWidget *child)
{
  /* A row that is removed with its menu open leaves the keyboard to a surface that is gone. */
  if (ETUDE_IS_KIND_ROW (child))
    etude_kind_row_close (ETUDE_KIND_ROW (child));
  if (ADW_IS_EXPANDER_ROW (self->host))
    adw_expander_row_remove (ADW_EXPANDER_ROW (self->host), child);
  else
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->host), child);
}

/* The row of an item, and a row for each list within it. */
static void
put_item (EtudeKindsList *self, guint i, const EtudeObjects *list)
{
  const EtudeKind *kind = list->items[i].kind;
  GtkWidget *row = etude_kind_row_new (self->session, self->path, i, self->notes);

  g_signal_connect_object (row, "moved", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "removed", G_CALLBACK (on_removed), self, G_CONNECT_SWAPPED);
  put (self, row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->kinds, (gpointer) kind);
  for (guint k = 0; k < etude_kind_n_params (kind); k++)
    {
      const EtudeParam *param = etude_kind_get_param (kind, k);
      g_autofree char *path = g_strdup_printf ("%s.%u.%s", self->path, i, param->key);

      if (param->type == ETUDE_PARAM_KINDS)
        put (self, etude_kinds_row_new (self->session, path, self->notes));
    }
}

static void
refill (EtudeKindsList *self, const EtudeObjects *list)
{
  for (guint i = 0; i < self->children->len; i++)
    take (self, g_ptr_array_index (self->children, i));
  g_ptr_array_set_size (self->children, 0);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->kinds, 0);
  for (guint i = 0; i < list->n; i++)
    put_item (self, i, list);
  g_simple_action_set_enabled (self->add, (double) list->n < self->param->max);
}

static void
follow (EtudeKindsList *self)
{
  const EtudeObjects *list = find_list (self, etude_session_get_experiment (self->session));
  g_autoptr (GArray) places = NULL;
  gssize focused;

  if (list == NULL)
    return;
  if (has_rows_of (self, list))
    return;
  places = self->places != NULL ? g_array_ref (self->places) : guess_places (self, list);
  self->places = NULL;
  focused = find_focused (self);
  etude_kind_notes_move (self->notes, self->path, (gssize *) places->data, places->len);
  /* What goes with the keyboard in it would be kept by it. */
  if (focused >= 0)
    gtk_root_set_focus (gtk_widget_get_root (self->host), NULL);
  refill (self, list);
  if (focused >= 0)
    {
      gssize place = g_array_index (places, gssize, focused);

      place = CLAMP (place >= 0 ? place : focused, 0, (gssize) list->n - 1);
      gtk_widget_grab_focus (g_ptr_array_index (self->rows, place));
    }
}

static void
etude_kinds_list_finalize (GObject *object)
{
  EtudeKindsList *self = ETUDE_KINDS_LIST (object);

  g_clear_object (&self->session);
  g_clear_object (&self->notes);
  g_clear_object (&self->add);
  g_ptr_array_unref (self->kinds);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->children);
  g_free (self->path);
  G_OBJECT_CLASS (etude_kinds_list_parent_class)->finalize (object);
}

static void
etude_kinds_list_class_init (EtudeKindsListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_kinds_list_finalize;
}

static void
etude_kinds_list_init (EtudeKindsList *self)
{
  self->kinds = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  self->children = g_ptr_array_new ();
}

/**
 * etude_kinds_list_new:
 * @session: whose document is edited
 * @path: dotted path of a list of kinds
 * @notes: what the rows say of the items
 * @host: an AdwPreferencesGroup or AdwExpanderRow, which owns the result
 *
 * Keeps a row for each item of a list in @host, and edits the list: items are added by the action
 * “kinds.add” with the id of a kind, moved and removed by their rows. Lists within an item have a row
 * of their own behind it. Which kinds there are, how many items, and what they are called is the
 * catalogue’s.
 *
 * Returns: (transfer full): the list
 */
EtudeKindsList *
etude_kinds_list_new (EtudeSession *session, const char *path, EtudeKindNotes *notes, GtkWidget *host)
{
  EtudeKindsList *self = g_object_new (ETUDE_TYPE_KINDS_LIST, NULL);
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  EtudePlace place;

  g_return_val_if_fail (etude_field_find (session, path, &place), self);

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->param = place.param;
  self->notes = g_object_ref (notes);
  self->host = host;
  self->add = g_simple_action_new ("add", G_VARIANT_TYPE_STRING);
  g_signal_connect_object (self->add, "activate", G_CALLBACK (on_add), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (self->add));
  gtk_widget_insert_action_group (host, "kinds", G_ACTION_GROUP (actions));
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  refill (self, place.field);
  return self;
}

/**
 * etude_kinds_list_create_menu:
 * @self: a list
 *
 * Returns: (transfer full): all kinds that can be added, for a button within the host
 */
GMenuModel *
etude_kinds_list_create_menu (EtudeKindsList *self)
{
  const EtudeKind *const *kinds = self->param->group->kinds;
  GMenu *menu = g_menu_new ();

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(kinds[i]->label), NULL);

      g_menu_item_set_action_and_target (item, "kinds.add", "s", kinds[i]->id);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

guint
etude_kinds_list_get_n_rows (EtudeKindsList *self)
{
  return self->rows->len;
}

/**
 * etude_kinds_list_get_row:
 * @self: a list
 * @i: below etude_kinds_list_get_n_rows()
 *
 * Returns: (transfer none): the row of item @i, an EtudeKindRow
 */
GtkWidget *
etude_kinds_list_get_row (EtudeKindsList *self, guint i)
{
  return g_ptr_array_index (self->rows, i);
}
