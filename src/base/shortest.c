/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/shortest.h"

/* After Raffaello Giulietti, “The Schubfach way to render doubles” (2020): a number and the two ends of
 * what is read back as it are scaled by one power of ten, so that few whole numbers are left to choose
 * from. Numbers are told in quarters of a unit with a last bit that stands for all that was cut off; the
 * paper proves that 128 bits of the power are enough to compare them exactly. */

__extension__ typedef unsigned __int128 Wide;

enum
{
  FRACTION_BITS = 52,
  LEAST = -292, /* the powers of ten that all numbers need */
  MOST = 325,
  WORDS = 40,   /* of 32 bits: 10^MOST, and 128 bits below the point */
};

static Wide powers[MOST - LEAST + 1];

/* The first 128 bits of a number, rounded up. @words has the least first; its first four are 0 in a
 * whole number. */
static Wide
get_top (const guint32 *words, gboolean is_cut)
{
  int i = WORDS - 1, shift;
  Wide top;

  while (words[i] == 0)
    i--;
  shift = __builtin_clz (words[i]);
  top = (Wide) words[i] << 96 | (Wide) words[i - 1] << 64 | (Wide) words[i - 2] << 32 | words[i - 3];
  top = top << shift | ((guint64) words[i - 4] << shift) >> 32;
  is_cut = is_cut || words[i - 4] << shift != 0;
  for (int k = 0; k < i - 4; k++)
    is_cut = is_cut || words[k] != 0;
  return top + (is_cut ? 1 : 0);
}

/* Exact: up from 1 by multiplications, down from a large power of two by divisions. What a division
 * leaves over does not change the whole part of the next, and always leaves something. */
static void
make_powers (void)
{
  guint32 up[WORDS] = { [4] = 1 }, down[WORDS] = { [WORDS - 1] = 1u << 31 };

  for (int power = 0; power <= MOST; power++)
    {
      guint64 carry = 0;

      powers[power - LEAST] = get_top (up, FALSE);
      for (int i = 0; i < WORDS; i++, carry >>= 32)
        up[i] = (guint32) (carry += 10 * (guint64) up[i]);
    }
  for (int power = -1; power >= LEAST; power--)
    {
      guint64 rest = 0;

      for (int i = WORDS - 1; i >= 0; i--)
        {
          guint64 part = rest << 32 | down[i];

          down[i] = (guint32) (part / 10);
          rest = part % 10;
        }
      powers[power - LEAST] = get_top (down, TRUE);
    }
}

/* Both hold for all exponents that a number has. */
static int
floor_log10_pow2 (int exponent)
{
  return (exponent * 1262611) >> 22;
}

static int
floor_log2_pow10 (int exponent)
{
  return (exponent * 1741647) >> 19;
}

/* The product without its last 128 bits; its last bit is set where these would be other than 0. What the
 * power was rounded up by adds less than 1 to the upper half of them, so that this half alone tells. */
static guint64
scale (Wide power, guint64 factor)
{
  Wide low = (Wide) (guint64) power * factor;
  Wide product = (Wide) (guint64) (power >> 64) * factor + (guint64) (low >> 64);

  return (guint64) (product >> 64) | ((guint64) product != 0);
}

typedef struct
{
  guint64 low;    /* ends of what is read back as the number */
  guint64 middle; /* the number */
  guint64 high;
} Range;

/* The multiple of @unit that is nearest to the number, the even one of two, told in units. Returns whether it
 * is in the range. */
static inline gboolean
round_to (const Range *quarters, guint64 unit, guint64 *multiple)
{
  guint64 n = quarters->middle / (4 * unit), rest = quarters->middle - n * 4 * unit;

  if (rest > 2 * unit || (rest == 2 * unit && n % 2 == 1))
    n++;
  *multiple = n;
  return quarters->low <= n * 4 * unit && n * 4 * unit <= quarters->high;
}

/**
 * etude_shortest:
 * @value: a finite number except 0
 * @exponent: (out): of ten
 *
 * The fewest digits that, as the nearest number of so many digits, are read back as @value, whatever
 * its sign. Below a power of two the next number is nearer than above it: there fewer digits that are not
 * the nearest might do, and are not taken.
 *
 * Returns: the digits as a whole number that does not end in 0; |@value| is about it times 10^@exponent
 */
guint64
etude_shortest (double value, int *exponent)
{
  static gsize is_made = 0;
  union { double value; guint64 bits; } u = { value };
  guint64 fraction = u.bits & (((guint64) 1 << FRACTION_BITS) - 1);
  int biased = (int) (u.bits >> FRACTION_BITS & 0x7ff);
  guint64 whole = fraction | (guint64) (biased > 0) << FRACTION_BITS;
  int binary = MAX (biased, 1) - 1075; /* |value| = whole · 2^binary */
  gboolean is_lopsided = fraction == 0 && biased > 1;
  /* One unit is at most the distance to the next number, and for powers of two a tenth of that: all of these
   * are tested. */
  int power = floor_log10_pow2 (binary) - (is_lopsided ? 1 : 0);
  int shift = binary + floor_log2_pow10 (-power) + 1;
  guint64 is_open = whole & 1, digits; /* what is half way to the next number is read as the even one */
  Wide factor;
  Range quarters;

  if (g_once_init_enter (&is_made))
    {
      make_powers ();
      g_once_init_leave (&is_made, 1);
    }
  factor = powers[-power - LEAST];
  quarters.low = scale (factor, (4 * whole - (is_lopsided ? 1 : 2)) << shift) + is_open;
  quarters.middle = scale (factor, (4 * whole) << shift);
  quarters.high = scale (factor, (4 * whole + 2) << shift) - is_open;
  if (is_lopsided && round_to (&quarters, 100, &digits))
    power += 2;
  else if (round_to (&quarters, 10, &digits))
    power += 1;
  else
    round_to (&quarters, 1, &digits);
  for (; digits % 10 == 0; digits /= 10)
    power++;
  *exponent = power;
  return digits;
}
