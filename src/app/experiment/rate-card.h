/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <adwaita.h>

#include "app/model/session.h"

G_BEGIN_DECLS

#define ETUDE_TYPE_RATE_CARD (etude_rate_card_get_type ())
G_DECLARE_FINAL_TYPE (EtudeRateCard, etude_rate_card, ETUDE, RATE_CARD, AdwBin)

GtkWidget *etude_rate_card_new (EtudeSession *session);
void etude_rate_card_focus (EtudeRateCard *self);
void etude_rate_card_step (EtudeRateCard *self, int direction, gboolean fine);

G_END_DECLS
