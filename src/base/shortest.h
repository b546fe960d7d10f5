/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

guint64 etude_shortest (double value, int *exponent);

G_END_DECLS
