/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>
#include <sys/types.h>

#include "store/runs.h"

/* What the tests of the store share: folders of their own, runs that look like trained ones, and a
 * look into the file past the store. */
char *store_test_make_folder (void);
void store_test_remove_folder (const char *folder);
GPtrArray *store_test_list_files (const char *folder, const char *beginning);
void store_test_copy_file (const char *from, const char *to);
gboolean store_test_same_file (const char *a, const char *b);

EtudeStore *store_test_open (const char *path);
sqlite3 *store_test_connect (const char *path);
char *store_test_sql (const char *path, const char *sql);

EtudeRun *store_test_make_run (guint64 seed, guint64 n_steps);
void store_test_insert (EtudeStore *store, EtudeRun *run);
void store_test_assert_same_series (const EtudeSeries *a, const EtudeSeries *b);
void store_test_assert_same_run (const EtudeRun *a, const EtudeRun *b);

pid_t store_test_fork (void (*func) (gpointer data), gpointer data);
int store_test_wait (pid_t child);
