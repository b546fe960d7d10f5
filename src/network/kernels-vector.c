/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernels with GCC's vectors. This file is compiled once for each instruction set:
 * ETUDE_LANES is how many floats a vector holds, ETUDE_KERNELS the name of the table that is made,
 * ETUDE_KERNELS_ISA what it says of itself.
 *
 * One result is always one chain of multiply-adds in the order of the sum, however many chains run
 * side by side: that is why the width of the vectors does not show in the bits.
 */
#include "network/kernels-private.h"
#include "network/vector-private.h"

/* Rows of a tile whose sums stay in registers: 24 of 32, or 12 of 16, with two vectors a row. */
#if LANES == 16
#define TILE_ROWS 12
#else
#define TILE_ROWS 6
#endif

/* Longer sums are cut, so that the part of a panel in use stays in the first cache. */
#define DEPTH_BLOCK 192

/* --- tiles ------------------------------------------------------------------------------------ */

/*
 * @depth: length of the sums, or of each of their runs
 * @n_outer: how many runs there are, where there are several
 * @a_outer: how far it is from one run to the next; those of @b follow each other
 * @a: element (row, k) is at row * @a_row + k * @a_step
 * @b: a row of a panel after the other, @b_stride apart
 * @c: results, rows @c_stride apart
 * @add: adds to what @c has
 * @activation: ReLU is applied to the results; with @outputs, the derivative of any at them
 */
typedef struct
{
  gsize depth;
  gsize n_outer;
  const float *a;
  gsize a_row, a_step, a_outer;
  const float *b;
  gsize b_stride;
  float *c;
  gsize c_stride;
  const float *bias;
  gboolean add;
  EtudeActivation activation;
  const float *outputs;
  gsize outputs_stride;
} Tile;

/* Puts sums away, as they are, cut off, or times a slope. */
ALWAYS_INLINE void
finish_tile (const Tile *t, int rows, int vectors, Vector sums[TILE_ROWS][2], EtudeActivation activation)
{
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int j = 0; j < vectors; j++)
      {
        Vector sum = sums[i][j];

        if (t->outputs != NULL)
          sum = apply_slope (activation, sum, load (t->outputs + (gsize) i * t->outputs_stride + j * LANES));
        else if (activation == ETUDE_ACTIVATION_RELU)
          sum = vector_relu (sum);
        store (t->c + (gsize) i * t->c_stride + j * LANES, sum);
      }
}

/* One run of the sums; returns where the next one begins in b. */
ALWAYS_INLINE const float *
sum_run (const Tile *t, int rows, int vectors, Vector sums[TILE_ROWS][2], const float *a, const float *b)
{
  const gsize a_row = t->a_row, a_step = t->a_step, b_stride = t->b_stride;

  for (gsize k = t->depth; k > 0; k--, a += a_step, b += b_stride)
    {
      Vector row[2];

      UNROLL
      for (int j = 0; j < vectors; j++)
        row[j] = load (b + j * LANES);
      UNROLL
      for (int i = 0; i < rows; i++)
        {
          Vector x = spread (a[(gsize) i * a_row]);

          UNROLL
          for (int j = 0; j < vectors; j++)
            sums[i][j] = multiply_add (x, row[j], sums[i][j]);
        }
    }
  return b;
}

/* c = bias + a b for @rows rows and @vectors vectors of columns, the sums in registers. */
ALWAYS_INLINE void
compute_tile (const Tile *t, int rows, int vectors, gboolean has_runs)
{
  Vector sums[TILE_ROWS][2];
  const float *a = t->a, *b = t->b;

  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int j = 0; j < vectors; j++)
      sums[i][j] = t->bias != NULL ? load (t->bias + j * LANES) : spread (0);
  if (!has_runs)
    sum_run (t, rows, vectors, sums, a, b);
  else
    for (gsize q = t->n_outer; q > 0; q--, a += t->a_outer)
      b = sum_run (t, rows, vectors, sums, a, b);
  if (t->add)
    {
      UNROLL
      for (int i = 0; i < rows; i++)
        UNROLL
        for (int j = 0; j < vectors; j++)
          sums[i][j] += load (t->c + (gsize) i * t->c_stride + j * LANES);
    }
  switch (t->activation)
    {
    case ETUDE_ACTIVATION_NONE:
      finish_tile (t, rows, vectors, sums, ETUDE_ACTIVATION_NONE);
      break;
    case ETUDE_ACTIVATION_RELU:
      finish_tile (t, rows, vectors, sums, ETUDE_ACTIVATION_RELU);
      break;
    case ETUDE_ACTIVATION_TANH:
      finish_tile (t, rows, vectors, sums, ETUDE_ACTIVATION_TANH);
      break;
    case ETUDE_ACTIVATION_SIGMOID:
      finish_tile (t, rows, vectors, sums, ETUDE_ACTIVATION_SIGMOID);
      break;
    }
}

