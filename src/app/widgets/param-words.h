/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"

G_BEGIN_DECLS

/* A parameter in words and in steps, as its row needs them. Pure functions. */

char *etude_param_words_bounds (const EtudeParam *param);
char *etude_param_words_refused (const EtudeParam *param, const char *text, const char *kept);
char *etude_param_words_tooltip (const EtudeParam *param, const char *initial);
char *etude_param_words_short (const EtudeParam *param, const char *text);
gboolean etude_param_is_begun (const EtudeParam *param, const char *text);

double etude_step_125 (double value, int direction);
double etude_param_step (const EtudeParam *param, double value, int direction, gboolean large);

G_END_DECLS
