#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive a GTK 4 program in a private headless display, through its accessible tree.

  ui-drive.py [options] [-e 'COMMAND ARGS'] ... [-f SCRIPT] -- PROGRAM [ARGS]

  -e TEXT    one command; may be repeated      -f FILE    commands from a file ('-': stdin);
  -s WxH     screen and window, 1280x800                  FILE.py: Python, with `ui` as the driver, that
  -d         dark                                         may import from its folder
  -t SEC     the longest wait for one condition, 10
  --no-wm    without a window manager          --allow-warnings   GLib warnings do not fail the run

Commands, one per line, quoted as in a shell, '#' starts a comment. ROLE and NAME are exact, or have
'*'; only what is showing counts. A role may be written push-button. COND is a state such as checked,
sensitive, focused; !state; value=0.5; text=abc (with '*' too); count=3.
  wait ROLE NAME [COND..]    until such an element is there and meets the conditions
  gone ROLE NAME             until there is none
  click ROLE NAME            its own action (click, toggle..), else the pointer
  mouse ROLE NAME [FX FY] [BUTTON]      the pointer, at fractions of the element (0.5 0.5)
  hover ROLE NAME [FX FY]               move the pointer there
  drag ROLE NAME FX0 FY0 FX1 FY1        drag with button 1
  scroll ROLE NAME up|down [N]          the wheel
  text ROLE NAME TEXT        replace the text of an entry or spin button and press Return
  value ROLE NAME NUMBER     set a spin button, slider or scroll bar
  select NAME ITEM           choose ITEM in the combo box (row) or drop-down NAME
  menu BUTTON ITEM [ITEM..]  open a menu button, then choose item (and item of the submenu)
  key KEYS..                 such as ctrl+s Tab Return        type TEXT    at the focus
  action GROUP.NAME [VALUE]  a GAction: app.* and win.* over D-Bus, else an action of a widget class
  shot FILE.png [ROLE NAME]  the whole screen, or one element
  tree [FILE] [all]          the accessible tree; all: also the nameless and the hidden
  resize W H                 the window            close        the window; then the program must end
"""
import argparse
import fnmatch
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from gi.repository import Gio, GLib

HERE = os.path.dirname(os.path.abspath(__file__))
LAYOUT = {'group', 'widget', 'generic', 'none', 'presentation', 'image', 'label', 'list item'}
STATES = {1: 'active', 4: 'checked', 5: 'collapsed', 7: 'editable', 8: 'enabled', 9: 'expandable', 10: 'expanded',
          11: 'focusable', 12: 'focused', 16: 'modal', 17: 'multi-line', 20: 'pressed', 21: 'resizable',
          22: 'selectable', 23: 'selected', 24: 'sensitive', 25: 'showing', 30: 'visible', 32: 'indeterminate',
          33: 'required', 36: 'invalid-entry', 41: 'checkable', 43: 'read-only'}    # AtspiStateType


class Failure(Exception):
    pass


def same(pattern, text):
    return fnmatch.fnmatchcase(text, pattern) if '*' in pattern else pattern == text


def plain_name(name):
    """A label and a labelling widget both count in GTK 4.8: '_Keep Keep' and 'Rate Rate' are one name."""
    plain = name.replace('_', '')
    half = len(plain) // 2
    return plain[:half] if half and plain[:half] + ' ' + plain[:half] == plain else plain


def plain_role(role):
    """GTK's own (ARIA) names; the AT-SPI ones are understood."""
    role = role.replace('-', ' ').replace('_', ' ').lower()
    return {'push button': 'button', 'toggle button': 'button', 'page tab': 'tab', 'img': 'image',
            'check box': 'checkbox', 'combobox': 'combo box', 'frame': 'window'}.get(role, role)


