/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Room for any number that etude_number_write() makes, with its final NUL. */
#define ETUDE_NUMBER_SIZE 32

/* The largest integer that a document may hold: every smaller one is exact in a double. */
#define ETUDE_INTEGER_MAX ((guint64) 9007199254740991)

char *etude_number_write (char buffer[ETUDE_NUMBER_SIZE], double value);
void etude_number_append (GString *text, double value);
void etude_number_append_integer (GString *text, gint64 value);
gboolean etude_number_read (const char *text, double *value);
gboolean etude_number_read_typed (const char *text, double *value);
char *etude_number_show (double value, int digits);

G_END_DECLS
