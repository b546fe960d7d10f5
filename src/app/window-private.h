/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/experiment/page.h"
#include "app/window.h"

G_BEGIN_DECLS

/* window.c has the window; window-actions.c what its menus, buttons and keys do; window-files.c
 * what opens and saves; window-notice.c tells of a run that has ended. */
struct _EtudeWindow
{
  AdwApplicationWindow parent_instance;

  AdwHeaderBar *header;
  AdwWindowTitle *window_title;
  GtkWidget *document_button;
  GtkLabel *document_label;
  GtkWidget *document_icon;
  AdwToastOverlay *toasts;
  EtudeExperimentPage *page;
  GMenu *recent_menu;
  GMenu *examples_menu;

  GSettings *settings;
  EtudeStore *store;
  EtudeRecorder *recorder;
  EtudeSession *session;
  EtudeRunList *runs;

  GtkFileChooserNative *chooser;
  EtudeExperiment *replaced;
  GFile *replaced_file;
  guint autosave;
  guint inhibited;
  gboolean was_running;
  gpointer question; /* (weak): the one that is asked before the window closes */
  gboolean stops;    /* what the person has agreed to: the run ends */
  gboolean discards; /* and edits that could not be kept are lost */
};

void etude_window_add_actions (EtudeWindow *self);
void etude_window_update_actions (EtudeWindow *self);

void etude_window_say (EtudeWindow *self, const char *text);
void etude_window_report (EtudeWindow *self, const char *heading, const char *message);

void etude_window_restore (EtudeWindow *self);
gboolean etude_window_autosave (EtudeWindow *self);
void etude_window_choose_open (EtudeWindow *self);
void etude_window_choose_save (EtudeWindow *self);
void etude_window_choose_weights (EtudeWindow *self);
void etude_window_save (EtudeWindow *self);
void etude_window_new_experiment (EtudeWindow *self);
void etude_window_open_example (EtudeWindow *self, const char *id);
void etude_window_undo_replace (EtudeWindow *self);
gboolean etude_window_drop (EtudeWindow *self, GSList *files);
void etude_window_update_recent (EtudeWindow *self);
void etude_window_add_examples (EtudeWindow *self);

void etude_window_notice_end (EtudeWindow *self);
void etude_window_withdraw_notice (EtudeWindow *self);

G_END_DECLS
