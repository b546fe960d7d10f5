/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/run-list.h"

/* A run that goes on is said anew at most this often, in µs: nobody reads faster. */
#define RECORD_US 200000

struct _EtudeRunList
{
  GObject parent_instance;

  EtudeStore *store;
  GPtrArray *items; /* newest first */
  GHashTable *deleted; /* those that were taken out, by id, for as long as they can be brought back */
  gint64 recorded_at;
  EtudeRun *late; /* has said more than its item, which follows when its time comes */
  guint timer;
};

static void etude_run_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EtudeRunList, etude_run_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, etude_run_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return ETUDE_TYPE_RUN_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return ETUDE_RUN_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  EtudeRunList *self = ETUDE_RUN_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
etude_run_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
etude_run_list_finalize (GObject *object)
{
  g_clear_handle_id (&ETUDE_RUN_LIST (object)->timer, g_source_remove);
  g_clear_pointer (&ETUDE_RUN_LIST (object)->late, etude_run_unref);
  g_ptr_array_unref (ETUDE_RUN_LIST (object)->items);
  g_hash_table_unref (ETUDE_RUN_LIST (object)->deleted);
  G_OBJECT_CLASS (etude_run_list_parent_class)->finalize (object);
}

static void
etude_run_list_class_init (EtudeRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = etude_run_list_finalize;
}

static void
etude_run_list_init (EtudeRunList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * etude_run_list_new:
 * @store: (transfer none): where the runs are kept; it must outlive the list
 *
 * All runs as a list model of #EtudeRunItem, newest first. Empty until etude_run_list_reload().
 *
 * Returns: (transfer full): the list
 */
EtudeRunList *
etude_run_list_new (EtudeStore *store)
{
  EtudeRunList *self = g_object_new (ETUDE_TYPE_RUN_LIST, NULL);

  self->store = store;
  return self;
}

/**
 * etude_run_list_reload:
 * @self: a list
 * @error: set when the store cannot be read; the list is as before then
 *
 * Reads all runs from the store.
 *
 * Returns: whether they were read
 */
gboolean
etude_run_list_reload (EtudeRunList *self, GError **error)
{
  guint n_before = self->items->len;
  g_autoptr (GPtrArray) summaries = etude_runs_list (self->store, error);

  if (summaries == NULL)
    return FALSE;
  g_ptr_array_set_size (self->items, 0);
  g_ptr_array_set_free_func (summaries, NULL);
  for (guint i = 0; i < summaries->len; i++)
    g_ptr_array_add (self->items, etude_run_item_new (g_ptr_array_index (summaries, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->items->len);
  return TRUE;
}

static gboolean
find (EtudeRunList *self, const char *id, guint *position)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (etude_run_item_get_summary (g_ptr_array_index (self->items, i))->id, id))
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * etude_run_list_find:
 * @self: a list
 * @id: of a run
 *
 * Returns: (transfer none) (nullable): its item
 */
EtudeRunItem *
etude_run_list_find (EtudeRunList *self, const char *id)
{
  guint position;

  return find (self, id, &position) ? g_ptr_array_index (self->items, position) : NULL;
}

static gboolean
on_late (gpointer data)
{
  EtudeRunList *self = data;
  g_autoptr (EtudeRun) run = g_steal_pointer (&self->late);

  self->timer = 0;
  self->recorded_at = 0;
  /* It may have ended and been deleted by now. */
  if (etude_run_list_find (self, run->id) != NULL)
    etude_run_list_record (self, run);
  return G_SOURCE_REMOVE;
}

/* A run that pauses says nothing more: what it said last must not be lost. */
static void
record_later (EtudeRunList *self, EtudeRun *run)
{
  etude_run_ref (run);
  g_clear_pointer (&self->late, etude_run_unref);
  self->late = run;
  if (self->timer == 0)
    self->timer = g_timeout_add (RECORD_US / 1000, on_late, self);
}

/**
 * etude_run_list_record:
 * @self: a list
 * @run: a run of this process that starts, has new records, or has ended
 *
 * Adds the run in front, or says of its item what is new.
 */
void
etude_run_list_record (EtudeRunList *self, EtudeRun *run)
{
  EtudeRunItem *item = etude_run_list_find (self, run->id);
  gint64 now = g_get_monotonic_time ();

  if (item != NULL && run->state == ETUDE_RUN_RUNNING && now < self->recorded_at + RECORD_US)
    {
      record_later (self, run);
      return;
    }
  self->recorded_at = now;
  if (item != NULL)
    {
      etude_run_item_take_summary (item, etude_run_summary_new (run));
      return;
    }
  item = etude_run_item_new (etude_run_summary_new (run));
  etude_run_item_set_run (item, run);
  g_ptr_array_insert (self->items, 0, item);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
}

/**
 * etude_run_list_load:
 * @self: a list
 * @item: one of its items
 * @error: set when the run cannot be read
 *
 * Returns: (transfer none) (nullable): the run with its series, which the item keeps
 */
EtudeRun *
etude_run_list_load (EtudeRunList *self, EtudeRunItem *item, GError **error)
{
  g_autoptr (EtudeRun) run = NULL;

  if (etude_run_item_get_run (item) != NULL)
    return etude_run_item_get_run (item);
  run = etude_runs_load (self->store, etude_run_item_get_summary (item)->id, error);
  etude_run_item_set_run (item, run);
  return etude_run_item_get_run (item);
}

/**
 * etude_run_list_delete:
 * @self: a list
 * @item: one of its items
 * @error: set when the store refuses; nothing is deleted then
 *
 * Takes a run out of the list; etude_run_list_restore() brings it back with all it had.
 *
 * Returns: whether it was deleted
 */
gboolean
etude_run_list_delete (EtudeRunList *self, EtudeRunItem *item, GError **error)
{
  g_autofree char *id = g_strdup (etude_run_item_get_summary (item)->id);
  guint position;

  if (!find (self, id, &position) || !etude_runs_delete (self->store, id, error))
    return FALSE;
  g_hash_table_insert (self->deleted, g_strdup (id), g_object_ref (item));
  etude_run_item_set_run (item, NULL);
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return TRUE;
}

/**
 * etude_run_list_restore:
 * @self: a list
 * @id: of a run that was deleted from this list
 * @error: set when the store refuses
 *
 * Returns: whether it is back at its place
 */
gboolean
etude_run_list_restore (EtudeRunList *self, const char *id, GError **error)
{
  EtudeRunItem *item = g_hash_table_lookup (self->deleted, id);
  const EtudeRunSummary *summary;
  guint position = 0;

  if (item == NULL) /* it is back already */
    return TRUE;
  summary = etude_run_item_get_summary (item);
  if (!etude_runs_restore (self->store, id, error))
    return FALSE;
  while (position < self->items->len
         && etude_run_item_get_summary (g_ptr_array_index (self->items, position))->number > summary->number)
    position++;
  g_ptr_array_insert (self->items, (int) position, g_object_ref (item));
  g_hash_table_remove (self->deleted, id);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  return TRUE;
}
