/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* What can be done with stored runs; each is a verb of its own after “runs”. */
int etude_cli_runs_list (int argc, char **argv);
int etude_cli_runs_show (int argc, char **argv);
int etude_cli_runs_diff (int argc, char **argv);
int etude_cli_runs_import (int argc, char **argv);
int etude_cli_runs_export (int argc, char **argv);

G_END_DECLS
