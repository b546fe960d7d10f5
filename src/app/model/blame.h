/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "experiment/experiment.h"

G_BEGIN_DECLS

/* What an error says of a document: which place is to blame, and the same in the words of the recipe. */

gboolean etude_blame_find (const EtudeExperiment *experiment, const char *message, char **path, const char **words);
gboolean etude_blame_is_within (const char *blamed, const char *path);
char *etude_blame_explain (const EtudeExperiment *experiment, const char *message, const char *from);

G_END_DECLS
