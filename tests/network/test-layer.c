/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes through a network, what is refused with which sentence, and the tables themselves. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/initialise.h"
#include "network/loss.h"
#include "network/network.h"

/* "2 tanh auto": numbers and auto are dense layers, with ! without bias; names are activations. */
static EtudeObjects
make_layers (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  EtudeObjects layers = { 0 };

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      gboolean is_dense = g_ascii_isdigit (*words[i]) || g_str_has_prefix (words[i], "auto");
      const EtudeKind *kind = etude_group_find (&etude_layer_group, is_dense ? "dense" : words[i]);
      EtudeObject *layer = etude_objects_insert (&layers, layers.n, kind);

      if (g_ascii_isdigit (*words[i]))
        *(guint64 *) etude_param_field (etude_kind_find_param (kind, "units"), layer->data)
          = g_ascii_strtoull (words[i], NULL, 10);
      if (g_str_has_suffix (words[i], "!"))
        *(gboolean *) etude_param_field (etude_kind_find_param (kind, "bias"), layer->data) = FALSE;
    }
  return layers;
}

static void
test_infer (void)
{
  static const struct { const char *layers; gsize n_inputs, n_outputs; gsize n[6]; guint64 parameters[6]; } cases[] = {
    { "auto", 2, 3, { 3 }, { 9 } },
    { "32 tanh auto", 2, 2, { 32, 32, 2 }, { 96, 0, 66 } },
    { "relu 5! sigmoid 1", 7, 1, { 7, 5, 5, 1 }, { 0, 35, 0, 6 } },
    { "auto! tanh relu", 3, 4, { 4, 4, 4 }, { 12, 0, 0 } },
    { "1000000 1", 1, 1, { 1000000, 1 }, { 2000000, 1000001 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeObjects layers = make_layers (cases[i].layers);
      EtudeShape input = { 1, { cases[i].n_inputs } };
      EtudeLayerShape out[6];
      GError *error = NULL;

      etude_layers_infer (&layers, &input, cases[i].n_outputs, out, &error);
      g_assert_no_error (error);
      for (gsize j = 0; j < layers.n; j++)
        {
          g_assert_cmpuint (out[j].shape.n_dims, ==, 1);
          g_assert_cmpuint (out[j].shape.size[0], ==, cases[i].n[j]);
          g_assert_cmpuint (out[j].n_parameters, ==, cases[i].parameters[j]);
        }
      etude_objects_clear (&layers);
    }
}

static void
test_shapes (void)
{
  EtudeShape image = { 3, { 1, 28, 28 } };
  EtudeShape huge = { 2, { G_MAXSIZE / 2, 3 } };
  g_autofree char *text = etude_shape_show (&image);
  EtudeObjects layers = make_layers ("tanh auto");
  EtudeLayerShape out[2];

  g_assert_cmpstr (text, ==, "1 × 28 × 28");
  g_assert_cmpuint (etude_shape_count (&image), ==, 784);
  g_assert_cmpuint (etude_shape_count (&huge), ==, G_MAXSIZE);
  g_assert_true (etude_layers_infer (&layers, &image, 10, out, NULL));
  g_assert_cmpuint (out[0].shape.n_dims, ==, 3);
  g_assert_cmpuint (out[1].n_parameters, ==, 7850);
  etude_objects_clear (&layers);
}

static void
test_refused (void)
{
  static const struct { const char *layers; gsize n_inputs, n_outputs; EtudeError code; const char *message; } cases[] = {
    { "", 2, 2, ETUDE_ERROR_SHAPE,
      "network.layers: found no dense layer, expected at least one, with 2 outputs" },
    { "tanh relu", 2, 2, ETUDE_ERROR_SHAPE,
      "network.layers: found no dense layer, expected at least one, with 2 outputs" },
    { "8 tanh 3", 2, 2, ETUDE_ERROR_SHAPE,
      "network.layers.2 (dense): gives 3 outputs, but data and loss need 2 (or auto)" },
    { "3 tanh", 2, 1, ETUDE_ERROR_SHAPE,
      "network.layers.0 (dense): gives 3 outputs, but data and loss need 1 (or auto)" },
    { "tanh auto tanh auto", 4, 2, ETUDE_ERROR_SHAPE,
      "network.layers.1 (dense): gets 4 values and needs a number of units, "
      "for only the last dense layer may have auto" },
    { "8 1000000000 auto", 2, 2, ETUDE_ERROR_SIZE,
      "network.layers.1 (dense): 1000000000 units with 8 inputs need more memory for their weights "
      "than the limit of 1.0\302\240GiB" },
    { "1000000 1000000 auto", 2, 2, ETUDE_ERROR_SIZE,
      "network.layers.1 (dense): 1000000 units with 1000000 inputs need more memory for their weights "
      "than the limit of 1.0\302\240GiB" },
    { "9007199254740991 9007199254740991 auto", 2, 2, ETUDE_ERROR_SIZE,
      "network.layers.0 (dense): 9007199254740991 units with 2 inputs need more memory for their weights "
      "than the limit of 1.0\302\240GiB" },
    { "auto", G_MAXSIZE, 2, ETUDE_ERROR_SIZE,
      "network.layers.0 (dense): 2 units with 18446744073709551615 inputs need more memory for their weights "
      "than the limit of 1.0\302\240GiB" },
  };

  etude_memory_set_limit ((gsize) 1 << 30);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeObjects layers = make_layers (cases[i].layers);
      EtudeShape input = { 1, { cases[i].n_inputs } };
      EtudeLayerShape out[6];
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_layers_infer (&layers, &input, cases[i].n_outputs, out, &error));
      g_assert_error (error, ETUDE_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      etude_objects_clear (&layers);
    }
  etude_memory_set_limit (0);
}

/* "conv2d out_channels=4 padding=1; relu": a kind with its parameters between semicolons. */
static EtudeObjects
make_images (const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, "; ", -1);
  EtudeObjects layers = { 0 };

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i], " ", -1);
      EtudeObject *layer = etude_objects_insert (&layers, layers.n, etude_group_find (&etude_layer_group, words[0]));

      for (guint k = 1; words[k] != NULL; k++)
        {
          g_auto (GStrv) pair = g_strsplit (words[k], "=", 2);
          const EtudeParam *param = etude_kind_find_param (layer->kind, pair[0]);

          g_assert_true (etude_param_read (param, pair[1], etude_param_field (param, layer->data), NULL));
        }
    }
  return layers;
}

