/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One small file a verb, named after it. @argv begins with the name of the verb; each returns the
 * exit status of the program. */
int etude_cli_catalogue (int argc, char **argv);
int etude_cli_data (int argc, char **argv);
int etude_cli_descend (int argc, char **argv);
int etude_cli_export (int argc, char **argv);
int etude_cli_runs (int argc, char **argv);
int etude_cli_schedule (int argc, char **argv);
int etude_cli_train (int argc, char **argv);
