/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * EtudeJsonWriter:
 *
 * Makes JSON text, the same bytes under every locale. What json-glib writes is not used, since it
 * writes 0.1 as 0.10000000000000001.
 */
typedef struct _EtudeJsonWriter EtudeJsonWriter;

EtudeJsonWriter *etude_json_writer_new (gboolean indented);
void etude_json_writer_free (EtudeJsonWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EtudeJsonWriter, etude_json_writer_free)

void etude_json_writer_begin_object (EtudeJsonWriter *self);
void etude_json_writer_end_object (EtudeJsonWriter *self);
void etude_json_writer_begin_array (EtudeJsonWriter *self);
void etude_json_writer_end_array (EtudeJsonWriter *self);
void etude_json_writer_key (EtudeJsonWriter *self, const char *key);
void etude_json_writer_string (EtudeJsonWriter *self, const char *value);
void etude_json_writer_number (EtudeJsonWriter *self, double value);
void etude_json_writer_integer (EtudeJsonWriter *self, gint64 value);
void etude_json_writer_boolean (EtudeJsonWriter *self, gboolean value);
void etude_json_writer_null (EtudeJsonWriter *self);
void etude_json_writer_raw (EtudeJsonWriter *self, const char *json);

void etude_json_writer_add_string (EtudeJsonWriter *self, const char *key, const char *value);
void etude_json_writer_add_number (EtudeJsonWriter *self, const char *key, double value);
void etude_json_writer_add_integer (EtudeJsonWriter *self, const char *key, gint64 value);

const char *etude_json_writer_get_text (EtudeJsonWriter *self);
char *etude_json_writer_dup_text (EtudeJsonWriter *self);
void etude_json_writer_reset (EtudeJsonWriter *self);

G_END_DECLS
