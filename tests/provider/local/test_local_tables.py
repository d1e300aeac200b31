"""What a line is like tells how it goes on: analogies, brackets that are due, names just declared (cursor: ‸).

Each case says how the offer begins; ``None`` is for places where nothing is to be offered.
"""

from __future__ import annotations

import pytest

from infill_ls.provider.local.index import Index
from infill_ls.provider.local.predict import best_guess, predict
from infill_ls.syntax.languages import of_file


def said(marked: str, path: str, *, explicit: bool = False) -> str:
    prefix, suffix = marked.split("‸")
    found = predict(
        Index(), path=path, prefix=prefix, suffix=suffix, multiline=False, language=of_file(path), explicit=explicit
    )
    return found.text if found else ""


ANALOGIES = {
    "python, arguments kept": (
        "a.py",
        (
            "class A:\n    def __init__(self, width, height, depth):\n        self.width = width\n        self.height = height\n"
            "        self.depth = ‸\n"
        ),
        "depth",
    ),
    "python, a row of a table": (
        "a.py",
        'NAMES = {\n    "alpha": alpha_handler,\n    "beta": beta_handler,\n    "gamma": ‸\n}\n',
        "gamma_handler",
    ),
    "python, imports": (
        "a.py",
        "from shapes.circle import Circle\nfrom shapes.square import Square\nfrom shapes.triangle import ‸\n",
        "Triangle",
    ),
    "typescript, a setter": (
        "a.ts",
        (
            "class A {\n  setWidth(width: number) {\n    this.width = width;\n  }\n"
            "  setHeight(height: number) {\n    this.height = ‸\n  }\n}\n"
        ),
        "height;",
    ),
    "typescript, properties": (
        "a.ts",
        ("  readonly width = input.width;\n  readonly height = input.height;\n  readonly depth = ‸\n"),
        "input.depth;",
    ),
    "typescript, cases": (
        "a.ts",
        (
            'switch (kind) {\n  case "open":\n    return openFile(path);\n  case "close":\n    return closeFile(path);\n'
            '  case "rename":\n    return ‸\n}\n'
        ),
        "renameFile(path);",
    ),
    "go, fields copied": (
        "a.go",
        "func (s *Server) Copy(o *Server) {\n\ts.Address = o.Address\n\ts.Port = o.Port\n\ts.Timeout = ‸\n}\n",
        "o.Timeout",
    ),
    "go, errors wrapped": (
        "a.go",
        'var errOpen = errors.New("cannot open")\nvar errClose = errors.New("cannot close")\nvar errRename = ‸\n',
        'errors.New("cannot',
    ),
    "go, a table of tests": (
        "a.go",
        ('\t\t{name: "open", run: runOpen},\n\t\t{name: "close", run: runClose},\n\t\t{name: "rename", run: ‸\n'),
        "runRename}",
    ),
    "rust, fields": (
        "a.rs",
        (
            "impl From<Raw> for Point {\n    fn from(raw: Raw) -> Self {\n        Self {\n            left: raw.left,\n"
            "            right: raw.right,\n            bottom: ‸\n        }\n    }\n}\n"
        ),
        "raw.bottom,",
    ),
    "rust, a match": (
        "a.rs",
        "match self {\n    Kind::Open => open_file(path),\n    Kind::Close => close_file(path),\n    Kind::Rename => ‸\n}\n",
        "rename_file(path),",
    ),
    "java, what a builder is given": (
        "A.java",
        (
            "        builder.name(source.name());\n        builder.label(source.label());\n"
            "        builder.region(source.‸\n"
        ),
        "region());",
    ),
    "java, fields kept": (
        "A.java",
        (
            "class A {\n    A(String name, String label, String region) {\n        this.name = name;\n        this.label = label;\n"
            "        this.region = ‸\n    }\n}\n"
        ),
        "region;",
    ),
    "c, a table": (
        "a.c",
        (
            'static struct command commands[] = {\n    { "open", command_open },\n    { "close", command_close },\n'
            '    { "rename", ‸\n};\n'
        ),
        "command_rename",
    ),
    "c, parallel branches": (
        "a.c",
        "    if (x->left)\n        total += weigh(x->left);\n    if (x->right)\n        total += weigh(x->‸\n",
        "right);",
    ),
}