/* One function for each size of a tile: with the size known, the sums are registers. Third and
 * fourth are for sums in runs. */
#define DEFINE_TILE(rows) \
  static void tile_##rows##_1 (const Tile *t) { compute_tile (t, rows, 1, FALSE); } \
  static void tile_##rows##_2 (const Tile *t) { compute_tile (t, rows, 2, FALSE); } \
  static void runs_##rows##_1 (const Tile *t) { compute_tile (t, rows, 1, TRUE); } \
  static void runs_##rows##_2 (const Tile *t) { compute_tile (t, rows, 2, TRUE); }
#define TILE(rows) { tile_##rows##_1, tile_##rows##_2, runs_##rows##_1, runs_##rows##_2 }

DEFINE_TILE (1)
DEFINE_TILE (2)
DEFINE_TILE (3)
DEFINE_TILE (4)
DEFINE_TILE (5)
DEFINE_TILE (6)
#if LANES == 16
DEFINE_TILE (7)
DEFINE_TILE (8)
DEFINE_TILE (9)
DEFINE_TILE (10)
DEFINE_TILE (11)
DEFINE_TILE (12)
#endif

static void (*const tiles[TILE_ROWS + 1][4]) (const Tile *t) = {
  { NULL }, TILE (1), TILE (2), TILE (3), TILE (4), TILE (5), TILE (6),
#if LANES == 16
  TILE (7), TILE (8), TILE (9), TILE (10), TILE (11), TILE (12),
#endif
};

/* --- element-wise ----------------------------------------------------------------------------- */

static void
sum_columns (gsize n_rows, gsize n_columns, const float *values, gsize stride, float *sums)
{
  for (gsize j = 0; j < n_columns; j += LANES)
    {
      Vector sum = spread (0);

      for (gsize i = 0; i < n_rows; i++)
        sum += load (values + i * stride + j);
      store (sums + j, sum);
    }
}

static void
activate (EtudeActivation activation, gsize n, float *values)
{
  switch (activation)
    {
    case ETUDE_ACTIVATION_NONE:
      break;
    case ETUDE_ACTIVATION_RELU:
      for (gsize i = 0; i < n; i += LANES)
        store (values + i, vector_relu (load (values + i)));
      break;
    case ETUDE_ACTIVATION_TANH:
      for (gsize i = 0; i < n; i += LANES)
        store (values + i, vector_tanh (load (values + i)));
      break;
    case ETUDE_ACTIVATION_SIGMOID:
      for (gsize i = 0; i < n; i += LANES)
        store (values + i, vector_sigmoid (load (values + i)));
      break;
    }
}

static void
differentiate (EtudeActivation activation, gsize n, float *gradient, const float *outputs)
{
  for (gsize i = 0; i < n; i += LANES)
    store (gradient + i, apply_slope (activation, load (gradient + i), load (outputs + i)));
}

/* --- products --------------------------------------------------------------------------------- */

/* All rows of one strip of columns, in tiles of nearly equal height. */
static void
multiply_strip (const EtudeProduct *p, Tile tile, int vectors, gsize column)
{
  gsize n_tiles = (p->n_rows + TILE_ROWS - 1) / TILE_ROWS;
  const float *a = tile.a;

  for (gsize i = 0, row = 0; i < n_tiles; i++)
    {
      gsize end = p->n_rows * (i + 1) / n_tiles;

      tile.a = a + row * p->a_stride;
      tile.c = p->c + row * p->c_stride + column;
      tile.outputs = p->outputs != NULL ? p->outputs + row * p->outputs_stride + column : NULL;
      tiles[end - row][vectors - 1] (&tile);
      row = end;
    }
}

