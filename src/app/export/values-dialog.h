/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "chart/figure.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_VALUES_DIALOG (etude_values_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EtudeValuesDialog, etude_values_dialog, ETUDE, VALUES_DIALOG, AdwWindow)

void etude_values_dialog_present (GtkWindow *parent, const EtudeFigure *figure);

G_END_DECLS
