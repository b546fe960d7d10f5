/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"
#include "network/curve.h"

G_BEGIN_DECLS

/**
 * EtudeShape:
 * @n_dims: 1 for columns of a table, up to 3
 * @size: the sizes; those past @n_dims are not looked at
 *
 * The shape of one sample.
 */
typedef struct
{
  guint n_dims;
  gsize size[3];
} EtudeShape;

/**
 * EtudeLayerShape:
 * @shape: what comes out of the layer
 * @n_parameters: its weights and biases, without padding
 */
typedef struct
{
  EtudeShape shape;
  guint64 n_parameters;
} EtudeLayerShape;

typedef struct _EtudePass EtudePass;
typedef struct _EtudeLayerKind EtudeLayerKind;

/**
 * EtudeActivation:
 *
 * The functions that a layer before them takes over, so that they cost no pass of their own.
 */
typedef enum
{
  ETUDE_ACTIVATION_NONE,
  ETUDE_ACTIVATION_RELU,
  ETUDE_ACTIVATION_TANH,
  ETUDE_ACTIVATION_SIGMOID,
} EtudeActivation;

/**
 * EtudeLayerKind:
 * @activation: what it is, if it is a function that a layer before it takes over; else none
 * @curve: (nullable): the function of one number that a layer with these @params is, if it is one
 * @has_weights: whether it has weights, laid out as network/dense.h says
 * @has_bias: whether a layer with these @params has a bias per output; NULL without weights
 * @n_outputs: what comes out for @n_inputs values, @n_auto where the document says auto; 0 where
 *   it says auto and @n_auto is 0
 * @forward: from the input of a pass to its output
 * @backward: from the gradient of the output to those of input and weights
 *
 * One kind of layer: a row of the catalogue with its functions.
 */
struct _EtudeLayerKind
{
  EtudeKind kind;
  EtudeActivation activation;
  EtudeCurve (*curve) (gconstpointer params);
  gboolean has_weights;
  gboolean (*has_bias) (gconstpointer params);
  gsize (*n_outputs) (gconstpointer params, gsize n_inputs, gsize n_auto);
  void (*forward) (const EtudePass *pass);
  void (*backward) (const EtudePass *pass);
};

extern const EtudeGroup etude_layer_group;

gsize etude_shape_count (const EtudeShape *shape);
char *etude_shape_show (const EtudeShape *shape);
gboolean etude_layers_infer (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs,
                             EtudeLayerShape *out, GError **error);

G_END_DECLS
