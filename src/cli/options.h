/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "experiment/experiment.h"

G_BEGIN_DECLS

/**
 * EtudeExit:
 *
 * What the program ends with. Interrupted runs end with 128 + the number of the signal.
 */
enum
{
  ETUDE_EXIT_DONE = 0,
  ETUDE_EXIT_FAILED = 1,
  ETUDE_EXIT_USAGE = 2,
  ETUDE_EXIT_OUTCOME = 3,
};

gboolean etude_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *arguments,
                          const char *summary, int *status);
gboolean etude_cli_check_arguments (int argc, char **argv, int least, int most, const char *expected, int *status);
void etude_cli_complain (const char *message);
int etude_cli_fail (const GError *error);
int etude_cli_fail_in (const char *file, const GError *error);
int etude_cli_refuse (const char *format, ...) G_GNUC_PRINTF (1, 2);
EtudeExperiment *etude_cli_load_experiment (const char *file, const char *const *settings, int *status);
char *etude_cli_folder_of (const char *file);
char *etude_cli_plain_text (const char *text);

G_END_DECLS
