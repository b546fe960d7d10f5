/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "store/store.h"

G_BEGIN_DECLS

void etude_about_present (GtkWindow *parent, EtudeStore *store);

G_END_DECLS
