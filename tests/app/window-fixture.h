/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole window in a test, with what tests of it do to it. Its program is the default application. */

#pragma once

#include "app/window.h"
#include "support/window-test.h"

#define PATIENCE_MS 20000

/* The window of the test that runs. */
extern EtudeWindow *window;
extern EtudeSession *session;

/* The body of the last notification, NULL where none was sent; and how many were taken back. */
extern char *notice;
extern guint n_withdrawn;

void open_window (void);
EtudeRunList *get_runs (void);

void activate (const char *name);
void bring_back (const char *const *ids);
gboolean is_enabled (const char *name);
void assert_enabled (const char *expected);

void set (const char *path, const char *value);
void wait_for_end (void);
void train_at_full_speed (void);

GtkLabel *find_label (const char *text);
GtkWidget *find_button (const char *label);
gpointer find_toplevel (GType type);
char *describe_chart (void);
