/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/model/session.h"
#include "experiment/history.h"

G_BEGIN_DECLS

/* session.c has the document, its file and its data; session-run.c the run; session-rate.c its rate. */
struct _EtudeSession
{
  GObject parent_instance;

  EtudeRecorder *recorder;

  EtudeHistory *history;
  EtudeExperiment *saved; /* the document as it is in its file, or as it was opened */
  GFile *file;
  char *title;
  gboolean modified;
  gboolean can_undo;
  gboolean can_redo;
  gboolean dataset_edited; /* by the last edit, and not loaded since */

  EtudePrepared *data;
  EtudeObject loading_dataset; /* the section that was loaded last, or is being loaded */
  char *loading_folder;
  GError *data_error;
  GCancellable *loading;

  EtudeSessionState state;
  char *problem;
  char *refused; /* why the last attempt to start failed, until something changes */
  EtudeRun *run;
  EtudeWorker *worker; /* belongs to the recorder; NULL once it has finished */
  EtudeTrainer *ended; /* (owned) what the run that is shown has trained, once it has ended */
  gboolean is_going;   /* the worker has been told to make steps */
  guint64 epoch_from;  /* the step at which one epoch was asked for, or ETUDE_NO_STEP */
  guint pause_watch;
  gboolean has_weights;
  guint start_when_loaded; /* a Start of session-run.c */
  guint speed;

  double rate_factor;   /* what the schedule of the run is multiplied by; 1 without one */
  double rate_sent;     /* what the worker knows of it */
  gint64 rate_sent_at;
  guint rate_timer;
  guint n_rate_commands;
  GArray *rate_changes; /* of session-rate.c: those that were undone last */
  guint n_rate_changes; /* how many of them are not undone */
  gboolean rate_sealed;
  gboolean closed;
};

enum
{
  PROP_STATE = 1,
  PROP_PROBLEM,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_MODIFIED,
  PROP_FILE,
  PROP_TITLE,
  PROP_SPEED,
  PROP_HAS_WEIGHTS,
  N_PROPS
};
extern GParamSpec *etude_session_props[N_PROPS];

enum
{
  EXPERIMENT_CHANGED,
  DATA_CHANGED,
  RUN_CHANGED,
  RUN_RECORDED,
  STORE_TROUBLE,
  RATE_CHANGED,
  ADAPTED,
  N_SIGNALS
};
extern guint etude_session_signals[N_SIGNALS];

void etude_session_init_run (EtudeSession *self);
void etude_session_clear_run (EtudeSession *self);
void etude_session_forget_refusal (EtudeSession *self);
void etude_session_update_state (EtudeSession *self);
void etude_session_data_arrived (EtudeSession *self);
void etude_session_update_undo (EtudeSession *self);

GArray *etude_session_rate_changes_new (void);
void etude_session_forget_rate_changes (EtudeSession *self);
void etude_session_flush_rate (EtudeSession *self);
void etude_session_forget_rate (EtudeSession *self);
void etude_session_forget_rate_redo (EtudeSession *self);
gboolean etude_session_undo_rate (EtudeSession *self);
gboolean etude_session_redo_rate (EtudeSession *self);

G_END_DECLS