/* Shapes and parameters as PyTorch 1.13.1 has them for an input of 3 × 12 × 10. */
static void
test_images (void)
{
  static const struct { const char *layers, *shape; guint64 n_parameters; } cases[] = {
    { "conv2d", "16 × 10 × 8", 448 },
    { "conv2d out_channels=4 padding=1 bias=false", "4 × 12 × 10", 108 },
    { "conv2d out_channels=6 kernel_size=3,2 stride=2,1 padding=1,0", "6 × 6 × 9", 114 },
    { "conv2d out_channels=6 dilation=4 groups=3", "6 × 4 × 2", 60 },
    { "conv2d kernel_size=12,10", "16 × 1 × 1", 5776 },
    { "max_pool2d", "3 × 6 × 5", 0 },
    { "max_pool2d kernel_size=3 stride=2 padding=1", "3 × 6 × 5", 0 },
    { "avg_pool2d kernel_size=5", "3 × 2 × 2", 0 },
    { "global_avg_pool2d", "3 × 1 × 1", 0 },
    { "flatten", "360", 0 },
    { "batch_norm", "3 × 12 × 10", 6 },
    { "batch_norm affine=false", "3 × 12 × 10", 0 },
    { "layer_norm", "3 × 12 × 10", 720 },
    { "flatten; batch_norm", "360", 720 },
    { "dropout", "3 × 12 × 10", 0 },
    { "flatten; residual", "32", 360 * 32 + 32 + 360 * 32 },
    { "flatten; dense units=32; residual", "32", 32 * 32 + 32 },
    { "flatten; dense units=32; residual projection=true", "32", 32 * 32 + 32 + 32 * 32 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].layers, "; dense", NULL);
      EtudeObjects layers = make_images (text);
      EtudeShape input = { 3, { 3, 12, 10 } };
      EtudeLayerShape out[6];
      g_autofree char *shape = NULL;
      GError *error = NULL;

      etude_layers_infer (&layers, &input, 10, out, &error);
      g_assert_no_error (error);
      shape = etude_shape_show (&out[layers.n - 2].shape);
      g_assert_cmpstr (shape, ==, cases[i].shape);
      g_assert_cmpuint (out[layers.n - 2].n_parameters, ==, cases[i].n_parameters);
      etude_objects_clear (&layers);
    }
}

