/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <json-glib/json-glib.h>

#include "experiment/experiment.h"
#include "experiment/json-field.h"
#include "experiment/json-parse.h"

G_BEGIN_DECLS

gboolean etude_json_read_field (const EtudeParam *param, JsonNode *node, gpointer field,
                                const char *path, GError **error);
gboolean etude_json_read_element (const EtudeParam *param, JsonNode *node, EtudeObject *element,
                                  const char *path, GError **error);
char *etude_experiment_write_for_hash (const EtudeExperiment *self);

G_END_DECLS
