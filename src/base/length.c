/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/length.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

/**
 * etude_length_read:
 * @text: such as "200", "200 steps", "1.5 epochs" or "5%"
 * @length: (out): the length
 *
 * Returns: whether @text is a length; steps must be whole
 */
gboolean
etude_length_read (const char *text, EtudeLength *length)
{
  static const struct { const char *word; EtudeLengthUnit unit; } units[] = {
    { "%", ETUDE_LENGTH_PERCENT },
    { "epochs", ETUDE_LENGTH_EPOCHS },
    { "epoch", ETUDE_LENGTH_EPOCHS },
    { "steps", ETUDE_LENGTH_STEPS },
    { "step", ETUDE_LENGTH_STEPS },
  };
  g_autofree char *plain = g_strstrip (g_strdup (text));
  EtudeLengthUnit unit = ETUDE_LENGTH_STEPS;
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_suffix (plain, units[i].word))
      {
        plain[strlen (plain) - strlen (units[i].word)] = '\0';
        unit = units[i].unit;
        break;
      }
  if (!etude_number_read_typed (plain, &value) || value < 0)
    return FALSE;
  if (unit == ETUDE_LENGTH_STEPS && (value != floor (value) || value > (double) ETUDE_INTEGER_MAX))
    return FALSE;
  *length = (EtudeLength) { value, unit };
  return TRUE;
}

/**
 * etude_length_write:
 * @length: a length that is not auto
 *
 * Returns: (transfer full): text that etude_length_read() reads; steps are a bare number
 */
char *
etude_length_write (const EtudeLength *length)
{
  static const char *const suffix[] = { "", "", " epochs", "%" };
  char number[ETUDE_NUMBER_SIZE];

  if (length->unit == ETUDE_LENGTH_AUTO)
    return g_strdup ("auto");
  return g_strconcat (etude_number_write (number, length->value), suffix[length->unit], NULL);
}

gboolean
etude_length_equal (const EtudeLength *a, const EtudeLength *b)
{
  return a->unit == b->unit && (a->unit == ETUDE_LENGTH_AUTO || a->value == b->value);
}

/**
 * etude_length_to_updates:
 * @length: a length that is not auto
 * @updates_per_epoch: optimizer updates in one epoch
 * @span: updates of which a percentage is a share
 *
 * Converts by floor (x + 0.5), at least 1 unless the length is 0.
 *
 * Returns: the length in updates
 */
guint64
etude_length_to_updates (const EtudeLength *length, double updates_per_epoch, guint64 span)
{
  double x = length->value;

  g_return_val_if_fail (length->unit != ETUDE_LENGTH_AUTO, 0);

  if (x == 0)
    return 0;
  if (length->unit == ETUDE_LENGTH_EPOCHS)
    x *= updates_per_epoch;
  else if (length->unit == ETUDE_LENGTH_PERCENT)
    x *= (double) span / 100;
  x = floor (x + 0.5);
  if (x >= (double) ETUDE_INTEGER_MAX)
    return ETUDE_INTEGER_MAX;
  return MAX (1, (guint64) x);
}
