/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-document.h"

#include <math.h>

typedef struct
{
  EtudeVisitor visitor;
  EtudeRandom random;
} Fill;

static double
draw_number (EtudeRandom *random, const EtudeParam *param)
{
  double most = MIN (param->max, param->min + 1e6);
  double x = param->min + (most - param->min) * etude_random_uniform (random);

  if (etude_random_below (random, 4) == 0 && etude_param_check_number (param, param->initial))
    return param->initial;
  if (param->type == ETUDE_PARAM_INTEGER)
    x = floor (x);
  return etude_param_check_number (param, x) ? x : most;
}

static char *
draw_text (EtudeRandom *random)
{
  static const char *const parts[] = { "a", "\"", "\\", "\n", "é", "η", "</b>", " ", "1e5", "{", "\t", "😀", "\x01" };
  GString *text = g_string_new (NULL);

  for (guint64 n = etude_random_below (random, 6); n > 0; n--)
    g_string_append (text, parts[etude_random_below (random, G_N_ELEMENTS (parts))]);
  return g_string_free (text, FALSE);
}

static void
draw_length (EtudeRandom *random, EtudeLength *length)
{
  static const EtudeLengthUnit units[] = { ETUDE_LENGTH_STEPS, ETUDE_LENGTH_EPOCHS, ETUDE_LENGTH_PERCENT };

  length->unit = units[etude_random_below (random, 3)];
  length->value = length->unit == ETUDE_LENGTH_STEPS ? (double) (1 + etude_random_below (random, 1000))
                                                     : etude_random_uniform (random) * 100;
}

static void
fill_leaf (EtudeVisitor *visitor, const EtudeParam *param, gpointer field, gpointer other)
{
  EtudeRandom *random = &((Fill *) visitor)->random;
  guint n = 0;

  if (param->automatic != NULL && param->type != ETUDE_PARAM_CHOICE && etude_random_below (random, 3) == 0)
    {
      g_assert_true (etude_param_read (param, "auto", field, NULL));
      return;
    }
  switch (param->type)
    {
    case ETUDE_PARAM_REAL:
      *(double *) field = draw_number (random, param);
      break;
    case ETUDE_PARAM_INTEGER:
      *(guint64 *) field = (guint64) draw_number (random, param);
      break;
    case ETUDE_PARAM_BOOLEAN:
      *(gboolean *) field = (gboolean) etude_random_below (random, 2);
      break;
    case ETUDE_PARAM_CHOICE:
      while (param->choices[n].id != NULL)
        n++;
      *(guint *) field = (guint) etude_random_below (random, n);
      break;
    case ETUDE_PARAM_TEXT:
    case ETUDE_PARAM_FILE:
      g_free (*(char **) field);
      *(char **) field = draw_text (random);
      break;
    case ETUDE_PARAM_LENGTH:
      draw_length (random, field);
      break;
    case ETUDE_PARAM_EXTENT:
      *(EtudeExtent *) field = (EtudeExtent) { (guint64) draw_number (random, param), (guint64) draw_number (random, param) };
      break;
    case ETUDE_PARAM_REALS:
      {
        EtudeReals *reals = field;

        g_free (reals->values);
        reals->n = etude_random_below (random, 5);
        reals->values = g_new (double, reals->n);
        for (gsize i = 0; i < reals->n; i++)
          reals->values[i] = draw_number (random, param);
        break;
      }
    case ETUDE_PARAM_LENGTHS:
      {
        EtudeLengths *lengths = field;

        g_free (lengths->values);
        lengths->n = etude_random_below (random, 5);
        lengths->values = g_new (EtudeLength, lengths->n);
        for (gsize i = 0; i < lengths->n; i++)
          draw_length (random, &lengths->values[i]);
        break;
      }
    case ETUDE_PARAM_POINTS:
      {
        EtudePoints *points = field;

        g_free (points->values);
        points->n = etude_random_below (random, 5);
        points->values = g_new (EtudePoint, points->n);
        for (gsize i = 0; i < points->n; i++)
          {
            draw_length (random, &points->values[i].at);
            points->values[i].value = draw_number (random, param);
          }
        break;
      }
    case ETUDE_PARAM_KIND:
    case ETUDE_PARAM_KINDS:
      g_assert_not_reached ();
    }
}

static const EtudeKind *
draw_kind (EtudeRandom *random, const EtudeGroup *group)
{
  guint n = 0;

  while (group->kinds[n] != NULL)
    n++;
  return group->kinds[etude_random_below (random, n)];
}

static gboolean
fill_enter (EtudeVisitor *visitor, const EtudeParam *param, EtudeObject *object, EtudeObject *other)
{
  EtudeRandom *random = &((Fill *) visitor)->random;

  etude_object_clear (object);
  if ((param->nullable || param->automatic != NULL) && etude_random_below (random, 2) == 0)
    return FALSE;
  etude_object_init (object, draw_kind (random, param->group));
  return TRUE;
}

static gboolean
fill_enter_list (EtudeVisitor *visitor, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other)
{
  EtudeRandom *random = &((Fill *) visitor)->random;
  guint64 n = (guint64) param->min + etude_random_below (random, 6);

  etude_objects_clear (list);
  for (guint64 i = 0; i < n; i++)
    etude_objects_insert (list, list->n, param->group->kinds[0]);
  return TRUE;
}

EtudeExperiment *
random_document (guint64 seed)
{
  EtudeExperiment *experiment = etude_experiment_new ();
  Fill fill = { { .leaf = fill_leaf, .enter = fill_enter, .enter_list = fill_enter_list } };

  etude_random_init (&fill.random, seed, ETUDE_STREAM_SAMPLE);
  etude_object_walk (&experiment->root, NULL, &fill.visitor);
  return experiment;
}

/* Draws every value anew and keeps the kinds. */
void
randomise_values (EtudeExperiment *experiment, guint64 seed)
{
  Fill fill = { { .leaf = fill_leaf } };

  etude_random_init (&fill.random, seed, ETUDE_STREAM_SAMPLE);
  etude_object_walk (&experiment->root, NULL, &fill.visitor);
}
