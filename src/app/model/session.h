/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

#include "dataset/prepare.h"
#include "experiment/experiment.h"
#include "store/recorder.h"
#include "store/store.h"
#include "training/run.h"
#include "training/worker.h"

G_BEGIN_DECLS

/**
 * EtudeSessionState:
 * @ETUDE_SESSION_READY: a new run can start
 * @ETUDE_SESSION_NOT_POSSIBLE: it cannot; the property “problem” says why
 * @ETUDE_SESSION_RUNNING: a worker makes steps
 * @ETUDE_SESSION_PAUSED: a worker waits between two steps
 * @ETUDE_SESSION_DONE: the run has come to its end
 * @ETUDE_SESSION_EARLY_STOPPED: it ended because it no longer got better
 * @ETUDE_SESSION_STOPPED: it was stopped
 * @ETUDE_SESSION_DIVERGED: its loss or weights were no longer finite
 *
 * What the run bar shows.
 */
typedef enum
{
  ETUDE_SESSION_READY,
  ETUDE_SESSION_NOT_POSSIBLE,
  ETUDE_SESSION_RUNNING,
  ETUDE_SESSION_PAUSED,
  ETUDE_SESSION_DONE,
  ETUDE_SESSION_EARLY_STOPPED,
  ETUDE_SESSION_STOPPED,
  ETUDE_SESSION_DIVERGED,
} EtudeSessionState;

/* Where the document has its rate. */
#define ETUDE_RATE_PATH "optimizer.lr"

#define ETUDE_TYPE_SESSION (etude_session_get_type ())
G_DECLARE_FINAL_TYPE (EtudeSession, etude_session, ETUDE, SESSION, GObject)

/* Signals without arguments: “experiment-changed” after every change of the document, whoever
 * made it; “data-changed” when other prepared data are there, and when loading begins, ends or fails;
 * “run-changed” when there is another run, or the one there is has new records (at most once a frame);
 * “rate-changed” when the rate of the run that is going on is another one, and when such a run begins or ends.
 * With one: “run-recorded” (EtudeRun *) for each run that starts, has new records or ends, also when
 * it is no longer the one shown; “store-trouble” (const char *, NULL when it is over) when runs
 * cannot be stored; “adapted” (const char *) when something had to follow an edit, as one sentence.
 *
 * Properties, all but “file” and “speed” only to be read, with a notify for each change: “state”,
 * “problem”, “can-undo”, “can-redo”, “modified”, “file”, “title”, “speed”, “has-weights”. */

EtudeSession *etude_session_new (EtudeRecorder *recorder);

/* The document. */
const EtudeExperiment *etude_session_get_experiment (EtudeSession *self);
gboolean etude_session_edit (EtudeSession *self, const EtudeExperiment *value, const char *what);
gboolean etude_session_set (EtudeSession *self, const char *path, const char *text, GError **error);
void etude_session_seal (EtudeSession *self);
void etude_session_undo (EtudeSession *self);
void etude_session_redo (EtudeSession *self);
gboolean etude_session_get_can_undo (EtudeSession *self);
gboolean etude_session_get_can_redo (EtudeSession *self);
const char *etude_session_get_title (EtudeSession *self);

/* The rate: of the run that is going on, else of the document. */
gboolean etude_session_is_live (EtudeSession *self);
double etude_session_get_base_rate (EtudeSession *self);
double etude_session_get_rate (EtudeSession *self);
double etude_session_get_rate_factor (EtudeSession *self);
gboolean etude_session_set_rate (EtudeSession *self, double rate, GError **error);
gboolean etude_session_find_last_rate (EtudeSession *self, double *rate);
void etude_session_keep_rate (EtudeSession *self);

/* Its file. */
void etude_session_take (EtudeSession *self, EtudeExperiment *experiment, GFile *file);
gboolean etude_session_open (EtudeSession *self, GFile *file, GError **error);
gboolean etude_session_save (EtudeSession *self, GFile *file, GError **error);
GFile *etude_session_get_file (EtudeSession *self);
gboolean etude_session_get_modified (EtudeSession *self);

/* Its data. */
EtudePrepared *etude_session_get_data (EtudeSession *self);
gboolean etude_session_get_loading (EtudeSession *self);
const GError *etude_session_get_data_error (EtudeSession *self);

/* The run. */
EtudeSessionState etude_session_get_state (EtudeSession *self);
const char *etude_session_get_problem (EtudeSession *self);
EtudeRun *etude_session_get_run (EtudeSession *self);
gboolean etude_session_is_run_current (EtudeSession *self);
gboolean etude_session_train (EtudeSession *self, GError **error);
gboolean etude_session_train_again (EtudeSession *self, GError **error);
void etude_session_pause (EtudeSession *self);
gboolean etude_session_step (EtudeSession *self, GError **error);
gboolean etude_session_epoch (EtudeSession *self, GError **error);
void etude_session_stop (EtudeSession *self);
void etude_session_reset (EtudeSession *self);
guint etude_session_get_speed (EtudeSession *self);
void etude_session_set_speed (EtudeSession *self, guint steps_per_second);
gboolean etude_session_has_weights (EtudeSession *self);
gboolean etude_session_save_weights (EtudeSession *self, GFile *file, GError **error);
void etude_session_close (EtudeSession *self);

G_END_DECLS
