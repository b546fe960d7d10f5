/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define BAR_INTERVAL_US (G_USEC_PER_SEC / 10)
#define LINE_INTERVAL_US (2 * G_USEC_PER_SEC)

struct _EtudeProgress
{
  gboolean is_terminal;
  gboolean has_bar;
  gint64 started;
  gint64 shown;
};

/**
 * etude_progress_new:
 *
 * Progress on standard error: a bar on a terminal, a line every two seconds elsewhere.
 *
 * Returns: (transfer full): the progress
 */
EtudeProgress *
etude_progress_new (void)
{
  EtudeProgress *self = g_new0 (EtudeProgress, 1);

  self->is_terminal = isatty (STDERR_FILENO);
  self->started = g_get_monotonic_time ();
  self->shown = self->started;
  return self;
}

/**
 * etude_progress_free:
 * @self: progress
 *
 * Takes the bar away, so that what comes next starts on a clean line.
 */
void
etude_progress_free (EtudeProgress *self)
{
  if (self == NULL)
    return;
  if (self->has_bar)
    fputs ("\r\033[K", stderr);
  g_free (self);
}

static void
show_bar (guint64 done, guint64 total, const char *what, guint64 left)
{
  char bar[BAR_WIDTH + 1];
  guint filled = (guint) ((double) done / (double) MAX (1, total) * BAR_WIDTH);

  for (guint i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  fputs ("\r\033[K", stderr);
  /* Translators: a bar, what is going on, minutes and seconds */
  fprintf (stderr, _("[%s] %s, %" PRIu64 ":%02" PRIu64 " left"), bar, what, left / 60, left % 60);
  fflush (stderr);
}

/**
 * etude_progress_show:
 * @self: progress
 * @done: how much is done
 * @total: of how much
 * @what: (nullable): what is going on, in a few words
 *
 * May be called as often as one likes; it shows something a few times a second at most.
 */
void
etude_progress_show (EtudeProgress *self, guint64 done, guint64 total, const char *what)
{
  gint64 now = g_get_monotonic_time ();
  double elapsed = (double) (now - self->started) / G_USEC_PER_SEC;
  guint64 left = done > 0 && done < total ? (guint64) (elapsed * (double) (total - done) / (double) done + 0.5) : 0;

  if (now - self->shown < (self->is_terminal ? BAR_INTERVAL_US : LINE_INTERVAL_US))
    return;
  self->shown = now;
  if (self->is_terminal)
    {
      show_bar (done, total, what, left);
      self->has_bar = TRUE;
    }
  else
    fprintf (stderr, "etude-cli: %s\n", what);
}
