/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "base/catalogue.h"

G_BEGIN_DECLS

/**
 * EtudeObject:
 * @kind: what it is; NULL for null
 * @data: (owned): the struct of that kind, of its @size
 *
 * A value of a kind.
 */
typedef struct
{
  const EtudeKind *kind;
  gpointer data;
} EtudeObject;

/**
 * EtudeObjects:
 * @items: (owned) (array length=n): the values
 * @n: how many
 */
typedef struct
{
  EtudeObject *items;
  gsize n;
} EtudeObjects;

typedef struct _EtudeVisitor EtudeVisitor;

/**
 * EtudeVisitor:
 * @leaf: called for a value that holds no objects
 * @enter: called before the inside of an object; FALSE leaves the inside out
 * @leave: called after it, if @enter was TRUE
 * @enter_list: called before the elements of a list of objects; FALSE leaves them out
 * @leave_list: called after them, if @enter_list was TRUE
 * @path: the dotted path of what is being visited; kept by the walk, made by the caller or NULL
 *
 * What is done with each part of a value. All callbacks may be NULL. The walk goes through two
 * values side by side: @other is NULL where there is no second one. When a callback returns, the
 * walk follows what @field holds then, so that @enter may create what is to be walked.
 */
struct _EtudeVisitor
{
  void (*leaf) (EtudeVisitor *self, const EtudeParam *param, gpointer field, gpointer other);
  gboolean (*enter) (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other);
  void (*leave) (EtudeVisitor *self, const EtudeParam *param, EtudeObject *object, EtudeObject *other);
  gboolean (*enter_list) (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other);
  void (*leave_list) (EtudeVisitor *self, const EtudeParam *param, EtudeObjects *list, EtudeObjects *other);
  GString *path;
};

void etude_object_walk (EtudeObject *object, EtudeObject *other, EtudeVisitor *visitor);

void etude_object_init (EtudeObject *object, const EtudeKind *kind);
void etude_object_copy (EtudeObject *object, const EtudeObject *source);
void etude_object_clear (EtudeObject *object);
gboolean etude_object_equal (const EtudeObject *a, const EtudeObject *b);
void etude_object_become (EtudeObject *object, const EtudeKind *kind);

void etude_objects_clear (EtudeObjects *list);
EtudeObject *etude_objects_insert (EtudeObjects *list, gsize at, const EtudeKind *kind);
void etude_objects_remove (EtudeObjects *list, gsize at);
void etude_objects_move (EtudeObjects *list, gsize from, gsize to);

gboolean etude_leaf_equal (const EtudeParam *param, gconstpointer a, gconstpointer b);

G_END_DECLS