class Node:
    """An accessible object, spoken to over D-Bus; nothing but role, name and parent is remembered."""
    bus = None
    roles = {}                                           # by path: a role does not change

    def __init__(self, owner, path, parent=None):
        self.owner, self.path, self.parent, self.role, self.name, self.children = owner, path, parent, '', '', []

    def call(self, interface, method, *args, signature='()'):
        full = interface if '.' in interface else 'org.a11y.atspi.' + interface
        return Node.bus.call_sync(self.owner, self.path, full, method, GLib.Variant(signature, args), None,
                                  Gio.DBusCallFlags.NONE, 5000, None).unpack()

    def get(self, interface, name, default=None):
        try:
            return self.call('org.freedesktop.DBus.Properties', 'Get', 'org.a11y.atspi.' + interface, name,
                             signature='(ss)')[0]
        except GLib.Error:
            return default

    def try_(self, interface, method, *args, signature='()', default=None):
        try:
            return self.call(interface, method, *args, signature=signature)[0]
        except GLib.Error:
            return default

    @property
    def states(self):
        low, high = self.try_('Accessible', 'GetState', default=(0, 0))
        bits = low | high << 32
        return {n for b, n in STATES.items() if bits >> b & 1}

    @property
    def interfaces(self):
        return {i.rsplit('.', 1)[1] for i in self.try_('Accessible', 'GetInterfaces', default=())}

    @property
    def actions(self):
        return [a[0] for a in self.try_('Action', 'GetActions', default=())]

    @property
    def extents(self):
        """x, y, width, height in the window of the element; None for what has no place."""
        return self.try_('Component', 'GetExtents', 1, signature='(u)')

    @property
    def text(self):
        n = self.get('Text', 'CharacterCount')
        return None if n is None else self.try_('Text', 'GetText', 0, n, signature='(ii)')

    @property
    def value(self):
        return self.get('Value', 'CurrentValue')

    def at(self, x, y):
        """The path of what is at this place of the window inside this element; None: nothing, or nothing exposed."""
        path = self.try_('Component', 'GetAccessibleAtPoint', x, y, 1, signature='(iiu)', default=('', '/null'))[1]
        return None if path.endswith('/null') else path

    def shows(self):
        """GTK 4.8 sets SHOWING on windows only, and a hidden page keeps its old extents; but what can be picked
        at its own place is mapped. What has no place at all (a page of a stack) leads on to what has."""
        states, e = self.states, self.extents
        if 'showing' in states or 'visible' not in states:
            return 'showing' in states
        if e is None:
            return True
        x, y, w, h = e
        if w <= 0 or h <= 0:
            return False
        if any(self.at(x + int(w * fx), y + int(h * fy)) for fx, fy in ((.5, .5), (.5, .1), (.02, .5))):
            return True
        # a leaf whose inside is not exposed (entry, switch): then its parent finds nothing here either
        return self.is_closed() and self.parent and self.parent.shows() and not self.parent.at(x + w // 2, y + h // 2)

    def is_closed(self):
        return not self.children or 'EditableText' in self.interfaces or \
            len(self.children) == 1 and self.children[0].is_closed()

    def walk(self, depth=0):
        yield self, depth
        for c in self.children:
            yield from c.walk(depth + 1)

    def do(self, *names):
        for i, n in enumerate(self.actions):
            if n.lower() in names or n.endswith('.activate') and 'click' in names:
                return self.call('Action', 'DoAction', i, signature='(i)')[0]
        return False


class Driver:
    def __init__(self, command, size, timeout):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None,
                                    Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]
        Node.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.session, self.timeout, self.size, self.command = session, timeout, size, command
        self.log = tempfile.TemporaryFile(mode='w+')
        self.root = self.window = self.process = None

    def start(self, *arguments):
        """Start the program, the next time perhaps with other arguments, wait for the window and give it its size."""
        self.root = self.window = None
        self.process = subprocess.Popen([self.command[0], *arguments] if arguments else self.command, stderr=self.log)
        self.until(lambda: self.app() and self.tree().children, 'the first window')
        self.window = self.until(self.window_id, 'the X window')
        if self.size:
            self.resize(*self.size)

    # ---- waiting -----------------------------------------------------------------
    def until(self, condition, what, timeout=None):
        """Poll the condition, handling events meanwhile; never a fixed sleep."""
        end = time.monotonic() + (self.timeout if timeout is None else timeout)
        pause = 0.005
        while True:
            try:
                result = condition()
            except GLib.Error:
                result = None                            # element went away while we looked
            if result:
                return result
            if self.process.poll() is not None:
                raise Failure(f'the program ended ({self.process.returncode}) while waiting for {what}')
            if time.monotonic() > end:
                raise Failure(f'timeout waiting for {what}')
            self.pump(pause)
            pause = min(pause * 1.5, 0.05)

    def pump(self, seconds):
        context, late = GLib.MainContext.default(), []
        GLib.timeout_add(int(seconds * 1000), lambda: late.append(1))
        while not late:
            context.iteration(True)

    # ---- the tree ----------------------------------------------------------------
    def app(self):
        if not self.root:
            registry = Node('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')
            for owner, path in registry.call('Accessible', 'GetChildren')[0]:
                pid = Node('org.freedesktop.DBus', '/').call('org.freedesktop.DBus', 'GetConnectionUnixProcessID',
                                                             owner, signature='(s)')[0]
                if pid == self.process.pid:
                    self.root = Node(owner, path)
        return self.root

    def tree(self, top=None):
        """Read the tree below top: all questions of one level at once, or it takes ten times as long."""
        if not top and not self.app():
            raise Failure('the program is not on the accessibility bus')
        root = top or Node(self.app().owner, self.app().path)
        level, nodes, end = [root], [], time.monotonic() + 10
        while level:
            open_, following = set(), []

            def ask(node, what, interface, method, args):
                key = (node, what)
                open_.add(key)

                def answer(bus, result):
                    open_.discard(key)
                    try:
                        value = bus.call_finish(result).unpack()[0]
                    except GLib.Error:
                        return
                    if what == 'children':
                        node.children = [Node(o, p, node) for o, p in value if not p.endswith('/null')]
                    else:
                        Node.roles[node.path] = value
                Node.bus.call(node.owner, node.path, interface, method, args, None, Gio.DBusCallFlags.NONE, 5000, None,
                              answer)
            for node in level:
                ask(node, 'children', 'org.a11y.atspi.Accessible', 'GetChildren', None)
                if node.path not in Node.roles:
                    ask(node, 'role', 'org.a11y.atspi.Accessible', 'GetRoleName', None)
            while open_ and time.monotonic() < end:
                GLib.MainContext.default().iteration(True)
            nodes += level
            for node in level:
                following += node.children
            level = following
        # All names in one answer; it has only what was listed once, hence after the children.
        items = Node(root.owner, '/org/a11y/atspi/cache').try_('Cache', 'GetItems', default=())
        names = {item[0][1]: item[6] for item in items}
        for node in nodes:
            node.role = Node.roles.get(node.path, '')
            node.name = names[node.path] if node.path in names else node.get('Accessible', 'Name', '')
        return root

    def frame(self):
        return self.tree().children[0]

    def meets(self, node, condition):
        if condition.startswith('value='):
            v = node.value
            return v is not None and abs(v - float(condition[6:])) <= 1e-9 * max(1, abs(v))
        if condition.startswith('text='):
            return same(condition[5:], node.text or '')
        if condition.startswith('!'):
            return not self.meets(node, condition[1:])
        return condition.replace('enabled', 'sensitive') in node.states      # GTK 4.8 sets no state “enabled”

    def find_all(self, role, name, conditions=(), under=None):
        role = plain_role(role)
        return [n for n, _ in self.tree(under).walk()
                if (same(name, n.name) or same(name, plain_name(n.name))) and same(role, plain_role(n.role))
                and n.shows() and all(self.meets(n, c) for c in conditions)]

    def find(self, role, name, *conditions, timeout=None):
        count = [c for c in conditions if c.startswith('count=')]
        rest = [c for c in conditions if not c.startswith('count=')]

        def look():
            found = self.find_all(role, name, rest)
            if count:
                return found or [None] if len(found) == int(count[0][6:]) else None
            return found
        return self.until(look, f'{role} "{name}" {" ".join(conditions)}', timeout)[0]

    def wait(self, role, name, *conditions):
        self.find(role, name, *conditions)

    def gone(self, role, name):
        self.until(lambda: not self.find_all(role, name), f'no {role} "{name}"')

    def dump(self, *args):
        all_ = 'all' in args
        files = [a for a in args if a != 'all']
        out = open(files[0], 'w') if files else sys.stdout

        def show(node, depth):
            if not all_ and not node.shows() and depth:
                return
            named = node.name and not re.match(r'(Gtk|Adw)[A-Z]', node.name)
            if all_ or depth < 2 or named and not (node.role == 'label' and node.name == node.parent.name) \
                    or node.role not in LAYOUT:
                states, e, v, t = node.states, node.extents, node.value, node.text
                line = f'{"  " * depth}{node.role} "{node.name}"' + (' %d,%d %dx%d' % e if e else '')
                line += f' value={v:g}' if v is not None else ''
                line += f' text="{t}"' if t is not None and t != node.name else ''
                words = states - {'showing', 'visible', 'enabled', 'sensitive', 'focusable', 'selectable', 'resizable'}
                words |= {'DISABLED'} if 'sensitive' not in states and depth else set()
                line += f' [{" ".join(sorted(words))}]' if words else ''
                acts = [a for a in node.actions if node.role != 'label' and not a.startswith('list.')]
                line += f' ({" ".join(acts)})' if acts else ''
                about = node.get('Accessible', 'Description')
                print(line + (f' -- {about}' if about and about != node.name else ''), file=out)
                depth += 1
            for c in node.children:
                show(c, depth)
        show(self.tree(), 0)
        out.flush()

    # ---- the pointer, the keyboard, the window ------------------------------------
    def xdo(self, *args):
        r = subprocess.run(['xdotool', *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if r.returncode:
            raise Failure(f'xdotool {" ".join(map(str, args))}: {r.stderr.strip()}')
        return r.stdout.strip()

    def window_id(self):
        try:
            ids = self.xdo('search', '--onlyvisible', '--pid', self.process.pid).split()
        except Failure:
            return None
        return ids[-1] if ids else None

    def geometry(self, window):
        out = self.xdo('getwindowgeometry', '--shell', window)
        return tuple(int(re.search(rf'^{k}=(-?\d+)', out, re.M).group(1)) for k in ('X', 'Y', 'WIDTH', 'HEIGHT'))

    def origin(self, node):
        """What to add to the extents of this element to get its place on the screen. A popover has an X
        window of its own, at a place that its extents do not tell; it is known by its size."""
        while node:
            if node.parent and not node.parent.parent:                   # a child of the application
                x, y, w, h = self.geometry(self.toplevel(node))
                e = node.extents
                return x + (w - e[2]) // 2 - e[0], y + (h - e[3]) // 2 - e[1]    # the border of the window
            if 'default.activate' in node.actions:                       # only windows and popovers have it
                ex, ey, ew, eh = node.extents
                for window in self.xdo('search', '--onlyvisible', '--pid', self.process.pid).split():
                    x, y, w, h = self.geometry(window)
                    if (w, h) == (ew, eh) and window != self.window:
                        return x - ex, y - ey
            node = node.parent
        raise Failure('an element without a window')

    def toplevel(self, node):
        """The X window with the title of this frame or dialog."""
        if node.name:
            try:
                ids = self.xdo('search', '--onlyvisible', '--name', '^' + re.escape(node.name) + '$').split()
                return ids[-1] if ids else self.window
            except Failure:
                pass
        return self.window

    def scroll_to(self, node, fy):
        """Turn the wheel over the scroll bar beside this element until it can be pressed, as a person does; the focus
        of an entry, which would scroll too, cannot be set from outside."""
        def bar_beside(node):
            bars = [n for n in node.children if n.role == 'scroll bar' and n.extents[3] > n.extents[2] and n.shows()]
            if bars or not node.parent or 'default.activate' in node.actions:     # a popover does not scroll along
                return bars[0] if bars else None
            return bar_beside(node.parent)
        bar = node.parent and bar_beside(node.parent)
        if not bar:
            return
        x, top, w, height = bar.extents
        x0, y0 = self.origin(bar)

        def reached():
            _, y, _, h = node.extents
            y += round(h * float(fy))
            if top <= y < top + height:
                return True
            clicks = max(1, abs(y - top - height // 2) // 400)          # one goes some 220 pixels
            self.xdo('mousemove', x0 + x + w // 2, y0 + top + height // 2,
                     'click', '--repeat', clicks, '--delay', 1, 5 if y > top else 4)
            self.pump(0.05)
            return False
        self.until(reached, 'a scrolled place')

    def point(self, node, fx=0.5, fy=0.5):
        self.scroll_to(node, fy)
        last = None                                      # wait until the layout holds still: two equal readings

        def still():
            nonlocal last
            now = (node.extents, self.origin(node))
            ok, last = now == last and now[0] and now[0][2] > 0, now
            return ok
        self.until(still, 'a settled place')
        (x, y, w, h), (ox, oy) = last
        return round(ox + x + w * float(fx)), round(oy + y + h * float(fy))

    def mouse(self, role, name, *args):
        f = [a for a in args if '.' in a or len(args) > 1][:2] or ['0.5', '0.5']
        button = args[-1] if len(args) in (1, 3) else '1'
        x, y = self.point(self.find(role, name), *f)
        self.xdo('mousemove', x, y, 'click', button)

    def hover(self, role, name, fx=0.5, fy=0.5):
        self.xdo('mousemove', *self.point(self.find(role, name), fx, fy))

    def drag(self, role, name, fx0, fy0, fx1, fy1):
        node = self.find(role, name)
        (x0, y0), (x1, y1) = self.point(node, fx0, fy0), self.point(node, fx1, fy1)
        self.xdo('mousemove', x0, y0, 'mousedown', 1)
        for i in range(1, 11):
            self.xdo('mousemove', x0 + (x1 - x0) * i // 10, y0 + (y1 - y0) * i // 10)
        self.xdo('mouseup', 1)

    def scroll(self, role, name, way, n=1):
        self.hover(role, name)
        self.xdo('click', '--repeat', n, {'up': 4, 'down': 5}[way])

    def key(self, *keys):
        self.xdo('key', '--clearmodifiers', *keys)

    def type(self, text):
        self.xdo('type', '--clearmodifiers', '--delay', 1, '--', text)

    def resize(self, w, h):
        """Give the contents this size, at 0,0; the border (client-side, without a compositor) goes outside."""
        w, h = int(w), int(h)

        def fits():
            x, y, xw, xh = self.geometry(self.window)
            cw, ch = self.frame().extents[2:]
            border = (xw - cw) // 2
            if (x, y, cw, ch) == (-border, -border, w, h):
                return True
            self.xdo('windowsize', self.window, w + 2 * border, h + 2 * border,
                     'windowmove', self.window, -border, -border)
            self.pump(0.05)
            return False
        try:
            self.until(fits, 'the size', 2)
        except Failure:
            e = self.frame().extents
            print(f'note: asked for {w}x{h}, the window has {e[2]}x{e[3]} (its smallest size?)', file=sys.stderr)

    def shot(self, path, role=None, name=None):
        crop = []
        if role:
            node = self.find(role, name)
            x, y = self.point(node, 0, 0)
            w, h = node.extents[2:]
            crop = ['-crop', f'{w}x{h}+{x}+{y}', '+repage']
        previous, same_ = None, 0

        def settled():                                   # two equal pictures: nothing is being drawn
            nonlocal previous, same_
            now = subprocess.run(['import', '-silent', '-window', 'root', *crop, 'png:-'],
                                 stdout=subprocess.PIPE, check=True).stdout
            pixels = subprocess.run(['convert', 'png:-', 'rgb:-'], input=now, stdout=subprocess.PIPE).stdout
            same_, previous = previous and previous[1] == pixels, (now, pixels)
            return same_
        try:
            self.until(settled, 'a still picture', 1)
        except Failure:
            pass                                         # live chart: take it as it is
        os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
        with open(path, 'wb') as f:
            f.write(previous[0])

    def close(self):
        self.key('alt+F4')
        self.ended()

    def kill(self):
        """As the machine does when memory is short: the program has no moment to save anything."""
        self.process.kill()
        self.process.wait()

    def ended(self):
        """Wait until the program has ended by itself, and well."""
        end = time.monotonic() + self.timeout
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise Failure('the program did not end after its window closed')
            self.pump(0.01)
        if self.process.returncode:
            raise Failure(f'the program ended with {self.process.returncode}')

    # ---- acting through the accessible interfaces ----------------------------------
    def click(self, role, name):
        node = self.find(role, name, 'sensitive')
        if not node.do('click', 'toggle', 'activate', 'press'):
            self.press(node)

    def text(self, role, name, text):
        """As a person would: GTK 4.8 lets no assistive tool commit the text of a spin button."""
        node = self.find(role, name, 'sensitive')
        self.press(node, 0.2)
        try:
            self.until(lambda: 'focused' in node.states, 'the focus', 0.5)
        except Failure:
            pass                                         # an AdwEntryRow does not tell; the text will
        self.key('ctrl+a')
        self.type(text)
        self.until(lambda: node.text == text, f'the text "{text}" in {role} "{name}"')
        self.key('Return')

    def value(self, role, name, number):
        node = self.find(role, name, 'sensitive')
        node.call('org.freedesktop.DBus.Properties', 'Set', 'org.a11y.atspi.Value', 'CurrentValue',
                  GLib.Variant('d', float(number)), signature='(ssv)')
        self.until(lambda: self.meets(node, f'value={number}'), f'the value {number} of {role} "{name}"')

    def press(self, node, fx=0.5, fy=0.5):
        self.xdo('mousemove', *self.point(node, fx, fy), 'click', 1)

    def find_in_list(self, popover, item):
        """The label of an item; where it is further down than the list shows, the wheel turns once."""
        _, top, _, height = popover.extents
        for label in self.find_all('label', item, under=popover):
            if top <= label.extents[1] and label.extents[1] + label.extents[3] <= top + height:
                return label
        shown = self.find_all('label', '*', under=popover)
        if shown:
            self.xdo('mousemove', *self.point(shown[len(shown) // 2], 0.5, 0.5), 'click', 5)
        return None

    def select(self, name, item):
        """Open, find the item by the label in it, press it: items of a list have no action and no name."""
        box = self.find('combo box', name, 'sensitive')
        self.press(box)
        popover = self.until(lambda: [n for n, _ in self.tree(box).walk() if 'default.activate' in n.actions
                                      and n.shows()], f'the list of "{name}"')[0]
        self.press(self.until(lambda: self.find_in_list(popover, item), f'"{item}" in "{name}"'))

        def chosen():
            inside = {n.path for n, _ in self.tree(popover).walk()}
            return any(n.path not in inside for n in self.find_all('label', item, under=box))
        self.until(chosen, f'"{item}" chosen in "{name}"')

    def menu(self, button, *items):
        self.press(self.find('button', button, 'sensitive'))
        for item in items:
            self.click('menu item*', item)               # not the pointer: a tooltip may lie over the item

    def action(self, name, value=None):
        """app.* and win.* through org.gtk.Actions; actions of a widget class through the accessible window."""
        group, _, short = name.partition('.')

        def call(owner, path, interface, method, parameters=None):
            return self.session.call_sync(owner, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE,
                                          5000, None).unpack()
        names = call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'ListNames')[0]
        for owner in names:
            if owner.startswith((':', 'org.freedesktop.DBus', 'org.a11y')):
                continue
            path = '/' + owner.replace('.', '/').replace('-', '_') + ('/window/1' if group == 'win' else '')
            try:
                known = call(owner, path, 'org.gtk.Actions', 'List')[0]
            except GLib.Error:
                continue
            if short in known:
                parameter = [] if value is None else [GLib.Variant.parse(None, value, None, None)]
                call(owner, path, 'org.gtk.Actions', 'Activate', GLib.Variant('(sava{sv})', (short, parameter, {})))
                return
        for node, _ in self.tree().walk():
            if node.role not in ('label', 'entry', 'text') and node.do(name):
                return
        raise Failure(f'no action {name} (one of a widget class that takes a value cannot be called from outside)')

    # ---- commands --------------------------------------------------------------------
    COMMANDS = ('wait gone click mouse hover drag scroll text value select menu key type action shot tree resize '
                'close').split()

    def run(self, line):
        words = shlex.split(line, comments=True)
        if not words:
            return
        if words[0] not in self.COMMANDS:
            raise Failure(f'unknown command {words[0]}')
        try:
            getattr(self, {'tree': 'dump'}.get(words[0], words[0]))(*words[1:])
        except TypeError as e:
            raise Failure(f'{words[0]}: {e}')

    def leave_traces(self):
        """What the window looked like when a command failed; the tree also in the log, for a machine far away."""
        try:
            self.dump('ui-drive-failure.txt')
            self.shot('ui-drive-failure.png')
            with open('ui-drive-failure.txt', encoding='utf-8') as tree:
                sys.stderr.writelines(tree.readlines()[:200])
        except (Failure, GLib.Error, OSError, subprocess.SubprocessError) as e:
            print(f'ui-drive: no traces: {e}', file=sys.stderr)

    def warnings(self):
        self.log.seek(0)
        return [s.rstrip() for s in self.log if re.search(r'-(WARNING|CRITICAL|ERROR) \*\*|Sanitizer', s)]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('-e', action='append', default=[])
    p.add_argument('-f')
    p.add_argument('-s', default='1280x800')
    p.add_argument('-d', action='store_true')
    p.add_argument('-t', type=float, default=10)
    p.add_argument('--no-wm', action='store_true')
    p.add_argument('--allow-warnings', action='store_true')
    p.add_argument('program', nargs='+')
    a = p.parse_args()
    if os.environ.get('UI_DRIVE') != '1':                # first call: start again inside a display
        os.environ['UI_DRIVE'] = '1'
        flags = ['-a', '-s', a.s + 'x24'] + ([] if a.no_wm else ['-w']) + (['-d'] if a.d else [])
        os.execv('/bin/sh', ['sh', os.path.join(HERE, 'with-display'), *flags, sys.executable] + sys.argv)
    lines = list(a.e)
    if a.f and not a.f.endswith('.py'):
        lines += (sys.stdin if a.f == '-' else open(a.f)).read().splitlines()
    status, ui = 0, None
    try:
        ui = Driver(a.program, tuple(map(int, a.s.split('x'))), a.t)
        ui.start()
        for number, line in enumerate(lines, 1):
            try:
                ui.run(line)
            except Failure as e:
                raise Failure(f'command {number}: {line.strip()}: {e}')
        if a.f and a.f.endswith('.py'):
            sys.path.insert(0, os.path.dirname(os.path.abspath(a.f)))
            exec(compile(open(a.f).read(), a.f, 'exec'), {'ui': ui, 'Failure': Failure})
    except Exception as e:                               # a script may fail in any way
        if not isinstance(e, Failure) or a.f and a.f.endswith('.py'):
            traceback.print_exc()
        print(f'ui-drive: {e}', file=sys.stderr)
        status = 1
        if ui:
            ui.leave_traces()
    if ui:
        if ui.process.poll() is None:
            ui.process.send_signal(signal.SIGTERM)
            try:
                ui.process.wait(5)
            except subprocess.TimeoutExpired:
                ui.process.kill()
        for w in ui.warnings():
            print(f'ui-drive: {w}', file=sys.stderr)
            if not a.allow_warnings:
                status = status or 1
    sys.exit(status)


if __name__ == '__main__':
    main()
