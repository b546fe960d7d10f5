/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of tensors is refused with a sentence, or its numbers are all there; those that fit go into a network. */
#include <math.h>

#include "experiment/path.h"
#include "fuzz.h"
#include "training/weights.h"

static EtudeNetwork *
make_network (void)
{
  g_autoptr (EtudeExperiment) experiment = etude_experiment_new ();
  EtudeShape input = { 1, { 2 } };
  EtudeGoal goal = { 2, 0 };
  EtudeNetwork *network;

  etude_experiment_set (experiment, "network.layers", "[{\"kind\":\"dense\",\"units\":2},\"batch_norm\",\"dense\"]", NULL);
  network = etude_network_new (&etude_experiment_network (experiment)->layers, &etude_experiment_fields (experiment)->loss,
                               &input, &goal, 1, NULL);
  g_assert_nonnull (network);
  return network;
}

static void
read_numbers (EtudeTensors *file)
{
  gsize end = 0;

  for (gsize i = 0; i < etude_tensors_get_n (file); i++)
    {
      const EtudeTensor *tensor = etude_tensors_get (file, i);
      g_autofree float *values = g_new (float, tensor->n);
      g_autoptr (GError) error = NULL;
      gboolean good = etude_tensors_read (file, tensor, values, &error);

      g_assert_true (good == (error == NULL));
      for (gsize k = 0; good && k < tensor->n; k++)
        g_assert_true (isfinite (values[k]));
      g_assert_cmpuint (tensor->first, ==, end);
      end += tensor->n * etude_tensor_types[tensor->type].size;
      g_assert_true (etude_tensors_find (file, tensor->name) == tensor);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static EtudeNetwork *network;
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autoptr (EtudeTensors) file = etude_tensors_open_bytes (size > 0 ? (gconstpointer) data : "", size, "x", &error);

  g_assert_true ((file == NULL) == (error != NULL));
  if (file == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "x: ") && g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  read_numbers (file);
  if (network == NULL)
    network = make_network ();
  g_assert_true (etude_weights_read (network, file, &refused) == (refused == NULL));
  return 0;
}
