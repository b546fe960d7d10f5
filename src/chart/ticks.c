/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart/ticks.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

#define MINUS "\xe2\x88\x92"
#define TIMES "\xc3\x97"

/* Numbers between these are written out on an axis. */
#define PLAIN_LEAST (1e-3 * (1 - 1e-9))
#define PLAIN_MOST (1e3 * (1 + 1e-9))
#define PLAIN_MOST_LINEAR (1e6 * (1 + 1e-9))

void
etude_label_clear (EtudeLabel *label)
{
  g_clear_pointer (&label->text, g_free);
  g_clear_pointer (&label->raised, g_free);
}

/* Sets the thousands of the whole part apart, as the locale does it. */
static char *
group_thousands (const char *digits)
{
  GString *text = g_string_new (digits);
  const char *point = strchr (digits, '.');
  gssize at = point != NULL ? point - digits : (gssize) strlen (digits);
  gssize first = g_ascii_isdigit (digits[0]) ? 0 : (gssize) strlen (MINUS);

  for (at -= 3; at > first; at -= 3)
    /* Translators: what stands between the thousands of a number */
    g_string_insert (text, at, C_("thousands", ","));
  return g_string_free (text, FALSE);
}

static char *
write_plain (double value, const char *format)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE + 20];
  g_autofree char *text = NULL;

  g_ascii_formatd (buffer, sizeof buffer, format, value);
  text = buffer[0] == '-' ? g_strconcat (MINUS, buffer + 1, NULL) : g_strdup (buffer);
  return group_thousands (text);
}

static void
write_power (EtudeLabel *label, double value, int digits)
{
  char format[8], buffer[G_ASCII_DTOSTR_BUF_SIZE];
  int exponent;
  char *e;

  g_snprintf (format, sizeof format, "%%.%de", digits - 1);
  g_ascii_formatd (buffer, sizeof buffer, format, value);
  e = strchr (buffer, 'e');
  exponent = atoi (e + 1);
  *e = '\0';
  if (strcmp (buffer, "1") == 0)
    label->text = g_strdup ("10");
  else if (strcmp (buffer, "-1") == 0)
    label->text = g_strdup (MINUS "10");
  else if (buffer[0] == '-')
    label->text = g_strconcat (MINUS, buffer + 1, TIMES "10", NULL);
  else
    label->text = g_strconcat (buffer, TIMES "10", NULL);
  label->raised = exponent < 0 ? g_strdup_printf (MINUS "%d", -exponent) : g_strdup_printf ("%d", exponent);
}

/**
 * etude_label_init_value:
 * @label: (out): the text
 * @value: any number
 *
 * A measured value with three digits that count, as written beside the end of a line: 0.120,
 * 26,000, 8.23×10⁻⁵.
 */
void
etude_label_init_value (EtudeLabel *label, double value)
{
  double size = fabs (value);

  *label = (EtudeLabel) { NULL, NULL };
  if (!isfinite (value))
    label->text = etude_number_show (value, 3);
  else if (size != 0 && (size < 0.0009995 || size >= 999500))
    write_power (label, value, 3);
  else if (size >= 999.5)
    {
      double unit = size >= 99950 ? 1000 : size >= 9995 ? 100 : 10;

      label->text = write_plain (round (value / unit) * unit, "%.0f");
    }
  else if (value == 0)
    label->text = g_strdup ("0");
  else
    label->text = write_plain (value, size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : size >= 0.9995 ? "%.2f"
                               : size >= 0.09995 ? "%.3f" : size >= 0.009995 ? "%.4f" : "%.5f");
}

/**
 * etude_label_to_text:
 * @label: a label
 *
 * Returns: (transfer full): the label on one line: 3×10^−4
 */
char *
etude_label_to_text (const EtudeLabel *label)
{
  return label->raised != NULL ? g_strconcat (label->text, "^", label->raised, NULL) : g_strdup (label->text);
}

/* How many digits tell all values apart from their neighbours, and are exact for round ones. */
static int
count_digits (const double *values, guint n)
{
  double largest = 0, least_step = INFINITY;

  for (guint i = 0; i < n; i++)
    {
      largest = MAX (largest, fabs (values[i]));
      if (i > 0)
        least_step = MIN (least_step, values[i] - values[i - 1]);
    }
  if (n < 2 || largest == 0)
    return 6;
  return CLAMP ((int) ceil (log10 (largest / least_step) + 1.31), 2, 15);
}

/* The fewest digits in which the value is itself. */
static int
count_exact_digits (double value)
{
  for (int n = 1; n < 15; n++)
    {
      char format[8], buffer[G_ASCII_DTOSTR_BUF_SIZE];

      g_snprintf (format, sizeof format, "%%.%de", n - 1);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (fabs (g_ascii_strtod (buffer, NULL) - value) <= 1e-9 * fabs (value))
        return n;
    }
  return 15;
}