@pytest.mark.parametrize(("path", "marked", "wanted"), ANALOGIES.values(), ids=ANALOGIES.keys())
def test_a_line_goes_on_like_those_that_are_built_alike(path, marked, wanted):
    """With the names that belong here: the best guess begins so."""
    assert said(marked, path, explicit=True).startswith(wanted)


CLOSERS = {
    "python, an index": ("a.py", "a = rows[0]\nb = rows[0]\nc = rows[0]\nd = compute(rows[0‸\n", "]"),
    "python, a call": ("a.py", "run(first)\nrun(first)\nrun(first)\nx = [run(first‸\n", ")"),
    "typescript, a call": ("a.ts", "go(a.get(key));\ngo(a.get(key));\nlist.push(a[key]);\nlist.push(a.get(key‸\n", ")"),
    "typescript, an index": ("a.ts", "use(map[key]);\nuse(map[key]);\nuse(get(key));\nlist.push(map[key‸\n", "]"),
    "go, a conversion": ("a.go", "\ta := string(data)\n\tb := string(data)\n\tc := parse(string(data‸\n", ")"),
    "go, an index": ("a.go", "\ta := data[0]\n\tb := data[0]\n\tc := parse(data[0‸\n", "]"),
    "rust, a macro": ("a.rs", "assert!(set.has(&key));\nassert!(set.has(&key));\nlet all = [set.has(&key‸\n", ")"),
    "rust, an array": ("a.rs", "let a = Some([value]);\nlet b = Some(value);\nlet c = wrap([value‸\n", "]"),
    "java, a call": ("A.java", "int a = size(list);\nint b = size(list);\nint c = twice(size(list‸\n", ")"),
    "c, sizeof": ("a.c", "a = malloc(sizeof(*a));\nb = take(sizeof(*a));\nc = calloc(1, sizeof(*a‸\n", ")"),
}


@pytest.mark.parametrize(("path", "marked", "wanted"), CLOSERS.values(), ids=CLOSERS.keys())
def test_the_bracket_that_is_due_is_closed(path, marked, wanted):
    """And not the one that was elsewhere."""
    prefix, suffix = marked.split("‸")
    found = best_guess(Index(), path=path, prefix=prefix, suffix=suffix)
    assert found is not None
    assert found.text.startswith(wanted)


@pytest.mark.parametrize("after", [")", "]", "})", ");", '")'])
def test_what_the_editor_has_closed_is_left_to_it(after):
    """An offer ends before the closer that stands behind the cursor, and is the same otherwise."""
    opened = {")": "(", "]": "[", "})": "({", ");": "(", '")': '("'}[after]
    line = f"send{opened}first_value + second_value{after}\n"
    assert said(line * 4 + f"send{opened}first‸{after}\n", "a.ts") == "_value + second_value"


