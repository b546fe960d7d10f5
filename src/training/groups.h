/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"

G_BEGIN_DECLS

const EtudeGroup *const *etude_groups_list (void);

G_END_DECLS
