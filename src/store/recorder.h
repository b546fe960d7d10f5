/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "store/store.h"
#include "training/run.h"
#include "training/worker.h"

G_BEGIN_DECLS

/* So long between two checkpoints of a run at least, in ms. */
#define ETUDE_CHECKPOINT_INTERVAL 10000

/**
 * EtudeRecorder:
 *
 * Brings what workers say into their runs, and the runs into the store: drains the rings at most
 * once a frame, stores what is new once a second, in one transaction. While the store refuses,
 * everything is kept in memory and tried again each second. Beside that a checkpoint of each run is
 * stored every few seconds, from which it can go on where the program dies. Main thread only; in the window and in
 * the command line alike.
 */
typedef struct _EtudeRecorder EtudeRecorder;

/**
 * EtudeRecorderCallbacks:
 * @record: one record, already entered into the run; called for each, so it must be quick
 * @changed: the run has new records; at most once a drain
 * @finished: the worker of the run has ended and been joined, and the run has all its records; the
 *   worker is freed when this returns
 * @trouble: the store refuses, with one sentence; said once until the sentence changes
 * @trouble_over: what could not be stored has been stored
 * @too_large: no checkpoints are kept of the run, with one sentence; once for each run
 *
 * All in the recorder's main context; each may be NULL. They may add runs, and stop workers, but
 * not free the recorder.
 */
typedef struct
{
  void (*record) (EtudeRun *run, const EtudeRecord *record, gpointer data);
  void (*changed) (EtudeRun *run, gpointer data);
  void (*finished) (EtudeRun *run, gpointer data);
  void (*trouble) (const char *message, gpointer data);
  void (*trouble_over) (gpointer data);
  void (*too_large) (EtudeRun *run, const char *message, gpointer data);
} EtudeRecorderCallbacks;

EtudeRecorder *etude_recorder_new (EtudeStore *store, GMainContext *context);
void etude_recorder_free (EtudeRecorder *self);
void etude_recorder_set_callbacks (EtudeRecorder *self, const EtudeRecorderCallbacks *callbacks, gpointer data);
void etude_recorder_set_acknowledge (EtudeRecorder *self, int fd);

void etude_recorder_set_checkpoints (EtudeRecorder *self, guint interval);

EtudeWake *etude_recorder_get_wake (EtudeRecorder *self);
void etude_recorder_add (EtudeRecorder *self, EtudeWorker *worker, EtudeRun *run);
guint etude_recorder_get_n_active (EtudeRecorder *self);
gboolean etude_recorder_flush (EtudeRecorder *self);
void etude_recorder_close (EtudeRecorder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeRecorder, etude_recorder_free)

G_END_DECLS
