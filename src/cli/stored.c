/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/stored.h"

#include "cli/options.h"

/**
 * etude_cli_open_store:
 * @error: set when there is no store to be had
 *
 * Opens the user's store. What was wrong with it and has been mended is said on standard error.
 *
 * Returns: (transfer full) (nullable): the store
 */
EtudeStore *
etude_cli_open_store (GError **error)
{
  EtudeStore *store = etude_store_open (NULL, error);

  if (store != NULL && etude_store_get_warning (store) != NULL)
    etude_cli_complain (etude_store_get_warning (store));
  return store;
}

/**
 * etude_cli_find_runs:
 * @store: a store
 * @names: (array zero-terminated=1): what names a run each: the beginning of an id, a number, “last”
 * @deleted: whether to look among the deleted runs
 * @error: set when one of them names none, or several
 *
 * Returns: (transfer full) (nullable): their ids in the same order, each once
 */
GStrv
etude_cli_find_runs (EtudeStore *store, const char *const *names, gboolean deleted, GError **error)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *id = etude_runs_find (store, names[i], deleted, error);

      if (id == NULL)
        return NULL;
      if (g_hash_table_contains (known, id))
        continue;
      g_strv_builder_add (ids, id);
      g_hash_table_add (known, g_steal_pointer (&id));
    }
  return g_strv_builder_end (ids);
}

/**
 * etude_cli_load_runs:
 * @store: a store
 * @names: (array zero-terminated=1): as for etude_cli_find_runs()
 * @error: set when one of them is not found or cannot be read
 *
 * Returns: (transfer full) (nullable) (element-type EtudeRun): the runs
 */
GPtrArray *
etude_cli_load_runs (EtudeStore *store, const char *const *names, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) etude_run_unref);
  g_auto (GStrv) ids = etude_cli_find_runs (store, names, FALSE, error);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      EtudeRun *run = etude_runs_load (store, ids[i], error);

      if (run == NULL)
        return NULL;
      g_ptr_array_add (runs, run);
    }
  return ids != NULL ? g_steal_pointer (&runs) : NULL;
}
