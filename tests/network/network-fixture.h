/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/isa.h"
#include "network/network.h"

/* The layers of @text, such as “dense units=4;relu;dense”, with weights drawn from a seed, for batches of @n. */
EtudeNetwork *make_network (const char *text, const EtudeShape *input, gsize n_classes, gsize n, EtudeIsa isa);