static void
test_images_refused (void)
{
  static const struct { const char *layers; guint n_dims; EtudeError code; const char *message; } cases[] = {
    { "conv2d; dense", 1, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): gets 3 values and needs an image, channels × height × width" },
    { "flatten; max_pool2d; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.1 (max_pool2d): gets 360 values and needs an image, channels × height × width" },
    { "dense units=4; global_avg_pool2d; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.1 (global_avg_pool2d): gets 4 values and needs an image, channels × height × width" },
    { "conv2d kernel_size=13; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): kernel_size: the kernel reaches over 13 × 13 pixels, but the image with its padding has only 12 × 10" },
    { "conv2d kernel_size=3 dilation=6; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): kernel_size: the kernel reaches over 13 × 13 pixels, but the image with its padding has only 12 × 10" },
    { "max_pool2d; max_pool2d kernel_size=7; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.1 (max_pool2d): kernel_size: the kernel reaches over 7 × 7 pixels, but the image with its padding has only 6 × 5" },
    { "avg_pool2d padding=2; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (avg_pool2d): padding: found 2 × 2, expected at most half of kernel_size, which is 2 × 2" },
    { "conv2d groups=2; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): groups: found 2, expected a divisor of the 3 channels that it gets and the 16 that it gives" },
    { "conv2d groups=3; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): groups: found 3, expected a divisor of the 3 channels that it gets and the 16 that it gives" },
    { "residual; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (residual): projection: gets 3 × 12 × 10, its layers give 32, and nothing leads from one to the other" },
    { "flatten; residual projection=false; dense", 3, ETUDE_ERROR_SHAPE,
      "network.layers.1 (residual): projection: gets 360, its layers give 32, and nothing leads from one to the other" },
    { "conv2d out_channels=10", 3, ETUDE_ERROR_SHAPE,
      "network.layers.0 (conv2d): the network ends with 10 × 10 × 8, but data and loss need a row of 10 outputs, "
      "which flatten and a dense layer at its end would give" },
    { "conv2d; relu", 3, ETUDE_ERROR_SHAPE,
      "network.layers.1 (relu): the network ends with 16 × 10 × 8, but data and loss need a row of 10 outputs, "
      "which flatten and a dense layer at its end would give" },
    { "conv2d; global_avg_pool2d; flatten", 3, ETUDE_ERROR_SHAPE,
      "network.layers.2 (flatten): the network ends with 16 outputs, but data and loss need 10, "
      "which a dense layer at its end would give" },
    { "conv2d out_channels=1000000 kernel_size=10; dense", 3, ETUDE_ERROR_SIZE,
      "network.layers.0 (conv2d): 1000000 channels with 300 inputs need more memory for their weights than the limit of 1.0\302\240GiB" },
  };

  etude_memory_set_limit ((gsize) 1 << 30);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EtudeObjects layers = make_images (cases[i].layers);
      EtudeShape input = { cases[i].n_dims, { 3, 12, 10 } };
      EtudeLayerShape out[6];
      g_autoptr (GError) error = NULL;

      g_assert_false (etude_layers_infer (&layers, &input, 10, out, &error));
      g_assert_error (error, ETUDE_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      etude_objects_clear (&layers);
    }
  etude_memory_set_limit (0);
}

