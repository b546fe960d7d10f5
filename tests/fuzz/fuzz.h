/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What libFuzzer calls with inputs that it makes up, and corpus.c with those that are kept. Whatever ends the
 * program is a finding. Returns: 0 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
