/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/isa.h"
#include "base/real.h"
#include "network/layer.h"

G_BEGIN_DECLS

/* Columns of a matrix in memory are a multiple of this; the padding holds zeros. */
#define ETUDE_PAD 16

/* Weights are kept in panels of this many columns: the last one may have half of them. */
#define ETUDE_PANEL 32

/**
 * EtudeProduct:
 * @n_rows: rows of @a and @c
 * @n_columns: columns of @c, a multiple of %ETUDE_PAD
 * @depth: columns of @a, rows of @b
 * @a: row stride @a_stride
 * @b: [depth, n_columns] in panels
 * @c: row stride @c_stride
 * @bias: (nullable): [n_columns]
 * @activation: applied to the sum, or, with @outputs, its derivative at them
 * @outputs: (nullable): row stride @outputs_stride
 *
 * c = f (bias + a b), or c = (a b) f'(outputs), f' as a function of the output of f.
 */
typedef struct
{
  gsize n_rows, n_columns, depth;
  const EtudeReal *a;
  gsize a_stride;
  const EtudeReal *b;
  EtudeReal *c;
  gsize c_stride;
  const EtudeReal *bias;
  EtudeActivation activation;
  const EtudeReal *outputs;
  gsize outputs_stride;
} EtudeProduct;

/* Hands over a finished piece of a gradient: values @first to @first + @n - 1 of the panels. */
typedef void (*EtudeTileFunc) (gpointer data, gsize first, gsize n, const EtudeReal *values);

/**
 * EtudeOuter:
 * @n_samples: rows of @x and @dy
 * @n_rows: columns of @x that are used
 * @first: the row of the result that is made first
 * @end: the one behind the last
 * @n_columns: columns of @dy, a multiple of %ETUDE_PAD
 * @x: row stride @x_stride
 * @dy: row stride @dy_stride
 * @result: [n_rows, n_columns] in panels; not touched with @tile
 * @tile: (nullable): called for each piece instead of storing it; before a piece of something large is made also
 *   without its values
 *
 * result = x' dy, the gradient of the weights of a dense layer.
 */
typedef struct
{
  gsize n_samples, n_rows, n_columns;
  gsize first, end;
  const EtudeReal *x;
  gsize x_stride;
  const EtudeReal *dy;
  gsize dy_stride;
  EtudeReal *result;
  EtudeTileFunc tile;
  gpointer data;
} EtudeOuter;

/**
 * EtudeConvolution:
 * @n_rows: pixels of a row of the output
 * @n_columns: channels of the output, a multiple of %ETUDE_PAD
 * @depth: numbers side by side in @a that take part
 * @n_outer: how many such runs there are
 * @a: pixel i, run q starts at i * @a_row + q * @a_outer
 * @b: [b_rows, n_columns] in panels
 * @b_first: the row of @b that the first number is multiplied with; the others follow
 * @c: row stride @c_stride
 * @bias: (nullable): [n_columns]
 * @add: adds to what @c has
 * @is_cut: negative results become 0
 *
 * c = bias + sum over runs and the numbers in them of a b: one row of pixels of a convolution, with
 * a run for each row of the kernel.
 */
typedef struct
{
  gsize n_rows, n_columns;
  gsize depth, n_outer;
  const EtudeReal *a;
  gsize a_row, a_outer;
  const EtudeReal *b;
  gsize b_rows, b_first;
  EtudeReal *c;
  gsize c_stride;
  const EtudeReal *bias;
  gboolean add;
  gboolean is_cut;
} EtudeConvolution;

/**
 * EtudeCorrelation:
 * @n_rows: numbers side by side in @x that take part
 * @n_columns: columns of @dy, a multiple of %ETUDE_PAD
 * @n_inner: pixels of a row
 * @n_outer: rows of pixels
 * @x: pixel k of row q starts at k * @x_inner + q * @x_outer
 * @dy: pixel after pixel, @dy_stride apart
 * @result: [result_rows, n_columns] in panels
 * @first: the row of @result that is written first
 * @add: adds to what @result has
 *
 * result = sum over pixels of x' dy, the gradient of the weights of one row of the kernel from one image.
 */
typedef struct
{
  gsize n_rows, n_columns;
  gsize n_inner, n_outer;
  const EtudeReal *x;
  gsize x_inner, x_outer;
  const EtudeReal *dy;
  gsize dy_stride;
  EtudeReal *result;
  gsize result_rows, first;
  gboolean add;
} EtudeCorrelation;

/**
 * EtudePooling:
 * @n_outputs: windows side by side, all inside the image
 * @n_channels: numbers of a pixel, a multiple of %ETUDE_PAD
 * @height: of a window, in pixels
 * @width: likewise
 * @stride: pixels from one window to the next
 * @line: pixels of a row of the image
 * @before: on the way back, whose derivative at @x is applied
 *
 * One row of the maxima of windows.
 */
typedef struct
{
  gsize n_outputs, n_channels;
  gsize height, width;
  gsize stride;
  gsize line;
  EtudeActivation before;
} EtudePooling;

