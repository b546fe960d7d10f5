/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

void etude_cli_interrupt_watch (void);
int etude_cli_interrupt_get (void);
int etude_cli_interrupt_status (int status);

G_END_DECLS
