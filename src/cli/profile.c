/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/profile.h"

#include <glib/gi18n-lib.h>

#include "base/number.h"

/* In microseconds, as wide as the column. */
static void
append_time (GString *text, double seconds)
{
  g_autofree char *number = etude_number_show (seconds * 1e6, 3);

  g_string_append_printf (text, " %10s", number);
}

static void
append_row (GString *text, const char *title, double forward, double backward, double sum)
{
  g_autofree char *share = etude_number_show (100 * (forward + backward) / sum, 2);

  g_string_append_printf (text, "  %-28s", title);
  append_time (text, forward);
  append_time (text, backward);
  g_string_append_printf (text, " %7s%%\n", share);
}

static double
sum_parts (const EtudeProfile *profile)
{
  double sum = profile->load + profile->loss + profile->optimizer;

  for (gsize i = 0; i < profile->n_stages; i++)
    sum += profile->stages[i].forward + profile->stages[i].backward;
  return sum;
}

/**
 * etude_cli_show_profile:
 * @profile: what was measured
 * @optimizer: id of its kind
 *
 * Returns: (transfer full): a table of what an update spends its time with
 */
GString *
etude_cli_show_profile (const EtudeProfile *profile, const char *optimizer)
{
  GString *text = g_string_new (NULL);
  double sum = sum_parts (profile);
  g_autofree char *update = etude_number_show (profile->update * 1e6, 4);
  g_autofree char *rate = etude_number_show (profile->n_samples / profile->update, 3);

  /* Translators: µs are microseconds; such as “One update: 1.9 µs, 1.7e7 samples a second” */
  g_string_append_printf (text, _("One update: %s µs, %s samples a second\n"), update, rate);
  g_string_append_printf (text, "  %-28s %10s %10s %8s\n", _("measured part by part"), _("forward µs"), _("back µs"), _("share"));
  append_row (text, _("samples"), profile->load, 0, sum);
  for (gsize i = 0; i < profile->n_stages; i++)
    append_row (text, profile->stages[i].title, profile->stages[i].forward, profile->stages[i].backward, sum);
  append_row (text, _("loss"), profile->loss, 0, sum);
  append_row (text, optimizer, 0, profile->optimizer, sum);
  return text;
}
