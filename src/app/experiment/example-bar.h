/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/examples.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_EXAMPLE_BAR (etude_example_bar_get_type ())
G_DECLARE_FINAL_TYPE (EtudeExampleBar, etude_example_bar, ETUDE, EXAMPLE_BAR, GtkWidget)

void etude_example_bar_show (EtudeExampleBar *self, const EtudeExample *example);

G_END_DECLS
