/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network-fixture.h"

#include "network/initialise.h"
#include "network/loss.h"

static void
read_layers (EtudeObjects *layers, const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, ";", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i], " ", -1);
      EtudeObject *layer = etude_objects_insert (layers, layers->n, etude_group_find (&etude_layer_group, words[0]));

      for (guint k = 1; words[k] != NULL; k++)
        {
          g_auto (GStrv) pair = g_strsplit (words[k], "=", 2);
          const EtudeParam *param = etude_kind_find_param (layer->kind, pair[0]);

          g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, layer->data), NULL));
        }
    }
}

EtudeNetwork *
make_network (const char *text, const EtudeShape *input, gsize n_classes, gsize n, EtudeIsa isa)
{
  EtudeGoal goal = { n_classes, 0 };
  EtudeObjects layers = { 0 };
  EtudeObject loss, initialiser;
  EtudeNetwork *network;
  GError *error = NULL;

  read_layers (&layers, text);
  etude_isa_set (isa);
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "auto"));
  etude_object_init (&initialiser, etude_group_find (&etude_initialiser_group, "xavier_uniform"));
  network = etude_network_new (&layers, &loss, input, &goal, n, &error);
  g_assert_no_error (error);
  etude_network_initialise (network, &initialiser, 3);
  etude_object_clear (&initialiser);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
  return network;
}
