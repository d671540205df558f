"""What MicroPython compiles and then does otherwise, or not at all: one function for each rule.

A rule takes a node of the syntax tree and returns what is wrong with it, or None. What
mpy-cross refuses by itself is not repeated here, but for `[*a]` and the like, so that the text
says more. Source of the rules: measurements with MicroPython 1.28, unix port.
"""

import ast

# Keyword arguments that MicroPython's functions and methods do not take.
_KEYWORDS = {
    "create_task": {"name", "context"},
    "dumps": {"indent", "sort_keys", "ensure_ascii", "default", "cls"},
    "from_bytes": {"signed", "byteorder", "bytes"},
    "namedtuple": {"defaults", "rename", "module"},
    "open": {"newline", "errors", "closefd", "opener"},
    "print": {"flush"},
    "split": {"maxsplit", "sep"},
    "sum": {"start"},
    "zip": {"strict"},
}
# Special methods that MicroPython never calls.
_DEAD = """__await__ __bytes__ __class_getitem__ __format__ __getattribute__ __index__
__init_subclass__ __instancecheck__ __missing__ __prepare__ __set_name__""".split()
_FORBIDDEN = "abc dataclasses enum typing __future__".split()


def annotation_module(node):
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
    bad = [name for name in names if name in _FORBIDDEN]
    return f"no {bad[0]} here: plain classes, namedtuples and constants" if bad else None


def match(node):
    return "match: write ifs, or a table"


def positional_only(node):
    return "positional-only parameters" if node.posonlyargs else None


def star_in_display(node):
    if any(isinstance(item, ast.Starred) for item in node.elts):
        return "[*items]: write list(items) + ..."
    return None


def star_in_dict(node):
    return "{**mapping}: copy it and update the copy" if None in node.keys else None


def step(node):
    return "a slice with a step: of lists only" if node.step is not None else None


def delete_slice(node):
    slices = [target for target in node.targets if isinstance(target, ast.Subscript)]
    if any(isinstance(target.slice, ast.Slice) for target in slices):
        return "del buffer[a:b]: write buffer[a:b] = b''"
    return None


def chained(node):
    return "raise ... from: the cause is lost" if node.cause is not None else None


def asynchronous_generator(node):
    """A generator inside `async def`, and not in a function within it."""
    inside = list(node.body)
    while inside:
        child = inside.pop()
        if isinstance(child, (ast.Yield, ast.YieldFrom)):
            return "an asynchronous generator: write __aiter__ and __anext__"
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inside += ast.iter_child_nodes(child)
    return None


def awaiting_comprehension(node):
    if any(isinstance(child, ast.Await) for child in ast.walk(node)):
        return "await inside a comprehension: write a loop"
    return None


def class_form(node):
    if node.keywords:
        return "a metaclass or class keyword"
    if len(node.bases) > 1:
        return "several bases: the order of methods differs"
    if node.decorator_list:
        return "a class decorator: write the class out"
    return None


def dead_method(node):
    return f"{node.name} is never called" if node.name in _DEAD else None


def call(node):
    name = name_of(node.func)
    for keyword in node.keywords:
        if keyword.arg in _KEYWORDS.get(name, ()):
            return f"{name}({keyword.arg}=)"
    if name.endswith("Error") and node.keywords:
        return "an exception takes no keyword arguments"
    rule = _CALLS.get(name)
    return rule(node.args) if rule else None


def name_of(function):
    """The last name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _open(args):
    mode = args[1].value if len(args) > 1 and isinstance(args[1], ast.Constant) else ""
    return "open mode 'x' is silently taken for 'r'" if "x" in str(mode) else None


def _wait_for(args):
    if args and isinstance(args[0], ast.Call) and name_of(args[0].func) == "sleep":
        return "wait_for(sleep()): it is no coroutine"
    return None


_CALLS = {
    "decode": lambda args: "decode(errors) is ignored" if len(args) > 1 else None,
    "deque": lambda args: "deque needs (iterable, maxlen)" if len(args) < 2 else None,
    "iter": lambda args: "iter(function, sentinel)" if len(args) > 1 else None,
    "open": _open,
    "slice": lambda args: "slice()",
    "wait_for": _wait_for,
}

RULES = {
    ast.AsyncFunctionDef: (asynchronous_generator, dead_method),
    ast.Call: (call,),
    ast.ClassDef: (class_form,),
    ast.Delete: (delete_slice,),
    ast.Dict: (star_in_dict,),
    ast.DictComp: (awaiting_comprehension,),
    ast.FunctionDef: (dead_method,),
    ast.GeneratorExp: (awaiting_comprehension,),
    ast.Import: (annotation_module,),
    ast.ImportFrom: (annotation_module,),
    ast.List: (star_in_display,),
    ast.ListComp: (awaiting_comprehension,),
    ast.Match: (match,),
    ast.Raise: (chained,),
    ast.Set: (star_in_display,),
    ast.SetComp: (awaiting_comprehension,),
    ast.Slice: (step,),
    ast.Tuple: (star_in_display,),
    ast.arguments: (positional_only,),
}
