/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"

G_BEGIN_DECLS

char *etude_kind_page_dup_id (const EtudeGroup *group, const EtudeKind *kind);
char *etude_kind_page_write (const EtudeGroup *group, const EtudeKind *kind, const char *guide, const char *title);
void etude_kind_page_write_list (GString *text, const EtudeGroup *group);

G_END_DECLS
