/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "network/kernels.h"
#include "network/layer.h"

G_BEGIN_DECLS

/**
 * EtudePass:
 * @n: samples
 * @x: the input, [n, n_inputs], row stride @x_stride
 * @y: the output, [n, n_outputs], row stride @y_stride
 * @activation: the function at the end of the layer, its own or one it has taken over
 * @curve: the function that the layer is, where its kind has one
 * @weights: [n_inputs, n_outputs padded] in panels
 * @bias: (nullable): [n_outputs padded]
 * @dy: gradient by what goes into @activation, row stride @y_stride, its padding zero
 * @dx: (nullable): receives the gradient by what goes into the activation @before, whose output is
 *   @x; row stride @x_stride
 * @transposed: room for the weights the other way round
 * @dweights: receives the gradient of the weights, unless there is @tile
 * @dbias: (nullable): receives that of the bias
 * @tile: (nullable): called for each finished piece of the gradient of the weights; by then @dx is
 *   done, so that the weights may change
 *
 * What a layer needs to go forward and backward once.
 */
struct _EtudePass
{
  const EtudeKernels *kernels;
  gsize n, n_inputs, n_outputs;
  const EtudeReal *x;
  gsize x_stride;
  EtudeReal *y;
  gsize y_stride;
  EtudeActivation activation;
  const EtudeCurve *curve;
  const EtudeReal *weights;
  const EtudeReal *bias;
  const EtudeReal *dy;
  EtudeReal *dx;
  EtudeActivation before;
  EtudeReal *transposed;
  EtudeReal *dweights;
  EtudeReal *dbias;
  EtudeTileFunc tile;
  gpointer data;
};

extern const EtudeLayerKind etude_layer_dense;
extern const EtudeLayerKind etude_layer_tanh;
extern const EtudeLayerKind etude_layer_relu;
extern const EtudeLayerKind etude_layer_sigmoid;
extern const EtudeLayerKind etude_layer_leaky_relu;
extern const EtudeLayerKind etude_layer_elu;
extern const EtudeLayerKind etude_layer_gelu;
extern const EtudeLayerKind etude_layer_softplus;
extern const EtudeLayerKind etude_layer_silu;
extern const EtudeLayerKind etude_layer_mish;
extern const EtudeLayerKind etude_layer_selu;
extern const EtudeLayerKind etude_layer_softsign;
extern const EtudeLayerKind etude_layer_relu6;
extern const EtudeLayerKind etude_layer_hardtanh;
extern const EtudeLayerKind etude_layer_hardsigmoid;
extern const EtudeLayerKind etude_layer_hardswish;

gsize etude_layer_same_n_outputs (gconstpointer params, gsize n_inputs, gsize n_auto);

G_END_DECLS
