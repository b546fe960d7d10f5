/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window-private.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/run-words.h"

#define NOTICE "run-ended"

/* In the whole program: a dialog of the window may have the focus in its place. What is hidden may still count as active. */
static gboolean
is_seen (GtkApplication *application)
{
  for (GList *link = gtk_application_get_windows (application); link != NULL; link = link->next)
    if (gtk_window_is_active (link->data) && gtk_widget_get_mapped (link->data))
      return TRUE;
  return FALSE;
}

/* How a run has ended by itself, or NULL. */
static char *
describe_end (const EtudeRun *run)
{
  g_autofree char *steps = etude_words_count ((double) run->steps);
  g_autofree char *at = etude_words_count ((double) run->diverged_at);

  switch (run->state)
    {
    case ETUDE_RUN_DONE:
      /* Translators: the first %s is the name of a run, the second a step */
      return g_strdup_printf (_("“%s” is done at step %s"), run->name, steps);
    case ETUDE_RUN_EARLY_STOPPED:
      /* Translators: the first %s is the name of a run, the second a step */
      return g_strdup_printf (_("“%s” has stopped early, at step %s"), run->name, steps);
    case ETUDE_RUN_DIVERGED:
      /* Translators: the first %s is the name of a run, the second a step */
      return g_strdup_printf (_("“%s” has diverged at step %s"), run->name, at);
    case ETUDE_RUN_RUNNING:
    case ETUDE_RUN_STOPPED:
    case ETUDE_RUN_INTERRUPTED:
    case ETUDE_RUN_FAILED:
    default:
      return NULL;
    }
}

/* To who cannot see it. Before GTK 4.14 nothing can be said aloud; there it stands where a reader can ask for it. */
static void
announce (EtudeWindow *self, const char *text)
{
#if GTK_CHECK_VERSION (4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/**
 * etude_window_notice_end:
 * @self: the window, whose session may have another state
 *
 * Tells the person of a run that has just ended by itself: aloud, and on the desktop where the window
 * is not seen. To choose the notification there brings the window back.
 */
void
etude_window_notice_end (EtudeWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  EtudeRun *run = etude_session_get_run (self->session);
  gboolean was_running = self->was_running;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *text = NULL;

  self->was_running = etude_session_get_state (self->session) == ETUDE_SESSION_RUNNING;
  text = was_running && !self->was_running && run != NULL ? describe_end (run) : NULL;
  if (text == NULL || application == NULL)
    return;
  announce (self, text);
  if (is_seen (application))
    return;
  notification = g_notification_new (_("Training Has Ended"));
  g_notification_set_body (notification, text);
  g_application_send_notification (G_APPLICATION (application), NOTICE, notification);
}

/**
 * etude_window_withdraw_notice:
 * @self: the window
 *
 * Takes the notification away once the window is seen.
 */
void
etude_window_withdraw_notice (EtudeWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (application != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    g_application_withdraw_notification (G_APPLICATION (application), NOTICE);
}