static char *
drop_zeros (char *text)
{
  gsize length = strlen (text);

  if (strchr (text, '.') == NULL)
    return text;
  while (text[length - 1] == '0')
    text[--length] = '\0';
  if (text[length - 1] == '.')
    text[length - 1] = '\0';
  return text;
}

/* All labels of one axis are written in one way. */
static void
write_labels (EtudeTicks *self, gboolean is_linear)
{
  double most = is_linear ? PLAIN_MOST_LINEAR : PLAIN_MOST;
  double least = PLAIN_LEAST;
  int digits = count_digits (self->values, self->n);
  gboolean is_plain = TRUE;
  double largest = 0;

  for (guint i = 0; i < self->n; i++)
    largest = MAX (largest, fabs (self->values[i]));
  for (guint i = 0; i < self->n; i++)
    {
      double size = fabs (self->values[i]);

      if (size > most || (size != 0 && size < least && (!is_linear || largest < 2 * PLAIN_LEAST)))
        is_plain = FALSE;
    }
  self->labels = g_new0 (EtudeLabel, self->n);
  for (guint i = 0; i < self->n; i++)
    {
      double value = self->values[i];

      if (value == 0)
        self->labels[i].text = g_strdup ("0");
      else if (is_plain)
        {
          int places = CLAMP (digits - (int) floor (log10 (largest)) - 1, 0, 12);
          char format[8] = "%.6g";

          if (is_linear)
            g_snprintf (format, sizeof format, "%%.%df", places);
          self->labels[i].text = drop_zeros (write_plain (value, format));
        }
      else
        write_power (&self->labels[i], value, count_exact_digits (value));
    }
}

/**
 * etude_ticks_init:
 * @self: (out): the ticks, for etude_ticks_clear()
 * @scale: the scale of the axis
 * @range: its range, as etude_axis_scale_fit() leaves it
 * @wanted: the most there should be
 */
void
etude_ticks_init (EtudeTicks *self, const EtudeAxisScale *scale, const EtudeRange *range, guint wanted)
{
  GArray *major = g_array_new (FALSE, FALSE, sizeof (double));
  GArray *minor = g_array_new (FALSE, FALSE, sizeof (double));

  scale->ticks (range, wanted, major, minor);
  self->n = major->len;
  self->n_minor = minor->len;
  self->values = (double *) (gpointer) g_array_free (major, FALSE);
  self->minor = (double *) (gpointer) g_array_free (minor, FALSE);
  write_labels (self, scale != &etude_axis_scale_log);
}

/* Whether the labels, each in the middle of its tick, keep @gap from each other. */
static gboolean
labels_fit (const EtudeTicks *self, const EtudeAxisScale *scale, const EtudeRange *range, double length, double gap,
            EtudeMeasure measure, gpointer data)
{
  double end = -INFINITY;

  for (guint i = 0; i < self->n; i++)
    {
      double middle = scale->map (self->values[i], range) * length;
      double half = measure (data, &self->labels[i]) / 2;

      if (middle - half < end + gap)
        return FALSE;
      end = middle + half;
    }
  return TRUE;
}

/**
 * etude_ticks_init_fitting:
 * @self: (out): the ticks
 * @scale: the scale of the axis
 * @range: its range
 * @wanted: the most there should be
 * @length: pixels from end to end of the axis
 * @gap: pixels that must stay free between two labels
 * @measure: (scope call): size of a label along the axis
 * @data: for @measure
 *
 * As etude_ticks_init(), with fewer ticks until no label touches another.
 */
void
etude_ticks_init_fitting (EtudeTicks *self, const EtudeAxisScale *scale, const EtudeRange *range, guint wanted,
                          double length, double gap, EtudeMeasure measure, gpointer data)
{
  for (;; wanted--)
    {
      etude_ticks_init (self, scale, range, wanted);
      if (wanted <= 2 || labels_fit (self, scale, range, length, gap, measure, data))
        break;
      etude_ticks_clear (self);
    }
  /* Where even two do not fit, the first is better than an unreadable pair. */
  while (self->n > 1 && !labels_fit (self, scale, range, length, gap, measure, data))
    etude_label_clear (&self->labels[--self->n]);
}

void
etude_ticks_clear (EtudeTicks *self)
{
  for (guint i = 0; i < self->n; i++)
    etude_label_clear (&self->labels[i]);
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->labels, g_free);
  g_clear_pointer (&self->minor, g_free);
  self->n = self->n_minor = 0;
}
