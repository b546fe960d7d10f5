/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/value.h"
#include "network/curve.h"

G_BEGIN_DECLS

/**
 * EtudeShape:
 * @n_dims: 1 for columns of a table, 3 for images
 * @size: the sizes, [n] or [channels, height, width]; those past @n_dims are not looked at
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

typedef struct _EtudeSite EtudeSite;
typedef struct _EtudeBlock EtudeBlock;
typedef struct _EtudePass EtudePass;
typedef struct _EtudeLayerKind EtudeLayerKind;

/**
 * EtudeTakes:
 * @ETUDE_TAKES_ANY: numbers one by one, wherever they lie
 * @ETUDE_TAKES_ROW: a row of numbers; an image is made one, channel after channel
 * @ETUDE_TAKES_IMAGE: an image
 * @ETUDE_TAKES_BOTH: a row of numbers or an image, as it is
 *
 * In which form a layer wants its samples in memory.
 */
typedef enum
{
  ETUDE_TAKES_ANY,
  ETUDE_TAKES_ROW,
  ETUDE_TAKES_IMAGE,
  ETUDE_TAKES_BOTH,
} EtudeTakes;

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
 * @takes: in which form it wants its samples
 * @fuses: it applies the activation behind it, and on the way back the slope of the one before it
 * @tiles: the gradient of its first block can be handed over in tiles
 * @forward_by_sample: forward makes each sample by itself
 * @backward_by_sample: so does backward, which has nothing else to make
 * @gives_outputs: it can be the last with weights, which makes what data and loss need
 * @infer: (nullable): what comes out, or why nothing can; NULL: what goes in
 * @declare: (nullable): fills in the blocks of numbers that it keeps; those left alone it does not have
 * @scratch: (nullable): numbers that it needs during one call; other layers use them too
 * @memory: (nullable): numbers for each sample that it keeps from forward to backward
 * @forward: from the input of a pass to its output
 * @backward: from the gradient of the output to those of input and blocks
 *
 * One kind of layer: a row of the catalogue with its functions.
 */
struct _EtudeLayerKind
{
  EtudeKind kind;
  EtudeActivation activation;
  EtudeCurve (*curve) (gconstpointer params);
  EtudeTakes takes;
  gboolean fuses;
  gboolean tiles;
  gboolean forward_by_sample;
  gboolean backward_by_sample;
  gboolean gives_outputs;
  gboolean (*infer) (const EtudeSite *site, EtudeLayerShape *out, GError **error);
  void (*declare) (const EtudeSite *site, EtudeBlock *blocks);
  gsize (*scratch) (const EtudePass *pass);
  gsize (*memory) (const EtudePass *pass);
  void (*forward) (const EtudePass *pass);
  void (*backward) (const EtudePass *pass);
};

/**
 * EtudeLayerFound:
 * @path: where the layer is in the document, such as “network.layers.1.layers.0”
 * @out: what comes out of it
 * @user_data: of the caller
 *
 * Told of each layer, those within a layer before it.
 */
typedef void (*EtudeLayerFound) (const char *path, const EtudeLayerShape *out, gpointer user_data);

extern const EtudeGroup etude_layer_group;

gsize etude_shape_count (const EtudeShape *shape);
char *etude_shape_show (const EtudeShape *shape);
gboolean etude_layers_infer (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs,
                             EtudeLayerShape *out, GError **error);
gboolean etude_layers_survey (const EtudeObjects *layers, const EtudeShape *input, gsize n_outputs,
                              EtudeLayerFound found, gpointer user_data, GError **error);

G_END_DECLS
