#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Put the results of the experiments together: results.json, report.md, report.html and
plots/*.svg.

usage: report.py DIRECTORY

In the directory each experiment has one of its own with a file "keys": lines of a key
and a value, of which those for kernel, qemu and date are words and all others numbers.
An experiment that is not there is left out, and so is a figure without values.
"""
import html
import json
import logging
import os
import sys
from typing import NamedTuple, Optional, Union

# It would say that what it finds out about fonts is kept nowhere.
logging.getLogger('matplotlib').setLevel(logging.ERROR)
import matplotlib  # noqa: E402
matplotlib.use('svg')
from matplotlib import pyplot  # noqa: E402

Value = Union[float, str]

STRONG = '#0b5cad'
PLAIN = '#8a8f98'
FAILED = '#c0182b'
# A plot with more than this between its ends is drawn on a logarithmic axis.
LINEAR = 20


class Row(NamedTuple):
    """What a way is called, and what its keys begin with."""
    label: str
    prefix: str
    # The one that the reader is to look at first.
    strong: bool = False


class Column(NamedTuple):
    """A figure of each way: the end of its key, and what the axis or the head says."""
    key: str
    title: str
    unit: str
    form: str = '{:.0f}'


class Plot(NamedTuple):
    """A dot for each row."""
    name: str
    title: str
    column: Column
    rows: list[Row]
    hint: str


class Table(NamedTuple):
    """A line for each row, a column for each figure."""
    title: str
    columns: list[Column]
    rows: list[Row]


class Check(NamedTuple):
    """A number that has to be what it is said to be, or the experiment has failed."""
    key: str
    text: str
    expected: int
    # At least that, instead of exactly.
    least: bool = False

    def holds(self, value: float) -> bool:
        """Is it?"""
        return value >= self.expected if self.least else value == self.expected


class Experiment(NamedTuple):
    """All that is shown of one."""
    prefix: str
    title: str
    question: str
    plots: list[Plot]
    tables: list[Table]
    checks: list[Check]


class Results:
    """Keys and values, each key used by its exact name."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def number(self, key: str) -> Optional[float]:
        """None if it was not measured."""
        value = self.values.get(key)
        return value if isinstance(value, (int, float)) else None

    def has(self, prefix: str) -> bool:
        """Was anything of that experiment measured?"""
        return any(key.startswith(prefix + '.') for key in self.values)

    def caption(self, prefix: str) -> str:
        """What its figures are of."""
        words = [f'{title} {self.values[f"{prefix}.{key}"]}'
                 for key, title in (('kernel', 'Linux'), ('qemu', 'QEMU'), ('date', ''))
                 if f'{prefix}.{key}' in self.values]
        return ', '.join(word.strip() for word in words)

    def rows(self, rows: list[Row], columns: list[Column]) -> list[Row]:
        """Those for which any of the figures is there."""
        return [row for row in rows
                if any(self.number(f'{row.prefix}.{column.key}') is not None
                       for column in columns)]


# Tables and plots
#

NETS = [
    Row('native: the host itself', 'vtd.native'),
    Row('e1000e, emulated by QEMU', 'vtd.e1000e'),
    Row('virtio-net', 'vtd.virtio'),
    Row('vhost-net', 'vtd.vhost'),
    Row('a VF by vfio-pci', 'vtd.vf', strong=True),
    Row('the PF by vfio-pci', 'vtd.pf'),
]
GUEST_NETS = NETS[1:]
BYTES = 'bytes per million instructions of the host'

VTD = Experiment(
    'vtd', 'VT-d and the Intel 82576',
    'What does a guest\'s network cost its host, by the way the guest has it, and does the '
    'IOMMU keep a device that was given away from everybody else\'s memory?',
    [
        Plot('vtd-send', 'A guest sends by TCP',
             Column('send.bytes_per_minsn', 'send', BYTES), NETS, 'more is better'),
        Plot('vtd-receive', 'A guest receives by TCP',
             Column('receive.bytes_per_minsn', 'receive', BYTES), NETS, 'more is better'),
        Plot('vtd-rtt', 'One byte there and back',
             Column('rtt.insn_per_round_trip', 'round trip', 'instructions of the host'),
             NETS, 'less is better'),
        Plot('vtd-exits', 'A guest sends by TCP: how often it is left',
             Column('send.exits_per_packet', 'exits', 'exits per packet', '{:.2f}'),
             GUEST_NETS, 'less is better'),
    ],
    [
        Table('Bytes per million instructions of the host, and instructions per byte of host and '
              'guest together',
              [Column('send.bytes_per_minsn', 'send', 'B/M'),
               Column('receive.bytes_per_minsn', 'receive', 'B/M'),
               Column('send.total_insn_per_byte', 'send, with the guest\'s', 'instructions/B',
                      '{:.2f}'),
               Column('receive.total_insn_per_byte', 'receive, with the guest\'s',
                      'instructions/B', '{:.2f}'),
               Column('rtt.insn_per_round_trip', 'round trip', 'instructions'),
               Column('rtt.guest_insn_per_round_trip', 'round trip, the guest\'s',
                      'instructions'),
               Column('send.spread', 'spread of send', 'to its median', '{:.3f}')], NETS),
        Table('Exits per packet, and those of them to user space',
              [Column('send.exits_per_packet', 'send', 'exits', '{:.2f}'),
               Column('send.user_exits_per_packet', 'send', 'to QEMU', '{:.2f}'),
               Column('receive.exits_per_packet', 'receive', 'exits', '{:.2f}'),
               Column('receive.user_exits_per_packet', 'receive', 'to QEMU', '{:.2f}'),
               Column('rtt.exits_per_packet', 'round trip', 'exits', '{:.2f}'),
               Column('rtt.user_exits_per_packet', 'round trip', 'to QEMU', '{:.2f}')],
              GUEST_NETS),
        Table('Two guests, each with a VF, at once; the commands that begin it subtracted',
              [Column('bytes_per_minsn', 'both together', 'B/M')],
              [Row('one guest', 'vtd.pair.one'), Row('two guests', 'vtd.pair.two')]),
    ],
    [
        Check('vtd.isolation.none.mapped', 'no IOMMU: a frame from the VF\'s own page arrives', 1),
        Check('vtd.isolation.none.secret',
              'no IOMMU: a frame from a page of another process arrives (the control)', 1),
        Check('vtd.isolation.none.ring',
              'no IOMMU: a descriptor from a page that was not given works (the control)', 1),
        Check('vtd.isolation.identity.secret',
              'IOMMU without translation: the page of another process arrives (the control)', 1),
        Check('vtd.isolation.vfio.mapped', 'by vfio-pci: a frame from the mapped page arrives', 1),
        Check('vtd.isolation.vfio.secret',
              'by vfio-pci: nothing of the page of another process arrives', 0),
        Check('vtd.isolation.vfio.ring',
              'by vfio-pci: a descriptor from a page that was not mapped does nothing', 0),
        Check('vtd.isolation.vfio.faults', 'by vfio-pci: the IOMMU reports it', 1, least=True),
    ])

PER_BYTE = 'instructions per byte'

# By kind of device and way out of QEMU.
KINDS = [('isa', 'isa-serial'), ('pci', 'pci-serial'), ('virtio', 'virtserialport')]
WAYS = [('pty', 'a pty'), ('socket', 'a socket'), ('port', 'a real port')]
QEMU_SERIALS = [Row(f'{device}, {way_title}', f'serial-qemu.{kind}.{way}')
                for kind, device in KINDS for way, way_title in WAYS]

EXCHANGE = [
    Column('insn_per_byte', 'host', PER_BYTE),
    Column('ratio', 'ratio', 'to isa-serial on a real port', '{:.3f}'),
    Column('guest_insn_per_byte', 'guest', PER_BYTE),
    Column('exits_per_byte', 'exits', 'per byte', '{:.2f}'),
    Column('user_exits_per_byte', 'exits to QEMU', 'per byte', '{:.2f}'),
    Column('syscalls_per_byte', 'system calls', 'per byte', '{:.2f}'),
    Column('switches_per_byte', 'switches of tasks', 'per byte', '{:.2f}'),
]


def exchange_plots(name: str, rows: list[Row]) -> list[Plot]:
    """How often an exchange leaves the guest, and what it is for the host."""
    return [Plot(f'{name}-exits', 'A byte there and back: exits to QEMU',
                 Column('user_exits_per_byte', 'exits', 'exits to user space per byte', '{:.2f}'),
                 rows, 'less is better'),
            Plot(f'{name}-insn', 'A byte there and back: the work of the host',
                 Column('insn_per_byte', 'host', 'instructions of the host per byte'), rows,
                 'less is better')]


SERIAL_QEMU = Experiment(
    'serial-qemu', 'A serial device that QEMU emulates, and its ways to user space',
    'A guest exchanges messages of 64 bytes with a program of the host, there and back. What '
    'does a byte cost, and where does it leave the guest?',
    exchange_plots('serial-qemu', QEMU_SERIALS),
    [Table('A byte there and back', EXCHANGE, QEMU_SERIALS)], [])

KERNEL_SERIALS = [Row(f'{device} on the port itself', f'serial-kernel.{kind}.port')
                  for kind, device in KINDS] + \
                 [Row(f'{device} on the vtty of serfwd', f'serial-kernel.{kind}.vtty')
                  for kind, device in KINDS] + \
                 [Row('serfwd_vfio-uart', 'serial-kernel.uart.port'),
                  Row('serfwd_vfio-uart-dma', 'serial-kernel.uart_dma.port', strong=True),
                  Row('serfwd_vfio-console', 'serial-kernel.console.port')]
LONG_SERIALS = [Row('serfwd_vfio-uart', 'serial-kernel.uart.long'),
                Row('serfwd_vfio-uart-dma', 'serial-kernel.uart_dma.long', strong=True),
                Row('serfwd_vfio-console', 'serial-kernel.console.long')]
SERIAL_KERNEL = Experiment(
    'serial-kernel', 'The forwarder in the kernel',
    'The same exchange by the pseudo-UART of serfwd, which QEMU has instead of the port, and by '
    'the cards that serfwd_vfio emulates: their registers are in the kernel, and QEMU passes '
    'each access on; one of them moves bytes by DMA.',
    exchange_plots('serial-kernel', KERNEL_SERIALS),
    [Table('A byte there and back', EXCHANGE, KERNEL_SERIALS),
     Table('A byte there and back, by messages of 1024 bytes', EXCHANGE, LONG_SERIALS)], [])

EXPERIMENTS = [SERIAL_QEMU, SERIAL_KERNEL, VTD]


# Reading
#

def parse(text: str) -> Value:
    """A number, or else a word."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def read_keys(path: str) -> dict[str, Value]:
    """Keys and values of one experiment. A line that is none is an error."""
    values: dict[str, Value] = {}
    with open(path, encoding='ascii') as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if len(words) != 2:
                sys.exit(f'report: {path}:{number}: not a key and a value: {line.rstrip()}')
            if words[0] in values:
                sys.exit(f'report: {path}:{number}: {words[0]} a second time')
            values[words[0]] = parse(words[1])
    return values


def read_all(directory: str) -> dict[str, Value]:
    """Keys and values of all that are there."""
    values: dict[str, Value] = {}
    for experiment in EXPERIMENTS:
        path = os.path.join(directory, experiment.prefix, 'keys')
        if not os.path.exists(path):
            continue
        keys = read_keys(path)
        foreign = [key for key in keys if not key.startswith(experiment.prefix + '.')]
        if foreign:
            sys.exit(f'report: {path}: {foreign[0]} does not begin with {experiment.prefix}')
        values.update(keys)
    return values


# Plots
#

def scale_of(values: list[float]) -> str:
    """Linear from zero, unless the small ones would all be one dot then."""
    if min(values) > 0 and max(values) / min(values) > LINEAR:
        return 'log'
    return 'linear'


def draw(plot: Plot, results: Results, caption: str, path: str) -> bool:
    """One dot a way with its value beside it. False if there is none."""
    rows = results.rows(plot.rows, [plot.column])
    if not rows:
        return False
    values = [results.number(f'{row.prefix}.{plot.column.key}') or 0.0 for row in rows]
    figure, axes = pyplot.subplots(figsize=(8, 0.9 + 0.42 * len(rows)))
    for place, (row, value) in enumerate(zip(rows, values)):
        colour = STRONG if row.strong else PLAIN
        axes.plot([value], [place], 'o', color=colour, markersize=8)
        axes.annotate(plot.column.form.format(value), (value, place), xytext=(9, 0),
                      textcoords='offset points', va='center', color=colour,
                      weight='bold' if row.strong else 'normal')
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xscale(scale_of(values))
    if scale_of(values) == 'linear':
        axes.set_xlim(0, max(values) * 1.2 or 1)
    else:
        axes.set_xlim(min(values) / 1.6, max(values) * 2.5)
    axes.set_xlabel(f'{plot.column.unit} ({plot.hint})')
    axes.set_title(plot.title, loc='left')
    axes.grid(axis='y', color='#e3e5e8')
    axes.set_axisbelow(True)
    for side in ('top', 'right', 'left'):
        axes.spines[side].set_visible(False)
    axes.annotate(caption, (0, 0), xycoords='axes fraction', xytext=(0, -46),
                  textcoords='offset points', size=7, color=PLAIN)
    figure.savefig(path, bbox_inches='tight', metadata={'Date': None})
    pyplot.close(figure)
    return True


# Text
#

def cells(table: Table, row: Row, results: Results) -> list[str]:
    """The row's label and its figures."""
    line = [row.label]
    for column in table.columns:
        value = results.number(f'{row.prefix}.{column.key}')
        line.append('-' if value is None else column.form.format(value))
    return line


def heads(table: Table) -> list[str]:
    """Of the columns, with units."""
    return [''] + [f'{column.title}, {column.unit}' for column in table.columns]


class Markdown:
    """report.md"""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def heading(self, level: int, text: str) -> None:
        """A title."""
        self.lines += ['#' * level + ' ' + text, '']

    def paragraph(self, text: str) -> None:
        """Some sentences."""
        self.lines += [text, '']

    def plot(self, title: str, path: str) -> None:
        """Beside the report."""
        self.lines += [f'![{title}](plots/{os.path.basename(path)})', '']

    def table(self, title: str, head: list[str], body: list[tuple[list[str], bool]]) -> None:
        """Its lines, each with whether it failed."""
        self.paragraph(f'**{title}**')
        self.lines += ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
        for line, failed in body:
            marked = [f'**{cell}**' for cell in line] if failed else line
            self.lines.append('| ' + ' | '.join(marked) + ' |')
        self.lines.append('')

    def text(self) -> str:
        """The whole of it."""
        return '\n'.join(self.lines)


class Page:
    """report.html, which needs no other file."""

    STYLE = ('body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em;'
             'color:#222}table{border-collapse:collapse;margin:.5em 0 1.5em}'
             'th,td{padding:.25em .7em;text-align:right;border-bottom:1px solid #ddd}'
             'th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}'
             f'tr.failed td{{color:{FAILED};font-weight:bold}}'
             f'p.caption{{color:{PLAIN};font-size:85%}}')

    def __init__(self) -> None:
        self.lines: list[str] = []

    def heading(self, level: int, text: str) -> None:
        """A title."""
        self.lines.append(f'<h{level}>{html.escape(text)}</h{level}>')

    def paragraph(self, text: str) -> None:
        """Some sentences."""
        self.lines.append(f'<p>{html.escape(text)}</p>')

    def plot(self, _title: str, path: str) -> None:
        """Inside the page; what is before the element is for a file of its own."""
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.lines.append(text[text.index('<svg'):])

    def table(self, title: str, head: list[str], body: list[tuple[list[str], bool]]) -> None:
        """Its lines, each with whether it failed."""
        self.lines.append(f'<p><b>{html.escape(title)}</b></p><table><tr>')
        self.lines += [f'<th>{html.escape(cell)}</th>' for cell in head]
        for line, failed in body:
            self.lines.append('</tr><tr class="failed">' if failed else '</tr><tr>')
            self.lines += [f'<td>{html.escape(cell)}</td>' for cell in line]
        self.lines.append('</tr></table>')

    def text(self) -> str:
        """The whole of it."""
        return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
                f'<title>devshare: experiments</title><style>{self.STYLE}</style></head><body>\n'
                + '\n'.join(self.lines) + '\n</body></html>\n')


Writer = Union[Markdown, Page]


def checked(experiment: Experiment, results: Results) -> list[tuple[list[str], bool]]:
    """A line for each check of which there is a value, and whether it failed."""
    lines = []
    for check in experiment.checks:
        value = results.number(check.key)
        if value is not None:
            good = check.holds(value)
            lines.append(([check.text, f'{value:g}', 'yes' if good else 'NO'], not good))
    return lines


def write_tables(experiment: Experiment, results: Results, writer: Writer) -> None:
    """All that have values."""
    for table in experiment.tables:
        rows = results.rows(table.rows, table.columns)
        if rows:
            writer.table(table.title, heads(table),
                         [(cells(table, row, results), False) for row in rows])
    lines = checked(experiment, results)
    if lines:
        writer.table('What has to be so', ['', 'seen', 'as it has to be'], lines)


def write(experiment: Experiment, results: Results, plots: str, writers: list[Writer]) -> None:
    """One experiment, to both reports."""
    caption = results.caption(experiment.prefix)
    drawn = []
    for plot in experiment.plots:
        path = os.path.join(plots, plot.name + '.svg')
        if draw(plot, results, caption, path):
            drawn.append((plot.title, path))
    for writer in writers:
        writer.heading(2, experiment.title)
        writer.paragraph(experiment.question)
        writer.paragraph(caption + '. ' + NOTE)
        for title, path in drawn:
            writer.plot(title, path)
        write_tables(experiment, results, writer)


NOTE = ('Instructions and exits of an emulated machine are counted, no time is measured: figures '
        'are to be compared with each other within one experiment.')


def main() -> int:
    """The status is 1 if something that has to be so is not, 2 without any results."""
    if len(sys.argv) != 2:
        print('usage: report.py DIRECTORY', file=sys.stderr)
        return 2
    directory = sys.argv[1]
    matplotlib.rcParams.update({'svg.fonttype': 'none', 'svg.hashsalt': 'devshare',
                                'font.family': 'sans-serif'})
    results = Results(read_all(directory))
    if not results.values:
        print(f'report: no results in {directory}', file=sys.stderr)
        return 2
    plots = os.path.join(directory, 'plots')
    os.makedirs(plots, exist_ok=True)
    for name in os.listdir(plots):
        os.remove(os.path.join(plots, name))
    with open(os.path.join(directory, 'results.json'), 'w', encoding='ascii') as file:
        json.dump(results.values, file, indent=2, sort_keys=True)
        file.write('\n')
    writers: list[Writer] = [Markdown(), Page()]
    failed = False
    for writer in writers:
        writer.heading(1, 'Experiments')
    for experiment in EXPERIMENTS:
        if results.has(experiment.prefix):
            write(experiment, results, plots, writers)
            failed |= any(bad for _, bad in checked(experiment, results))
    for writer, name in zip(writers, ('report.md', 'report.html')):
        with open(os.path.join(directory, name), 'w', encoding='utf-8') as file:
            file.write(writer.text())
    return failed


if __name__ == '__main__':
    sys.exit(main())