SEEN_ONCE = {
    "python, arguments": (
        "a.py",
        (
            'def read(paths):\n    with paths.opened("long name", mode="apple") as apple:\n        return apple\n\n\n'
            "def write(paths):\n    with ‸\n"
        ),
        'paths.opened("long name", mode="apple")',
    ),
    "python, to the end of the line": (
        "a.py",
        (
            'def read(paths):\n    with paths.opened("long name", mode="apple") as apple:\n        return apple\n\n\n'
            "def write(paths):\n    with pa‸\n"
        ),
        'ths.opened("long name", mode="apple") as apple:',
    ),
    "typescript, an object": (
        "a.ts",
        (
            'export function read(store: Store): Value {\n  return store.fetch("user", { deep: true, label: "first" });\n}\n\n'
            "export function write(store: Store): Value {\n  return ‸\n}\n"
        ),
        'store.fetch("user", { deep: true, label: "first" });',
    ),
    "go, a format": (
        "a.go",
        (
            'func read(s *Store) error {\n\treturn fmt.Errorf("cannot read %s: %w", s.name, errMissing)\n}\n\n'
            "func write(s *Store) error {\n\treturn fmt.‸\n}\n"
        ),
        'Errorf("cannot read %s: %w"',
    ),
    "go, a call": (
        "a.go",
        (
            'func read(s *Store) error {\n\treturn fmt.Errorf("cannot read %s: %w", s.name, errMissing)\n}\n\n'
            "func write(s *Store) error {\n\treturn fmt.E‸\n}\n"
        ),
        'rrorf("cannot read %s: %w", s.name, errMissing)',
    ),
    "rust, a list": (
        "a.rs",
        (
            "fn read(store: &Store) -> Option<Value> {\n"
            '    let value = store.fetch("user name", &["first", "second"])?;\n    Some(value)\n}\n\n'
            "fn write(store: &Store) {\n    let value = store.fetch(‸\n}\n"
        ),
        '"user name", &["first", "second"])?;',
    ),
    "java, a call within a call": (
        "A.java",
        (
            'Value read(Store store) {\n    return store.fetch("user", List.of("first", "second"));\n}\n\n'
            "Value write(Store store) {\n    return store.f‸\n}\n"
        ),
        'etch("user", List.of("first", "second"));',
    ),
    "c, an index": (
        "a.c",
        (
            'int read_all(struct store *s) {\n\treport_failure(s, "cannot open", strlen(s->names[0]));\n\treturn 0;\n}\n\n'
            "int write_all(struct store *s) {\n\trep‸\n}\n"
        ),
        'ort_failure(s, "cannot open", strlen(s->names[0]));',
    ),
}


@pytest.mark.parametrize(("path", "marked", "wanted"), SEEN_ONCE.values(), ids=SEEN_ONCE.keys())
def test_what_a_suggestion_opens_it_closes(path, marked, wanted):
    """Where little is known, it ends early: not within a string or a bracket whose end is as good as certain."""
    assert said(marked, path) == wanted


FRESH = {
    "python": ("a.py", "    pending_request = open_request()\n    send(pen‸\n", "ding_request"),
    "python, beside an older one": (
        "a.py",
        "    channel_old = take()\n" + "    x = 1\n    y = 2\n" * 30 + "    channel_new = take()\n    use(chan‸\n",
        "nel_new",
    ),
    "typescript": ("a.ts", "  const extractCancel = cancelOf(extract);\n  extractC‸\n", "ancel"),
    "typescript, an argument": ("a.ts", "function show(visibleColumns: string[]) {\n  return vis‸\n}\n", "ibleColumns"),
    "go": ("a.go", "\tretryBudget := limits.Budget()\n\tif retr‸\n", "yBudget"),
    "go, an argument": ("a.go", "func open(connectionName string) error {\n\treturn dial(conn‸\n}\n", "ectionName"),
    "rust": ("a.rs", "    let remaining_bytes = buffer.len();\n    if rem‸\n", "aining_bytes"),
    "java": ("A.java", "    String tableHeader = header();\n    print(tab‸\n", "leHeader"),
    "c": ("a.c", "    size_t written_bytes = 0;\n    while (wri‸\n", "tten_bytes"),
    "c, a macro": ("a.c", "#define MAXIMUM_DEPTH 12\n    if (depth > MAX‸\n", "IMUM_DEPTH"),
}


@pytest.mark.parametrize(("path", "marked", "wanted"), FRESH.values(), ids=FRESH.keys())
def test_a_name_just_declared_is_completed(path, marked, wanted):
    assert said(marked, path).startswith(wanted)


def test_who_asks_gets_the_likeliest_whole_line():
    """Each of the left ones is another, the right ones are all the same: the next word alone would be a left one."""
    lines = [
        f"open_pipe({side})"
        for side in ("left, 1", "right, 5", "left, 2", "right, 5", "left, 3", "right, 5", "left, 4")
    ]
    assert said("\n".join([*lines, "open_‸\n"]), "a.py", explicit=True) == "pipe(right, 5)"


@pytest.mark.parametrize(("typed", "wanted"), [("t", ""), ("te", "rminal")])
def test_a_word_of_a_comment_has_to_be_surer(typed, wanted):
    """One letter is too little, though three words in four that begin so are this one."""
    above = "# the terminal is opened\n# a terminal of its own\nx = 1\ny = 2\n"
    assert said(f"{above}# waits for the {typed}‸\n", "a.py") == wanted