/**
 * EtudeSoftmax:
 * @n: samples
 * @n_classes: columns of @z that are used
 * @stride: row stride of @z and @dz
 * @z: the outputs of the network
 * @labels: the class of each sample
 * @hit: [n_classes]: weight of the right class
 * @others: (nullable): [n_classes]: weight of every class, from label smoothing
 * @others_sum: sum of @others
 * @scale: what the gradient is multiplied by
 * @losses: [n rounded up to %ETUDE_PAD]: loss of each sample
 * @dz: (nullable): gradient; columns from @n_classes to the padded width are zeroed
 * @scratch: [n_classes, ETUDE_PAD]
 *
 * loss = sum over c of t[c] (log sum exp z - z[c]), t[c] = others[c] + (c == label) hit[c].
 */
typedef struct
{
  gsize n, n_classes, stride;
  const EtudeReal *z;
  const gint32 *labels;
  const EtudeReal *hit;
  const EtudeReal *others;
  EtudeReal others_sum;
  EtudeReal scale;
  EtudeReal *losses;
  EtudeReal *dz;
  EtudeReal *scratch;
} EtudeSoftmax;

/**
 * EtudeKernels:
 * @isa: what it is compiled for
 * @multiply: see #EtudeProduct
 * @outer: see #EtudeOuter
 * @convolve: see #EtudeConvolution
 * @correlate: see #EtudeCorrelation
 * @transpose: [n_rows, n_columns padded] in panels to [n_columns, n_rows padded] in panels, of which columns
 *   @first to @end - 1 are made, multiples of %ETUDE_PAD or the last
 * @sum_columns: sums[j] = sum over i of values[i, j]; n_columns is a multiple of %ETUDE_PAD, as n is below
 * @activate: values[i] = f (values[i])
 * @differentiate: gradient[i] *= f'(outputs[i])
 * @pool: the largest of each window, and in @source the number of the pixel it comes from; that of the first
 *   pixel is @first. The first of equal ones, and a value that is no number wins
 * @pool_back: writes the gradient of all pixels in windows; these do not overlap
 * @bend: y[i] = f (x[i]); @y may be @x
 * @bend_back: dx[i] = f'(x[i]) dy[i]; @dx may be @x
 * @scale_bytes: y[i] = (x[i] − offset[i]) factor[i] in double, rounded to a float
 * @softmax: see #EtudeSoftmax
 * @logistic: element-wise cross-entropy with logits; @gradient may be @logits
 *
 * The loops that speed depends on. Every sum has one order, which depends neither on the width of
 * the vectors nor on alignment, so that all sets with fused multiply-add give the same bits.
 */
typedef struct
{
  EtudeIsa isa;
  void (*multiply) (const EtudeProduct *p);
  void (*outer) (const EtudeOuter *o);
  void (*convolve) (const EtudeConvolution *p);
  void (*correlate) (const EtudeCorrelation *p);
  void (*transpose) (gsize n_rows, gsize n_columns, const EtudeReal *panels, gsize first, gsize end, EtudeReal *result);
  void (*sum_columns) (gsize n_rows, gsize n_columns, const EtudeReal *values, gsize stride, EtudeReal *sums);
  void (*activate) (EtudeActivation activation, gsize n, EtudeReal *values);
  void (*differentiate) (EtudeActivation activation, gsize n, EtudeReal *gradient, const EtudeReal *outputs);
  void (*pool) (const EtudePooling *p, const EtudeReal *x, EtudeReal *y, guint32 *source, guint32 first);
  void (*pool_back) (const EtudePooling *p, const EtudeReal *x, const EtudeReal *dy, const guint32 *source,
                     guint32 first, EtudeReal *dx);
  void (*bend) (const EtudeCurve *curve, gsize n, const EtudeReal *x, EtudeReal *y);
  void (*bend_back) (const EtudeCurve *curve, gsize n, const EtudeReal *x, const EtudeReal *dy, EtudeReal *dx);
  void (*scale_bytes) (gsize n, const guint8 *x, const double *offset, const double *factor, EtudeReal *y);
  void (*softmax) (const EtudeSoftmax *s);
  void (*logistic) (gsize n, const EtudeReal *logits, const EtudeReal *targets, EtudeReal positive_weight,
                    EtudeReal scale, EtudeReal *losses, EtudeReal *gradient);
} EtudeKernels;

const EtudeKernels *etude_kernels_get (EtudeIsa isa);

/* A number of columns with its padding. */
static inline gsize
etude_pad (gsize n)
{
  return (n + ETUDE_PAD - 1) / ETUDE_PAD * ETUDE_PAD;
}

/* Width of the panel that starts at column @first of @n_columns padded columns. */
static inline gsize
etude_panel_width (gsize n_columns, gsize first)
{
  return MIN (n_columns - first, ETUDE_PANEL);
}

/* Where element (@row, @column) of a matrix of @n_rows rows is in its panels. */
static inline gsize
etude_panel_index (gsize n_rows, gsize n_columns, gsize row, gsize column)
{
  gsize first = column / ETUDE_PANEL * ETUDE_PANEL;

  return first * n_rows + row * etude_panel_width (n_columns, first) + (column - first);
}

G_END_DECLS
