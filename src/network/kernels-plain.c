/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/kernels-private.h"

#include <math.h>

/* The kernels as plain loops: what the fast ones are compared with, what runs on processors that
 * have none, and, in double, what gradients are checked with. */

static EtudeReal
activate_one (EtudeActivation activation, EtudeReal x)
{
  switch (activation)
    {
    case ETUDE_ACTIVATION_NONE:
      return x;
    case ETUDE_ACTIVATION_RELU:
      return x > 0 ? x : (isnan (x) ? x : 0);
    case ETUDE_ACTIVATION_TANH:
      return (EtudeReal) tanh ((double) x);
    case ETUDE_ACTIVATION_SIGMOID:
      return (EtudeReal) (1 / (1 + exp (-(double) x)));
    }
  return x;
}

/* f' as a function of the output of f. */
static EtudeReal
slope_at (EtudeActivation activation, EtudeReal output)
{
  switch (activation)
    {
    case ETUDE_ACTIVATION_NONE:
      return 1;
    case ETUDE_ACTIVATION_RELU:
      return output > 0;
    case ETUDE_ACTIVATION_TANH:
      return 1 - output * output;
    case ETUDE_ACTIVATION_SIGMOID:
      return output * (1 - output);
    }
  return 1;
}

static void
multiply (const EtudeProduct *p)
{
  for (gsize i = 0; i < p->n_rows; i++)
    for (gsize j = 0; j < p->n_columns; j++)
      {
        EtudeReal sum = p->bias != NULL ? p->bias[j] : 0;

        for (gsize k = 0; k < p->depth; k++)
          sum += p->a[i * p->a_stride + k] * p->b[etude_panel_index (p->depth, p->n_columns, k, j)];
        if (p->outputs != NULL)
          sum *= slope_at (p->activation, p->outputs[i * p->outputs_stride + j]);
        else
          sum = activate_one (p->activation, sum);
        p->c[i * p->c_stride + j] = sum;
      }
}

/* Row @row of the panel that starts at column @first. */
static void
outer_row (const EtudeOuter *o, gsize row, gsize first, gsize width, EtudeReal *result)
{
  for (gsize j = 0; j < width; j++)
    {
      EtudeReal sum = 0;

      for (gsize k = 0; k < o->n_samples; k++)
        sum += o->x[k * o->x_stride + row] * o->dy[k * o->dy_stride + first + j];
      result[j] = sum;
    }
}

static void
outer (const EtudeOuter *o)
{
  EtudeReal values[ETUDE_PANEL];

  for (gsize first = 0; first < o->n_columns; first += ETUDE_PANEL)
    for (gsize row = o->first; row < o->end; row++)
      {
        gsize at = etude_panel_index (o->n_rows, o->n_columns, row, first);
        gsize width = etude_panel_width (o->n_columns, first);

        outer_row (o, row, first, width, o->tile != NULL ? values : o->result + at);
        if (o->tile != NULL)
          o->tile (o->data, at, width, values);
      }
}

static void
convolve (const EtudeConvolution *p)
{
  for (gsize i = 0; i < p->n_rows; i++)
    for (gsize j = 0; j < p->n_columns; j++)
      {
        EtudeReal *c = &p->c[i * p->c_stride + j];
        EtudeReal sum = p->bias != NULL ? p->bias[j] : 0;
        gsize row = p->b_first;

        for (gsize q = 0; q < p->n_outer; q++)
          for (gsize k = 0; k < p->depth; k++, row++)
            sum += p->a[i * p->a_row + q * p->a_outer + k] * p->b[etude_panel_index (p->b_rows, p->n_columns, row, j)];
        if (p->add)
          sum += *c;
        *c = p->is_cut ? activate_one (ETUDE_ACTIVATION_RELU, sum) : sum;
      }
}

static void
correlate (const EtudeCorrelation *p)
{
  for (gsize i = 0; i < p->n_rows; i++)
    for (gsize j = 0; j < p->n_columns; j++)
      {
        EtudeReal *result = &p->result[etude_panel_index (p->result_rows, p->n_columns, p->first + i, j)];
        EtudeReal sum = 0;

        for (gsize q = 0; q < p->n_outer; q++)
          for (gsize k = 0; k < p->n_inner; k++)
            sum += p->x[q * p->x_outer + k * p->x_inner + i] * p->dy[(q * p->n_inner + k) * p->dy_stride + j];
        *result = p->add ? sum + *result : sum;
      }
}

