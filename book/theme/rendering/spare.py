"""Which hidden cells of a page need not run for the visible ones: most draw a figure and no more."""

import ast
import symtable

CHANCE = {"generator", "rng", "random", "manual_seed", "multinomial"}  # who draws, moves what is drawn later


def spare(cells, listed):
    """{number: names that only it imports} of the hidden cells on which no visible cell builds.

    `cells` are the page's in order (cells.py), `listed` the numbers of those whose code a reader sees.
    """
    uses = {cell["number"]: names(cell["code"]["value"]) for cell in cells if cell["code"]}
    builders = {c["number"] for c in cells if not {"exercise", "solution", "long"} & set(c["tags"])}
    hidden = [number for number in uses if number not in listed and number in builders]
    needs, owner = {}, {}
    for number, (read, bound, _) in uses.items():
        needs[number] = {owner[name] for name in read if name in owner}
        for name in read - owner.keys():  # a function may use what comes below it
            needs[number] |= {other for other in hidden if other > number and name in uses[other][1]}
        if number in builders:
            owner |= dict.fromkeys(bound, number)
    wanted = [n for n in uses if n not in hidden or CHANCE & uses[n][0]]
    for number in wanted:  # grows
        wanted += needs[number] - set(wanted)
    seen = set().union(*(uses[number][1] for number in wanted))
    return {number: sorted(uses[number][2] - seen) for number in hidden if number not in wanted}


def names(code):
    """(names that a cell takes from elsewhere, names that it binds, those of them that it imports)."""
    read, bound, imported = set(), set(), set()
    for statement in ast.parse(code).body:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        added = {node.target for node in ast.walk(statement) if isinstance(node, ast.AugAssign)}
        if isinstance(statement, ast.For):  # read only once it is bound
            bound |= {node.id for node in ast.walk(statement.target) if isinstance(node, ast.Name)}
        taken = globals_read(table) | {target.id for target in added if isinstance(target, ast.Name)}
        read |= taken - bound
        symbols = table.get_symbols()
        bound |= {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}
        imported |= {s.get_name() for s in symbols if s.is_imported()}
    return read, bound, imported


def globals_read(table):
    """The names that the code of a scope, and of those within it, asks the page for."""
    top = table.get_type() == "module"
    own = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    return own.union(*map(globals_read, table.get_children()))
