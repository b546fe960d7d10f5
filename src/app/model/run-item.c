/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/model/run-item.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

struct _EtudeRunItem
{
  GObject parent_instance;

  EtudeRunSummary *summary;
  EtudeRun *run;
};

G_DEFINE_FINAL_TYPE (EtudeRunItem, etude_run_item, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_NUMBER,
  PROP_NAME,
  PROP_OUTCOME,
  PROP_BEST_LOSS,
  PROP_RATE,
  PROP_SECONDS,
  PROP_COLOUR,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
etude_run_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EtudeRunItem *self = ETUDE_RUN_ITEM (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->summary->id);
      break;
    case PROP_NUMBER:
      g_value_set_uint64 (value, self->summary->number);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->summary->name);
      break;
    case PROP_OUTCOME:
      g_value_take_string (value, etude_run_item_dup_outcome (self));
      break;
    case PROP_BEST_LOSS:
      g_value_set_double (value, self->summary->best_validation_loss);
      break;
    case PROP_RATE:
      g_value_set_double (value, self->summary->lr);
      break;
    case PROP_SECONDS:
      g_value_set_double (value, self->summary->seconds);
      break;
    case PROP_COLOUR:
      g_value_set_string (value, self->summary->colour);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
etude_run_item_finalize (GObject *object)
{
  EtudeRunItem *self = ETUDE_RUN_ITEM (object);

  etude_run_summary_free (self->summary);
  g_clear_pointer (&self->run, etude_run_unref);
  G_OBJECT_CLASS (etude_run_item_parent_class)->finalize (object);
}

static void
etude_run_item_class_init (EtudeRunItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags lent = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = etude_run_item_get_property;
  object_class->finalize = etude_run_item_finalize;

  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, lent);
  props[PROP_NUMBER] = g_param_spec_uint64 ("number", NULL, NULL, 0, G_MAXUINT64, 0, lent);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, lent);
  props[PROP_OUTCOME] = g_param_spec_string ("outcome", NULL, NULL, NULL, lent);
  props[PROP_BEST_LOSS] = g_param_spec_double ("best-loss", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, lent);
  props[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, lent);
  props[PROP_SECONDS] = g_param_spec_double ("seconds", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, lent);
  props[PROP_COLOUR] = g_param_spec_string ("colour", NULL, NULL, NULL, lent);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
etude_run_item_init (EtudeRunItem *self)
{
}

/**
 * etude_run_item_new:
 * @summary: (transfer full): what is known of the run
 *
 * A run in a list, with properties for views and sorters.
 *
 * Returns: (transfer full): the item
 */
EtudeRunItem *
etude_run_item_new (EtudeRunSummary *summary)
{
  EtudeRunItem *self = g_object_new (ETUDE_TYPE_RUN_ITEM, NULL);

  self->summary = summary;
  return self;
}

/**
 * etude_run_item_take_summary:
 * @self: an item
 * @summary: (transfer full): what is known of the run now
 */
void
etude_run_item_take_summary (EtudeRunItem *self, EtudeRunSummary *summary)
{
  etude_run_summary_free (self->summary);
  self->summary = summary;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_NUMBER; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * etude_run_item_get_summary:
 * @self: an item
 *
 * Returns: (transfer none): what is known of the run, until it changes
 */
const EtudeRunSummary *
etude_run_item_get_summary (EtudeRunItem *self)
{
  return self->summary;
}

/**
 * etude_run_item_set_run:
 * @self: an item
 * @run: (nullable): the run with its series
 */
void
etude_run_item_set_run (EtudeRunItem *self, EtudeRun *run)
{
  if (self->run == run)
    return;
  g_clear_pointer (&self->run, etude_run_unref);
  if (run != NULL)
    self->run = etude_run_ref (run);
}

/**
 * etude_run_item_get_run:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the run with its series, if it is in memory; see
 *   etude_run_list_load()
 */
EtudeRun *
etude_run_item_get_run (EtudeRunItem *self)
{
  return self->run;
}

/**
 * etude_run_item_dup_outcome:
 * @self: an item
 *
 * Returns: (transfer full): how the run stands, in words
 */
char *
etude_run_item_dup_outcome (EtudeRunItem *self)
{
  const EtudeRunSummary *summary = self->summary;

  if (summary->state == ETUDE_RUN_DIVERGED && summary->diverged_at != ETUDE_NO_STEP)
    return g_strdup_printf (_("Diverged, step %" PRIu64), summary->diverged_at);
  if ((summary->state == ETUDE_RUN_STOPPED || summary->state == ETUDE_RUN_INTERRUPTED) && summary->n_steps > 0)
    /* Translators: such as “Stopped at 40 %” */
    return g_strdup_printf (_("%s at %d %%"), etude_run_state_label (summary->state),
                            (int) (100.0 * (double) summary->steps / (double) summary->n_steps));
  return g_strdup (etude_run_state_label (summary->state));
}
