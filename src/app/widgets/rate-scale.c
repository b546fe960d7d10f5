/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/rate-scale.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/widgets/param-words.h"
#include "base/number.h"

/* Exponents of ten between which most rates are; the scale grows to hold another one. */
#define LOWEST -4
#define HIGHEST 1

#define STRIP_HEIGHT 24
#define TICK_LENGTH 4
#define SMALL_TICK_LENGTH 2
/* Of the ring that marks the base, with its line. */
#define RING_RADIUS 3.5
#define RING_LINE 1.5
/* 11 px at 96 dpi, in figures of equal width */
#define LABEL_MARKUP(text) "<span size=\"8.25pt\" font_features=\"tnum=1\">" text "</span>"

struct _EtudeRateScale
{
  GtkBox parent_instance;

  GtkWidget *scale; /* its value is the logarithm to base ten */
  GtkWidget *strip;
  double rate;
  double base; /* where a ring stands, 0 for none */
  int lowest;
  int highest;
  gboolean following;
};

enum
{
  RATE_CHANGED,
  SETTLED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EtudeRateScale, etude_rate_scale, GTK_TYPE_BOX)

/* The middle of the knob at the place of a value, in the coordinates of the strip: it goes from one
 * end of the trough to the other. */
static double
place_of (EtudeRateScale *self, double exponent)
{
  double share = (exponent - self->lowest) / (self->highest - self->lowest);
  graphene_point_t place;
  GdkRectangle range;

  gtk_range_get_range_rect (GTK_RANGE (self->scale), &range);
  if (gtk_widget_get_direction (self->scale) == GTK_TEXT_DIR_RTL)
    share = 1 - share;
  if (!gtk_widget_compute_point (self->scale, self->strip,
                                 &GRAPHENE_POINT_INIT ((float) (range.x + share * range.width), 0), &place))
    return 0;
  return place.x;
}

static char *
markup_of (int exponent)
{
  g_autofree char *text = NULL;

  if (exponent < LOWEST || exponent > 3)
    return g_strdup_printf (LABEL_MARKUP ("10<sup>%s%d</sup>"), exponent < 0 ? "−" : "", ABS (exponent));
  text = etude_number_show (pow (10, exponent), 1);
  return g_strdup_printf (LABEL_MARKUP ("%s"), text);
}

static void
draw_tick (cairo_t *cr, double x, int length)
{
  cairo_rectangle (cr, floor (x), 0, 1, length);
  cairo_fill (cr);
}

static void
draw_label (EtudeRateScale *self, cairo_t *cr, PangoLayout *layout, int exponent, int width)
{
  g_autofree char *markup = markup_of (exponent);
  PangoRectangle size;

  pango_layout_set_markup (layout, markup, -1);
  pango_layout_get_pixel_extents (layout, NULL, &size);
  cairo_move_to (cr, CLAMP (place_of (self, exponent) - size.width / 2.0, 0, MAX (0, width - size.width)),
                 TICK_LENGTH + 3);
  pango_cairo_show_layout (cr, layout);
}

/* On a clear ground, so that no tick is seen through it. */
static void
draw_ring (EtudeRateScale *self, cairo_t *cr)
{
  cairo_new_path (cr);
  cairo_arc (cr, place_of (self, log10 (self->base)), RING_RADIUS + RING_LINE / 2, RING_RADIUS, 0, 2 * G_PI);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_fill_preserve (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  cairo_set_line_width (cr, RING_LINE);
  cairo_stroke (cr);
}

static void
draw_strip (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  EtudeRateScale *self = user_data;
  GtkWidget *widget = GTK_WIDGET (area);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  int every = (self->highest - self->lowest + 6) / 7;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  for (int exponent = self->lowest; exponent <= self->highest; exponent++)
    {
      draw_tick (cr, place_of (self, exponent), TICK_LENGTH);
      if (exponent < self->highest && every == 1)
        {
          draw_tick (cr, place_of (self, exponent + log10 (2)), SMALL_TICK_LENGTH);
          draw_tick (cr, place_of (self, exponent + log10 (5)), SMALL_TICK_LENGTH);
        }
      if ((exponent - self->lowest) % every == 0)
        draw_label (self, cr, layout, exponent, width);
    }
  if (self->base > 0)
    draw_ring (self, cr);
}

/* Two digits are as many as a hand can mean. */
static double
rounded (double exponent)
{
  char text[ETUDE_NUMBER_SIZE];

  g_ascii_formatd (text, sizeof text, "%.1e", pow (10, exponent));
  return g_ascii_strtod (text, NULL);
}

static void
change (EtudeRateScale *self, double rate)
{
  if (rate == self->rate)
    return;
  g_signal_emit (self, signals[RATE_CHANGED], 0, rate);
}

static gboolean
on_change_value (EtudeRateScale *self, GtkScrollType how, double value)
{
  double low = pow (10, self->lowest), high = pow (10, self->highest);

  switch (how)
    {
    case GTK_SCROLL_JUMP:
      change (self, CLAMP (rounded (value), low, high));
      return GDK_EVENT_STOP;
    case GTK_SCROLL_STEP_FORWARD:
    case GTK_SCROLL_STEP_RIGHT:
    case GTK_SCROLL_STEP_UP:
      change (self, etude_step_125 (self->rate, 1));
      break;
    case GTK_SCROLL_STEP_BACKWARD:
    case GTK_SCROLL_STEP_LEFT:
    case GTK_SCROLL_STEP_DOWN:
      change (self, etude_step_125 (self->rate, -1));
      break;
    case GTK_SCROLL_PAGE_FORWARD:
    case GTK_SCROLL_PAGE_RIGHT:
    case GTK_SCROLL_PAGE_UP:
      change (self, MIN (self->rate * 10, high));
      break;
    case GTK_SCROLL_PAGE_BACKWARD:
    case GTK_SCROLL_PAGE_LEFT:
    case GTK_SCROLL_PAGE_DOWN:
      change (self, MAX (self->rate / 10, low));
      break;
    case GTK_SCROLL_START:
      change (self, low);
      break;
    case GTK_SCROLL_END:
      change (self, high);
      break;
    case GTK_SCROLL_NONE:
    default:
      return GDK_EVENT_PROPAGATE;
    }
  g_signal_emit (self, signals[SETTLED], 0);
  return GDK_EVENT_STOP;
}

static void
on_value_changed (EtudeRateScale *self)
{
  /* A screen reader sets the value without asking “change-value”. */
  if (!self->following)
    change (self, rounded (gtk_range_get_value (GTK_RANGE (self->scale))));
}

static gboolean
on_event (EtudeRateScale *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END)
    g_signal_emit (self, signals[SETTLED], 0);
  return GDK_EVENT_PROPAGATE;
}

