/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verb.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/hints.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/stored.h"
#include "cli/train-output.h"
#include "experiment/json.h"
#include "experiment/path.h"
#include "store/recorder.h"
#include "store/resume.h"

#define MAX_SEEDS 10000
#define MAX_THREADS 256

typedef struct
{
  gboolean csv;
  gboolean json;
  gboolean no_store;
  gboolean profile;
  gint64 n_seeds;
  gint64 every;
  gint64 n_threads;
  char *output;
  char *save;
  char *save_weights;
  char *load_weights;
  char *replay;
  char *resume;
  char **settings;
} Options;

/* One seed: its run, and what is to be printed of it. */
typedef struct
{
  EtudeRun *run;
  EtudeWorker *worker;
  EtudeTrainOutput *output;
  gboolean is_finished;
} Job;

typedef struct
{
  const Options *options;
  const char *file; /* the document, NULL for the default one */
  EtudeRun *replay; /* the run that is made again, NULL for none */
  EtudeRun *resume; /* the run that goes on, NULL for none */
  EtudeExperiment *experiment;
  EtudePrepared *data;
  EtudeStore *store;
  EtudeRecorder *recorder;
  EtudeProgress *progress;
  EtudeCliOutput *output;
  EtudeTensors *start;      /* the weights to start from, NULL for those that are drawn */
  char *note;               /* where they are from, NULL without them */
  EtudeFileWriter *weights; /* where they go, NULL for nowhere */
  GPtrArray *jobs;
  guint n_printed;
  guint n_running;
  int signal;
  gboolean has_diverged;
  gboolean is_failing; /* the store refuses what it should keep */
  GError *error;
} Train;

static void
job_free (Job *job)
{
  etude_train_output_free (job->output);
  etude_run_unref (job->run);
  g_free (job);
}

static Job *
find_job (Train *self, const EtudeRun *run)
{
  for (guint i = self->n_printed; i < self->jobs->len; i++)
    if (((Job *) g_ptr_array_index (self->jobs, i))->run == run)
      return g_ptr_array_index (self->jobs, i);
  g_return_val_if_reached (NULL);
}

/* Prints the seed whose turn it is, and those after it that have already ended. */
static void
print_in_order (Train *self)
{
  while (self->n_printed < self->jobs->len)
    {
      Job *job = g_ptr_array_index (self->jobs, self->n_printed);

      etude_cli_output_take (self->output, etude_train_output_get_text (job->output));
      if (!job->is_finished)
        break;
      self->n_printed++;
    }
  etude_cli_output_flush (self->output);
}

static void start_jobs (Train *self);

static void
on_record (EtudeRun *run, const EtudeRecord *record, gpointer data)
{
  etude_train_output_record (find_job (data, run)->output, record);
}

static void
on_changed (EtudeRun *run, gpointer data)
{
  Train *self = data;
  guint64 done = 0;
  g_autofree char *loss = etude_number_show (run->final_train_loss, 3);
  g_autofree char *what = NULL;

  for (guint i = 0; i < self->jobs->len; i++)
    done += ((Job *) g_ptr_array_index (self->jobs, i))->run->steps;
  /* Translators: such as “seed 1, epoch 12 of 30, training loss 0.13” */
  what = g_strdup_printf (_("seed %" PRIu64 ", epoch %" PRIu64 " of %" PRIu64 ", training loss %s"),
                          run->seed, run->steps / run->updates_per_epoch,
                          (run->n_steps + run->updates_per_epoch - 1) / run->updates_per_epoch, loss);
  etude_progress_show (self->progress, done, run->n_steps * (guint64) self->options->n_seeds, what);
  print_in_order (self);
}

/* A run that diverged has none that are worth keeping. */
static void
save_weights (Train *self, Job *job)
{
  EtudeTrainer *trainer = etude_worker_join (job->worker);

  if (job->run->state == ETUDE_RUN_DIVERGED)
    {
      g_autofree char *shown = g_filename_display_name (self->options->save_weights);
      g_autofree char *message = g_strdup_printf (_("%s: found a run that diverged, expected weights: not written"), shown);

      etude_cli_complain (message);
    }
  else if (self->error == NULL && etude_trainer_write_weights (trainer, self->weights, &self->error))
    etude_file_writer_finish (self->weights, &self->error);
}