/* One block of the sum, for all columns of the panel that starts at column @first. */
static void
multiply_panel (const EtudeProduct *p, gsize first, gsize block, gsize n_blocks)
{
  gsize width = etude_panel_width (p->n_columns, first);
  gsize start = p->depth * block / n_blocks;
  gsize end = p->depth * (block + 1) / n_blocks;
  gboolean is_last = block + 1 == n_blocks;
  Tile tile = {
    .depth = end - start, .a = p->a + start, .a_row = p->a_stride, .a_step = 1, .b_stride = width,
    .c_stride = p->c_stride, .add = block > 0, .outputs_stride = p->outputs_stride,
    .activation = is_last ? p->activation : ETUDE_ACTIVATION_NONE,
  };

  for (gsize j = 0; j < width;)
    {
      int vectors = width - j >= 2 * LANES ? 2 : 1;

      tile.b = p->b + first * p->depth + start * width + j;
      tile.bias = p->bias != NULL && block == 0 ? p->bias + first + j : NULL;
      multiply_strip (p, tile, vectors, first + j);
      j += (gsize) vectors * LANES;
    }
}

static void
multiply (const EtudeProduct *p)
{
  gsize n_blocks = MAX ((p->depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK, 1);

  for (gsize first = 0; first < p->n_columns; first += ETUDE_PANEL)
    for (gsize block = 0; block < n_blocks; block++)
      multiply_panel (p, first, block, n_blocks);
  if (p->outputs != NULL || p->activation == ETUDE_ACTIVATION_NONE || p->activation == ETUDE_ACTIVATION_RELU)
    return;
  for (gsize i = 0; i < p->n_rows; i++)
    activate (p->activation, p->n_columns, p->c + i * p->c_stride);
}

/* So many weights stay in the nearest cache from step to step. */
#define IN_CACHE 8192

/* Rows @row to @end - 1 of the panel that starts at column @first. */
static void
outer_panel (const EtudeOuter *o, gsize row, gsize end, gsize first)
{
  float values[TILE_ROWS * ETUDE_PANEL] __attribute__ ((aligned (64)));
  gsize width = etude_panel_width (o->n_columns, first);
  gsize at = first * o->n_rows + row * width;
  float *result = o->tile != NULL ? values : o->result + at;
  Tile tile = {
    .depth = o->n_samples, .a = o->x + row, .a_row = 1, .a_step = o->x_stride,
    .b_stride = o->dy_stride, .c_stride = width,
  };

  if (o->tile != NULL && o->n_rows * o->n_columns > IN_CACHE)
    o->tile (o->data, at, (end - row) * width, NULL);
  for (gsize j = 0; j < width;)
    {
      int vectors = width - j >= 2 * LANES ? 2 : 1;

      tile.b = o->dy + first + j;
      tile.c = result + j;
      tiles[end - row][vectors - 1] (&tile);
      j += (gsize) vectors * LANES;
    }
  if (o->tile != NULL)
    o->tile (o->data, at, (end - row) * width, values);
}

static void
outer (const EtudeOuter *o)
{
  gsize n_rows = o->end - o->first;
  gsize n_tiles = (n_rows + TILE_ROWS - 1) / TILE_ROWS;

  for (gsize i = 0, row = o->first; i < n_tiles; i++)
    {
      gsize end = o->first + n_rows * (i + 1) / n_tiles;

      for (gsize first = 0; first < o->n_columns; first += ETUDE_PANEL)
        outer_panel (o, row, end, first);
      row = end;
    }
}

/* --- convolutions ----------------------------------------------------------------------------- */

/* All pixels, or numbers of a pixel, of one strip of columns: rows of tiles are @a_row apart in a. */
static void
run_strip (Tile tile, gsize n_rows, int vectors)
{
  gsize n_tiles = (n_rows + TILE_ROWS - 1) / TILE_ROWS;
  const float *a = tile.a;
  float *c = tile.c;

  for (gsize i = 0, row = 0; i < n_tiles; i++)
    {
      gsize end = n_rows * (i + 1) / n_tiles;

      tile.a = a + row * tile.a_row;
      tile.c = c + row * tile.c_stride;
      tiles[end - row][vectors + 1] (&tile);
      row = end;
    }
}

static void
convolve (const EtudeConvolution *p)
{
  Tile tile = {
    .depth = p->depth, .n_outer = p->n_outer, .a = p->a, .a_row = p->a_row, .a_step = 1, .a_outer = p->a_outer,
    .c_stride = p->c_stride, .add = p->add,
    .activation = p->is_cut ? ETUDE_ACTIVATION_RELU : ETUDE_ACTIVATION_NONE,
  };

  for (gsize column = 0; column < p->n_columns;)
    {
      gsize first = column / ETUDE_PANEL * ETUDE_PANEL;
      gsize width = etude_panel_width (p->n_columns, first);
      int vectors = first + width - column >= 2 * LANES ? 2 : 1;

      tile.b = p->b + first * p->b_rows + p->b_first * width + (column - first);
      tile.b_stride = width;
      tile.c = p->c + column;
      tile.bias = p->bias != NULL ? p->bias + column : NULL;
      run_strip (tile, p->n_rows, vectors);
      column += (gsize) vectors * LANES;
    }
}

static void
correlate (const EtudeCorrelation *p)
{
  Tile tile = {
    .depth = p->n_inner, .n_outer = p->n_outer, .a = p->x, .a_row = 1, .a_step = p->x_inner, .a_outer = p->x_outer,
    .b_stride = p->dy_stride, .add = p->add,
  };

  for (gsize column = 0; column < p->n_columns;)
    {
      gsize first = column / ETUDE_PANEL * ETUDE_PANEL;
      gsize width = etude_panel_width (p->n_columns, first);
      int vectors = first + width - column >= 2 * LANES ? 2 : 1;

      tile.b = p->dy + column;
      tile.c = p->result + first * p->result_rows + p->first * width + (column - first);
      tile.c_stride = width;
      run_strip (tile, p->n_rows, vectors);
      column += (gsize) vectors * LANES;
    }
}

/* --- transposition ---------------------------------------------------------------------------- */

#if LANES == 16
/* Deals row i and row i + 8 out alternately; four rounds of it transpose 16 by 16. */
ALWAYS_INLINE void
interleave (Vector to[16], const Vector from[16])
{
  UNROLL
  for (int i = 0; i < 8; i++)
    {
      to[2 * i] = __builtin_shufflevector (from[i], from[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      to[2 * i + 1] = __builtin_shufflevector (from[i], from[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
}

/* A block of @n_from rows and @n_to columns, at most 16 each; missing rows become zeros. */
static void
transpose_block (const float *from, gsize from_stride, gsize n_from, float *to, gsize to_stride, gsize n_to)
{
  Vector a[16], b[16];

  UNROLL
  for (gsize i = 0; i < 16; i++)
    a[i] = i < n_from ? load (from + i * from_stride) : spread (0);
  interleave (b, a);
  interleave (a, b);
  interleave (b, a);
  interleave (a, b);
  UNROLL
  for (gsize i = 0; i < 16; i++)
    if (i < n_to)
      store (to + i * to_stride, a[i]);
}
#else
static void
transpose_block (const float *from, gsize from_stride, gsize n_from, float *to, gsize to_stride, gsize n_to)
{
  for (gsize i = 0; i < n_to; i++)
    for (gsize j = 0; j < 16; j++)
      to[i * to_stride + j] = j < n_from ? from[j * from_stride + i] : 0;
}
#endif

/* Block by block: both sides have their columns in blocks of 16 inside panels. */
static void
transpose (gsize n_rows, gsize n_columns, const float *panels, gsize first, gsize end, float *result)
{
  gsize rows_padded = etude_pad (n_rows), columns_padded = etude_pad (n_columns);

  for (gsize column = 0; column < n_columns; column += ETUDE_PAD)
    for (gsize row = first; row < end; row += ETUDE_PAD)
      transpose_block (panels + etude_panel_index (n_rows, columns_padded, row, column),
                       etude_panel_width (columns_padded, column / ETUDE_PANEL * ETUDE_PANEL),
                       MIN (n_rows - row, ETUDE_PAD),
                       result + etude_panel_index (n_columns, rows_padded, column, row),
                       etude_panel_width (rows_padded, row / ETUDE_PANEL * ETUDE_PANEL),
                       MIN (n_columns - column, ETUDE_PAD));
}

/* --- losses ----------------------------------------------------------------------------------- */

/* Sixteen samples side by side: @z is [n_classes, 16] and becomes the gradient, except for the part
 * of the right class; @right is the output of that class, @hit its weight. */
static void
softmax_samples (const EtudeSoftmax *s, float *z, const float *right, const float *hit, float *losses)
{
  Vector most = load (z), sum = spread (0), others = spread (0);
  Vector all, loss, factor;

  for (gsize c = 1; c < s->n_classes; c++)
    {
      Vector next = load (z + c * ETUDE_PAD);

      most = choose (next > most, next, most);
    }
  for (gsize c = 0; c < s->n_classes; c++)
    {
      Vector below = load (z + c * ETUDE_PAD) - most;
      Vector e = vector_exp (below);

      if (s->others != NULL)
        others = multiply_add (below, spread (s->others[c]), others);
      sum += e;
      store (z + c * ETUDE_PAD, e);
    }
  all = vector_log (sum);
  loss = load (hit) * (all - (load (right) - most));
  if (s->others != NULL)
    loss += multiply_add (all, spread (s->others_sum), -others);
  store (losses, loss);
  if (s->dz == NULL)
    return;
  factor = (load (hit) + s->others_sum) * s->scale / sum;
  for (gsize c = 0; c < s->n_classes; c++)
    {
      Vector e = load (z + c * ETUDE_PAD);

      store (z + c * ETUDE_PAD, multiply_add (e, factor, spread (s->others != NULL ? -s->others[c] * s->scale : 0)));
    }
}

/* Writes the gradient of samples @first to @first + @n - 1 back into rows. */
static void
scatter_gradient (const EtudeSoftmax *s, gsize first, gsize n, const float *hit)
{
  gsize padded = etude_pad (s->n_classes);

  for (gsize i = 0; i < n; i++)
    {
      float *dz = s->dz + (first + i) * s->stride;

      for (gsize c = 0; c < s->n_classes; c++)
        dz[c] = s->scratch[c * ETUDE_PAD + i];
      for (gsize c = s->n_classes; c < padded; c++)
        dz[c] = 0;
      dz[s->labels[first + i]] -= s->scale * hit[i];
    }
}

static void
softmax (const EtudeSoftmax *s)
{
  float right[ETUDE_PAD], hit[ETUDE_PAD];

  for (gsize first = 0; first < s->n; first += ETUDE_PAD)
    {
      gsize n = MIN (s->n - first, ETUDE_PAD);

      for (gsize i = 0; i < ETUDE_PAD; i++)
        {
          /* Past the last sample the first of these repeats: any numbers do, but they are not left over. */
          gsize sample = first + (i < n ? i : 0);
          const float *z = s->z + sample * s->stride;

          for (gsize c = 0; c < s->n_classes; c++)
            s->scratch[c * ETUDE_PAD + i] = z[c];
          right[i] = z[s->labels[sample]];
          hit[i] = s->hit[s->labels[sample]];
        }
      for (gsize lane = 0; lane < n; lane += LANES)
        softmax_samples (s, s->scratch + lane, right + lane, hit + lane, s->losses + first + lane);
      if (s->dz != NULL)
        scatter_gradient (s, first, n, hit);
    }
}

static void
logistic (gsize n, const float *logits, const float *targets, float positive_weight, float scale,
          float *losses, float *gradient)
{
  for (gsize i = 0; i < n; i += LANES)
    {
      Vector z = load (logits + i), y = load (targets + i);
      Vector negative = 1.f - y, positive = y * positive_weight;
      Vector tail = vector_tail (z);
      Vector softplus = vector_log1p (tail);
      Vector larger = 1.f / (1.f + tail);
      Vector smaller = tail * larger;
      Vector probability = choose (z < 0.f, smaller, larger);
      Vector complement = choose (z < 0.f, larger, smaller);
      Vector above = softplus + vector_relu (z), below = softplus + vector_relu (-z);

      store (losses + i, multiply_add (negative, above, positive * below));
      store (gradient + i, multiply_add (negative, probability, -positive * complement) * scale);
    }
}

/* The compiler makes vectors of it. */
static void
scale_bytes (gsize n, const guint8 *x, const double *offset, const double *factor, EtudeReal *y)
{
  for (gsize i = 0; i < n; i++)
    y[i] = (EtudeReal) etude_scale_input (x[i], offset[i], factor[i]);
}

const EtudeKernels ETUDE_KERNELS = {
  .isa = ETUDE_KERNELS_ISA,
  .multiply = multiply,
  .outer = outer,
  .convolve = convolve,
  .correlate = correlate,
  .transpose = transpose,
  .sum_columns = sum_columns,
  .activate = activate,
  .differentiate = differentiate,
  .pool = KERNEL (pool),
  .pool_back = KERNEL (pool_back),
  .bend = KERNEL (bend),
  .bend_back = KERNEL (bend_back),
  .scale_bytes = scale_bytes,
  .softmax = softmax,
  .logistic = logistic,
};