static void
follow (EtudeRateScale *self)
{
  g_autofree char *text = etude_number_show (self->rate, 5);
  double exponent = log10 (self->rate), base = self->base > 0 ? log10 (self->base) : exponent;
  int lowest = MIN (LOWEST, (int) floor (MIN (exponent, base))), highest = MAX (HIGHEST, (int) ceil (MAX (exponent, base)));

  self->following = TRUE;
  if (lowest != self->lowest || highest != self->highest)
    {
      self->lowest = lowest;
      self->highest = highest;
      gtk_range_set_range (GTK_RANGE (self->scale), lowest, highest);
      gtk_widget_queue_draw (self->strip);
    }
  gtk_range_set_value (GTK_RANGE (self->scale), exponent);
  self->following = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static void
etude_rate_scale_class_init (EtudeRateScaleClass *klass)
{
  /* The person wants another rate; whoever owns the scale sets it, if it is right. */
  signals[RATE_CHANGED] = g_signal_new ("rate-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  /* The knob was let go, or moved by a key. */
  signals[SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
etude_rate_scale_init (EtudeRateScale *self)
{
  GtkEventController *release = gtk_event_controller_legacy_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->rate = 1;
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, LOWEST, HIGHEST, 0.1);
  self->lowest = LOWEST;
  self->highest = HIGHEST;
  gtk_scale_set_draw_value (GTK_SCALE (self->scale), FALSE);
  gtk_scale_set_has_origin (GTK_SCALE (self->scale), FALSE);
  gtk_range_set_round_digits (GTK_RANGE (self->scale), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Learning Rate"), -1);
  g_signal_connect_swapped (self->scale, "change-value", G_CALLBACK (on_change_value), self);
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (on_value_changed), self);
  gtk_event_controller_set_propagation_phase (release, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (release, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (self->scale, release);
  self->strip = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->strip), STRIP_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->strip), draw_strip, self, NULL);
  gtk_widget_add_css_class (self->strip, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self), "rate-scale");
  gtk_box_append (GTK_BOX (self), self->scale);
  gtk_box_append (GTK_BOX (self), self->strip);
  follow (self);
}

/**
 * etude_rate_scale_new:
 *
 * A slider for a rate, on a log scale from 0.0001 to 10 or as far as the rate is.
 *
 * Returns: the slider
 */
GtkWidget *
etude_rate_scale_new (void)
{
  return g_object_new (ETUDE_TYPE_RATE_SCALE, NULL);
}

/**
 * etude_rate_scale_set_rate:
 * @self: a scale
 * @rate: what it shows, above 0
 */
void
etude_rate_scale_set_rate (EtudeRateScale *self, double rate)
{
  g_return_if_fail (isfinite (rate) && rate > 0);

  self->rate = rate;
  follow (self);
}

/**
 * etude_rate_scale_set_base:
 * @self: a scale
 * @base: another rate, which a small ring marks; 0 for none
 */
void
etude_rate_scale_set_base (EtudeRateScale *self, double base)
{
  if (base == self->base)
    return;
  self->base = base;
  follow (self);
  gtk_widget_queue_draw (self->strip);
}

double
etude_rate_scale_get_base (EtudeRateScale *self)
{
  return self->base;
}

double
etude_rate_scale_get_rate (EtudeRateScale *self)
{
  return self->rate;
}

/**
 * etude_rate_scale_get_range:
 * @self: a scale
 * @low: (out): the rate at its start
 * @high: (out): the rate at its end
 */
void
etude_rate_scale_get_range (EtudeRateScale *self, double *low, double *high)
{
  *low = pow (10, self->lowest);
  *high = pow (10, self->highest);
}