static EtudeNetwork *
make_network (const char *words, const char *loss_id, gsize n_classes, gsize n_targets, gsize max_batch, GError **error)
{
  EtudeObjects layers = make_layers (words);
  EtudeShape input = { 1, { 2 } };
  EtudeGoal goal = { n_classes, n_targets };
  EtudeNetwork *network;
  EtudeObject loss;

  etude_object_init (&loss, etude_group_find (&etude_loss_group, loss_id));
  network = etude_network_new (&layers, &loss, &input, &goal, max_batch, error);
  etude_object_clear (&loss);
  etude_objects_clear (&layers);
  return network;
}

/* Outputs that data and loss need. */
static void
test_outputs (void)
{
  static const struct { const char *loss; gsize n_classes, n_targets, n_outputs; } cases[] = {
    { "auto", 5, 0, 5 }, { "auto", 0, 3, 3 }, { "cross_entropy", 2, 0, 2 },
    { "bce_with_logits", 2, 0, 1 }, { "bce_with_logits", 0, 4, 4 }, { "mse", 0, 2, 2 }, { "mse", 3, 0, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GError *error = NULL;
      g_autoptr (EtudeNetwork) network = make_network ("4 tanh auto", cases[i].loss, cases[i].n_classes,
                                                       cases[i].n_targets, 1, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (etude_network_get_n_outputs (network), ==, cases[i].n_outputs);
      g_assert_cmpuint (etude_network_get_n_parameters (network), ==, 12 + 5 * cases[i].n_outputs);
    }
}

static void
test_loss_refused (void)
{
  static const struct { const char *loss; gsize n_classes, n_targets; const char *message; } cases[] = {
    { "cross_entropy", 0, 1, "loss.kind: cross_entropy needs classes, but the data have numbers as targets" },
    { "hinge", 0, 1, "loss.kind: hinge needs classes, but the data have numbers as targets" },
    { "bce_with_logits", 3, 0, "loss.kind: bce_with_logits needs 2 classes, but the data have 3" },
    { "bce_with_logits", 1, 0, "loss.kind: bce_with_logits needs 2 classes, but the data have 1" },
  };
  EtudeObject loss;
  EtudeGoal goal = { 3, 0 };
  g_autoptr (GError) error = NULL;
  EtudeReals *weights;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (make_network ("auto", cases[i].loss, cases[i].n_classes, cases[i].n_targets, 1, &refused));
      g_assert_error (refused, ETUDE_ERROR, ETUDE_ERROR_SHAPE);
      g_assert_cmpstr (refused->message, ==, cases[i].message);
    }
  etude_object_init (&loss, etude_group_find (&etude_loss_group, "cross_entropy"));
  weights = etude_param_field (etude_kind_find_param (loss.kind, "class_weights"), loss.data);
  weights->values = g_new0 (double, 2);
  weights->n = 2;
  g_assert_cmpuint (etude_loss_n_outputs (&loss, &goal, &error), ==, 0);
  g_assert_cmpstr (error->message, ==,
                   "loss.class_weights: found 2 numbers, expected none or one for each of 3 classes");
  etude_object_clear (&loss);
}

/* Whatever asks for more than the limit is refused before it is taken. */
static void
test_memory (void)
{
  static const struct { const char *layers; gsize max_batch; } cases[] = {
    { "100000 auto", 32 },
    { "10 auto", 1000000 },
    { "10 auto", G_MAXSIZE / 2 },
    { "10 auto", G_MAXSIZE },
  };

  etude_memory_set_limit (1 << 20);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (make_network (cases[i].layers, "auto", 2, 0, cases[i].max_batch, &error));
      g_assert_error (error, ETUDE_ERROR, ETUDE_ERROR_SIZE);
      g_assert_true (g_str_has_suffix (error->message, "the limit of 1.0\302\240MiB"));
    }
  etude_memory_set_limit (0);
}

