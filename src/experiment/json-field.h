/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"

G_BEGIN_DECLS

char *etude_json_write_field (const EtudeParam *param, gpointer field);

G_END_DECLS
