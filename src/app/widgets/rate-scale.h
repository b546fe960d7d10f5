/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ETUDE_TYPE_RATE_SCALE (etude_rate_scale_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRateScale, etude_rate_scale, ETUDE, RATE_SCALE, GtkBox)

GtkWidget *etude_rate_scale_new (void);
void etude_rate_scale_set_rate (EtudeRateScale *self, double rate);
void etude_rate_scale_set_base (EtudeRateScale *self, double base);
double etude_rate_scale_get_base (EtudeRateScale *self);
double etude_rate_scale_get_rate (EtudeRateScale *self);
void etude_rate_scale_get_range (EtudeRateScale *self, double *low, double *high);

G_END_DECLS