static void
on_finished (EtudeRun *run, gpointer data)
{
  Train *self = data;
  Job *job = find_job (self, run);

  /* First of all, so that a run that came out otherwise leaves no weights. */
  if (self->replay != NULL && self->error == NULL && self->signal == 0)
    etude_cli_check_replay (self->replay, run, &self->error);
  if (self->weights != NULL)
    save_weights (self, job);
  if (run->state == ETUDE_RUN_DIVERGED && !self->has_diverged)
    etude_cli_hint_diverged (run->experiment, self->data->train.n);
  etude_train_output_end (job->output, etude_worker_join (job->worker));
  job->is_finished = TRUE;
  job->worker = NULL;
  self->has_diverged = self->has_diverged || run->state == ETUDE_RUN_DIVERGED;
  self->n_running--;
  start_jobs (self);
  print_in_order (self);
}

static void
on_too_large (EtudeRun *run, const char *message, gpointer data)
{
  if (((Train *) data)->jobs->len <= 1)
    etude_cli_complain (message);
}

static void
on_trouble (const char *message, gpointer data)
{
  ((Train *) data)->is_failing = TRUE;
  etude_cli_complain (message);
}

static void
on_trouble_over (gpointer data)
{
  ((Train *) data)->is_failing = FALSE;
}

/* What is wrong with a document is said with its file. */
static gboolean
name_file (Train *self)
{
  if (self->file != NULL)
    g_prefix_error (&self->error, "%s: ", self->file);
  return FALSE;
}

/* The file is known to be of the size of the network before all of it is read for its hash. */
static gboolean
load_weights (Train *self, EtudeTrainer *trainer)
{
  g_autofree char *name = g_path_get_basename (etude_tensors_get_file (self->start));
  g_autofree char *sha256 = NULL;

  if (!etude_trainer_read_weights (trainer, self->start, &self->error))
    return FALSE;
  if (self->note != NULL)
    return TRUE;
  sha256 = etude_tensors_dup_sha256 (self->start, &self->error);
  if (sha256 == NULL)
    return FALSE;
  /* Translators: the first %s is the name of a file, the second the start of its SHA-256 */
  self->note = g_strdup_printf (_("Starts from the weights of “%s” (SHA-256 %.12s)"), name, sha256);
  return TRUE;
}

/* Threads that no seed of its own has are shared out among the runs; more than processors would only wait. */
static guint
count_threads (const Train *self)
{
  gint64 n = MIN (self->options->n_threads, (gint64) g_get_num_processors ()), n_seeds = self->options->n_seeds;

  return n > n_seeds ? (guint) (n / n_seeds + (self->jobs->len < n % n_seeds)) : 1;
}

static gboolean
start_job (Train *self, guint64 seed)
{
  Job *job;
  EtudeTrainFormat format = self->options->json   ? ETUDE_TRAIN_OUTPUT_JSON
                            : self->options->csv ? ETUDE_TRAIN_OUTPUT_CSV
                                                 : ETUDE_TRAIN_OUTPUT_SUMMARY;
  g_autoptr (EtudeExperiment) experiment = etude_experiment_copy (self->experiment);
  EtudeTrainer *trainer;
  EtudeRun *run;

  etude_experiment_training (experiment)->seed = seed;
  trainer = etude_trainer_new (experiment, self->data, &self->error);
  if (trainer == NULL)
    return name_file (self);
  run = self->resume != NULL ? etude_run_ref (self->resume) : etude_run_new_of (experiment, trainer, self->data);
  if ((self->resume != NULL && !etude_resume_begin (self->store, run, trainer, &self->error))
      || (self->start != NULL && !load_weights (self, trainer))
      || (self->replay != NULL && !etude_cli_begin_replay (self->replay, run, trainer, &self->error)))
    {
      etude_run_unref (run);
      etude_trainer_free (trainer);
      return FALSE;
    }
  etude_trainer_set_threads (trainer, count_threads (self));
  job = g_new0 (Job, 1);
  job->run = run;
  if (self->note != NULL)
    {
      g_free (job->run->note);
      job->run->note = g_strdup (self->note);
    }
  job->output = etude_train_output_new (format, (guint64) self->options->every, job->run);
  if (self->jobs->len == 0)
    etude_train_output_header (job->output);
  etude_train_output_start (job->output, trainer, self->data, self->store != NULL && !etude_store_is_in_memory (self->store));
  g_ptr_array_add (self->jobs, job);
  job->worker = etude_worker_new_from (trainer, job->run->steps, etude_recorder_get_wake (self->recorder), ETUDE_FULL_SPEED);
  if (self->replay != NULL)
    etude_cli_limit_replay (self->replay, job->worker);
  etude_recorder_add (self->recorder, job->worker, job->run);
  etude_worker_resume (job->worker);
  self->n_running++;
  return TRUE;
}