static void
transpose (gsize n_rows, gsize n_columns, const EtudeReal *panels, gsize first, gsize end, EtudeReal *result)
{
  gsize padded = etude_pad (n_rows);

  for (gsize i = first; i < MIN (etude_pad (end), padded); i++)
    for (gsize j = 0; j < n_columns; j++)
      result[etude_panel_index (n_columns, padded, j, i)]
        = i < n_rows ? panels[etude_panel_index (n_rows, etude_pad (n_columns), i, j)] : 0;
}

static void
sum_columns (gsize n_rows, gsize n_columns, const EtudeReal *values, gsize stride, EtudeReal *sums)
{
  for (gsize j = 0; j < n_columns; j++)
    {
      sums[j] = 0;
      for (gsize i = 0; i < n_rows; i++)
        sums[j] += values[i * stride + j];
    }
}

static void
activate (EtudeActivation activation, gsize n, EtudeReal *values)
{
  for (gsize i = 0; i < n; i++)
    values[i] = activate_one (activation, values[i]);
}

static void
differentiate (EtudeActivation activation, gsize n, EtudeReal *gradient, const EtudeReal *outputs)
{
  for (gsize i = 0; i < n; i++)
    gradient[i] *= slope_at (activation, outputs[i]);
}

/* log sum over c of exp z[c], and the largest z that is taken out of it. */
static double
log_sum_exp (const EtudeReal *z, gsize n)
{
  double largest = z[0];
  double sum = 0;

  for (gsize c = 1; c < n; c++)
    largest = fmax (largest, z[c]);
  for (gsize c = 0; c < n; c++)
    sum += exp (z[c] - largest);
  return largest + log (sum);
}

static void
softmax_sample (const EtudeSoftmax *s, gsize i)
{
  const EtudeReal *z = s->z + i * s->stride;
  double all = log_sum_exp (z, s->n_classes);
  gsize label = (gsize) s->labels[i];
  double weight = (double) s->hit[label] + s->others_sum;
  double loss = s->hit[label] * (all - z[label]);

  for (gsize c = 0; c < s->n_classes && s->others != NULL; c++)
    loss += s->others[c] * (all - z[c]);
  s->losses[i] = (EtudeReal) loss;
  if (s->dz == NULL)
    return;
  for (gsize c = 0; c < etude_pad (s->n_classes); c++)
    {
      EtudeReal *dz = &s->dz[i * s->stride + c];

      *dz = 0;
      if (c >= s->n_classes)
        continue;
      *dz = (EtudeReal) (s->scale * (weight * exp (z[c] - all) - (s->others != NULL ? s->others[c] : 0)
                                     - (c == label ? s->hit[c] : 0)));
    }
}

static void
softmax (const EtudeSoftmax *s)
{
  for (gsize i = 0; i < s->n; i++)
    softmax_sample (s, i);
}

/* loss = (1 - y) softplus (z) + w y softplus (-z) */
static void
logistic (gsize n, const EtudeReal *logits, const EtudeReal *targets, EtudeReal positive_weight,
          EtudeReal scale, EtudeReal *losses, EtudeReal *gradient)
{
  for (gsize i = 0; i < n; i++)
    {
      double z = logits[i];
      double negative = 1 - (double) targets[i];
      double positive = (double) positive_weight * targets[i];
      double tail = exp (-fabs (z));
      double larger = 1 / (1 + tail);
      double probability = z >= 0 ? larger : tail * larger;
      double complement = z >= 0 ? tail * larger : larger;

      losses[i] = (EtudeReal) (negative * (fmax (z, 0) + log1p (tail)) + positive * (fmax (-z, 0) + log1p (tail)));
      gradient[i] = (EtudeReal) (scale * (negative * probability - positive * complement));
    }
}

static void
scale_bytes (gsize n, const guint8 *x, const double *offset, const double *factor, EtudeReal *y)
{
  for (gsize i = 0; i < n; i++)
    y[i] = (EtudeReal) etude_scale_input (x[i], offset[i], factor[i]);
}

const EtudeKernels etude_kernels_plain = {
  .isa = ETUDE_ISA_PLAIN,
  .multiply = multiply,
  .outer = outer,
  .convolve = convolve,
  .correlate = correlate,
  .transpose = transpose,
  .sum_columns = sum_columns,
  .activate = activate,
  .differentiate = differentiate,
  .pool = etude_kernels_plain_pool,
  .pool_back = etude_kernels_plain_pool_back,
  .bend = etude_kernels_plain_bend,
  .bend_back = etude_kernels_plain_bend_back,
  .scale_bytes = scale_bytes,
  .softmax = softmax,
  .logistic = logistic,
};
