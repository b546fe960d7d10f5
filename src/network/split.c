/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a pass is shared by a team. Every number is made by one thread, in the order in which one thread alone
 * makes it: who does it does not show in a bit. */
#include "network/layer-private.h"

/* More parts than threads: who is held up makes fewer of them. */
#define PARTS_PER_MEMBER 4

/**
 * etude_pass_count_parts:
 * @pass: a pass
 * @n: how many things the work consists of
 *
 * Returns: in how many parts they are shared out; 1 without a team
 */
gsize
etude_pass_count_parts (const EtudePass *pass, gsize n)
{
  return pass->team != NULL ? CLAMP (n, 1, PARTS_PER_MEMBER * etude_team_get_n_members (pass->team)) : 1;
}

/**
 * etude_pass_run:
 * @pass: a pass
 * @n_parts: parts of the work
 * @func: makes one
 * @data: handed to it
 *
 * Lets the team make all parts, or makes them one after the other.
 */
void
etude_pass_run (const EtudePass *pass, gsize n_parts, EtudePartFunc func, gconstpointer data)
{
  if (pass->team != NULL && n_parts > 1)
    {
      etude_team_run (pass->team, n_parts, func, data);
      return;
    }
  for (gsize part = 0; part < n_parts; part++)
    func (data, part, 0);
}

/* The scratch of one who works at it. */
EtudeReal *
etude_pass_get_scratch (const EtudePass *pass, guint member)
{
  return member > 0 ? etude_team_get_room (pass->team, member) : pass->scratch;
}

/* --- samples --------------------------------------------------------------------------------- */

typedef struct
{
  const EtudePass *pass;
  EtudePassFunc func;
  gsize n_parts;
} Samples;

static inline EtudeReal *
move (EtudeReal *numbers, gsize n)
{
  return numbers != NULL ? numbers + n : NULL;
}

static void
run_samples (gconstpointer data, gsize part, guint member)
{
  const Samples *self = data;
  EtudePass pass = *self->pass;
  gsize first = etude_part_start (pass.n, self->n_parts, part);
  gsize end = etude_part_start (pass.n, self->n_parts, part + 1);

  pass.team = NULL;
  pass.scratch = etude_pass_get_scratch (self->pass, member);
  pass.n = end - first;
  pass.x += first * pass.x_stride;
  pass.skip = pass.skip != NULL ? pass.skip + first * pass.x_stride : NULL;
  pass.y += first * pass.y_stride;
  pass.dy += first * pass.y_stride;
  pass.dx = move (pass.dx, first * pass.dx_stride);
  pass.dskip = move (pass.dskip, first * pass.y_stride);
  pass.memory += first * pass.n_memory;
  self->func (&pass);
}

/**
 * etude_pass_by_sample:
 * @pass: a pass
 * @func: goes over its samples, each of which it makes by itself
 *
 * Calls @func with some of the samples at a time, or with all where there is no team.
 */
void
etude_pass_by_sample (const EtudePass *pass, EtudePassFunc func)
{
  Samples samples = { pass, func, etude_pass_count_parts (pass, pass->n) };

  if (samples.n_parts == 1)
    func (pass);
  else
    etude_pass_run (pass, samples.n_parts, run_samples, &samples);
}
