/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"

G_BEGIN_DECLS

gboolean etude_lengths_read (const char *text, EtudeLengths *lengths);
char *etude_lengths_write (const EtudeLengths *lengths);
gboolean etude_points_read (const EtudeParam *param, const char *text, EtudePoints *points);
char *etude_points_write (const EtudePoints *points);

G_END_DECLS