static void
start_jobs (Train *self)
{
  guint64 first = etude_experiment_training (self->experiment)->seed;

  while (self->signal == 0 && self->error == NULL && self->jobs->len < self->options->n_seeds
         && self->n_running < self->options->n_threads)
    if (!start_job (self, first + self->jobs->len))
      break;
}

static gboolean
on_signal (Train *self, int number)
{
  self->signal = number;
  for (guint i = self->n_printed; i < self->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, i);

      if (job->worker != NULL)
        etude_worker_stop (job->worker);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_sigint (gpointer data)
{
  return on_signal (data, SIGINT);
}

static gboolean
on_sigterm (gpointer data)
{
  return on_signal (data, SIGTERM);
}

static void
open_store (Train *self)
{
  const char *acknowledge = g_getenv ("ETUDE_ACKNOWLEDGE_FD"), *interval = g_getenv ("ETUDE_CHECKPOINT_INTERVAL");
  static const EtudeRecorderCallbacks callbacks = {
    .record = on_record,
    .changed = on_changed,
    .finished = on_finished,
    .too_large = on_too_large,
    .trouble = on_trouble,
    .trouble_over = on_trouble_over,
  };

  if (!self->options->no_store)
    {
      g_autofree char *path = etude_store_dup_default_path ();
      g_autofree char *problem = NULL;

      self->store = etude_store_open_or_memory (path, &problem);
      if (problem != NULL)
        on_trouble (problem, self);
      else if (etude_store_get_warning (self->store) != NULL)
        etude_cli_complain (etude_store_get_warning (self->store));
    }
  self->recorder = etude_recorder_new (self->store, NULL);
  etude_recorder_set_callbacks (self->recorder, &callbacks, self);
  /* What a replay repeats is not in its checkpoints. */
  if (self->replay != NULL)
    etude_recorder_set_checkpoints (self->recorder, 0);
  else if (interval != NULL)
    etude_recorder_set_checkpoints (self->recorder, (guint) atoi (interval));
  etude_wake_set_unpaused (etude_recorder_get_wake (self->recorder));
  if (acknowledge != NULL)
    etude_recorder_set_acknowledge (self->recorder, atoi (acknowledge));
}

static gboolean
load_data (Train *self)
{
  g_autofree char *folder = etude_cli_folder_of (self->file);
  EtudeObject *section = &etude_experiment_fields (self->experiment)->dataset;
  g_autoptr (EtudeDataset) dataset = etude_dataset_load (section, folder, NULL, &self->error);

  if (dataset == NULL)
    return FALSE;
  self->data = etude_prepare (dataset, section->data, &self->error);
  return self->data != NULL || name_file (self);
}

/* The weights to start from, and where those of the end go: what is wrong with either is said before the
 * training. */
static gboolean
open_weights (Train *self)
{
  const char *from = self->options->load_weights, *to = self->options->save_weights;

  if (from != NULL && (self->start = etude_tensors_open (from, &self->error)) == NULL)
    return FALSE;
  return to == NULL || (self->weights = etude_file_writer_new (to, &self->error)) != NULL;
}

static int
finish (Train *self)
{
  if (self->error == NULL)
    etude_cli_output_finish (self->output, &self->error);
  if (self->error != NULL)
    return etude_cli_fail (self->error);
  if (self->signal != 0)
    return 128 + self->signal;
  if (self->has_diverged)
    return ETUDE_EXIT_OUTCOME;
  return self->is_failing ? ETUDE_EXIT_FAILED : ETUDE_EXIT_DONE;
}

static gboolean
save (Train *self)
{
  g_autoptr (EtudeExperiment) saved = etude_experiment_copy (self->experiment);
  g_autofree char *from = etude_cli_folder_of (self->file != NULL ? self->file : "document");
  g_autofree char *to = etude_cli_folder_of (self->options->save);

  etude_experiment_move (saved, from, to);
  return etude_experiment_save (saved, self->options->save, &self->error);
}

/* Beside JSON or CSV it is not part of the result. */
static void
print_profile (Train *self)
{
  g_autoptr (EtudeProfile) profile = etude_profile_new (self->experiment, self->data, &self->signal, &self->error);
  g_autoptr (GString) text = NULL;

  if (profile == NULL || profile->n_updates == 0)
    return;
  text = etude_cli_show_profile (profile, etude_experiment_fields (self->experiment)->optimizer.kind->id);
  if (self->options->json || self->options->csv)
    fputs (text->str, stderr);
  else
    etude_cli_output_take (self->output, text);
}

static int
train (Train *self)
{
  if (self->options->save != NULL && !save (self))
    return etude_cli_fail (self->error);
  if (!load_data (self) || !open_weights (self) || (self->output = etude_cli_output_new (self->options->output, &self->error)) == NULL)
    return etude_cli_fail (self->error);
  etude_cli_warn_before (self->experiment, self->data->train.n);
  open_store (self);
  g_unix_signal_add (SIGINT, on_sigint, self);
  g_unix_signal_add (SIGTERM, on_sigterm, self);
  self->progress = etude_progress_new ();
  start_jobs (self);
  while (self->n_running > 0)
    g_main_context_iteration (NULL, TRUE);
  etude_recorder_close (self->recorder);
  g_clear_pointer (&self->progress, etude_progress_free);
  print_in_order (self);
  if (self->options->profile && self->signal == 0)
    print_profile (self);
  return finish (self);
}

static void
clear_options (Options *options)
{
  g_strfreev (options->settings);
  g_free (options->output);
  g_free (options->save);
  g_free (options->save_weights);
  g_free (options->load_weights);
  g_free (options->replay);
  g_free (options->resume);
}

static void
clear (Train *self)
{
  g_clear_pointer (&self->progress, etude_progress_free);
  g_clear_pointer (&self->recorder, etude_recorder_free);
  g_clear_pointer (&self->store, etude_store_free);
  g_clear_pointer (&self->data, etude_prepared_unref);
  g_clear_pointer (&self->experiment, etude_experiment_free);
  g_clear_pointer (&self->replay, etude_run_unref);
  g_clear_pointer (&self->resume, etude_run_unref);
  g_clear_pointer (&self->start, etude_tensors_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_pointer (&self->weights, etude_file_writer_free);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->output, etude_cli_output_free);
}

static gboolean
check_options (const Options *options, int argc, char **argv, int *status)
{
  if (options->csv && options->json)
    *status = etude_cli_refuse (_("found both --csv and --json, expected one of them"));
  else if (options->n_seeds < 1 || options->n_seeds > MAX_SEEDS)
    *status = etude_cli_refuse (_("--seeds: found %" PRId64 ", expected a number from 1 to %d"), options->n_seeds, MAX_SEEDS);
  else if (options->save_weights != NULL && g_strcmp0 (options->save_weights, options->output) == 0)
    *status = etude_cli_refuse (_("found one file for -o and --save-weights, expected two"));
  else if (options->n_seeds > 1 && options->save_weights != NULL)
    *status = etude_cli_refuse (_("--save-weights: found %" PRId64 " seeds, expected one"), options->n_seeds);
  else if (options->replay != NULL && (argc > 1 || options->settings != NULL || options->n_seeds > 1))
    *status = etude_cli_refuse (_("--replay: found a file, --set or --seeds beside it, expected the run alone"));
  else if (options->resume != NULL && (argc > 1 || options->settings != NULL || options->n_seeds > 1 || options->replay != NULL
                                       || options->load_weights != NULL || options->no_store))
    *status = etude_cli_refuse (_("--resume: found a file, --set, --seeds, --replay, --load-weights or --no-store beside it, expected the run alone"));
  else if (options->n_threads < 1 || options->n_threads > MAX_THREADS)
    *status = etude_cli_refuse (_("--threads: found %" PRId64 ", expected a number from 1 to %d"), options->n_threads, MAX_THREADS);
  else if (options->every < 1)
    *status = etude_cli_refuse (_("--every: found %" PRId64 ", expected a number from 1"), options->every);
  else
    return etude_cli_check_arguments (argc, argv, 0, 1, _("one file at most"), status);
  return FALSE;
}

/* Each seed must be one that a document may hold. */
static gboolean
check_seeds (const Train *self, int *status)
{
  guint64 first = etude_experiment_training (self->experiment)->seed;

  if (first <= ETUDE_INTEGER_MAX - (guint64) self->options->n_seeds + 1)
    return TRUE;
  *status = etude_cli_refuse (_("--seeds: found %" PRId64 " from training.seed %" PRIu64 " on, expected seeds up to %" PRIu64),
                              self->options->n_seeds, first, ETUDE_INTEGER_MAX);
  return FALSE;
}

/* The run that shall go on, from the user’s store. */
static EtudeRun *
load_resume (const char *name, GError **error)
{
  const char *const names[] = { name, NULL };
  g_autoptr (EtudeStore) store = etude_cli_open_store (error);
  g_autoptr (GPtrArray) runs = store != NULL ? etude_cli_load_runs (store, names, error) : NULL;
  g_autoptr (GError) cause = NULL;
  EtudeRun *run;

  if (runs == NULL)
    return NULL;
  run = g_ptr_array_index (runs, 0);
  if (etude_resume_check (store, run, &cause))
    return etude_run_ref (run);
  if (run->kind == ETUDE_RUN_TRAIN && run->state != ETUDE_RUN_RUNNING)
    /* Translators: the first %s is why a run cannot go on; “train --replay” is a command, %.8s the start of the id of the run */
    g_set_error (error, cause->domain, cause->code, _("%s; “train --replay %.8s” makes it again from its start"),
                 cause->message, run->id);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

/* What is trained: a file, the default, or what a stored run was. */
static gboolean
find_experiment (Train *self, int *status)
{
  const Options *options = self->options;
  g_autoptr (GError) error = NULL;

  if (options->resume != NULL)
    {
      self->resume = load_resume (options->resume, &error);
      if (self->resume == NULL)
        *status = etude_cli_fail (error);
      else
        self->experiment = etude_experiment_copy (self->resume->experiment);
    }
  else if (options->replay == NULL)
    self->experiment = etude_cli_load_experiment (self->file, (const char *const *) options->settings, status);
  else if ((self->replay = etude_cli_load_replay (options->replay, &error)) == NULL)
    *status = etude_cli_fail (error);
  else
    {
      self->experiment = etude_experiment_copy (self->replay->experiment);
      etude_experiment_training (self->experiment)->seed = self->replay->seed;
    }
  return self->experiment != NULL && check_seeds (self, status);
}

int
etude_cli_train (int argc, char **argv)
{
  Options options = { .n_seeds = 1, .every = 1, .n_threads = 1 };
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, N_("Print one row for each update"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print one JSON object a line for all that happens"), NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings, N_("Change the experiment, such as optimizer.lr=0.01"), N_("PATH=VALUE") },
    { "seeds", 0, 0, G_OPTION_ARG_INT64, &options.n_seeds, N_("Train with so many seeds, from training.seed on"), "N" },
    { "every", 0, 0, G_OPTION_ARG_INT64, &options.every, N_("Print one update in N"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT64, &options.n_threads, N_("Train so many seeds at the same time; with fewer seeds, share large updates"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("Write to a file instead of standard output"), N_("FILE") },
    { "save", 0, 0, G_OPTION_ARG_FILENAME, &options.save, N_("Save the experiment as it is trained"), N_("FILE") },
    { "profile", 0, 0, G_OPTION_ARG_NONE, &options.profile, N_("Print what an update spends its time with"), NULL },
    { "save-weights", 0, 0, G_OPTION_ARG_FILENAME, &options.save_weights, N_("Write the weights of the end, for PyTorch"), N_("FILE.safetensors") },
    { "load-weights", 0, 0, G_OPTION_ARG_FILENAME, &options.load_weights, N_("Start from these weights"), N_("FILE.safetensors") },
    { "replay", 0, 0, G_OPTION_ARG_STRING, &options.replay, N_("Train a stored run again, with its changes of the rate"), N_("RUN") },
    { "resume", 0, 0, G_OPTION_ARG_STRING, &options.resume, N_("Go on with a run that was interrupted or stopped"), N_("RUN") },
    { "no-store", 0, 0, G_OPTION_ARG_NONE, &options.no_store, N_("Do not keep the run"), NULL },
    { NULL }
  };
  Train self = { .options = &options };
  int status;

  if (!etude_cli_parse (&argc, &argv, entries, _("[FILE]"),
                        _("Trains an experiment, the default one where no file is given."), &status)
      || !check_options (&options, argc, argv, &status))
    {
      clear_options (&options);
      return status;
    }
  self.file = argv[1];
  if (find_experiment (&self, &status))
    {
      self.jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
      status = train (&self);
    }
  clear (&self);
  clear_options (&options);
  return status;
}
