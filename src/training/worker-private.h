/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdatomic.h>

#include "base/ring.h"
#include "training/worker.h"

G_BEGIN_DECLS

typedef enum
{
  ETUDE_COMMAND_RESUME,
  ETUDE_COMMAND_PAUSE,
  ETUDE_COMMAND_STEP,
  ETUDE_COMMAND_EPOCH,
  ETUDE_COMMAND_SPEED,
  ETUDE_COMMAND_RATE,
  ETUDE_COMMAND_PREDICT,
  ETUDE_COMMAND_CHECKPOINT,
  ETUDE_COMMAND_STOP,
  ETUDE_COMMAND_STOP_AT,
} EtudeCommandType;

typedef struct
{
  EtudeCommandType type;
  union
  {
    guint steps_per_second;
    double factor;
    guint64 step;
    gboolean predicts;
  };
} EtudeCommand;

struct _EtudeWorker
{
  /* Of the thread, until it is joined. */
  EtudeTrainer *trainer;
  guint64 until; /* the step at which it pauses */
  gboolean stepping; /* it goes there step by step, not in full flight */
  guint steps_per_second;
  gint64 paced_from;
  guint64 paced_steps;
  gboolean stopping;
  guint64 stop_at;
  gboolean predicts;
  guint unseen; /* steps since the clock was read for predictions */
  guint64 known; /* up to here somebody has all records already */
  guint64 n_pushed;
  gboolean wants_checkpoint;

  /* Shared. The flag says that there are commands, so that a step takes no lock. */
  EtudeRing *ring;
  EtudeWake *wake;
  GMutex mutex;
  GCond cond;
  GQueue commands;
  atomic_bool has_commands;
  atomic_bool is_waiting; /* between two steps; it stays so until there is a command */
  gint cancelled;
  EtudePredictor *predictor; /* made by the main thread before the first command to use it */
  atomic_int state;
  _Atomic gint64 active_us;
  GBytes *checkpoint;     /* of the mutex, as what follows */
  guint64 checkpoint_at;  /* how many records are before it */
  gint64 checkpoint_us;   /* what it took */

  /* Of the main thread. */
  GThread *thread;
  guint64 n_popped;
  gsize checkpoint_size;
};

gpointer etude_worker_run (gpointer data);

G_END_DECLS
