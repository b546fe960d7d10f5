/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/model/session.h"

G_BEGIN_DECLS

char *etude_run_words_status (EtudeSession *session, gboolean brief);
char *etude_run_words_best (EtudeSession *session, gboolean brief);
char *etude_run_words_pace (double steps_per_second, double seconds_left, gboolean brief);
char *etude_words_count (double value);
char *etude_words_duration (double seconds);

G_END_DECLS
