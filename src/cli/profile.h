/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "training/profile.h"

G_BEGIN_DECLS

GString *etude_cli_show_profile (const EtudeProfile *profile, const char *optimizer);

G_END_DECLS
