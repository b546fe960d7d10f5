/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For verbs that write in a loop of their own: they look here, and end after a whole line. */
#include "cli/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t caught;

static void
on_signal (int number)
{
  caught = number;
}

/**
 * etude_cli_interrupt_watch:
 *
 * From now on SIGINT and SIGTERM no longer end the program. What it is writing goes on.
 */
void
etude_cli_interrupt_watch (void)
{
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

/**
 * etude_cli_interrupt_get:
 *
 * Returns: the signal that was caught, 0 where there was none
 */
int
etude_cli_interrupt_get (void)
{
  return caught;
}

/**
 * etude_cli_interrupt_status:
 * @status: of a verb that was not interrupted
 *
 * Returns: what the program ends with
 */
int
etude_cli_interrupt_status (int status)
{
  return caught != 0 ? 128 + caught : status;
}
