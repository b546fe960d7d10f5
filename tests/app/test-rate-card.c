/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/experiment/rate-card.h"

#include "app/recipe-fixture.h"
#include "app/widgets/param-entry.h"
#include "app/widgets/rate-scale.h"
#include "app/widgets/reset-button.h"

typedef struct
{
  RecipeFixture base;
  EtudeRateCard *card;
  EtudeRateScale *scale;
  GtkEditable *entry;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  recipe_fixture_init (&self->base);
  self->card = ETUDE_RATE_CARD (etude_rate_card_new (self->base.session));
  recipe_fixture_show (&self->base, GTK_WIDGET (self->card), 340, 300);
  self->scale = ETUDE_RATE_SCALE (window_test_find (GTK_WIDGET (self->card), ETUDE_TYPE_RATE_SCALE, NULL, NULL));
  self->entry = GTK_EDITABLE (window_test_find (GTK_WIDGET (self->card), ETUDE_TYPE_PARAM_ENTRY, NULL, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  recipe_fixture_clear (&self->base);
}

static gboolean
is_paused_with_steps (gpointer data)
{
  EtudeRun *run = etude_session_get_run (data);

  return run->steps == 1 && etude_session_get_state (data) == ETUDE_SESSION_PAUSED;
}

static gboolean
is_ended (gpointer data)
{
  return !etude_session_is_live (data);
}

static void
make_step (Fixture *self)
{
  g_assert_true (etude_session_step (self->base.session, NULL));
  g_assert_true (window_test_wait_until (is_paused_with_steps, self->base.session, 10000));
}

static gboolean
says (Fixture *self, const char *text)
{
  GtkWidget *label = window_test_find (GTK_WIDGET (self->card), GTK_TYPE_LABEL, "label", text);

  return label != NULL && gtk_widget_get_mapped (label);
}

/* While a run is going on the card is that of the run, and afterwards that of the document. */
static void
test_live (Fixture *self, gconstpointer data)
{
  EtudeSession *session = self->base.session;

  g_assert_true (says (self, "Cosine"));
  g_assert_false (says (self, "Takes effect now"));
  g_assert_cmpfloat (etude_rate_scale_get_base (self->scale), ==, 0);
  make_step (self);
  g_assert_true (says (self, "Takes effect now"));
  g_assert_true (says (self, "Now 0.1"));
  g_assert_cmpfloat (etude_rate_scale_get_base (self->scale), ==, 0.1);
  etude_rate_card_step (self->card, -1, FALSE);
  g_assert_cmpfloat (etude_rate_scale_get_rate (self->scale), ==, 0.05);
  g_assert_cmpstr (gtk_editable_get_text (self->entry), ==, "0.05");
  g_assert_true (says (self, "Now 0.1, × 0.5 of 0.1"));
  etude_rate_card_step (self->card, 1, TRUE);
  g_assert_cmpfloat (etude_session_get_rate (session), ==, 0.0505);
  g_assert_cmpuint (recipe_fixture_undo_all (&self->base), ==, 2);
  g_assert_cmpstr (gtk_editable_get_text (self->entry), ==, "0.1");
  g_assert_true (etude_session_is_run_current (session));
  etude_rate_card_step (self->card, 1, FALSE);
  etude_session_stop (session);
  g_assert_true (window_test_wait_until (is_ended, session, 10000));
  g_assert_false (says (self, "Takes effect now"));
  g_assert_cmpstr (gtk_editable_get_text (self->entry), ==, "0.1");
  g_assert_cmpfloat (etude_rate_scale_get_base (self->scale), ==, 0);
}

/* What a person types, in any notation, in any locale. */
static void
test_typed (Fixture *self, gconstpointer data)
{
  static const struct { const char *text; double rate; } cases[] = {
    { "1e-3", 1e-3 }, { "0,002", 0.002 }, { "0.003", 0.003 }, { "1/300", 1 / 300.0 }, { "5", 5 },
  };

  for (guint live = 0; live < 2; live++)
    {
      if (live == 1)
        make_step (self);
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          gtk_editable_set_text (self->entry, cases[i].text);
          g_assert_cmpfloat_with_epsilon (etude_session_get_rate (self->base.session), cases[i].rate, 1e-15);
          g_assert_null (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (self->entry)));
        }
      gtk_editable_set_text (self->entry, "-1");
      g_assert_cmpfloat_with_epsilon (etude_session_get_rate (self->base.session), 5, 1e-15);
      g_assert_nonnull (etude_param_entry_get_problem (ETUDE_PARAM_ENTRY (self->entry)));
    }
}

/* A drag is one entry of undo, live too; the scale holds both rates. */
static void
test_drag (Fixture *self, gconstpointer data)
{
  double low, high;

  make_step (self);
  for (guint i = 1; i <= 20; i++)
    g_signal_emit_by_name (self->scale, "rate-changed", 0.1 + 0.01 * i);
  g_signal_emit_by_name (self->scale, "settled");
  g_assert_cmpfloat (etude_session_get_rate_factor (self->base.session), ==, (0.1 + 0.01 * 20) / 0.1);
  g_assert_cmpuint (recipe_fixture_undo_all (&self->base), ==, 1);
  g_assert_true (etude_session_set_rate (self->base.session, 1e-7, NULL));
  etude_rate_scale_get_range (self->scale, &low, &high);
  g_assert_cmpfloat (low, <=, 1.0000001e-7);
  g_assert_cmpfloat (high, ==, 10);
}

/* Back to the rate of the document by its button, and the last rate into the document by another. */
static void
test_buttons (Fixture *self, gconstpointer data)
{
  EtudeSession *session = self->base.session;
  GtkWidget *reset, *keep;

  g_assert_true (etude_session_set (session, "optimizer.lr", "0.3", NULL));
  make_step (self);
  reset = window_test_find (GTK_WIDGET (self->card), ETUDE_TYPE_RESET_BUTTON, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (reset));
  etude_rate_card_step (self->card, 1, FALSE);
  g_assert_true (gtk_widget_get_visible (reset));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (reset), ==, "Reset Learning Rate to 0.3");
  g_signal_emit_by_name (reset, "clicked");
  g_assert_cmpfloat (etude_session_get_rate_factor (session), ==, 1);
  etude_rate_card_step (self->card, 1, FALSE);
  etude_session_set_speed (session, ETUDE_FULL_SPEED);
  g_assert_true (etude_session_train (session, NULL));
  g_assert_true (window_test_wait_until (is_ended, session, 20000));
  keep = window_test_find (GTK_WIDGET (self->card), GTK_TYPE_BUTTON, "label", "Keep in Document");
  g_assert_true (says (self, "Ended at 0.5"));
  g_assert_true (gtk_widget_get_visible (keep));
  g_signal_emit_by_name (keep, "clicked");
  g_assert_cmpfloat (*etude_experiment_rate (etude_session_get_experiment (session)), ==, 0.5);
  g_assert_false (gtk_widget_get_visible (keep));
  etude_session_undo (session);
  g_assert_cmpfloat (*etude_experiment_rate (etude_session_get_experiment (session)), ==, 0.3);
}

#define ADD(name) g_test_add ("/rate-card/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  ADD (live);
  ADD (typed);
  ADD (drag);
  ADD (buttons);
  return window_test_run (NULL);
}
