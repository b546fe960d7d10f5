/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#include "base/real.h"

G_BEGIN_DECLS

void etude_orthogonalise (EtudeReal *matrix, gsize n_rows, gsize n_columns, double length);

G_END_DECLS
