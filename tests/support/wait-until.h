/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Lets the default main loop turn, without sleeping, until @condition holds; fails the test after PATIENCE_US, which
 * the file defines as long as what it waits for can take on a busy machine. */
#define wait_until(condition) \
  do \
    { \
      gint64 limit = g_get_monotonic_time () + PATIENCE_US; \
      while (!(condition) && g_get_monotonic_time () < limit) \
        g_main_context_iteration (NULL, FALSE); \
      g_assert_true (condition); \
    } \
  while (0)