/* The keys of the document, in its order. */
static void
test_catalogue (void)
{
  static const struct { const EtudeGroup *group; const char *text; } cases[] = {
    { &etude_layer_group, "dense(units=auto bias=true) tanh() relu() sigmoid() leaky_relu(negative_slope=0.01) elu(alpha=1) "
      "gelu(approximate=none) softplus(beta=1 threshold=20) silu() mish() selu() softsign() relu6() hardtanh() "
      "hardsigmoid() hardswish() "
      "conv2d(out_channels=16 kernel_size=3 stride=1 padding=0 dilation=1 groups=1 bias=true) "
      "max_pool2d(kernel_size=2 stride=auto padding=0) avg_pool2d(kernel_size=2 stride=auto padding=0 count_include_pad=true) "
      "global_avg_pool2d() flatten() batch_norm(eps=1e-5 affine=true momentum=0.1) layer_norm(eps=1e-5 affine=true) "
      "dropout(p=0.5) residual(layers=[] projection=auto)" },
    { &etude_initialiser_group, "xavier_uniform(gain=1) xavier_normal(gain=1) "
      "kaiming_uniform(mode=fan_in nonlinearity=relu a=0) kaiming_normal(mode=fan_in nonlinearity=relu a=0) "
      "lecun_normal() orthogonal(gain=1) zeros() torch_default()" },
    { &etude_loss_group, "auto(reduction=mean) cross_entropy(reduction=mean label_smoothing=0 class_weights=[]) "
      "bce_with_logits(reduction=mean pos_weight=1) mse(reduction=mean) l1(reduction=mean) smooth_l1(reduction=mean beta=1) "
      "huber(reduction=mean delta=1) hinge(reduction=mean)" },
    { &etude_metric_group, "accuracy() balanced_accuracy() f1() auc() mae() rmse() r2()" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint k = 0; cases[i].group->kinds[k] != NULL; k++)
        {
          EtudeObject object;

          etude_object_init (&object, cases[i].group->kinds[k]);
          g_string_append_printf (text, "%s%s(", k > 0 ? " " : "", object.kind->id);
          for (guint p = 0; p < etude_kind_n_params (object.kind); p++)
            {
              const EtudeParam *param = etude_kind_get_param (object.kind, p);
              g_autofree char *value = param->type == ETUDE_PARAM_REALS || param->type == ETUDE_PARAM_KINDS
                                         ? g_strdup ("[]")
                                         : etude_param_show (param, etude_param_field (param, object.data));

              /* Those of every layer come first; test_common() has them. */
              if (cases[i].group == &etude_layer_group && p < 4)
                continue;

              g_string_append_printf (text, "%s%s=%s", g_str_has_suffix (text->str, "(") ? "" : " ", param->key, value);
            }
          g_string_append_c (text, ')');
          etude_object_clear (&object);
        }
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

/* What every kind of layer has, in this order. */
static void
test_common (void)
{
  static const struct { const char *key, *value; } keys[] = {
    { "initialiser", "auto" }, { "lr_scale", "1" }, { "weight_decay", "auto" }, { "frozen", "false" },
  };

  for (guint k = 0; etude_layer_group.kinds[k] != NULL; k++)
    {
      EtudeObject object;

      etude_object_init (&object, etude_layer_group.kinds[k]);
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          const EtudeParam *param = etude_kind_get_param (object.kind, i);
          g_autofree char *value = etude_param_show (param, etude_param_field (param, object.data));

          g_assert_cmpstr (param->key, ==, keys[i].key);
          g_assert_cmpstr (value, ==, keys[i].value);
        }
      etude_object_clear (&object);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layer/infer", test_infer);
  g_test_add_func ("/layer/common", test_common);
  g_test_add_func ("/layer/shapes", test_shapes);
  g_test_add_func ("/layer/refused", test_refused);
  g_test_add_func ("/layer/images", test_images);
  g_test_add_func ("/layer/images-refused", test_images_refused);
  g_test_add_func ("/layer/outputs", test_outputs);
  g_test_add_func ("/layer/loss-refused", test_loss_refused);
  g_test_add_func ("/layer/memory", test_memory);
  g_test_add_func ("/layer/catalogue", test_catalogue);
  return g_test_run ();
}
